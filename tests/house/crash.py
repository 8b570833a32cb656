"""Kills a warm process at every statement of a family of verbs, and checks each time that nothing is half written.

`python -m tests.house.crash KILLS [FAMILY] [STRIDE]` works on the database of BANYAN_DATABASE_URL, which must be
empty. The parent sets the city up and stays warm; each child is a fork that does one verb and is ended by `os._exit`
before or after its n-th statement, the commit among them. A verb is tried again with n + 1 until a child lives
through it (with a STRIDE, with n + STRIDE). It prints a summary as JSON and ends with 1 at the first disagreement.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from tests.house.crash_recalls import recall_verbs
from tests.house.crash_responses import case_verbs, complaint_verbs, emergency_verbs

KILLED = 137
DAY = date(2025, 6, 2)


def main(kills: int, family: str = "registry", stride: int = 1) -> int:
    """Kill so many times, over as many rounds of a family's verbs as that takes."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from tests.town import make_city

    from banyan.kit import clock, events, rights

    call_command("migrate", verbosity=0)
    by = rights.System("crash")
    begun, done, verbs = time.perf_counter(), 0, set()
    with clock.fixed_at(DAY):
        city = make_city()
        for round_number in itertools.count():
            for name, verb in FAMILIES[family](city, by, round_number):
                before = events.last_number()
                for place in itertools.count(step=stride):
                    connections.close_all()
                    status = child(verb, at=place)
                    if found := disagreement():
                        print(json.dumps({"verb": name, "statement": place, "found": found}, ensure_ascii=False))
                        return 1
                    if status not in (0, KILLED):
                        print(json.dumps({"verb": name, "statement": place, "status": status}))
                        return 1
                    done += status == KILLED
                    if events.last_number() > before:
                        break  # it lived, or died when all was written
                verbs.add(name)
            if done >= kills:
                break
    seconds = round(time.perf_counter() - begun, 1)
    print(json.dumps({"kills": done, "verbs": len(verbs), "rounds": round_number + 1, "seconds": seconds}))
    return 0


def child(verb: Callable[[], Any], *, at: int) -> int:
    """Do a verb in a fork that ends before (even) or after (odd) one of its statements; its exit status."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    from django.db import connection

    seen = itertools.count()

    def counted(execute: Any, *given: Any) -> Any:
        number = next(seen)
        if number == at // 2 and at % 2 == 0:
            os._exit(KILLED)
        result = execute(*given)
        if number == at // 2:
            os._exit(KILLED)
        return result

    try:
        commit = connection._commit
        connection._commit = lambda: counted(commit)
        with connection.execute_wrapper(counted):
            verb()
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def disagreement() -> str:
    """What does not agree: the chain, a record and its last version, a key without a record; "" where all does."""
    from django.apps import apps

    from banyan.kit import events, search
    from banyan.kit.models import Record, Version

    if fault := next(events.faults(), None):
        return f"event {fault.number}: {fault.what}"
    last = {(noun, key): state for noun, key, state in Version.objects.order_by("id").values_list(*FIELDS)}
    stored = {}
    for model in apps.get_models():
        if issubclass(model, Record):
            stored |= {(one.noun, one.pk): as_version(one) for one in model.objects.all()}
    for which in stored.keys() | last.keys():
        if stored.get(which) != last.get(which):
            return f"{which}: record {stored.get(which)} and version {last.get(which)}"
    for (noun, key), state in stored.items():
        if noun == "registry.organisation":
            name = json.loads(state)["name"]
            if key not in search.find(noun=noun, text=name, limit=200):
                return f"{key} is not found by its name {name}"
    return half_captured()


def half_captured() -> str:
    """What does not agree in the stream of trace events, which has no versions; "" where all does."""
    from banyan.records.traceability.queries import CaptureJob, EventParty, EventThing, Thing, TraceEvent

    for model in (TraceEvent, Thing):
        numbers = list(model.objects.order_by("pk").values_list("pk", flat=True))
        if numbers != list(range(1, len(numbers) + 1)):
            return f"{model.__name__} are numbered {numbers}"
    told = {job.pk: (job.stored, job.digest) for job in CaptureJob.objects.filter(stored__gt=0)}
    hashes: dict[str, list[str]] = {}
    for job, fingerprint in TraceEvent.objects.order_by("pk").values_list("capture_id", "hash"):
        hashes.setdefault(job, []).append(fingerprint)
    kept = {job: (len(some), hashlib.sha256("".join(some).encode()).hexdigest()) for job, some in hashes.items()}
    if told != kept:
        return f"jobs say {told} and the stream has {kept}"
    events = set(TraceEvent.objects.values_list("pk", flat=True))
    for model in (EventThing, EventParty):
        if set(model.objects.values_list("event_id", flat=True)) != events:
            return f"{model.__name__} and events do not agree"
    return ""


FIELDS = ("noun", "key", "state")


def as_version(record: Any) -> str:
    """The version that a record as it stands would have."""
    from banyan.kit import events

    return events.version_text(record, record.version_extra())


def eleven_verbs(city: SimpleNamespace, by: Any, number: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Eleven verbs on a firm of their own, each made when its turn comes, since it needs what the one before did."""
    from banyan.base.registry import actions, queries
    from banyan.records.traceability import actions as traceability

    key, on = f"crash-{number}", DAY + timedelta(days=number)
    common = {"by": by, "on": on, "reason": "crash"}

    def firm() -> Any:
        return queries.organisation(key=key)

    yield "enter", lambda: actions.enter_organisation(
        key=key, name=f"溃坝{number}厂", uscc=code(number), representative="林小明", county=city.gulou,
        park=city.software_park, registered_on=date(2020, 1, 1), **common,
    )  # fmt: skip
    yield "rename", lambda: actions.rename_organisation(organisation=firm(), name=f"新坝{number}厂", **common)
    yield (
        "move",
        lambda: actions.move_organisation(
            organisation=firm(), county=city.changle, park=city.textile_park, address="一号", **common
        ),
    )
    yield "amend", lambda: actions.amend_organisation(organisation=firm(), size="large", **common)
    yield (
        "product",
        lambda: actions.enter_product(name=f"坝米{number}", maker=firm(), product_class=city.rice, **common),
    )
    yield (
        "certificate",
        lambda: actions.enter_certificate(
            organisation=firm(), kind="quality", number=f"Q{number}", from_on=on, **common
        ),
    )
    yield "merge", lambda: actions.merge_organisation(organisation=firm(), into=city.gulou_firm, **common)
    yield "undo merger", lambda: actions.undo_merger(organisation=firm(), **common)
    yield (
        "split",
        lambda: actions.split_organisation(
            organisation=firm(), parts=[{"name": f"分坝{number}厂", "key": f"{key}-part"}], **common
        ),
    )
    yield (
        "capture",
        lambda: traceability.capture(
            stream=document_of(number), media_type="application/json", organisation=city.gulou_firm, by=by, on=on
        ),
    )
    yield "purge", lambda: actions.purge_personal_data(organisation=firm(), **common)


