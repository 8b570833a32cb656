"""What special equipment shows on other pages: of a firm, what is due next, and work to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.kit import rights, terms
from banyan.kit.office import Page, Panel, Todo, TodoItem, link
from banyan.kit.scope import scoped
from banyan.policy.calendar import add_months
from banyan.records.equipment import queries
from banyan.records.equipment.models import Equipment, Incident, Instruction, Kind, Operator, Rescue, What
from banyan.records.equipment.queries import schedule

SHOWN = 8
REGISTER = "equipment.register"
AHEAD = 3  # months: how far ahead a licence that ends is shown


def equipment_of_firm(organisation: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The equipment that a firm uses or maintains, what of it is overdue first, and where a licence is missing."""
    of_firm = Q(user_unit=organisation) | Q(maintenance_unit=organisation)
    rows = scoped(Equipment, person).filter(of_firm, withdrawn_on=None).exclude(state__in=("scrapped", "cancelled"))
    found = list(rows.order_by("due_on", "pk")[: SHOWN + 1])
    if not found:
        return None
    return {
        "rows": [
            {"equipment": one, "url": link(one), "is_overdue": one.is_overdue(on=on),
             "is_used": one.user_unit_id == organisation.pk}
            for one in found[:SHOWN]
        ],
        "more": len(found) > SHOWN,
        "gaps": [Kind(kind).label for kind in queries.gaps_of(organisation, person=person, on=on)],
        "lapsed": queries.lapsed(person, on=on).filter(employer=organisation).count(),
    }  # fmt: skip


def due_of_equipment(equipment: Equipment, *, person: Any, on: date) -> dict[str, Any] | None:
    """All that is due of a piece of equipment by the rules of its kind, and by when to apply for the first."""
    if equipment.state in ("scrapped", "cancelled"):
        return None
    passed = schedule.passed_by([equipment]).get(equipment.pk, schedule.NOTHING)
    found = schedule.duties(equipment, passed, on=on)
    return {
        "rows": [{"what": What(one.what).label, "due_on": one.due_on, "is_overdue": one.due_on < on}
                 for one in found],
        "apply_by": queries.apply_by(found[0].due_on) if found else None,
        "applied_on": equipment.applied_on, "rule": schedule.rule_of(equipment.kind),
    }  # fmt: skip


# ---------------------------------------------------------------- work to do


