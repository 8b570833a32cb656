"""`migrate`, which makes the tables of an empty database at once and goes step by step only where there are some."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from banyan.kit import tables


class Command(migrate.Command):
    """Django's own command with a short way for an empty database; its options are the same."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Make all tables where the whole of an empty database is asked for, else do as Django does."""
        part = any(options[name] for name in ("app_label", "plan", "check_unapplied", "fake", "fake_initial"))
        if part or options["database"] != DEFAULT_DB_ALIAS or not tables.made_all():
            super().handle(*args, **options)
