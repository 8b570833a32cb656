"""The verbs of complaints, cases and emergencies in their order, for `tests/house/crash.py` to die in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

DAY = date(2025, 6, 2)
Verbs = Iterator[tuple[str, Callable[[], Any]]]


def complaint_verbs(city: SimpleNamespace, by: Any, number: int) -> Verbs:
    """A message with both tracks: routed wrongly, answered by the firm, mediated, not solved, published; a case."""
    from tests.response.complaints.world import png

    from banyan.response.complaints import actions
    from banyan.response.complaints.queries import Complaint, Message, Track

    on = DAY + timedelta(days=number)
    do = {"by": by, "on": on, "reason": "crash"}
    matter = {"county_id": "gulou", "firm_id": city.gulou_firm.pk, "product_name": "rice"}

    def message(place: int) -> Any:
        return Message(
            channel="telephone",
            words=f"the rice was mouldy, {number}-{place}",
            name="林小明",
            telephone="13900000001",
        )

    def last(track: str, place: int = 0) -> Any:
        return Complaint.objects.filter(track=track).order_by("-number")[place]

    def one() -> Any:
        return last(Track.COMPLAINT)

    both = [Track.COMPLAINT, Track.REPORT]
    yield (
        "many",
        lambda: actions.file_messages(filings=[actions.Filing(message(place), matter) for place in range(3)], **do),
    )
    yield (
        "file",
        lambda: actions.file_message(filing=actions.Filing(message(9), matter, both, [png()]), **do),
    )
    yield "return", lambda: actions.return_route(complaint=one(), **do)
    yield "route", lambda: actions.route_complaints(complaints=[one()], office=city.gulou, **do)
    yield "note", lambda: actions.write_note(complaint=one(), words="call back", **do)
    yield "offer", lambda: actions.offer_to_firm(complaint=one(), **do)
    yield "answer", lambda: actions.answer(complaint=one(), answer="we pay", **do)
    yield "decline", lambda: actions.decline_offer(complaint=one(), words="too little", **do)
    yield "materials", lambda: actions.ask_materials(complaint=one(), decision="the receipt", **do)
    yield "came", lambda: actions.take_materials(complaint=one(), words="here it is", **do)
    yield "accept", lambda: actions.accept_complaints(complaints=[one()], **do)
    yield "stop", lambda: actions.stop_for_test(complaint=one(), **do)
    yield "resume", lambda: actions.resume(complaint=one(), **do)
    yield "settle", lambda: actions.settle_complaints(complaints=[one()], decision="paid", **do)
    yield "close", lambda: actions.close_complaints(complaints=[one()], **do)
    yield "not solved", lambda: actions.say_not_solved(complaint=one(), words="nothing came", **do)
    yield "accept again", lambda: actions.accept_complaints(complaints=[one()], **do)
    yield "end", lambda: actions.end_mediations(complaints=[one()], decision="no agreement", **do)
    yield "close again", lambda: actions.close_complaints(complaints=[one()], **do)
    yield "copy", lambda: actions.send_copy(complaint=one(), public_words="mouldy rice", **do)
    yield "comment", lambda: actions.comment(complaint=one(), comment="changed the store", **do)
    yield "publish", lambda: actions.publish_complaints(complaints=[one()], **do)
    yield "take back", lambda: actions.unpublish_complaint(complaint=one(), **do)
    yield "no case", lambda: actions.file_no_cases(complaints=[last(Track.REPORT)], decision="nothing found", **do)
    yield (
        "join",
        lambda: actions.join_complaint(complaint=last(Track.COMPLAINT, 1), to=last(Track.COMPLAINT, 2), **do),
    )


def case_verbs(city: SimpleNamespace, by: Any, number: int) -> Verbs:
    """A case with a hearing to its closure, one that the police gave back, and clues that led to none."""
    from tests.response.casework.world import paper

    from banyan.kit import rights
    from banyan.response.casework import actions
    from banyan.response.casework.queries import Case, Clue, Transfer

    on = DAY + timedelta(days=number)
    do = {"by": by, "on": on, "reason": "crash"}
    second = do | {"by": rights.System("second")}

    def clue(place: int = 0) -> Any:
        return list(Clue.objects.filter(received_on=on).order_by("number"))[place]

    def case(place: int = 0) -> Any:
        return list(Case.objects.filter(filed_on=on).order_by("number"))[place]

    def given(name: str) -> Any:
        return Clue(cause="report", title=f"{name} {number}", party=city.gulou_firm, received_on=on)

    def transfer() -> Any:
        return Transfer.objects.get(case=case(1))

    def evidence(place: int) -> Any:
        return actions.add_evidence(
            case=case(place),
            file=paper(),
            kind="scene",
            title="visit",
            taken_on=on,
            taken_by="two",
            is_held=True,
            **do,
        )

    yield "clues", lambda: actions.enter_clues(clues=[given(name) for name in ("rice", "oil", "tea", "salt")], **do)
    yield "extend", lambda: actions.extend_verification(clue=clue(), **do)
    for place in (0, 1):
        yield "file", lambda place=place: actions.file_case(clue=clue(place), second_officer="two", **do)
        yield "evidence", lambda place=place: evidence(place)
    yield "join", lambda: actions.join_clue(clue=clue(2), case=case(), **do)
    yield "decline", lambda: actions.decline_clues(clues=[clue(3)], **do)
    yield "stop", lambda: actions.suspend_case(case=case(), cause="testing", **do)
    yield "resume", lambda: actions.resume_case(case=case(), **do)
    yield "longer", lambda: actions.extend_decision(case=case(), **do)
    yield "conclude", lambda: actions.conclude_investigation(case=case(), findings="so", **do)
    yield "return", lambda: actions.return_file(case=case(), opinion="more", **second)
    yield "conclude", lambda: actions.conclude_investigation(case=case(), findings="so", **do)
    yield "review", lambda: actions.pass_review(case=case(), opinion="right", **second)
    fine = {"breach": "pql_50", "step": "general", "fine": Decimal(30_000), "goods_value": Decimal(20_000)}
    yield "announce", lambda: actions.announce_penalty(case=case(), grounds="so", **fine, **do)
    yield "statement", lambda: actions.record_statement(case=case(), statement="no", **do)
    yield "call", lambda: actions.call_hearing(case=case(), hearing_on=on, **do)
    yield "hear", lambda: actions.hold_hearing(case=case(), record="heard", **second)
    yield "decide", lambda: actions.decide_penalty(case=case(), fine=Decimal(30_000), **second)
    yield "serve", lambda: actions.serve_decision(case=case(), manner="in person", **do)
    yield "part", lambda: actions.record_payment(case=case(), amount=Decimal(10_000), **do)
    yield "pay", lambda: actions.record_payment(case=case(), amount=Decimal(20_000), **do)
    yield "publish", lambda: actions.publish_penalty(case=case(), **do)
    yield "close", lambda: actions.close_case(case=case(), **do)
    yield "propose", lambda: actions.propose_transfer(case=case(1), sales=Decimal(80_000), **do)
    yield "approve", lambda: actions.approve_transfer(transfer=transfer(), **second)
    yield "hand over", lambda: actions.hand_over(transfer=transfer(), police="police", **do)
    yield "copy", lambda: actions.copy_to_prosecutor(transfer=transfer(), prosecutor="prosecutor", **do)
    yield "receipt", lambda: actions.record_receipt(transfer=transfer(), receipt="1", **do)
    yield "answer", lambda: actions.record_answer(transfer=transfer(), is_accepted=False, answer="none", **do)
    yield "take back", lambda: actions.take_back(transfer=transfer(), **do)
    yield "drop", lambda: actions.drop_case(case=case(1), outcome="minor", grounds="mended", **second)


def emergency_verbs(city: SimpleNamespace, by: Any, number: int) -> Verbs:
    """A response from its activation over a message, means and a bulletin to its review."""
    from banyan.response.emergency import actions
    from banyan.response.emergency.queries import Activation, Bulletin, Duty, Resource

    on = DAY + timedelta(days=number)
    do = {"by": by, "on": on, "reason": "crash"}

    def one() -> Any:
        return Activation.objects.order_by("-number").first()

    def measure() -> Any:
        return one().measures.filter(state="open").order_by("due_at", "key").first()

    new = {"kind": "food", "level": "IV", "title": "drill", "happened": "so", "place": "school", "is_drill": True}
    yield "activate", lambda: actions.activate(activation=Activation(county=city.gulou, **new), **do)
    yield "write", lambda: actions.write_entry(activation=one(), kind="order", text="close the kitchen", **do)
    yield "level", lambda: actions.change_level(activation=one(), level="III", **do)
    yield (
        "resource",
        lambda: actions.enter_resources(
            resources=[Resource(kind="car", name=f"car {number}", county=city.gulou, quantity=Decimal(2),
                                measured_in="cars", holder="office", contact="desk", telephone="1")], **do
        ),
    )  # fmt: skip
    yield (
        "reserve",
        lambda: actions.reserve(
            activation=one(), resource=Resource.objects.get(name=f"car {number}"), quantity=Decimal(1), **do
        ),
    )
    yield "measure", lambda: actions.complete_measure(measure=measure(), result="done", **do)
    bulletin = {
        "kind": "food", "roles": [], "is_public": True, "severity": "Minor", "headline": "heat",
        "description": "so", "measures": "cook through", "contact": "12315",
    }  # fmt: skip
    yield "bulletin", lambda: actions.issue_bulletin(bulletin=bulletin_of(Bulletin, city, bulletin), **do)
    yield "roster", lambda: actions.enter_duties(duties=[duty_of(Duty, city)], **do)
    yield "end response", lambda: actions.end_response(activation=one(), **do)


def bulletin_of(model: Any, city: SimpleNamespace, fields: dict[str, Any]) -> Any:
    """A bulletin that stands for a day."""
    from banyan.kit import clock

    return model(county=city.gulou, expires_at=clock.now() + timedelta(days=1), **fields)


def duty_of(model: Any, city: SimpleNamespace) -> Any:
    """Somebody on duty for half a day."""
    from banyan.kit import clock
    from banyan.kit.models import Grant, Person

    person, _made = Person.objects.get_or_create(username="on_duty", defaults={"password": "!"})
    where = {"dimension": "region", "path": city.gulou.path, "from_on": date(2020, 1, 1)}
    Grant.objects.get_or_create(person=person, role="county_officer", **where)
    begins = clock.now()
    return model(
        county=city.gulou, person=person, from_at=begins, until_at=begins + timedelta(hours=12), telephone="1"
    )
