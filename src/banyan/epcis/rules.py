"""What the standard's schema misses: rules on an event that already has the right shape."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from .documents import LONGEST_IDENTIFIER, YEARS, Event, Problem
from .hashing import in_utc
from .identifiers import BadIdentifier, canonical
from .vocabulary import EPC_LISTS, PARTY_LISTS, QUANTITY_LISTS


def _identifiers(event: Event) -> Iterator[Problem]:
    for field in EPC_LISTS:
        named = event.get(field)
        if named:
            seen: dict[str, int] = {}
            for number, epc in enumerate(named):
                try:
                    found = canonical(epc)
                except BadIdentifier as wrong:
                    yield Problem(f"/{field}/{number}", str(wrong))
                else:
                    if len(found) > LONGEST_IDENTIFIER:
                        yield from _long(found, f"/{field}/{number}")
                    if seen.setdefault(found, number) != number:
                        yield Problem(
                            f"/{field}/{number}", f"{epc} is the same thing as number {seen[found]} of the list"
                        )
    for field in QUANTITY_LISTS:
        for number, line in enumerate(event.get(field) or ()):
            yield from _one(line["epcClass"], f"/{field}/{number}/epcClass")
    for field in ("parentID", "transformationID"):
        if field in event:
            yield from _one(event[field], "/" + field)
    for field in ("readPoint", "bizLocation"):
        if field in event:
            yield from _one(event[field]["id"], f"/{field}/id")
    for field, (name, _) in PARTY_LISTS.items():
        for number, line in enumerate(event.get(field) or ()):
            yield from _one(line[name], f"/{field}/{number}/{name}")
    for number, element in enumerate(event.get("sensorElementList") or ()):
        path = f"/sensorElementList/{number}"
        yield from _devices(element.get("sensorMetadata") or {}, f"{path}/sensorMetadata")
        for place, report in enumerate(element["sensorReport"]):
            yield from _devices(report, f"{path}/sensorReport/{place}")


def _one(identifier: str, path: str) -> Iterator[Problem]:
    try:
        yield from _long(canonical(identifier), path)
    except BadIdentifier as wrong:
        yield Problem(path, str(wrong))


def _long(text: str, path: str) -> Iterator[Problem]:
    if len(text) > LONGEST_IDENTIFIER:
        yield Problem(path, f"{text[:40]}… has {len(text)} characters, at most {LONGEST_IDENTIFIER} are kept")


def _words(event: Event) -> Iterator[Problem]:
    for field in ("eventID", "bizStep", "disposition"):
        yield from _long(event.get(field, ""), "/" + field)


def _devices(mapping: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for field in ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"):
        if field in mapping:
            yield from _one(mapping[field], f"{path}/{field}")


def _instants(event: Event) -> Iterator[Problem]:
    wrong = False
    for path, text in _times(event):
        try:
            known = datetime.fromisoformat(text).year in YEARS
        except ValueError:
            wrong = True
            yield Problem(path, f"{text} is no day of the calendar")
        else:
            if not known:
                wrong = True
                yield Problem(path, f"{text} is not in the years {YEARS[0]} to {YEARS[-1]}")
    if wrong:
        return
    for number, element in enumerate(event.get("sensorElementList") or ()):
        metadata = element.get("sensorMetadata") or {}
        start, end = metadata.get("startTime"), metadata.get("endTime")
        if start and end and in_utc(start) > in_utc(end):
            yield Problem(
                f"/sensorElementList/{number}/sensorMetadata/endTime", f"{end} is before {start}, its start"
            )


def _times(event: Event) -> Iterator[tuple[str, str]]:
    for field in ("eventTime", "recordTime"):
        if field in event:
            yield "/" + field, event[field]
    if "errorDeclaration" in event:
        yield "/errorDeclaration/declarationTime", event["errorDeclaration"]["declarationTime"]
    for number, element in enumerate(event.get("sensorElementList") or ()):
        path = f"/sensorElementList/{number}"
        for field, text in (element.get("sensorMetadata") or {}).items():
            if field in ("time", "startTime", "endTime"):
                yield f"{path}/sensorMetadata/{field}", text
        for place, report in enumerate(element["sensorReport"]):
            if "time" in report:
                yield f"{path}/sensorReport/{place}/time", report["time"]


def _quantities(event: Event) -> Iterator[Problem]:
    for field in QUANTITY_LISTS:
        for number, line in enumerate(event.get(field) or ()):
            if line.get("quantity", 0) < 0:
                yield Problem(f"/{field}/{number}/quantity", f"{line['quantity']} is less than nothing")
            elif not _is_kept(line.get("quantity", 0)):
                yield Problem(
                    f"/{field}/{number}/quantity",
                    f"{line['quantity']} has more than 4 decimals, or more than 14 digits before them",
                )
            if "uom" in line and "quantity" not in line:
                yield Problem(f"/{field}/{number}/uom", "A unit stands here without a quantity")


def _is_kept(quantity: float) -> bool:
    """Whether a quantity is kept exactly as it is."""
    if quantity >= 10**14:
        return False
    exact = Decimal(str(quantity))
    return exact == round(exact, 4)


def _what(event: Event) -> Iterator[Problem]:
    """Whether the event has what it speaks of, and its action allows it."""
    kind, action = event["type"], event.get("action")
    if kind == "TransformationEvent":
        inputs = event.get("inputEPCList") or event.get("inputQuantityList")
        outputs = event.get("outputEPCList") or event.get("outputQuantityList")
        if not inputs and not outputs:
            yield Problem("", "A TransformationEvent names what goes in or what comes out, this one neither")
        elif not (inputs and outputs) and "transformationID" not in event:
            missing = "outputEPCList" if inputs else "inputEPCList"
            yield Problem(f"/{missing}", "is missing, and no transformationID joins this event to one that has it")
        return
    if kind == "ObjectEvent":
        sensed = event.get("sensorElementList") and "readPoint" in event
        if not (event.get("epcList") or event.get("quantityList") or sensed):
            yield Problem("/epcList", "The event names nothing: no things, no quantity, no sensor at a read point")
        if "ilmd" in event and action != "ADD":
            yield Problem("/ilmd", f"Data of an instance or lot are given when it begins (ADD), not at {action}")
        return
    if kind == "TransactionEvent":
        named = "epcList" in event or event.get("quantityList") or "parentID" in event
        if not named and action != "DELETE":
            yield Problem("/epcList", f"is missing: at {action} the things are named")
        return
    if "parentID" not in event and action != "OBSERVE":
        yield Problem("/parentID", f"is missing: at {action} the thing that holds the others is named")
    if not (event.get("childEPCs") or event.get("childQuantityList")) and action != "DELETE":
        yield Problem("/childEPCs", f"is missing: only DELETE may mean all that is inside, {action} names the things")
    if "parentID" in event:
        for number, child in enumerate(event.get("childEPCs") or ()):
            if _same(child, event["parentID"]):
                yield Problem(f"/childEPCs/{number}", f"{child} cannot lie within itself")


def _same(one: str, other: str) -> bool:
    try:
        return canonical(one) == canonical(other)
    except BadIdentifier:
        return one == other


def _dispositions(event: Event) -> Iterator[Problem]:
    persistent = event.get("persistentDisposition")
    if persistent is None:
        return
    if not persistent:
        yield Problem("/persistentDisposition", "has to set or unset something")
    for name in ("set", "unset"):
        words = persistent.get(name) or []
        if len(set(words)) != len(words):
            yield Problem(f"/persistentDisposition/{name}", "names one disposition twice")
    for word in sorted({*persistent.get("set", ())} & {*persistent.get("unset", ())}):
        yield Problem("/persistentDisposition/unset", f"{word} is both set and unset")


def _errors(event: Event) -> Iterator[Problem]:
    declaration = event.get("errorDeclaration")
    if declaration:
        corrections = declaration.get("correctiveEventIDs") or ()
        for number, corrected in enumerate(corrections):
            if corrected == event.get("eventID"):
                yield Problem(f"/errorDeclaration/correctiveEventIDs/{number}", "An event is not corrected by itself")


RULES: tuple[Callable[[Event], Iterator[Problem]], ...] = (
    _identifiers,
    _words,
    _instants,
    _quantities,
    _what,
    _dispositions,
    _errors,
)