def overdue(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Equipment in use whose inspection is overdue, the longest first."""
    return _due(queries.overdue(person, on=on), on=on, limit=limit)


def to_apply_for(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """A firm's equipment whose inspection is to be applied for now, or within the month that the law gives."""
    own = [one.path for one in rights.reaches(person, "equipment.answer") if one.dimension == "organisation"]
    if not own:
        return []
    rows = queries.in_use(person).filter(user_unit__in=own, applied_on=None, due_on__gte=on)
    return _due(rows.filter(due_on__lte=add_months(on, 2)), on=on, limit=limit, applies=True)


def instructions_to_answer(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Instructions that a firm is to meet."""
    if not _is_firm(person):
        return []
    return _instructions("issued", person=person, on=on, limit=limit)


def instructions_to_check(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Instructions that were reported met and are to be checked again within the term, and those that are late."""
    late = queries.open_instructions().within(person, on=on).filter(state="issued", due_on__lt=on)
    found = [*_instructions("reported", person=person, on=on, limit=limit), *_told(late, on=on, limit=limit)]
    return sorted(found, key=lambda one: one.due_on or on)[:limit]


def failed(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Equipment whose use is forbidden and about which no instruction was given."""
    rows = scoped(Equipment, person).filter(state="barred", withdrawn_on=None)
    rows = rows.exclude(pk__in=queries.open_instructions().values("equipment"))
    return [
        TodoItem(text=str(one), url=link(one), note=str(one.user_unit))
        for one in rows.select_related("user_unit").order_by("pk")[:limit]
    ]


def unregistered(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Equipment that is used and was not registered within its term, or is still within it."""
    rows = scoped(Equipment, person).filter(state="unregistered", used_since__isnull=False, withdrawn_on=None)
    items = []
    for one in rows.select_related("user_unit").order_by("used_since", "pk")[:limit]:
        found = terms.due(REGISTER, start=one.used_since)
        due_on = found.on if found else None
        items.append(
            TodoItem(text=str(one), url=link(one), due_on=due_on, is_overdue=bool(due_on and due_on < on),
                     note=str(one.user_unit))
        )  # fmt: skip
    return items


def licences(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Operators at work without a valid licence, and those whose licence ends soon."""
    rows = scoped(Operator, person).filter(left_on=None, withdrawn_on=None)
    rows = rows.filter(Q(licence="") | Q(until_on__lt=add_months(on, AHEAD))).select_related("employer")
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.until_on,
                 is_overdue=not one.licence or bool(one.until_on and one.until_on < on),
                 note="" if one.licence else gettext("without a licence"))
        for one in rows.order_by("until_on", "pk")[:limit]
    ]  # fmt: skip


def open_rescues(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Rescues that are under way."""
    rows = scoped(Rescue, person).exclude(state="released").filter(withdrawn_on=None).select_related("equipment")
    return [
        TodoItem(text=str(one), url=link(one), note=str(one.get_state_display()))
        for one in rows.order_by("called_at", "pk")[:limit]
    ]


def incidents(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Incidents that are to be investigated."""
    rows = scoped(Incident, person).filter(state="reported", withdrawn_on=None).select_related("equipment")
    return [
        TodoItem(text=str(one), url=link(one), note=str(Incident.spoken["level"](one.level)))
        for one in rows.order_by("happened_on", "pk")[:limit]
    ]


def _due(rows: Any, *, on: date, limit: int, applies: bool = False) -> list[TodoItem]:
    items = []
    for one in rows.select_related("user_unit").order_by("due_on", "pk")[:limit]:
        note = f"{one.get_due_what_display()} · {one.user_unit}"
        if applies:
            note = gettext("apply by %(day)s") % {"day": queries.apply_by(one.due_on)}
        items.append(TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=one.due_on < on, note=note))
    return items


def _instructions(state: str, *, person: Any, on: date, limit: int) -> list[TodoItem]:
    rows = queries.open_instructions().within(person, on=on).filter(state=state)
    return _told(rows, on=on, limit=limit)


def _told(rows: Any, *, on: date, limit: int) -> list[TodoItem]:
    return [
        TodoItem(text=str(one), url=link(one), due_on=one.due_on, is_overdue=bool(one.due_on and one.due_on < on),
                 note=str(one.get_state_display()))
        for one in rows.select_related("equipment").order_by("due_on", "key")[:limit]
    ]  # fmt: skip


def _is_firm(person: Any) -> bool:
    return any(one.dimension == "organisation" for one in rights.reaches(person, "equipment.answer"))


def listed(model: Any, **filters: Any) -> str:
    """The address of a list of equipment, filtered."""
    meta = model._meta
    address = reverse(f"office:{meta.app_label}_{meta.model_name}_changelist")
    return f"{address}?{urlencode(filters, doseq=True)}"


PANELS = (
    Panel("registry.organisation", _("Special equipment"), "equipment/of_firm.html", equipment_of_firm,
          right="equipment.view", order=40),
    Panel("equipment.equipment", _("What is due"), "equipment/due.html", due_of_equipment, right="equipment.view",
          order=5),
)  # fmt: skip

PAGES = (
    Page(_("Equipment: what is overdue"), "equipment:overdue", right="equipment.view", icon="event_busy",
         group=_("Work"), order=65),
)  # fmt: skip

TODO = (
    Todo(_("Rescues under way"), open_rescues, "equipment.rescue", lambda on: listed(Rescue), order=5),
    Todo(_("Equipment: inspection overdue"), overdue, "equipment.answer",
         lambda on: listed(Equipment, state__exact="in_use", due_on_to=on - timedelta(days=1)), order=13),
    Todo(_("Equipment: inspection to apply for"), to_apply_for, "equipment.answer",
         lambda on: listed(Equipment, state__exact="in_use", due_on_to=add_months(on, 2)), order=17),
    Todo(_("Safety instructions: to answer"), instructions_to_answer, "equipment.answer",
         lambda on: listed(Instruction, state__exact="issued"), order=18),
    Todo(_("Safety instructions: to check again, or late"), instructions_to_check, "equipment.decide",
         lambda on: listed(Instruction), order=57),
    Todo(_("Use forbidden, no instruction given"), failed, "equipment.decide",
         lambda on: listed(Equipment, state__exact="barred"), order=58),
    Todo(_("Incidents to investigate"), incidents, "equipment.decide",
         lambda on: listed(Incident, state__exact="reported"), order=59),
    Todo(_("Equipment not registered for use"), unregistered, "equipment.edit",
         lambda on: listed(Equipment, state__exact="unregistered"), order=61),
    Todo(_("Licences of operators"), licences, "equipment.answer", lambda on: listed(Operator), order=62),
)  # fmt: skip