def document_of(number: int) -> bytes:
    """A document of three events that no round before had."""
    events = [
        {
            "type": "ObjectEvent", "action": "ADD", "epcList": [f"urn:epc:id:sgtin:690123.4000001.{number}{place}"],
            "eventTime": f"2025-05-0{place}T08:00:00+08:00", "eventTimeZoneOffset": "+08:00",
        }
        for place in (1, 2, 3)
    ]  # fmt: skip
    content = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument",
        "schemaVersion": "2.0", "creationDate": "2025-05-01T00:00:00Z", "epcisBody": {"eventList": events},
    }  # fmt: skip
    return json.dumps(content).encode()


def code(number: int) -> str:
    """A unified code of its own for each round."""
    from stdnum.cn import uscc

    from banyan.base.registry.queries.codes import organisation_check_character

    body = f"MC{number:06d}"
    stem = f"91350102{body}{organisation_check_character(body)}"
    return stem + uscc.calc_check_digit(stem)


def equipment_verbs(city: SimpleNamespace, by: Any, number: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The verbs of an elevator from its code to the scrap: failed, put right, with a rescue and an incident."""
    from banyan.kit import clock
    from banyan.records.equipment import actions
    from banyan.records.equipment.queries import Equipment, Incident, Inspection, Instruction, Operator, Rescue

    on, code_ = DAY, f"3110350012020{number:04d}"
    do = {"by": by, "on": on}

    def thing() -> Any:
        return Equipment.objects.get(code=code_)

    def instruction() -> Any:
        return Instruction.objects.get(equipment__code=code_)

    def inspected(passed: bool) -> Any:
        one = Inspection(equipment=thing(), what="periodic", done_on=on, passed=passed, found="door")
        return actions.report_inspections(inspections=[one], **do)

    new = {"code": code_, "kind": "elevator", "certificate": f"梯11闽A{number:05d}(20)", "address": "一号"}
    new |= {"user_unit": city.gulou_firm, "county": city.gulou, "installed_on": date(2020, 5, 14)}
    yield "enter", lambda: actions.enter_equipment(equipment=[Equipment(**new)], **do)
    yield "fail", lambda: inspected(False)
    rectify = {"demands": "mend the door", "rectify_by": on + timedelta(days=20)}
    yield "instruct", lambda: actions.issue_instruction(equipment=thing(), **rectify, **do)
    yield "rectify", lambda: actions.report_rectified(instruction=instruction(), report="mended", **do)
    yield "release", lambda: actions.find_rectified(instruction=instruction(), check_found="closes", **do)
    rescue = {"called_at": clock.now(), "trapped": 2}
    yield "call", lambda: actions.call_rescues(rescues=[Rescue(equipment=thing(), **rescue)], **do)
    yield (
        "arrive",
        lambda: actions.record_arrival(
            rescue=Rescue.objects.get(equipment__code=code_), arrived_at=clock.now(), **do
        ),
    )
    harm = {"happened_on": on, "what_happened": "fell", "injured": 1}
    yield "harm", lambda: actions.report_incidents(incidents=[Incident(equipment=thing(), **harm)], **do)
    yield (
        "hire",
        lambda: actions.enter_operators(
            operators=[
                Operator(name="林小明", employer=city.gulou_firm, job="T", licence=f"T{number}", licensed_on=on)
            ],
            **do,
        ),
    )
    where = {"county": city.changle, "address": "二号", "user_unit": city.changle_firm}
    yield "move", lambda: actions.move_equipment(equipment=thing(), **where, **do)
    yield "scrap", lambda: actions.scrap_equipment(equipment=[thing()], **do)


FAMILIES = {
    "registry": eleven_verbs, "recall": recall_verbs, "equipment": equipment_verbs, "complaints": complaint_verbs,
    "cases": case_verbs, "emergency": emergency_verbs,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:3], *map(int, sys.argv[3:4])))
