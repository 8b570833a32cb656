"""Every kind of page that a role reaches by links opens, fits, leads nowhere dead and speaks the reader's language.

CI walks three places of the grid. The whole grid of roles, languages and widths is walked where BANYAN_CRAWL says
`whole`.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import Resolver404, resolve
from tests.e2e.test_pages import CUT, HUNG_OUT, LANGUAGES, SIDEWAYS, STANDARD, TABLE_SCROLLS, WIDTHS
from tests.house.test_languages import sentences

pytestmark = pytest.mark.e2e

WHOLE = os.environ.get("BANYAN_CRAWL") == "whole"
ROLES = (
    "", "planner", "data_office", "officer_gulou", "sampler_gulou", "laboratory_1", "firm_maker", "firm_seller",
    "auditor", "leader", "administrator",
)  # fmt: skip
GRID = [(role, language, width) for role in ROLES for language in LANGUAGES for width in WIDTHS]
SAMPLED = [("", "zh-hans", 390), ("laboratory_1", "en", 390), ("leader", "en", 1400)]
SAME_KIND = {"o", "p", "page", "_facets", "q"}
"""Parameters that order, page or search a list: they make no other kind of page."""

STARTS = {"": ("/", "/rules/", "/log/", "/search/?q=%E5%88%B6%E9%80%A0", "/office/login/")}
LEAVES_THE_WALK = re.compile(r"^/(?:static|media|i18n|office/(?:logout|jsi18n))")
IS_A_FILE = re.compile(
    r"^/(?:api/|log/verify|qr/)|/(?:export|paper|file|template)/|\.(?:pdf|docx|xlsx|csv|py|xml|atom)(?:\?|$)|\bas=(?:xlsx|csv)"
)
MOST_PAGES_OF_A_WALK = 400 if WHOLE else 60
LINKS = """() => [...document.querySelectorAll('a[href]')].map(e => e.href)"""
TEXTS = """() => {
  const HIDDEN = 'script,style,code,pre,svg,template,[lang=en],[class*=name_en],.material-symbols-outlined';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node; (node = walker.nextNode());) {
    const box = node.parentElement;
    if (!node.data.trim() || box.closest(HIDDEN)) continue;
    found.push(node.data.trim().replace(/\\s+/g, ' '));
  }
  for (const box of document.querySelectorAll('[title],[placeholder],[aria-label],[alt]'))
    for (const name of ['title', 'placeholder', 'aria-label', 'alt'])
      if (box.getAttribute(name)) found.push(box.getAttribute(name));
  return found;
}"""


def kind_of(address: str) -> str:
    """What pages of one template and one verb have in common: route, named verb, names of the parameters."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return parts.path
    named = "".join(
        f" {found.kwargs[name]}" for name in ("name", "paper", "form", "app_label") if name in found.kwargs
    )
    return f"{found.route}{named} {' '.join(sorted(parse_qs(parts.query)))}".strip()


class Walk:
    """One role's way through all that links lead to, from the first page on."""

    def __init__(self, visitor: Any, starts: tuple[str, ...], *, known: set[str], axed: set[str]) -> None:
        self.visitor, self.known, self.axed = visitor, known, axed
        self.waiting = deque(f"{visitor.address}{start}" for start in starts)
        self.asked: set[str] = set()
        self.seen: set[str] = set()
        self.faults: list[str] = []

    def run(self) -> list[str]:
        while self.waiting and len(self.seen) < MOST_PAGES_OF_A_WALK:
            address = self.waiting.popleft()
            kind = kind_of(address)
            if kind in self.seen:
                continue
            self.seen.add(kind)
            path = address.removeprefix(self.visitor.address)
            print(f"{self.visitor.width} {self.visitor.language} {path}", flush=True)
            self.faults += [f"{path}: {fault}" for fault in self._faults(path, kind)]
        return self.faults

    def _faults(self, path: str, kind: str) -> Iterator[str]:
        if IS_A_FILE.search(path):
            yield from self._dead(path)
            return
        page = self.visitor.page
        self.visitor.complaints.clear()
        answer = self.visitor.go(path)
        if answer.status >= 400:
            yield f"answers {answer.status}"
            return
        self._follow()
        for what, script in (("cuts", CUT), ("hides columns", TABLE_SCROLLS), ("hangs out of its box", HUNG_OUT)):
            if found := page.evaluate(script):
                yield f"{what}: {found[:3]}"
        if page.evaluate(SIDEWAYS) > 0:
            yield "scrolls sideways"
        if self.visitor.complaints:
            yield f"complains: {self.visitor.complaints}"
        texts = page.evaluate(TEXTS) if self.visitor.language == "zh-hans" else ()
        if english := sorted({one for text in texts for one in sentences(text)}):
            yield f"speaks English: {english[:5]}"
        if kind not in self.axed:
            self.axed.add(kind)
            yield from axe_faults(page)

    def _follow(self) -> None:
        """Take in the links of the page; pages whose kind another walk has opened are asked without a browser."""
        for href in self.visitor.page.evaluate(LINKS):
            address = href.partition("#")[0]
            path = address.removeprefix(self.visitor.address)
            if not address.startswith(self.visitor.address) or LEAVES_THE_WALK.search(path):
                continue
            kind = kind_of(address)
            if kind in self.seen or address in self.asked:
                continue
            self.asked.add(address)
            if kind in self.known:
                self.seen.add(kind)
                self.faults += [f"{path}: {fault}" for fault in self._dead(path)]
            else:
                self.waiting.append(address)

    def _dead(self, path: str) -> Iterator[str]:
        answer = self.visitor.context.request.get(f"{self.visitor.address}{path}")
        if answer.status >= 400:
            yield f"a link leads to {answer.status}"


def axe_faults(page: Any) -> Iterator[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": STANDARD, "resultTypes": ["violations"]})
    for one in found.response["violations"]:
        for node in one["nodes"][:2]:
            yield f"axe {one['id']}: {node['target']} {node['failureSummary'][:160]}"


@pytest.fixture(scope="module")
def opened() -> dict[str, set[str]]:
    """Kinds of pages that walks have opened, and those that axe has read."""
    return {"known": set(), "axed": set()}


@pytest.mark.parametrize(("role", "language", "width"), GRID if WHOLE else SAMPLED)
def test_all_that_links_lead_to_is_sound(
    visitor: Callable[..., Any], opened: dict[str, set[str]], role: str, language: str, width: int
) -> None:
    person = visitor(width=width, language=language, signed_in_as=role)
    known = set() if WHOLE else opened["known"]

    walk = Walk(person, STARTS.get(role, ("/office/",)), known=known, axed=opened["axed"])
    faults = walk.run()

    opened["known"] |= walk.seen
    assert len(walk.seen) > 5, f"{role or 'the public'} is led to {sorted(walk.seen)}"
    assert not faults, "\n".join(faults)
