"""Duties: late instructions go up a level, and due days follow a changed rule. `run_clocks` may be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from banyan.kit import titles
from banyan.kit.duties import raise_a_level
from banyan.kit.models import Person
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.equipment.actions.things import reckon_again
from banyan.records.equipment.models import Equipment, Instruction
from banyan.records.equipment.models.things import STANDING
from banyan.records.equipment.queries import schedule
from banyan.records.equipment.queries.work import late_instructions

RULE_BEGINS = titles.by_house(gettext_noop("A rule begins to hold."))

SUPERVISE = "equipment.supervise"


def run_clocks(*, by: Any, on: Any) -> dict[str, int]:
    """Reckon what is due again where a rule of its kind begins, and raise what is late by a level."""
    moved = 0
    for kind in schedule.changed_rules(on=on):
        rows = list(Equipment.objects.filter(kind=kind, state__in=STANDING, withdrawn_on=None).order_by("pk"))
        if rows:
            moved += len(reckon_again(equipment=rows, by=by, on=on, reason=RULE_BEGINS))
    late = list(late_instructions(on=on))
    if late:
        raise_late(instructions=late, by=by, on=on, reason=titles.TERM_IS_OVER)
    return {"inspections due anew": moved, "instructions raised": len(late)}


@verb("equipment.late.raised", right=SUPERVISE, title=gettext_lazy("Raised a level, being late"))
def raise_late(deed: Deed, *, instructions: Sequence[Instruction]) -> Sequence[Instruction]:
    """Give late instructions to the next superior of their county, once per step."""
    raise_a_level(deed, instructions)
    return instructions


@verb("equipment.work.reassigned", right="equipment.reassign")
def reassign(deed: Deed, *, to: Person, instructions: Sequence[Instruction]) -> Sequence[Instruction]:
    """Make somebody else answerable for instructions. Refused where they lie outside that person's office."""
    inside = Instruction.objects.filter(pk__in=[one.pk for one in instructions]).within(to, on=deed.on).count()
    if inside < len(instructions) or not to.is_active or not to.is_present:
        raise Refused(
            _("Giving work to %(name)s was asked for.") % {"name": to},
            _("That person is not at work, or some of it lies outside that person's office."),
            _("Choose somebody of the right office who is at work."),
            code="outside-office",
        )
    for one in instructions:
        one.assignee = to
    deed.save_many(instructions, "assignee")
    return instructions
