"""Draws: honest order, exact chances, and a replay that an outsider can make and that finds every change."""

import copy
import json
import runpy
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
import typer
from django.test import Client
from tests.records.inspection.world import HOUSE, build

from banyan.base.facts import actions as collecting
from banyan.base.registry.models import Organisation, Product
from banyan.config.commands.check import check_draw
from banyan.judgement.credit import actions as credit
from banyan.kit import Refused, clock
from banyan.kit.models import Event, Person, Version
from banyan.kit.rights import System
from banyan.records.inspection import actions as inspecting
from banyan.records.inspection.models import Task
from banyan.records.plans import actions, queries
from banyan.records.plans.admin import UnitsInline
from banyan.records.plans.models import Draw, FrameUnit, Quota, Tie, design_in_words
from banyan.records.plans.queries import draws
from banyan.science import sampling_design

DAY = date(2024, 3, 4)
PEOPLE = ["sampler_a", "sampler_b", "sampler_c"]


@pytest.fixture
def world(db):
    """A world that began some days before, so that what is known of the days between can be told."""
    with clock.fixed_at(DAY - timedelta(days=9)):
        return build()


@pytest.fixture
def firms(world):
    """Eight makers in one county, four in the other."""
    Person.objects.create(username="sampler_c")
    made = [
        Organisation(key=f"m{place:02d}", name=f"maker {place}", county=world.regions[county])
        for place, county in enumerate(["gulou"] * 8 + ["cangshan"] * 4)
    ]
    Organisation.objects.bulk_create(made)
    Product.objects.bulk_create(
        Product(key=f"p{one.key}", name="lamp", maker=one, product_class=world.line.product_class) for one in made
    )
    return made


def drawn(world, **given):
    draw = actions.commit_draw(line=world.line, by=HOUSE, on=DAY, key="d1", seed="open sesame")
    actions.freeze_frame(draw=draw, samplers=PEOPLE, by=HOUSE, on=DAY, **given)
    beacon = {"beacon": "07 11 23"} if given.get("beacon_source") else {}
    return actions.draw_units(draw=draw, by=HOUSE, on=DAY, **beacon)


def by_risk(firms):
    return [
        FrameUnit(unit=one.key, county_id=one.county_id, stratum=one.county_id, measure=1.0 + place)
        for place, one in enumerate(firms)
    ]


def verify(bundle, tmp_path, *more):
    """Run the outsider's script as an outsider would: exit code and what it prints."""
    program, file = tmp_path / "verify_draw.py", tmp_path / "draw.json"
    program.write_text(queries.script(), encoding="utf-8")
    file.write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(file), *more], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_quota_of_each_county_is_drawn_and_each_firm_gets_two_samplers(world, firms):
    draw = drawn(world)

    chosen = list(FrameUnit.objects.filter(draw=draw, is_drawn=True).order_by("order"))
    assert sorted(one.county_id for one in chosen) == ["cangshan", "cangshan", "gulou", "gulou"]
    assert [one.order for one in chosen] == [1, 2, 3, 4]
    assert all(len(set(one.samplers)) == 2 for one in chosen)
    assert {one.probability for one in FrameUnit.objects.filter(draw=draw, county="gulou")} == {2 / 8}


def test_tasks_carry_design_weight_stratum_and_samplers(world, firms):
    draw = drawn(world)

    inspecting.plan_drawn_tasks(draw=draw, by=world.people["planner"], on=DAY)

    weights = sorted(Task.objects.filter(draw=draw).values_list("stratum", "weight"))
    assert weights == [("cangshan", 2.0), ("cangshan", 2.0), ("gulou", 4.0), ("gulou", 4.0)]
    task = Task.objects.filter(draw=draw).first()
    assert (task.drawn, task.level, task.organiser_id, len(task.samplers)) == ("random", "city", "fuzhou", 2)
    with pytest.raises(Refused, match="planned already"):
        inspecting.plan_drawn_tasks(draw=draw, by=HOUSE, on=DAY)


