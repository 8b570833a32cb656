"""Objections and amended reports played by their people: firm, laboratory, officer, public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.e2e.test_office_work import do, first, send

pytestmark = pytest.mark.e2e

SAMPLES = "/office/inspection/sample/"
RECEIVED = f"{SAMPLES}?state__exact=received"


def record_of(person: Any) -> str:
    return str(person.page.url.removeprefix(person.address).partition("?")[0])


def a_failure(visitor: Callable[..., Any]) -> tuple[Any, str]:
    """A laboratory, and the page of a sample that it reports as failed."""
    for number in range(1, 9):
        laboratory = visitor(width=1400, language="en", signed_in_as=f"laboratory_{number}")
        laboratory.go(RECEIVED)
        if laboratory.page.query_selector("#result_list a[href*='/change']"):
            break
    first(laboratory, RECEIVED, "#result_list a[href*='/change']")
    sample = record_of(laboratory)
    laboratory.go(sample.replace("/change/", "/do/report_results/"))
    laboratory.page.select_option("[name=conclusion]", "failed")
    laboratory.page.fill("[name=report_number]", f"E2E {sample}")
    laboratory.page.fill("[name=items]", "lead; 0.9; mg/kg; ≤0.5; GB 5009.12; failed")
    send(laboratory)
    return laboratory, sample


def test_a_laboratory_amends_its_report_and_after_the_service_the_officer_decides(
    visitor: Callable[..., Any],
) -> None:
    planner = visitor(width=1400, language="en", signed_in_as="planner")
    laboratory, sample = a_failure(visitor)
    first(laboratory, sample, "a[href*='/inspection/result/'][href*='/change']")
    report = record_of(laboratory)

    do_report(laboratory, report, number="E2E/A1", conclusion="failed", reason="The method was named wrongly.")

    laboratory.go(sample)
    assert laboratory.page.inner_text(".office-state") == "failed"
    assert "E2E/A1" in laboratory.page.inner_text("#content")

    do(planner, sample, "serve_results", manner="by post")
    do_report(
        laboratory,
        last_report(laboratory, sample),
        number="E2E/A2",
        conclusion="passed",
        reason="Two samples swapped.",
    )
    waiting = last_report(laboratory, sample)

    planner.go("/office/")
    waits = planner.page.locator(".office-box:has(h2:has-text('Amended reports')) a").first
    assert waits.inner_text()
    do(planner, waiting, "accept_report")
    planner.go(sample)
    assert planner.page.inner_text(".office-state") == "passed"


def last_report(laboratory: Any, sample: str) -> str:
    """The page of the latest report on a sample."""
    laboratory.go(sample)
    rows = laboratory.page.eval_on_selector_all(
        "a[href*='/inspection/result/'][href*='/change']", "all => all.map(one => one.pathname)"
    )
    return str(rows[-1])


def do_report(laboratory: Any, report: str, *, number: str, conclusion: str, reason: str) -> None:
    laboratory.go(report.replace("/change/", "/do/amend_report/"))
    page = laboratory.page
    items = page.input_value("[name=items]")
    assert items.strip(), "the form begins with the items of the report"
    if conclusion == "passed":
        page.fill("[name=items]", items.replace("; failed", "; passed"))
        page.select_option("[name=grade]", "")
    page.select_option("[name=conclusion]", conclusion)
    page.fill("[name=report_number]", number)
    page.fill("[name=reason]", reason)
    send(laboratory)


def test_an_upheld_objection_takes_the_result_back(visitor: Callable[..., Any]) -> None:
    planner = visitor(width=1400, language="en", signed_in_as="planner")
    _laboratory, sample = a_failure(visitor)
    do(planner, sample, "serve_results", manner="by post")
    planner.go(sample.replace("/change/", "/do/file_objections/"))
    planner.page.select_option("[name=kind]", "procedure")
    planner.page.fill("[name=grounds]", "The seal was opened in the van.")
    send(planner)
    first(planner, sample, "a[href*='/inspection/objection/'][href*='/change']:not(nav a)")
    objection = record_of(planner)

    planner.go(objection.replace("/change/", "/do/uphold_objection/"))
    planner.page.fill("[name=decision]", "The video shows it.")
    planner.page.select_option("[name=outcome]", "not_judged")
    send(planner)

    assert planner.page.inner_text(".office-state") == "upheld without test"
    planner.go(sample)
    assert planner.page.inner_text(".office-state") == "result final"
    assert "The video shows it." in planner.page.inner_text("#content")
    assert planner.page.query_selector("a[href$='/do/order_corrections/']") is None
