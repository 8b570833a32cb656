"""Field work: who may sample, what may be sampled again when, and what is written when nothing was."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.records.inspection.world import HOUSE

from banyan.base.registry.models import OrganisationPlace, Park, RegionCode
from banyan.kit import Refused, people
from banyan.kit.models import Grant, Person, Version
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.records.inspection import actions
from banyan.records.inspection.models import Sample, Task
from banyan.records.plans import actions as planning
from banyan.records.plans.models import Plan, PlanLine, Tie

DAY = date(2024, 1, 15)
SAME = {"brand": "Star", "model": "A60", "standard": "GB 7000.1"}


def test_the_same_product_may_not_be_checked_again_on_the_last_day_of_the_window(world):
    world.sample(on=DAY, **SAME)

    with pytest.raises(Refused) as refusal:
        world.sample(on=date(2024, 7, 15), **SAME)

    assert refusal.value.code == "repeat-window"
    assert "2024-01-15" in refusal.value.sentence
    assert "2024-07-15" in refusal.value.instead
    assert Sample.objects.count() == 1


def test_the_same_product_may_be_checked_again_on_the_day_after_the_window(world):
    world.sample(on=DAY, **SAME)

    world.sample(on=date(2024, 7, 16), **SAME)

    assert Sample.objects.count() == 2


@pytest.mark.parametrize(
    "other", [{"brand": "Moon"}, {"model": "A75"}, {"standard": "GB 7000.2"}, {"authority": "Gulou bureau"}]
)
def test_another_product_or_another_authority_is_no_repeat(world, other):
    world.sample(on=DAY, **SAME)

    world.sample(on=DAY + timedelta(days=10), **(SAME | other))

    assert Sample.objects.count() == 2


@pytest.mark.parametrize(
    "spelt", [{"model": "a60"}, {"model": "Ａ６０"}, {"standard": "GB7000.1"}, {"brand": "STAR "}, {"model": "A-60"}]
)
def test_the_same_product_otherwise_spelt_is_a_repeat(world, spelt):
    world.sample(on=DAY, **SAME)

    with pytest.raises(Refused, match="same product"):
        world.sample(on=DAY + timedelta(days=10), **(SAME | spelt))


def test_the_product_of_a_maker_that_is_not_registered_is_known_by_its_name(world):
    world.sample(on=DAY, **SAME, maker=None, maker_name="Lamps （Fuzhou）Ltd")
    world.sample(on=DAY, **SAME, maker=None, maker_name="Other lamps")

    with pytest.raises(Refused, match="same product"):
        world.sample(on=DAY + timedelta(days=10), **SAME, maker=None, maker_name="lamps (Fuzhou) LTD")


def test_a_check_that_is_entered_late_repeats_the_one_that_followed_it(world):
    task = world.task(on=DAY)
    world.sample(on=DAY + timedelta(days=30), **SAME)

    with pytest.raises(Refused) as refusal:
        world.sample(on=DAY, task=task, **SAME)

    assert "2024-02-14" in refusal.value.sentence
    assert "on record already" in refusal.value.instead


def test_another_maker_is_no_repeat(world):
    world.sample(on=DAY, **SAME)

    world.sample(on=DAY, **SAME, maker=world.firms["seller"])

    assert Sample.objects.count() == 2


@pytest.mark.parametrize("exempt", [{"is_emergency": True}, {"drawn": "follow_up"}])
def test_follow_ups_and_emergencies_may_repeat_a_check(world, exempt):
    world.sample(on=DAY, **SAME)

    world.sample(on=DAY, task=world.task(on=DAY, **exempt), **SAME)

    assert Sample.objects.count() == 2


def test_a_repeat_within_one_batch_is_refused_too(world):
    tasks = [world.task(on=DAY) for _count in range(2)]
    actions.notify_tasks(tasks=tasks, by=HOUSE, on=DAY)
    twins = [
        Sample(
            task=task, product_name="lamp", seal=f"A{task.key}", maker=world.firms["maker"], sampled_on=DAY, **SAME
        )
        for task in tasks
    ]

    with pytest.raises(Refused, match="same product"):
        actions.take_samples(samples=twins, by=HOUSE, on=DAY)

    assert not Sample.objects.exists()


def test_where_nothing_but_the_name_is_known_the_name_decides(world):
    nothing = {"brand": "", "model": "", "standard": ""}
    world.sample(on=DAY, **nothing, product_name="lamp")

    world.sample(on=DAY, **nothing, product_name="cable")
    with pytest.raises(Refused, match="same product"):
        world.sample(on=DAY, **nothing, product_name="lamp")


def test_a_check_from_above_spares_the_firm_once_it_is_proved(world):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)
    proof = {"authority": "Province", "level": "province", "checked_on": date(2023, 7, 15), "paper": "notice 7"}

    actions.accept_proof(task=task, **proof, by=world.people["sampler_a"], on=DAY)

    task = Task.objects.get(key=task.key)
    assert (task.state, task.not_sampled_reason, task.proof["paper"]) == (
        "not_sampled", "checked_recently", "notice 7",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"checked_on": date(2023, 7, 14)}, "outside-window"),
        ({"level": "city"}, "not-higher"),
        ({"level": "county"}, "not-higher"),
        ({"paper": " "}, "proof-missing"),
    ],
)
def test_a_check_that_is_old_or_not_from_above_or_not_proved_spares_nobody(world, change, code):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)
    proof = {"authority": "Province", "level": "province", "checked_on": date(2023, 12, 1), "paper": "notice 7"}

    with pytest.raises(Refused) as refusal:
        actions.accept_proof(task=task, **(proof | change), by=HOUSE, on=DAY)

    assert refusal.value.code == code


def test_an_emergency_is_not_spared_by_a_check_from_above(world):
    task = world.task(on=DAY, is_emergency=True)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="checked all the same"):
        actions.accept_proof(
            task=task, authority="Province", level="province", checked_on=DAY, paper="notice 7", by=HOUSE, on=DAY
        )


def test_one_sampler_is_too_few(world):
    with pytest.raises(Refused) as refusal:
        world.task(on=DAY, samplers=["sampler_a"])

    assert refusal.value.code == "too-few-samplers"
    assert "16" in refusal.value.written


def test_the_same_sampler_twice_is_one_sampler(world):
    with pytest.raises(Refused, match="at least 2"):
        world.task(on=DAY, samplers=["sampler_a", "sampler_a"])


def test_before_2020_no_number_of_samplers_was_set(world):
    task = world.task(on=date(2019, 12, 31), samplers=["sampler_a"])

    assert task.state == "planned"


def test_a_sampler_with_a_tie_to_the_firm_is_barred(world):
    tie = Tie(username="sampler_a", organisation=world.firms["maker"], what="brother works there", from_on=DAY)
    planning.declare_tie(tie=tie, by=world.people["planner"], on=DAY)

    with pytest.raises(Refused, match="declared an interest"):
        world.task(on=DAY)

    planning.end_tie(tie=tie, until_on=DAY, by=world.people["planner"], on=DAY, reason="he left")
    assert world.task(on=DAY + timedelta(days=1)).state == "planned"


def test_a_sampler_who_belongs_to_the_laboratory_is_barred(world):
    person = Person.objects.get(username="sampler_a")
    Grant.objects.create(
        person=person, role="laboratory", dimension="laboratory", path="laboratory", from_on=date(2020, 1, 1)
    )

    with pytest.raises(Refused, match="Who samples does not test"):
        world.sample(on=DAY)
    world.sample(on=DAY, laboratory=world.firms["second_laboratory"])

    assert Sample.objects.get().laboratory_id == "second_laboratory"


def test_nobody_is_sampled_before_plan_and_rules_are_public(world):
    plan = Plan(key="draft", year=2024, title="Draft", scheme="product_supervision", level="city", authority="City",
                region=world.regions["fuzhou"])  # fmt: skip
    line = PlanLine(plan=plan, product_class=world.line.product_class, batches=1)
    planning.draft_plan(plan=plan, lines=[line], by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="Publish the plan first"):
        world.task(on=DAY, line=line)
    planning.publish_plans(plans=[plan], by=HOUSE, on=DAY)
    task = world.task(on=DAY, line=PlanLine.objects.select_related("plan").get(key=line.key))
    with pytest.raises(Refused, match="rules"):
        actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)


def test_each_sample_has_a_seal_of_its_own(world):
    with pytest.raises(Refused, match="sealed separately"):
        world.sample(on=DAY, seal="A1", spare_seal="A1")
    with pytest.raises(Refused, match="sealed separately"):
        world.sample(on=DAY, seal="")


def test_a_refusal_needs_what_happened_and_a_witness_and_the_witness_is_sealed(world):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="witness"):
        actions.record_refusals(tasks=[task], note="door shut", by=HOUSE, on=DAY)
    task = Task.objects.get(key=task.key)
    actions.record_refusals(tasks=[task], note="door shut", witness="Neighbour Lin", by=HOUSE, on=DAY)
    actions.open_refusal_case(task=task, case="2024-17", by=world.people["county_officer"], on=DAY)

    state = Version.objects.filter(noun="inspection.task", key=task.key).latest("id").state
    assert '"state":"case_opened"' in state
    assert "Lin" not in state


def test_only_the_reasons_of_the_rules_excuse_a_visit_without_a_sample(world):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="not among the reasons"):
        actions.record_not_sampled(tasks=[task], why="rain", by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="No such check"):
        actions.record_not_sampled(tasks=[Task.objects.get(key=task.key)], why="checked_recently", by=HOUSE, on=DAY)
    actions.record_not_sampled(tasks=[Task.objects.get(key=task.key)], why="bankrupt", by=HOUSE, on=DAY)

    assert Task.objects.get(key=task.key).state == "not_sampled"


def test_an_officer_of_another_county_cannot_touch_a_task(world):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)
    actions.record_refusals(tasks=[task], note="shut", witness="Lin", by=HOUSE, on=DAY)

    with pytest.raises(NotFound):
        actions.open_refusal_case(task=task, case="1", by=world.people["other_officer"], on=DAY)


def test_a_planner_of_another_place_cannot_plan_a_task_here(world):
    Grant.objects.filter(person=world.people["planner"]).update(path="/fujian/xiamen")
    task = Task(line=world.line, organisation=world.firms["maker"], county=world.regions["gulou"], planned_on=DAY)

    with pytest.raises(NotAllowed, match="outside your office"):
        actions.plan_tasks(tasks=[task], by=Person.objects.get(username="planner"), on=DAY)

    assert not Task.objects.exists()


def test_a_firm_pays_nothing_for_a_check(world):
    with pytest.raises(Refused) as refusal:
        planning.record_cost(line=world.line, amount=500, what="test", borne_by="maker", by=HOUSE, on=DAY)
    planning.record_cost(line=world.line, amount=500, what="test", by=HOUSE, on=DAY)

    assert refusal.value.code == "no-fee"
    assert "15" in refusal.value.written
    assert Plan.objects.get(key=world.line.plan_id).cost_spent == 500
    assert PlanLine.objects.get(key=world.line.key).cost_spent == 500


def test_costs_of_many_lines_are_recorded_at_once_and_no_more_is_taken_back_than_was_entered(world):
    line = world.line
    planning.record_costs(lines=[line], amounts={line.key: Decimal("80.50")}, what="tests", by=HOUSE, on=DAY)
    planning.record_cost(line=line, amount=Decimal("-30.50"), what="entered twice", by=HOUSE, on=DAY)

    assert PlanLine.objects.get(key=line.key).cost_spent == 50
    assert Plan.objects.get(key=line.plan_id).cost_spent == 50
    with pytest.raises(Refused, match=r"no more can be taken back than 50\.00 CNY"):
        planning.record_cost(line=line, amount=Decimal(-51), what="too much", by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="not nothing"):
        planning.record_cost(line=line, amount=Decimal(0), what="nothing", by=HOUSE, on=DAY)


def test_quotas_must_add_up_before_a_plan_is_published(world):
    plan = Plan(key="p2", year=2024, title="P2", scheme="product_supervision", level="city", authority="City",
                region=world.regions["fuzhou"])  # fmt: skip
    line = PlanLine(plan=plan, product_class=world.line.product_class, batches=3, cost_per_batch=200)
    quota = world.line.quotas.model(line=line, county=world.regions["gulou"], batches=2)
    planning.draft_plan(plan=plan, lines=[line], quotas=[quota], by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="add up to 2, the line plans 3"):
        planning.publish_plans(plans=[plan], by=HOUSE, on=DAY)
    line.batches = 2
    planning.set_line(line=line, by=HOUSE, on=DAY)
    planning.publish_plans(plans=[Plan.objects.get(key="p2")], by=HOUSE, on=DAY)

    plan = Plan.objects.get(key="p2")
    assert (plan.state, plan.cost_planned, plan.published_on) == ("published", 400, DAY)


def test_a_sample_counts_where_its_maker_was_on_the_day_of_sampling(world):
    park = Park.objects.create(key="north", name="north", county=world.regions["cangshan"])
    maker = world.firms["maker"]
    for place, (county, in_park, start, end) in enumerate(
        [("cangshan", park, date(2020, 1, 1), date(2024, 1, 31)), ("gulou", None, date(2024, 2, 1), None)]
    ):
        OrganisationPlace.objects.create(
            key=f"place-{place}", organisation=maker, county=world.regions[county], park=in_park, from_on=start,
            until_on=end,
        )  # fmt: skip

    before = world.sample(on=DAY, origin_county=None, model="A1")
    after = world.sample(on=date(2024, 3, 4), origin_county=None, model="A2")

    assert (before.origin_county_id, before.park_id, before.size) == ("cangshan", "north", "small")
    assert (after.origin_county_id, after.park_id, after.size) == ("gulou", None, "small")


def test_a_sampler_hands_a_sample_to_a_laboratory_of_another_county(world):
    sample = world.sample(on=DAY)
    of_county = people.enter_people(
        records=[{"username": "sampler_g", "display_name": "G", "role": "sampler", "dimension": "region",
                  "path": "/fujian/fuzhou/gulou", "from_on": date(2020, 1, 1)}],
        by=HOUSE, on=DAY,
    )[0]  # fmt: skip

    actions.hand_over(samples=[sample], laboratory=world.firms["second_laboratory"], by=of_county, on=DAY)

    assert Sample.objects.get(pk=sample.pk).laboratory_id == "second_laboratory"
    with pytest.raises(Refused):
        actions.hand_over(samples=[sample], laboratory=world.firms["seller"], by=of_county, on=DAY)


def test_a_drawn_sampler_of_another_county_sees_and_does_the_task_but_no_other_one(world):
    Grant.objects.filter(person__username="sampler_a").update(path="/fujian/fuzhou/cangshan")
    sampler = Person.objects.get(username="sampler_a")
    drawn = world.task(on=DAY)
    world.task(on=DAY, samplers=["sampler_b", "other_officer"])
    actions.notify_tasks(tasks=[drawn], by=HOUSE, on=DAY)

    sample = Sample(task=drawn, number="N-1", product_name="lamp", model="M1", seal="A1", sampled_on=DAY)
    actions.take_samples(samples=[sample], by=sampler, on=DAY)

    assert list(Task.objects.all().within(sampler, on=DAY)) == [drawn]
    assert list(Sample.objects.all().within(sampler, on=DAY)) == [sample]
    assert not Task.objects.all().within(sampler, right="inspection.plan", on=DAY).exists()


def test_a_visit_without_a_sample_is_taken_back_with_a_reason_and_the_task_waits_again(world):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)
    actions.record_refusals(tasks=[task], note="closed the door", witness="Neighbour", by=HOUSE, on=DAY)

    with pytest.raises(Refused, match="reason"):
        actions.visit_again(tasks=[task], by=world.people["planner"], on=DAY)
    task.refresh_from_db()
    actions.visit_again(tasks=[task], by=world.people["planner"], on=DAY, reason="It was the wrong shop.")

    task.refresh_from_db()
    assert (task.state, task.visited_on, task.note, task.witness) == ("notified", None, "", "")
    assert "refused" in Version.objects.filter(noun="inspection.task", key=task.pk).order_by("-id")[1].state


def test_a_sample_whose_form_has_no_number_gets_the_next_of_its_organiser_s_series(world):
    code = RegionCode(region=world.regions["fuzhou"], code="350100", name="Fuzhou", from_on=date(2000, 1, 1))
    code.key = "c-350100"
    code.save()
    told = [world.sample(on=day, number="") for day in (DAY, DAY, date(DAY.year + 1, 3, 3))]
    world.sample(on=DAY, number=f"350100-{DAY.year}-A17")
    later = world.sample(on=DAY, number="")

    assert [sample.number for sample in told] == [
        f"350100-{DAY.year}-000001", f"350100-{DAY.year}-000002", f"350100-{DAY.year + 1}-000001"
    ]  # fmt: skip
    assert later.number == f"350100-{DAY.year}-000003"
