"""What follows a test: service, objection, re-test, publication, correction, re-checks; each with its term."""

from datetime import date, timedelta

import pytest
from tests.records.inspection.world import HOUSE, plan_of, result_of

from banyan.base.registry.models import Product, ProductClass
from banyan.kit import Refused
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.records.inspection import actions
from banyan.records.inspection.models import Correction, Objection, Result, Sample, Service

DAY = date(2024, 3, 4)  # a Monday


def again(record):
    """The record as it is now."""
    return type(record).objects.get(key=record.key)


def granted(world, sample, *, on):
    objection = world.objection(sample, on=on)
    actions.grant_retests(objections=[objection], by=HOUSE, on=on)
    return objection


def running(world, sample, *, on):
    objection = granted(world, sample, on=on)
    actions.complete_formalities(objections=[objection], by=HOUSE, on=on)
    actions.start_retests(objections=[objection], laboratory=world.firms["second_laboratory"], by=HOUSE, on=on)
    return objection


# ---------------------------------------------------------------- laboratory


def test_a_laboratory_refuses_another_seal_than_the_form_has(world):
    sample = world.sample(on=DAY, seal="A1", number="N-1")

    with pytest.raises(Refused, match="seal found is A9"):
        actions.receive_samples(samples=[sample], seals={"N-1": "A9"}, by=world.people["chemist"], on=DAY)
    actions.reject_sample(sample=again(sample), found="seal A9 found", by=world.people["chemist"], on=DAY)

    assert again(sample).state == "rejected"


def test_a_laboratory_reports_only_what_was_sent_to_it(world):
    sample = world.sample(on=DAY)

    with pytest.raises(NotFound):
        actions.receive_samples(samples=[sample], by=world.people["second_chemist"], on=DAY)


def test_a_passed_batch_with_a_failed_item_contradicts_itself(world):
    sample = world.sample(on=DAY)
    actions.receive_samples(samples=[sample], by=HOUSE, on=DAY)
    result = result_of(sample, "failed")
    result.conclusion = "passed"

    with pytest.raises(Refused, match="“lead” is reported as failed"):
        actions.report_results(results=[result], by=HOUSE, on=DAY)


def test_an_item_that_its_own_limit_judges_otherwise_is_listed_and_not_changed(world):
    sample = world.sample(on=DAY)
    actions.receive_samples(samples=[sample], by=HOUSE, on=DAY)

    actions.report_results(results=[result_of(sample, "passed", value="0.7")], by=HOUSE, on=DAY)

    item = Result.objects.get().items.get()
    assert (item.conclusion, item.rejudged) == ("passed", "differs")
    assert again(sample).conclusion == "passed"


# ---------------------------------------------------------------- objections


def test_an_objection_on_the_fifteenth_day_is_in_time(world):
    sample = world.served(on=DAY)

    world.objection(sample, on=DAY + timedelta(days=15))

    assert again(sample).state == "objection_filed"


def test_an_objection_on_the_sixteenth_day_is_late(world):
    sample = world.served(on=DAY)

    with pytest.raises(Refused) as refusal:
        world.objection(sample, on=DAY + timedelta(days=16))

    assert refusal.value.code == "objection-late"
    assert "2024-03-19" in refusal.value.prevents
    assert again(sample).state == "result_served"


def test_a_term_that_ends_on_a_free_day_ends_on_the_next_working_day(world):
    served = date(2024, 3, 8)
    sample = world.served(on=served)  # 15 days later is a Saturday

    assert again(sample).due_on == date(2024, 3, 25)
    world.objection(sample, on=date(2024, 3, 25))


def test_under_order_133_a_term_could_end_on_a_free_day(world):
    sample = world.served(on=date(2019, 12, 13))

    assert again(sample).due_on == date(2019, 12, 28)  # a Saturday


