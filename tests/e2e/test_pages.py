"""Every main page, as each role, in both languages and widths: nothing cut, nothing complained of, axe clean."""

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
    "log": "/log/",
    "search": "/search/?q=%E5%88%B6%E9%80%A0",
    "search-empty": "/search/?q=zzzz",
}
OFFICE = {
    "todo": "/office/",
    "cockpit": "/office/cockpit/",
    "clauses": "/office/clauses/",
    "clause": "/office/clauses/1.2/",
    "indicators": "/office/indicators/",
    "indicator": "/office/indicators/provincial_pass_rate/?by=county&published_by=2025-12-31",
    "records": "/office/indicators/provincial_pass_rate/records/",
    "reports": "/office/reports/",
    "samples": "/office/inspection/sample/",
    "tasks": "/office/inspection/task/",
    "organisations": "/office/registry/organisation/",
    "desk": "/office/laboratory/",
    "runs": "/office/kit/run/",
    "events": "/office/kit/event/",
    "alerts": "/office/alerts/alert/",
    "intake": "/office/intake/",
    "intake-new": "/office/intake/new/",
}
ROLES = {
    "planner": ("todo", "cockpit", "samples", "tasks", "organisations", "alerts", "intake", "intake-new"),
    "officer_gulou": ("todo", "cockpit", "indicator", "samples"),
    "laboratory_1": ("todo", "desk", "samples"),
    "firm_maker": ("todo", "samples"),
    "auditor": ("todo", "events", "runs"),
    "leader": ("todo", "cockpit", "clauses", "clause", "indicators", "indicator", "records", "reports"),
}
"""Each role's own pages; `FORBIDDEN` are those that a role may not see."""

FORBIDDEN = {
    "planner": ("events",),
    "officer_gulou": ("events", "desk"),
    "laboratory_1": ("cockpit", "organisations"),
    "firm_maker": ("cockpit", "desk"),
    "auditor": ("desk",),
    "leader": ("events",),
}
WIDTHS = (390, 1400)
LANGUAGES = ("zh-hans", "en")
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

