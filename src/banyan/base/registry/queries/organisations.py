"""Reads of organisations: by code, by text, by place on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from banyan.base.registry.models import (
    Certificate,
    Organisation,
    OrganisationName,
    OrganisationPlace,
    Product,
)
from banyan.base.registry.queries.codes import plain_code
from banyan.kit import bulk, search
from banyan.kit.refusals import NotFound

BATCH = 2000


def organisations(*, person: Any, right: str = "", on: date | None = None) -> Any:
    """The organisations that a person may see (or may do `right` to)."""
    return Organisation.objects.all().within(person, right=right, on=on)


def closed_with_personal_data(*, by: date) -> list[Organisation]:
    """The organisations that had closed by a day and of which personal data are still kept."""
    return list(Organisation.objects.filter(closed_on__lte=by).exclude(representative="").order_by("key"))


def organisation(*, key: str) -> Organisation:
    """One organisation by its key. Raises `NotFound`."""
    found = Organisation.objects.filter(pk=key).first()
    if found is None:
        raise NotFound(
            _("The organisation “%(key)s” was asked for.") % {"key": key},
            _("There is no such key in the registry."),
            _("Search by name or code instead."),
        )
    return found


def organisations_by_key(*, keys: Iterable[str]) -> dict[str, Organisation]:
    """Organisations by key; keys that nobody has are left out."""
    found: dict[str, Organisation] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), BATCH):
        found |= Organisation.objects.in_bulk(wanted[start : start + BATCH])
    return found


def organisation_by_code(*, code: str) -> Organisation | None:
    """The organisation with a unified code (18 characters) or an old organisation code (9), else None."""
    plain = plain_code(code)
    found = Organisation.objects.filter(uscc=plain, withdrawn_on=None).first() if plain else None
    return found or organisations_by_code(codes=[code]).get(plain)


def organisations_by_code(*, codes: Iterable[str]) -> dict[str, Organisation]:
    """Organisations by plain code, old or new; codes that nobody has are left out."""
    wanted = list({plain_code(code) for code in codes if code})
    found: dict[str, Organisation] = {}
    for start in range(0, len(wanted), BATCH // 2):
        part = wanted[start : start + BATCH // 2]
        rows = Organisation.objects.filter(Q(uscc__in=part) | Q(organisation_code__in=part), withdrawn_on=None)
        for one in rows.order_by("-merged_into", "pk"):
            for code in (one.uscc, one.organisation_code):
                if code:
                    found[code] = one
    return {code: found[code] for code in wanted if code in found}


def organisations_by_name(*, names: Iterable[str]) -> dict[str, list[str]]:
    """Keys of the organisations that bear or bore each of the names exactly."""
    wanted = list({name.strip() for name in names if name.strip()})
    found: dict[str, list[str]] = {}
    for start in range(0, len(wanted), BATCH):
        rows = OrganisationName.objects.filter(name__in=wanted[start : start + BATCH], withdrawn_on=None)
        for name, key in rows.values_list("name", "organisation_id").order_by("organisation_id").distinct():
            found.setdefault(name, []).append(key)
    return found


def find(*, text: str, person: Any, limit: int = 20) -> list[Organisation]:
    """Organisations that a text finds (characters, pinyin, beginning of a code), best first; else the near ones."""
    allowed = organisations(person=person)
    named = {"noun": Organisation.noun, "text": text, "limit": limit, "allowed": allowed}
    keys = search.find(**named) or search.near(**named)
    rows = {one.pk: one for one in allowed.filter(pk__in=keys).select_related("county", "park")}
    return [rows[key] for key in keys]


def place_on(*, organisation: Organisation | str, on: date) -> OrganisationPlace | None:
    """Where an organisation was on a day: its county, park and address of that day."""
    key = organisation if isinstance(organisation, str) else organisation.pk
    return places_on(keys=[key], on=on).get(key)


def places_on(*, keys: Iterable[str], on: date) -> dict[str, OrganisationPlace]:
    """The place of each organisation on a day; before its first known place, that first one."""
    found: dict[str, OrganisationPlace] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), BATCH):
        rows = OrganisationPlace.objects.filter(
            organisation__in=wanted[start : start + BATCH], withdrawn_on=None
        ).select_related("county", "park")
        for place in rows.order_by("organisation", "from_on"):
            if place.organisation_id not in found or place.from_on <= on:
                found[place.organisation_id] = place
    return found


def organisations_in_park(*, park: Any, on: date) -> Any:
    """The organisations that were in a park on a day (scope it before showing it)."""
    inside = OrganisationPlace.objects.filter(park=park, withdrawn_on=None, from_on__lte=on).filter(
        Q(until_on=None) | Q(until_on__gte=on)
    )
    return Organisation.objects.filter(pk__in=inside.values("organisation"), withdrawn_on=None).filter(
        Q(closed_on=None) | Q(closed_on__gt=on)
    )


def name_on(*, organisation: Organisation, on: date) -> str:
    """The name that an organisation bore on a day."""
    names = organisation.names.filter(from_on__lte=on, withdrawn_on=None).order_by("-from_on")
    found = names.first()
    return found.name if found else organisation.name


def survivor(*, organisation: Organisation) -> Organisation:
    """The organisation that answers today: the one that this one was merged into, however often."""
    while organisation.merged_into is not None:
        organisation = organisation.merged_into
    return organisation


def absorbed(*, organisation: Organisation) -> list[Organisation]:
    """The organisations that were merged into this one, directly or through another, the last merger first."""
    keys = absorbed_by_each([organisation.pk]).get(organisation.pk, [])
    found = Organisation.objects.filter(pk__in=keys) if keys else ()
    return sorted(found, key=lambda one: (one.closed_on, one.pk), reverse=True)


def absorbed_by_each(keys: Iterable[str]) -> dict[str, list[str]]:
    """The keys of the organisations that each took up, directly or through another: a question for each link."""
    asked = set(keys)
    into: dict[str, str] = {}
    level = asked
    while level:
        rows = bulk.rows_in(Organisation, "merged_into", sorted(level), ("key", "merged_into", "withdrawn_on"))
        links = {key: above for key, above, withdrawn in rows if withdrawn is None and key not in into}
        into |= links
        level = links.keys() - asked
    found: dict[str, list[str]] = {}
    for key in sorted(into):
        above, passed = into[key], {key}
        while above and above not in passed:
            if above in asked:
                found.setdefault(above, []).append(key)
            passed.add(above)
            above = into.get(above, "")
    return found


def product_by_gtin(*, gtin: str) -> Product | None:
    """The product with a bar code, whatever number of leading zeros it is written with."""
    code = plain_code(gtin).lstrip("0")
    return Product.objects.filter(gtin=code.zfill(14), withdrawn_on=None).first() if code else None


def certificates_on(*, organisation: Organisation, on: date, kind: str = "") -> Any:
    """The certificates of an organisation that were in force on a day."""
    rows = Certificate.objects.filter(organisation=organisation, withdrawn_on=None, from_on__lte=on)
    rows = rows.filter(Q(until_on=None) | Q(until_on__gte=on))
    return rows.filter(kind=kind) if kind else rows


def certificates_of_product(*, product: Product, on: date) -> Any:
    """What the maker of a product holds on a day for its class, or for all that it makes."""
    held = certificates_on(organisation=product.maker, on=on)
    return held.filter(Q(product_class=None) | Q(product_class=product.product_class)).order_by("kind", "-from_on")
