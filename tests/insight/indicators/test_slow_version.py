"""Every indicator in force equals its slow version on random records, corrected, withdrawn and entered late."""

from __future__ import annotations

import random
from datetime import date, timedelta
from math import isnan
from typing import Any

import pytest
from django.conf import settings
from tests.base.facts.conftest import FIRST_DAY, OFFICE, World
from tests.insight.indicators import matters, slow_version

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.base.registry.models import Certificate, Organisation, Park, ParkEnrolment
from banyan.insight.indicators import queries
from banyan.kit import clock
from banyan.kit.verbs import Deed, verb
from banyan.records.equipment.models import Equipment, Incident, Inspection, Rescue
from banyan.records.inspection.models import Sample, Task
from banyan.records.inspection.models.laboratory import ItemResult, Result
from banyan.records.trace.models import TraceDay
from banyan.response.recall.models import Holding, Recall

LAST_DAY = FIRST_DAY + timedelta(days=24)
SCHEMES = ("product_supervision", "food_supervision", "food_evaluation", "risk_monitoring", "export_inspection")
LEVELS = ("national", "province", "city", "county", "unknown")
DRAWN = ("random", "random", "targeted", "follow_up", "complaint", "unknown")
FEWEST_SHOWN = 5
CORRECTED = ("conclusion", "grade", "county_id", "origin_county_id", "level", "drawn", "sampled_on", "withdrawn_on",
             "weight")  # fmt: skip


def _enter_results(deed: Deed, *, results: list[Any], items: list[Any]) -> None:
    deed.add_many(results)
    ItemResult.objects.bulk_create(items)
    deed.restate(results)


