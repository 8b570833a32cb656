"""Every main page, as each role, in both languages and widths: nothing cut, nothing complained of, axe clean.

Not collected yet: it has not been seen to pass on a whole city. Rename it to test_pages.py once it does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.e2e

PUBLIC = {
    "home": "/",
    "clauses": "/clauses/",
    "clause": "/clauses/1.2/",
    "figures": "/figures/",
    "search": "/search/?q=%E5%88%B6%E9%80%A0",
}
OFFICE = {
    "todo": "/office/",
    "cockpit": "/office/cockpit/",
    "office-clause": "/office/clauses/1.2/",
    "indicator": "/office/indicators/provincial_pass_rate/?by=county",
    "records": "/office/indicators/provincial_pass_rate/records/",
    "samples": "/office/inspection/sample/",
    "organisations": "/office/registry/organisation/",
}
ROLES = {
    "planner": ("todo", "cockpit", "indicator", "samples", "organisations"),
    "officer_gulou": ("todo", "cockpit", "samples"),
    "laboratory_1": ("todo", "samples"),
    "firm_maker": ("todo", "samples"),
    "auditor": ("todo", "cockpit"),
    "leader": ("todo", "cockpit", "office-clause", "indicator", "records"),
}
WIDTHS = (390, 1400)
LANGUAGES = ("zh-hans", "en")

CUT = """() => [...document.querySelectorAll('h1,h2,h3,p,td,th,a,button,label,span,dd,dt,li')].filter(e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  if (!box.width || !box.height || style.visibility === 'hidden') return false;
  if (e.closest('.skip,[aria-hidden=true],.sr-only,#nav-sidebar,.material-symbols-outlined')) return false;
  return ['hidden', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && !e.childElementCount;
}).map(e => e.textContent.trim().slice(0, 60))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def assert_sound(visitor: Any, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    answer = visitor.go(path)

    assert answer.status == 200, f"{path}: {answer.status}"
    assert visitor.page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways at {visitor.width}"
    assert visitor.page.evaluate(CUT) == [], f"{path} cuts text at {visitor.width}"
    assert visitor.complaints == [], f"{path}: {visitor.complaints}"
    found = Axe().run(visitor.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    faults = [
        f"{one['id']}: {node['target']} {node['failureSummary'][:200]}"
        for one in found.response["violations"]
        for node in one["nodes"][:3]
    ]
    assert faults == [], f"{path} at {visitor.width}: {faults}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_publics_pages_are_sound(visitor: Callable[..., Any], width: int, language: str) -> None:
    nobody = visitor(width=width, language=language)

    for name, path in PUBLIC.items():
        assert_sound(nobody, path)
        nobody.picture(name)
    nobody.go("/figures/")
    first = nobody.page.query_selector("main .list a")
    assert first is not None, "the demonstration has published nothing"
    assert_sound(nobody, first.get_attribute("href"))
    nobody.picture("figure")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("role", list(ROLES))
def test_the_offices_pages_are_sound(visitor: Callable[..., Any], role: str, width: int, language: str) -> None:
    officer = visitor(width=width, language=language, signed_in_as=role)

    for name in ROLES[role]:
        assert_sound(officer, OFFICE[name])
        officer.picture(f"{role}-{name}")


def test_from_a_clause_to_a_test_report_in_four_clicks(visitor: Callable[..., Any]) -> None:
    leader = visitor(width=1400, language="en", signed_in_as="leader")
    leader.go("/office/clauses/1.2/")

    leader.page.click(".targets a:has-text('Look further')")
    leader.page.click("a:has-text('Records behind the figure')")
    leader.page.click(".office-table tbody a")
    leader.page.wait_for_load_state("networkidle")

    assert "/office/inspection/sample/" in leader.page.url
    assert leader.page.query_selector("text=Test result") or leader.page.query_selector("text=test result")


def test_parts_of_the_indicator_page_load_on_demand(visitor: Callable[..., Any]) -> None:
    leader = visitor(width=1400, language="en", signed_in_as="leader")
    leader.go("/office/indicators/provincial_pass_rate/")

    leader.page.click("section:has(#compare) .chips a")
    leader.page.wait_for_selector("#compare table")
    leader.page.click("section:has(#funnel) .chips a")
    leader.page.wait_for_selector("#funnel svg, #funnel p")
    leader.page.click("section:has(#last-year) .chips a")
    leader.page.wait_for_selector("#last-year table, #last-year p")

    assert leader.complaints == []
