"""The event hash of CBV 2.0 (8.9): one fingerprint of an event, whatever language, order or spelling it came in.

The event is written as one string, fields in the standard's order and lists sorted, and that string is hashed. The
standard leaves details open; those follow its author's published vectors, which the tests hold.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from .identifiers import BadIdentifier, canonical
from .names import VALUE
from .vocabulary import (
    COMPONENTS,
    DISPOSITIONS,
    GS1_WORDS,
    MEASUREMENTS,
    METADATA_FIELDS,
    OF_FIELDS,
    PARTY_LISTS,
    REPORT_FIELDS,
    SENSOR_ALERTS,
    Vocabulary,
)

_FIRST = (
    *("epcList", "parentID", "inputEPCList", "childEPCs", "quantityList", "childQuantityList", "inputQuantityList"),
    *("outputEPCList", "outputQuantityList", "action", "transformationID", "bizStep", "disposition"),
    *("persistentDisposition", "readPoint", "bizLocation"),
)
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_TIMES = frozenset({"time", "startTime", "endTime"})
_REPORTED = tuple(field for field in REPORT_FIELDS if field != "bizRules")
_URN_WORDS = {
    "bizstep": "BizStep-",
    "disp": "Disp-",
    "btt": "BTT-",
    "sdt": "SDT-",
    "er": "ER-",
    "comp": "Comp-",
}
_NOT_HASHED = frozenset({"{http://www.w3.org/2000/01/rdf-schema#}comment"})


def event_hash(event: Mapping[str, Any], ignore: Collection[str] = ()) -> str:
    """The event's `ni:///sha-256;…?ver=CBV2.0`; `ignore` names extension fields that a repository added."""
    digest = hashlib.sha256(prehash(event, ignore).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def prehash(event: Mapping[str, Any], ignore: Collection[str] = ()) -> str:
    """The string that is hashed: every field that says what happened, none that says who stored it or erred."""
    parts = ["eventType=", str(event.get("type", "")), "eventTime=", in_utc(event.get("eventTime", ""))]
    if zone := event.get("eventTimeZoneOffset"):
        parts.append(f"eventTimeZoneOffset={zone}")
    if certificates := event.get("certificationInfo"):
        listed = [certificates] if isinstance(certificates, str) else certificates
        parts += sorted(f"certificationInfo={_text(text)}" for text in listed)
    for field in _FIRST:
        if field in event:
            parts.append(_field(field, event[field]))
    sensors = _sensors(event.get("sensorElementList") or ())
    if event.get("type") == "TransactionEvent":
        parts += sensors
    for field, (name, words) in PARTY_LISTS.items():
        if event.get(field):
            parts += (field, *_parties(event[field], name, words))
    if event.get("type") != "TransactionEvent":
        parts += sensors
    if event.get("ilmd"):
        parts += ("ilmd", *_extensions(event["ilmd"]))
    parts += _rules_of_reports(event.get("sensorElementList") or ())
    parts += _extensions(event, ignore)
    return "".join(parts)


# ---------------------------------------------------------------- values


def in_utc(text: str) -> str:
    """An instant in UTC with milliseconds; what is no instant comes back as it was."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return str(text)
    moment = moment.replace(microsecond=0).astimezone(UTC)
    if digits := re.search(r"\.(\d+)", text):
        parted = digits.group(1)[:4].ljust(4, "0")
        moment += timedelta(milliseconds=(int(parted) + 5) // 10)
    return f"{moment.isoformat(timespec='milliseconds')[:23]}Z"


def _text(value: Any) -> str:
    """A value as the hash writes it."""
    if isinstance(value, str):
        value = value.strip()
        if value[:4] in ("urn:", "http"):
            return _address(value)
        if value[:4] == "cbv:":
            return "https://ref.gs1.org/cbv/" + value[4:]
        if value[:4] == "gs1:":
            return GS1_WORDS + value[4:]
        return _number(float(value)) if value[:1] in _MAY_OPEN_NUMBERS and _NUMBER.fullmatch(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    return str(value)


_MAY_OPEN_NUMBERS = frozenset("+-0123456789")


def _number(value: float) -> str:
    return str(int(value)) if value == value and abs(value) != float("inf") and value == int(value) else str(value)


def _address(value: str) -> str:
    if value.startswith("urn:epcglobal:cbv:"):
        kind, _, word = value[18:].partition(":")
        return f"https://ref.gs1.org/cbv/{_URN_WORDS[kind]}{word}" if kind in _URN_WORDS else value
    try:
        return canonical(value)
    except BadIdentifier:
        return value


def _word(words: Vocabulary, value: Any) -> str:
    return words.web + value if value in words.words else _text(value)


# ---------------------------------------------------------------- fields


def _field(field: str, value: Any) -> str:
    if not value and value != 0:
        return ""
    if isinstance(value, str):
        words = OF_FIELDS.get(field)
        return f"{field}={_word(words, value) if words else _text(value)}"
    if field.endswith("QuantityList") or field == "quantityList":
        return field + "".join(sorted("quantityElement" + _quantity(line) for line in value))
    if field in ("readPoint", "bizLocation"):
        return f"{field}id={_text(value.get('id', ''))}" + "".join(_extensions(value))
    if field == "persistentDisposition":
        return field + "".join(
            text
            for name in ("set", "unset")
            for text in sorted(f"{name}={_word(DISPOSITIONS, word)}" for word in value.get(name) or ())
        )
    return field + "".join(sorted(["epc=" + _text(epc) for epc in value]))


def _quantity(line: Mapping[str, Any]) -> str:
    return "".join(f"{name}={_text(line[name])}" for name in ("epcClass", "quantity", "uom") if name in line)


def _parties(lines: list[dict[str, Any]], name: str, words: Vocabulary) -> list[str]:
    return sorted(
        (f"type={_word(words, line['type'])}" if line.get("type") else "") + f"{name}={_text(line.get(name, ''))}"
        for line in lines
    )


def _sensors(elements: Sequence[dict[str, Any]]) -> list[str]:
    if not elements:
        return []
    return ["sensorElementList", *sorted("sensorElement" + _sensor(element) for element in elements)]


def _sensor(element: Mapping[str, Any]) -> str:
    text = ""
    if metadata := element.get("sensorMetadata"):
        text += "sensorMetadata" + _named(metadata, METADATA_FIELDS)
    reports = sorted("sensorReport" + _named(report, _REPORTED) for report in element.get("sensorReport") or ())
    return text + "".join(reports) + "".join(_extensions(element))


def _named(mapping: Mapping[str, Any], fields: tuple[str, ...]) -> str:
    parts = []
    for field in fields:
        if field in mapping:
            value = mapping[field]
            if field in _TIMES:
                value = in_utc(value)
            elif field == "type":
                value = _word(MEASUREMENTS, value)
            elif field in ("exception", "component"):
                value = _word(SENSOR_ALERTS if field == "exception" else COMPONENTS, value)
            else:
                value = _text(value)
            parts.append(f"{field}={value}")
    return "".join(parts) + "".join(_extensions(mapping))


def _rules_of_reports(elements: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The standard's order forgot the business rules of a report; its author's hash puts them behind everything."""
    reports = [report for element in elements for report in element.get("sensorReport") or ()]
    for rules in sorted(_text(report["bizRules"]) for report in reports if "bizRules" in report):
        yield f"sensorElementListsensorElementsensorReportbizRules={rules}"


def _extensions(mapping: Mapping[str, Any], ignore: Collection[str] = ()) -> list[str]:
    """The extension fields of a field, each with its name, sorted."""
    named = [key for key in mapping if key[0] == "{"]  # most have none
    return named and sorted(
        text
        for key in named
        if key not in ignore and key not in _NOT_HASHED
        for text in _extension(key, mapping[key])
    )


def _extension(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _extension(key, one)
    elif isinstance(value, dict):
        if VALUE in value:
            text, value = value[VALUE], {name: of for name, of in value.items() if name != VALUE}
            key = f"{key}={_text(text)}"
        yield key + "".join(sorted(text for name, of in value.items() for text in _extension(name, of)))
    elif value is None or value == "":
        yield key
    else:
        yield f"{key}={_text(value)}"
