"""The risk officer's story in the browser: an alert is read with its chart and records, assessed, decided, a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.e2e


def send(person: Any) -> None:
    person.page.click(".office-form button[type=submit]")
    person.page.wait_for_load_state()


def first_of(person: Any) -> str:
    """The address of the first record of a list."""
    return str(person.page.locator("#result_list tbody tr a").first.get_attribute("href")).split("?")[0]


def test_an_alert_is_read_assessed_reviewed_investigated_and_becomes_a_clue(visitor: Callable[..., Any]) -> None:
    planner = visitor(width=1400, language="en", signed_in_as="planner")
    planner.go("/office/alerts/alert/?state__exact=open&grade__exact=serious")
    assert planner.page.locator(".tiles .tile").count() > 5
    planner.picture("alerts-desk")
    page = first_of(planner)
    planner.go(page)
    title = planner.page.inner_text(".office-said > p >> nth=0")
    assert "is the bound" in title
    assert planner.page.locator("[data-chart] svg").count() == 1
    records = planner.page.locator(".office-said table a[href^='/office/']")
    assert records.count() > 0
    record = records.first.get_attribute("href")
    assert planner.go(record).status == 200
    planner.go(page)

    planner.page.click("a[href$='/do/assess_alert/']")
    planner.page.wait_for_load_state()
    planner.page.fill("[name=hazard]", "spoilt goods are eaten")
    planner.page.fill("[name=scenarios]", "falls ill; 2; 1/10; 1/20")
    send(planner)
    assert "falls ill" in planner.page.inner_text("body")

    leader = visitor(width=390, language="en", signed_in_as="leader")
    leader.go("/office/risk/assessment/?is_upheld__isnull=1")
    assert leader.page.locator("#result_list tbody tr").count() >= 1

    planner.go(page)
    planner.page.click("a[href$='/do/investigate/']")
    planner.page.wait_for_load_state()
    planner.page.fill("[name=reason]", "samples are taken again at the makers")
    send(planner)
    assert "under investigation" in planner.page.inner_text("body")

    planner.go("/office/daily/")
    before = planner.page.inner_text("section h2 >> nth=0")
    planner.page.click("form[action='/office/daily/'] button")
    planner.page.wait_for_function(
        "before => document.body.innerText.includes('Finished')"
        " && document.querySelector('section h2').innerText !== before",
        arg=before,
        timeout=300_000,
    )
    planner.go(f"/office/casework/clue/?q={page.split('/')[-3]}")
    planner.go(first_of(planner))
    assert page in planner.page.content()
    assert planner.page.locator("a[href$='/do/file_case/']").count() == 1
    assert not planner.complaints + leader.complaints
