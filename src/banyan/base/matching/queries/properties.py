"""Properties of firms in the Reconciliation Service API: what a query adds to a name, what is told of firms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.registry import queries as registry
from banyan.kit.terms import DISTRICT

CODE, COUNTY = "code", "county"
PROPERTIES = {
    CODE: _("code"), "name": _("name"), COUNTY: DISTRICT, "address": _("address"), "kind": _("kind"),
    "industry": _("trade"), "registered_on": _("registered on"), "closed_on": _("closed on"),
    "merged_into": _("merged into"),
}  # fmt: skip
"""What can be asked of a firm; a query may add its code and its county to the name."""


@dataclass(frozen=True)
class Known:
    """What a query says of a firm beside its name: the firms that bear its code, and the county it lies in."""

    codes: tuple[str, ...] = ()
    bearers: tuple[str, ...] = ()
    county: str | None = None

    def agreements(self, firm: Any) -> dict[str, bool]:
        """Whether what is known of both agrees, by property."""
        found = {}
        if self.codes and (firm.uscc or firm.organisation_code):
            found[CODE] = firm.pk in self.bearers
        if self.county and firm.county_id:
            found[COUNTY] = firm.county_id == self.county
        return found


def known_of(said: Mapping[str, Sequence[Mapping[str, Any]]], *, person: Any) -> dict[str, Known]:
    """What the properties of each query say; other properties than code and county say nothing."""
    texts = {key: [(str(one["pid"]), _texts(one["v"])) for one in some] for key, some in said.items()}
    codes = {text for some in texts.values() for name, values in some if name == CODE for text in values}
    firms = registry.organisations_by_code(codes=codes) if codes else {}
    allowed = registry.organisations(person=person).filter(pk__in=[one.pk for one in firms.values()])
    within = set(allowed.values_list("pk", flat=True)) if firms else set()
    counties = _counties(
        {text for some in texts.values() for name, values in some if name == COUNTY for text in values}
    )
    found = {}
    for key, some in texts.items():
        mine = [registry.plain_code(text) for name, values in some if name == CODE for text in values]
        bearers = [firms[code].pk for code in mine if code in firms and firms[code].pk in within]
        places = [text for name, values in some if name == COUNTY for text in values]
        county = next((counties[text] for text in places if counties[text]), None)
        found[key] = Known(tuple(filter(None, mine)), tuple(bearers), county)
    return found


def _texts(value: Any) -> list[str]:
    """The texts of a value: one, an entity, or a list of those."""
    values = value if isinstance(value, list) else [value]
    return [str(one.get("id") or one.get("name") or "") if isinstance(one, dict) else str(one) for one in values]


def _counties(texts: set[str]) -> dict[str, str | None]:
    """The county that each text means: a key, code, name or address; None for any other text."""
    if not texts:
        return {}
    known = {name: str(one.pk) for one in registry.counties() for name in (one.pk, one.name)}
    rows = registry.RegionCode.objects.filter(code__in={text.strip() for text in texts}, withdrawn_on=None)
    known |= dict(rows.order_by("from_on").values_list("code", "region_id"))
    of_address = registry.county_finder()
    return {text: known.get(text.strip()) or of_address(text.strip()) for text in texts}


def told_of(keys: Iterable[str], names: Sequence[str], *, person: Any) -> dict[str, dict[str, list[Any]]]:
    """The asked properties of firms, as far as the person may see them; of any other key nothing."""
    wanted = list(dict.fromkeys(keys))
    rows = registry.organisations(person=person).filter(pk__in=wanted)
    firms = {one.pk: one for one in rows.select_related("county", "industry", "merged_into")}
    return {key: {name: _values(firms[key], name) if key in firms else [] for name in names} for key in wanted}


def _values(firm: Any, name: str) -> list[dict[str, Any]]:
    """A property of a firm, as the interface gives values: texts, days, or entities with their key."""
    if name == "merged_into":
        into = firm.merged_into
        return [{"id": into.pk, "name": into.name}] if into else []
    if name in ("registered_on", "closed_on"):
        day = getattr(firm, name)
        return [{"date": day.isoformat()}] if day else []
    values = {
        CODE: lambda: firm.uscc or firm.organisation_code, "name": lambda: firm.name,
        COUNTY: lambda: str(firm.county or ""), "address": lambda: firm.address,
        "kind": lambda: firm.get_kind_display(), "industry": lambda: str(firm.industry or ""),
    }  # fmt: skip
    text = values[name]()
    return [{"str": text}] if text else []
