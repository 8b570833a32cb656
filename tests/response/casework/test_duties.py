"""The duty chain: who had to act by when and did not, what goes up to whom, ties, and the responsibility sheet."""

from datetime import date, timedelta

import pytest
from tests.response.casework.world import DAY, a_clue, entered, filed, reviewed, staff, with_evidence

from banyan import policy
from banyan.kit import Refused, rights
from banyan.kit.documents import as_pdf, as_word
from banyan.records.plans import actions as plans
from banyan.records.plans.queries import Tie
from banyan.response.casework import actions, panels, queries
from banyan.response.casework.models import Case, Clue, Duty

pytestmark = pytest.mark.django_db

HOUSE = rights.System("daily")
LAST = date(2025, 3, 24)


def declare(person, firm, *, on=DAY):
    tie = Tie(username=person.username, organisation=firm, what="kin", from_on=on)
    return plans.declare_tie(tie=tie, by=person, on=on)


def test_nothing_is_late_on_the_last_day_and_the_day_after_it_goes_up_once(city, people):
    boss = staff("leader_gulou", "leader", "/fujian/fuzhou/gulou")
    clue = entered(city, people)

    assert actions.run_clocks(by=HOUSE, on=LAST) == {"duties raised": 0, "matters passed on": 0}
    assert actions.run_clocks(by=HOUSE, on=LAST + timedelta(days=1))["duties raised"] == 1
    assert actions.run_clocks(by=HOUSE, on=LAST + timedelta(days=2))["duties raised"] == 0

    duty = Duty.objects.get(clue=clue)
    assert (duty.officer, duty.raised_to, duty.raised_on) == (people.officer_gulou, boss, date(2025, 3, 25))
    (waiting,) = panels.raised(person=boss, on=date(2025, 3, 25), limit=9)
    assert waiting.is_overdue
    assert clue.number in waiting.text


def test_what_is_not_late_is_not_raised(city, people):
    entered(city, people)

    with pytest.raises(Refused, match="not late"):
        actions.raise_late(duties=list(Duty.objects.all()), by=HOUSE, on=LAST)


def test_the_chain_of_a_case_names_every_officer_with_the_days(city, people):
    case = reviewed(city, people)

    chain = [
        (duty.task, duty.officer.username, duty.ended_by, duty.end)
        for duty in Duty.objects.filter(case=case).order_by("from_on", "key")
    ]
    assert chain[0] == ("investigate", "officer_gulou", "officer_gulou", "done")
    assert (chain[1][0], chain[1][2], chain[1][3]) == ("review", "leader", "done")
    assert chain[1][1] != "officer_gulou"
    assert chain[2] == ("announce", "officer_gulou", "", "")


def test_a_reassigned_case_shows_until_when_each_officer_had_it(city, people):
    second = staff("officer_second", "county_officer", "/fujian/fuzhou/gulou")
    case = filed(city, people)

    actions.reassign_cases(cases=[case], to=second, by=people.planner, on=DAY + timedelta(days=5))

    former, present = Duty.objects.filter(case=case).order_by("from_on", "key")
    assert (former.officer, former.end, former.ended_on) == (people.officer_gulou, "passed", date(2025, 3, 8))
    assert (present.officer, present.due_on, present.from_on) == (second, former.due_on, date(2025, 3, 8))
    assert Case.objects.get().assignee == second


def test_who_declared_an_interest_acts_in_no_case_of_the_firm(city, people):
    case = filed(city, people)
    declare(people.officer_gulou, city.gulou_firm)

    for act in (
        lambda: with_evidence(case, people),
        lambda: actions.suspend_case(case=case, cause="testing", by=people.officer_gulou, on=DAY),
        lambda: actions.conclude_investigation(case=case, findings="f", by=people.officer_gulou, on=DAY),
        lambda: actions.propose_transfer(case=case, by=people.officer_gulou, on=DAY),
        lambda: actions.publish_penalty(case=case, by=people.officer_gulou, on=DAY),
    ):
        with pytest.raises(Refused, match="declared an interest"):
            act()


