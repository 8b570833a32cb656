"""The firm's part: it answers first, its silence is measured, it comments before publication; the public."""

from datetime import date

import pytest
from tests.response.complaints.world import BY, DAY, NAME, TELEPHONE, closed, filed, read

from banyan.kit import Refused
from banyan.response.complaints import actions, queries
from banyan.response.complaints.models import Complaint, Track

pytestmark = pytest.mark.django_db


def asked(city, people, **fields):
    complaint = filed(city, **fields)
    actions.offer_to_firm(complaint=complaint, by=people.officer_gulou, on=DAY)
    return read(complaint)


def test_a_firm_sees_a_complaint_once_it_was_sent_to_it_and_never_who_sent_it(city, people):
    complaint = filed(city)
    before = Complaint.objects.all().within(people.gulou_firm).exists()

    actions.offer_to_firm(complaint=complaint, by=people.officer_gulou, on=DAY)

    assert not before
    assert Complaint.objects.all().within(people.gulou_firm).get() == complaint
    assert not Complaint.objects.all().within(people.changle_firm).exists()
    words = queries.words_for_firm(read(complaint))
    assert "发霉" in words
    assert TELEPHONE not in words
    assert NAME not in words


def test_the_firm_answers_and_the_sender_is_content(city, people):
    complaint = asked(city, people)
    actions.answer(complaint=complaint, answer="we give the money back", by=people.gulou_firm, on=date(2025, 6, 4))

    actions.accept_offer(complaint=read(complaint), by=BY, on=date(2025, 6, 5))

    settled = read(complaint)
    assert (settled.state, settled.is_settled_by_firm, settled.is_lapsed) == ("settled", True, False)


def test_a_declined_offer_goes_on_with_the_clock_it_had(city, people):
    complaint = asked(city, people)
    actions.answer(complaint=complaint, answer="a coupon", by=people.gulou_firm, on=DAY)

    actions.decline_offer(complaint=read(complaint), words="no coupon", by=BY, on=date(2025, 6, 5))

    assert (read(complaint).state, read(complaint).due_on) == ("routed", complaint.accept_by)


def test_a_silent_firm_loses_its_turn_by_the_daily_step_and_not_before_its_day(city, people):
    complaint = asked(city, people)

    with pytest.raises(Refused) as refused:
        actions.lapse_firms(complaints=[complaint], by=people.officer_gulou, on=complaint.answer_by)
    actions.run_clocks(by=BY, on=date(2025, 6, 6))

    assert refused.value.code == "term-runs"
    assert (read(complaint).state, read(complaint).is_lapsed) == ("routed", True)
    assert queries.rates_of(city.gulou_firm, on=date(2025, 6, 6)).answered.count == 0
    assert queries.rates_of(city.gulou_firm, on=date(2025, 6, 6)).answered.of == 1


def test_a_report_is_shown_to_no_firm(city, people):
    report = filed(city, tracks=[Track.REPORT])

    with pytest.raises(Refused) as refused:
        actions.offer_to_firm(complaint=report, by=people.officer_gulou, on=DAY)

    assert refused.value.code == "other-track"


@pytest.mark.parametrize(
    "telling", [f"{NAME}投诉大米发霉", f"请致电{TELEPHONE}", "请致电13812345678", "车牌闽A12345"]
)
def test_words_that_tell_the_sender_are_not_published(city, people, telling):
    complaint = closed(city, people)

    with pytest.raises(Refused) as refused:
        actions.send_copy(complaint=complaint, public_words=telling, by=people.officer_gulou, on=DAY)

    assert refused.value.code == "tells-sender"


def test_the_firm_gets_a_copy_and_may_comment_before_it_is_published(city, people):
    complaint = closed(city, people)
    officer = {"by": people.officer_gulou, "on": DAY}
    with pytest.raises(Refused) as too_early:
        actions.publish_complaints(complaints=[complaint], **officer)
    actions.send_copy(complaint=complaint, public_words="大米发霉，已退款", **officer)
    with pytest.raises(Refused) as still_waiting:
        actions.publish_complaints(complaints=[read(complaint)], **officer)

    actions.comment(complaint=read(complaint), comment="we changed our store", by=people.gulou_firm, on=DAY)
    actions.publish_complaints(complaints=[read(complaint)], **officer)

    assert too_early.value.code == still_waiting.value.code == "not-publishable"
    assert queries.published().get() == complaint
    assert queries.published(text="榕江").exists()
    assert not queries.published(text="海帆").exists()


def test_without_a_comment_it_is_published_when_the_term_is_over(city, people):
    complaint = closed(city, people)
    actions.send_copy(complaint=complaint, public_words="大米发霉，已退款", by=people.officer_gulou, on=DAY)

    actions.publish_complaints(complaints=[read(complaint)], by=people.officer_gulou, on=date(2025, 6, 10))
    actions.unpublish_complaint(
        complaint=read(complaint), by=people.officer_gulou, on=date(2025, 6, 11), reason="court order"
    )

    assert read(complaint).comment_by == date(2025, 6, 9)
    assert not queries.published().exists()


def test_a_firm_that_comments_late_is_refused_in_words(city, people):
    complaint = closed(city, people)
    actions.send_copy(complaint=complaint, public_words="大米发霉，已退款", by=people.officer_gulou, on=DAY)

    with pytest.raises(Refused) as refused:
        actions.comment(complaint=read(complaint), comment="late", by=people.gulou_firm, on=date(2025, 6, 10))

    assert refused.value.code == "comment-late"


def test_rates_of_a_firm_count_all_its_complaints_with_their_interval(city, people):
    closed(city, people)
    again = closed(city, people)
    actions.say_not_solved(complaint=again, words="no", by=BY, on=DAY)
    actions.accept_complaints(complaints=[read(again)], by=people.officer_gulou, on=DAY)
    actions.end_mediations(complaints=[read(again)], decision="no agreement", by=people.officer_gulou, on=DAY)

    rates = queries.rates_of(city.gulou_firm, on=DAY)

    assert (rates.received, rates.closed) == (2, 2)
    assert (rates.settled.count, rates.settled.of) == (1, 2)
    assert (rates.not_solved.count, rates.not_solved.of) == (1, 2)
    assert 0 < rates.settled.low < 0.5 < rates.settled.high < 1
