"""A drill that two people play in the browser: activated, told, acknowledged, seen as it goes on, not public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.e2e
TITLE = "Drill of the browser"


def send(person: Any) -> None:
    person.page.click(".office-form button[type=submit]")
    person.page.wait_for_load_state()


def test_a_drill_is_activated_told_acknowledged_and_never_public(visitor: Callable[..., Any]) -> None:
    planner = visitor(width=1400, language="en", signed_in_as="planner")
    planner.go("/office/emergency/activation/new/activate/")
    planner.page.check("[name=is_drill]")
    planner.page.select_option("[name=kind]", "food")
    planner.page.select_option("[name=level]", "III")
    planner.page.fill("[name=title]", TITLE)
    planner.page.fill("[name=happened]", "forty pupils are said to be ill")
    planner.page.select_option("[name=county]", label="Gulou")
    send(planner)
    assert "EXERCISE" in planner.page.inner_text("body")

    planner.page.click("a[href$='/do/send_message/']")
    planner.page.wait_for_load_state()
    planner.page.check("[name=roles][value=county_officer]")
    planner.page.fill("[name=text]", "Send a team")
    send(planner)
    planner.page.click("a[href*='/office/situation/']:has-text('The situation')")
    planner.page.wait_for_selector("#state[hx-trigger]")
    assert "1 message not acknowledged" in planner.page.inner_text("#state")

    officer = visitor(width=390, language="en", signed_in_as="officer_gulou")
    officer.go("/office/situation/")
    officer.page.click("a:has-text('Send a team')")
    officer.page.wait_for_load_state()
    officer.page.click("a[href$='/do/acknowledge/']")
    officer.page.wait_for_load_state()
    send(officer)

    planner.page.wait_for_function(
        "() => document.querySelector('#state').innerText.includes('Everyone has acknowledged')", timeout=60_000
    )
    public = visitor(width=390, language="en")
    public.go("/alerts/")
    assert TITLE not in public.page.inner_text("body")
    assert not planner.complaints + officer.complaints + public.complaints
