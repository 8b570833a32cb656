"""Work in the office done with the mouse: a sample taken on its form, what follows a failure, a park among others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

TASKS = "/office/inspection/task/?state__exact=notified"
COUNTIES = (
    "fuqing", "gulou", "cangshan", "jinan", "changle", "minhou", "lianjiang", "taijiang", "mawei", "luoyuan",
    "minqing", "yongtai", "pingtan",
)  # fmt: skip
SAMPLES = "/office/inspection/sample/?conclusion__exact=failed&state__exact=correction_ordered"


def first(officer: Any, path: str, selector: str) -> None:
    officer.go(path)
    officer.page.click(selector)
    officer.page.wait_for_load_state()


def take_sample(officer: Any, picture: Path, *, seal: str, spare: str) -> None:
    officer.page.click("a[href$='/do/take_samples/']")
    officer.page.wait_for_load_state()
    officer.page.set_input_files("input[name=photos]", str(picture))
    officer.page.fill("[name=model]", f"M-{seal}")
    officer.page.fill("[name=seal]", seal)
    officer.page.fill("[name=spare_seal]", spare)


def test_a_sampler_takes_a_sample_with_its_picture_on_the_form(visitor: Callable[..., Any], tmp_path: Path) -> None:
    samplers = (visitor(width=1400, language="en", signed_in_as=f"sampler_{one}") for one in COUNTIES)
    sampler = next((one for one in samplers if has_rows(one, TASKS)), None)
    assert sampler is not None, "no task of the demonstration waits for a sampler"
    picture = tmp_path / "shelf.png"
    sampler.page.screenshot(path=str(picture))
    first(sampler, TASKS, "#result_list a[href*='/change']")

    take_sample(sampler, picture, seal="E2E-1", spare="E2E-1")
    named = sampler.page.input_value("[name=product_name]")
    sampler.page.click(".office-form button[type=submit]")

    assert named, "the form begins with the product of the task"
    assert "shelf" not in named
    assert sampler.page.input_value("[name=number]") == ""
    assert "each with a seal of its own" in sampler.page.inner_text(".office-refusal")

    sampler.page.fill("[name=spare_seal]", "E2E-2")
    sampler.page.set_input_files("input[name=photos]", str(picture))
    sampler.page.click(".office-form button[type=submit]")
    sampler.page.wait_for_selector(".office-state")

    assert sampler.page.inner_text(".office-state") == "sampled"


def has_rows(officer: Any, path: str) -> bool:
    officer.go(path)
    return bool(officer.page.query_selector("#result_list a[href*='/change']"))


def test_a_refusal_waits_for_the_officer_and_a_wrong_one_is_taken_back(visitor: Callable[..., Any]) -> None:
    counties = ((one, visitor(width=1400, language="en", signed_in_as=f"sampler_{one}")) for one in COUNTIES)
    county, sampler = next((one, person) for one, person in counties if has_rows(person, TASKS))
    first(sampler, TASKS, "#result_list a[href*='/change']")
    task = sampler.page.url.removeprefix(sampler.address).partition("?")[0]
    do(sampler, task, "record_refusals", note="The door stayed closed.", witness="A neighbour")
    officer = visitor(width=390, language="en", signed_in_as=f"officer_{county}")
    officer.go("/office/")
    waits = officer.page.inner_text(".office-grid")
    planner = visitor(width=1400, language="en", signed_in_as="planner")
    do(planner, task, "visit_again", reason="It was the shop next door.")

    assert "Refusals to hand over" in waits
    assert planner.page.inner_text(".office-state") == "notified"
    assert "To move: sampler" in planner.page.inner_text("p:has(.office-state)")
    assert "It was the shop next door." in planner.page.inner_text("#content")


def do(person: Any, record: str, verb: str, **fields: str) -> None:
    """Fill in the form of a verb of a record's page, send it and wait for the page after it."""
    person.go(record.replace("/change/", f"/do/{verb}/"))
    for name, text in fields.items():
        person.page.fill(f".office-form [name={name}]", text)
    send(person)


def send(person: Any) -> None:
    """Send the form of a verb; it is taken."""
    with person.page.expect_navigation():
        person.page.click(".office-form button[type=submit]")
    assert "/do/" not in person.page.url, person.page.inner_text(".office-form")


def test_a_failed_sample_leads_to_its_order_to_correct_and_the_order_has_its_paper(
    visitor: Callable[..., Any],
) -> None:
    planner = visitor(width=1400, language="en", signed_in_as="planner")
    first(planner, SAMPLES, "#result_list a[href*='/change']")

    planner.page.click("a[href*='/inspection/correction/'][href$='/change/']:not(nav a)")
    planner.page.wait_for_load_state()
    paper = planner.page.get_attribute("a[href$='order-to-correct.pdf']", "href")

    assert planner.context.request.get(f"{planner.address}{paper}").body().startswith(b"%PDF")


def test_a_park_stands_beside_its_county_the_city_and_the_province(visitor: Callable[..., Any]) -> None:
    planner = visitor(width=1400, language="en", signed_in_as="planner")
    first(planner, "/office/registry/park/", "#result_list a[href*='/change']")

    said = planner.page.inner_text(".office-box:has(h2:text-is('Pass rate beside others'))")

    assert "the rest of what is made in" in said
    assert "the rest of the city" in said
    assert "the province" in said
