"""The course of a case: from the clue to the closure, with its clocks, its papers and who did what."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.html import escape
from tests.response.casework.world import (
    DAY,
    announced,
    decided,
    entered,
    filed,
    reviewed,
    served,
    with_evidence,
)

from banyan.kit import Refused, rights
from banyan.kit.workflow import NotNow
from banyan.response.casework import actions, queries
from banyan.response.casework.models import Case, Clue, Duty, Paper

pytestmark = pytest.mark.django_db


def test_a_clue_lies_on_the_desk_of_the_county_with_its_term_to_be_verified(city, people):
    clue = entered(city, people)

    assert (clue.number, clue.state, clue.county_id) == ("X2025-000001", "waiting", "gulou")
    assert clue.assignee == people.officer_gulou
    assert (clue.due_on, clue.due_rule) == (date(2025, 3, 24), "casework.verify")
    (duty,) = Duty.objects.filter(clue=clue)
    assert (duty.task, duty.officer, duty.due_on) == ("verify", people.officer_gulou, date(2025, 3, 24))


def test_verification_is_extended_once(city, people):
    clue = entered(city, people)
    actions.extend_verification(clue=clue, by=people.officer_gulou, on=DAY, reason="the maker must be asked")

    clue = Clue.objects.get(pk=clue.pk)
    assert clue.due_on == date(2025, 4, 15)
    with pytest.raises(Refused, match="extended on 2025-03-03 already"):
        actions.extend_verification(clue=clue, by=people.officer_gulou, on=DAY, reason="again")


def test_a_case_needs_two_officers(city, people):
    clue = entered(city, people)

    for second in ("", "officer_gulou"):
        with pytest.raises(Refused, match="no second one"):
            actions.file_case(clue=clue, second_officer=second, by=people.officer_gulou, on=DAY)

    assert not Case.objects.exists()


def test_a_case_is_numbered_by_office_and_year_and_its_paper_cites_the_rule(city, people):
    case = filed(city, people)

    assert case.number == "350102-2025-000001"
    assert (case.decide_by, case.due_on) == (date(2025, 6, 1), date(2025, 6, 1))
    assert Clue.objects.get().state == "filed"
    paper = Paper.objects.get(case=case)
    assert paper.number == "鼓楼区市监立〔2025〕1号"
    assert any("64" in rule for rule in paper.cited)


def test_a_paper_says_what_it_says_and_is_had_as_pdf_and_word_from_its_page_and_from_the_case(city, people):
    case = decided(city, people)
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(people.officer_gulou)
    of_case = browser.get(f"/office/casework/case/{case.pk}/change/").content.decode()

    for paper in Paper.objects.filter(case=case):
        page = browser.get(f"/office/casework/paper/{paper.pk}/change/").content.decode()
        where = f"/office/casework/paper/{paper.pk}/paper/{paper.template.replace('_', '-')}"
        for form, head in (("pdf", b"%PDF"), ("docx", b"PK")):
            assert f'href="{where}.{form}"' in page
            assert f'href="{where}.{form}"' in of_case
            assert browser.get(f"{where}.{form}").content.startswith(head)
        assert len(paper.body["pairs"]) >= 4
        assert not [pair for pair in paper.body["pairs"] if not all(escape(one) in page for one in pair)]

    said = dict(Paper.objects.get(case=case, template="decision").body["pairs"])
    assert {str(case.fine), f"{city.gulou_firm} ({city.gulou_firm.uscc})"} <= set(said.values())


def test_a_file_without_evidence_does_not_go_to_review(city, people):
    case = filed(city, people)

    with pytest.raises(Refused, match="no evidence"):
        actions.conclude_investigation(case=case, findings="found", by=people.officer_gulou, on=DAY)


def test_whoever_investigated_does_not_review(city, people):
    case = with_evidence(filed(city, people), people)
    actions.conclude_investigation(case=case, findings="found", by=people.planner, on=DAY)

    with pytest.raises(Refused, match="investigated this case yourself"):
        actions.pass_review(case=case, opinion="right", by=people.planner, on=DAY)
    actions.pass_review(case=case, opinion="right", by=people.leader, on=DAY)
    assert Case.objects.get().reviewed_by == "leader"


def test_a_returned_file_is_investigated_again_by_the_same_term_to_decide(city, people):
    case = with_evidence(filed(city, people), people)
    actions.conclude_investigation(case=case, findings="found", by=people.officer_gulou, on=DAY)
    actions.return_file(case=case, opinion="the value is not proved", by=people.leader, on=DAY + timedelta(days=3))

    case = Case.objects.get()
    assert (case.state, case.due_on) == ("filed", date(2025, 6, 1))
    open_ = Duty.objects.filter(case=case, ended_on=None)
    assert [one.task for one in open_] == ["investigate"]


def test_the_review_has_ten_working_days_and_lies_with_somebody_else(city, people):
    case = with_evidence(filed(city, people), people)
    actions.conclude_investigation(case=case, findings="found", by=people.officer_gulou, on=DAY)

    duty = Duty.objects.get(case=case, task="review")
    assert duty.due_on == date(2025, 3, 17)
    assert duty.officer not in (None, people.officer_gulou)


@pytest.mark.parametrize(
    ("step", "fine"),
    [("general", 9_000), ("general", 60_001), ("general", 24_999), ("lenient", 25_001), ("severe", 44_999),
     ("severe", 60_001), ("mitigated", 10_000), ("general", -1)],
)  # fmt: skip
def test_a_fine_outside_its_step_is_refused_with_the_range_and_where_it_is_written(city, people, step, fine):
    """Half to three times 20,000: 10,000 to 60,000; lenient to 25,000, severe from 45,000."""
    case = reviewed(city, people)

    with pytest.raises(Refused) as refusal:
        actions.announce_penalty(
            case=case, breach="pql_50", step=step, fine=Decimal(fine), goods_value=Decimal(20_000), grounds="g",
            by=people.officer_gulou, on=DAY,
        )  # fmt: skip

    assert "10000.00 to 60000.00" in refusal.value.prevents
    assert "第五十条" in refusal.value.written or "art. 50" in refusal.value.written
    assert Case.objects.get().state == "reviewed"


@pytest.mark.parametrize(
    ("step", "fine", "place"), [("lenient", 10_000, 0.0), ("general", 35_000, 0.5), ("severe", 60_000, 1.0)]
)
def test_a_decided_fine_keeps_its_place_in_the_range(city, people, step, fine, place):
    assert decided(city, people, step=step, fine=fine).fine_position == pytest.approx(place)


def test_a_penalty_waits_for_the_party_or_its_term(city, people):
    case = announced(city, people)
    last = date(2025, 3, 10)

    assert case.state_by == last
    with pytest.raises(Refused, match="until 2025-03-10"):
        actions.decide_penalty(case=case, fine=Decimal(30_000), by=people.leader, on=last)
    actions.decide_penalty(case=case, fine=Decimal(30_000), by=people.leader, on=last + timedelta(days=1))
    assert Case.objects.get().state == "decided"


def test_what_the_party_says_does_not_make_the_penalty_heavier(city, people):
    case = announced(city, people)
    actions.record_statement(case=case, statement="we are sorry", by=people.officer_gulou, on=DAY)

    with pytest.raises(Refused, match="heavier"):
        actions.decide_penalty(case=case, fine=Decimal(30_001), by=people.leader, on=DAY)
    actions.decide_penalty(case=case, fine=Decimal(28_000), by=people.leader, on=DAY)
    assert Case.objects.get().fine == Decimal(28_000)


def test_a_statement_after_its_term_is_refused(city, people):
    case = announced(city, people)

    with pytest.raises(Refused, match="ended on 2025-03-10"):
        actions.record_statement(case=case, statement="late", by=people.officer_gulou, on=date(2025, 3, 11))


def test_a_hearing_stops_the_clock_and_is_held_by_somebody_else(city, people):
    case = announced(city, people)
    actions.call_hearing(case=case, hearing_on=date(2025, 3, 20), by=people.officer_gulou, on=DAY)
    assert Case.objects.get().due_on is None

    actions.hold_hearing(case=case, record="both were heard", by=people.leader, on=date(2025, 3, 20))

    case = Case.objects.get()
    assert (case.state, case.days_stopped, case.decide_by) == ("heard", 17, date(2025, 6, 18))
    assert case.due_on == date(2025, 6, 18)
    actions.decide_penalty(case=case, fine=Decimal(30_000), by=people.leader, on=date(2025, 3, 21))


def test_time_of_testing_does_not_count_and_the_term_is_extended_once(city, people):
    case = filed(city, people)
    actions.suspend_case(case=case, cause="testing", by=people.officer_gulou, on=DAY)
    with pytest.raises(Refused, match="no reason that the rules know"):
        actions.suspend_case(case=filed(city, people, title="other"), cause="tea", by=people.officer_gulou, on=DAY)
    with_evidence(case, people)
    with pytest.raises(Refused, match="stopped since"):
        actions.conclude_investigation(case=case, findings="f", by=people.officer_gulou, on=DAY)
    actions.resume_case(case=case, by=people.officer_gulou, on=DAY + timedelta(days=30))
    case = Case.objects.get(pk=case.pk)
    assert case.decide_by == date(2025, 7, 1)

    actions.extend_decision(case=case, by=people.leader, on=DAY, reason="three firms are involved")
    case = Case.objects.get(pk=case.pk)
    assert case.decide_by == date(2025, 7, 31)
    with pytest.raises(Refused, match="extended on"):
        actions.extend_decision(case=case, by=people.leader, on=DAY, reason="more")


def test_a_late_payment_costs_three_percent_a_day_and_at_most_the_fine(city, people):
    case = served(city, people, fine=30_000)
    assert case.pay_by == date(2025, 3, 18)
    with pytest.raises(Refused, match=r"30000\.00 is owed"):
        actions.record_payment(case=case, amount=Decimal(30_001), by=people.officer_gulou, on=date(2025, 3, 18))

    assert queries.owed(case, on=date(2025, 3, 18)) == 30_000
    assert queries.owed(case, on=date(2025, 3, 20)) == 31_800
    assert queries.owed(case, on=date(2026, 3, 20)) == 60_000
    actions.record_payment(case=case, amount=Decimal(800), by=people.officer_gulou, on=date(2025, 3, 20))
    case = Case.objects.get()
    assert (case.state, case.surcharge) == ("served", 1_800)
    assert queries.owed(case, on=date(2025, 3, 20)) == 31_000


def test_a_paid_and_published_case_is_closed(city, people):
    case = served(city, people)
    actions.record_payment(case=case, amount=Decimal(30_000), by=people.officer_gulou, on=date(2025, 3, 10))
    case = Case.objects.get()
    assert (case.state, case.due_rule) == ("fulfilled", "casework.close")
    with pytest.raises(Refused, match="not published"):
        actions.close_case(case=case, by=people.officer_gulou, on=date(2025, 3, 10))

    actions.publish_penalty(case=case, by=people.officer_gulou, on=date(2025, 3, 10))
    assert list(queries.public_penalties(on=date(2028, 3, 10))) == [case]
    assert not queries.public_penalties(on=date(2028, 3, 11))
    actions.close_case(case=case, by=people.officer_gulou, on=date(2025, 3, 12))

    case = Case.objects.get()
    assert (case.state, case.due_on, case.closed_on) == ("closed", None, date(2025, 3, 12))
    assert not Duty.objects.filter(case=case, ended_on=None).exists()


def test_what_is_not_paid_is_demanded_and_then_enforced(city, people):
    case = served(city, people)
    with pytest.raises(Refused, match="may pay until"):
        actions.demand_payment(case=case, by=people.officer_gulou, on=date(2025, 3, 18))

    actions.demand_payment(case=case, by=people.officer_gulou, on=date(2025, 3, 19))
    assert Case.objects.get().due_on == date(2025, 4, 2)
    actions.enforce_payment(case=case, by=people.officer_gulou, on=date(2025, 4, 8))
    case = Case.objects.get()
    assert (case.state, case.paid) == ("fulfilled", 30_000 + 18_900)


def test_a_case_may_end_without_a_penalty_for_a_reason_of_the_law(city, people):
    case = reviewed(city, people)
    with pytest.raises(Refused, match="no reason for that"):
        actions.drop_case(case=case, outcome="penalty", grounds="g", by=people.leader, on=DAY)

    actions.drop_case(case=case, outcome="minor", grounds="put right at once", by=people.leader, on=DAY)

    case = Case.objects.get()
    assert (case.state, case.outcome) == ("dropped", "minor")
    actions.close_case(case=case, by=people.officer_gulou, on=DAY)


def test_two_officers_deciding_at_once_are_told_what_the_other_did(city, people):
    case = announced(city, people)
    actions.record_statement(case=case, statement="waived", by=people.officer_gulou, on=DAY)
    seen_by_both = Case.objects.get()

    actions.decide_penalty(case=seen_by_both, fine=Decimal(30_000), by=people.leader, on=DAY)
    with pytest.raises(NotNow) as refusal:
        actions.drop_case(case=seen_by_both, outcome="minor", grounds="g", by=people.planner, on=DAY)

    assert "leader did this last: “Penalty decided”" in refusal.value.prevents
    assert Case.objects.get().outcome == "penalty"


def test_a_clue_joins_the_open_case_of_the_same_firm_only(city, people):
    case = filed(city, people)
    more = entered(city, people, title="more of the same")
    other = entered(city, people, title="of another firm", party=city.changle_firm, county=city.gulou)

    actions.join_clue(clue=more, case=case, by=people.officer_gulou, on=DAY)
    with pytest.raises(Refused, match="another firm"):
        actions.join_clue(clue=other, case=case, by=people.officer_gulou, on=DAY)

    assert case.clues.count() == 2


def test_declining_needs_a_reason(city, people):
    clue = entered(city, people)
    with pytest.raises(Refused, match="needs a reason"):
        actions.decline_clues(clues=[clue], by=people.officer_gulou, on=DAY)

    actions.decline_clues(clues=[clue], by=people.officer_gulou, on=DAY, reason="the goods were never sold")
    assert Clue.objects.get().state == "declined"


def test_an_officer_of_another_county_finds_no_case(city, people):
    case = with_evidence(filed(city, people), people)

    with pytest.raises(Refused, match="no such record"):
        actions.conclude_investigation(case=case, findings="f", by=people.officer_changle, on=DAY)


def test_cases_of_another_system_come_in_by_the_thousand_with_their_duties(city, people):
    cases = [
        Case(cause="inspection", title=f"matter {place}", county=city.gulou, filed_on=DAY, state="filed")
        for place in range(1200)
    ]
    actions.enter_cases(cases=cases, by=rights.System("import"), on=DAY)

    assert Case.objects.count() == Duty.objects.count() == 1200
    assert Case.objects.order_by("-number").first().number == "350102-2025-001200"
    assert set(Case.objects.values_list("decide_by", flat=True)) == {date(2025, 6, 1)}


def test_a_page_of_a_case_says_codes_and_amounts_in_words(city, people):
    case = announced(city, people)
    client = Client(headers={"accept-language": "en"})
    client.force_login(people.planner)

    page = client.get(f"/office/casework/case/{case.pk}/change/").content.decode()

    assert "10,000 to 60,000, in this step 25,000 to 45,000" in page
    timeline = page[page.index("Penalty announced" if "Penalty announced" in page else "Announce the penalty") :]
    assert "pql_50" not in timeline
    assert "Goods passed off as better than they are" in timeline