def test_food_counts_seven_working_days(world):
    world.line = plan_of(world, scheme="food_supervision")
    sample = world.served(on=DAY)

    assert again(sample).due_on == date(2024, 3, 13)
    assert sorted(set(Service.objects.values_list("object_by", flat=True))) == [date(2024, 3, 13)]
    with pytest.raises(Refused, match="2024-03-13"):
        world.objection(sample, on=date(2024, 3, 14))
    world.objection(sample, on=date(2024, 3, 13))


def test_a_stranger_cannot_object(world):
    sample = world.served(on=DAY)
    stranger = Objection(sample=sample, party=world.firms["laboratory"], grounds="no")

    with pytest.raises(Refused, match="Only these two may object"):
        actions.file_objections(objections=[stranger], by=HOUSE, on=DAY)


def test_a_firm_files_but_does_not_decide(world):
    sample = world.served(on=DAY)
    objection = Objection(sample=sample, party=world.firms["maker"], grounds="no")
    actions.file_objections(objections=[objection], by=world.people["owner"], on=DAY)

    with pytest.raises(NotAllowed):
        actions.grant_retests(objections=[objection], by=world.people["owner"], on=DAY)
    with pytest.raises(NotAllowed):
        actions.reject_objections(objections=[objection], decision="no", by=world.people["owner"], on=DAY)

    assert again(objection).state == "filed"


def test_a_rejection_needs_reasons_and_makes_the_result_final(world):
    sample = world.served(on=DAY, seller=world.firms["maker"])
    objection = world.objection(sample, on=DAY)

    with pytest.raises(Refused, match="no reasons"):
        actions.reject_objections(objections=[objection], by=HOUSE, on=DAY)
    actions.reject_objections(objections=[again(objection)], decision="grounds unfounded", by=HOUSE, on=DAY)

    assert (again(sample).state, again(sample).final_on, again(sample).conclusion) == ("result_final", DAY, "failed")


def test_formalities_on_the_seventh_day_are_in_time_and_on_the_eighth_late(world):
    objection = granted(world, world.served(on=DAY), on=DAY)

    with pytest.raises(Refused, match="counts as waived"):
        actions.complete_formalities(objections=[objection], by=HOUSE, on=DAY + timedelta(days=8))
    with pytest.raises(Refused, match="term for them still runs"):
        actions.waive_retests(objections=[again(objection)], by=HOUSE, on=DAY + timedelta(days=7))
    actions.complete_formalities(objections=[again(objection)], by=HOUSE, on=DAY + timedelta(days=7))

    assert again(objection).formalities_on == DAY + timedelta(days=7)


def test_the_first_laboratory_retests_only_if_no_other_is_qualified(world):
    objection = granted(world, world.served(on=DAY), on=DAY)
    actions.complete_formalities(objections=[objection], by=HOUSE, on=DAY)
    first = world.firms["laboratory"]

    with pytest.raises(Refused, match="made the first test"):
        actions.start_retests(objections=[again(objection)], laboratory=first, by=HOUSE, on=DAY)
    actions.start_retests(objections=[again(objection)], laboratory=first, is_only_laboratory=True, by=HOUSE, on=DAY)

    assert again(objection).is_only_laboratory


def test_a_passed_retest_replaces_the_conclusion_keeps_both_results_and_the_authority_pays(world):
    sample = world.served(on=DAY)
    objection = running(world, sample, on=DAY)

    actions.report_retests(
        objections=[objection], results=[result_of(sample, "passed")], by=world.people["second_chemist"], on=DAY
    )

    assert (again(sample).conclusion, again(sample).state) == ("passed", "result_final")
    assert dict(Result.objects.values_list("kind", "conclusion")) == {"initial": "failed", "retest": "passed"}
    assert again(objection).fee_borne_by == "authority"
    actions.publish_results(samples=[again(sample)], by=HOUSE, on=DAY)
    actions.close_samples(samples=[again(sample)], by=HOUSE, on=DAY)


def test_a_tampered_spare_leaves_the_first_result_standing(world):
    sample = world.served(on=DAY, seller=world.firms["maker"])
    objection = granted(world, sample, on=DAY)

    actions.stand_by_first(objection=objection, by=HOUSE, on=DAY, reason="seal B1 cut")

    assert (again(sample).state, again(sample).conclusion) == ("result_final", "failed")
    assert again(objection).is_spare_intact is False