def test_the_seed_stays_sealed_until_the_draw_and_the_commitment_comes_first(world, firms):
    draw = actions.commit_draw(line=world.line, by=world.people["planner"], on=DAY)

    stored = Draw.objects.get()
    assert stored.seed == ""
    assert stored.sealed_seed.startswith("sealed:")
    assert len(stored.commitment) == 64
    assert "open" not in Version.objects.get(noun="plans.draw").state
    with pytest.raises(Refused, match="seed committed"):
        actions.draw_units(draw=draw, by=world.people["planner"], on=DAY)
    with pytest.raises(Refused, match="not drawn yet"):
        queries.bundle(stored)
    assert set(queries.announcement(stored)) & {"seed", "frame", "result"} == set()


def test_a_planner_can_make_the_whole_draw(world, firms):
    planner = world.people["planner"]
    draw = actions.commit_draw(line=world.line, by=planner, on=DAY)
    actions.freeze_frame(draw=draw, samplers=PEOPLE, by=planner, on=DAY)

    actions.draw_units(draw=draw, by=planner, on=DAY)

    names = Event.objects.filter(name__startswith="plans.draw").order_by("number").values_list("name", flat=True)
    assert list(names) == ["plans.draw.committed", "plans.draw.frozen", "plans.draw.drawn"]
    assert Draw.objects.get().seed != ""


def test_a_tied_sampler_is_not_drawn_for_that_firm(world, firms):
    for firm in firms:
        tie = Tie(username="sampler_a", organisation=firm, what="shares", from_on=DAY)
        actions.declare_tie(tie=tie, by=HOUSE, on=DAY)

    draw = drawn(world)

    assert {name for one in FrameUnit.objects.filter(draw=draw, is_drawn=True) for name in one.samplers} == {
        "sampler_b", "sampler_c",
    }  # fmt: skip
    assert len(draw.design["barred"]) == 12


def test_a_frame_for_which_samplers_do_not_suffice_is_refused(world, firms):
    actions.declare_tie(
        tie=Tie(username="sampler_a", organisation=firms[0], what="shares", from_on=DAY), by=HOUSE, on=DAY
    )
    draw = actions.commit_draw(line=world.line, by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="free of ties"):
        actions.freeze_frame(draw=draw, samplers=["sampler_a", "sampler_b"], by=HOUSE, on=DAY)


def test_a_frame_without_a_firm_is_refused(world):
    draw = actions.commit_draw(line=world.line, by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="No firm is in it"):
        actions.freeze_frame(draw=draw, samplers=PEOPLE, by=HOUSE, on=DAY)


def test_a_quota_above_the_number_of_firms_takes_them_all(world, firms):
    Quota.objects.filter(county="cangshan").update(batches=9)

    draw = drawn(world)

    assert draw.design["n"] == {"cangshan": 4, "gulou": 2}
    assert {one.probability for one in FrameUnit.objects.filter(draw=draw, county="cangshan")} == {1.0}


def test_an_announced_beacon_is_needed_and_goes_into_the_numbers(world, firms, tmp_path):
    draw = drawn(world, beacon_source="lottery of 5 March")
    bundle = queries.bundle(draw)

    assert bundle["beacon"] == "07 11 23"
    assert verify(bundle, tmp_path)[0] == 0
    bundle["beacon"] = "07 11 24"
    assert verify(bundle, tmp_path)[0] == 1


@pytest.mark.parametrize("risk", [False, True], ids=["simple", "by risk"])
def test_an_outsider_replays_the_draw_and_its_chances(world, firms, tmp_path, risk):
    draw = drawn(world, **({"units": by_risk(firms), "random_share": 0.3} if risk else {}))

    code, said = verify(queries.bundle(draw), tmp_path, "--simulate", "400")

    assert code == 0, said
    assert "4 of 12 firms" in said


CHANGES = {
    "not the one that was committed": lambda b: b.update(seed="open barley"),
    "changed after they were frozen": lambda b: b["frame"]["subjects"].pop(0),
    "Frame or design were changed": lambda b: b["design"]["n"].update(gulou=3),
    "other firms or another order": lambda b: swap(b),
    "the draw gives the samplers": lambda b: first_drawn(b).update(samplers=["sampler_a", "sampler_z"]),
    "The order is wrong": lambda b: b.update(frozen_at=b["drawn_at"]),
    "does not follow from the design": lambda b: b["result"][0].update(wanted=0.9),
    "The result was changed": lambda b: b["result"][0].update(probability=0.9),
}