class Life:
    """Random records of every kind that yields facts, changed at random on later days."""

    def __init__(self, world: World, seed: int, *, a_day: int) -> None:
        self.world, self.chance, self.a_day = world, random.Random(seed), a_day
        self.enter_results = verb("test.results_entered", right="test.enter")(_enter_results)
        self.samples: list[Any] = []
        self.tasks: list[Any] = []

    def live(self) -> None:
        with clock.fixed_at(FIRST_DAY):
            firms = [Organisation(key=key, name=key) for key in ("firm-1", "firm-2")]
            parks = [Park(key=key, name=key, county_id="east") for key in ("park-1", "park-2", "park-3")]
            parks += [Park(key="park-4", name="park-4", county_id="west", founded_on=LAST_DAY - timedelta(days=9))]
            self.world.enter(records=firms, by=OFFICE, on=FIRST_DAY)
            self.world.enter(records=parks, by=OFFICE, on=FIRST_DAY)
            self.world.enter(records=[self._enrolment(park) for park in parks[:3]], by=OFFICE, on=FIRST_DAY)
            self.world.enter(records=[self._certificate(number) for number in range(60)], by=OFFICE, on=FIRST_DAY)
        for step in range((LAST_DAY - FIRST_DAY).days + 1):
            with clock.fixed_at(FIRST_DAY + timedelta(days=step)):
                self._day(step, FIRST_DAY + timedelta(days=step))

    def _day(self, step: int, day: date) -> None:
        samples = [self._sample(f"s-{step}-{i}", day) for i in range(self.a_day)]
        tasks = [self._task(f"t-{step}-{i}", day) for i in range(max(2, self.a_day // 4))]
        self.world.enter(records=samples, by=OFFICE, on=day)
        self.world.enter(records=tasks, by=OFFICE, on=day)
        self._results(samples[::5], day)
        recalls = [self._recall(f"r-{step}-{i}", day) for i in range(3)]
        self.world.enter(records=recalls, by=OFFICE, on=day)
        self.world.enter(records=[self._holding(one, i, day) for one in recalls for i in range(3)], by=OFFICE, on=day)
        equipment = [self._equipment(f"q-{step}-{i}", day) for i in range(3)]
        self.world.enter(records=equipment, by=OFFICE, on=day)
        self.world.enter(records=[self._inspection(one, day) for one in equipment], by=OFFICE, on=day)
        self.world.enter(records=[self._rescue(one, day) for one in equipment], by=OFFICE, on=day)
        self.world.enter(records=[self._incident(one, day) for one in equipment], by=OFFICE, on=day)
        self.world.enter(records=[self._trace_day(day, county) for county in ("east", "west")], by=OFFICE, on=day)
        for records in matters.of_a_day(self.chance, step, day):
            self.world.enter(records=records, by=OFFICE, on=day)
        self.samples += samples
        self.tasks += tasks
        if step % 2:
            old = self.chance.sample(self.samples, k=self.a_day // 3)
            for sample in old:
                self._correct(sample, day)
            self.world.change(records=old, fields=CORRECTED, by=OFFICE, on=day)
            (task,) = self.chance.sample(self.tasks, k=1)
            task.state = self.chance.choice(["refused", "not_sampled", "planned"])
            self.world.change(records=[task], fields=("state",), by=OFFICE, on=day)

    def _enrolment(self, park: Any) -> Any:
        """From some day on; it ended, ends within these days, or lasts."""
        day = FIRST_DAY + timedelta(days=self.chance.randint(-300, 20))
        until = day + timedelta(days=self.chance.randint(5, 600))
        return ParkEnrolment(
            key=f"e-{park.key}", park=park, county_id=park.county_id, document="-", from_on=day,
            until_on=self.chance.choice([None, until]),
        )  # fmt: skip

    def _certificate(self, number: int) -> Any:
        day = FIRST_DAY + timedelta(days=self.chance.randint(-900, 20))
        return Certificate(
            key=f"c-{number}", number=str(number), organisation_id=self.chance.choice(["firm-1", "firm-2"]),
            kind=self.chance.choice(["ccc", "quality", "food_licence"]), from_on=day,
            until_on=self.chance.choice([None, day + timedelta(days=self.chance.randint(5, 1000))]),
            county_id=self.chance.choice(["east", "west", None]), size=self.chance.choice(["", "small"]),
        )  # fmt: skip

    def _act(self) -> dict[str, Any]:
        chance = self.chance
        return {
            "scheme": chance.choice((*SCHEMES, *SCHEMES[:2] * 2)), "level": chance.choice(LEVELS),
            "drawn": chance.choice(DRAWN), "county_id": chance.choice(["east", "west", None]),
            "stratum": chance.choice(["", "a", "b", "c"]), "cluster": chance.choice(["", "", "k1", "k2", "k3"]),
            "weight": chance.choice([None, 1.0, 2.5, 4.0, 9.0]),
        }  # fmt: skip

    def _sample(self, key: str, day: date) -> Any:
        chance = self.chance
        return Sample(
            key=key, number=key, product_name="Kettle",
            sampled_on=day - timedelta(days=chance.choice([chance.randint(0, 20), chance.randint(0, 500)])),
            conclusion=chance.choice(["", "passed", "passed", "passed", "failed"]), judged_on=day,
            grade=chance.choice(["", "serious", "general"]), origin_county_id=chance.choice(["east", "west", None]),
            size=chance.choice(["", "large", "small"]), stage=chance.choice(["", "made", "sold"]),
            maker_id=chance.choice([None, None, "firm-1", "firm-2"]),
            park_id=chance.choice([None, "park-1", "park-2"]), **self._act(),
        )  # fmt: skip

    def _task(self, key: str, day: date) -> Any:
        chance = self.chance
        return Task(
            key=key, organisation_id=chance.choice(["firm-1", "firm-2"]), planned_on=day,
            visited_on=day - timedelta(days=chance.choice([chance.randint(0, 20), chance.randint(0, 400)])),
            state=chance.choice(["refused", "case_opened", "not_sampled", "planned"]),
            not_sampled_reason=chance.choice(["", "stopped", "too_few"]), **self._act(),
        )  # fmt: skip

    def _recall(self, key: str, day: date) -> Any:
        chance = self.chance

        def later(most: int) -> date | None:
            return chance.choice([None, day, day + timedelta(days=chance.randint(-most, most))])

        return Recall(
            key=key, number=key, product_name="Kettle", state=chance.choice(["running", "cancelled", "closed"]),
            basis=chance.choice(["voluntary", "order"]), cause=chance.choice(["consumer", "spot_check", "foreign"]),
            regime=chance.choice(["consumer", "food"]), county_id=chance.choice(["east", "west", None]),
            begun_on=day - timedelta(days=chance.choice([0, 1, chance.randint(0, 500)])), lead_on=later(90),
            published_on=later(20), publish_by=later(20), completed_on=later(20), complete_by=later(20),
            withdrawn_on=chance.choice([None, None, None, day]),
        )  # fmt: skip

    def _holding(self, recall: Any, place: int, day: date) -> Any:
        return Holding(
            key=f"{recall.key}.h{place}", recall=recall, party_name=str(place),
            county_id=self.chance.choice(["east", "west", None]), told_on=self.chance.choice([None, day, day]),
            stated_on=self.chance.choice([None, day]),
        )  # fmt: skip

    def _equipment(self, key: str, day: date) -> Any:
        chance = self.chance
        return Equipment(
            key=key, code=key, kind=chance.choice(["elevator", "boiler"]), state=chance.choice(["in_use", "stopped"]),
            user_unit_id="firm-1", county_id=chance.choice(["east", "west"]), installed_on=day,
            used_since=day - timedelta(days=chance.randint(0, 500)),
            due_on=chance.choice([None, day, LAST_DAY + timedelta(days=chance.randint(-9, 9))]),
        )  # fmt: skip

    def _of(self, equipment: Any) -> dict[str, Any]:
        names = ("kind", "county_id", "user_unit_id")
        return {"equipment": equipment, **{name: getattr(equipment, name) for name in names}}

    def _inspection(self, equipment: Any, day: date) -> Any:
        return Inspection(
            key=f"{equipment.key}.i", what=self.chance.choice(["supervision", "periodic", "self_test"]), done_on=day,
            was_due_on=self.chance.choice([None, day, day - timedelta(days=1)]), **self._of(equipment),
        )  # fmt: skip

    def _rescue(self, equipment: Any, day: date) -> Any:
        return Rescue(
            key=f"{equipment.key}.r", number=equipment.key, called_on=day, called_at=clock.now(), arrive_within=30,
            arrival_minutes=self.chance.choice([None, 30, 31, self.chance.randint(1, 90)]), **self._of(equipment),
        )  # fmt: skip

    def _incident(self, equipment: Any, day: date) -> Any:
        return Incident(
            key=f"{equipment.key}.n", number=equipment.key, reported_on=day,
            happened_on=day - timedelta(days=self.chance.choice([0, 400])), what_happened="-",
            level=self.chance.choice(["", "general"]), **self._of(equipment),
        )  # fmt: skip

    def _trace_day(self, day: date, county: str) -> Any:
        counts = dict.fromkeys(TraceDay.COUNTS, (0, 3)) | {"late": (0, 1), "events": (0, 9)}
        firms = [
            {"organisation_id": firm, **{name: self.chance.randint(*span) for name, span in counts.items()}}
            for firm in ("firm-1", "firm-2", None)
        ]
        on = day - timedelta(days=self.chance.choice([0, 0, 400]))
        return TraceDay(key=f"td-{day}-{county}", on=on, county_id=county, firms=firms, upto=1)

    def _results(self, samples: list[Any], day: date) -> None:
        results = [
            Result(key=f"r-{one.key}", sample=one, reported_on=day, conclusion=one.conclusion or "passed")
            for one in samples
        ]
        items = [
            ItemResult(result=result, order=place, item=self.chance.choice(["lead", "power"]),
                       conclusion=self.chance.choice(["passed", "failed"]))
            for result in results for place in range(3)
        ]  # fmt: skip
        self.enter_results(results=results, items=items, by=OFFICE, on=day)

    def _correct(self, sample: Any, day: date) -> None:
        chance = self.chance
        sample.conclusion = chance.choice(["", "passed", "failed"])
        sample.county_id = chance.choice(["east", "west", None])
        sample.level, sample.drawn = chance.choice(LEVELS), chance.choice(DRAWN)
        sample.sampled_on -= timedelta(days=chance.choice([0, 0, 200]))
        sample.weight = chance.choice([None, 1.0, 6.0])
        if chance.random() < 0.3:
            sample.withdrawn_on = None if sample.withdrawn_on else day


def compare(days: list[tuple[date, date]], *, every_dimension: bool) -> dict[str, int]:
    """Hold every indicator in force against its slow version; how many rows with records each was held on."""
    held: dict[str, int] = {}
    for on, known_on in days:
        told = slow_version.facts_known_on(known_on)
        for entry in policy.load(settings.BANYAN_PACKS).entries("indicator"):
            if not entry.holds(on) or not queries.is_recorded(entry):
                continue
            indicator: Any = policy.load(settings.BANYAN_PACKS).indicator(entry.key, on=on)
            bys: list[tuple[str, ...]] = [(), *((name,) for name in indicator.by if every_dimension)]
            bys += [tuple(indicator.by[:2])] if every_dimension else [tuple(indicator.by[:1])]
            for by in bys:
                asked = f"{entry.key} by {by} on {on} known {known_on}"
                expected = slow_version.figures(indicator, told, on=on, by=by)
                shown = queries.show(key=entry.key, on=on, known_on=known_on, by=by)
                rows = {tuple(row[name] for name in by): row for row in shown.rows}
                assert set(rows) <= set(expected), asked
                if set(rows) != set(expected):  # a table of two dimensions leaves its hidden block out
                    assert len(by) > 1, asked
                    assert any(0 < one["n"] < FEWEST_SHOWN for one in expected.values()), asked
                for group, row in rows.items():
                    if row["suppressed"]:
                        assert by, asked
                        continue
                    wanted = expected[group]
                    for name in ("n", "passed", "value", "low", "high"):
                        number = None if isnan(wanted[name]) else pytest.approx(wanted[name], abs=1e-8)
                        assert row[name] == number, (asked, group, name)
                    beside = slow_version.beside(indicator, told, on=on, by=by, group=group) or {}
                    for name in slow_version.VISIT:
                        if by and row[name] is None:  # too few, or hidden with those: tests of disclosure see to it
                            continue
                        assert row[name] == beside.get(name), (asked, group, name)
                    held[entry.key] = held.get(entry.key, 0) + bool(wanted["n"])
    return held


@pytest.mark.slow
def test_every_indicator_in_force_equals_its_slow_version(world: World) -> None:
    Life(world, 1, a_day=60).live()
    facts.collect()

    with clock.fixed_at(LAST_DAY):
        held = compare([(LAST_DAY, LAST_DAY)], every_dimension=False)

    assert len(held) >= 15
    assert not [key for key, rows in held.items() if not rows]
    with clock.fixed_at(LAST_DAY):  # of figures of the year so far, the running quarter of January is the whole
        book = policy.load(settings.BANYAN_PACKS)
        defined = [book.indicator(key, on=LAST_DAY) for key in held]
        year = [one for one in defined if one.period(LAST_DAY)[0] == FIRST_DAY and one.measure != "growth"]
        for entry in year:
            (figure,), trend = (
                queries.show(key=entry.key, on=LAST_DAY).rows,
                queries.trend(key=entry.key, on=LAST_DAY),
            )
            assert figure["value"] is None or trend[-1]["value"] == pytest.approx(figure["value"], abs=1e-9), (
                entry.key
            )
    assert {entry.measure for entry in year} >= {"rate", "count", "share", "median"}
    assert [entry.key for entry in year if entry.method == "stratified_rate"]


@pytest.mark.slow  # every indicator by every dimension, on several days, as known on several more
@pytest.mark.parametrize("seed", [2, 3])
def test_every_breakdown_of_every_indicator_equals_its_slow_version(world: World, seed: int) -> None:
    Life(world, seed, a_day=60).live()
    facts.collect()
    chance = random.Random(seed)
    days = [(LAST_DAY, LAST_DAY), (FIRST_DAY + timedelta(days=chance.randint(5, 20)), LAST_DAY)]
    days += [(day, FIRST_DAY + timedelta(days=chance.randint(8, 20))) for day in (date(2023, 12, 31), FIRST_DAY)]

    with clock.fixed_at(LAST_DAY):
        held = compare(days, every_dimension=True)

    assert not [key for key, rows in held.items() if not rows]
