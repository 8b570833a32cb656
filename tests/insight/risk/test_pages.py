"""The pages of the order: for those who work with alerts, with the rule and the words where nothing can be learnt."""

import re
from datetime import date

import numpy as np
import pytest
from tests.insight.risk.test_order import past

from banyan.insight.risk import queries
from banyan.insight.risk.queries import judging, placing

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, makers, people):
    def get(address, person="planner"):
        client.force_login(getattr(people, person))
        return client.get(address, headers={"accept-language": "en"})

    return get


def test_the_order_names_firms_with_reasons_and_says_how_many_places_stay_random(page, monkeypatch):
    monkeypatch.setattr(placing, "past_of", lambda **_asked: past())

    shown = page("/office/inspections/order/?scheme=food_supervision&places=10").content.decode()

    assert "Of 10 places 7 go by risk" in shown
    assert shown.index("firm-g") < shown.index("firm-c")
    assert "samples failed" in shown


def test_the_back_test_shows_days_gained_windows_and_places(page, monkeypatch):
    monkeypatch.setattr(judging, "past_of", lambda **_asked: past(n=4000))

    shown = page("/office/inspections/order/back-test/?scheme=food_supervision").content.decode()

    assert "days earlier on average" in shown
    assert "60 days from" in shown
    assert "Changle" in shown


def test_an_order_that_would_have_lost_days_says_how_much_later(page, monkeypatch):
    judged = judging.Judged(n=400, findings=30, gain=-1.6, best=20.0, windows=(), precision=(), districts=())
    monkeypatch.setattr(queries, "judged_facts", lambda **_asked: judged)

    shown = page("/office/inspections/order/back-test/?scheme=food_supervision").content.decode()

    assert "found 1.6 days later on average" in shown
    assert "-1.6" not in shown


def test_a_window_with_one_finding_has_no_interval(page, monkeypatch):
    window = {"from": date(2025, 6, 19), "n": 30, "findings": 1, "gain": 28.0}
    ends = [judging._known(one) for one in (float("-inf"), float("inf"))]
    windows = (window | dict(zip(("low", "high"), ends, strict=True)), window | {"low": -2.1, "high": 25.6})
    judged = judging.Judged(n=60, findings=5, gain=9.0, best=20.0, windows=windows, precision=(), districts=())
    monkeypatch.setattr(queries, "judged_facts", lambda **_asked: judged)

    shown = page("/office/inspections/order/back-test/?scheme=food_supervision").content.decode()

    assert '<td class="number">—</td>' in shown
    assert "-2.1 – 25.6" in shown
    assert "inf" not in re.findall(r"<tbody>.*?</tbody>", shown, re.DOTALL)[0]


def test_where_nothing_was_judged_the_page_says_so_and_what_to_do(page):
    for address in ("/office/inspections/order/", "/office/inspections/order/back-test/"):
        shown = page(address)
        assert shown.status_code == 200

    assert "Draw at random until more samples were judged." in shown.content.decode()


def test_a_strange_scheme_and_a_strange_number_are_refused(page):
    assert page("/office/inspections/order/?scheme=export_inspection").status_code == 400
    assert page("/office/inspections/order/?places=0").status_code == 400
    assert page("/office/inspections/order/", "gulou_firm").status_code == 403


def test_the_past_of_a_scheme_without_samples_is_empty(city):
    told = queries.past_of(scheme="food_supervision", on=city.today)

    assert len(told) == 0
    assert told.failed.dtype == np.float64


def test_the_back_test_is_told_in_the_language_of_each_reader(page, client):
    address = "/office/inspections/order/back-test/"

    english = page(address).content.decode()
    chinese = client.get(address, headers={"accept-language": "zh-hans"}).content.decode()

    assert "do not suffice to learn from" in english
    assert "do not suffice" not in chinese
    assert "不足以学习" in chinese


def test_a_scheme_that_is_none_and_places_of_many_digits_are_refused(page):
    for asked in ("scheme=nonsense", "places=" + "9" * 5000, "places=-3", "places=٣٣٣٣"):
        assert page(f"/office/inspections/order/?{asked}").status_code == 400
