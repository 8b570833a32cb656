"""The pages of intake in the office's side bar, and imports that wait for a word in the list of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import Organisation
from banyan.edge.intake import queries
from banyan.kit import rights
from banyan.kit.models import Person
from banyan.kit.office import Page, Todo, TodoItem

RIGHT = "intake.run"


def waiting(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Imports that were checked or stopped and wait for somebody to decide."""
    found = queries.imports_of(person).filter(state__in=("ready", "stopped"))[:limit]
    return [
        TodoItem(str(one), reverse("intake:import", args=[one.number]), note=one.get_state_display()) for one in found
    ]


def first_records(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Where to begin in an office that has no records yet."""
    if Organisation.objects.exists():
        return []
    steps = [
        (_("Read in the register of firms from a file"), "intake:new", RIGHT,
         _("The counties, industries and classes of products of the packs are there already.")),
        (_("Or enter firms and laboratories one by one"), "office:registry_organisation_changelist", "registry.edit",
         ""),
        (_("Make the plan of the year, with its products and quotas"), "office:plans_plan_changelist", "plans.view",
         _("Spot checks of other offices can be read in from their files without a plan.")),
    ]  # fmt: skip
    return [
        TodoItem(str(text), reverse(address), note=str(note))
        for text, address, right, note in steps
        if rights.has(person, right)
    ]


def first_people(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What an administrator does first, while nobody else can sign in."""
    if Person.objects.filter(is_active=True).exclude(pk=person.pk).exists():
        return []
    text, note = _("Enter the people of your office"), _("Each gets a role, everywhere or within a county or firm.")
    return [TodoItem(str(text), reverse("office:kit_person_changelist"), note=str(note))]


PAGES = (Page(_("Import files"), "intake:imports", right=RIGHT, icon="upload_file", order=50),)
TODO = (
    Todo(_("First steps"), first_people, "people.manage", order=1),
    Todo(_("First steps"), first_records, RIGHT, order=2),
    Todo(_("Imports that wait for your word"), waiting, RIGHT, order=40, is_recorded=False),
)