def first_drawn(bundle):
    return next(unit for unit in bundle["result"] if unit["order"] is not None)


def swap(bundle):
    """Put a firm that was not drawn in the place of one that was."""
    lucky, unlucky = first_drawn(bundle), next(unit for unit in bundle["result"] if unit["order"] is None)
    for name in ("order", "samplers"):
        lucky[name], unlucky[name] = unlucky[name], lucky[name]


@pytest.mark.parametrize("words", CHANGES)
def test_whatever_was_changed_is_named_in_words(world, firms, tmp_path, words):
    bundle = copy.deepcopy(queries.bundle(drawn(world)))

    CHANGES[words](bundle)
    code, said = verify(bundle, tmp_path)

    assert code == 1
    assert words in said


def test_a_frame_that_was_changed_in_the_database_is_not_drawn_from(world, firms):
    draw = actions.commit_draw(line=world.line, by=HOUSE, on=DAY)
    actions.freeze_frame(draw=draw, samplers=PEOPLE, by=HOUSE, on=DAY)
    FrameUnit.objects.filter(draw=draw, unit="m00").update(unit="m99")

    with pytest.raises(Refused, match="not what was published"):
        actions.draw_units(draw=draw, by=HOUSE, on=DAY)


def test_over_ten_thousand_draws_each_firm_comes_up_as_often_as_its_probability_says():
    script = runpy.run_path(str(draws.SCRIPT))
    keys = [f"m{place:02d}" for place in range(14)]
    strata = ["a"] * 9 + ["b"] * 5
    sizes = [1, 2, 3, 4, 5, 6, 7, 8, 30, 1, 1, 2, 3, 4]
    n = {"a": 3, "b": 2}
    told = sampling_design.draw(keys, seed="x", n=n, stratum=strata, size=sizes, random_share=0.2, method="pareto")
    frame = {"subjects": [list(one) for one in zip(keys, strata, map(float, sizes), strict=True)], "samplers": []}
    design = {"method": "pareto", "n": n, "random_share": 0.2}
    chances = dict(zip(keys, told.wanted.tolist(), strict=True))

    counts = dict.fromkeys(keys, 0)
    for turn in range(10_000):
        seed = draws.sha256(f"turn {turn}")
        picked = script["firms_drawn"](seed, frame, design, chances)
        assert len(picked) == 5
        for key in picked:
            counts[key] += 1

    probability = told.probability
    error = np.sqrt(probability * (1 - probability) / 10_000)
    shares = np.array([counts[key] for key in keys]) / 10_000
    assert np.all(np.abs(shares - probability) <= 4 * error + 1e-12)
    assert np.all(shares[error == 0] == 1)
    assert np.abs(told.wanted - probability).max() > 1e-3  # the wanted ones would not do
    assert script["chances_of"](frame, design) == pytest.approx(chances, abs=1e-12)


def test_the_clock_does_not_have_to_move_between_the_steps(world, firms, tmp_path):
    with clock.fixed_at(DAY):
        draw = drawn(world)

    assert draw.committed_at < draw.frozen_at < draw.drawn_at
    assert verify(queries.bundle(Draw.objects.get()), tmp_path)[0] == 0


def test_anyone_may_take_file_and_script_and_the_command_replays_them(world, firms, tmp_path, client, capfd):
    draw = drawn(world)
    file, program = tmp_path / "d.json", tmp_path / "v.py"
    file.write_bytes(client.get("/api/v1/draws/d1/bundle").content)
    program.write_bytes(client.get("/api/v1/draws/verify_draw.py").content)

    done = subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(file)], capture_output=True, text=True, check=False
    )
    with pytest.raises(typer.Exit) as ended:
        check_draw("d1", export=str(tmp_path / "e.json"), script="", simulate=0)

    assert (done.returncode, ended.value.exit_code) == (0, 0), done.stdout + done.stderr
    assert "4 of 12 firms" in capfd.readouterr().out
    assert json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))["result_digest"] == draw.result_digest
    assert client.get("/api/v1/draws").json()["items"][0]["commitment"] == draw.commitment