CUT = """() => [...document.querySelectorAll('h1,h2,h3,p,td,th,a,button,label,span,dd,dt,li,small,b')].filter(e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  if (!box.width || !box.height || style.visibility === 'hidden') return false;
  if (e.closest('.skip,[aria-hidden=true],.sr-only,#nav-sidebar,.material-symbols-outlined')) return false;
  return ['hidden', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && !e.childElementCount;
}).map(e => e.textContent.trim().slice(0, 60))"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TABLE_SCROLLS = """() => [...document.querySelectorAll('.office-scroll')]
  .filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => e.textContent.trim().slice(0, 60))"""
HUNG_OUT = """() => [...document.querySelectorAll('.tile *, .card *, .targets > li *, .tally > li *')].filter(e => {
  const box = e.getBoundingClientRect();
  const frame = e.closest('.tile,.card,.targets > li,.tally > li').getBoundingClientRect();
  return box.width && (box.right > frame.right + 4 || box.left < frame.left - 4);
}).map(e => e.textContent.trim().slice(0, 60))"""


def assert_sound(visitor: Any, path: str, *, status: int = 200) -> None:
    from axe_playwright_python.sync_playwright import Axe

    answer = visitor.go(path)

    assert answer.status == status, f"{path}: {answer.status}"
    assert visitor.page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways at {visitor.width}"
    assert visitor.page.evaluate(CUT) == [], f"{path} cuts text at {visitor.width}"
    assert visitor.page.evaluate(TABLE_SCROLLS) == [], f"{path} hides columns at {visitor.width}"
    assert visitor.page.evaluate(HUNG_OUT) == [], f"{path} hangs out of its box at {visitor.width}"
    complaints = [one for one in visitor.complaints if status == 200 or f"status of {status}" not in one]
    assert complaints == [], f"{path}: {complaints}"
    found = Axe().run(visitor.page, options={"runOnly": STANDARD, "resultTypes": ["violations"]})
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
    assert_sound(nobody, "/office/login/")
    nobody.picture("login")
    assert_sound(nobody, "/nowhere/", status=404)
    nobody.picture("not-found")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("role", list(ROLES))
def test_the_offices_pages_are_sound(visitor: Callable[..., Any], role: str, width: int, language: str) -> None:
    officer = visitor(width=width, language=language, signed_in_as=role)

    for name in ROLES[role]:
        assert_sound(officer, OFFICE[name])
        officer.picture(f"{role}-{name}")
    if "samples" in ROLES[role]:
        assert_sound(officer, first_link(officer, OFFICE["samples"], "#result_list a[href*='/change']"))
        officer.picture(f"{role}-sample")
    if "alerts" in ROLES[role]:
        assert_sound(officer, first_link(officer, OFFICE["alerts"], "#result_list a[href*='/change']"))
        officer.picture(f"{role}-alert")
    for name in FORBIDDEN[role][:1]:
        assert_sound(officer, OFFICE[name], status=403)
        officer.picture(f"{role}-not-allowed")


def first_link(visitor: Any, path: str, selector: str) -> str:
    visitor.go(path)
    found = visitor.page.query_selector(selector)
    assert found is not None, f"{path} leads to no record"
    return found.evaluate("one => new URL(one.href).pathname")


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_is_offered_what_is_theirs_and_nothing_else(visitor: Callable[..., Any], role: str) -> None:
    officer = visitor(width=1400, language="en", signed_in_as=role)
    officer.go("/office/")

    offered = set(officer.page.eval_on_selector_all("a[href]", "all => all.map(one => one.pathname)"))

    assert {path for name in ROLES[role] if (path := OFFICE[name]).count("/") < 4 or "/office/kit" in path} <= offered
    for name in FORBIDDEN[role]:
        assert OFFICE[name] not in offered
        assert officer.go(OFFICE[name]).status == 403


def test_a_countys_officer_sees_the_own_county_and_no_other(visitor: Callable[..., Any]) -> None:
    officer = visitor(width=1400, language="en", signed_in_as="officer_gulou")
    officer.go("/office/cockpit/")

    others = officer.page.query_selector_all(".tile:has-text('not yours')")
    own = [
        one.inner_text().split("\n")[0]
        for one in officer.page.query_selector_all(".tile:not(:has-text('not yours'))")
    ]

    assert own == ["Gulou"]
    assert len(others) == 12


def test_from_a_clause_to_a_test_report_in_four_clicks(visitor: Callable[..., Any]) -> None:
    leader = visitor(width=1400, language="en", signed_in_as="leader")
    leader.go("/office/clauses/1.2/")

    leader.page.click(".targets a:has-text('Look further')")
    leader.page.click("a:has-text('Records behind the figure')")
    leader.page.click(".office-table tbody a")
    leader.page.wait_for_url("**/office/inspection/sample/**")
    leader.page.click(".office-box:has(h2:text-matches('test results', 'i')) a")
    leader.page.wait_for_url("**/office/inspection/result/**")

    assert leader.page.query_selector("text=/report number/i") is not None
    assert leader.page.query_selector(".office-timeline li") is not None


def test_parts_of_the_indicator_page_load_on_demand(visitor: Callable[..., Any]) -> None:
    leader = visitor(width=1400, language="en", signed_in_as="leader")
    leader.go("/office/indicators/provincial_pass_rate/")

    leader.page.click("section:has(#compare) .chips a")
    leader.page.wait_for_selector("#compare table")
    for unit in ("county where found", "laboratory", "county where found"):
        leader.page.click(f"section:has(#funnel) .chips a:has-text('{unit}')")
        leader.page.wait_for_selector("#funnel svg, #funnel p")
    leader.page.wait_for_function(
        "() => document.querySelector('#funnel svg') || !document.querySelector('#funnel [data-chart]')"
    )
    leader.page.click("section:has(#last-year) .chips a")
    leader.page.wait_for_selector("#last-year table, #last-year p")

    assert leader.complaints == []


def test_a_figure_is_asked_as_known_and_as_published_from_the_page(visitor: Callable[..., Any]) -> None:
    leader = visitor(width=1400, language="en", signed_in_as="leader")
    leader.go("/office/indicators/provincial_pass_rate/")

    leader.page.fill("input[name=on]", "2025-06-30")
    leader.page.fill("input[name=known_at]", "2025-09-30")
    leader.page.fill("input[name=published_by]", "2025-12-31")
    leader.page.click(".ask button")
    leader.page.wait_for_load_state()

    said = leader.page.inner_text("main, #main, .cockpit")
    assert "For 2025-06-30, as known on 2025-09-30" in said
    assert "As published on 2025-12-31" in said
    assert leader.page.query_selector(".asked a[href*='/receipts/']") is not None


@pytest.mark.parametrize("text", ["鞋", "玩具", "yxgs", "9135"])
def test_the_public_finds_firms_by_characters_initials_and_codes(visitor: Callable[..., Any], text: str) -> None:
    nobody = visitor(width=390, language="zh-hans")
    nobody.go("/")

    nobody.page.fill("form.search input", text)
    nobody.page.press("form.search input", "Enter")
    nobody.page.wait_for_url("**/search/**")

    assert nobody.page.query_selector_all("main .list li"), f"“{text}” finds nothing"


def test_the_language_is_switched_and_kept(visitor: Callable[..., Any]) -> None:
    nobody = visitor(width=390, language="zh-hans")
    nobody.go("/clauses/")

    nobody.page.click("button[name=language]")
    nobody.page.wait_for_load_state()

    assert nobody.page.url.endswith("/clauses/")
    assert nobody.page.get_attribute("html", "lang") == "en"
    nobody.go("/figures/")
    assert nobody.page.inner_text("h1") == "Published figures"


def test_the_side_bar_opens_by_keyboard_on_a_telephone(visitor: Callable[..., Any]) -> None:
    planner = visitor(width=390, language="en", signed_in_as="planner")
    planner.go("/office/")

    toggle = planner.page.locator("button.office-toggle:visible")
    toggle.focus()
    planner.page.keyboard.press("Enter")

    planner.page.wait_for_selector("a[href='/office/cockpit/']:visible")


def test_keyboard_focus_is_seen_on_the_publics_pages(visitor: Callable[..., Any]) -> None:
    nobody = visitor(width=1400, language="en")
    nobody.go("/")

    for _step in range(6):
        nobody.page.keyboard.press("Tab")
        outline = nobody.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", nobody.page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)")
