"""The verbs of recalls in the order of a recall's life, for `tests/house/crash.py` to die in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

DAY = date(2025, 6, 2)


def recall_verbs(city: SimpleNamespace, by: Any, number: int) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Each made when its turn comes, since it needs what the one before did; two recalls, one of them contested."""
    from tests.response.recall.world import PLAN, SCENARIO, photo

    from banyan.insight.risk import actions as risk
    from banyan.insight.risk.models import Assessment
    from banyan.kit import rights
    from banyan.response.recall import actions
    from banyan.response.recall.models import Holding, Inquiry, Lead, Notice, Recall

    on = DAY + timedelta(days=number)
    common = {"by": by, "on": on, "reason": "crash"}
    second = common | {"by": rights.System("second")}

    def lead(**fields: Any) -> Any:
        given = {
            "source": "consumer", "product_name": "blind", "brand": "Banyan", "model": "B-2", "lots": "L1",
            "gtin": "4006381333931", "maker": city.gulou_firm, "defect": "a loop", "hazard": "strangling",
        }  # fmt: skip
        return Lead(**given | fields)

    def last(model: Any, **filters: Any) -> Any:
        return model.objects.filter(**filters).order_by("-number").first()

    begun = {Lead: "received_on", Inquiry: "ordered_on", Recall: "begun_on"}

    def numbered(model: Any, place: int) -> Any:
        """The records of this round in their order."""
        return list(model.objects.filter(**{begun[model]: on}).order_by("number"))[place]

    yield "lead", lambda: actions.enter_leads(leads=[lead(), lead(model="B-3")], **common)
    yield "notices", lambda: actions.take_in_notices(leads=[lead(source="foreign", maker=None)], **common)
    yield (
        "concerns",
        lambda: actions.concern_goods(lead=last(Lead, source="foreign", maker=None), maker=city.gulou_firm, **common),
    )
    yield (
        "dismiss",
        lambda: actions.dismiss_leads(leads=[last(Lead, source="foreign", received_on=on)], **common),
    )
    for place in (0, 1):
        yield (
            "inquiry",
            lambda place=place: actions.open_inquiry(lead=numbered(Lead, place), report_by=on, **common),
        )
        yield (
            "report",
            lambda place=place: actions.report_inquiry(inquiry=numbered(Inquiry, place), finding="so", **common),
        )
        yield (
            "risk",
            lambda place=place: actions.assess_risk(inquiry=numbered(Inquiry, place), scenarios=[SCENARIO], **common),
        )
        yield (
            "review",
            lambda: risk.review_assessment(
                assessment=Assessment.objects.get(reviewed_on=None), is_upheld=True, **second
            ),
        )
        yield "notify", lambda place=place: actions.notify_recall(inquiry=numbered(Inquiry, place), **common)

    def contested() -> Any:
        return numbered(Recall, 1)

    def recall() -> Any:
        return numbered(Recall, 0)

    def holding(place: int) -> Any:
        return list(Holding.objects.filter(recall=recall()).order_by("pk"))[place]

    yield "object", lambda: actions.object_to_notice(recall=contested(), objection="no", **common)
    yield "uphold", lambda: actions.uphold_objection(recall=contested(), decision="right", **common)
    yield "accept", lambda: actions.accept_notice(recall=recall(), **common)
    yield "order", lambda: actions.order_recall(recall=recall(), ordered_by="SAMR", **common)
    yield "plan", lambda: actions.file_plan(recall=recall(), complete_by=on, **PLAN, **common)
    lines = [(city.gulou_firm, "", Decimal(100)), (city.changle_firm, "", Decimal(100))]
    yield "scope", lambda: actions.state_scope(recall=recall(), lines=lines, **common)
    yield "publish", lambda: actions.publish_notice(recall=recall(), photo=photo(), **common)
    yield "publish again", lambda: actions.publish_notice(recall=recall(), photo=photo(), **common)
    yield "withdraw", lambda: actions.withdraw_notice(notice=last(Notice, withdrawn_on=None), **common)
    yield "tell", lambda: actions.tell_holders(recall=recall(), **common)
    yield "progress", lambda: actions.report_progress(recall=recall(), text="half", reached=5, **common)
    made = {"made": Decimal(100), "sold": Decimal(100), "returned": Decimal(40), "destroyed": Decimal(40)}
    sold = {"received": Decimal(100), "sold": Decimal(100), "returned": Decimal(40), "sent_back": Decimal(40)}
    yield "units", lambda: actions.state_units(holding=holding(0), **made, **common)
    yield "units", lambda: actions.state_units(holding=holding(1), **sold, **common)
    yield "complete", lambda: actions.complete_measures(recall=recall(), **common)
    yield "summary", lambda: actions.file_summary(recall=recall(), summary="done", **common)
    yield "again", lambda: actions.recall_again(recall=recall(), ordered_by="SAMR", found="no effect", **common)
    yield "plan", lambda: actions.file_plan(recall=recall(), **PLAN, **common)
    yield "publish", lambda: actions.publish_notice(recall=recall(), photo=photo(), **common)
    yield "complete", lambda: actions.complete_measures(recall=recall(), **common)
    yield "summary", lambda: actions.file_summary(recall=recall(), summary="done", **common)
    yield "effect", lambda: actions.find_effective(recall=recall(), found="visited", **common)
    yield "close", lambda: actions.close_recall(recall=recall(), **common)
