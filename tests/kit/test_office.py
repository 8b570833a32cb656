"""The office: lists, records, verbs, choices and files, each within the person's rights."""

import csv
import io
import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.base.registry import actions as registry
from banyan.base.registry.models import Organisation, ProductClass, Region
from banyan.kit import clock, recent
from banyan.kit import people as people_of_the_house
from banyan.kit.models import Event, Person, Reading, Run
from banyan.kit.rights import System
from banyan.records.plans.models import Plan, PlanLine, Tie
from banyan.response.casework.models import Case

pytestmark = pytest.mark.django_db

LIST = "/office/registry/organisation/"


@pytest.fixture
def desk(client, people, city):
    """The test browser, and who sits before it."""

    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    def sit(name):
        client.force_login(getattr(people, name))
        return client

    return sit


def keys_in(response):
    return sorted(row.pk for row in response.context["cl"].result_list)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("planner", ["firm-c", "firm-g", "lab-e", "lab-w"]),
        ("officer_gulou", ["firm-g", "lab-e"]),
        ("officer_changle", ["firm-c"]),
        ("gulou_firm", ["firm-g"]),
        ("auditor", ["firm-c", "firm-g", "lab-e", "lab-w"]),
    ],
)
def test_a_list_shows_what_lies_within_the_office(desk, name, expected):
    response = desk(name).get(LIST)

    assert response.status_code == 200
    assert keys_in(response) == expected


def test_a_list_that_is_counted_no_further_says_so(desk, monkeypatch):
    from banyan.kit.office import listing

    browser = desk("planner")
    assert "4 organisations" in browser.get(LIST).content.decode()
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    assert "3+ organisations" in browser.get(LIST).content.decode()


def test_a_stranger_is_asked_to_sign_in_and_a_newcomer_sees_no_list(client, people, city):
    assert client.get(LIST).status_code == 302
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(people.newcomer)
    assert client.get(LIST).status_code == 403
    assert "No role was granted to you yet" in client.get("/office/").content.decode()


def test_a_record_of_another_county_is_not_there(desk):
    browser = desk("officer_gulou")

    assert browser.get(f"{LIST}firm-g/change/").status_code == 200
    assert browser.get(f"{LIST}firm-c/change/").status_code == 404
    assert browser.get(f"{LIST}firm-c/do/amend_organisation/").status_code == 404


def test_choices_and_filters_offer_only_what_may_be_seen(desk):
    browser = desk("officer_gulou")

    found = browser.get("/office/choices/registry/organisation/", {"term": ""}).json()
    filters = browser.get(LIST).context["cl"].filter_specs
    counties = next(one for one in filters if one.title == "county").choices_allowed

    assert [row["id"] for row in found["results"]] == ["lab-e", "firm-g"]
    for strange in ("²", "9" * 5000, "-1"):
        again = browser.get("/office/choices/registry/organisation/", {"term": "", "page": strange}).json()
        assert again == found
    assert [one.pk for one in counties] == ["gulou"]
    assert keys_in(browser.get(LIST, {"county": "changle"})) == []


@pytest.mark.parametrize(
    "asked",
    [{"colour": "red"}, {"county__nope": "1"}, {"kind__exact": "hotel"}, {"registered_on_from": "soon"}],
)
def test_a_list_that_is_asked_with_what_it_does_not_know_names_it(desk, asked):
    answer = desk("planner").get(LIST, asked)

    assert answer.status_code == 400
    assert next(iter(asked)) in answer.content.decode()


@pytest.mark.parametrize("text", ["榕江", "福", "rjsp", "rongjiang", "91350100", "MA2T3X0Q"])
def test_a_list_is_searched_by_characters_pinyin_and_codes(desk, text):
    assert keys_in(desk("planner").get(LIST, {"q": text})) == ["firm-g"]


def test_a_verb_is_done_through_its_form_and_stands_on_the_timeline(desk):
    browser = desk("officer_gulou")
    page = browser.get(f"{LIST}firm-g/do/rename_organisation/")
    assert page.context["form"].initial["name"] == "福州榕江食品有限公司"

    answer = browser.post(f"{LIST}firm-g/do/rename_organisation/", {"name": "榕江粮油", "reason": "new licence"})

    assert answer.status_code == 302
    assert Organisation.objects.get(pk="firm-g").name == "榕江粮油"
    assert (Event.objects.latest("number").by, Event.objects.latest("number").reason) == (
        "officer_gulou",
        "new licence",
    )
    record = browser.get(f"{LIST}firm-g/change/").content.decode()
    assert "福州榕江食品有限公司 → 榕江粮油" in record
    assert "new licence" in record


