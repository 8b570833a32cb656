"""Every verb that changes what an open page shows enters the public log, or stands here with the reason why not."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from importlib.util import find_spec
from types import CodeType, FunctionType, ModuleType

from django.apps import apps

from banyan import policy
from banyan.kit import clock
from banyan.kit.verbs import REGISTRY

DAYS = {"published_on", "unpublished_on", "public_until"}
"""The fields that open pages filter by: a verb that speaks of one may bring a record there or take it away."""
OPEN = {
    *("Draw", "Notice", "Bulletin", "PublishedTrace", "Credential", "Publication", "ReferenceFigure"),
    *("Organisation", "Certificate", "Product", "Equipment", "Remedy"),
}
"""Nouns that open pages show as they stand: a verb that takes or gives one may change what is read there."""
SAID = {"published", "unpublished", "issued", "updated", "cancelled", "withdrawn", "revoked", "annulled", "restored"}
EXCEPTIONS = {
    "it is work behind the open pages: no such paper, duty or plan is shown there": {
        *("access.consent.given", "access.consent.revoked", "casework.evidence.withdrawn"),
        *("casework.paper.issued", "emergency.duty.withdrawn"),
        *("emergency.resource.withdrawn", "equipment.inspection.applied", "equipment.instruction.issued"),
        *("inspection.evidence.withdrawn", "inspection.licence.revoked", "inspection.tasks.cancelled"),
        *("intake.import.cancelled", "leadership.interview.cancelled", "matching.names.withdrawn"),
        *("recall.leads.withdrawn", "recall.plan.filed", "registry.park_enrolment.withdrawn", "risk.withdrawn"),
    },
    "it says which firm or goods are meant, and changes nothing of them": {
        *("complaints.classified", "credit.line.objected", "leadership.interview.called", "lists.listing.proposed"),
        *("matching.match.chosen", "recall.lead.concerns", "traceability.events.loaded"),
        "traceability.events.shared",
    },
    "it goes to the firm alone, before anything is published": {
        *("complaints.copy.sent", "complaints.firm.commented", "lists.repair.applied", "vouching.credential.taken"),
    },
}


def public() -> set[str]:
    return {row["event"] for row in policy.load().table("log.public_events", on=clock.today())}


def candidates() -> dict[str, str]:
    """The verbs that may change an open page, by event, each with why it is thought so."""
    for config in apps.get_app_configs():
        if config.name.startswith("banyan.") and find_spec(f"{config.name}.actions"):
            import_module(f"{config.name}.actions")
    found = {}
    for event, verb in REGISTRY.items():
        noted = " ".join(map(str, inspect.unwrap(verb.run).__annotations__.values()))
        if verb.right.endswith(".publish"):
            found[event] = "its right is to publish"
        elif event.rpartition(".")[2] in SAID:
            found[event] = "its name says so"
        elif open_nouns := OPEN & set(re.findall(r"\w+", noted)):
            found[event] = f"it takes or gives {', '.join(sorted(open_nouns))}"
        elif days := DAYS & set().union(*map(_words, _reached(verb.run, set()))):
            found[event] = f"it speaks of {', '.join(sorted(days))}"
    return found


def _reached(function: object, seen: set[FunctionType]) -> set[FunctionType]:
    """A function and those of its own room that it calls."""
    function = inspect.unwrap(function)  # type: ignore[arg-type]
    if not isinstance(function, FunctionType) or function in seen:
        return seen
    seen.add(function)
    room = ".".join(function.__module__.split(".")[:3]) + ".actions"
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    for name in names:
        one = function.__globals__.get(name)
        in_room = isinstance(one, ModuleType) and one.__name__.startswith(room)
        for called in [getattr(one, other, None) for other in names] if in_room else [one]:
            if callable(called) and str(getattr(called, "__module__", "")).startswith(room):
                _reached(called, seen)
    return seen


def _codes(code: CodeType) -> list[CodeType]:
    return [code, *(inner for one in code.co_consts if isinstance(one, CodeType) for inner in _codes(one))]


def _words(function: FunctionType) -> set[str]:
    """The names and texts in a function, and the texts in the tuples of its module that it names."""
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    held = [one for code in _codes(function.__code__) for one in code.co_consts]
    held += [function.__globals__.get(name) for name in names]
    flat = [part for one in held for part in (one if isinstance(one, tuple | frozenset | set | list) else (one,))]
    return names | {part for part in flat if isinstance(part, str)}


def test_a_verb_that_changes_what_an_open_page_shows_enters_the_public_log():
    excepted = set().union(*EXCEPTIONS.values())

    missing = {event: why for event, why in candidates().items() if event not in public() | excepted}

    assert not missing, f"add to log.public_events, or to the exceptions with a reason: {missing}"


def test_an_exception_is_a_verb_that_would_else_be_asked_for():
    excepted = [event for events in EXCEPTIONS.values() for event in events]

    assert len(excepted) == len(set(excepted))
    assert set(excepted) <= candidates().keys() - public()


def test_the_verbs_that_publish_and_take_back_are_found_by_what_they_do():
    """The net has the meshes that it should: by a helper's field, a tuple of fields, a noun, a right, a name."""
    found = candidates()

    assert found["casework.remedy.ended"] == "it takes or gives Remedy"
    assert found["inspection.samples.amended"] == "it speaks of published_on"
    assert found["equipment.barred"] == "it takes or gives Equipment"
    assert found["emergency.bulletin.updated"] == "its right is to publish"
    assert found["trace.unpublished"] == "its name says so"
