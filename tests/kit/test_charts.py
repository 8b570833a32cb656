"""Specifications of charts: what is no share has neither interval nor per cent."""

from __future__ import annotations

import json

from banyan.kit import charts

TITLES = {"x": "quarter", "value": "value", "low": "low", "high": "high", "n": "n", "target": "target"}


def test_amounts_are_drawn_without_interval_and_per_cent_and_rates_with_both():
    amounts = [{"quarter": "2025-Q1", "value": 29.0, "low": 29.0, "high": 29.0, "n": 7}]
    rates = [{"quarter": "2025-Q1", "value": 0.9, "low": 0.8, "high": 0.95, "n": 70}]

    amount = json.dumps(charts.trend(amounts, x="quarter", titles=TITLES, threshold=30, is_share=False))
    rate = json.dumps(charts.trend(rates, x="quarter", titles=TITLES, threshold=None))

    assert "errorband" not in amount
    assert "%" not in amount
    assert "errorband" in rate
    assert ".2%" in rate


def test_quotients_are_written_in_per_cent_and_have_no_interval():
    ratios = [{"quarter": "2025-Q1", "value": 0.012, "low": 0.012, "high": 0.012, "n": 9}]

    ratio = json.dumps(
        charts.trend(ratios, x="quarter", titles=TITLES, threshold=None, is_share=False, in_percent=True)
    )

    assert "errorband" not in ratio
    assert ".2%" in ratio
