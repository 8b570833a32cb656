"""Questions that only an event itself can answer: quantities, parties, papers, sensors, extensions."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from banyan import epcis
from banyan.records.traceability.queries.words import bare

Event = dict[str, Any]
Test = Callable[[Event], bool]
LINES = {
    "source": ("sourceList", "type", "source", "SDT"),
    "destination": ("destinationList", "type", "destination", "SDT"),
    "bizTransaction": ("bizTransactionList", "type", "bizTransaction", "BTT"),
}
COMPARISONS = {"GT": operator.gt, "GE": operator.ge, "LT": operator.lt, "LE": operator.le}
PARAMETER = re.compile(r"(EQ|GT|GE|LT|LE|EXISTS)_(.+)")
OF_EXTENSION = re.compile(
    r"(INNER_)?(ILMD_|SENSORELEMENT_|SENSORMETADATA_|SENSORREPORT_|ERROR_DECLARATION_|readPoint_|bizLocation_)?(.+[:#}].+)"
)
AMOUNT = re.compile(r"(value|minValue|maxValue|meanValue|sDev|percValue|percRank|quantity)(?:_([A-Z0-9]{2,4}))?")
SENSED = {
    "type", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "microorganism", "chemicalSubstance",
    "bizRules", "stringValue", "booleanValue", "hexBinaryValue", "uriValue",
}  # fmt: skip
TIMES = {"time", "startTime", "endTime"}


def test(name: str, values: Sequence[str]) -> Test | None:
    """Whether an event answers a parameter, as a function of its content; None for a parameter that nobody knows.

    Amounts are compared in the unit that the parameter names, whatever unit the event tells them in. Raises
    ValueError for a value that cannot be compared as the parameter asks.
    """
    if name in ("EQ_transformationID", "EQ_certificationInfo"):
        return lambda event: _is_any(_texts(event.get(name[3:])), values)
    if name in ("EQ_errorReason", "EQ_correctiveEventID"):
        field = "reason" if name == "EQ_errorReason" else "correctiveEventIDs"
        reasons = [bare(one, "ER") for one in values]
        return lambda event: _is_any({bare(one, "ER") for one in _texts(_declared(event).get(field))}, reasons)
    if name.startswith("EQ_persistentDisposition_"):
        field, wanted = name.rpartition("_")[2], [bare(one, "Disp") for one in values]
        return lambda event: _is_any(_texts((event.get("persistentDisposition") or {}).get(field)), wanted)
    if name == "EXISTS_sensorElementList":
        return lambda event: bool(event.get("sensorElementList"))
    for line, (members, kind, value, vocabulary) in LINES.items():
        if name.startswith(f"EQ_{line}_"):
            asked = bare(name.removeprefix(f"EQ_{line}_"), vocabulary)
            return lambda event: any(
                bare(str(one.get(kind, "")), vocabulary) == asked and str(one.get(value)) in values
                for one in event.get(members) or ()
            )
    matched = PARAMETER.fullmatch(name)
    return _of_fields(matched[1], matched[2], values) if matched else None


def _of_fields(comparison: str, field: str, values: Sequence[str]) -> Test | None:
    """The same for a parameter that compares a field of quantities, of sensors or of an extension."""
    if field in ("errorDeclarationTime", "errorDeclaration_Time"):
        compare = _instants(comparison, values)
        return None if compare is None else lambda event: compare([_declared(event).get("declarationTime")])
    if field in TIMES:
        compare = _instants(comparison, values)
        return (
            None
            if compare is None
            else lambda event: compare([part[field] for part in _sensed(event) if field in part])
        )
    if amount := AMOUNT.fullmatch(field):
        return _amounts(comparison, amount[1], amount[2], values)
    if field in SENSED and comparison == "EQ":
        wanted = {_same(one) for one in values}
        return lambda event: any(
            _same(str(one)) in wanted for part in _sensed(event) for one in _texts(part.get(field))
        )
    inner, part, extension = found.groups() if (found := OF_EXTENSION.fullmatch(field)) else ("", "", "")
    if not extension:
        return None
    if comparison in COMPARISONS and not values:
        raise ValueError("something to compare with is needed")
    return lambda event: _compares(
        comparison, list(_extended(_parts(event, part or ""), extension, bool(inner))), values
    )


# ---------------------------------------------------------------- where a field is looked for


def _declared(event: Event) -> dict[str, Any]:
    return event.get("errorDeclaration") or {}


def _sensed(event: Event) -> Iterator[dict[str, Any]]:
    """What sensors tell, in both of its places: for all reports of an element, and in each of them."""
    for element in event.get("sensorElementList") or ():
        yield element.get("sensorMetadata") or {}
        yield from element.get("sensorReport") or ()


def _parts(event: Event, part: str) -> list[dict[str, Any]]:
    """The parts of an event that may have the extension that is asked for."""
    if part in ("readPoint_", "bizLocation_"):
        return [event.get(part.removesuffix("_")) or {}]
    elements = event.get("sensorElementList") or []
    return {
        "": lambda: [event], "ILMD_": lambda: [event.get("ilmd") or {}],
        "ERROR_DECLARATION_": lambda: [_declared(event)], "SENSORELEMENT_": lambda: elements,
        "SENSORMETADATA_": lambda: [one.get("sensorMetadata") or {} for one in elements],
        "SENSORREPORT_": lambda: [report for one in elements for report in one.get("sensorReport") or ()],
    }[part]()  # fmt: skip


def _extended(parts: Sequence[dict[str, Any]], field: str, inner: bool) -> Iterator[Any]:
    """The values of an extension, by its own name or its local one; with `inner` those that lie within another."""
    local = field.replace("#", "}").rpartition("}")[2] if "://" in field else field.rpartition(":")[2]
    for part in parts:
        for name, inside in part.items():
            if inner:
                yield from _within(inside if name.startswith("{") else None, local)
            elif name == field or name.rpartition("}")[2] == local:
                yield inside


def _within(value: Any, local: str) -> Iterator[Any]:
    for one in value if isinstance(value, list) else [value]:
        for name, inside in one.items() if isinstance(one, dict) else ():
            if name.rpartition("}")[2] == local:
                yield inside
            yield from _within(inside, local)


# ---------------------------------------------------------------- how it is compared


def _instants(comparison: str, values: Sequence[str]) -> Callable[[Sequence[Any]], bool] | None:
    """Whether any of some instants stands so to the one that is asked for."""
    compare = {**COMPARISONS, "EQ": operator.eq}.get(comparison)
    if compare is None:
        return None
    asked = [datetime.fromisoformat(str(one).replace(" ", "+")) for one in values]
    if not asked or any(one.tzinfo is None for one in asked):
        raise ValueError("an instant with its zone is needed")
    return lambda found: any(compare(datetime.fromisoformat(one), other) for one in found if one for other in asked)


def _amounts(comparison: str, field: str, unit: str | None, values: Sequence[str]) -> Test | None:
    """Whether any amount of an event, in the unit that is asked for, stands so to the one that is asked for."""
    compare: Callable[..., Any] | None = math.isclose if comparison == "EQ" else COMPARISONS.get(comparison)
    if compare is None:
        return None
    asked = [float(one) for one in values]
    if not asked or not all(map(math.isfinite, asked)):
        raise ValueError("a number is needed")

    def amounts(event: Event) -> Iterator[float]:
        lines = (line for name in epcis.QUANTITY_LISTS for line in event.get(name) or ())
        for one in lines if field == "quantity" else _sensed(event):
            if isinstance(found := one.get(field), int | float):
                told = found if unit is None else epcis.converted(found, str(one.get("uom", "")), into=unit)
                if told is not None:
                    yield told

    return lambda event: any(compare(one, other) for one in amounts(event) for other in asked)


def _compares(comparison: str, found: Sequence[Any], values: Sequence[str]) -> bool:
    """The same for extensions, which are numbers or texts."""
    if comparison == "EXISTS":
        return bool(found)
    if comparison == "EQ":
        return _is_any({text for one in found for text in _texts(one)}, values)
    compare = COMPARISONS[comparison]
    for one in found:
        try:
            if compare(float(one), float(values[0])):
                return True
        except (TypeError, ValueError):
            if isinstance(one, str) and values and compare(one, str(values[0])):
                return True
    return False


def _same(text: str) -> str:
    """A word of GS1's vocabulary without its address, an identifier in its one form, any other text as it is."""
    for prefix in ("https://gs1.org/voc/", "https://ref.gs1.org/voc/", "gs1:"):
        if text.startswith(prefix):
            return text.removeprefix(prefix)
    try:
        return epcis.canonical(text)
    except epcis.BadIdentifier:
        return text


def _is_any(found: set[str], values: Sequence[Any]) -> bool:
    return not found.isdisjoint(map(str, values))


def _texts(value: Any) -> set[str]:
    if isinstance(value, list):
        return {text for one in value for text in _texts(one)}
    if isinstance(value, bool):
        return {str(value).lower()}
    return set() if value is None else {str(value)}
