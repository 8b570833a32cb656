"""Verbs of safety instructions: issued, reported put right, checked again within the term, closed."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import rights, terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.records.equipment.actions.inspections import fill
from banyan.records.equipment.models import EQUIPMENT_FLOW, INSTRUCTION_FLOW, Equipment, Inspection, Instruction
from banyan.records.equipment.queries.numbers import next_numbers

RECHECK = "equipment.recheck"


@verb("equipment.instruction.issued", right="equipment.decide", title=gettext_lazy("Safety instruction issued"))
def issue_instruction(
    deed: Deed, *, equipment: Equipment, demands: str, rectify_by: date, inspection: Inspection | None = None
) -> Instruction:
    """Instruct the user unit in writing to put something right by a day; it follows the last failed inspection."""
    asked = _("An instruction about %(equipment)s was asked for.") % {"equipment": equipment}
    if rectify_by <= deed.on:
        raise Refused(
            asked,
            _("It would have to be put right by %(day)s, which leaves no time.") % {"day": rectify_by},
            _("Choose a later day."),
            code="no-time",
        )
    terms.demand_near(asked=asked, day=rectify_by, on=deed.on)
    if waiting := equipment.instructions.exclude(state="closed").filter(withdrawn_on=None).first():
        raise Refused(
            asked,
            _("Instruction %(number)s about it is open.") % {"number": waiting.number},
            _("Go on with that one."),
            code="instruction-open",
        )
    deed.hold()
    failed = equipment.inspections.filter(passed=False, withdrawn_on=None, instructions=None)
    one = Instruction(
        key=fresh("es"), number=next_numbers(Instruction, 1, on=deed.on)[0], demands=demands, issued_on=deed.on,
        rectify_by=rectify_by, due_on=rectify_by, inspection=inspection or failed.order_by("-done_on", "-pk").first(),
        assignee=None if isinstance(deed.by, rights.System) else deed.by,
    )  # fmt: skip
    fill(one, equipment)
    return deed.add(one)


@verb("equipment.instruction.answered", right="equipment.answer")
def report_rectified(deed: Deed, *, instruction: Instruction, report: str) -> Instruction:
    """Report, as the user unit, that what was demanded was done: the term for the second check begins."""
    INSTRUCTION_FLOW.move(instruction, "report_rectified")
    instruction.report, instruction.reported_on = report, deed.on
    terms.set_clock(instruction, RECHECK, terms.due(RECHECK, start=deed.on))
    return deed.save(instruction, "state", "report", "reported_on", *terms.CLOCK)


@verb("equipment.instruction.met", right="equipment.decide")
def find_rectified(deed: Deed, *, instruction: Instruction, check_found: str) -> Instruction:
    """Close an instruction: the second check found that it was met. Equipment whose use was forbidden is released."""
    INSTRUCTION_FLOW.move(instruction, "find_rectified")
    instruction.check_found, instruction.closed_on = check_found, deed.on
    terms.stop_clock(instruction)
    (equipment,) = deed.locked([instruction.equipment])
    if equipment.state == "barred":
        EQUIPMENT_FLOW.move(equipment, "release")
        deed.save(equipment, "state")
    return deed.save(instruction, "state", "check_found", "closed_on", *terms.CLOCK)


@verb("equipment.instruction.not_met", right="equipment.decide")
def find_not_rectified(deed: Deed, *, instruction: Instruction, check_found: str, rectify_by: date) -> Instruction:
    """Record that the second check found it not put right, and set another day."""
    INSTRUCTION_FLOW.demand(instruction, "find_not_rectified")
    asked = _("Another day was to be set for %(instruction)s.") % {"instruction": instruction}
    if rectify_by <= deed.on:
        raise Refused(
            asked, _("%(day)s leaves no time.") % {"day": rectify_by}, _("Choose a later day."), code="no-time"
        )
    terms.demand_near(asked=asked, day=rectify_by, on=deed.on)
    INSTRUCTION_FLOW.move(instruction, "find_not_rectified")
    terms.stop_clock(instruction)  # the day that was set is no term of a rule
    instruction.check_found, instruction.rectify_by, instruction.due_on = check_found, rectify_by, rectify_by
    return deed.save(instruction, "state", "check_found", "rectify_by", *terms.CLOCK)
