"""Notices as the public sees them: complete or refused, found, with a photograph, gone when withdrawn."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.base import File
from django.test import Client
from tests.response.recall.world import DAY, PLAN, a_lead, notified, photo, running, stated

from banyan.kit import Refused, rights
from banyan.response.recall import actions, panels
from banyan.response.recall.actions.notices import NEEDED
from banyan.response.recall.models import Notice, Recall
from banyan.response.recall.queries import papers

pytestmark = pytest.mark.django_db


def test_a_notice_names_everything_that_it_lacks(city, people, today):
    recall = notified(city, people, on=today, brand="", model="", lots="", gtin="", hazard="")
    actions.accept_notice(recall=recall, by=people.gulou_firm, on=today)
    actions.file_plan(recall=recall, lots="L1", by=people.gulou_firm, on=today, **PLAN)
    Recall.objects.filter(pk=recall.pk).update(lots="", contact="", measures="", defect="")

    with pytest.raises(Refused) as refusal:
        actions.publish_notice(recall=recall, photo=None, by=people.officer_gulou, on=today)

    wanted = "brand, model or specification, lots, bar code (GTIN), hazard, defect, measures, contact, photograph"
    assert refusal.value.prevents == f"These are missing: {wanted}."
    assert "art. 19" in refusal.value.written
    assert not Notice.objects.exists()


@pytest.mark.parametrize("lacking", NEEDED)
@pytest.mark.parametrize("given", ["", "  "])
def test_a_notice_that_lacks_one_thing_is_refused_and_that_thing_is_named(city, people, today, lacking, given):
    recall = notified(city, people, on=today)
    actions.accept_notice(recall=recall, by=people.gulou_firm, on=today)
    actions.file_plan(recall=recall, by=people.gulou_firm, on=today, **PLAN)
    if lacking != "photo":
        Recall.objects.filter(pk=recall.pk).update(**{lacking: given})
    said = {} if lacking in ("photo", "product_name") else {lacking: given}

    with pytest.raises(Refused) as refusal:
        actions.publish_notice(
            recall=recall, photo=None if lacking == "photo" else photo(), by=people.officer_gulou, on=today, **said
        )

    word = "photograph" if lacking == "photo" else str(Recall._meta.get_field(lacking).verbose_name)
    assert refusal.value.code == "notice-incomplete"
    assert refusal.value.prevents == f"These are missing: {word}."
    assert Recall.objects.get(pk=recall.pk).state == "planned"
    assert not Notice.objects.exists()


def test_what_is_no_picture_is_no_photograph(city, people, today):
    recall = notified(city, people, on=today)
    actions.accept_notice(recall=recall, by=people.gulou_firm, on=today)
    actions.file_plan(recall=recall, by=people.gulou_firm, on=today, **PLAN)

    with pytest.raises(Refused):
        actions.publish_notice(
            recall=recall, photo=File(BytesIO(b"not a picture"), name="a.png"), by=people.officer_gulou, on=today
        )

    assert not Notice.objects.exists()


def test_a_plan_not_made_public_within_three_working_days_is_overdue_and_goes_up(city, people):
    recall = notified(city, people, on=FRIDAY, received_on=FRIDAY)
    actions.accept_notice(recall=recall, by=people.gulou_firm, on=FRIDAY)
    actions.file_plan(recall=recall, by=people.gulou_firm, on=FRIDAY, **PLAN)
    recall = Recall.objects.get(pk=recall.pk)
    last_day = date(2024, 3, 6)  # Monday, Tuesday, Wednesday

    assert (recall.due_rule, recall.publish_by, recall.due_on) == ("recall.publish", last_day, last_day)
    (waiting,) = panels.to_publish(person=people.officer_gulou, on=last_day, limit=9)
    assert (waiting.due_on, waiting.is_overdue) == (last_day, False)
    (overdue,) = panels.to_publish(person=people.officer_gulou, on=date(2024, 3, 7), limit=9)
    assert overdue.is_overdue
    assert actions.run_clocks(by=rights.System("daily"), on=date(2024, 3, 7))["recalls raised"] >= 1
    assert Recall.objects.get(pk=recall.pk).escalated_on == date(2024, 3, 7)

    actions.publish_notice(recall=recall, photo=photo(), by=people.officer_gulou, on=date(2024, 3, 8))

    assert not panels.to_publish(person=people.officer_gulou, on=date(2024, 3, 8), limit=9)


FRIDAY = date(2024, 3, 1)


def test_the_public_finds_a_notice_by_lot_or_bar_code_until_it_is_withdrawn(city, people, today):
    recall = running(city, people, on=today)
    notice = Notice.objects.get(recall=recall)
    public = Client(headers={"accept-language": "en"})

    for text in ("L1", "04006381333931", "cord", "榕江"):
        assert notice.number in public.get("/recalls/", {"q": text}).content.decode(), text
    assert "No recall answers" in public.get("/recalls/", {"q": "kettle"}).content.decode()
    page = public.get(f"/recalls/{notice.number}/").content.decode()
    assert all(said in page for said in (PLAN["measures"], PLAN["contact"], "a child may strangle", "L1 L2"))
    assert public.get(f"/recalls/{notice.number}/photo").content.startswith(b"\x89PNG")
    assert public.get("/api/v1/recall-notices", {"q": "cord"}).json()["items"][0]["number"] == notice.number

    actions.withdraw_notice(notice=notice, by=people.officer_gulou, on=today, reason="the wrong lot")

    assert public.get(f"/recalls/{notice.number}/").status_code == 404
    assert public.get(f"/recalls/{notice.number}/photo").status_code == 404
    assert public.get(f"/api/v1/recall-notices/{notice.number}").status_code == 404
    assert public.get("/api/v1/recall-notices").json()["items"] == []


def test_every_letter_is_written_as_pdf_and_word(city, people, today):
    recall = running(city, people, on=today)
    holding = stated(city, people, recall, on=today)[0]
    recall = Recall.objects.get(pk=recall.pk)
    inquiry = recall.inquiry
    records = (inquiry, recall, Notice.objects.get(recall=recall), holding)
    told = {name for record in records for name, _title in papers.papers_of(record)}

    assert told == set(papers.PAPERS) - {"order-to-recall"}
    for record in records:
        for name, _title in papers.papers_of(record):
            assert papers.written(name, record, form="pdf")[0].startswith(b"%PDF"), name
            assert papers.written(name, record, form="docx")[0].startswith(b"PK"), name


def test_figures_tell_the_share_of_recalls_that_consumers_led_to(city, people, today):
    from banyan.response.recall import queries

    running(city, people, on=today)

    found = queries.figures(people.planner, first=today, last=today)

    consumer = found["causes"][0]
    assert (found["n"], consumer.count, consumer.of) == (1, 1, 1)
    assert 0 < consumer.low < consumer.high == pytest.approx(1)
    page = Client(headers={"accept-language": "en"})
    page.force_login(people.planner)
    assert "consumer" in page.get("/office/recalls/statistics/").content.decode()
    assert page.get(f"/office/recalls/statistics/?year={'9' * 5000}").status_code == 400


def test_a_lead_of_a_day_long_past_and_a_report_far_ahead_are_refused(city, people):
    officer = {"by": people.officer_gulou, "on": DAY}

    with pytest.raises(Refused, match="the first day that can be entered is"):
        actions.enter_leads(leads=[a_lead(city, received_on=date(1900, 1, 1))], **officer)
    (lead,) = actions.enter_leads(leads=[a_lead(city)], **officer)
    with pytest.raises(Refused, match="more than 3 years ahead"):
        actions.open_inquiry(lead=lead, report_by=date(9999, 12, 31), **officer)
