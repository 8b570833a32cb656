"""One recall from a consumer's lead to the closure, which is refused while the units disagree."""

from datetime import date, timedelta

import pytest
from tests.response.recall.world import PLAN, SCENARIO, a_lead, holding, photo, stated

from banyan.insight.risk import actions as risk
from banyan.kit import Refused, events
from banyan.kit.models import Event
from banyan.response.recall import actions, queries
from banyan.response.recall.models import Lead, Recall

pytestmark = pytest.mark.django_db


def test_a_blind_with_a_cord_is_recalled_and_the_case_closes_once_the_units_agree(city, people):
    officer, firm, day = people.officer_gulou, people.gulou_firm, date(2024, 3, 4)
    (lead,) = actions.enter_leads(leads=[a_lead(city, received_on=day)], by=officer, on=day)
    assert (lead.number, lead.due_on) == ("L2024-00001", date(2024, 3, 7))  # three working days

    inquiry = actions.open_inquiry(lead=lead, report_by=date(2024, 4, 3), by=officer, on=day)
    actions.report_inquiry(inquiry=inquiry, finding="the loop does not break", by=firm, on=date(2024, 4, 1))
    assessment = actions.assess_risk(inquiry=inquiry, scenarios=[SCENARIO], by=officer, on=date(2024, 4, 2))
    assert assessment.level == "serious"
    with pytest.raises(Refused, match="does not review"):
        risk.review_assessment(assessment=assessment, is_upheld=True, by=officer, on=date(2024, 4, 2))
    with pytest.raises(Refused, match="upheld by a second person"):
        actions.notify_recall(inquiry=inquiry, by=officer, on=date(2024, 4, 2))
    risk.review_assessment(assessment=assessment, is_upheld=True, by=people.planner, on=date(2024, 4, 3))

    recall = actions.notify_recall(inquiry=inquiry, by=officer, on=date(2024, 4, 8))
    assert (recall.number, recall.cause, recall.object_by) == ("R2024-00001", "consumer", date(2024, 4, 22))
    actions.object_to_notice(recall=recall, objection="the standard allows it", by=firm, on=date(2024, 4, 22))
    actions.reject_objection(recall=recall, decision="the standard was replaced", by=officer, on=date(2024, 4, 25))
    actions.order_recall(recall=recall, ordered_by="the market authority", by=officer, on=date(2024, 5, 20))
    recall = Recall.objects.get(pk=recall.pk)
    assert (recall.basis, recall.plan_by) == ("order", date(2024, 6, 3))

    with pytest.raises(Refused, match="whom to ask, the schedule"):
        actions.file_plan(recall=recall, measures="cords are cut", contact=" ", schedule="", by=firm, on=day)
    filed = date(2024, 6, 3)
    actions.file_plan(recall=recall, by=firm, on=filed, **PLAN)
    with pytest.raises(Refused, match="photograph"):
        actions.publish_notice(recall=recall, photo=None, by=officer, on=filed)
    notice = actions.publish_notice(recall=recall, photo=photo(), by=officer, on=filed)
    assert queries.notice_of(notice.number) == notice
    recall = Recall.objects.get(pk=recall.pk)
    assert (recall.state, recall.due_on) == ("running", date(2024, 9, 3))  # the first stage summary

    maker, seller = stated(city, people, recall, on=filed)
    assert actions.tell_holders(recall=recall, by=officer, on=filed) == 2
    actions.state_units(holding=maker, made=100, sold=100, returned=60, destroyed=60, by=firm, on=filed)
    actions.state_units(
        holding=seller, received=100, sold=90, returned=49, sent_back=60, by=people.changle_firm, on=filed
    )
    actions.report_progress(recall=recall, text="60 came back", reached=70, by=firm, on=date(2024, 9, 2))
    done = date(2024, 11, 1)
    actions.complete_measures(recall=recall, by=firm, on=done)
    actions.file_summary(recall=recall, summary="all that could be found", by=firm, on=done + timedelta(days=10))
    actions.find_effective(recall=recall, found="ten shops visited", by=officer, on=done + timedelta(days=12))

    closed = done + timedelta(days=20)
    with pytest.raises(Refused, match="长乐海帆头盔厂: 1 more went out than came in") as refusal:
        actions.close_recall(recall=recall, by=officer, on=closed)
    assert refusal.value.code == "units-disagree"
    actions.state_units(holding=holding(recall, "firm-c"), returned=50, by=people.changle_firm, on=closed)
    actions.close_recall(recall=recall, by=officer, on=closed)

    recall = Recall.objects.get(pk=recall.pk)
    assert (recall.state, recall.settled, recall.keep_until) == ("closed", 60, date(2029, 11, 21))
    assert queries.totals(recall).completion == 0.6
    assert Lead.objects.get(pk=lead.pk).state == "led_to_recall"
    assert next(events.faults(), None) is None
    assert Event.objects.order_by("number").last().name == "recall.closed"
