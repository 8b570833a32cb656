"""Plans: products ranked by what their checks found, batches and quotas that add up, costs kept."""

from datetime import date
from decimal import Decimal

import pytest
from tests.records.inspection.world import HOUSE, result_of

from banyan.base.facts import actions as facts
from banyan.base.registry.models import Organisation, Product, ProductClass
from banyan.kit import Refused
from banyan.records.inspection import actions as inspecting
from banyan.records.inspection.models import Sample
from banyan.records.plans import actions, queries
from banyan.records.plans.models import Plan, PlanLine, Quota

DAY = date(2024, 11, 4)


@pytest.fixture
def market(world):
    """Forty makers: lamps and cables by twenty each, of which three quarters are in one county."""
    world.classes = {name: ProductClass.objects.get_or_create(key=name, name=name)[0] for name in ("lamp", "cable")}
    for place in range(40):
        maker = Organisation.objects.create(
            key=f"m{place:02d}", name=f"m{place}", county=world.regions["cangshan" if place % 4 == 3 else "gulou"]
        )
        name = "lamp" if place < 20 else "cable"
        Product.objects.create(key=f"p{place}", name=name, maker=maker, product_class=world.classes[name])
    return world


def checked(world, name, *, passed, failed, grade="", scheme="product_supervision"):
    """Past checks of a class of product, with their facts."""
    samples = []
    for place in range(passed + failed):
        conclusion = "passed" if place < passed else "failed"
        samples.append(
            Sample(
                key=f"{name}{scheme}{place}", number=f"{name}{scheme}{place}", scheme=scheme, level="city",
                product_class=world.classes[name], product_name=name, sampled_on=date(2023, 5, 4),
                judged_on=date(2023, 5, 20), conclusion=conclusion, grade=grade if conclusion == "failed" else "",
            )
        )  # fmt: skip
    results = [result_of(sample, sample.conclusion) for sample in samples]
    inspecting.record_samples(samples=samples, results=results, by=HOUSE, on=DAY)
    facts.collect()


def draft(world, **given):
    plan = Plan(key="p25", year=2025, title="P25", scheme="product_supervision", level="city", authority="City",
                region=world.regions["fuzhou"])  # fmt: skip
    actions.draft_plan(plan=plan, by=HOUSE, on=DAY)
    return plan, given


def test_what_failed_more_often_ranks_first_and_says_why(market):
    checked(market, "lamp", passed=48, failed=2)
    checked(market, "cable", passed=35, failed=15)

    cable, lamp = queries.risks(scheme="product_supervision", region=market.regions["fuzhou"], on=DAY)

    assert (cable.product_class, lamp.product_class) == ("cable", "lamp")
    assert (cable.judged, cable.failed, cable.makers) == (50, 15, 20)
    assert cable.score == pytest.approx(cable.rate * 20)
    assert 0.04 < lamp.rate < cable.rate < 0.30  # shrunk towards each other


def test_serious_failures_count_twice(market):
    checked(market, "lamp", passed=40, failed=10, grade="serious")
    checked(market, "cable", passed=40, failed=10, grade="general")

    first, second = queries.risks(scheme="product_supervision", region=market.regions["fuzhou"], on=DAY)

    assert (first.product_class, first.serious) == ("lamp", 10)
    assert first.rate == pytest.approx(2 * second.rate, rel=0.05)


def test_other_schemes_and_other_years_do_not_rank_a_product(market):
    checked(market, "lamp", passed=0, failed=20, scheme="food_supervision")

    found = queries.risks(scheme="product_supervision", region=market.regions["fuzhou"], on=DAY)
    later = queries.risks(scheme="risk_monitoring", region=market.regions["fuzhou"], on=date(2027, 1, 4))

    assert {(one.judged, one.rate) for one in found} == {(0, None)}
    assert {one.score for one in found} == {float(one.makers) for one in found}
    assert "rate" not in found[0].reasons, "nothing was judged: no rate is known"
    assert {one.judged for one in later} == {0}


def test_a_plan_for_food_ranks_food_and_a_plan_for_products_none(market):
    ProductClass.objects.filter(pk="lamp").update(is_food=True)

    food = queries.risks(scheme="food_supervision", region=market.regions["fuzhou"], on=DAY)
    products = queries.risks(scheme="product_supervision", region=market.regions["fuzhou"], on=DAY)

    assert [one.product_class for one in food] == ["lamp"]
    assert "lamp" not in {one.product_class for one in products}


def test_a_proposal_spends_the_budget_and_quotas_follow_the_makers(market):
    checked(market, "lamp", passed=48, failed=2)
    checked(market, "cable", passed=35, failed=15)
    plan, _given = draft(market)

    actions.propose_lines(
        plan=plan, batches=16, random_share=0.25, cost_per_batch=Decimal(800), by=market.people["planner"], on=DAY
    )

    lines = {line.product_class_id: line for line in PlanLine.objects.filter(plan=plan)}
    assert sum(line.batches for line in lines.values()) == 16
    assert lines["cable"].batches > lines["lamp"].batches >= 2
    assert (lines["cable"].risk_rank, lines["cable"].risk_reasons["failed"]) == (1, 15)
    assert Plan.objects.get(key="p25").cost_planned == 16 * 800
    for line in lines.values():
        quotas = dict(Quota.objects.filter(line=line).values_list("county_id", "batches"))
        assert sum(quotas.values()) == line.batches
        assert quotas["gulou"] > quotas["cangshan"]
    actions.publish_plans(plans=[plan], by=market.people["planner"], on=DAY)


def test_more_batches_than_firms_are_refused(market):
    plan, _given = draft(market)

    with pytest.raises(Refused, match="40 firms to check"):
        actions.propose_lines(plan=plan, batches=41, by=HOUSE, on=DAY)
    actions.propose_lines(plan=plan, batches=40, by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="has lines already"):
        actions.propose_lines(plan=plan, batches=4, by=HOUSE, on=DAY)


def test_a_small_budget_goes_to_the_riskiest_products(market):
    checked(market, "lamp", passed=48, failed=2)
    checked(market, "cable", passed=35, failed=15)
    plan, _given = draft(market)

    (line,) = actions.propose_lines(plan=plan, batches=5, least=5, by=HOUSE, on=DAY)

    assert (line.product_class_id, line.batches) == ("cable", 5)
