"""A small city comes out whole, in order, and the same from the same seed."""

import gc
import json
import weakref
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import transaction

from banyan.base.matching.queries import NameMatch
from banyan.base.registry.queries import Organisation, Region
from banyan.demo import building, clients, places, register
from banyan.demo.city import LAST_DAY, City
from banyan.edge.vouching.models import Credential
from banyan.insight.approval import queries as approval
from banyan.insight.checks import queries as checks
from banyan.kit import Refused, clock, events, keys
from banyan.kit.models import Event, Version
from banyan.kit.rights import System
from banyan.records.inspection.queries import Sample, Task
from banyan.records.plans.queries import Plan
from banyan.response.casework.queries import Case, Transfer, public_penalties
from banyan.response.leadership.queries import Interview
from banyan.response.leadership.queries import Task as SupervisionTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path
    yield tmp_path
    clock.read_demonstration_day(Path(tmp_path) / "nowhere")


def test_a_small_city_has_every_kind_of_record_and_an_unbroken_chain(folder):
    city = building.build(seed=3, scale=0.01, publications=False)

    assert next(events.faults(), None) is None
    assert Sample.objects.count() == city.counts["samples"] > 500
    states = set(Sample.objects.values_list("state", flat=True))
    assert {"closed", "received", "result_notified", "correction_ordered"} <= states
    assert {"case_opened", "not_sampled", "sampled"} <= set(Task.objects.values_list("state", flat=True))
    assert Sample.objects.exclude(withdrawn_on=None).exists()
    drawn = Task.objects.filter(draw__state="drawn")
    assert drawn.count() > 5
    assert all(len(task.samplers) == 2 and task.weight >= 1 for task in drawn)
    for level in ("national", "province", "city", "county"):
        plans = Plan.objects.filter(level=level)
        assert all(plan.cost_planned > 0 for plan in plans)
        assert sum(plan.cost_spent for plan in plans.filter(year__lt=2025)) > 0
    open_and_ended = {"filed", "hearing", "demanded", "transferred", "closed"}
    assert open_and_ended <= set(Case.objects.values_list("state", flat=True))
    assert {"penalty", "police"} <= set(Case.objects.values_list("outcome", flat=True))
    assert public_penalties(on=LAST_DAY).exists()
    assert "accepted" in set(Transfer.objects.values_list("state", flat=True))
    assert {"kept", "broken", "held", "noticed"} == set(Interview.objects.values_list("state", flat=True))
    assert {"done", "reported", "set"} <= set(SupervisionTask.objects.values_list("state", flat=True))
    unanswered = Sample.objects.filter(state="correction_ordered", due_on__lt=date(2025, 6, 1))
    assert not unanswered.exists()  # the level above acts within months
    matches = Counter(NameMatch.objects.values_list("state", flat=True))
    assert min(matches[state] for state in ("accepted", "proposed", "refused")) > 0, "a name waits on the desk"
    clients.take_along(city)
    assert Counter(Credential.objects.values_list("state", flat=True)) == {"issued": 3, "revoked": 1}
    assert set(Credential.objects.values_list("organisation_id", flat=True)) > {one.key for one in city.served}
    assert clock.today() == LAST_DAY
    assert not building.is_unfinished()
    (entry,) = approval.entries()
    (township,) = Region.objects.filter(level="township")
    assert Sample.objects.filter(county=township, sampled_on__range=entry.span(date(2025, 9, 30))).exists()
    first, last = entry.span(date(2025, 9, 30))
    for unit, waits_for in (
        (township.pk, {"dongjie": []}),
        (township.parent_id, {"dongjie": [], "gulou": ["dongjie"]}),
    ):
        rows = approval.rows_of(city.people[f"officer_{unit}"], entry=entry, first=first, last=last, on=LAST_DAY)
        assert [row.unit.pk for row in rows if row.may_approve] == ["dongjie"]
        assert {row.unit.pk: [one.pk for one in row.first] for row in rows} == waits_for
    told = json.loads((folder / "demo-truths.json").read_text())
    (late,) = (truth for truth in told["planted"] if truth["kind"] == "late_county")
    (slow,), since = late["county"], date.fromisoformat(late["from"])
    cells = [
        (county.pk == slow and cell.first > since, cell)
        for year in (2023, 2024, 2025)
        for county, quarters in checks.completeness(System("test"), year=year, on=LAST_DAY)
        for cell in quarters
    ]
    share = {
        of_it: sum(cell.in_time for it, cell in cells if it is of_it)
        / sum(cell.due for it, cell in cells if it is of_it)
        for of_it in (True, False)
    }
    assert share[False] > 0.75, "most reports are in time, as in a large city"
    assert share[True] < 0.25, "and those of the planted late county are not"
    assert {truth["kind"] for truth in told["planted"]} == {
        "outbreak_sudden", "outbreak_slow", "outbreak_spreading", "laboratory", "seller", "late_county", "control",
        "poisoned_lot", "complaint_wave",
    }  # fmt: skip
    assert {truth["of"] for truth in told["planted"] if truth["kind"] == "control"} == {
        "season", "more samples", "new laboratory", "copies of a complaint",
    }  # fmt: skip


def test_nothing_is_known_before_it_happened(folder):
    building.build(seed=4, scale=0.01, publications=False)

    for sampled_on, key in Sample.objects.values_list("sampled_on", "key"):
        first = Version.objects.filter(noun="inspection.sample", key=key).order_by("id").values_list("at").first()[0]
        assert first >= datetime.combine(sampled_on, datetime.min.time(), tzinfo=clock.zone())
    assert Event.objects.order_by("number").first().at.date() == date(2022, 12, 30)


def test_a_second_city_is_refused_in_words(folder):
    building.build(seed=5, scale=0.005, only="registry")

    with pytest.raises(Refused, match="There are records in this database already"):
        building.build(seed=5, scale=0.005, only="registry")


def test_a_city_that_ends_with_its_registry_remembers_no_firm_and_enters_the_same(folder):
    def entered():
        kept = Version.objects.filter(noun__in=("registry.product", "registry.certificate"))
        return sorted(kept.values_list("key", "state")), sorted(
            Organisation.objects.values_list("key", "name", "uscc")
        )

    with transaction.atomic():
        living = City(seed=6, scale=0.005)
        with keys.following_from("registry"):
            places.build(living)
            register.build(living)
        whole = entered()
        transaction.set_rollback(True)

    ending = City(seed=6, scale=0.005, ends_with_registry=True)
    with keys.following_from("registry"):
        places.build(ending)
        register.build(ending)

    assert entered() == whole
    assert len(whole[1]) > 200
    assert whole[0]
    assert living.makers
    assert not (ending.makers)
    assert not (ending.sellers)
    assert not (ending.lapsing)
    assert not any(kind.goods for kind in ending.kinds)


def test_a_registry_alone_lets_go_of_what_it_entered_though_nothing_collects_circles(folder, monkeypatch):
    entered = []

    def noting(enter):
        def run(**given):
            rows = enter(**given)
            entered.extend(map(weakref.ref, rows))
            return rows

        return run

    for name in ("enter_organisations", "enter_products"):
        monkeypatch.setattr(register.actions, name, noting(getattr(register.actions, name)))
    gc.disable()
    try:
        city = building.build(seed=8, scale=0.02, only="registry")
        alive = [one for row in entered if (one := row()) is not None]
    finally:
        gc.enable()

    assert len(entered) > 600
    assert len(alive) == len(city.laboratories)
