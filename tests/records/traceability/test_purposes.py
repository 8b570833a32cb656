"""An officer says what the events of firms are read for; it ends by itself, and every reading under it is noted."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.records.traceability.conftest import event, lot

from banyan.kit import Refused, clock
from banyan.kit.models import Reading
from banyan.records.traceability import actions, queries
from banyan.records.traceability.models import CaptureJob

pytestmark = pytest.mark.django_db

SAYS = "Complaint 12 about bread"
LISTS = ("/office/traceability/traceevent/", "/office/traceability/thing/", "/office/traceability/capturejob/")


@pytest.fixture(autouse=True)
def that_day(trade):
    with clock.fixed_at(trade.today):
        yield


@pytest.fixture
def captured(send):
    send(event(action="ADD", bizStep="commissioning", quantityList=[{"epcClass": lot("A"), "quantity": 5}]))


def browser(person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def rows_of(client: Client, address: str) -> int:
    """How many rows a list's file has."""
    answer = client.get(f"{address}export/", {"as": "csv"})
    return int(answer.headers["X-Rows"])


def test_a_purpose_holds_no_longer_than_the_packs_allow(people, trade):
    kept = actions.state_purpose(
        says=SAYS, until_on=trade.today + timedelta(days=30), by=people.planner, on=trade.today
    )
    with pytest.raises(Refused) as refused:
        actions.state_purpose(says=SAYS, until_on=trade.today + timedelta(days=31), by=people.planner, on=trade.today)

    assert kept.until_on == trade.today + timedelta(days=30)
    assert refused.value.code == "purpose-too-long"
    assert "30 days" in str(refused.value)


def test_a_purpose_ends_by_itself(people, trade, captured):
    actions.state_purpose(says=SAYS, by=people.planner, on=trade.today)

    assert queries.seen_events(people.planner).count() == 1
    with clock.fixed_at(trade.today + timedelta(days=1)), pytest.raises(queries.NoPurpose):
        queries.seen_events(people.planner, on=trade.today + timedelta(days=1))


def test_lists_and_their_files_are_empty_without_a_purpose(people, trade, captured):
    client = browser(people.planner)
    assert [rows_of(client, address) for address in LISTS] == [0, 0, 0]

    actions.state_purpose(says=SAYS, by=people.planner, on=trade.today)

    assert [rows_of(client, address) for address in LISTS] == [1, 1, 1]
    assert [rows_of(browser(people.gulou_firm), address) for address in LISTS] == [1, 1, 1], "a firm's own need none"


def test_each_request_that_reads_under_a_purpose_is_noted_once(people, trade, captured):
    purpose = actions.state_purpose(says=SAYS, by=people.planner, on=trade.today)
    browser(people.planner).get(LISTS[0])
    browser(people.planner).get("/api/v1/trace/forward", {"epc": lot("A")})
    browser(people.gulou_firm).get(LISTS[0])

    noted = list(Reading.objects.order_by("pk"))

    assert [(one.by, one.under) for one in noted] == [("planner", f"traceability.purpose:{purpose.pk}")] * 2
    assert noted[0].address == f"GET {LISTS[0]}"
    assert noted[1].address.startswith("GET /api/v1/trace/forward?epc=urn")


def test_auditors_see_who_read_what_under_a_purpose_and_nobody_else_does(people, trade, captured):
    purpose = actions.state_purpose(says=SAYS, by=people.planner, on=trade.today)
    browser(people.planner).get(LISTS[0])
    page = f"/office/traceability/purpose/{purpose.pk}/change/"

    listed = browser(people.auditor).get("/office/kit/reading/").content.decode()

    assert LISTS[0] in listed
    assert purpose.pk in listed
    assert LISTS[0] in browser(people.auditor).get(page).content.decode()
    assert f"GET {LISTS[0]}" not in browser(people.planner).get(page).content.decode()
    assert browser(people.planner).get("/office/kit/reading/").status_code == 403


def test_a_record_of_the_stream_leads_who_has_not_said_what_for_to_saying_it(people, trade, captured):
    client, job = browser(people.planner), CaptureJob.objects.get()
    page = f"/office/traceability/capturejob/{job.pk}/change/"

    asked = client.get(page, follow=True)
    client.post(asked.redirect_chain[-1][0], {"says": SAYS})

    assert asked.status_code == 200
    assert "State your purpose first" in asked.content.decode()
    assert client.get(page).status_code == 200
    assert browser(people.changle_firm).get(page).status_code == 404
