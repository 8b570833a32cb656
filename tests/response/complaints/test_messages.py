"""Messages of every channel: one queue, two tracks, numbers, routing by place and subject, what is refused."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from tests.response.complaints.world import BY, DAY, NAME, TELEPHONE, WORDS, filed, filing, png, read

from banyan.kit import Refused, privacy
from banyan.kit.models import Grant, Person
from banyan.response.complaints import actions, panels, queries
from banyan.response.complaints.models import Channel, Complaint, Message, Track

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("channel", Channel.values)
def test_every_channel_comes_into_the_one_queue(city, people, channel):
    complaint = filed(city, channel=channel)

    assert complaint.channel == channel
    assert complaint.number == "C2025-000001"
    assert Complaint.objects.all().within(people.officer_gulou).get() == complaint


def test_a_city_whose_packs_have_no_terms_of_complaints_says_which_entry_is_missing(city, settings):
    settings.BANYAN_PACKS = ("house", "chicago")

    with pytest.raises(Refused, match=r"complaints\.accept"):
        filed(city)

    assert not Complaint.objects.exists()


def test_a_clerk_files_for_a_caller_of_another_county_and_only_its_officer_then_sees_it(city, people):
    complaint = filed(city, by=people.officer_changle)

    assert complaint.office == city.gulou
    assert not Complaint.objects.all().within(people.officer_changle).exists()
    assert Complaint.objects.all().within(people.officer_gulou).get() == complaint


def test_one_message_opens_a_complaint_and_a_report_that_are_tracked_apart(city):
    filed(city, tracks=[Track.COMPLAINT, Track.REPORT])

    complaint, report = Complaint.objects.order_by("number")
    assert (complaint.number, report.number) == ("C2025-000001", "J2025-000001")
    assert complaint.message == report.message
    assert (complaint.due_rule, report.due_rule) == ("complaints.accept", "complaints.check_report")


def test_what_the_message_says_fills_what_nobody_chose(city):
    complaint = filed(city, county_id=None, words="长乐区某小区电梯困人，电梯维修不及时，电梯又停了")

    assert complaint.county == city.changle
    assert complaint.guesses["subject"][0] == "equipment"
    assert not complaint.is_classified


def test_special_equipment_goes_to_the_city_and_all_else_to_the_county(city):
    lift = filed(city, subject="equipment")
    rice = filed(city, subject="food")

    assert (lift.office, rice.office) == (city.fuzhou, city.gulou)
    assert lift.state == rice.state == "routed"


@pytest.fixture
def of_the_city(people):
    """Whoever holds a role for the city alone, by the role."""
    found = {}
    for role in ("planner", "leader"):
        Grant.objects.filter(person__username=role).delete()  # theirs reaches everywhere
        found[role] = Person.objects.create(username=f"{role}_of_the_city", password="!")
        Grant.objects.create(
            person=found[role], role=role, dimension="region", path="/fujian/fuzhou", from_on=date(2020, 1, 1)
        )
    return SimpleNamespace(**found)


PLACELESS = {"county_id": None, "words": "在网上买的水壶坏了"}


def test_a_message_without_place_waits_in_the_queue_of_the_city(city, people, of_the_city):
    complaint = filed(city, **PLACELESS)

    assert (complaint.office, complaint.state) == (city.fuzhou, "received")
    for person in (of_the_city.planner, of_the_city.leader):
        assert Complaint.objects.all().within(person).get() == complaint
    assert [one.text for one in panels.to_route(person=of_the_city.planner, on=DAY, limit=5)] == [str(complaint)]
    for person in (people.officer_gulou, people.officer_changle):
        assert not Complaint.objects.all().within(person).exists()


def test_rows_of_a_file_without_place_wait_there_too_and_those_with_one_go_to_their_office(city, of_the_city):
    actions.file_messages(filings=[filing(city, **PLACELESS), filing(city)], by=BY, on=DAY)

    found = Complaint.objects.within(of_the_city.planner).order_by("number")
    assert [(one.office, one.state) for one in found] == [(city.fuzhou, "received"), (city.gulou, "routed")]


def test_the_citys_planner_routes_what_waits_and_the_office_then_sees_it(city, people, of_the_city):
    complaint = filed(city, **PLACELESS)
    with pytest.raises(Refused) as refused:
        actions.route_complaints(complaints=[complaint], by=of_the_city.planner, on=DAY)

    actions.route_complaints(complaints=[complaint], office=city.gulou, by=of_the_city.planner, on=DAY)

    assert refused.value.code == "office-unknown"
    assert (read(complaint).state, read(complaint).office) == ("routed", city.gulou)
    assert Complaint.objects.all().within(people.officer_gulou).get() == complaint


def test_what_waits_without_place_goes_up_to_the_citys_leader_once_it_is_late(city, of_the_city):
    complaint = filed(city, **PLACELESS)

    done = actions.run_clocks(by=BY, on=date(2025, 6, 12))

    assert done["complaints raised"] == 1
    assert read(complaint).assignee == of_the_city.leader


def test_matters_that_no_office_had_come_into_the_queue_of_the_city_in_the_night_and_keep_their_clock(
    city, people, of_the_city
):
    complaint, routed = filed(city, **PLACELESS), filed(city)
    Complaint.objects.filter(pk=complaint.pk).update(office=None)
    assert not Complaint.objects.within(of_the_city.planner).filter(pk=complaint.pk).exists()

    first = actions.run_clocks(by=BY, on=date(2025, 6, 3))
    second = actions.run_clocks(by=BY, on=date(2025, 6, 3))

    mended = read(complaint)
    assert (first["complaints queued"], second["complaints queued"]) == (1, 0)
    assert (mended.office, mended.state, mended.due_on) == (city.fuzhou, "received", complaint.due_on)
    assert read(routed).office == city.gulou
    assert Complaint.objects.within(of_the_city.planner).filter(pk=complaint.pk).exists()


def test_a_report_split_off_what_waits_without_place_waits_there_too(city, of_the_city):
    complaint = filed(city, **PLACELESS)

    report = actions.split_report(complaint=complaint, by=of_the_city.planner, on=DAY)

    assert (read(report).office, read(report).state) == (city.fuzhou, "received")


def test_numbers_follow_each_other_and_a_year_begins_anew(city):
    many = actions.file_messages(filings=[filing(city), filing(city)], by=BY, on=DAY)
    later = filed(city, on=date(2026, 1, 5))

    assert [one.number for one in many] == ["C2025-000001", "C2025-000002"]
    assert later.number == "C2026-000001"


def test_who_sent_it_is_sealed_in_the_register_and_in_its_versions(city):
    complaint = filed(city)
    message = Message.objects.get(pk=complaint.message_id)

    assert all(getattr(message, name).startswith(privacy.PREFIX) for name in ("name", "telephone", "words"))
    assert privacy.unseal(subject=privacy.subject_of(message), token=message.words) == WORDS
    assert NAME not in str(vars(complaint))
    assert TELEPHONE not in str(vars(complaint))


def test_a_photograph_loses_what_is_written_beside_its_pixels_and_is_sealed_on_the_disk(city, tmp_path):
    complaint = filed(city, photos=[png(beside=b"GPS\x0026.07N 119.30E")])

    (photo,) = complaint.message.photos.all()
    with photo.file.open("rb") as file:
        stored = file.read()
    plain = privacy.unsealed_content(subject=privacy.subject_of(complaint.message), content=stored)
    assert plain is not None
    assert plain.startswith(b"\x89PNG")
    assert b"GPS" not in plain
    assert b"PNG" not in stored


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"words": "  "}, "words-missing"),
        ({"words": "发" * 10_000}, "words-too-long"),
        ({"photos": [ContentFile(b"\xff" * (50 * 2**20), name="large.jpg")]}, "file-too-large"),
        ({"photos": [ContentFile(b"\x89PNG\r\n\x1a\nbroken", name="broken.png")]}, "no-picture"),
        ({"photos": [ContentFile(b"<svg onload='alert(1)'/>", name="picture.svg")]}, "no-picture"),
        ({"photos": [png(), png(), png(), png()]}, "too-many-photographs"),
        ({"gtin": "4006381333932"}, "wrong-code"),
        ({"tracks": []}, "track-missing"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_and_nothing_is_kept(city, fields, code):
    with pytest.raises(Refused) as refused:
        filed(city, **fields)

    assert refused.value.code == code or code == "wrong-code"
    assert refused.value.instead
    assert not Message.objects.exists()


def test_a_wrong_route_returns_to_the_queue_of_the_city_and_its_clock_runs_on(city, people, of_the_city):
    complaint = filed(city)
    due = complaint.due_on

    actions.return_route(
        complaint=complaint, by=people.officer_gulou, on=date(2025, 6, 5), reason="the shop is in Changle"
    )
    returned = read(complaint)
    assert Complaint.objects.all().within(of_the_city.planner).get() == complaint
    actions.route_complaints(complaints=[returned], office=city.changle, by=of_the_city.planner, on=date(2025, 6, 6))

    moved = read(complaint)
    assert (returned.state, returned.office, returned.times_returned) == ("received", city.fuzhou, 1)
    assert (moved.state, moved.office) == ("routed", city.changle)
    assert returned.due_on == moved.due_on == due == date(2025, 6, 11)


def test_a_telephone_in_digits_of_full_width_marks_a_likely_duplicate(city, people):
    first = filed(city, telephone="１３９００００１２３４", firm_id=None, firm_name="")
    second = filed(city, telephone=TELEPHONE, firm_id=None, firm_name="")

    (found,) = queries.likely_duplicates(second, person=people.officer_gulou)
    assert found.complaint == first
    assert "sender" in found.shares


def test_a_wrong_route_needs_a_reason(city, people):
    with pytest.raises(Refused, match="reason"):
        actions.return_route(complaint=filed(city), by=people.officer_gulou, on=DAY)


def test_likely_duplicates_come_first_and_strangers_do_not_come(city, people):
    first = filed(city)
    copy = filed(city, words=WORDS.replace("六月一日", "六月2日"), telephone="13900009999", on=date(2025, 6, 4))
    other = filed(city, words="电梯三天困人没有人处理，物业也不接电话", telephone="1", firm_id=city.changle_firm.pk,
                  firm_name="", on=date(2025, 6, 4))  # fmt: skip

    found = queries.likely_duplicates(copy, person=people.officer_gulou)

    assert [one.complaint for one in found] == [first]
    assert {"words", "firm", "days"} <= set(found[0].shares)
    assert queries.likely_duplicates(other, person=people.officer_gulou) == []


def test_a_joined_one_is_handled_no_more(city, people):
    first, copy = filed(city), filed(city)

    actions.join_complaint(complaint=copy, to=first, by=people.officer_gulou, on=DAY)

    joined = read(copy)
    assert (joined.state, joined.duplicate_of, joined.due_on) == ("joined", first, None)
    with pytest.raises(Refused) as refused:
        actions.join_complaint(complaint=first, to=joined, by=people.officer_gulou, on=DAY)
    assert refused.value.code == "not-joinable"