def test_microbes_in_food_are_not_retested(world):
    world.line = plan_of(world, scheme="food_supervision")
    sample = world.sample(on=DAY)
    actions.receive_samples(samples=[sample], by=HOUSE, on=DAY)
    result = result_of(sample, "failed")
    result._items[0].item = "菌落总数"
    actions.report_results(results=[result], by=HOUSE, on=DAY)
    actions.serve_results(samples=[sample], by=HOUSE, on=DAY)
    objection = world.objection(sample, on=DAY)

    with pytest.raises(Refused, match="Microbes failed"):
        actions.grant_retests(objections=[objection], by=HOUSE, on=DAY)


def test_a_spare_of_failed_food_is_kept_six_months_and_one_that_passed_three(world):
    world.line = plan_of(world, scheme="food_supervision")

    assert again(world.judged("failed", on=DAY)).spare_until == date(2024, 9, 4)
    assert again(world.judged("passed", on=DAY)).spare_until == date(2024, 6, 4)


def test_a_party_that_did_not_make_the_goods_is_struck_from_the_sample(world):
    sample = world.served(on=DAY, product=product_of(world))
    objection = world.objection(sample, on=DAY, kind="authenticity")

    actions.uphold_objection(objection=objection, decision="a fake", outcome="not_maker", by=HOUSE, on=DAY)

    assert (again(sample).maker_id, again(sample).origin_county_id) == (None, None)
    assert again(sample).product_id is None, "its page for the public must not show the failure of a fake"
    assert again(sample).conclusion == "failed"


def product_of(world):
    kind = ProductClass.objects.get(key="lamp")
    return Product.objects.create(key="star-lamp", name="Star lamp", maker=world.firms["maker"], product_class=kind)


def test_a_sample_that_turns_out_to_be_of_another_maker_is_none_of_the_firsts_products(world):
    sample = world.judged("failed", on=DAY, product=product_of(world))

    actions.amend_samples(
        samples=[sample], changes={sample.pk: {"maker_id": "seller"}}, by=HOUSE, on=DAY, reason="read the label again"
    )

    assert (again(sample).maker_id, again(sample).product_id) == ("seller", None)


# ---------------------------------------------------------------- publication


def test_only_the_organisers_authority_publishes(world):
    sample = world.judged("passed", on=DAY)
    actions.notify_results(samples=[sample], by=HOUSE, on=DAY)

    with pytest.raises(NotAllowed):
        actions.publish_results(samples=[sample], by=world.people["sampler_a"], on=DAY)
    for other in ("county_officer", "provincial_planner"):
        with pytest.raises(Refused, match="Ask that authority"):
            actions.publish_results(samples=[sample], by=world.people[other], on=DAY)
    actions.publish_results(samples=[sample], by=world.people["planner"], on=DAY)

    assert again(sample).published_on == DAY


def test_nothing_is_published_before_it_is_final(world):
    sample = world.served(on=DAY)

    with pytest.raises(Refused, match="result served"):
        actions.publish_results(samples=[sample], by=HOUSE, on=DAY)
    with pytest.raises(Refused, match="may object until 2024-03-19"):
        actions.let_objections_lapse(samples=[again(sample)], by=HOUSE, on=date(2024, 3, 19))
    actions.let_objections_lapse(samples=[again(sample)], by=HOUSE, on=date(2024, 3, 20))

    assert again(sample).final_on == date(2024, 3, 20)


# ---------------------------------------------------------------- corrections


def ordered(world, *, on=DAY):
    sample = world.served(on=on)
    final = again(sample).due_on + timedelta(days=1)
    actions.let_objections_lapse(samples=[sample], by=HOUSE, on=final)
    (order,) = actions.order_corrections(samples=[sample], by=HOUSE, on=final)
    return sample, order


