"""The `banyan` command: one sub-command per file of `config/commands`."""

from __future__ import annotations

import gc
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
    lang: Annotated[
        str, typer.Option("--lang", help="Language of messages: zh-hans or en; else that of the place.")
    ] = "",
) -> None:
    """Start the house before any sub-command; an empty database is migrated first."""
    from django.conf import settings
    from django.utils import translation

    from banyan.kit import layer, tables

    translation.activate(lang or os.environ.get("BANYAN_LANG") or settings.LANGUAGE_CODE)
    if "--help" in sys.argv:
        return  # who asks how a command works needs no data, whatever state they are in
    tables.make_missing()
    layer.refresh()


FEW_COLLECTIONS = (100_000, 20, 10)
"""How seldom Python looks for objects that hold each other: by its own measure that is a seventh of all work here."""


def add_commands(program: typer.Typer) -> None:
    """Add the sub-command of each file of `config/commands`."""
    from banyan.config import commands

    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"{commands.__name__}.{module.name}").register(program)


def main() -> None:
    """Run the command line. Foreseen refusals are shown as sentences; anything else is our mistake."""
    gc.set_threshold(*FEW_COLLECTIONS)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    import django

    django.setup()
    from django.db import DatabaseError

    from banyan.kit import Refused, tables

    add_commands(app)
    try:
        try:
            app()
        except DatabaseError:
            tables.demand_current()
            raise
    except Refused as refusal:
        typer.echo(refusal.sentence, err=True)
        sys.exit(2)
    finally:
        gc.freeze()  # the process ends: nothing is looked for in half a million objects


if __name__ == "__main__":
    main()
