"""RKI and Bayes: equal to R surveillance and to their definitions."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from banyan.science import early_warning as ew
from banyan.science.early_warning import reasons


@pytest.mark.shared
def test_every_case_equals_r_surveillance(oracle_series, oracle_rows) -> None:
    methods = {"algo.rki": ew.rki, "algo.bayes": ew.bayes}
    compared = 0

    for name, rows in oracle_rows("rki_bayes_glr").items():
        if rows[0]["function"] not in methods:
            continue
        verdict = methods[rows[0]["function"]](
            oracle_series[rows[0]["series"]]["counts"], at=[int(row["k"]) - 1 for row in rows],
            years_back=int(re.search(r"b=(\d+)", name)[1]), half_window=int(re.search(r"w=(\d+)", name)[1]),
            this_year="actY=TRUE" in name,
        )  # fmt: skip

        assert verdict.upper[0] == pytest.approx([float(row["upperbound"]) for row in rows], rel=1e-9), name
        assert verdict.alarm[0].tolist() == [row["alarm"] == "1" for row in rows], name
        compared += 1
    assert compared == 16


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), years_back=st.integers(0, 2), this_year=st.booleans())
def test_bounds_follow_from_the_reference_values(seed: int, years_back: int, this_year: bool) -> None:
    counts = np.random.default_rng(seed).poisson([[3.0], [30.0]], (2, 130)).astype(float)
    if not years_back and not this_year:
        this_year = True

    options = {"at": [129], "years_back": years_back, "half_window": 4, "this_year": this_year}
    by_rki, by_bayes = ew.rki(counts, **options), ew.bayes(counts, **options)

    for series, row in enumerate(counts):
        values = list(row[125:129]) if this_year else []
        for year in range(1, years_back + 1):
            values += list(row[129 - 52 * year - 4 : 129 - 52 * year + 5])
        n, total = len(values), sum(values)
        predictive = stats.nbinom(total + 0.5, n / (n + 1))
        assert by_bayes.upper[series, 0] == predictive.ppf(0.95)
        assert by_bayes.p_value[series, 0] == pytest.approx(predictive.sf(row[129] - 1))
        if total / n > 20:
            assert by_rki.upper[series, 0] == pytest.approx(np.mean(values) + 2 * np.std(values, ddof=1))


def test_times_without_all_their_reference_values_say_so() -> None:
    verdict = ew.bayes(np.ones((2, 60)), at=[5, 55, 59], years_back=1)

    assert verdict.reason_code.tolist() == [[reasons.TOO_SHORT, reasons.TOO_SHORT, reasons.EVALUATED]] * 2


def test_a_comparison_with_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="there is nothing to compare with"):
        ew.rki(np.ones((1, 60)), at=[59], this_year=False)
