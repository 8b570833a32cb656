"""What is done in credit: the night enters the grades that changed, firms object line by line, offices answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.base.registry.queries import Organisation
from banyan.judgement.credit import queries
from banyan.judgement.credit.models import OBJECTION_FLOW, Grade, Objection
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.rights import System
from banyan.kit.terms import demand_reason
from banyan.kit.verbs import Deed, verb

ANSWER = "credit.answer_objection"
BATCH = 20_000
"""Grades that are entered in one deed: what it holds in memory is bounded."""


def weigh(*, on: date, cut: int | None = None) -> dict[str, Any]:
    """The daily step: weigh all firms as known at the end of the day, and enter the grades that are no more the same.

    A firm without a finding has the best grade and no record; one that had findings keeps its record. So a repeat
    changes nothing.
    """
    scale = queries.scale_on(policy.load(settings.BANYAN_PACKS), on)
    if scale is None:
        return {"weighed": 0, "regraded": 0}
    found = {one.firm: one for one in queries.weighed(on=on, known_on=on)}
    stands = dict(Grade.objects.values_list("pk", "grade"))
    best = scale.bands[0].grade
    turned = [(one.firm, one.grade, one.points) for one in found.values() if stands.get(one.firm) != one.grade]
    turned += [(firm, best, 0) for firm, grade in stands.items() if firm not in found and grade != best]
    turned.sort()
    for start in range(0, len(turned), BATCH):
        part = turned[start : start + BATCH]
        regrade(grades=[(firm, grade, scale.score(Decimal(points) / 100)) for firm, grade, points in part],
                by=System("daily"), on=on)  # fmt: skip
    return {"weighed": len(found), "regraded": len(turned)}


@verb("credit.regraded", right="credit.weigh", title=_("Graded by the nightly weighing"))
def regrade(deed: Deed, *, grades: Sequence[tuple[str, str, Decimal]]) -> int:
    """Enter the grades (firm, grade, score) that firms have from this day on."""
    known = Grade.objects.in_bulk([firm for firm, _grade, _score in grades])
    new, changed = list[Grade](), list[Grade]()
    for firm, grade, score in grades:
        one = known.get(firm) or Grade(key=firm, organisation_id=firm)
        (changed if firm in known else new).append(one)
        one.before, one.grade, one.score, one.since_on = one.grade, grade, score, deed.on
    deed.add_many(new)
    deed.save_many(changed, "before", "grade", "score", "since_on")
    return len(grades)


@verb("credit.line.objected", right="credit.object", title=_("Objection of the firm"))
def object_line(deed: Deed, *, organisation: Organisation, line: str, words: str) -> Objection:
    """Object to one line of a firm's credit (`rule:version`); the office answers within a term."""
    demand_reason(words, _("An objection"))
    told = queries.explained(firm=organisation.pk, on=deed.on, look_ahead=False)
    found = next((one for one in told.lines if f"{one.rule}:{one.source}" == line), None)
    record = queries.records_of([found]).get(found.source) if found else None
    asked = gettext("An objection to a line of the credit of %(firm)s was to be entered.") % {"firm": organisation}
    if found is None or record is None:
        raise Refused(
            asked, gettext("No such finding counts today."),
            gettext("Choose the line on the page of the firm's credit."), code="no-such-line",
        )  # fmt: skip
    noun, key = record
    if Objection.objects.filter(rule=found.rule, record_noun=noun, record_key=key, state="open").exists():
        raise Refused(asked, gettext("One is open already."), gettext("Wait for its answer."), code="objection-open")
    return deed.add(
        Objection(
            key=fresh("co"), organisation=organisation, rule=found.rule, record_noun=noun, record_key=key,
            version=found.source, words=words.strip(), objected_on=deed.on, due_rule=ANSWER, due_on=_due(deed.on),
        )
    )  # fmt: skip


def _due(on: date) -> date | None:
    try:
        return policy.load(settings.BANYAN_PACKS).deadline(ANSWER, on=on).due(on).on
    except policy.NotInForce:
        return None


@verb("credit.objection.upheld", right="credit.answer", title=_("Objection upheld"))
def uphold_objection(deed: Deed, *, objection: Objection) -> Objection:
    """Uphold an objection, once its record was corrected where it is kept: the points go with that by themselves."""
    OBJECTION_FLOW.demand(objection, "uphold_objection")
    if not queries.was_changed_since(objection):
        raise Refused(
            gettext("Upholding %(objection)s was asked for.") % {"objection": objection},
            gettext("The record still says what it said when the firm objected."),
            gettext("Correct or withdraw it where it is kept; then uphold the objection."),
            str(OBJECTION_FLOW.written), code="not-corrected",
        )  # fmt: skip
    return _answer(deed, objection, "uphold_objection")


@verb("credit.objection.refused", right="credit.answer", title=_("Objection refused"))
def refuse_objection(deed: Deed, *, objection: Objection) -> Objection:
    """Refuse an objection, with the reason."""
    return _answer(deed, objection, "refuse_objection")


def _answer(deed: Deed, objection: Objection, move: str) -> Objection:
    return deed.settle(
        objection, OBJECTION_FLOW, move, answered_on=deed.on, answered_by=getattr(deed.by, "username", ""),
        answer=deed.reason.strip(), due_on=None,
    )  # fmt: skip
