"""Forms that are sent late, twice or by two people: nothing is undone, nothing is made again, each sees why."""

import pytest
from django import forms
from django.test import Client

from banyan.base.registry.models import Organisation
from banyan.kit.models import Event
from banyan.kit.office import VerbForm

pytestmark = pytest.mark.django_db

LIST = "/office/registry/organisation/"
RENAME = f"{LIST}firm-g/do/rename_organisation/"
AMEND = f"{LIST}firm-g/do/amend_organisation/"
ENTER = f"{LIST}new/enter_organisation/"


@pytest.fixture
def desk(people, city):
    """Two browsers before which two people may sit at once."""

    def sit(name):
        browser = Client(headers={"accept-language": "en"})
        browser.force_login(getattr(people, name))
        return browser

    return sit


def hidden(page, name):
    return page.context[name]


def test_a_form_that_shows_what_a_colleague_changed_since_is_not_taken_and_says_who_did_what(desk):
    first, second = desk("officer_gulou"), desk("planner")
    opened = second.get(RENAME)
    first.post(RENAME, {"name": "榕江粮油", "reason": "new licence"})

    answer = second.post(RENAME, {"name": "榕江食品厂", "seen": hidden(opened, "seen"), "reason": "as it says"})

    said = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed the record after you had opened this form" in said
    assert "officer_gulou" in said
    assert "福州榕江食品有限公司 → 榕江粮油" in said
    assert 'value="榕江食品厂"' in said
    assert Organisation.objects.get(pk="firm-g").name == "榕江粮油"

    again = second.post(RENAME, {"name": "榕江食品厂", "seen": hidden(answer, "seen"), "reason": "as it says"})

    assert again.status_code == 302
    assert Organisation.objects.get(pk="firm-g").name == "榕江食品厂"


def test_a_form_that_makes_a_record_makes_one_however_often_it_is_sent(desk):
    browser = desk("officer_gulou")
    page = browser.get(ENTER)
    given = {"name": "新店", "kind": "enterprise", "county": "gulou", "once": hidden(page, "once")}
    first = browser.post(ENTER, given)
    before = Event.objects.count()

    second = browser.post(ENTER, given, follow=True)

    assert Organisation.objects.filter(name="新店").count() == 1
    assert Event.objects.count() == before
    assert second.redirect_chain[0][0] == first.url
    assert "This form was sent already" in second.content.decode()


def test_a_form_opened_before_signing_in_again_is_refused_in_the_reader_s_words(people, city):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(people.officer_gulou)

    answer = browser.post(RENAME, {"name": "榕江粮油"}, headers={"referer": f"http://testserver{RENAME}"})

    said = answer.content.decode()
    assert answer.status_code == 403
    assert "This form was opened before you signed in again, so nothing was done." in said
    assert 'id="nav-sidebar-apps"' in said


@pytest.mark.parametrize(
    ("path", "status"), [("/office/nowhere/", 404), ("/office/kit/event/", 403), (f"{LIST}?unknown=1", 400)]
)
def test_what_is_refused_stands_in_the_office_s_frame_for_who_is_signed_in_there(desk, path, status):
    browser = desk("officer_gulou")

    answer = browser.get(path, headers={"referer": f"http://testserver{LIST}?q=x"})

    said = answer.content.decode()
    assert answer.status_code == status
    assert 'id="nav-sidebar-apps"' in said
    assert f'href="{LIST}?q=x"' in said or path.startswith(LIST)


def test_what_is_refused_outside_the_office_has_no_frame_of_it(desk, client):
    assert 'id="nav-sidebar-apps"' not in desk("officer_gulou").get("/nowhere/").content.decode()
    assert 'id="nav-sidebar-apps"' not in client.get("/office-nowhere/").content.decode()


def test_a_list_asked_with_what_it_does_not_know_leads_back_to_itself(desk):
    answer = desk("officer_gulou").get(f"{LIST}?unknown=1")

    assert f'href="{LIST}"' in answer.content.decode()


def test_the_side_bar_stands_on_pages_that_are_none_of_its_lines(desk):
    browser = desk("officer_gulou")

    said = browser.get("/office/registry/").content.decode()

    assert 'id="nav-sidebar-apps"' in said
    assert 'aria-current="page"' not in said


def test_the_only_record_that_may_be_chosen_is_chosen_already_and_one_of_several_is_not(desk):
    consent = desk("gulou_firm").get("/office/access/consent/new/give_consent/").context["form"].fields
    duty = desk("planner").get("/office/emergency/duty/new/enter_duties/").context["form"].fields

    assert [str(value) for value, _words in consent["organisation"].choices] == ["firm-g"]
    assert next(iter(duty["county"].choices))[0] == ""


@pytest.mark.parametrize("given", ["1e999999", "1e-999999", "9" * 17, "NaN", "Infinity"])
def test_a_number_that_no_database_holds_is_no_number_of_any_form(people, given):
    class Paid(VerbForm):
        amount = forms.DecimalField(decimal_places=2)
        units = forms.DecimalField()
        count = forms.IntegerField(required=False)

    paid = Paid({"amount": given, "units": given, "count": 2**31}, person=people.planner)

    assert set(paid.errors) == {"amount", "units", "count"}
    assert Paid({"amount": "12345678901234.56", "units": "0.5", "count": 2**31 - 1}, person=people.planner).is_valid()
