"""Random complaints, cases, duties and emergencies, and the facts that each states, in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from banyan.kit import clock
from banyan.response.casework.models import Case, Duty
from banyan.response.complaints.models import Complaint, Message
from banyan.response.emergency.models import Activation, Finding, Receipt
from banyan.response.emergency.models import Message as Sent

COUNTIES = ("east", "west")
Taken = Callable[[dict[str, str]], dict[str, Any]]


def of_a_day(chance: random.Random, step: int, day: date) -> list[list[Any]]:
    """Lists of new records, those first on which others hang."""

    def near(most: int = 9) -> date | None:
        return chance.choice([None, day, day + timedelta(days=chance.randint(-most, most))])

    names = [f"{step}-{place}" for place in range(4)]
    messages = [Message(key=f"m-{one}", channel="web", received_at=clock.now(), words="-") for one in names]
    complaints = [_complaint(chance, one, day, near) for one in messages]
    cases = [_case(chance, name, day, near) for name in names]
    duties = [
        Duty(key=f"d-{one.key}", case=one, county_id=one.county_id, task=chance.choice(["review", "decide"]),
             from_on=day, due_on=near(), ended_on=day, end=chance.choice(["done", "done", "passed", "void"]))
        for one in cases
    ]  # fmt: skip
    return [messages, complaints, cases, duties, *_emergencies(chance, names, day)]


def _complaint(chance: random.Random, message: Any, day: date, near: Any) -> Any:
    outcome = chance.choice(["", "settled", "settled", "failed", "refused"])
    return Complaint(
        key=f"c-{message.key}", number=message.key, message=message, channel=chance.choice(["web", "letter"]),
        track=chance.choice(["complaint", "complaint", "report"]), county_id=chance.choice([*COUNTIES, None]),
        state=chance.choice(["routed", "with_firm", "joined", "closed", "closed"]),
        subject=chance.choice(["food", ""]), withdrawn_on=chance.choice([None, None, None, day]),
        received_on=day - timedelta(days=chance.choice([0, 3, 400])), accepted_on=near(), accept_by=near(),
        mediate_by=near(), ended_on=day if outcome else None, outcome=outcome, firm_id="firm-1",
        times_not_solved=chance.choice([0, 0, 1]), is_settled_by_firm=chance.choice([True, False]),
        sent_to_firm_on=near(), answered_on=near(), answer_by=day,
    )  # fmt: skip


def _case(chance: random.Random, name: str, day: date, near: Any) -> Any:
    decided = near()
    return Case(
        key=f"k-{name}", number=name, title="-", cause=chance.choice(["sample", "complaint"]), rules_on=day,
        county_id=chance.choice([*COUNTIES, None]), filed_on=day - timedelta(days=chance.choice([0, 40, 400])),
        decided_on=decided, outcome=chance.choice(["penalty", "penalty", "minor"]) if decided else "",
        decide_by=near(), days_stopped=chance.choice([0, 5]), fine=chance.choice([None, 500, 20_000]),
        state=chance.choice(["filed", "fulfilled", "closed"]), withdrawn_on=chance.choice([None, None, None, day]),
    )  # fmt: skip


def _emergencies(chance: random.Random, names: list[str], day: date) -> list[list[Any]]:
    def ours(activation: Any) -> dict[str, Any]:
        return {"county_id": activation.county_id, "is_drill": activation.is_drill}

    activations = [
        Activation(key=f"a-{name}", number=name, title="-", happened="-", kind="food", level="IV", activated_on=day,
                   activated_at=clock.now(), is_drill=chance.choice([True, False]), county_id=chance.choice(COUNTIES),
                   ended_on=chance.choice([None, day]), score=chance.choice([None, 80]))
        for name in names
    ]  # fmt: skip
    sent = [
        Sent(key=f"n-{one.key}", activation=one, text="-", sent_at=clock.now(), due_at=clock.now(), **ours(one))
        for one in activations
    ]
    receipts = [
        Receipt(key=f"r-{one.key}", message=one, role="-", sent_on=day, sent_at=one.sent_at, due_at=one.due_at,
                in_time=chance.choice([None, True, True, False]), county_id=one.county_id, is_drill=one.is_drill)
        for one in sent
    ]  # fmt: skip
    findings = [
        Finding(key=f"f-{one.key}", activation=one, number=one.number, found="-", demand="-", found_on=day,
                mend_by=day, closed_on=chance.choice([None, day]), was_late=chance.choice([True, False]), **ours(one))
        for one in activations
    ]  # fmt: skip
    return [activations, sent, receipts, findings]


def facts_of(noun: str, state: dict[str, Any], key: str, taken: Taken) -> Iterator[dict[str, Any]]:
    """The facts that indicators count of one such record."""

    def on(name: str) -> date | None:
        return date.fromisoformat(state[name]) if state.get(name) else None

    for kind, day, more in _stated(noun, state, on):
        yield {**taken({"county": "county_id", "product": "product_class_id"}), "value": None, "passed": None,
               "key": key, "kind": kind, "happened_on": day} | more  # fmt: skip


def _stated(noun: str, state: dict[str, Any], on: Any) -> Iterator[tuple[str, date, dict[str, Any]]]:
    if noun == "complaints.complaint":
        yield from _of_complaint(state, on)
    if noun == "casework.case":
        yield from _of_case(state, on)
    if noun == "casework.duty" and state.get("end") == "done":
        done = on("ended_on")
        yield "casework.duty_done", done, {"task": state.get("task"), "passed": _in_time(done, on("due_on"))}
    if noun == "emergency.activation" and state.get("is_drill") and on("ended_on"):
        yield "emergency.drill_held", on("activated_on"), {}
    if noun == "emergency.receipt" and not state.get("is_drill") and state.get("in_time") is not None:
        yield "emergency.acknowledged", on("sent_on"), {"passed": state["in_time"]}
    if noun == "emergency.finding" and state.get("is_drill") and (on("closed_on") or state.get("was_late")):
        yield "emergency.finding_due", on("mend_by"), {"passed": not state.get("was_late")}


def _of_complaint(state: dict[str, Any], on: Any) -> Iterator[tuple[str, date, dict[str, Any]]]:
    own = {name: state.get(name) or None for name in ("channel", "subject", "track")}
    received, accepted, ended = on("received_on"), on("accepted_on"), on("ended_on")
    if state["state"] != "joined":
        yield "complaints.received", received, own
    if accepted:
        yield "complaints.accepted", accepted, own | {"passed": _in_time(accepted, on("accept_by"))}
    if ended and state["state"] != "joined":
        yield "complaints.closed", ended, own | {
            "value": float((ended - received).days), "outcome": state.get("outcome"),
            "solved": "no" if state.get("times_not_solved") else "yes",
            "settled_by": "firm" if state.get("is_settled_by_firm") else "authority",
        }  # fmt: skip
    if (sent := on("sent_to_firm_on")) and state["state"] != "with_firm":
        answered = on("answered_on")
        yield "complaints.firm_asked", sent, own | {"passed": bool(answered and answered <= on("answer_by"))}


def _of_case(state: dict[str, Any], on: Any) -> Iterator[tuple[str, date, dict[str, Any]]]:
    own, filed, decided = {"cause": state.get("cause")}, on("filed_on"), on("decided_on")
    yield "casework.filed", filed, own
    if decided:
        own["outcome"] = state.get("outcome")
        took = float((decided - filed).days - (state.get("days_stopped") or 0))
        yield "casework.decided", decided, own | {"value": took, "passed": _in_time(decided, on("decide_by"))}
        if state.get("outcome") == "penalty":
            yield "casework.fined", decided, own | {"passed": state["state"] in ("fulfilled", "closed")}


def _in_time(done: date, term: date | None) -> bool | None:
    return done <= term if term else None
