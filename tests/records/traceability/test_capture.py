"""Documents of events are kept whole or in their right parts, once, and nothing that was kept is ever changed."""

import pytest
from tests.records.traceability.conftest import event, lot, pack

from banyan.kit.models import Event
from banyan.kit.refusals import NotAllowed
from banyan.records.traceability import actions, queries
from banyan.records.traceability.actions import capturing
from banyan.records.traceability.models import CaptureJob, EventParty, EventThing, Thing, TraceEvent

pytestmark = pytest.mark.django_db

SEEN = event(epcList=[pack(1), pack(2)], action="OBSERVE", bizStep="shipping")
MADE = event(
    "TransformationEvent", hour=9,
    inputQuantityList=[{"epcClass": lot("A"), "quantity": 12.5, "uom": "KGM"}], outputEPCList=[pack(1)],
)  # fmt: skip
WRONG = event(epcList=[pack(3)], action="SOLD")


def test_a_document_is_kept_with_what_it_names(send):
    job = send(SEEN, MADE)

    assert (job.success, job.stored, job.unchanged, job.refused) == (True, 2, 0, 0)
    first, second = TraceEvent.objects.order_by("pk")
    assert (first.pk, second.pk) == (1, 2)
    assert first.content["epcList"] == [pack(1), pack(2)]
    assert first.biz_step == "shipping"
    assert first.holder_id == "firm-g"
    assert first.county_id == "gulou"
    used = EventThing.objects.get(event=second, role=EventThing.Role.INPUT)
    assert (float(used.quantity), used.unit, used.thing.kind) == (12.5, "KGM", Thing.Kind.LOT)
    assert Thing.objects.count() == 3
    assert sorted(Thing.objects.values_list("pk", flat=True)) == [1, 2, 3]


def test_the_same_again_changes_nothing(send):
    send(SEEN, MADE)

    again = send(MADE, SEEN, event(epcList=[pack(9)], action="OBSERVE"))

    assert (again.stored, again.unchanged) == (1, 2)
    assert TraceEvent.objects.count() == 3


def test_one_wrong_event_keeps_all_out_and_is_named_by_its_path(send):
    job = send(SEEN, WRONG)

    assert (job.success, job.stored, job.refused) == (False, 0, 1)
    assert job.problems[0]["path"].startswith("/epcisBody/eventList/1")
    assert not TraceEvent.objects.exists()
    assert not Thing.objects.exists()


def test_a_document_that_is_refused_is_read_no_further_than_its_problems_are_told(send, monkeypatch):
    monkeypatch.setattr(capturing, "PROBLEMS_KEPT", 3)
    wrong = [event(epcList=[pack(number)], action="SOLD") for number in range(8)]

    rolled_back, proceeded = send(*wrong), send(SEEN, *wrong, on_error="proceed")

    assert (rolled_back.refused, len(rolled_back.problems)) == (3, 3)
    assert (proceeded.stored, proceeded.refused, len(proceeded.problems)) == (1, 8, 3)


def test_the_right_ones_are_kept_where_the_sender_says_so(send):
    job = send(SEEN, WRONG, MADE, on_error="proceed")

    assert (job.success, job.stored, job.refused) == (True, 2, 1)


@pytest.mark.parametrize(("on_error", "kept"), [("rollback", 0), ("proceed", 1)])
def test_a_known_identifier_that_says_otherwise_is_refused(send, on_error, kept):
    send(SEEN | {"eventID": "urn:uuid:1"})

    job = send(MADE, SEEN | {"eventID": "urn:uuid:1", "bizStep": "receiving"}, on_error=on_error)

    assert job.stored == kept
    assert job.problems[0]["path"] == "/epcisBody/eventList/1/eventID"
    assert TraceEvent.objects.count() == 1 + kept


def test_a_declaration_of_error_is_an_event_of_its_own_and_takes_the_other_back(send):
    send(SEEN)
    told = {"declarationTime": "2025-05-02T08:00:00+08:00", "reason": "incorrect_data"}

    send(SEEN | {"errorDeclaration": told})
    again = send(SEEN | {"errorDeclaration": told})

    assert again.unchanged == 1
    original, declaration = TraceEvent.objects.order_by("pk")
    assert declaration.declares_wrong == original.hash


def test_nobody_takes_back_the_event_of_another_firm(send, trade):
    send(SEEN)
    told = {"declarationTime": "2025-05-02T08:00:00+08:00", "reason": "incorrect_data"}
    send(SEEN | {"errorDeclaration": told}, firm=trade.changle_firm)
    original, declaration = TraceEvent.objects.order_by("pk")

    assert list(queries.standing(TraceEvent.objects.all())) == [original]
    assert queries.wrong_events() == [(declaration.pk, declaration.pk)]

    send(SEEN | {"errorDeclaration": told | {"reason": "did_not_occur"}})

    assert not queries.standing(TraceEvent.objects.all()).exists()
    assert queries.wrong_events() == [(1, 3), (2, 2), (3, 3)]


def test_a_document_larger_than_a_chunk_is_numbered_without_gaps(send, monkeypatch):
    from banyan.records.traceability.actions import capturing

    monkeypatch.setattr(capturing, "CHUNK", 3)

    job = send(*(event(epcList=[pack(n)], action="OBSERVE", day=1 + n) for n in range(10)))

    assert job.stored == 10
    assert sorted(TraceEvent.objects.values_list("pk", flat=True)) == list(range(1, 11))


def test_a_capture_is_one_event_of_the_chain_with_the_digest_of_its_hashes(send):
    before = Event.objects.count()

    job = send(SEEN, MADE)

    assert Event.objects.count() == before + 1
    assert len(job.digest) == 64
    assert job.digest in Event.objects.order_by("number").last().after
    assert job.days == [{"on": "2025-05-01", "county_id": "gulou", "product_class_id": None, "events": 2}]


def test_a_firm_captures_for_itself_only(send, trade, people):
    with pytest.raises(NotAllowed):
        send(SEEN, by=people.auditor)
    with pytest.raises((NotAllowed, Exception)) as refused:
        send(SEEN, by=people.gulou_firm, firm=trade.changle_firm)

    assert refused.value.status in (403, 404)
    assert send(SEEN, by=people.gulou_firm).stored == 1
    assert CaptureJob.objects.filter(success=True).count() == 1


def test_what_is_no_document_is_refused_whole(trade):
    with pytest.raises(actions.WrongDocument):
        actions.capture(
            stream=b"no document", media_type="application/json", by=trade_by(), organisation=trade.gulou_firm,
            on=trade.today,
        )  # fmt: skip


def trade_by():
    from tests.records.traceability.conftest import BY

    return BY


def test_a_share_opens_past_and_future_events_to_a_partner(send, trade):
    send(SEEN)

    share = actions.share_events(
        organisation=trade.gulou_firm, partner=trade.changle_firm, by=trade_by(), on=trade.today
    )
    send(MADE)
    actions.stop_sharing(share=share, by=trade_by(), on=trade.today, reason="ended")

    assert EventParty.objects.filter(organisation="firm-c").count() == 2