def test_before_the_draw_everyone_sees_the_commitment_and_nobody_the_seed(world, firms, client):
    draw = actions.commit_draw(line=world.line, by=HOUSE, on=DAY, key="d2", seed="open sesame")

    answer = client.get("/api/v1/draws/d2")

    assert answer.json()["commitment"] == draw.commitment
    assert "open sesame" not in answer.content.decode()
    assert client.get("/api/v1/draws/d2/bundle").status_code == 409
    assert client.get("/api/v1/draws/none").status_code == 404


@pytest.fixture
def graded(world, firms):
    """Two of the makers have bad grades since the day before; the others have none."""
    with clock.fixed_at(DAY - timedelta(days=1)):
        credit.regrade(
            grades=[("m00", "D", Decimal(20)), ("m09", "C", Decimal(60))], by=System("daily"),
            on=DAY - timedelta(days=1),
        )  # fmt: skip
        collecting.collect(only=("credit.graded",))
    return firms


def evenly(world, share):
    line = world.line
    line.random_share = share
    line.save(update_fields=["random_share"])


def test_a_firm_of_a_worse_grade_is_drawn_more_often_where_the_line_is_not_spread_evenly(world, graded, tmp_path):
    evenly(world, 0.4)

    draw = drawn(world)

    chances = dict(FrameUnit.objects.filter(draw=draw, role="subject").values_list("unit", "probability"))
    mean = (4 + 7) / 8
    assert chances["m00"] == pytest.approx(2 * (0.4 + 0.6 * 4 / mean) / 8, abs=0.05)
    assert chances["m00"] > 2 * chances["m01"]
    assert chances["m09"] > chances["m08"]
    assert chances["m01"] >= 0.4 * 2 / 8
    assert draw.design["grades"] == {"A": 1, "B": 2, "C": 3, "D": 4}
    assert "weight of a credit grade: A 1, B 2, C 3, D 4" in design_in_words(draw.design)
    code, said = verify(queries.bundle(draw), tmp_path)
    assert code == 0, said


def test_grades_do_not_touch_a_draw_that_is_spread_evenly(world, graded):
    evenly(world, 1)

    draw = drawn(world)

    assert draw.design["method"] == "simple"
    assert "grades" not in draw.design


def test_a_grade_counts_from_the_day_after_it_was_given(world, firms):
    evenly(world, 0.4)
    with clock.fixed_at(DAY):
        credit.regrade(grades=[("m00", "D", Decimal(20))], by=System("daily"), on=DAY)
        collecting.collect(only=("credit.graded",))

    the_same_day = draws.frame_units(line=world.line, on=DAY)
    the_next_day = draws.frame_units(line=world.line, on=DAY + timedelta(days=1))

    assert {one.measure for one in the_same_day} == {1.0}
    assert {one.unit: one.measure for one in the_next_day}["m00"] == 4.0


def test_the_page_of_a_draw_has_all_its_units_page_by_page_the_firms_drawn_first(world, firms, monkeypatch):
    monkeypatch.setattr(UnitsInline, "per_page", 6)
    draw = drawn(world, units=by_risk(firms))
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(world.people["planner"])
    address, pages = f"/office/plans/draw/{draw.pk}/change/", []
    for number in (1, 2, 3):
        answer = browser.get(address, {"page_of_frameunit": number})
        pages.append(next(one for one in answer.context["hanging"] if one["asked"] == "page_of_frameunit"))
    first = browser.get(address).content.decode()

    units = [row["cells"] for page in pages for row in page["rows"]]
    expected = sorted(FrameUnit.objects.filter(draw=draw), key=lambda one: (not one.is_drawn, one.role == "sampler"))
    assert len(units) == len(expected) == 15
    assert [cells[1] != "—" for cells in units] == [one.is_drawn for one in expected]
    assert [str(cells[2]) for cells in units[-3:]] == ["sampler"] * 3
    assert [page["page"].has_next() for page in pages] == [True, True, False]
    assert '<a href="?page_of_frameunit=2#page_of_frameunit">' in first
    assert 'class="office-table compact"' in first
    for wrong in ("0", "4", "x", "-1"):
        refused = browser.get(address, {"page_of_frameunit": wrong})
        assert refused.status_code == 400
        assert "There is no such page." in refused.content.decode()
