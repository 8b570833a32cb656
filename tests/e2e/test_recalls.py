"""A recall to its end: progress, measures, summary and check, a closure that is refused, and one that is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.e2e.test_objections import record_of
from tests.e2e.test_office_work import do, first

pytestmark = pytest.mark.e2e

RUNNING = "/office/recall/recall/?state__exact=running"
HOLDERS = "a[href*='/recall/holding/'][href*='/change']"


def test_a_recall_closes_only_when_the_units_of_every_holder_agree(visitor: Callable[..., Any]) -> None:
    officer = visitor(width=1400, language="en", signed_in_as="planner")
    on_the_way = visitor(width=390, language="zh-hans", signed_in_as="planner")
    first(officer, RUNNING, "#result_list a[href*='/change']")
    recall = record_of(officer)
    do(on_the_way, recall, "report_progress", text="已通知全部门店下架，收回工作继续进行。", reached="310")
    assert "已通知全部门店下架" in on_the_way.page.inner_text("#content")
    do(on_the_way, recall, "complete_measures")
    do(on_the_way, recall, "file_summary", summary="收回的产品已全部销毁。")
    on_the_way.picture("recall-completed")
    do(officer, recall, "find_effective", found="Ten shops were visited; none had any left.")

    name = refused(officer, recall, r"do not agree: (\S+) has not stated its units\.")
    assert name == refused(on_the_way, recall, r"：([^：]+)尚未填报数量")
    on_the_way.picture("recall-not-closed")
    officer.go(recall)
    holder = str(officer.page.locator(HOLDERS, has_text=name).first.get_attribute("href"))
    assert officer.page.inner_text(".office-state") == "measures completed"

    do(officer, holder, "state_units", received="600", sold="600", returned="120", sent_back="120")
    do(officer, recall, "close_recall")

    assert officer.page.inner_text(".office-state") == "closed"
    on_the_way.go(recall)
    assert on_the_way.page.inner_text(".office-state") == "已办结"
    assert not [one for one in officer.complaints + on_the_way.complaints if "status of 409" not in one]


def refused(person: Any, recall: str, sentence: str) -> str:
    """Who the refusal to close a recall names, by the sentence it says."""
    person.go(recall.replace("/change/", "/do/close_recall/"))
    with person.page.expect_navigation():
        person.page.click(".office-form button[type=submit]")
    found = re.search(sentence, person.page.inner_text(".office-form"))
    assert found, person.page.inner_text(".office-form")
    return found[1]