def test_a_refusal_is_shown_in_words_and_nothing_is_written(desk):
    browser = desk("officer_gulou")
    before = Event.objects.count()

    answer = browser.post(f"{LIST}firm-g/do/rename_organisation/", {"name": "福州榕江食品有限公司"})

    assert answer.status_code == 409
    assert "It bears this name already." in answer.content.decode()
    assert Event.objects.count() == before


def test_a_form_offers_only_counties_of_the_own_office(desk):
    page = desk("officer_gulou").get(f"{LIST}new/enter_organisation/")

    assert [one.pk for one in page.context["form"].fields["county"].queryset] == ["gulou"]


def test_a_new_record_is_made_and_shown(desk):
    browser = desk("officer_gulou")

    answer = browser.post(
        f"{LIST}new/enter_organisation/",
        {"name": "新店", "kind": "enterprise", "county": "gulou", "uscc": " 91110000600037341l"},
        follow=True,
    )

    assert answer.status_code == 200
    assert answer.context["record"].uscc == "91110000600037341L"


def test_buttons_are_those_that_rights_and_state_allow(desk):
    def offered(name, key="firm-g"):
        return {one["name"] for one in desk(name).get(f"{LIST}{key}/change/").context["offers"]}

    assert offered("officer_gulou") == {
        *("amend_organisation", "rename_organisation", "move_organisation", "split_organisation")
    } - {"split_organisation"} | {"close_organisation"}
    assert "merge_organisation" in offered("planner")
    assert offered("administrator") == {"purge_personal_data"}
    assert offered("auditor") == offered("gulou_firm") == set()
    assert desk("auditor").get(f"{LIST}firm-g/do/rename_organisation/").status_code == 403


def test_a_verb_on_a_selection_is_confirmed_and_tells_who_was_refused(desk):
    browser = desk("planner")
    browser.post(f"{LIST}lab-w/do/close_organisation/", {"reason": "ended"})

    page = browser.post(LIST, {"action": "close_organisation", "_selected_action": ["lab-e", "lab-w"], "index": "0"})
    assert page.context["keys"] == ["lab-e", "lab-w"]
    answer = browser.post(
        f"{LIST}selected/close_organisation/", {"key": page.context["keys"], "reason": "both ended"}, follow=True
    )

    said = [str(message) for message in answer.context["messages"]]
    assert said[0] == "Done for 1 record."
    assert "It was closed on 2025-06-02" in said[1]


def test_a_selection_beyond_the_office_is_refused_whole(desk):
    browser = desk("officer_gulou")

    answer = browser.post(f"{LIST}selected/close_organisation/", {"key": ["firm-g", "firm-c"], "reason": "x"})

    assert answer.status_code == 404
    assert Organisation.objects.filter(closed_on=None).count() == 4


def test_a_file_holds_the_filtered_list_within_the_office(desk):
    def rows(name, **query):
        answer = desk(name).get(f"{LIST}export/", {"as": "csv", **query})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return [row[0] for row in csv.reader(io.StringIO(text))][1:]

    assert len(rows("planner")) == 4
    assert rows("planner", kind__exact="laboratory", q="东方") == ["东方检测中心"]
    assert rows("officer_changle") == ["长乐海帆头盔厂"]
    assert desk("planner").get(f"{LIST}export/", {"as": "doc"}).status_code == 400


def test_a_spreadsheet_opens_and_takes_no_cell_for_a_formula(desk, city):
    from openpyxl import load_workbook

    from banyan.base.registry import actions
    from banyan.kit.rights import System

    actions.enter_organisation(name="=1+1", county=city.gulou, by=System("test"), on=city.today)
    answer = desk("officer_gulou").get(f"{LIST}export/", {"as": "xlsx"})

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = {row[0].value: row[0].data_type for row in sheet.iter_rows(min_row=2)}
    assert cells["=1+1"] == "s"


