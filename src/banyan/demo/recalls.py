"""Recalls of the demonstration: one carried to its closure, one ordered and running, leads that wait."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.base import File

from banyan.demo.town import Town
from banyan.insight.risk import actions as risk
from banyan.response.recall import actions
from banyan.response.recall.queries import Holding, Lead, Recall

GRAVE = {"steps": ["1/2", "1/10", "1/50"], "severity": 4}
LESS_GRAVE = {"steps": ["1/10", "1/20", "1/5"], "severity": 3}
# By words in the name of the goods: how somebody is hurt, defect, hazard, what the maker found.
FAULTS = (
    (("童", "玩具"), "绳圈缠绕儿童颈部", "绳圈过大，可形成环", "可能导致儿童缠绕窒息", "绳圈周长超出标准要求"),
    (
        ("插座", "电", "灯", "充", "耳机"),
        "外壳带电触电",
        "绝缘不足，外壳可能带电",
        "可能导致触电",
        "绝缘电阻低于标准要求",
    ),
    (("预包装",), "食用后发生食物中毒", "致病菌超出限量", "可能导致食物中毒", "杀菌温度低于工艺要求"),
    (("",), "锐边划伤使用者", "边缘锋利", "可能划伤使用者", "边缘锐利程度超出标准要求"),
)
PLAN = {
    "measures": "停止销售，免费更换或者退货（示例）", "contact": "0591-8000 0000（示例）",
    "schedule": "自公告之日起六个月内完成（示例）",
}  # fmt: skip
DAYS_OF_A_PLAN = timedelta(days=180)
MADE = 1200


def fault_of(goods: str) -> tuple[str, ...]:
    """How goods of a name hurt somebody in the demonstration, by what defect; all of it invented."""
    return next(tuple(said) for words, *said in FAULTS if any(word in goods for word in words))


def photo() -> File:
    """A picture of plain colour: the demonstration shows no real goods."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    width, height = 240, 160
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + bytes((31 + row // 4, 111, 84)) * width for row in range(height))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
    return File(BytesIO(content + chunk(b"IEND", b"")), name="goods.png")


@dataclass
class Recalls:
    """What is to be done on which day, and the records that the steps speak of."""

    town: Town
    held: dict[str, Any] = field(default_factory=dict)

    def live(self, day: date) -> None:
        """Do what falls on the day, or on a free day before it."""
        while self._due and self._due[0][0] <= day:
            _on, step = self._due.pop(0)
            step(day)

    def __post_init__(self) -> None:
        goods = [good for kind in self.town.city.kinds if not kind.is_food for good in kind.goods]
        self._good = next((good for good in goods if not good.maker.closed), None)
        self._due: list[tuple[date, Callable[[date], None]]] = []
        if self._good and len(self.town.city.sellers) > 2:
            self._due = [
                (date(2024, 3, 11), self._lead), (date(2024, 3, 13), self._inquire), (date(2024, 4, 8), self._risk),
                (date(2024, 4, 11), self._notify), (date(2024, 4, 22), self._plan),
                (date(2024, 4, 24), self._publish),
                (date(2024, 7, 22), self._progress), (date(2024, 10, 14), self._complete),
                (date(2024, 10, 28), self._close), (date(2025, 9, 8), self._of_sample),
                (date(2025, 10, 13), self._order), (date(2025, 10, 27), self._run), (date(2025, 12, 29), self._wait),
            ]  # fmt: skip

    def _do(self, day: date, who: str = "planner") -> dict[str, Any]:
        return {"by": self.town.city.system(who), "on": day}

    def _of_good(self, day: date, **more: Any) -> Lead:
        good: Any = self._good
        return Lead(product=good.record, maker=good.maker.record, county=good.maker.county, received_on=day, **more)

    def _lead(self, day: date) -> None:
        _how, defect, hazard, _found = fault_of(self._good.record.product_class.name)  # type: ignore[union-attr]
        lead = self._of_good(
            day, source="consumer", is_grave=True, lots="20240115 20240116", defect=f"{defect}（示例）",
            hazard=f"{hazard}（示例）", informant="陈女士",
        )  # fmt: skip
        lead.brand, lead.model = lead.product.brand or "榕牌", lead.product.model or "RQ-1"
        (self.held["lead"],) = actions.enter_leads(leads=[lead], **self._do(day))

    def _inquire(self, day: date) -> None:
        lead = self.held["lead"]
        self.held["inquiry"] = actions.open_inquiry(lead=lead, report_by=date(2024, 4, 3), **self._do(day))

    def _risk(self, day: date) -> None:
        inquiry = self.held["inquiry"]
        how, _defect, _hazard, found = fault_of(inquiry.product_class.name)
        actions.report_inquiry(inquiry=inquiry, finding=f"{found}（示例）", **self._do(day, "firm"))
        assessment = actions.assess_risk(inquiry=inquiry, scenarios=[{"name": how, **GRAVE}], **self._do(day))
        risk.review_assessment(assessment=assessment, is_upheld=True, **self._do(day, "leader"))

    def _notify(self, day: date) -> None:
        self.held["first"] = actions.notify_recall(inquiry=self.held["inquiry"], **self._do(day))

    def _plan(self, day: date) -> None:
        actions.accept_notice(recall=self.held["first"], **self._do(day, "firm"))
        actions.file_plan(
            recall=self.held["first"], **PLAN, complete_by=day + DAYS_OF_A_PLAN, **self._do(day, "firm")
        )

    def _publish(self, day: date) -> None:
        self._begin("first", day)

    def _begin(self, name: str, day: date) -> None:
        recall = self.held[name]
        maker = [(recall.maker, "", Decimal(MADE))] if recall.maker else [(None, recall.maker_name, Decimal(MADE))]
        sellers = [one.record for one in self.town.city.sellers if one.key != recall.maker_id][:2]
        lines = maker + [(seller, "", Decimal(MADE // 2)) for seller in sellers]
        actions.state_scope(recall=recall, lines=lines, **self._do(day, "firm"))
        _how, defect, hazard, _found = fault_of(recall.product_name)
        actions.publish_notice(
            recall=recall, photo=photo(), brand=recall.brand or "榕牌", model=recall.model or "RQ-1",
            lots=recall.lots or "20250601", gtin=recall.gtin or self.town.city.kinds[0].goods[0].record.gtin,
            hazard=recall.hazard or f"{hazard}（示例）", defect=recall.defect or f"{defect}（示例）", **self._do(day),
        )  # fmt: skip
        actions.tell_holders(recall=recall, **self._do(day))

    def _progress(self, day: date) -> None:
        self._state("first", day, back=300)
        text = "已收回三百件，其余继续通知（示例）"
        actions.report_progress(recall=self.held["first"], text=text, reached=640, **self._do(day, "firm"))

    def _state(self, name: str, day: date, *, back: int, holders: int = 3) -> None:
        """The first holders state that sellers took back some and sent it on to the maker, who destroyed it."""
        half = Decimal(MADE // 2)
        for holding in Holding.objects.filter(recall=self.held[name]).order_by("key")[:holders]:
            counts = {"made": Decimal(MADE), "sold": Decimal(MADE), "returned": Decimal(2 * back),
                      "destroyed": Decimal(2 * back)}  # fmt: skip
            if not holding.is_maker:
                counts = {"received": half, "sold": half, "returned": Decimal(back), "sent_back": Decimal(back)}
            actions.state_units(holding=holding, **counts, **self._do(day, "firm"))

    def _complete(self, day: date) -> None:
        self._state("first", day, back=510)
        actions.complete_measures(recall=self.held["first"], **self._do(day, "firm"))
        summary = "共收回一千零二十件并全部销毁（示例）"
        actions.file_summary(recall=self.held["first"], summary=summary, **self._do(day, "firm"))

    def _close(self, day: date) -> None:
        actions.find_effective(recall=self.held["first"], found="抽查十家门店，均已下架（示例）", **self._do(day))
        actions.close_recall(recall=self.held["first"], **self._do(day))

    def _of_sample(self, day: date) -> None:
        """A failed sample of goods whose maker is known leads to the second recall, where there is one."""
        taken = set(Lead.objects.exclude(sample=None).values_list("sample", flat=True))
        samples = [life.sample for life in self.town.open.values() if life.sample.conclusion == "failed"
                   and life.sample.maker_id and life.sample.pk not in taken]  # fmt: skip
        if not samples:
            self._due = [one for one in self._due if one[1] not in (self._order, self._run)]
            return
        lead = actions.make_lead_of_sample(sample=samples[0], **self._do(day))
        inquiry = actions.open_inquiry(lead=lead, report_by=date(2025, 10, 10), **self._do(day))
        how, *_rest = fault_of(inquiry.product_class.name if inquiry.product_class else inquiry.product_name)
        assessment = actions.assess_risk(inquiry=inquiry, scenarios=[{"name": how, **LESS_GRAVE}], **self._do(day))
        risk.review_assessment(assessment=assessment, is_upheld=True, **self._do(day, "leader"))
        self.held["second"] = actions.notify_recall(
            inquiry=inquiry, hazard="可能对使用者造成伤害（示例）", **self._do(day)
        )

    def _order(self, day: date) -> None:
        """The maker contests the notice and then does not act: it is ordered to recall."""
        recall = self.held["second"] = Recall.objects.get(pk=self.held["second"].pk)
        if recall.state == "notified":
            actions.let_notices_stand(recalls=[recall], **self._do(day))
        actions.order_recall(recall=recall, ordered_by="国家市场监督管理总局（示例）", **self._do(day))

    def _run(self, day: date) -> None:
        recall = self.held["second"]
        actions.file_plan(recall=recall, lots=recall.lots or "20250601", defect=recall.defect or "指标不合格（示例）",
                          **PLAN, complete_by=day + DAYS_OF_A_PLAN, **self._do(day, "firm"))  # fmt: skip
        self._begin("second", day)
        self._state("second", day, back=120, holders=2)  # the second seller has not answered yet

    def _wait(self, day: date) -> None:
        """Leads of the last days wait for an officer: from abroad, and from a firm."""
        abroad = self._of_good(
            day, source="foreign", origin="Safety Gate", reference="A12/00000/25（示例）", is_grave=True,
            defect="境外因同类缺陷召回（示例）",
        )  # fmt: skip
        own = self._of_good(day, source="firm", reporter=self._good.maker.record, defect="出厂复检发现（示例）")  # type: ignore[union-attr]
        actions.enter_leads(leads=[abroad, own], **self._do(day))
