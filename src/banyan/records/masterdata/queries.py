"""Master data by attribute, by part and for documents, within what a person may read; the door for other rooms."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from banyan import epcis
from banyan.kit.refusals import BadRequest
from banyan.kit.scope import scoped
from banyan.records.masterdata.models import LONGEST, ElementAttribute, ElementPart, VocabularyElement

__all__ = ["VocabularyElement"]

MOST_PARTS = 10_000  # descendants of the places of one question
PART = 500
WRITTEN = "GS1 EPCIS 2.0, 8.2.7"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "readPoint": ("ReadPoint", "Location"),
    "bizLocation": ("BusinessLocation", "Location"),
    "bizStep": ("BusinessStep",),
    "disposition": ("Disposition",),
    "epcClass": ("EPCClass",),
}
"""The fields of events whose attributes can be asked for, and the vocabularies that their values are of."""
MASTER_DATA = "urn:epcglobal:cbv:mda"


def kind_of(vocabulary: str) -> str:
    """The word of a vocabulary's address: `ReadPoint` of `urn:epcglobal:epcis:vtype:ReadPoint`."""
    return vocabulary.rstrip("/#:").replace("#", "/").replace(":", "/").rpartition("/")[2][:LONGEST]


def form_of(identifier: str, kind: str) -> tuple[str, str]:
    """The form in which events keep an identifier, and the bar code of a class of goods. Raises BadIdentifier."""
    if kind == "BusinessStep":
        return epcis.BUSINESS_STEPS.bare(identifier), ""
    if kind == "Disposition":
        return epcis.DISPOSITIONS.bare(identifier), ""
    found = epcis.identify(identifier)
    return found.canonical, found.gtin if found.kind == "class" else ""


def name_of(attribute: str) -> str:
    """An attribute's name in one form, whichever of its spellings is used: CBV writes its own with : and with #."""
    for start in (f"{MASTER_DATA}#", f"{MASTER_DATA}:", "cbvmda:"):
        if attribute.startswith(start):
            return f"{MASTER_DATA}:{attribute.removeprefix(start)}"
    return attribute


def attributes_of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and value of an entry's attributes that have one; of what is no short text the name alone."""
    found = []
    for one in content.get("attributes") or ():
        value = one.get("attribute")
        if value is None:
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        is_short = not isinstance(value, dict | list) and len(text) <= LONGEST
        found.append((name_of(one["id"]), text if is_short else ""))
    return list(dict.fromkeys(found))


def present(person: Any) -> Any:
    """The present entries that a person may read, once each. Raises NotAllowed without the right."""
    return each_once(scoped(VocabularyElement, person)).filter(withdrawn_on=None)


def each_once(rows: Any) -> Any:
    """Entries once each also for who may read them for several reasons."""
    return VocabularyElement.objects.filter(pk__in=rows.order_by().values("pk")).marked()


def told_in_words(element: VocabularyElement) -> str:
    """The attributes and parts of an entry, a line each."""
    lines = []
    for one in element.content.get("attributes") or ():
        value = one.get("attribute", "")
        if isinstance(value, dict | list):
            value = json.dumps(value, ensure_ascii=False, indent=1)
        lines.append(f"{one['id']}: {value}")
    children = element.content.get("children") or ()
    lines += [_("Part of it: %(part)s") % {"part": child} for child in children]
    return "\n".join(lines) or "—"


# ---------------------------------------------------------------- what is asked of events


def having(person: Any, field: str, names: Iterable[str], values: Collection[str] | None = None) -> Any:
    """
    The entries of a field's vocabulary with one of some attributes, and with one of some values where they are given.

    Raises BadRequest for a field that is of no vocabulary.
    """
    if field not in FIELDS:
        raise BadRequest(
            _("Events were asked for by attributes of %(field)s.") % {"field": field},
            _("No master data are kept of it."),
            _("Name one of: %(fields)s.") % {"fields": ", ".join(FIELDS)}, WRITTEN,
        )  # fmt: skip
    return present(person).filter(kind__in=FIELDS[field], pk__in=_with_attributes(names, values))


def _with_attributes(names: Iterable[str], values: Collection[str] | None) -> Any:
    rows = ElementAttribute.objects.filter(name__in=[name_of(one) for one in names])
    return (rows if values is None else rows.filter(value__in=[one for one in values if one])).values("element_id")


def asked_of_events(name: str, values: Sequence[str]) -> tuple[str, list[str], list[str] | None] | None:
    """Field, attributes and values of a parameter HASATTR_field or EQATTR_field_attribute; None for another one."""
    if name.startswith("HASATTR_"):
        return name.removeprefix("HASATTR_"), list(values), None
    for start in ("EQATTR_", "EQ_ATTR_"):
        if name.startswith(start):
            field, _line, attribute = name.removeprefix(start).partition("_")
            return field, [attribute], list(values)
    return None