def test_personal_data_are_open_for_those_with_the_right_and_masked_for_others(desk):
    assert "林小明" in desk("officer_gulou").get(f"{LIST}firm-g/change/").content.decode()
    leader = desk("leader").get(f"{LIST}firm-g/change/").content.decode()
    assert "林小明" not in leader
    assert "林**" in leader


def test_nobody_adds_changes_or_deletes_by_the_framework(desk):
    browser = desk("administrator")

    for path in ("add/", "firm-g/delete/", "firm-g/history/"):
        assert browser.get(LIST + path).status_code == 404
    assert browser.post(f"{LIST}firm-g/change/", {"name": "x"}).status_code == 403
    assert browser.get("/office/r/1/1/").status_code == 404


def test_the_demonstration_day_and_both_languages_stand_in_the_header(desk, monkeypatch):
    from datetime import date

    from banyan.kit import clock

    monkeypatch.setattr(clock, "_demonstration_day", date(2025, 12, 31))
    page = desk("planner").get("/office/").content.decode()

    assert "today is" in page
    assert "2025-06-02" in page
    assert "简体中文" in page
    assert "English" in page


def test_every_address_of_the_office_is_named():
    assert reverse("office:choices", args=["registry", "park"]) == "/office/choices/registry/park/"
    assert (
        reverse("office:registry_park_do", args=["p-1", "amend_park"]) == "/office/registry/park/p-1/do/amend_park/"
    )


def test_the_page_of_a_room_leads_to_its_lists_with_how_much_lies_in_them(desk):
    planner, newcomer = desk("planner").get("/office/registry/"), desk("newcomer").get("/office/registry/")

    organisations = next(one for one in planner.context["lists"] if one["link"] == LIST)
    assert (organisations["count"], organisations["is_cut_off"]) == (4, False)
    assert "enter_organisation" in {one["name"] for one in organisations["makers"]}
    assert newcomer.status_code == 403
    assert desk("planner").get("/office/nowhere/").status_code == 404


@pytest.mark.parametrize("order", ["99", "0", "2.99", "name", "--2", "-"])
def test_a_list_refuses_to_be_sorted_by_a_column_that_it_has_not(desk, order):
    answer = desk("planner").get(LIST, {"o": order})

    assert answer.status_code == 400
    assert "no such column" in answer.content.decode()


@pytest.mark.parametrize("order", ["2", "-2", "2.-3", ""])
def test_a_list_is_sorted_by_its_own_columns(desk, order):
    assert desk("planner").get(LIST, {"o": order}).status_code == 200


def test_a_filter_by_days_holds_the_whole_of_its_last_day_by_the_clock_of_the_site(desk):
    for hour in ("2025-05-31T23:59", "2025-06-01T00:00", "2025-06-01T23:59", "2025-06-02T00:00"):
        Reading.objects.create(
            at=datetime.fromisoformat(f"{hour}:00+08:00"), by=hour, under="trace-1", address="/office/trace/"
        )

    answer = desk("auditor").get("/office/kit/reading/", {"at_from": "2025-06-01", "at_to": "2025-06-01"})

    assert sorted(one.by for one in answer.context["cl"].result_list) == ["2025-06-01T00:00", "2025-06-01T23:59"]


def test_a_filter_by_one_of_several_related_records_finds_those_that_hold_it(desk, city):
    from tests.house.conftest import example

    from banyan.insight.alerts.models import Alert

    near, far = example(Alert, 0), example(Alert, 1)
    Alert.objects.bulk_create([near, far])
    near.zone.set(["gulou", "changle"])
    far.zone.set(["changle"])

    found = {
        county: keys_in(desk("planner").get("/office/alerts/alert/", {"zone": county}))
        for county in ("gulou", "changle")
    }

    assert found == {"gulou": [near.pk], "changle": sorted([near.pk, far.pk])}


def test_what_is_recorded_in_a_township_is_found_by_its_county_too(desk, city):
    from tests.house.conftest import example

    from banyan.insight.alerts.models import Alert

    township = Region.objects.create(
        key="dongjie", level="township", path=f"{city.gulou.path}/dongjie", name="东街街道", parent=city.gulou
    )
    Organisation.objects.filter(pk=city.gulou_firm.pk).update(county=township)
    alert = example(Alert, 0)
    Alert.objects.bulk_create([alert])
    alert.zone.set([township, city.gulou])
    browser = desk("planner")

    firms = {place: keys_in(browser.get(LIST, {"county": place})) for place in ("dongjie", "gulou", "changle")}

    assert firms["dongjie"] == [city.gulou_firm.pk]
    assert city.gulou_firm.pk in firms["gulou"]
    assert city.gulou_firm.pk not in firms["changle"]
    assert keys_in(browser.get("/office/alerts/alert/", {"zone": "gulou"})) == [alert.pk]


