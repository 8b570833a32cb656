"""What is done to alerts: the daily watch raises them, people investigate, keep an eye on or dismiss them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan import policy
from banyan.base.registry import queries as registry
from banyan.insight.alerts import queries
from banyan.insight.alerts.models import ALERT_FLOW, Alert, WatchedUpTo
from banyan.insight.alerts.queries import Story
from banyan.kit.models import Person
from banyan.kit.refusals import Refused
from banyan.kit.rights import System
from banyan.kit.verbs import Deed, verb

KEPT_FACTS = 500
DECISION = "alerts.decision"


def watch(*, on: date, cut: int | None = None) -> dict[str, Any]:
    """The daily step: every rule in force judges the weeks that are complete by `on`, each as it was known then.

    A rule's alerts and the week it has come to are stored together, so that a repeat, or a new start after a kill,
    changes nothing that was done and goes on with what was not.
    """
    book = policy.load(settings.BANYAN_PACKS)
    done: dict[str, Any] = {}
    read: dict[Any, Any] = {}
    for rule in book.entries("alert_rule"):
        if rule.holds(on):
            done[rule.key] = _watch_rule(rule.on(on), book=book, on=on, read=read)
    return done


def _watch_rule(rule: Any, *, book: policy.Book, on: date, read: dict[Any, Any]) -> dict[str, int]:
    """Watch one rule. `read` holds the facts that rules before it have read."""
    before = WatchedUpTo.objects.filter(rule=rule.key).first()
    if before and not queries.weeks(before.week + timedelta(days=1), on):
        return {"weeks": 0, "raised": 0, "continued": 0}
    facts = queries.facts_of(rule, read)
    first = before.week + timedelta(days=1) if before else queries.first_week(rule, facts)
    over = queries.weeks(first, on) if first else ()
    if not over:
        return {"weeks": 0, "raised": 0, "continued": 0}
    stories = [queries.story_of(one) for one in Alert.objects.filter(rule=rule.key, withdrawn_on=None)]
    changed: list[Story] = []
    for _week, found in queries.watched(rule, facts, over=over, stories=stories):
        changed += [story for story in found if story not in changed]
    for story in changed:
        story.parts = queries.parts_of(story, grade=rule.grade, others=stories, facts=facts)
    with transaction.atomic():
        new = [story for story in changed if story.record is None]
        if changed:
            raise_alerts(rule=rule, stories=changed, packs=book.hash, by=System("daily"), on=on)
        WatchedUpTo.objects.update_or_create(rule=rule.key, defaults={"week": over[-1]})
    return {"weeks": len(over), "raised": len(new), "continued": len(changed) - len(new)}


@verb("alerts.raised", right="alerts.decide", title=gettext_lazy("Found by the daily watch"))
def raise_alerts(deed: Deed, *, rule: Any, stories: Sequence[Story], packs: str) -> int:
    """Enter the alerts of new stories, and bring those of going stories up to date."""
    new: list[Alert] = []
    going: list[Alert] = []
    due_on = policy.load(settings.BANYAN_PACKS).deadline(DECISION, on=deed.on).due(deed.on).on
    for story in stories:
        record = story.record or Alert(key=_key(rule, story), rule=rule.key)
        _state(record, rule, story, packs)
        if story.record is None:
            record.due_on, record.begun_on = due_on, story.first.begun_on
        (going if story.record is not None else new).append(record)
    deed.add_many(new)
    deed.save_many(going, "counties", "from_on", "known_on", "observed", "expected", "bound", "n", "p_value", "score",
                   "parts", "receipt", "grade", "county")  # fmt: skip
    _place([*new, *going])
    return len(stories)


def _place(alerts: Sequence[Alert]) -> None:
    """Let each county of a zone see the alert; a zone only grows."""
    through = Alert.zone.through
    placed = set(through.objects.filter(alert__in=alerts).values_list("alert_id", "region_id"))
    wanted = {(one.pk, county) for one in alerts for county in one.counties or filter(None, [one.county_id])}
    through.objects.bulk_create([through(alert_id=one, region_id=county) for one, county in sorted(wanted - placed)])


@verb("alerts.investigated", right="alerts.decide")
def investigate(deed: Deed, *, alert: Alert) -> Alert:
    """Take an alert up; the reason says what is going to be done."""
    return _decide(deed, alert, "investigate")


@verb("alerts.watched", right="alerts.decide")
def keep_an_eye_on(deed: Deed, *, alert: Alert) -> Alert:
    """Leave an alert open and look at it again; the reason says what for."""
    return _decide(deed, alert, "keep_an_eye_on")


@verb("alerts.assigned", right="alerts.decide")
def assign(deed: Deed, *, to: Person, alerts: Sequence[Alert]) -> Sequence[Alert]:
    """Give alerts to an officer. Refused where one is decided on, or lies outside that officer's office."""
    asked = _("Giving alerts to %(name)s was asked for.") % {"name": to}
    if ended := next((one for one in alerts if one.state in queries.ENDED), None):
        raise Refused(
            asked, _("“%(alert)s” is decided on.") % {"alert": ended}, _("Choose alerts that still wait."),
            code="decided-already",
        )  # fmt: skip
    inside = Alert.objects.filter(pk__in=[one.pk for one in alerts]).within(to, right="alerts.decide", on=deed.on)
    if inside.count() < len(alerts) or not to.is_active or not to.is_present:
        raise Refused(
            asked,
            _("That person is not at work, or some of it lies outside that person's office."),
            _("Choose somebody of the right office who is at work."),
            code="outside-office",
        )
    for one in alerts:
        one.officer = to
    deed.save_many(alerts, "officer")
    return alerts


