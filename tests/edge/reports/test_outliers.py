"""What the report says of units side by side: chance only where chance gives such a spread, and who lies apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from banyan.edge.reports.queries import sentences
from banyan.insight.indicators import queries as indicators
from banyan.insight.indicators.queries import comparisons

pytestmark = pytest.mark.django_db
SIDES = ("Central", "Far North", "Far Southeast", "Far Southwest", "North", "Northwest", "South", "Southwest", "West")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is said of nine units that passed so often of so many, and the funnel behind it."""

    def tell(passed: Any, n: Any, language: str = "en") -> tuple[str, Mapping[str, Any]]:
        groups = [{"county": name} for name in SIDES]
        counts = SimpleNamespace(groups=groups, n=np.broadcast_to(n, len(SIDES)), passed=np.asarray(passed))
        monkeypatch.setattr(comparisons, "measure", lambda *_args, **_more: counts)
        found = indicators.funnel(key="provincial_pass_rate", on=date(2024, 12, 31), by="county", min_n=10)
        with translation.override(language):
            return sentences.of_outliers(found, dict(zip(SIDES, SIDES, strict=True)), unit="side"), found

    return tell


def test_one_strong_outlier_among_nine_does_not_hide_behind_limits_that_it_widened(told: Any) -> None:
    text, found = told([170, 172, 128, 168, 171, 169, 173, 167, 170], 200)

    outlier = next(one for one in found["units"] if one["unit"] == "Far Southeast")
    assert found["dispersion"] < 2 < found["ratio"]
    assert (outlier["outside"], outlier["apart"], found["is_by_chance"]) == (-1, -1, False)
    assert text == "Below the limits of chance (99.8%) around the common rate of 82.7%: Far Southeast."


def test_differences_of_chance_alone_are_called_chance(told: Any) -> None:
    drawn = np.random.default_rng(3).binomial(200, 0.85, (60, len(SIDES)))
    said = [told(passed, 200)[0] for passed in drawn]

    called_chance = sum("are what chance gives" in text for text in said)
    assert called_chance >= 50
    assert sum("more than chance explains" in text for text in said) <= 6  # one in twenty, give or take


def test_more_spread_than_chance_is_told_with_its_factor_and_who_lies_apart(told: Any) -> None:
    n = [1627, 1374, 465, 379, 1465, 666, 495, 821, 1518]
    text, found = told([1402, 1087, 312, 336, 1177, 581, 351, 674, 1281], n)

    assert not any(one["outside"] for one in found["units"])
    assert found["ratio"] == pytest.approx(21.0, abs=0.1)
    assert text == (
        "By side, the rates differ more than chance explains: their variance is 21.0 times that of chance. None "
        "stands out of the spread that all of them share, by which the limits (99.8%) around the common rate of "
        "81.7% are widened. Below the common rate by the interval of their shrunken rate: Far North, Far Southeast, "
        "South. Above the common rate by the interval of their shrunken rate: Central, Far Southwest, Northwest, "
        "West."
    )


def test_units_that_only_their_shrunken_rate_puts_apart_are_named_beside_those_outside(told: Any) -> None:
    text, found = told([180, 150, 90, 175, 172, 168, 153, 170, 168], 200)

    apart = [one["unit"] for one in found["units"] if one["apart"] and not one["outside"]]
    assert apart
    assert text.startswith("Below the limits of chance (99.8%) around the common rate of 79.2%: Far Southeast.")
    assert all(name in text.split("shrunken rate", 1)[1] for name in apart)


def test_a_unit_that_lies_apart_is_never_called_chance(told: Any) -> None:
    found = {
        "units": [
            {"unit": name, "outside": 0, "apart": -int(name == "South"), "n": 50, "value": 0.8} for name in SIDES
        ],
        "target": 0.85, "dispersion": 1.0, "ratio": 1.4, "is_by_chance": True,
    }  # fmt: skip
    with translation.override("en"):
        text = sentences.of_outliers(found, dict(zip(SIDES, SIDES, strict=True)), unit="side")

    assert "are what chance gives" not in text
    assert text.endswith("Below the common rate by the interval of their shrunken rate: South.")


def test_the_same_is_said_in_chinese(told: Any) -> None:
    n = [1627, 1374, 465, 379, 1465, 666, 495, 821, 1518]
    text, _found = told([1402, 1087, 312, 336, 1177, 581, 351, 674, 1281], n, "zh-hans")

    assert "超出偶然波动所能解释的程度" in text
    assert "收缩估计率" in text
    assert "属偶然波动" not in text


def test_each_city_counts_in_its_own_word(settings: Any) -> None:
    row = {"n": 200, "value": 0.85, "low": 0.79, "high": 0.89}

    def said(language: str) -> str:
        with translation.override(language):
            return sentences.of_rate("A", row, level="95%", mark="R1")

    here = said("en"), said("zh-hans")
    settings.BANYAN_PACKS = ("house", "chicago")
    there = said("en"), said("zh-hans")

    assert "of 200 judged batches 85.0% passed" in here[0]
    assert "已判定200批次，合格率85.0%" in here[1]
    assert "of 200 judged inspections 85.0% passed" in there[0]
    assert "已判定200家次，合格率85.0%" in there[1]