def test_a_list_and_its_file_say_codes_in_the_words_of_a_records_page(desk, city):
    run = Run.objects.create(name="daily", on=city.today, cut=1, started_at=clock.now())
    browser = desk("administrator")
    chinese = {"accept-language": "zh-hans"}

    listed = browser.get("/office/kit/run/", headers=chinese).content.decode()
    file = browser.get("/office/kit/run/export/", {"as": "csv"}, headers=chinese)

    assert ">每日流程<" in listed
    assert "每日流程" in browser.get(f"/office/kit/run/{run.pk}/change/", headers=chinese).content.decode()
    assert "每日流程" in b"".join(file.streaming_content).decode()


def test_people_on_a_list_are_named_and_asked_for_together(desk, city):
    ties = [
        Tie(key=f"tie-{name}", username=name, organisation=city.gulou_firm, what="kin", from_on=city.today)
        for name in ("planner", "leader", "officer_gulou")
    ]
    Tie.objects.bulk_create(ties)
    Person.objects.filter(username="leader").update(display_name="Lin of the third floor")
    browser = desk("planner")
    browser.get("/office/plans/tie/")

    recent.forget()
    with CaptureQueriesContext(connection) as asked:
        listed = browser.get("/office/plans/tie/").content.decode()

    assert "Lin of the third floor" in listed
    assert len([one for one in asked.captured_queries if '"kit_person"."username" IN' in one["sql"]]) == 1


def test_the_list_of_events_names_who_acted_and_keeps_the_user_name_behind(desk, city, people):
    registry.rename_organisation(organisation=city.gulou_firm, name="福州榕树", by=people.planner, on=city.today)
    registry.rename_organisation(organisation=city.gulou_firm, name="福州榕须", by=System("intake"), on=city.today)
    Person.objects.filter(username="planner").update(display_name="Lin of the third floor")

    with CaptureQueriesContext(connection) as asked:
        listed = desk("auditor").get("/office/kit/event/").content.decode()

    assert "Lin of the third floor (planner)" in listed
    assert "intake of files (intake)" in listed
    assert len([one for one in asked.captured_queries if '"kit_person"."username" IN' in one["sql"]]) == 1


def test_an_event_leads_to_its_record_only_where_readers_of_events_may_see_it(desk, city, people):
    registry.rename_organisation(organisation=city.gulou_firm, name="福州榕树", by=people.planner, on=city.today)
    people_of_the_house.enter_person(
        username="wang", password="quiet-harbour-9", by=people.administrator, on=city.today
    )

    listed = desk("auditor").get("/office/kit/event/").content.decode()

    assert "/office/registry/organisation/firm-g/change/" in listed
    assert "people.person.entered" in listed
    assert "/office/kit/person/" not in listed


def test_a_records_page_shows_numbers_short_and_what_is_missing_as_a_dash(desk, city):
    region = city.fuzhou
    plan = Plan.objects.create(key="p", year=2025, title="Plan", region=region, authority="The bureau")
    kind = ProductClass.objects.create(key="fans", name="Fans")
    PlanLine.objects.create(key="l", plan=plan, product_class=kind, batches=4, risk_score=1.7120556222367243)

    page = desk("planner").get("/office/plans/planline/l/change/").content.decode()

    assert "1.712" in page
    assert "1.7120" not in page
    assert re.search(r">\s*-\s*<", page) is None


def test_a_group_of_fields_appears_once_anything_is_in_it(people, city, today):
    case = Case.objects.create(
        key="ca-1",
        number="N1",
        cause="inspection",
        title="kettles",
        county=city.gulou,
        filed_on=today,
        rules_on=today,
    )
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(people.planner)

    before = browser.get("/office/casework/case/ca-1/change/").content.decode()
    Case.objects.filter(pk=case.pk).update(findings="short of weight", concluded_on=today)
    after = browser.get("/office/casework/case/ca-1/change/").content.decode()

    assert "Investigation and review" not in before
    assert "Investigation and review" in after
    assert "Carrying out" not in after
