"""Listings of the demonstration: on each list a firm, step by step, one repaired, one on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from banyan.demo.city import City
from banyan.judgement.lists import actions
from banyan.judgement.lists.queries import Listing
from banyan.response.casework.queries import Case

LISTED = ((0, "propose"), (2, "notice"), (6, "state"), (12, "approve"), (14, "decide"), (18, "publish"))
BEGUN = (
    ("abnormal", date(2023, 8, 7), (*LISTED, (90, "apply"), (91, "accept"), (93, "grant"))),
    ("local", date(2024, 7, 8), LISTED),
    ("serious", date(2025, 4, 7), LISTED),
    ("abnormal", date(2025, 9, 8), (*LISTED, (100, "apply"))),
    ("local", date(2025, 12, 22), LISTED),
)
"""On which list, from which day, by which steps so many days later. What lies after the last day is still to come."""
CAUSES = {
    "serious": "生产销售不符合安全标准的产品，受到较重行政处罚（示例）",
    "abnormal": "通过登记的住所无法联系（示例）",
    "local": "一年内两次监督抽查不合格（示例）",
}


@dataclass
class Listings:
    """What happens to listings, each step on the first working day from its own on."""

    city: City
    coming: list[tuple[date, str, str, int]] = field(default_factory=list)
    going: dict[int, Listing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = self.city.random("listings")
        self.coming = sorted(
            (start + timedelta(days=days), step, list_, place)
            for place, (list_, start, steps) in enumerate(BEGUN) for days, step in steps
        )  # fmt: skip

    def live(self, day: date) -> bool:
        """Take the steps that fall on a day; whether one of them was public."""
        taken = set()
        while self.coming and self.coming[0][0] <= day:
            _on, step, list_, place = self.coming.pop(0)
            taken.add(step)
            if step == "propose":
                self._propose(list_, place, day)
            elif place in self.going:
                self._take(step, self.going[place], day)
        return bool(taken & {"publish", "grant"})

    def _propose(self, list_: str, place: int, day: date) -> None:
        case = None
        if list_ == "serious":
            penalties = Case.objects.filter(outcome="penalty", decided_on__lte=day, party__isnull=False)
            case = penalties.select_related("party").order_by("decided_on", "key").last()
            if case is None:  # a city so small that no firm was fined yet
                return
        firms = [firm.record for firm in self.city.makers if not firm.closed and firm.county]
        firm = case.party if case else self.random.choice(firms)
        self.going[place] = actions.propose_listing(
            list=list_, organisation=firm, case=case, cause=CAUSES[list_], facts=f"{CAUSES[list_]}，证据附卷。",
            **self._do(day, f"officer_{case.county_id if case else firm.county_id}"),
        )  # fmt: skip
        self.city.counts["listings"] += 1

    def _take(self, step: str, listing: Listing, day: date) -> None:
        officer = self._do(day, listing.proposed_by)
        given: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
            "notice": (actions.give_notice, {}, officer),
            "state": (actions.record_statement, {"statement": "企业表示将整改（示例）"}, officer),
            "approve": (actions.approve_listing, {}, self._do(day, "planner")),
            "decide": (actions.decide_listing, {"conditions": "完成整改并经核查（示例）"}, officer),
            "publish": (actions.publish_listing, {}, officer),
            "apply": (actions.apply_repair, {"application": "已恢复联系并更新登记住所，附证明（示例）"}, officer),
            "accept": (actions.accept_repair, {}, officer),
            "grant": (actions.grant_repair, {"reason": "经核查符合移出条件（示例）"}, self._do(day, "planner")),
        }
        verb, content, by = given[step]
        verb(listing=listing, **content, **by)

    def _do(self, day: date, who: str) -> dict[str, Any]:
        return {"by": self.city.system(who), "on": day}
