"""The form for everybody, the page under the secret address, the published ones, and what the office opens."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.response.complaints.world import DAY, NAME, TELEPHONE, WORDS, closed, filed, png, read

from banyan.base.registry.models import Organisation
from banyan.kit import clock, events, readings
from banyan.response.complaints import actions, views
from banyan.response.complaints.forms import ONCE
from banyan.response.complaints.models import Complaint, Message, Photo
from banyan.response.complaints.queries import messages_by_telephone, opening

pytestmark = pytest.mark.django_db

SAID = {"tracks": ["complaint"], "words": WORDS, "name": NAME, "telephone": TELEPHONE, "county": "gulou"}


@pytest.fixture
def browser():
    cache.clear()
    return Client(headers={"accept-language": "en"})


def sent(browser, **fields):
    return browser.post("/complaints/", SAID | fields)


def upload(content: bytes, name: str):
    return SimpleUploadedFile(name, content, "image/png")


def test_a_message_of_the_form_gets_a_number_and_a_secret_address_without_signing_in(city, browser):
    answer = sent(browser, photos=[upload(png().read(), "rice.png")], gtin="4006381333931", firm_name="红星超市")

    page = browser.get(answer.url)
    complaint = Complaint.objects.get()
    assert answer.status_code == 302
    assert complaint.number in page.content.decode()
    assert (complaint.channel, complaint.gtin, complaint.office) == ("web", "04006381333931", city.gulou)
    assert Photo.objects.get().message == complaint.message
    assert page["X-Robots-Tag"] == "noindex"
    assert NAME not in page.content.decode()


def test_a_wrong_address_tells_nothing(city, browser):
    filed(city)

    assert browser.get("/complaints/progress/0000/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": ""}, "required"),
        ({"words": "发" * 10_000}, "5000"),
        ({"telephone": ""}, "A complaint needs it"),
        ({"gtin": "4006381333932"}, "last digit"),
        ({"bought_on": "2031-01-01"}, "not come"),
        ({"county": "nowhere"}, "valid choice"),
        ({"words": "\0\0"}, "required"),
        ({"telephone": "abc"}, "at least 7 digits, such as 13900001234"),
        ({"telephone": "１２３４５６"}, "at least 7 digits"),
        ({"telephone": "٣٣٣٣٣٣٣"}, "at least 7 digits"),
        ({"telephone": "no", "tracks": ["report"]}, "at least 7 digits"),
        ({"tracks": ["bribe"]}, "valid choice"),
    ],
)
def test_a_form_that_cannot_be_taken_says_why_and_keeps_what_was_written(city, browser, fields, said):
    answer = sent(browser, place="东街口三坊七巷", **fields)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert "东街口三坊七巷" in text
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xff" * (50 * 2**20), "large.jpg", "50 MB"),
        (b"\x89PNG\r\n\x1a\nbroken", "broken.png", "damaged"),
        (b"<html><script>alert(1)</script></html>", "page.png", "neither a JPEG nor a PNG"),
    ],
)
def test_a_photograph_that_cannot_be_taken_is_refused_in_words(city, browser, content, name, said):
    answer = sent(browser, photos=[upload(content, name)])

    assert answer.status_code in (400, 409)
    assert said in answer.content.decode()
    assert WORDS in answer.content.decode()
    assert not Message.objects.exists()


def test_a_good_photograph_waits_while_the_rest_of_the_form_is_mended(city, browser):
    refused = sent(browser, telephone="", photos=[upload(png().read(), "rice.png")])
    ticket = re.search(r'name="waiting" value="([^"]+)"', refused.content.decode())

    sent(browser, waiting=ticket.group(1))

    assert "rice.png" in refused.content.decode()
    assert Photo.objects.count() == 1


def test_null_characters_are_left_out_of_what_is_said(city, browser):
    answer = sent(browser, words="大米\0发霉", firm_name="红星\0超市", telephone="1390000\0" + "1234")

    message = Message.objects.get()
    assert answer.status_code == 302
    assert opening.plain(message, "words") == "大米发霉"
    assert opening.plain(message, "telephone") == TELEPHONE
    assert Complaint.objects.get().firm_name == "红星超市"


@pytest.mark.parametrize("written", ["１３９００００１２３４", "139 0000 1234", " 139０００01234"])
def test_a_telephone_in_digits_of_full_width_is_the_same_number_and_has_the_same_mark(city, browser, written):
    sent(browser)
    sent(browser, telephone=written)

    assert Message.objects.values("mark").distinct().count() == 1
    assert len(messages_by_telephone(TELEPHONE)) == 2
    assert len(messages_by_telephone(written)) == 2


@pytest.mark.parametrize("written", ["8765432", "0591-87654321", "+86 139 0000 1234"])
def test_any_telephone_that_can_be_called_is_taken(city, browser, written):
    assert sent(browser, telephone=written).status_code == 302


def test_a_report_needs_no_telephone(city, browser):
    assert sent(browser, tracks=["report"], name="", telephone="").status_code == 302


def key_in(answer):
    return re.search(r'name="once" value="([^"]+)"', answer.content.decode()).group(1)


def test_a_form_that_is_sent_twice_is_taken_once_and_both_times_answered_by_the_same_receipt(city, browser):
    once = key_in(browser.get("/complaints/"))
    said = {"once": once, "tracks": ["complaint", "report"]}

    first = sent(browser, **said, photos=[upload(png().read(), "rice.png")])
    second = sent(browser, **said, photos=[upload(png().read(), "rice.png")])

    assert (first.status_code, second.status_code) == (302, 302)
    assert second.url == f"{first.url}?again=1"
    assert (Message.objects.count(), Complaint.objects.count(), Photo.objects.count()) == (1, 2, 1)
    secret = first.url.split("/")[-2]
    assert secret not in str(Message.objects.values().get()), "it is stored nowhere"


def test_who_presses_twice_is_told_that_it_is_the_same_message_and_what_to_do(city, browser):
    once = key_in(browser.get("/complaints/"))

    first = browser.get(sent(browser, once=once).url).content.decode()
    second = browser.get(sent(browser, once=once).url).content.decode()

    number, told = Complaint.objects.get().number, "It is the same message"
    assert told not in first
    assert told in second
    assert "You need not send it again." in second
    assert 'href="/complaints/"' in second[second.index(told) :], "the way to a form for another matter"
    for page in (first, second):
        assert number in page
        assert re.search(r"<code>http://testserver/complaints/progress/[^/?]+/</code>", page), "the address to keep"


def test_who_goes_back_and_sends_the_same_again_is_told_that_it_is_the_same_message(city, browser):
    """The form that the browser shows then has a key of its own, and photographs are not filled in again."""
    first = sent(browser, once=key_in(browser.get("/complaints/")), photos=[upload(png().read(), "rice.png")])

    again = sent(browser, once=key_in(browser.get("/complaints/")))
    with_photo = sent(browser, once=key_in(browser.get("/complaints/")), photos=[upload(png().read(), "rice.png")])
    other_words = sent(browser, once=key_in(browser.get("/complaints/")), words="酱油也变质了")
    elsewhere = sent(Client(), once=key_in(browser.get("/complaints/")))

    assert again.url == with_photo.url == f"{first.url}?again=1"
    assert len({first.url, other_words.url, elsewhere.url}) == 3
    assert Message.objects.count() == 3


def test_the_cookie_that_names_the_form_sent_holds_no_word_of_it_and_an_altered_one_tells_nothing(city, browser):
    first = sent(browser, once=key_in(browser.get("/complaints/")))
    cookie = first.cookies["complaint_sent"]
    held = signing.loads(cookie.value.rsplit(":", 2)[0], salt=ONCE)
    browser.cookies["complaint_sent"] = cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B")

    altered = sent(browser, once=key_in(browser.get("/complaints/")))

    assert len(held) == 24
    assert (cookie["httponly"], cookie["max-age"], cookie["path"]) == (True, 3600, "/complaints/")
    assert first.url.split("/")[-2] not in cookie.value
    assert altered.url not in (first.url, f"{first.url}?again=1")


def test_who_presses_again_is_told_so_though_many_messages_come_from_that_network(city, browser, monkeypatch):
    once = key_in(browser.get("/complaints/"))
    first = sent(browser, once=once)
    monkeypatch.setattr(views, "_too_many", lambda request: 30)

    assert sent(Client(), once=key_in(browser.get("/complaints/"))).status_code == 429
    assert sent(Client(), once=once).url == f"{first.url}?again=1"


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_fifty_times_at_once_is_one_complaint_with_one_receipt(city, browser):
    """On PostgreSQL by fifty connections at once; SQLite has one writer, so there one comes after the other."""
    once = key_in(browser.get("/complaints/"))
    together = threading.Barrier(50 if connection.vendor == "postgresql" else 1, timeout=60)

    def press(finger):
        try:
            together.wait()
            return Client().post("/complaints/", SAID | {"once": once}, REMOTE_ADDR=f"10.0.0.{finger % 5}")
        finally:
            if connection.vendor == "postgresql":
                connection.close()

    if connection.vendor == "postgresql":
        with ThreadPoolExecutor(50) as hand:
            answers = list(hand.map(press, range(50)))
    else:
        answers = [press(finger) for finger in range(50)]

    assert {one.status_code for one in answers} == {302}
    assert len({one.url.partition("?")[0] for one in answers}) == 1
    assert sorted(one.url.partition("?")[2] for one in answers) == ["", *["again=1"] * 49]
    assert (Message.objects.count(), Complaint.objects.count()) == (1, 1)
    assert list(events.faults()) == []


def test_a_form_that_is_sent_again_much_later_says_its_number_and_not_its_address(city, browser):
    once = key_in(browser.get("/complaints/"))
    address = sent(browser, once=once).url
    Message.objects.update(received_at=clock.now() - timedelta(hours=2))

    again = sent(browser, once=once)

    text = again.content.decode()
    assert again.status_code == 409
    assert f"was taken as number {Complaint.objects.get().number}" in text
    assert "secret address stands on the page" in text
    assert "Taken already." in text
    assert "Not sent yet." not in text
    assert address.split("/")[-2] not in text
    assert key_in(again) == once, "sent once more it is refused once more"
    assert Message.objects.count() == 1


def test_a_form_that_is_sent_again_with_other_words_is_asked_about_and_then_taken(city, browser):
    once = key_in(browser.get("/complaints/"))
    first = sent(browser, once=once)

    asked = sent(browser, once=once, words="酱油也变质了")
    then = sent(browser, once=key_in(asked), words="酱油也变质了")

    assert asked.status_code == 409
    assert "what it says now is different" in asked.content.decode()
    assert "酱油也变质了" in asked.content.decode()
    assert then.status_code == 302
    assert then.url != first.url
    assert Message.objects.count() == 2


def test_a_form_keeps_its_key_while_it_is_mended_and_two_forms_have_two(city, browser):
    once = key_in(browser.get("/complaints/"))

    assert key_in(sent(browser, once=once, telephone="")) == once
    assert key_in(browser.get("/complaints/")) != once
    assert sent(browser, once=once).url != sent(browser, once=key_in(browser.get("/complaints/"))).url


@pytest.mark.parametrize("made_up", ["", "1", "a" * 9_000, "\0"])
def test_a_key_that_nobody_was_given_ties_no_messages_together(city, browser, made_up):
    first, second = sent(browser, once=made_up), sent(browser, once=made_up)

    assert first.url != second.url
    assert Message.objects.count() == 2


def test_script_in_a_text_is_shown_as_text(city, people, browser):
    answer = sent(browser, words="<script>alert(1)</script> broken", product_name="<b>kettle</b>", firm_name='"><i>x')
    page = browser.get(answer.url).content.decode()
    office = signed_in(people.officer_gulou)
    complaint = Complaint.objects.get()

    for text in (
        page, office.get(reverse("complaints:opened", args=[complaint.pk])).content.decode(),
        office.get(reverse("office:complaints_complaint_change", args=[complaint.pk])).content.decode(),
        office.get(reverse("office:complaints_complaint_changelist")).content.decode(),
    ):  # fmt: skip
        assert "<b>kettle" not in text
        assert "<script>alert" not in text
        assert "<i>x" not in text


def test_too_many_within_a_minute_are_asked_to_wait_and_lose_nothing(city, browser):
    answers = [sent(browser, words=f"{WORDS} {number}") for number in range(22)]

    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert int(refused[0]["Retry-After"]) <= 60
    assert WORDS in refused[0].content.decode()
    assert Message.objects.count() == 22 - len(refused)
    elsewhere = browser.post("/complaints/", SAID, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302


def test_the_sender_says_on_the_page_that_it_is_not_solved(city, people, browser):
    address = sent(browser).url
    officer = {"by": people.officer_gulou, "on": DAY}
    actions.accept_complaints(complaints=[Complaint.objects.get()], **officer)
    actions.settle_complaints(complaints=[Complaint.objects.get()], decision="money back by Friday", **officer)

    page = browser.get(address).content.decode()
    key = Complaint.objects.get().pk
    empty = browser.post(address, {"complaint": key, "say": "not_solved", "words": ""})
    done = browser.post(address, {"complaint": key, "say": "not_solved", "words": "no money came"})
    twice = browser.post(address, {"complaint": key, "say": "not_solved", "words": "again"})

    assert "money back by Friday" in page
    assert empty.status_code == 409
    assert done.status_code == 302
    assert twice.status_code == 409
    assert Complaint.objects.get().times_not_solved == 1
    assert [opening.plain(one, "words") for one in Complaint.objects.get().message.notes.all()] == ["no money came"]


def test_the_sender_takes_what_the_firm_offers_and_reaches_no_other_message(city, people, browser):
    address = sent(browser).url
    complaint, stranger = Complaint.objects.get(), filed(city)
    actions.offer_to_firm(complaint=with_firm(complaint, city), by=people.officer_gulou, on=DAY)
    actions.answer(complaint=read(complaint), answer="a new bag of rice", by=people.gulou_firm, on=DAY)

    page = browser.get(address).content.decode()
    other = browser.post(address, {"complaint": stranger.pk, "say": "accept"})
    browser.post(address, {"complaint": complaint.pk, "say": "accept"})

    assert "a new bag of rice" in page
    assert other.status_code == 404
    assert read(complaint).state == "settled"


def with_firm(complaint, city):
    Complaint.objects.filter(pk=complaint.pk).update(firm=city.gulou_firm)
    return read(complaint)


def test_notes_of_handlers_are_on_no_page_of_the_sender_and_of_the_firm(city, people, browser):
    address = sent(browser).url
    complaint = with_firm(Complaint.objects.get(), city)
    actions.write_note(
        complaint=complaint, words="SECRETNOTE", file=upload(b"%PDF-1.4 secret", "secret.pdf"),
        by=people.officer_gulou, on=DAY,
    )  # fmt: skip
    actions.offer_to_firm(complaint=complaint, by=people.officer_gulou, on=DAY)
    page = reverse("office:complaints_complaint_change", args=[complaint.pk])

    assert "SECRETNOTE" not in browser.get(address).content.decode()
    assert "SECRETNOTE" not in signed_in(people.gulou_firm).get(page).content.decode()
    assert "SECRETNOTE" not in signed_in(people.officer_gulou).get(page).content.decode()
    assert NAME not in signed_in(people.gulou_firm).get(page).content.decode()


def test_the_office_shows_masks_and_opening_them_is_noted_each_time(city, people, browser):
    complaint = filed(city, photos=[png()])
    actions.write_note(
        complaint=complaint, words="see the paper", file=upload(b"%PDF-1.4 paper", "paper.pdf"),
        by=people.officer_gulou, on=DAY,
    )  # fmt: skip
    office = signed_in(people.officer_gulou)
    page = office.get(reverse("office:complaints_complaint_change", args=[complaint.pk])).content.decode()
    listing = office.get(reverse("office:complaints_complaint_changelist")).content.decode()

    opened = office.get(reverse("complaints:opened", args=[complaint.pk])).content.decode()
    photo = office.get(reverse("complaints:photo", args=[complaint.pk, complaint.message.photos.get().pk]))
    note = office.get(reverse("complaints:note_file", args=[complaint.pk, complaint.message.notes.get().pk]))

    assert "欧***" in page
    assert "139******34" in page
    for text in (page, listing):
        assert NAME not in text
        assert TELEPHONE not in text
    assert NAME in opened
    assert TELEPHONE in opened
    assert photo.content.startswith(b"\x89PNG")
    assert note.content == b"%PDF-1.4 paper"
    assert "attachment" in note["Content-Disposition"]
    assert readings.under(f"complaints.message:{complaint.message_id}").count() == 3


def test_a_whole_telephone_number_finds_its_messages_for_handlers_alone(city, people, browser):
    complaint = filed(city)
    address = reverse("office:complaints_complaint_changelist")

    found = signed_in(people.officer_gulou).get(address, {"q": TELEPHONE}).content.decode()
    for_auditor = signed_in(people.auditor).get(address, {"q": TELEPHONE}).content.decode()

    assert complaint.number in found
    assert complaint.number not in for_auditor


def test_published_complaints_and_the_rates_of_the_firm_are_open_to_everybody(city, people, browser):
    complaint = closed(city, people)
    actions.send_copy(complaint=complaint, public_words="大米发霉，已退款", by=people.officer_gulou, on=DAY)
    actions.comment(complaint=read(complaint), comment="仓库已整改", by=people.gulou_firm, on=DAY)
    before = browser.get("/complaints/published/").content.decode()
    actions.publish_complaints(complaints=[read(complaint)], by=people.officer_gulou, on=date(2025, 6, 2))

    after = browser.get("/complaints/published/").content.decode()
    firm = browser.get(f"/complaints/firms/{city.gulou_firm.pk}/").content.decode()

    assert complaint.number not in before
    assert "大米发霉，已退款" in after
    assert "仓库已整改" in after
    assert "1 / 1" in firm
    assert NAME not in after + firm
    assert browser.get(f"/complaints/firms/{city.changle_firm.pk}/").status_code == 404
    with clock.fixed_at(date(2028, 6, 2)):
        much_later = browser.get(f"/complaints/firms/{city.gulou_firm.pk}/")
    assert "大米发霉，已退款" in much_later.content.decode(), "published still, though its rates count two years"


@pytest.mark.parametrize(
    ("written", "chosen"),
    [("福州榕江食品有限公司", "firm-g"), (" 91350100MA2T3X0Q68 ", "firm-g"), ("榕江食品", None), ("", None)],
)
def test_the_firm_that_a_sender_wrote_exactly_is_chosen_already_when_it_is_confirmed(
    city, people, browser, written, chosen
):
    firm = Organisation.objects.get(pk="firm-g")
    written = written.replace("91350100MA2T3X0Q68", firm.uscc).replace("福州榕江食品有限公司", firm.name)
    complaint = filed(city, firm_id=None, firm_name=written)

    page = signed_in(people.officer_gulou).get(f"/office/complaints/complaint/{complaint.pk}/do/classify_complaint/")

    assert page.context["form"]["firm"].value() == chosen
    assert (f'value="{chosen}" selected' in page.content.decode()) is (chosen is not None)


def test_a_clerk_files_by_the_form_of_the_office(city, people, browser):
    office = signed_in(people.officer_gulou)
    address = reverse("office:complaints_complaint_new", args=["file_message"])

    form = office.get(address)
    answer = office.post(address, {"channel": "visit", "tracks": ["complaint", "report"], "words": WORDS,
                                   "county": "gulou", "name": NAME, "telephone": TELEPHONE})  # fmt: skip

    assert form.status_code == 200
    assert answer.status_code == 302
    assert sorted(Complaint.objects.values_list("track", "channel")) == [("complaint", "visit"), ("report", "visit")]


def signed_in(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client
