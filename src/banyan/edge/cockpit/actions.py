"""What is done for the cockpit: its answers are made before anybody asks, so that no first visit waits."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.edge.cockpit.tasks import run_daily
from banyan.insight.indicators import queries as indicators
from banyan.kit import Refused, runs
from banyan.kit.verbs import Deed, verb


@verb("runs.started", right="runs.start", title=gettext_lazy("Daily flow started"))
def start_daily(deed: Deed) -> Any:
    """Let the background worker run the daily flow now: a round that takes in what was recorded since the last one.

    Raises Refused while a run goes on, and where nothing is newer than the last one.
    """
    now = facts.freshness()
    asked = _("A run of the daily flow was asked for.")
    if now.is_going:
        raise Refused(
            asked,
            _("One is going on already."),
            _("Wait for its end; its page shows how far it is."),
            code="runs-already",
        )
    if not now.is_offered:
        raise Refused(
            asked,
            _("Nothing was recorded since the last one."),
            _("The figures are up to date."),
            code="nothing-newer",
        )
    run = runs.start(
        name=facts.flow_name(), on=deed.on, packs=policy.load(settings.BANYAN_PACKS).hash, anew=now.newer > 0
    )
    run.steps.exclude(error="").delete()  # a step that failed is tried again
    deed.subject = f"{run.noun}:{run.pk}"
    transaction.on_commit(lambda: run_daily.enqueue(deed.on.isoformat()))
    return run


def prepare_pages(*, on: date, cut: int | None = None) -> dict[str, Any]:
    """The daily step: targets, changes and trends as the pages of a day show them, in each language.

    Derived and kept for all processes; what is there already is not made again, so it may be repeated at will.
    """
    from banyan.edge.cockpit import queries  # the whole office comes with it: loaded where pages are made

    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            queries.targets_drawn(on)
            queries.lines_of(on)
    queries.changes(on=on)
    entries: Any = policy.load(settings.BANYAN_PACKS).entries("indicator")
    shown = [entry for entry in entries if entry.holds(on) and indicators.is_recorded(entry)]
    for entry in shown:
        queries.trend_of(key=entry.key, on=on, known_on=on)
    return {"indicators": len(shown), "languages": len(settings.LANGUAGES)}
