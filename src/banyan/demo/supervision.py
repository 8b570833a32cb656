"""Regional supervision of the demonstration: tasks of every county by programme, and interviews of each outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from banyan.demo.city import LAST_DAY, City
from banyan.response.leadership import actions
from banyan.response.leadership.queries import Commitment, Interview, Task, programmes

ASKED = {
    "table_safety": "检查食品生产、销售单位并建立台账（示例）", "safe_food": "落实放心食品抽检和整改（示例）",
    "regional": "巡查区域内重点产品生产企业（示例）",
}  # fmt: skip
IN_TIME, REPORTED_ONLY = 0.85, 3
CALLED = (
    (date(2023, 11, 6), "complaints", True), (date(2024, 9, 9), "case", False), (date(2025, 11, 3), "task", None),
    (date(2025, 12, 30), "incident", None),
)  # fmt: skip
"""When somebody is called, for which cause, and whether the commitments were kept; None where they still run."""


@dataclass
class Supervision:
    """Tasks of each half year and interviews as they fall."""

    city: City
    tasks: list[Task] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = self.city.random("supervision")
        self.calls = list(CALLED)
        self.running: list[tuple[date, Interview, bool | None]] = []

    def live(self, day: date) -> None:
        """Call, hold and follow up the interviews that fall on a day."""
        while self.calls and self.calls[0][0] <= day:
            _on, trigger, is_kept = self.calls.pop(0)
            self.running.append((day + timedelta(days=7), self._call(trigger, day), is_kept))
        for one in [one for one in self.running if one[0] <= day]:
            self.running.remove(one)
            _on, interview, is_kept = one
            if interview.state == "noticed":
                self._hold(interview, day)
                self.running.append((interview.due_on or day, interview, is_kept))
            elif is_kept is not None:
                self._follow(interview, day, is_kept)
                if interview.due_on:
                    self.running.append((interview.due_on, interview, is_kept))

    def end_half_year(self, day: date) -> None:
        """Report and accept the tasks of the half year that ends, set those of the next."""
        is_last = day > LAST_DAY - timedelta(days=40)
        by_officer: dict[str, list[Task]] = {}
        for task in self.tasks:
            if not is_last or self.random.random() < IN_TIME:
                by_officer.setdefault(task.assignee.username, []).append(task)
        for username, tasks in by_officer.items():
            actions.report_tasks(tasks=tasks, result="已完成并建立台账（示例）", **self._do(day, username))
        reported = [task for tasks in by_officer.values() for task in tasks]
        if reported:
            actions.accept_tasks(tasks=reported[: -REPORTED_ONLY if is_last else None], **self._do(day))
        keys = [key for key, _title in programmes(on=day)]
        self.tasks = [self._task(county, key, day) for county in self.city.counties for key in keys]
        actions.set_tasks(tasks=self.tasks, **self._do(day))
        self.city.counts["tasks of supervision"] += len(self.tasks)

    def _task(self, county: Any, programme: str, day: date) -> Task:
        kind = self.random.choice([one for one in self.city.kinds if one.is_food == (programme != "regional")])
        return Task(
            programme=programme, title=f"{kind.record.name}专项检查（示例）", asked=ASKED.get(programme, ""),
            county=county, product_class=kind.record, assignee=self.city.people[f"officer_{county.pk}"],
            due_on=date(day.year, 12, 20) if day.month == 6 else date(day.year + 1, 6, 20),
        )  # fmt: skip

    def _call(self, trigger: str, day: date) -> Interview:
        county = self.random.choice(self.city.counties)
        firms = [firm for firm in self.city.makers if firm.county is county and not firm.closed]
        party = self.random.choice(firms).record if firms and trigger != "task" else None
        self.city.counts["interviews"] += 1
        return actions.call_interview(  # type: ignore[no-any-return]
            trigger=trigger, topic="约谈：近期质量安全问题突出，限期改正（示例）", party=party, county=county,
            interview_on=day + timedelta(days=7),
            called="" if party else f"{county.name}市场监督管理局（示例）", **self._do(day),
        )  # fmt: skip

    def _hold(self, interview: Interview, day: date) -> None:
        promised = [("一个月内完成自查并提交报告（示例）", day + timedelta(days=30)),
                    ("完善进货查验和出厂检验制度（示例）", day + timedelta(days=60))]  # fmt: skip
        actions.hold_interview(
            interview=interview, minutes="参会各方对问题无异议（示例）", attended="负责人、质量负责人（示例）",
            commitments=promised, **self._do(day),
        )  # fmt: skip

    def _follow(self, interview: Interview, day: date, is_kept: bool) -> None:
        """Check the commitment that is due; where they are broken, the first of them is kept all the same."""
        waiting = list(Commitment.objects.filter(interview=interview, checked_on=None).order_by("by_on", "key"))
        waiting[0].interview = interview
        actions.check_commitment(
            commitment=waiting[0], is_kept=is_kept or len(waiting) > 1, found="现场核查（示例）", **self._do(day)
        )

    def _do(self, day: date, who: str = "planner") -> dict[str, Any]:
        return {"by": self.city.system(who), "on": day}
