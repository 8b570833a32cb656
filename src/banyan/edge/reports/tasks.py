"""Work of the reports that the background worker does."""

from __future__ import annotations

from datetime import date

from django_tasks import task

from banyan.edge.reports import actions


@task()
def work_on(period: str, known_on: str, language: str, own: list[str] | None, state: str) -> None:
    """Make a report that was asked for."""
    kept = None if own is None else tuple(own)
    actions.go_on(actions.Paper(period, date.fromisoformat(known_on), language, kept, state))
