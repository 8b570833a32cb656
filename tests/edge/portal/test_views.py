"""The public sees what was published, as it was published, and nothing else."""

from __future__ import annotations

import html
import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from tests.base.facts.conftest import OFFICE
from tests.edge.conftest import KEY, TODAY, correct

from banyan import policy
from banyan.insight.indicators import actions
from banyan.kit import clock


def publish(by: tuple[str, ...] = ()) -> Any:
    (found,) = actions.publish(
        indicator=KEY, figures_on=TODAY, title="季度公布", breakdowns=(by,), by=OFFICE, on=TODAY
    )
    return found


def read(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.content.decode())


def test_before_a_publication_the_public_sees_no_figure(browse: Any) -> None:
    assert "82.0%" not in read(browse().get("/"))
    assert browse().get("/figures/").context["page"].paginator.count == 0


def test_a_publication_keeps_its_figure_when_a_record_is_corrected(browse: Any, judged: Any) -> None:
    receipt = publish().receipt
    before = read(browse().get(f"/figures/{receipt}/"))
    day = TODAY + timedelta(days=5)
    correct(judged, f"west-None-{judged.recent}-0", "passed", on=day)
    with clock.fixed_at(day):
        after = read(browse().get(f"/figures/{receipt}/"))

    assert "82.0%" in before
    assert "82.0%" in after
    assert "82.4%" not in after


def test_what_was_published_by_a_day(browse: Any) -> None:
    publish()
    day_before = TODAY - timedelta(days=1)

    assert browse().get(f"/figures/?published_by={TODAY}").context["page"].paginator.count == 1
    assert browse().get(f"/figures/?published_by={day_before}").context["page"].paginator.count == 0
    assert browse().get("/figures/0000000000000000/").status_code == 404


def test_a_small_cell_is_hidden_from_the_public_and_from_its_chart(browse: Any) -> None:
    answer = browse().get(f"/figures/{publish(('county',)).receipt}/")
    rows = {row["county"]: row for row in answer.context["rows"]}

    assert rows["north"]["suppressed"]
    assert rows["north"]["n"] is None
    assert "north" not in json.dumps(answer.context["chart"])


@pytest.mark.parametrize(
    ("asked", "kind"),
    [("榕江", "organisations"), ("91350100MA2T3X0Q68", "organisations"), ("fzrj", "organisations"),
     ("抽查合格率", "indicators"), ("主要目标", "clauses")],
)  # fmt: skip
def test_search_finds_by_part_of_a_name_by_code_and_by_initials(
    browse: Any, city: Any, asked: str, kind: str
) -> None:
    found = browse().get("/search/", {"q": asked}).context["found"]

    assert list(found[kind])


def test_search_gives_no_more_of_a_firm_than_name_code_and_county(browse: Any, city: Any) -> None:
    page = read(browse().get("/search/", {"q": "榕江"}))

    assert "福州榕江食品有限公司" in page
    assert "林小明" not in page
    assert "软件大道" not in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_rule_of_the_packs_has_a_page_with_its_article(browse: Any, language: str) -> None:
    browser = browse(language=language)
    for entry in policy.load(settings.BANYAN_PACKS).entries(None, status=None):
        page = read(browser.get(f"/rules/{entry.key}/"))
        assert entry.title.in_language(language) in page
        assert entry.key in page


def test_a_rule_says_what_held_when_where_it_is_written_and_how_sure_that_is(browse: Any) -> None:
    page = read(browse().get("/rules/spot_check.objection/"))

    assert "15 calendar days" in page
    assert "2011-02-01 – 2019-12-31" in page
    assert "unconfirmed: recalled" in page
    assert "seen in the text" in page
    assert "Cases that test it" in page


def test_rules_are_found_by_words_by_document_and_by_kind(browse: Any) -> None:
    listed = read(browse().get("/rules/?q=objection&kind=deadline"))

    assert "/rules/spot_check.objection/" in listed
    assert "/rules/provincial_pass_rate/" not in listed
    assert "/rules/provincial_pass_rate/" in read(browse(language="zh-hans").get("/rules/?q=234 省级监督抽查合格率"))
    assert "No rule answers" in read(browse().get("/rules/?q=nothing-of-the-kind"))
    assert browse().get("/rules/?kind=unheard").status_code == 404


def test_every_kind_of_rule_that_the_packs_hold_has_its_list(browse: Any) -> None:
    """A rule's page leads to the list of its kind, whatever kind it is of."""
    kinds = {entry.kind for entry in policy.load(settings.BANYAN_PACKS).entries(None, status=None)}
    offered = browse().get("/rules/").content.decode()

    assert "assessment" in kinds
    assert {kind: browse().get(f"/rules/?kind={kind}").status_code for kind in kinds} == dict.fromkeys(kinds, 200)
    assert all(f"?kind={kind}&" in offered for kind in kinds)
