"""Two officers decide a case at once: the later one is refused and told, and the first reads what the later meant."""

from decimal import Decimal

import pytest
from tests.response.casework.world import DAY, announced, staff

from banyan.kit.models import Event
from banyan.kit.workflow import NotNow
from banyan.response.casework import actions, panels, queries
from banyan.response.casework.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(city, people):
    case = announced(city, people)
    actions.record_statement(case=case, statement="waived", by=people.officer_gulou, on=DAY)
    return Case.objects.get(pk=case.pk)


def test_the_first_reads_what_the_second_would_have_decided(city, people, waiting):
    second = staff("second", "leader", city.gulou.path)
    actions.decide_penalty(case=waiting, fine=Decimal(30_000), by=people.leader, on=DAY)

    with pytest.raises(NotNow, match="leader did this last"):
        actions.decide_penalty(case=waiting, fine=Decimal(26_000), by=second, on=DAY)
    with pytest.raises(NotNow):
        actions.drop_case(case=waiting, outcome="minor", grounds="mended", by=second, on=DAY)

    assert Case.objects.get().fine == Decimal("30000.00")
    told = [(who, said) for _case, who, said in queries.late_decisions(people.leader, on=DAY)]
    assert [who for who, _said in told] == ["second", "second"]
    assert "26000" in told[1][1]
    (first, *_rest) = panels.decided_too(person=people.leader, on=DAY, limit=5)
    assert "second" in first.note
    assert queries.late_decisions(second, on=DAY) == []


def test_who_decides_twice_alone_is_only_refused(people, waiting):
    actions.decide_penalty(case=waiting, fine=Decimal(30_000), by=people.leader, on=DAY)

    with pytest.raises(NotNow):
        actions.decide_penalty(case=waiting, fine=Decimal(30_000), by=people.leader, on=DAY)

    assert not Event.objects.filter(name="casework.decision.late").exists()


def test_what_comes_too_early_tells_nobody(city, people):
    case = announced(city, people)

    with pytest.raises(NotNow):
        actions.hold_hearing(case=case, record="heard", by=people.leader, on=DAY)
    assert not Event.objects.filter(name="casework.decision.late").exists()
