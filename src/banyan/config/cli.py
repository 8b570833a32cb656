"""The `banyan` command: one sub-command per file of `config/commands`."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from typing import Annotated

import typer

app = typer.Typer(
    name="banyan",
    help="Banyan (榕质): records of quality in, honest numbers out, each with its receipt.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def language(
    lang: Annotated[str, typer.Option("--lang", help="Language of messages: zh-hans or en.")] = "",
) -> None:
    """Start the house before any sub-command; an empty database is migrated first."""
    from django.utils import translation

    translation.activate(lang or os.environ.get("BANYAN_LANG", "zh-hans"))
    _migrate_if_empty()


def main() -> None:
    """Run the command line. Foreseen refusals are shown as sentences; anything else is our mistake."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    import django

    django.setup()
    from banyan.config import commands
    from banyan.kit import Refused

    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(app)
    try:
        app()
    except Refused as refusal:
        typer.echo(refusal.sentence, err=True)
        sys.exit(2)


def _migrate_if_empty() -> None:
    from django.core.management import call_command
    from django.db import connection

    if "kit_event" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
