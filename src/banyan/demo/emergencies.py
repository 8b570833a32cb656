"""Emergencies of the demonstration: one incident of the past, two drills, a roster with a gap, an alert of today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from banyan.demo.city import City
from banyan.kit import clock
from banyan.response.emergency import actions
from banyan.response.emergency.queries import Activation, Bulletin, Duty, Finding, Receipt, Resource

FIRST_DRILL, INCIDENT, SECOND_DRILL = date(2023, 6, 14), date(2024, 3, 20), date(2025, 9, 17)
RESOURCES = (
    ("car", "应急采样车", 2, "辆"), ("people", "食品安全应急处置组", 8, "人"), ("store", "防护物资库", 300, "套"),
    ("laboratory", "快速检测实验室", 1, "间"),
)  # fmt: skip


@dataclass
class Emergencies:
    """What happens of emergencies, each on the first working day from its own on."""

    city: City

    def __post_init__(self) -> None:
        self.waiting = [
            (FIRST_DRILL, self._first_drill),
            (INCIDENT, self._incident),
            (SECOND_DRILL, self._second_drill),
        ]

    def live(self, day: date) -> None:
        """Do what falls on a day."""
        while self.waiting and self.waiting[0][0] <= day:
            self.waiting.pop(0)[1](day)

    def stand_by(self, day: date) -> None:
        """The roster from a day on, which leaves nights of one county open, and an alert that stands."""
        begins = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        duties = [
            Duty(county=county, person=self._officer(county), from_at=begins + timedelta(days=number),
                 until_at=begins + timedelta(days=number, hours=18 if county is self.city.counties[-1] else 24),
                 telephone="0591-0000 0000")
            for number in range(7)
            for county in self.city.counties
        ]  # fmt: skip
        city_hall = [
            Duty(kind="leader", county=self._whole, person=self.city.people["leader"], from_at=begins,
                 until_at=begins + timedelta(days=7), telephone="0591-0000 0001")
        ]  # fmt: skip
        actions.enter_duties(duties=[*duties, *city_hall], **self._do(day, "planner"))
        alert = Bulletin(
            kind="food", county=self._whole, roles=["county_officer"], is_public=True, severity="Minor",
            headline="节日聚餐谨防食物中毒（示例）", description="节日期间集体聚餐增多（示例）。",
            measures="熟食当餐食用，隔餐彻底加热（示例）。", contact="12315",
            expires_at=clock.now() + timedelta(days=30),
        )  # fmt: skip
        actions.issue_bulletin(bulletin=alert, **self._do(day, "planner"))
        self._acknowledge(day, but=2)

    def _first_drill(self, day: date) -> None:
        """A county practises food poisoning: most in time, one step late, one finding that was mended."""
        resources = [
            Resource(kind=kind, name=f"{name}（示例）", county=county, quantity=Decimal(count), measured_in=unit,
                     holder=f"{county.name}市场监督管理局（示例）", contact="值班室", telephone="0591-0000 0000")
            for county in self.city.counties[:3]
            for kind, name, count, unit in RESOURCES
        ]  # fmt: skip
        actions.enter_resources(resources=resources, **self._do(day, "planner"))
        county = self.city.counties[0]
        who = f"officer_{county.pk}"
        drill = self._activate(day, who, county=county, kind="food", level="IV", is_drill=True,
                               title="学校食堂食物中毒演练（示例）")  # fmt: skip
        with self._after(5):
            actions.send_message(activation=drill, roles=["county_officer", "sampler"],
                                 text="请速到校门口集合（示例）", **self._do(day, who))  # fmt: skip
        with self._after(25):
            self._acknowledge(day, but=1)
            actions.reserve(activation=drill, resource=resources[0], quantity=Decimal(1), **self._do(day, who))
        self._complete(drill, day, who, (40, 130, 170, 200))
        self._end(drill, day, who, after=240)
        with self._after(420):
            self._found(drill, day, who, mended=True)

    def _incident(self, day: date) -> None:
        """People are trapped in an elevator for long: a real response, a bulletin, reviewed since."""
        county = self.city.counties[1]
        who = f"officer_{county.pk}"
        one = self._activate(day, who, county=county, kind="equipment", level="IV", is_drill=False,
                             title="商场电梯困人事故（示例）")  # fmt: skip
        actions.send_message(activation=one, roles=["county_officer"], text="请赴现场（示例）", **self._do(day, who))
        with self._after(15):
            self._acknowledge(day)
            actions.write_entry(activation=one, kind="order", text="停用同型号电梯（示例）", **self._do(day, who))
        self._complete(one, day, who, (30, 60, 90, 240))
        self._end(one, day, who, after=300)
        with self._after(420):
            actions.close_review(activation=_again(one), summary="处置及时（示例）。", **self._do(day, who))

    def _second_drill(self, day: date) -> None:
        """The city practises a product emergency that is raised on the way; its finding is open."""
        who = "planner"
        drill = self._activate(day, who, county=self._whole, kind="product", level="IV", is_drill=True,
                               title="电动自行车电池起火演练（示例）")  # fmt: skip
        with self._after(20):
            actions.change_level(activation=drill, level="III", reason="火情扩大（示例）", **self._do(day, who))
            actions.send_message(activation=_again(drill), roles=["county_officer", "leader"],
                                 text="各县区立即排查（示例）", **self._do(day, who))  # fmt: skip
        with self._after(60):
            self._acknowledge(day, but=3)
        self._complete(drill, day, who, (50, 70, 100, 150))
        self._end(drill, day, who, after=300)
        with self._after(420):
            self._found(drill, day, "leader", mended=False)

    # ------------------------------------------------------------ steps

    def _activate(self, day: date, who: str, **fields: Any) -> Activation:
        activation = Activation(happened="详见指挥日志（示例）", place="示例地点", **fields)
        return actions.activate(activation=activation, **self._do(day, who))  # type: ignore[no-any-return]

    def _complete(self, activation: Activation, day: date, who: str, minutes: tuple[int, ...]) -> None:
        """Do the first steps, each so many minutes after the activation; the others stay undone."""
        rows = list(activation.measures.filter(state="open").order_by("due_at", "key"))
        for measure, after in zip(rows, minutes, strict=False):
            with self._after(after):
                actions.complete_measure(measure=measure, result="已完成（示例）", **self._do(day, who))

    def _end(self, activation: Activation, day: date, who: str, *, after: int) -> None:
        with self._after(after):
            actions.end_response(activation=_again(activation), reason="处置完毕（示例）", **self._do(day, who))

    def _found(self, drill: Activation, day: date, owner: str, *, mended: bool) -> None:
        finding = Finding(found="联络名单未及时更新（示例）", demand="每季度核对一次（示例）",
                          mend_by=day + timedelta(days=30))  # fmt: skip
        (one,) = actions.enter_findings(
            activation=_again(drill), findings=[finding], owner=self.city.people[owner], **self._do(day, "planner")
        )
        if mended:
            actions.report_mended(finding=one, report="已核对（示例）", **self._do(day, owner))
            actions.find_mended(finding=_again(one), check_found="属实（示例）", **self._do(day, "planner"))
            actions.close_review(activation=_again(drill), summary="达到目的（示例）。", **self._do(day, "planner"))

    def _acknowledge(self, day: date, *, but: int = 0) -> None:
        """Everyone acknowledges what was sent to them, but the last few."""
        waiting = list(Receipt.objects.filter(acknowledged_at=None, sent_on=day).order_by("person__username", "key"))
        for one in waiting[: len(waiting) - but]:
            actions.acknowledge(receipts=[one], by=one.person, on=day)

    @contextmanager
    def _after(self, minutes: int) -> Iterator[None]:
        with clock.fixed_at(clock.now() + timedelta(minutes=minutes)):
            yield

    @property
    def _whole(self) -> Any:
        return self.city.regions["city"]

    def _officer(self, county: Any) -> Any:
        return self.city.people[f"officer_{county.pk}"]

    def _do(self, day: date, who: str) -> dict[str, Any]:
        return {"by": self.city.people[who], "on": day}


def _again(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)
