"""The desk: numbers as people read them, one story told once, and how good a rule's alerts were."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from tests.insight.alerts.test_actions import alert

from banyan.insight.alerts import actions, queries
from banyan.insight.alerts.models import plain
from banyan.insight.alerts.panels import explained, waiting
from banyan.insight.alerts.queries.series import STEP_DAYS, STEPS, STEPS_A_YEAR, _steps
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db
ROBOT = System("test")


@pytest.mark.parametrize(
    ("number", "said"),
    [(6.0, "6"), (0.24, "0.2"), (9.96, "10"), (73.4, "73"), (0.0, "0"), (1240.6, "1241")],
)
def test_numbers_are_rounded_as_a_person_reads_them(number, said):
    assert plain(number) == said


def test_the_expected_range_says_on_which_side_chance_ends(city):
    too_many = alert(city, key="a-many", observed=9.0, expected=2.04, bound=6.0)
    too_few = alert(city, key="a-few", observed=30.0, expected=89.2, bound=61.0)

    with translation.override("en"):
        assert too_many.expected_range == "2 (at most 6)"
        assert too_few.expected_range == "89 (at least 61)"


def test_a_cluster_of_one_county_speaks_of_no_neighbours(city):
    told = {"product": city.rice, "receipt": {"method": "scan"}}
    one = alert(city, key="a-one", counties=["gulou"], **told)
    two = alert(city, key="a-two", counties=["gulou", "jinan"], **told)

    with translation.override("en"):
        assert "neighbouring" not in one.explanation
        assert "2 neighbouring counties" in two.explanation


def test_alerts_of_other_rules_on_the_same_goods_and_weeks_are_one_story(city):
    one = alert(city, product=city.rice, counties=["gulou"], receipt={"method": "scan"})
    item = alert(city, key="a-2", rule="failing_item_cluster", product=city.rice, counties=["gulou", "jinan"])
    alert(city, key="a-3", rule="failing_item_cluster", product=city.rice, counties=["changle"])
    alert(city, key="a-4", rule="failing_item_cluster", product=city.helmet, counties=["gulou"])
    before = city.today - timedelta(days=300)
    alert(city, key="a-5", rule="failing_item_cluster", product=city.rice, counties=["gulou"], from_on=before,
          noticed_on=before, known_on=before)  # fmt: skip

    assert [other.key for other in queries.told_with(one, ROBOT)] == [item.key]


def test_a_rule_shows_how_many_of_its_alerts_were_taken_up_and_how_long_it_took(city):
    days = {"from_on": city.today - timedelta(days=70), "begun_on": city.today - timedelta(days=40),
            "noticed_on": city.today - timedelta(days=10)}  # fmt: skip
    taken_up, none, waits = (alert(city, key=f"a-{n}", **days) for n in range(3))
    actions.investigate(alert=taken_up, by=ROBOT, on=city.today, reason="samples taken again")
    actions.dismiss(alert=none, by=ROBOT, on=city.today, reason="chance")

    told = queries.record_of_rule("failing_cluster", ROBOT)

    assert (told["all"], told["open"], told["investigated"], told["dismissed"]) == (3, 1, 1, 1)
    assert told["precision"] == 0.5
    assert (told["days_to_notice"], told["days_to_decide"]) == (30, 10)
    assert (told["timed"], told["untimed"]) == (3, 0)
    assert waits.state == "open"
    assert queries.record_of_rule("county_reports_late", ROBOT)["precision"] is None


def test_alerts_without_a_first_day_are_left_out_of_the_delay_and_the_pages_say_how_many(city, people):
    began = {"begun_on": city.today - timedelta(days=12)}
    for number, given in enumerate((began, {}, {"from_on": city.today - timedelta(days=90)})):
        alert(city, key=f"a-{number}", counties=["gulou"], **given)

    told = queries.record_of_rule("failing_cluster", people.planner)
    desk = queries.desk(people.planner, on=city.today)
    pages = render_to_string("alerts/past.html", {"past": told}), render_to_string("alerts/desk.html", desk)

    assert (told["days_to_notice"], told["timed"], told["untimed"], desk["untimed"]) == (12, 1, 2, 2)
    for page in pages:
        assert "run from the first day that counts against the subject" in page
        assert "2 alerts have no such day and are left out" in page


def test_an_alert_says_since_when_what_counts_against_it(city):
    receipt = {"method": "scan", "kind": "inspection.sample_judged", "first_facts": []}
    one = alert(city, begun_on=city.today - timedelta(days=12), counties=["gulou"], receipt=receipt)
    old = alert(city, key="a-2", counties=["gulou"], receipt=receipt)

    pages = [render_to_string("alerts/why.html", {"panel": explained(some, person=ROBOT, on=city.today)})
             for some in (one, old)]  # fmt: skip

    said = f"since {one.begun_on} (the first failure), noticed on {city.today}: 12 days."
    assert [said in page for page in pages] == [True, False]
    assert "Counted against it" not in pages[1]


def test_closeness_alarms_without_a_bound_on_page_list_file_and_over_the_api(city, people):
    receipt = {"method": "alike", "kind": "inspection.item_judged", "first_facts": [], "digest": "d"}
    one = alert(city, rule="seller_samples_too_alike", seller=city.gulou_firm, observed=2.0, expected=0.4, bound=None,
                n=7, p_value=0.0312, counties=["gulou"], receipt=receipt)  # fmt: skip
    bounded = alert(city, key="a-2", counties=["gulou"], receipt=receipt | {"method": "scan"})
    planner = Client(headers={"accept-language": "en"})
    planner.force_login(people.planner)

    page = planner.get(f"/office/alerts/alert/{one.pk}/change/").content.decode()
    listed = planner.get("/office/alerts/alert/").content.decode()
    file = b"".join(planner.get("/office/alerts/alert/export/?as=csv").streaming_content).decode("utf-8-sig")
    told = planner.get(f"/api/v1/alerts/{one.pk}").json()

    assert "Not their number alone alarms but how closely they agree: adjusted p-value 0.031." in page
    assert "0.4 (—)" in page
    assert "0.4 (—)" in listed
    assert "None" not in page + listed + file
    head, *lines = (line.split(",") for line in file.splitlines())
    assert {line[head.index("bound")] for line in lines} == {"—", "6.0"}
    assert (told["bound"], told["p_value"], told["begun_on"]) == (None, 0.0312, None)
    assert planner.get(f"/api/v1/alerts/{bounded.pk}").json()["bound"] == 6.0


def test_a_confirmed_alert_counts_as_taken_up(city):
    one = alert(city)
    actions.investigate(alert=one, by=ROBOT, on=city.today, reason="samples taken again")
    one.refresh_from_db()
    actions.confirm(alert=one, by=ROBOT, on=city.today, reason="seven of nine makers used the same starch")

    told = queries.record_of_rule("failing_cluster", ROBOT)

    assert (told["investigated"], told["confirmed"], told["precision"]) == (1, 1, 1.0)


def test_the_desk_counts_what_waits_by_county_and_how_each_rule_did(city, people):
    alert(city, counties=["gulou", "changle"])
    done = alert(city, key="a-2", counties=["gulou"])
    actions.dismiss(alert=done, by=ROBOT, on=city.today, reason="chance")

    desk = queries.desk(people.planner, on=city.today)

    assert {one["key"]: one["waits"] for one in desk["tiles"] if one["waits"]} == {"gulou": 1, "changle": 1}
    (line,) = [one for one in desk["records"] if one["rule"] == "failing_cluster"]
    assert (line["all"], line["lately"], line["decided"], line["precision"], line["a_week"]) == (2, 2, 1, 0.0, 3)


def test_what_is_given_to_an_officer_comes_first_for_that_officer(city, people):
    officer = people.planner
    strong, own = alert(city, score=9.0), alert(city, key="a-2", score=4.0)
    actions.assign(to=officer, alerts=[own], by=ROBOT, on=city.today)

    assert [one.url.split("/")[-3] for one in waiting(person=officer, on=city.today, limit=5)] == [own.pk, strong.pk]


def test_what_is_expected_follows_the_season_that_the_goods_have_elsewhere(city):
    first = city.today - timedelta(days=STEPS * STEP_DAYS - 1)
    days = [first + timedelta(days=STEP_DAYS * step) for step in range(STEPS)]
    season = [40 if step % STEPS_A_YEAR == 4 else 5 for step in range(STEPS)]
    elsewhere = [
        {"day": day, "here": False, "product": "rice", "n": 100, "events": events}
        for day, events in zip(days, season, strict=True)
    ]  # fmt: skip
    here = [{"day": day, "here": True, "product": "rice", "n": 20, "events": 1} for day in days]

    steps = _steps(elsewhere + here, first, STEPS)

    assert steps[4]["expected"] > 3 * steps[10]["expected"]
    assert steps[4]["bound"] > steps[10]["bound"]
    assert sum(one["expected"] for one in steps) == pytest.approx(0.2 * sum(season), rel=0.15)


def test_the_page_names_what_the_records_behind_it_speak_of(city):
    lines = [
        {"noun": "inspection.result", "key": "s-1.initial", "county": "gulou", "product": city.rice.pk,
         "organisation": None, "item": "lead"}
    ]  # fmt: skip

    (told,) = queries.in_words(lines, person=ROBOT)

    assert (told["product"], told["organisation"]) == (str(city.rice), "")
    assert (told["record"], told["link"]) == (None, "")