def test_matters_of_who_declares_an_interest_go_to_another_desk_the_same_day(city, people):
    second = staff("officer_second", "county_officer", "/fujian/fuzhou/gulou")
    case, clue = filed(city, people), entered(city, people, title="another matter")
    actions.reassign_clues(clues=[clue], to=people.officer_gulou, by=people.planner, on=DAY)
    declare(people.officer_gulou, city.gulou_firm)

    assert actions.run_clocks(by=HOUSE, on=DAY)["matters passed on"] == 2

    assert Case.objects.get(pk=case.pk).assignee == second
    assert Clue.objects.get(pk=clue.pk).assignee == second
    with pytest.raises(Refused, match="declared an interest"):
        actions.reassign_cases(cases=[case], to=people.officer_gulou, by=people.planner, on=DAY)
    later = actions.enter_clues(clues=[a_clue(city, title="later")], by=people.planner, on=DAY)[0]
    assert later.assignee == second


def test_nobody_passes_a_case_on_without_a_tie(city, people):
    case = filed(city, people)

    with pytest.raises(Refused, match="no interest"):
        actions.recuse(cases=[case], by=people.officer_gulou, on=DAY)


def test_an_officer_declares_an_interest_of_no_colleague(city, people):
    tie = Tie(username="leader", organisation=city.gulou_firm, what="kin", from_on=DAY)

    with pytest.raises(Refused, match="your own only"):
        plans.declare_tie(tie=tie, by=people.officer_gulou, on=DAY)


def test_work_lies_with_whoever_has_the_least_to_do(city, people):
    second = staff("officer_second", "county_officer", "/fujian/fuzhou/gulou")
    clues = actions.enter_clues(clues=[a_clue(city, title=f"clue {n}") for n in range(4)], by=HOUSE, on=DAY)

    shares = [sum(one.assignee == person for one in Clue.objects.all()) for person in (people.officer_gulou, second)]
    assert shares == [2, 2]
    assert len(clues) == 4


def test_the_sheet_of_an_officer_says_what_was_late_and_by_how_much(city, people):
    clue = entered(city, people)
    actions.run_clocks(by=HOUSE, on=date(2025, 3, 26))
    actions.decline_clues(clues=[clue], by=people.officer_gulou, on=date(2025, 3, 27), reason="nothing was found")
    entered(city, people, on=date(2025, 3, 27), title="a second one")

    found = queries.sheet(
        people.planner, people.officer_gulou, first=DAY, last=date(2025, 3, 31), on=date(2025, 3, 31)
    )

    assert found["counts"] == {"n": 2, "done": 1, "late": 1, "raised": 1}
    late, running = found["lines"]
    assert (late["is_late"], late["says"]) == (True, "3 days late")
    assert (running["is_late"], running["says"]) == (False, "running")
    assert "art. 18" in late["rule"]
    paper = queries.sheet_as_document(found)
    assert as_pdf(paper).startswith(b"%PDF")
    assert as_word(paper).startswith(b"PK")


@pytest.fixture
def shorter_terms():
    """From April on the packs give thirty days to decide and three working days to review."""
    reference = policy.Reference(document="samr-2018-2", clause="64", says={"zh": "缩短期限。", "en": "Shorter."})
    policy.lay_on(
        policy.Amendment(key=key, since=date(2025, 4, 1), text=text, reference=reference)
        for key, text in (
            ("casework.decide", "amount: 30\nunit: day\n"),
            ("casework.review", "amount: 3\nunit: workday\n"),
        )
    )
    yield
    policy.lay_on(())


def test_a_clock_changed_under_an_open_case_leaves_it_its_edition(city, people, shorter_terms):
    april = date(2025, 4, 7)
    before, after = filed(city, people), filed(city, people, on=april, title="of April")

    assert (before.decide_by, after.decide_by) == (date(2025, 6, 1), date(2025, 5, 7))
    for case in (before, after):
        with_evidence(case, people, on=april)
        actions.conclude_investigation(case=case, findings="found", by=people.officer_gulou, on=april)
    assert Case.objects.get(pk=before.pk).due_on == date(2025, 4, 21)
    assert Case.objects.get(pk=after.pk).due_on == date(2025, 4, 10)
    old_paper = before.papers.get(template="conclusion")
    assert any("90" in rule for rule in old_paper.cited)
    assert any("30" in rule for rule in after.papers.get(template="conclusion").cited)