def test_the_order_sets_sixty_and_seventy_five_days(world):
    _sample, order = ordered(world)

    assert order.ordered_on == date(2024, 3, 20)
    assert order.correct_by == date(2024, 5, 20)  # 60 days end on a Sunday
    assert order.recheck_by == date(2024, 6, 3)


def test_under_order_133_a_correction_took_thirty_days(world):
    sample, order = ordered(world, on=date(2019, 12, 2))

    assert order.ordered_on == date(2019, 12, 18)
    assert order.correct_by == date(2020, 1, 17)
    assert order.recheck_by is None
    assert again(sample).due_on == date(2020, 1, 17)


def test_a_failure_is_not_closed_before_its_correction(world):
    sample = world.served(on=DAY)
    actions.let_objections_lapse(samples=[sample], by=HOUSE, on=DAY + timedelta(days=16))

    with pytest.raises(Refused, match="no correction has been rechecked"):
        actions.close_samples(samples=[sample], by=HOUSE, on=DAY + timedelta(days=16))


def test_the_second_recheck_waits_for_its_window(world):
    sample, order = ordered(world)
    failed = date(2024, 5, 20)
    actions.record_corrections(corrections=[order], measures="new glue", by=world.people["owner"], on=failed)
    actions.fail_rechecks(corrections=[order], announced_by="Province", report="R-1", by=HOUSE, on=failed)

    assert (order.second_recheck_from, order.second_recheck_by) == (date(2024, 7, 19), date(2024, 8, 19))
    with pytest.raises(Refused, match="from 2024-07-19 to 2024-08-19"):
        actions.order_closure(correction=again(order), report="R-2", by=HOUSE, on=date(2024, 7, 18))
    with pytest.raises(Refused, match="every re-check has one of its own"):
        actions.order_closure(correction=again(order), report="R-1", by=HOUSE, on=date(2024, 7, 19))
    actions.order_closure(correction=again(order), report="R-2", by=HOUSE, on=date(2024, 7, 19))
    actions.revoke_licence(correction=again(order), by=HOUSE, on=date(2024, 9, 1), reason="decision 8")
    actions.close_samples(samples=[again(sample)], by=HOUSE, on=date(2024, 9, 1))

    assert again(sample).state == "closed"


def test_a_recheck_has_its_day_and_its_test_report(world):
    _sample, order = ordered(world)
    late, day = date(2024, 5, 22), date(2024, 5, 20)
    actions.record_corrections(corrections=[order], measures="new glue", by=HOUSE, on=day)

    with pytest.raises(Refused, match="not said which test report"):
        actions.pass_rechecks(corrections=[again(order)], rechecked_on=day, by=HOUSE, on=late)
    with pytest.raises(Refused, match="That day has not come"):
        actions.pass_rechecks(corrections=[again(order)], rechecked_on=late, report="R-1", by=HOUSE, on=day)
    actions.pass_rechecks(
        corrections=[again(order)], rechecked_on=day, report="R-1", by=world.people["county_officer"], on=late
    )

    assert (again(order).rechecked_on, again(order).recheck_report) == (day, "R-1")


def test_after_closure_the_firm_passes_by_a_recheck_of_its_own_day(world):
    _sample, order = ordered(world)
    actions.fail_rechecks(corrections=[order], announced_by="P", report="R-1", by=HOUSE, on=date(2024, 5, 20))
    actions.order_closure(correction=again(order), report="R-2", by=HOUSE, on=date(2024, 7, 19))
    actions.pass_rechecks(corrections=[again(order)], report="R-3", by=HOUSE, on=date(2024, 9, 2))

    assert (again(order).rechecked_on, again(order).recheck_report) == (date(2024, 9, 2), "R-3")


def test_what_is_closed_changes_hands_no_more(world):
    sample, order = ordered(world)
    day = date(2024, 5, 20)
    actions.pass_rechecks(corrections=[order], report="R-1", by=HOUSE, on=day)
    actions.close_samples(samples=[again(sample)], by=HOUSE, on=day)

    with pytest.raises(Refused, match="nothing more follows"):
        actions.reassign(samples=[again(sample)], to=world.people["county_officer"], by=HOUSE, on=day)
    with pytest.raises(Refused, match="It is closed"):
        actions.hand_to_enforcement(sample=again(sample), case="C 1", by=HOUSE, on=day)


