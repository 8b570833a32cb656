"""The pages of intake in the office's side bar, and imports that wait for a word in the list of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.base.matching.queries import name_matches
from banyan.base.registry.queries import Organisation, Product, ProductClass
from banyan.edge.intake import queries
from banyan.kit import rights
from banyan.kit.models import Person
from banyan.kit.office import Page, Panel, Todo, TodoItem, link
from banyan.records.inspection.queries import Sample
from banyan.records.plans.queries import Plan

RIGHT = "intake.run"
Step = tuple[Any, str, str, Any]
"""What to do, the page where it is done, the right that it needs, and a note."""


def waiting(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Imports that were checked or stopped and wait for somebody to decide."""
    found = queries.imports_of(person).filter(state__in=("ready", "stopped"))[:limit]
    return [
        TodoItem(str(one), reverse("intake:import", args=[one.number]), note=one.get_state_display()) for one in found
    ]


def first_records(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What is still to be done before the first sample of an office can be drawn, one line a step."""
    if Sample.objects.exists():
        return []
    firms: list[Step] = [
        (_("Read in the register of firms from a file"), "intake:new", RIGHT,
         _("The counties and industries of the packs are there already.")),
        (_("Or enter firms and laboratories one by one"), "office:registry_organisation_changelist", "registry.edit",
         ""),
    ]  # fmt: skip
    products: list[Step] = [
        (_("Enter which firm makes which product"), "office:registry_product_changelist", "registry.edit",
         _("Plans and draws choose among these firms. Classes of products are entered by the administrator.")),
    ]  # fmt: skip
    plan: list[Step] = [
        (_("Make the plan of the year, with its products and quotas"), "office:plans_plan_changelist", "plans.view",
         _("Spot checks of other offices can be read in from their files without a plan.")),
    ]  # fmt: skip
    steps = [
        *([] if Organisation.objects.exists() else firms),
        *([] if Product.objects.exists() else products),
        *([] if Plan.objects.exists() else plan),
    ]
    return _offered(steps, person)


def first_people(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What an administrator does first: enter people while nobody else can sign in, and classes of products."""
    steps: list[Step] = []
    if not Person.objects.filter(is_active=True).exclude(pk=person.pk).exists():
        note = _("Each gets a role, everywhere or within a county or firm.")
        steps.append((_("Enter the people of your office"), "office:kit_person_changelist", "people.manage", note))
    if not ProductClass.objects.exists():
        note = _("Plans, products and samples are sorted by them.")
        steps.append(
            (
                _("Enter the classes of products"),
                "office:registry_productclass_changelist",
                "registry.reference",
                note,
            )
        )
    return _offered(steps, person)


def _offered(steps: Sequence[Step], person: Any) -> list[TodoItem]:
    return [
        TodoItem(str(text), reverse(address), note=str(note))
        for text, address, right, note in steps
        if rights.has(person, right)
    ]


def bearing(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The imports whose rows have a name without a code, and the firm that their samples were given by it."""
    found = queries.names_of_match(record)
    seen = {one.number: one for one in queries.imports_of(person).filter(number__in=[one.number for one in found])}
    rows = [{"name": one, "record": seen[one.number]} for one in found if one.number in seen]
    return {"rows": rows} if rows else None


def unnamed(record: Sample, *, person: Any, on: date) -> dict[str, Any] | None:
    """The names without a code of a sample from a file, with what became of each."""
    found = queries.names_of_sample(record)
    seen = set(
        name_matches(person=person).filter(pk__in=[one.match_id for one in found]).values_list("pk", flat=True)
    )
    rows = [{"name": one, "url": link(one.match)} for one in found if one.match_id in seen]
    return {"rows": rows} if rows else None


PANELS = (
    Panel("matching.name_match", _("Rows that have the name"), "intake/bearing.html", bearing, right=RIGHT, order=2),
    Panel("inspection.sample", _("Names without a code"), "intake/unnamed.html", unnamed, right="matching.view",
          order=55),
)  # fmt: skip
PAGES = (Page(_("Import files"), "intake:imports", right=RIGHT, icon="upload_file", order=50),)
TODO = (
    Todo(_("First steps"), first_people, "people.manage", order=1),
    Todo(_("First steps"), first_records, RIGHT, order=2),
    Todo(_("Imports that wait for your word"), waiting, RIGHT, order=40, is_recorded=False),
)