def descendants(person: Any, field: str, places: Iterable[str]) -> set[str]:
    """What lies in some places (in their one form), directly or within what lies there, as master data tell it."""
    found: set[str] = set()
    front = set(places)
    kinds = FIELDS[field] if field else None
    while front:
        parts: set[str] = set()
        asked = sorted(front)
        for start in range(0, len(asked), PART):
            rows = present(person).filter(identifier__in=asked[start : start + PART])
            inside = (rows.filter(kind__in=kinds) if kinds else rows).values("pk")
            parts.update(
                ElementPart.objects.filter(element_id__in=inside).values_list("identifier", flat=True).distinct()
            )
        front = parts - found - front
        found |= parts
        if len(found) > MOST_PARTS:
            raise BadRequest(
                _("Places were asked for with all that lies in them."),
                _("More than %(most)d places lie there.") % {"most": MOST_PARTS},
                _("Name smaller places."), WRITTEN,
            )  # fmt: skip
    return found


# ---------------------------------------------------------------- what is asked of master data


class ElementPage(NamedTuple):
    """Some entries, and what to ask for the next ones with; "" where there are no more."""

    elements: list[VocabularyElement]
    after: str


def elements(
    person: Any, *, vocabularies: Collection[str] = (), identifiers: Collection[str] = (),
    with_parts: Collection[str] = (), having_attributes: Collection[str] = (),
    attributes: Mapping[str, Collection[str]] | None = None, limit: int = 100, after: str = "",
) -> ElementPage:  # fmt: skip
    """
    Present entries of some vocabularies (by address or by its word), of some identifiers or with all that lies in
    them, with an attribute, with values of attributes; all where nothing is asked.

    Raises BadRequest for an identifier that breaks its own rules, NotAllowed without the right.
    """
    rows = present(person)
    if vocabularies:
        rows = rows.filter(Q(vocabulary__in=vocabularies) | Q(kind__in=vocabularies))
    if identifiers:
        rows = rows.filter(identifier__in=[_asked(one) for one in identifiers])
    if with_parts:
        places = {_asked(one) for one in with_parts}
        rows = rows.filter(identifier__in=sorted(places | descendants(person, "", places)))
    if having_attributes:
        rows = rows.filter(pk__in=_with_attributes(having_attributes, None))
    for name, values in (attributes or {}).items():
        rows = rows.filter(pk__in=_with_attributes([name], values))
    found = list(rows.filter(pk__gt=after).order_by("pk")[: limit + 1])
    return ElementPage(found[:limit], found[limit - 1].pk if len(found) > limit else "")


def _asked(identifier: str) -> str:
    try:
        return epcis.BUSINESS_STEPS.bare(epcis.DISPOSITIONS.bare(epcis.canonical(identifier.strip())))
    except epcis.BadIdentifier as wrong:
        raise BadRequest(
            _("“%(id)s” was asked for.") % {"id": identifier}, str(wrong), _("Copy it from the label or document."),
            "GS1 General Specifications", code="bad-identifier",
        ) from wrong  # fmt: skip


# ---------------------------------------------------------------- for documents


def of_events(person: Any, events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the person may read of the places, parties and classes that some events name, as a document has it."""
    named: set[str] = set()
    if not VocabularyElement.objects.exists():
        return []
    for event in events:
        named.update(_named(event))
    asked = sorted(named)
    found: list[VocabularyElement] = []
    for start in range(0, len(asked), PART):
        rows = present(person).filter(identifier__in=asked[start : start + PART])
        found += rows.order_by("vocabulary", "identifier", "key")
    return as_vocabularies(found)


def _named(event: Mapping[str, Any]) -> Iterator[str]:
    for field in ("readPoint", "bizLocation"):
        if place := event.get(field):
            yield from _forms(place["id"] if isinstance(place, dict) else place)
    for field in ("bizStep", "disposition"):
        if word := event.get(field):
            yield str(word)
    for lines, name in (("sourceList", "source"), ("destinationList", "destination")):
        for line in event.get(lines) or ():
            yield from _forms(line[name])
    for lines in epcis.QUANTITY_LISTS:
        for line in event.get(lines) or ():
            yield from _forms(line["epcClass"])
    for lines in ("epcList", "childEPCs", "inputEPCList", "outputEPCList"):
        for epc in event.get(lines) or ():
            yield from _forms(epc)


def _forms(identifier: str) -> Iterator[str]:
    """An identifier in its one form, and the class of goods that it is of."""
    found = epcis.identify(identifier)
    yield found.canonical
    if found.gtin and found.kind != "class":
        yield f"{epcis.DOMAIN}/01/{found.gtin}"


def as_vocabularies(
    elements: Iterable[VocabularyElement], *, with_attributes: bool = True, with_children: bool = True,
    names: Collection[str] = (),
) -> list[dict[str, Any]]:  # fmt: skip
    """Entries as a document lists them, by vocabulary; of their attributes those of `names`, where any are given."""
    listed: dict[str, list[dict[str, Any]]] = {}
    wanted = {name_of(one) for one in names}
    for one in elements:
        content = dict(one.content)
        if not with_attributes:
            content.pop("attributes", None)
        elif wanted and "attributes" in content:
            content["attributes"] = [part for part in content["attributes"] if name_of(part["id"]) in wanted]
        if not with_children:
            content.pop("children", None)
        listed.setdefault(one.vocabulary, []).append(content)
    return [{"type": kind, "vocabularyElementList": entries} for kind, entries in listed.items()]
