"""Which registered products and firms a lead may be about, each with its reason: suggested, never taken by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from banyan.base.registry import queries as registry
from banyan.base.registry.queries import Organisation, Product
from banyan.kit import bulk
from banyan.kit.scope import scoped
from banyan.response.recall.models import Lead

MOST = 8
GTIN_DIGITS = 14
AT_ONCE = 2000


@dataclass(frozen=True)
class Match:
    """A product or firm of the registry that a lead may be about, and why."""

    record: Product | Organisation
    reason: str


def matches(lead: Lead, *, person: Any) -> list[Match]:
    """What a person may see of the registry that a lead may be about, the surest reasons first."""
    found: dict[str, Match] = {}
    for one in _candidates(lead, person):
        found.setdefault(one.record.pk, one)
        if len(found) == MOST:
            break
    return list(found.values())


def _candidates(lead: Lead, person: Any) -> Iterator[Match]:
    products = scoped(Product, person).filter(withdrawn_on=None).select_related("maker").order_by("pk")
    if lead.gtin:
        for product in products.filter(gtin=lead.gtin.zfill(GTIN_DIGITS))[:MOST]:
            yield Match(product, _("the same bar code"))
    keys = [key for some in registry.organisations_by_name(names=[lead.maker_name]).values() for key in some]
    for firm in registry.organisations(person=person).filter(pk__in=keys, withdrawn_on=None).order_by("pk")[:MOST]:
        yield Match(firm, _("bears or bore the name of the maker as stated"))
    if lead.brand:
        of_brand = products.filter(brand__iexact=lead.brand)
        if lead.model:
            for product in of_brand.filter(model__iexact=lead.model)[:MOST]:
                yield Match(product, _("the same brand and model"))
        for product in of_brand[:MOST]:
            yield Match(product, _("the same brand"))
    if lead.maker_name and not keys:
        for firm in registry.find(text=lead.maker_name, person=person, limit=MOST):
            yield Match(firm, _("a name like that of the maker as stated"))


def told_otherwise(notices: Iterable[tuple[str, str]], *, form: str) -> dict[tuple[str, str], str]:
    """
    Of notices by authority and address, the leads that files of another form made of them: the key of the first.

    An address is the same with or without encryption, `www.` and a closing slash.
    """
    wanted = {one: same_address(one[1]) for one in notices if one[1]}
    spelled = {spelling for address in wanted.values() for spelling in _spellings(address)}
    names = ("key", "origin", "link", "came_by", "withdrawn_on")
    found: dict[tuple[str, str], str] = {}
    for key, origin, link, came_by, withdrawn_on in sorted(bulk.rows_in(Lead, "link", spelled, names)):
        if came_by not in ("", form) and withdrawn_on is None:
            found.setdefault((origin, same_address(link)), key)
    return {one: found[one[0], address] for one, address in wanted.items() if (one[0], address) in found}


def same_address(link: str) -> str:
    """An address without what may differ though it is the same page."""
    return link.strip().partition("://")[2].removeprefix("www.").rstrip("/")


def _spellings(address: str) -> Iterator[str]:
    for before, after in product(("http://", "https://", "http://www.", "https://www."), ("", "/")):
        yield f"{before}{address}{after}"


def pointing_here(leads: Sequence[Lead]) -> set[int]:
    """The places of those leads whose bar code, maker's name or brand the registry knows, asked for all at once."""
    codes = {lead.gtin.zfill(GTIN_DIGITS) for lead in leads if lead.gtin}
    names = {lead.maker_name for lead in leads if lead.maker_name}
    brands = {lead.brand.lower() for lead in leads if lead.brand}
    products = Product.objects.filter(withdrawn_on=None).order_by()
    known_codes = _known(products, "gtin", codes)
    known_names = registry.organisations_by_name(names=names).keys()
    known_brands = _known(products.annotate(said=Lower("brand")), "said", brands)
    return {
        place for place, lead in enumerate(leads)
        if (lead.gtin and lead.gtin.zfill(GTIN_DIGITS) in known_codes) or lead.maker_name in known_names
        or lead.brand.lower() in known_brands
    }  # fmt: skip


def _known(rows: Any, name: str, wanted: set[str]) -> set[str]:
    asked, found = sorted(wanted), set[str]()
    for start in range(0, len(asked), AT_ONCE):
        some = rows.filter(**{f"{name}__in": asked[start : start + AT_ONCE]}).marked()
        found |= set(some.values_list(name, flat=True).distinct())
    return found
