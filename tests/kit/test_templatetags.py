"""Numbers as pages write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import models
from django.template import loader
from django.utils import translation

from banyan.kit import amounts, titles
from banyan.kit.templatetags.banyan import amount, colon, likely, percent, points, sign, whole


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [(13 / 15, 1, "86.7%"), (0.97999, 0, "98%"), (-0.3366, 1, "-33.7%"), (1.0, 1, "100.0%"), (None, 1, "–")],
)
def test_a_rate_is_rounded_and_never_cut_off(value, digits, said):
    assert percent(value, digits) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.9971, ">99%"), (0.0004, "<1%"), (1.0, "100%"), (0.0, "0%"), (0.846, "85%"), (None, "–")],
)
def test_what_is_likely_is_never_said_to_be_certain(value, said):
    assert likely(value) == said


def test_counts_have_separators_and_comparisons_their_signs():
    assert whole(12345) == amount(12345, "count") == "12,345"
    assert [sign(op) for op in (">=", "<=", ">")] == ["≥", "≤", ">"]


def test_published_failure_rates_are_shown_as_they_were_published() -> None:
    assert percent(3_476 / 28_265) == "12.3%"
    assert percent(190_872 / 6_997_389) == "2.73%"
    assert percent(0.0999) == "9.99%"
    assert percent(0.0) == "0.0%"
    assert percent(1.0) == "100.0%"


def test_amounts_are_written_with_thousands_apart_and_without_idle_zeros():
    assert [amounts.said(Decimal(one)) for one in ("1200.000", "0.5", "0.000", "1234567.25", "-10.10")] == [
        "1,200", "0.5", "0", "1,234,567.25", "-10.1",
    ]  # fmt: skip
    assert (amounts.said(None), amounts.said(12.3456), amounts.said(1000, places=0)) == ("—", "12.346", "1,000")
    money, rate = (models.DecimalField(max_digits=16, decimal_places=places) for places in (2, 8))
    assert amounts.of_field(Decimal("1200.5"), money) == "1,200.50"
    assert amounts.of_field(Decimal("0.93170000"), rate) == "0.9317"


def test_counts_are_written_alike_in_both_languages():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert whole(1234567) == "1,234,567"


@pytest.mark.parametrize(
    ("difference", "said"), [(-0.588, "−58.8"), (0.124, "+12.4"), (0.0, "0.0"), (-0.0004, "0.0"), (None, "–")]
)
def test_a_difference_of_shares_is_told_in_percentage_points_with_its_sign(difference, said):
    assert points(difference) == said


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "："), ("en", ": ")])
def test_a_heading_ends_in_the_colon_of_its_language(language, said):
    with translation.override(language):
        assert colon() == said


def test_a_receipt_says_rule_and_document_by_their_titles_and_keeps_the_keys():
    receipt = {
        "rule": "food_pass_rate", "rule_from": "2012-11-05", "rule_version": 1, "method": "wilson", "level": 0.95,
        "reference": {"document": "fuzhou-2012-234", "clause": "1.2"},
        "facts": {"count": 3, "kind": "inspection.sample_judged, nobody.knows", "digest": "d"},
        "pack": "p", "version": "v", "engine": "e",
    }  # fmt: skip

    with translation.override("zh-hans"):
        shown = loader.render_to_string("banyan/receipt.html", {"receipt": receipt, "receipt_key": "r"})
        named, unknown = (titles.document(key) for key in ("fuzhou-2012-234", "a paper of nobody"))

    with translation.override("en"):
        english = loader.render_to_string("banyan/receipt.html", {"receipt": receipt, "receipt_key": "r"})

    assert "Wilson&#x27;s score interval" in english
    assert "3 × Sample judged, nobody.knows" in english
    assert "wilson" not in shown
    assert "inspection.sample_judged" not in shown
    assert "食品监督抽检合格率" in shown
    assert "<code>food_pass_rate</code>" in shown
    assert "<code>fuzhou-2012-234</code>" in shown
    assert named in shown
    assert named != "fuzhou-2012-234"
    assert unknown == "a paper of nobody"
