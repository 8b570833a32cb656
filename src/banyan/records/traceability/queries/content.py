"""Questions that only an event itself can answer: parties, papers, sensors, extensions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from typing import Any

from banyan.records.traceability.queries.words import bare

Test = Callable[[dict[str, Any]], bool]
LINES = {
    "source": ("sourceList", "type", "source", "SDT"),
    "destination": ("destinationList", "type", "destination", "SDT"),
    "bizTransaction": ("bizTransactionList", "type", "bizTransaction", "BTT"),
}
COMPARISONS = {"GT": operator.gt, "GE": operator.ge, "LT": operator.lt, "LE": operator.le}
NAME = re.compile(
    r"(EQ|GT|GE|LT|LE|EXISTS)_(?:(INNER_)?(ILMD_|SENSORELEMENT_|SENSORMETADATA_|SENSORREPORT_|ERROR_DECLARATION_)?)(.+)"
)
PARTS = {
    "ILMD_": "ilmd", "SENSORELEMENT_": "sensorElementList", "SENSORMETADATA_": "sensorElementList",
    "SENSORREPORT_": "sensorElementList", "ERROR_DECLARATION_": "errorDeclaration",
}  # fmt: skip
PLAIN = {"EQ_transformationID": "transformationID", "EQ_certificationInfo": "certificationInfo"}
OF_REPORTS = {"type", "deviceID", "dataProcessingMethod", "value", "minValue", "maxValue", "meanValue", "sDev", "uom"}


def test(name: str, values: list[str]) -> Test | None:
    """Whether an event answers a parameter, as a function of its content; None for a parameter that nobody knows."""
    if name in PLAIN:
        return lambda event: _texts(event.get(PLAIN[name])) & set(values) != set()
    if name in ("EQ_errorReason", "EQ_correctiveEventID"):
        field = "reason" if name == "EQ_errorReason" else "correctiveEventIDs"
        wanted = {bare(one, "ER") for one in values}
        return lambda event: bool(
            {bare(one, "ER") for one in _texts((event.get("errorDeclaration") or {}).get(field))} & wanted
        )
    for line, (members, kind, value, vocabulary) in LINES.items():
        if name.startswith(f"EQ_{line}_"):
            asked = bare(name.removeprefix(f"EQ_{line}_"), vocabulary)
            return lambda event: any(
                bare(str(one.get(kind, "")), vocabulary) == asked and str(one.get(value)) in values
                for one in event.get(members) or ()
            )
    matched = NAME.fullmatch(name)
    if matched is None:
        return None
    comparison, inner, part, field = matched.groups()
    if (
        not part
        and not inner
        and ":" not in field
        and "{" not in field
        and "#" not in field
        and field not in OF_REPORTS
    ):
        return None
    return lambda event: _compares(
        comparison, list(_found(event.get(PARTS[part]) if part else event, field, bool(inner))), values
    )


def _compares(comparison: str, found: list[Any], values: list[str]) -> bool:
    if comparison == "EXISTS":
        return bool(found)
    if comparison == "EQ":
        return bool({text for one in found for text in _texts(one)} & {str(one) for one in values})
    compare = COMPARISONS[comparison]
    for one in found:
        try:
            if compare(float(one), float(values[0])):
                return True
        except (TypeError, ValueError):
            if isinstance(one, str) and values and compare(one, str(values[0])):
                return True
    return False


def _found(value: Any, field: str, deep: bool) -> Iterator[Any]:
    """The values of a field in a part of an event; the field of an extension by its own or its local name."""
    if isinstance(value, list):
        for one in value:
            yield from _found(one, field, deep)
    elif isinstance(value, dict):
        local = field.rpartition(":")[2] if "://" not in field else field.replace("#", "}").rpartition("}")[2]
        for name, inside in value.items():
            if name in (field, local) or name.rpartition("}")[2] == local:
                yield inside
            elif deep or name in ("sensorElementList", "sensorMetadata", "sensorReport"):
                yield from _found(inside, field, deep)


def _texts(value: Any) -> set[str]:
    if isinstance(value, list):
        return {text for one in value for text in _texts(one)}
    return set() if value is None else {str(value)}
