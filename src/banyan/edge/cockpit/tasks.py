"""Work of the cockpit that the background worker does."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from django.conf import settings
from django_tasks import task


@task()
def run_daily(on: str) -> None:
    """Go on with the day's run of the daily flow, wherever it stands."""
    for _outcome in import_module(settings.BANYAN_DAILY).daily(on=date.fromisoformat(on)):
        pass  # each step is kept with the run as it ends
