"""What is public of a firm today: who it is, what it holds, what was found, what was decided about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from banyan.base.registry import queries as registry
from banyan.judgement.credit import queries as credit
from banyan.judgement.lists import queries as lists
from banyan.kit import terms
from banyan.kit.prepared import Presence
from banyan.kit.refusals import NotFound
from banyan.records.inspection import queries as inspection
from banyan.response.casework import queries as casework
from banyan.response.complaints import queries as complaints
from banyan.response.recall import queries as recall

SHOWN = 20
"""Lines of each part of a file; how many there are is said where there are more."""
GRADE_IS_PUBLIC = "credit.grade_is_public"


@dataclass(frozen=True)
class Part:
    """The latest lines of a part of a file, and whether there are further ones."""

    rows: list[Any] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True)
class File:
    """The public file of a firm on a day. `grade` is empty where no rule makes it public; `rule` cites that rule.

    `listed_with` are the numbers of public listings of firms that it took over.
    """

    firm: Any
    code: str
    standing: str
    former_names: list[Any]
    survivor: Any
    absorbed: list[Any]
    listed_with: list[str]
    certificates: Part
    products: Part
    samples: Part
    recalls: Part
    listings: Part
    penalties: Part
    complaints: Part
    grade: str
    rule: str


def firm_of(code: str) -> Any:
    """The firm with a code of 18 or 9 characters, or with a key. Raises NotFound."""
    found = registry.organisation_by_code(code=code) or registry.organisations_by_key(keys=[code]).get(code)
    if found is None or found.withdrawn_on is not None:
        raise NotFound(
            _("The firm with the code “%(code)s” was asked for.") % {"code": code[:40]},
            _("No firm of the register has this code."),
            _("Compare its 18 characters with the licence, or search by name."),
        )
    return found


def address_of(firm: Any) -> str:
    """What stands for a firm in addresses: its code, or its key where the code leads to a person or is not known."""
    return str(registry.public_code(firm) or firm.pk)


def standing_of(firm: Any, *, on: date) -> str:
    """Whether a firm is open, closed or merged into another."""
    if firm.merged_into_id:
        return "merged"
    return "closed" if firm.closed_on and firm.closed_on <= on else "open"


PARTS: Mapping[str, Callable[[Any, date], Any]] = {
    "former_names": lambda firm, on: firm.names.filter(withdrawn_on=None, until_on__lte=on).order_by("-until_on"),
    "absorbed": lambda firm, _on: registry.Organisation.objects.filter(merged_into=firm, withdrawn_on=None),
    "certificates": lambda firm, on: (
        registry.certificates_on(organisation=firm, on=on).select_related("product_class")
        .order_by("kind", "-from_on", "pk")
    ),
    "products": lambda firm, _on: (
        registry.Product.objects.filter(maker=firm, withdrawn_on=None).select_related("product_class")
        .order_by("name", "pk")
    ),
    "samples": lambda firm, on: inspection.Sample.objects.filter(
        Q(maker=firm) | Q(seller=firm), withdrawn_on=None, published_on__lte=on
    ).order_by("-published_on", "-pk"),
    "recalls": lambda firm, _on: (
        recall.published_notices().filter(recall__maker=firm).order_by("-published_on", "-number")
    ),
    "listings": lambda firm, on: lists.public_listings(on=on).filter(organisation=firm),
    "penalties": lambda firm, on: casework.public_penalties(on=on).filter(party=firm),
    "complaints": lambda firm, _on: complaints.published_of(firm),
}  # fmt: skip
"""What may be public of a firm on a day, part by part."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "certificates": (), "products": (),
    "samples": ("number", "product_name", "conclusion", "published_on", "lot", "maker_id"),
    "recalls": ("number", "product_name", "published_on"),
    "listings": ("number", "list", "cause", "published_on", "public_until"),
    "penalties": ("number", "title", "decided_on", "party_id"), "complaints": ("number",),
}  # fmt: skip
"""The parts that are shown by lines; of those whose records are wide the fields that are read."""
PRESENCE = Presence(registry.Organisation, PARTS)


def file_of(firm: Any, *, on: date) -> File:
    """All that is public of a firm on a day."""
    there = PRESENCE.of(firm, on=on)
    parts = {
        name: _part(PARTS[name](firm, on), *fields) if name in there else Part() for name, fields in FIELDS.items()
    }
    for one in parts["penalties"].rows:
        one.party = firm
        one.title = casework.shown_text(one, one.title)
    grade, rule = _grade(firm, on=on)
    absorbed = registry.absorbed(organisation=firm) if "absorbed" in there else []
    return File(
        firm=firm, code=registry.public_code(firm), standing=standing_of(firm, on=on),
        former_names=list(PARTS["former_names"](firm, on)) if "former_names" in there else [],
        survivor=registry.survivor(organisation=firm) if firm.merged_into_id else None,
        absorbed=absorbed, listed_with=_listed(absorbed, on) if absorbed else [],
        grade=grade, rule=rule, **parts,
    )  # fmt: skip


def _listed(firms: list[Any], on: date) -> list[str]:
    """The numbers of the public listings of some firms."""
    rows = lists.public_listings(on=on).filter(organisation__in=firms).order_by("number")
    return list(rows.values_list("number", flat=True))


def _part(rows: Any, *fields: str) -> Part:
    """The first rows; of wide records only the fields that are shown are read."""
    found = list((rows.select_related(None).only(*fields) if fields else rows)[: SHOWN + 1])
    return Part(found[:SHOWN], len(found) > SHOWN)


def _grade(firm: Any, *, on: date) -> tuple[str, str]:
    """The grade where the packs make it public, and where that is written."""
    is_public, written = terms.value(GRADE_IS_PUBLIC, on=on)
    return (credit.grades_of([firm.pk], on=on).get(firm.pk, ("", None))[0] if is_public else ""), written


def identity_of(firm: Any, *, on: date) -> dict[str, Any]:
    """Who a firm is, and whether anything stands against it, in as few questions as that takes."""
    return {
        "name": firm.name, "code": registry.public_code(firm), "kind": firm.kind, "county": firm.county_id or "",
        "standing": standing_of(firm, on=on), "registered_on": firm.registered_on, "closed_on": firm.closed_on,
        "merged_into": address_of(registry.survivor(organisation=firm)) if firm.merged_into_id else "",
        "listings": lists.public_numbers_of(organisation=firm, on=on),
    }  # fmt: skip
