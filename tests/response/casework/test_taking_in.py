"""What the daily flow takes in: orders to correct and alerts under investigation, once each, and nothing closes."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.house.conftest import example
from tests.response.casework.world import DAY, a_clue, decided, entered

from banyan.insight.alerts.models import Alert
from banyan.kit import Refused, clock
from banyan.records.inspection.queries import Correction, Sample
from banyan.response.casework import actions, queries
from banyan.response.casework.models import Case, Clue, Duty
from banyan.response.complaints.models import Complaint, Message

pytestmark = pytest.mark.django_db
SHEET = "duties/officer_gulou"


def an_order(city, *, on=DAY, key="s1"):
    sample = example(Sample, 0)
    sample.key, sample.number, sample.county, sample.task_id = key, f"number {key}", city.gulou, None
    sample.product_id = sample.draw_id = None
    for field in Sample._meta.concrete_fields:
        if field.is_relation and field.null and field.related_model._meta.model_name != "region":
            setattr(sample, field.attname, None)
    sample.product_name, sample.lot, sample.product_class, sample.conclusion = "rice", "L7", city.rice, "failed"
    sample.judged_on = on
    Sample.objects.bulk_create([sample])
    order = Correction(key=f"{key}.c", sample=sample, party=city.gulou_firm, ordered_on=on)
    Correction.objects.bulk_create([order])
    return order


def test_an_order_to_correct_becomes_a_clue_once_and_leads_back(city, people):
    order = an_order(city)

    assert actions.take_in(on=DAY) == {"clues": 1}
    assert actions.take_in(on=DAY) == {"clues": 0}

    clue = Clue.objects.get()
    assert (clue.cause, clue.party, clue.lots, clue.source_key) == ("sample", city.gulou_firm, "L7", "s1")
    assert (clue.state, clue.assignee) == ("waiting", people.officer_gulou)
    assert not Case.objects.exists()
    with pytest.raises(Refused, match="was made of it"):
        actions.make_clue_of_order(correction=order, by=people.officer_gulou, on=DAY)
    client = Client()
    client.force_login(people.officer_gulou)
    page = client.get(f"/office/casework/clue/{clue.pk}/change/").content.decode()
    assert "/office/inspection/sample/s1/change/" in page
    page = client.get("/office/inspection/correction/s1.c/change/").content.decode()
    assert f"/office/casework/clue/{clue.pk}/change/" in page


def test_what_lies_longer_back_than_the_house_takes_in_is_left(city, people):
    an_order(city, on=DAY - timedelta(days=91), key="old")
    an_order(city, on=DAY - timedelta(days=90), key="just")

    assert actions.take_in(on=DAY) == {"clues": 1}
    assert Clue.objects.get().source_key == "just"


@pytest.mark.parametrize(("state", "taken"), [("open", 0), ("watched", 0), ("investigated", 1), ("dismissed", 0)])
def test_only_alerts_that_an_officer_investigates_become_clues(city, people, state, taken):
    alert = example(Alert, 0)
    alert.county, alert.product, alert.laboratory, alert.seller = city.gulou, city.rice, None, city.gulou_firm
    alert.state, alert.decided_on, alert.noticed_on, alert.counties = state, DAY, DAY, ["gulou"]
    for field in Alert._meta.concrete_fields:
        if field.is_relation and field.name in ("assignee", "park", "maker"):
            setattr(alert, field.attname, None)
    Alert.objects.bulk_create([alert])

    assert actions.take_in(on=DAY) == {"clues": taken}


@pytest.mark.parametrize(
    ("track", "state", "taken"), [("report", "routed", 1), ("report", "received", 0), ("complaint", "routed", 0)]
)
def test_only_reports_that_lie_with_an_office_become_clues_without_the_senders_words(
    city, people, track, state, taken
):  # fmt: skip
    message = example(Message, 0)
    Message.objects.bulk_create([message])
    report = example(Complaint, 0)
    for field in Complaint._meta.concrete_fields:
        if field.is_relation and field.null:
            setattr(report, field.attname, None)
    report.message, report.track, report.state, report.received_on = message, track, state, DAY
    report.firm, report.office, report.product_name = city.gulou_firm, city.gulou, "rice"
    Complaint.objects.bulk_create([report])

    assert actions.take_in(on=DAY) == {"clues": taken}
    for clue in Clue.objects.all():
        assert (clue.cause, clue.party, clue.county, clue.source_key) == (
            "report", city.gulou_firm, city.gulou, report.pk,
        )  # fmt: skip
        assert clue.detail == ""


def test_fines_far_from_those_of_like_cases_are_listed_farthest_first(city, people):
    for place in range(6):
        decided(city, people, fine=30_000 + place)
    far = decided(city, people, fine=44_000)

    found = queries.unlike(people.planner, on=DAY)

    assert [row["case"] for row in found["rows"]] == [far]
    (row,) = found["rows"]
    assert row["place"] == pytest.approx(0.68)
    assert row["others"] == pytest.approx(0.40005)
    assert row["n"] == 6
    assert queries.unlike(people.officer_changle, on=DAY)["rows"] == []


def test_of_more_unlike_fines_than_are_listed_the_farthest_are(city, people, monkeypatch):
    monkeypatch.setattr(queries.discretion, "MOST", 2)
    for place in range(12):
        decided(city, people, fine=30_000 + place)
    near, far, farthest = (decided(city, people, fine=fine) for fine in (43_000, 44_000, 45_000))

    found = queries.unlike(people.planner, on=DAY)

    assert [row["case"] for row in found["rows"]] == [farthest, far]
    assert found["is_cut_off"]
    assert near not in [row["case"] for row in found["rows"]]
    monkeypatch.setattr(queries.discretion, "MOST", 3)
    assert not queries.unlike(people.planner, on=DAY)["is_cut_off"]


def test_fewer_like_cases_than_the_house_asks_for_are_not_compared(city, people):
    for _place in range(4):
        decided(city, people, fine=30_000)
    decided(city, people, fine=44_000)

    assert queries.unlike(people.planner, on=DAY)["rows"] == []


def test_figures_tell_age_lateness_and_outcome(city, people):
    entered(city, people)
    decided(city, people)

    found = queries.figures(people.planner, on=date(2025, 4, 10), first=DAY, last=date(2025, 4, 10))

    assert (found["open"], found["clues"], found["decided"], found["in_time"]) == (1, 1, 1, 1)
    assert [row["n"] for row in found["ages"]] == [0, 1, 0, 0, 0]
    (office,) = found["offices"]
    assert (office["n"], office["late"]) == (3, 3)


def test_the_pages_of_cases_open_in_both_languages(city, people):
    decided(city, people)
    client = Client()
    client.force_login(people.officer_gulou)
    with clock.fixed_at(DAY):
        for language in ("en", "zh-hans"):
            for address in (
                "figures/",
                "unlike/",
                "duties/",
                "duties/officer_gulou/",
                "duties/officer_gulou/sheet.pdf",
            ):
                answer = client.get(f"/office/cases/{address}", headers={"accept-language": language})
                assert answer.status_code == 200, address


def test_a_clue_of_a_day_long_past_is_refused_and_no_duty_begins_with_it(city, people):
    with pytest.raises(Refused, match="the first day that can be entered is 2020-03-03"):
        actions.enter_clues(clues=[a_clue(city, received_on=date(1900, 1, 1))], by=people.planner, on=DAY)
    assert not Duty.objects.exists()

    (oldest,) = actions.enter_clues(clues=[a_clue(city, received_on=date(2020, 3, 3))], by=people.planner, on=DAY)

    assert oldest.duties.get().from_on == date(2020, 3, 3)
