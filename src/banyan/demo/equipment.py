"""Special equipment of the demonstration: fleets of firms, monthly inspections, failures, rescues, incidents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from banyan.demo.city import LAST_DAY, City, Firm
from banyan.kit import clock
from banyan.policy.calendar import add_months
from banyan.records.equipment import actions
from banyan.records.equipment.queries import Equipment, Incident, Inspection, Operator, Rescue, month_end, year_end

BEGINS = date(2023, 5, 8)
"""After the list of years of 2 April 2023 holds, so that every piece has a rule."""

KINDS = {
    "elevator": (0.44, "3110", "梯11"), "vehicle": (0.18, "5110", "车11"), "vessel": (0.15, "2150", "容15"),
    "crane": (0.10, "4110", "起11"), "boiler": (0.08, "1100", "锅10"), "cylinder": (0.03, "2310", "瓶31"),
    "pipe": (0.02, "8310", "管31"),
}  # fmt: skip
"""How common a kind is, and how its codes and registration numbers begin."""

JOB_OF = {"boiler": "G1", "vessel": "R1", "cylinder": "P", "crane": "Q2", "vehicle": "N1"}
FIRST_ACT = {"boiler": "external", "vessel": "yearly_check", "pipe": "yearly_check"}
HAS_SOME, IN_TIME, LATER, FAILS = 0.12, 0.93, 0.5, 0.02
SMALL = 0.1  # below this scale what is done is told by quarters
UNLICENSED, LAPSED = 0.04, 0.06
RESCUES, INCIDENTS = 14, 3
"""Rescues a month and incidents a year in the whole city."""


@dataclass
class Fleet:
    """All equipment of the city and what is done to it at the end of each month."""

    city: City
    pieces: list[tuple[Equipment, Firm]] = field(default_factory=list)
    open: list[Any] = field(default_factory=list)
    made: int = 0
    told_on: date = BEGINS

    def __post_init__(self) -> None:
        self.random = self.city.random("equipment")

    def live(self, day: date) -> None:
        """Do what falls on a day: the fleet is entered once, and each month or quarter tells what was done."""
        if day < BEGINS:
            return
        if not self.pieces:
            self._begin(day)
        elif day.month != self.told_on.month and (self.city.scale >= SMALL or day.month % 3 == 0):
            self._put_right(day)
            self._inspect(day)
            self._rescue(day)
            if day.month % (12 // INCIDENTS) == 0:
                self._harm(day)
        else:
            return
        self.told_on = day

    def equip(self, firm: Firm, *, on: date) -> None:
        """See to it that a firm, for which somebody signs in, has an elevator and a forklift with what is missing."""
        if any(owner is firm for _one, owner in self.pieces):
            return
        elevator, forklift = (self._piece(firm, kind, on) for kind in ("elevator", "vehicle"))
        forklift.installed_on = add_months(on, -14)
        forklift.registered_on = forklift.installed_on + timedelta(days=20)
        actions.enter_equipment(equipment=[elevator, forklift], **self._do(on))
        if before := self._before(elevator, on):
            actions.report_inspections(inspections=[before], **self._do(on))
        driver = Operator(name=self.city.names.person(), employer=firm.record, job="N1")
        actions.enter_operators(operators=[driver], **self._do(on))

    def _do(self, day: date, who: str = "planner") -> dict[str, Any]:
        return {"by": self.city.system(who), "on": day}

    def _begin(self, day: date) -> None:
        firms = [firm for firm in (*self.city.makers, *self.city.sellers) if not firm.closed]
        self.maintainers = [firm for firm in firms if "机械" in firm.record.name][:8] or firms[:1]
        kinds, weights = list(KINDS), [one[0] for one in KINDS.values()]
        for firm in firms:
            if self.random.random() < HAS_SOME:
                for kind in self.random.choices(kinds, weights, k=self.random.choice((1, 1, 2, 3))):
                    self.pieces.append((self._piece(firm, kind, day), firm))
        actions.enter_equipment(equipment=[one for one, _firm in self.pieces], **self._do(day))
        history = [self._before(one, day) for one, _firm in self.pieces]
        actions.report_inspections(inspections=[one for one in history if one], **self._do(day))
        self._hire(day)

    def _piece(self, firm: Firm, kind: str, day: date) -> Equipment:
        """A piece of equipment of a kind, installed in the last fifteen years."""
        self.made += 1
        installed_on = day - timedelta(days=self.random.randrange(40, 5400))
        _share, digits, sign = KINDS[kind]
        code = f"{digits}35{self.made // 9999:03d}{installed_on.year}{self.made % 9999 + 1:04d}"
        maintainer = self.random.choice(self.maintainers).record if kind == "elevator" else None
        return Equipment(
            code=code, kind=kind, certificate=f"{sign}闽A{self.made:05d}({installed_on.year % 100:02d})",
            user_unit=firm.record, county=firm.county, address=firm.record.address or firm.county.name,
            installed_on=installed_on, registered_on=installed_on + timedelta(days=20), maintenance_unit=maintainer,
            telephone=f"0591-0000 {self.made % 10000:04d}" if maintainer else "",
        )  # fmt: skip

    def _before(self, one: Equipment, day: date) -> Inspection | None:
        """The last act before the fleet was entered; none for what is too new for one."""
        what = FIRST_ACT.get(one.kind, "periodic")
        if one.kind == "elevator":
            years = (
                day.year
                - one.installed_on.year
                - (year_end(one.installed_on, day.year - one.installed_on.year) > day)
            )
            done_on = (
                year_end(one.installed_on, years) - timedelta(days=self.random.randrange(1, 25)) if years else None
            )
        else:
            done_on = day - timedelta(days=self.random.randrange(1, 350))
        if done_on is None or done_on <= one.installed_on:
            return None
        return self._act(one, what, done_on, passed=True)

    def _act(self, one: Equipment, what: str, done_on: date, *, passed: bool) -> Inspection:
        return Inspection(
            equipment=one, what=what, done_on=done_on, passed=passed, body_name="福州市特种设备检验所（示例）",
            found="" if passed else "安全保护装置失效（示例）",
        )  # fmt: skip

    def _hire(self, day: date) -> None:
        """Everybody who needs an operator has one; some without a licence, some with one that ends in these years."""
        operators: list[Operator] = []
        for firm, kind in {(firm.key, one.kind): (firm, one.kind) for one, firm in self.pieces}.values():
            if (job := JOB_OF.get(kind)) is None:
                continue
            chance = self.random.random()
            given = day - timedelta(days=self.random.randrange(1, 450))
            if chance < UNLICENSED + LAPSED:
                given = add_months(day, -46 + self.random.randrange(26))
            one = Operator(name=self.city.names.person(), employer=firm.record, job=job)
            if chance >= UNLICENSED:
                one.licence, one.licensed_on = f"闽{job}{len(operators) + 1:06d}（示例）", given
            operators.append(one)
        actions.enter_operators(operators=operators, **self._do(day))

    def _inspect(self, day: date) -> None:
        """Most of what is due by the end of the month is inspected; some later, some never; a few fail."""
        closed = [one for one, firm in self.pieces if firm.closed and one.state != "cancelled"]
        if closed:
            actions.cancel_registration(equipment=closed, reason="单位已注销（示例）", **self._do(day))
            self.pieces = [(one, firm) for one, firm in self.pieces if not firm.closed]
        last = month_end(day)
        done, failed = [], []
        for one, _firm in self.pieces:
            if one.state != "in_use" or one.due_on is None or one.due_on > last:
                continue
            is_late = one.due_on < self.told_on
            if self.random.random() < (LATER if is_late else IN_TIME):
                done_on = day if is_late else min(day, one.due_on - timedelta(days=self.random.randrange(20)))
                passed = self.random.random() >= FAILS
                done.append(self._act(one, one.due_what, done_on, passed=passed))
                failed += [] if passed else [one]
        actions.report_inspections(inspections=done, **self._do(day))
        for one in failed:
            instruction = actions.issue_instruction(
                equipment=one,
                demands="修复安全保护装置（示例）",
                rectify_by=day + timedelta(days=20),
                **self._do(day),
            )
            self.open.append((instruction, one))

    def _put_right(self, day: date) -> None:
        """Most user units put right what the instruction of last month demands; some let it lie."""
        left = []
        for instruction, one in self.open:
            if self.random.random() < 0.2 or instruction.issued_on == day:
                left.append((instruction, one))
                continue
            actions.report_rectified(instruction=instruction, report="已修复（示例）", **self._do(day, "firm"))
            if day.year < LAST_DAY.year or day.month < LAST_DAY.month:
                actions.find_rectified(instruction=instruction, check_found="已整改（示例）", **self._do(day))
                one.state = "in_use"
        self.open = left

    def _elevators(self) -> list[Equipment]:
        return [one for one, _firm in self.pieces if one.kind == "elevator" and one.state == "in_use"]

    def _rescue(self, day: date) -> None:
        """People are trapped now and then."""
        rescues = []
        for one in self._some(self._elevators(), self.city.count(RESCUES, least=2)):
            at = datetime.combine(day - timedelta(days=1), time(7), tzinfo=clock.zone())
            called_at = at + timedelta(minutes=self.random.randrange(900))
            arrived_at = called_at + timedelta(minutes=round(self.random.lognormvariate(2.85, 0.4)))
            rescue = Rescue(equipment=one, called_at=called_at, trapped=self.random.choice((1, 1, 1, 2, 3)))
            rescue.arrived_at, rescue.released_at = (
                arrived_at,
                arrived_at + timedelta(minutes=self.random.randrange(3, 40)),
            )
            rescues.append(rescue)
        actions.call_rescues(rescues=rescues, **self._do(day))

    def trap(self, *, on: date) -> None:
        """On the last morning somebody is still trapped."""
        called_at = datetime.combine(on, time(8, 48), tzinfo=clock.zone())
        rescues = [Rescue(equipment=one, called_at=called_at, trapped=2) for one in self._some(self._elevators(), 1)]
        actions.call_rescues(rescues=rescues, **self._do(on))

    def _harm(self, day: date) -> None:
        """An incident: most only strand people, one hurts somebody; those of the last year wait for their end."""
        for one in self._some(self._elevators(), self.city.count(1)):
            incident = Incident(
                equipment=one, happened_on=day, what_happened="轿厢困人并造成一人受伤（示例）",
                injured=int(self.random.random() < 0.4), stranded_minutes=self.random.randrange(20, 180),
            )  # fmt: skip
            (told,) = actions.report_incidents(incidents=[incident], **self._do(day))
            if day.year < LAST_DAY.year:
                actions.close_incident(
                    incident=told,
                    cause="维护保养不到位（示例）",
                    measures="更换部件并加强维保（示例）",
                    **self._do(day),
                )
                if one.state == "barred":
                    actions.release_equipment(equipment=one, **self._do(day))

    def _some(self, pieces: list[Equipment], count: int) -> Iterable[Equipment]:
        return self.random.sample(pieces, min(count, len(pieces)))
