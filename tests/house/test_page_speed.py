"""The main pages keep their time on a small fixed city, beside a fixed piece of work of the same machine and moment.

A page's time is processor time, and what is held is the ratio of its 95th percentile to that of the peer, which is
measured in between, visit by visit: a slow or busy machine slows both. Each bound is about three times the largest
ratio of repeated runs on a loaded machine, so it is passed only by a page that has become several times slower.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.template import Context, Template
from tests.house.test_query_counts import PAGES, add_rows

from banyan.edge.cockpit import queries
from banyan.kit import recent

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

VISITS = 12
BOUNDS = {
    "portal home": 15, "published figures": 12, "clauses": 15, "search": 12, "to do": 110, "cockpit": 110,
    "indicators": 24, "indicator": 200, "list of samples": 60, "list of draws": 45, "sample": 100,
    "list of organisations": 50, "organisation": 65, "list of alerts": 60, "alert": 60, "rule of alerts": 15,
    "scores": 220, "list of drafts": 55, "draft": 50, "desk of approvals": 35, "list of approvals": 75,
    "approval": 40, "list of late entries": 95, "list of findings": 55, "finding": 50, "completeness": 35,
    "structures of SDMX": 12, "data of SDMX": 35, "published data of SDMX": 15, "list of equipment": 50,
    "equipment": 70, "overdue equipment": 25, "public page of equipment": 10, "trace": 30, "trace over the API": 15,
    "pack": 12, "list of cases": 60, "case": 100, "figures of cases": 40, "unlike fines": 25,
    "situation": 40, "response": 45, "readiness": 60, "alerts": 10, "account": 40,
    "readings of the own credit file": 35, "screening": 35, "credential": 60, "status list of credentials": 6,
    "list of names without a code": 40, "name without a code": 50, "manifest of reconciliation": 8,
    "firms, searched": 12, "public page of a firm": 36, "firm by code over the API": 10,
}  # fmt: skip
TABLE = Template(
    "{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell|upper }}</td>{% endfor %}</tr>{% endfor %}"
)
ROWS = [[f"cell <{row}.{column}>" for column in range(8)] for row in range(60)]


def peer() -> None:
    """The fixed piece of work: a table of five hundred cells written by a template."""
    TABLE.render(Context({"rows": ROWS}))


def spent(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def ratio(visit: Callable[[], Any]) -> float:
    """The 95th percentile of a page's processor time over that of the peer, measured in turn."""
    visit(), peer()  # loads and remembers what is loaded and remembered once
    pairs = [(spent(visit), spent(peer)) for _turn in range(VISITS)]
    pages, peers = (sorted(times) for times in zip(*pairs, strict=True))
    return pages[int(0.95 * (VISITS - 1))] / peers[int(0.95 * (VISITS - 1))]


def visit_of(twins, name: str) -> Callable[[], Any]:
    """A visit of a page after an event: nothing of lists is remembered, figures are."""
    person, address, _questions = PAGES[name]

    def visit() -> None:
        recent.forget()
        assert twins.browser(person).get(address).status_code == 200

    return visit


def too_slow(twins, names: list[str]) -> dict[str, tuple[float, float]]:
    """The pages over their bounds, each with its ratio and its bound. One that is over is measured once more."""
    found = {}
    for name in names:
        measured = ratio(visit_of(twins, name))
        if measured > BOUNDS[name]:
            measured = min(measured, ratio(visit_of(twins, name)))
        if measured > BOUNDS[name]:
            found[name] = (round(measured, 2), BOUNDS[name])
    return found


@pytest.fixture(scope="module")
def filled(twins, django_db_blocker):
    with django_db_blocker.unblock():
        add_rows()
    return twins


def test_the_main_pages_keep_their_time(filled):
    assert BOUNDS.keys() == PAGES.keys()
    assert too_slow(filled, list(PAGES)) == {}


def test_a_page_that_became_slow_is_found(filled, monkeypatch):
    late = queries.late

    def slow(*given, **named):
        for _turn in range(200):
            peer()
        return late(*given, **named)

    monkeypatch.setattr(queries, "late", slow)

    assert too_slow(filled, ["cockpit"]).keys() == {"cockpit"}
