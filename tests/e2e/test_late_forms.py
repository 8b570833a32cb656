"""Forms in a real browser: clicked twice, sent after the session ended, decided by two people, gone back to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from tests.e2e.test_office_work import first

pytestmark = pytest.mark.e2e

SAMPLES = "/office/inspection/sample/?state__exact=passed"
ENTER = "/office/registry/organisation/new/enter_organisation/"


def fill_in(person: Any, *, name: str) -> None:
    person.go(ENTER)
    person.page.fill("[name=name]", name)
    person.page.select_option("[name=kind]", "enterprise")
    person.page.select_option("[name=county]", index=1)


def found(person: Any, name: str) -> int:
    person.go(f"/office/registry/organisation/?q={name}")
    return len(person.page.query_selector_all("#result_list tbody tr"))


def test_a_double_click_makes_one_record_and_going_back_makes_nothing(visitor: Callable[..., Any]) -> None:
    planner = visitor(width=1400, language="en", signed_in_as="planner")
    name = f"双击商行{uuid4().hex[:6]}"
    fill_in(planner, name=name)

    planner.page.dblclick(".office-form button[type=submit]")
    planner.page.wait_for_url(lambda url: "/new/" not in url)
    planner.page.go_back()
    planner.page.wait_for_selector(".office-form [name=name]")

    assert found(planner, name) == 1


def test_what_was_typed_outlives_a_session_that_ended(visitor: Callable[..., Any]) -> None:
    from banyan.demo.people import PASSWORD

    planner = visitor(width=390, language="en", signed_in_as="planner")
    name = f"会话商行{uuid4().hex[:6]}"
    fill_in(planner, name=name)
    planner.context.clear_cookies(name="sessionid")

    planner.page.click(".office-form button[type=submit]")
    planner.page.wait_for_url("**/login/**")
    planner.page.fill("input[name=username]", "planner")
    planner.page.fill("input[name=password]", "not the password")
    planner.page.press("input[name=password]", "Enter")
    planner.page.wait_for_load_state()
    assert "correct username and password" in planner.page.inner_text("body")
    planner.page.fill("input[name=username]", "planner")
    planner.page.fill("input[name=password]", PASSWORD)
    planner.page.press("input[name=password]", "Enter")
    planner.page.wait_for_url(lambda url: "/login" not in url)

    assert planner.page.input_value("[name=name]") == name
    assert "You were signed out meanwhile" in planner.page.inner_text(".office-form")
    planner.page.click(".office-form button[type=submit]")
    planner.page.wait_for_url(lambda url: "/new/" not in url)
    assert found(planner, name) == 1


def test_who_decides_second_sees_what_the_first_did(visitor: Callable[..., Any]) -> None:
    one = visitor(width=1400, language="en", signed_in_as="planner")
    two = visitor(width=390, language="en", signed_in_as="planner")
    first(one, SAMPLES, "#result_list a[href*='/change']")
    path = one.page.url.removeprefix(one.address).partition("?")[0].replace("/change/", "/do/notify_results/")
    one.go(path)
    two.go(path)

    one.page.click(".office-form button[type=submit]")
    one.page.wait_for_selector(".office-state")
    two.page.click(".office-form button[type=submit]")
    two.page.wait_for_selector(".office-refusal[role=alert]")

    said = two.page.inner_text(".office-form")
    assert one.page.inner_text(".office-state") == "result notified"
    assert "Its state is “result notified”" in said
    assert "Notify result" in said
    assert "What was done last" in said
