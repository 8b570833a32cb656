"""What a mapping's fields become: what samples, organisations and leads take of a row, and rows they cannot take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings

from banyan import policy
from banyan.base.registry import queries as registry
from banyan.edge.intake.queries.messages import Messages
from banyan.edge.intake.queries.target import NEEDED, RIGHT, UNDOING, Target, reason_of, said, text_of
from banyan.edge.intake.queries.things import Things
from banyan.kit import Refused, rights
from banyan.policy.mappings import Accepted, Mapping
from banyan.policy.mappings import Refused as RowRefused
from banyan.policy.mappings.reasons import refusal
from banyan.records.inspection import queries as inspection
from banyan.records.inspection.actions.batches import RECORDED_STATES
from banyan.response.recall import queries as recall
from banyan.science import limits

__all__ = ["NEEDED", "RIGHT", "UNDOING", "Target", "target_of"]

OF_SAMPLE = {
    "product_name": 240, "brand": 80, "model": 120, "standard": 120, "lot": 120, "maker_name": 240,
    "seller_name": 240, "platform": 120, "authority": 120, "place": 240, "quantity": 60, "stage": 8, "size": 8,
    "scheme": 20, "level": 10, "drawn": 14, "report_number": 80,
}  # fmt: skip
DAYS_OF_SAMPLE = ("made_on", "sampled_on", "judged_on", "published_on")
OF_ITEM = {"item": 160, "category": 80, "unit": 40, "value": 160, "limit": 240, "method": 120}
OTHERS_OF_SAMPLE = ("conclusion", "county", "origin_county", "maker_uscc", "seller_uscc")
OF_ORGANISATION = {"name": 160, "uscc": 18, "organisation_code": 9, "address": 240, "kind": 12, "size": 8}
OTHERS_OF_ORGANISATION = ("registered_on", "county")
OF_LEAD = {
    "product_name": 240, "brand": 120, "model": 160, "lots": 10_000, "gtin": 14, "maker_name": 240, "origin": 120,
    "made_in": 200, "reference": 120, "link": 400, "defect": 10_000, "hazard": 10_000, "source": 12, "regime": 8,
}  # fmt: skip
OTHERS_OF_LEAD = ("happened_on", "is_grave", "county")
CUT = {name: OF_LEAD[name] for name in ("product_name", "brand", "reference")}  # a longer text stands with the defect
GOODS = {"product_name", "brand", "model", "lots", "gtin"}


class Samples(Target):
    """Rows of tested items, gathered into samples with their results."""

    into, prefix = "inspection", "s"
    lengths = OF_SAMPLE | OF_ITEM
    known = frozenset({*OF_SAMPLE, *DAYS_OF_SAMPLE, *OF_ITEM, *OTHERS_OF_SAMPLE})

    def __init__(self, mapping: Mapping, *, by: Any, on: date) -> None:
        super().__init__(mapping, by=by, on=on)
        self._has_items = bool(mapping.record.item)
        self._rest = [name for name in mapping.record.item[1:] if name not in ("limit", "value", "unit")]

    def split(self, values: dict[str, Any]) -> Sequence[tuple[str, tuple[str, ...], Any]]:
        if not self._has_items:
            return (("", tuple(said(values)), None),)
        name = values[self.mapping.record.item[0]] or ""
        rest = [text_of(values[field]) for field in self._rest]
        if not name:
            return (("", tuple(text_of(values.get(field)) for field in self.mapping.record.item), None),)
        found = limits.split_items(
            name, values.get("limit") or "", values.get("value") or "", values.get("unit") or ""
        )
        return [(part.name, (part.limit, part.result, part.unit, *rest), part) for part in found]

    def prepare(self, values: Sequence[dict[str, Any]], records: set[str]) -> None:
        open_ones = inspection.samples_seen(sorted(records), person=self.by) if records else {}
        takes = {key for key, one in open_ones.items() if one.withdrawn_on is None and one.state in RECORDED_STATES}
        self._closed = records - takes

    def closed(self, record: str) -> RowRefused | None:
        return reason_of("record_closed", key=record) if record in self._closed else None

    def checked(self, fate: Any) -> Any:
        fate = super().checked(fate)
        values: Any = fate.values if isinstance(fate, Accepted) else None
        if values and self._has_items and (name := values[self.mapping.record.item[0]]):
            for part in self.split(values):
                for field, text in (("item", part[0]), ("limit", part[1][0]), ("value", part[1][1])):
                    if len(text) > OF_ITEM[field]:
                        return self._too_long(field if field in self._named else "item", name, OF_ITEM[field])
                if not limits.is_unit(part[1][2]):
                    return reason_of("unknown_unit", column=self._named.get("unit", ""), cell=part[1][2])
        return fate


class Organisations(Target):
    """Rows of a register, one organisation each."""

    into, prefix = "registry", "o"
    lengths = OF_ORGANISATION
    known = frozenset({*OF_ORGANISATION, *OTHERS_OF_ORGANISATION})

    def split(self, values: dict[str, Any]) -> Sequence[tuple[str, tuple[str, ...], Any]]:
        return (("", tuple(said(values)), None),)

    def prepare(self, values: Sequence[dict[str, Any]], records: set[str]) -> None:
        codes = {code for one in values for code in _codes(one)}
        self._taken = {code: (one.pk, one.name) for code, one in registry.organisations_by_code(codes=codes).items()}

    def elsewhere(self, values: dict[str, Any]) -> str | RowRefused:
        for code in _codes(values):
            if code in self._taken:
                key, name = self._taken[code]
                if key and name == values["name"] and code == values.get("uscc"):
                    return str(key)
                column = self._named.get("uscc") or self._named.get("organisation_code", "")
                return reason_of("already_registered", column=column, cell=code, key=key or "", known=name)
        self._taken.update(dict.fromkeys(_codes(values), ("", values["name"])))
        return ""


class Leads(Target):
    """Rows of notices, one lead each. A notice states no county: it lies with the office that takes it in."""

    into, prefix = "recall", "rl"
    lengths = dict(OF_LEAD.items() - CUT.items())
    known = frozenset({*OF_LEAD, *OTHERS_OF_LEAD})

    def __init__(self, mapping: Mapping, *, by: Any, on: date) -> None:
        super().__init__(mapping, by=by, on=on)
        offices = [one.path for one in rights.reaches(by, RIGHT[self.into], on=on) if one.dimension == "region"]
        path = offices[0] if offices else policy.load(settings.BANYAN_PACKS).region()
        region = registry.Region.objects.filter(path=path).first() if path else None
        self.home = region.pk if region else ""

    def split(self, values: dict[str, Any]) -> Sequence[tuple[str, tuple[str, ...], Any]]:
        return (("", tuple(said(values)), None),)

    def prepare(self, values: Sequence[dict[str, Any]], records: set[str]) -> None:
        whole = not GOODS & set(self.mapping.record.key)  # else one notice has a row for each of its goods
        notices = {(one["origin"], one.get("link") or "") for one in values} if whole else set()
        self._told = recall.told_otherwise(notices, form=self.mapping.key)

    def elsewhere(self, values: dict[str, Any]) -> str | RowRefused:
        return self._told.get((values["origin"], values.get("link") or ""), "")

    def checked(self, fate: Any) -> Any:
        fate = super().checked(fate)
        if not isinstance(fate, Accepted):
            return fate
        values: Any = fate.values
        for field in NEEDED["recall"]:
            if values[field] is None:
                return refusal("missing_value", column=self._named.get(field, field), cell="")
        code = values.get("gtin")
        try:
            registry.check_gtin(code or "0" * 8)
        except Refused:
            return reason_of("not_a_gtin", column=self._named["gtin"], cell=str(code))
        return fate


def _codes(values: dict[str, Any]) -> list[str]:
    """The codes under which a row's organisation is or will be registered: one code, one file."""
    uscc = values.get("uscc")
    own = uscc[8:17] if uscc else values.get("organisation_code")
    return [code for code in (uscc, own) if code]


TARGETS: dict[str, type[Target]] = {one.into: one for one in (Samples, Organisations, Leads, Messages, Things)}


def target_of(mapping: Mapping, *, by: Any, on: date) -> Target:
    """What takes the rows of a mapping in. Raises FormRefused where the mapping lacks what the record needs."""
    return TARGETS[mapping.into](mapping, by=by, on=on)