@verb("alerts.confirmed", right="alerts.decide")
def confirm(deed: Deed, *, alert: Alert) -> Alert:
    """Close an investigation that found what the alert warned of; the reason says what was found."""
    return _decide(deed, alert, "confirm")


@verb("alerts.dismissed", right="alerts.decide")
def dismiss(deed: Deed, *, alert: Alert) -> Alert:
    """Dismiss an alert as none; weeks that follow on it are not told again."""
    return _decide(deed, alert, "dismiss")


def _decide(deed: Deed, alert: Alert, move: str) -> Alert:
    return deed.settle(alert, ALERT_FLOW, move, reason=deed.reason, decided_on=deed.on)


def _key(rule: Any, story: Story) -> str:
    first = story.first
    subject = "|".join(
        (
            rule.key,
            first.product,
            first.laboratory,
            first.counterparty,
            *sorted(first.counties),
            *filter(None, [first.item]),
        )
    )
    return f"a-{first.noticed_on:%y%m%d}-{_digest(subject)[:12]}"


def _state(record: Alert, rule: Any, story: Story, packs: str) -> None:
    """Write a story into its alert: numbers of the last week that told it, and where they come from."""
    last = story.last
    record.grade = rule.grade
    record.product_id, record.item = last.product or None, last.item
    record.laboratory_id = last.laboratory or None
    record.seller_id = last.counterparty or None
    record.county_id = (
        last.counties[0] if last.counties else _county_of(last.counterparty or last.laboratory, on=last.noticed_on)
    )
    record.counties = sorted(story.counties)
    record.noticed_on, record.known_on, record.from_on = story.first.noticed_on, last.noticed_on, last.from_on
    record.observed, record.expected, record.bound, record.n = last.observed, last.expected, last.bound, last.n
    record.p_value, record.score = float(f"{last.p_value:.3g}"), queries.score_of(story.parts, on=last.noticed_on)
    record.parts = {name: round(value, 3) for name, value in story.parts.items()}
    record.receipt = {
        "rule": rule.key, "version": rule.version, "pack": packs, "method": last.method or rule.method,
        "history": last.history,
        "reference": rule.reference.document, "known_on": last.noticed_on.isoformat(),
        "kind": next(one.any_of for one in rule.filters if one.column == "kind")[0], "facts": len(last.facts),
        "counties": sorted(last.counties), "first_facts": [int(one) for one in last.facts[:KEPT_FACTS]],
        "digest": _digest(",".join(map(str, last.facts))),
    }  # fmt: skip


def _county_of(organisation: str, *, on: date) -> str | None:
    place = registry.place_on(organisation=organisation, on=on) if organisation else None
    return place.county_id if place else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