def test_nobody_restarts_before_a_recheck_passed(world):
    _sample, order = ordered(world)

    with pytest.raises(Refused, match="No re-check had passed"):
        actions.record_restart(correction=order, by=world.people["owner"], on=order.ordered_on)
    actions.pass_rechecks(corrections=[again(order)], report="R-1", by=HOUSE, on=date(2024, 5, 20))
    with pytest.raises(Refused, match="No re-check had passed"):
        actions.record_restart(correction=again(order), resumed_on=date(2024, 5, 19), by=HOUSE, on=date(2024, 5, 20))
    actions.record_restart(correction=again(order), by=world.people["owner"], on=date(2024, 5, 20))

    assert again(order).resumed_on == date(2024, 5, 20)


def test_publication_may_come_while_the_correction_runs_and_does_not_set_it_back(world):
    sample, order = ordered(world)

    actions.publish_results(samples=[sample], by=HOUSE, on=order.ordered_on)

    assert (again(sample).state, again(sample).published_on) == ("correction_ordered", order.ordered_on)
    with pytest.raises(Refused, match="was published on"):
        actions.publish_results(samples=[again(sample)], by=HOUSE, on=order.ordered_on)


def test_a_final_failure_is_handed_to_enforcement_under_a_number(world):
    sample = world.served(on=DAY)

    with pytest.raises(Refused, match="not a final failure"):
        actions.hand_to_enforcement(sample=sample, case="2024-9", by=HOUSE, on=DAY)
    actions.let_objections_lapse(samples=[again(sample)], by=HOUSE, on=date(2024, 3, 20))
    actions.hand_to_enforcement(sample=again(sample), case="2024-9", by=HOUSE, on=date(2024, 3, 20))

    assert again(sample).case == "2024-9"
    assert Sample.objects.count() == 1
    assert not Correction.objects.exists()


def test_a_result_that_cannot_stand_is_withdrawn_with_its_items_and_kept(world):
    sample = world.served(on=DAY)
    objection = world.objection(sample, on=DAY, kind=Objection.Kind.PROCEDURE)

    actions.uphold_objection(
        objection=objection, decision="The seal was opened in the van.", outcome="not_judged",
        by=world.people["county_officer"], on=DAY,
    )  # fmt: skip

    result = Result.objects.get(sample=sample)
    assert (again(sample).conclusion, again(sample).state) == ("not_judged", "result_final")
    assert (result.conclusion, result.withdrawn_on) == ("failed", DAY)
    assert result.withdrawn_reason == "The seal was opened in the van."


def test_a_second_laboratory_rejects_a_broken_spare_and_the_authority_decides_again(world):
    sample = world.served(on=DAY, seller=world.firms["maker"])
    objection = running(world, sample, on=DAY)

    actions.reject_spare(objection=again(objection), found="seal torn", by=world.people["second_chemist"], on=DAY)

    assert (again(objection).state, again(objection).is_spare_intact) == ("spare_rejected", False)
    assert again(sample).state == "objection_filed"

    actions.stand_by_first(
        objection=again(objection), reason="The firm kept the spare.", by=world.people["county_officer"], on=DAY
    )

    assert (again(sample).state, again(sample).conclusion) == ("result_final", "failed")
    assert again(objection).fee_borne_by == Objection.FeeBearer.PARTY


def test_a_spare_that_broke_in_the_authority_s_keeping_upholds_the_objection(world):
    sample = world.served(on=DAY)
    objection = running(world, sample, on=DAY)
    actions.reject_spare(objection=again(objection), found="seal torn", by=world.people["second_chemist"], on=DAY)

    actions.uphold_objection(
        objection=again(objection), decision="The spare lay in our store.", outcome="not_judged",
        by=world.people["county_officer"], on=DAY,
    )  # fmt: skip

    assert again(sample).conclusion == "not_judged"
