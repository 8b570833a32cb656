"""Farrington's methods: equal to R surveillance, to a slow second version, and never stopped by one series."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from banyan.science import early_warning as ew
from banyan.science.early_warning import reasons
from banyan.science.early_warning.reference import reference_indices


def invented_weeks() -> np.ndarray:
    """330 weeks with season, slow rise, past outbreaks and one at the end."""
    t = np.arange(330)
    season = np.round(3 * np.cos(2 * np.pi * t / 52))
    counts = 6 + (7 * t) % 5 + (11 * t) % 7 + season + np.where(t % 97 == 13, 15, 0) + t // 80
    counts[327:330] = [14, 35, 17]
    return counts.astype(float)


# What R surveillance 1.20.3 answers for the invented weeks 326 to 330.
R_ANSWERS = [
    ({"threshold": "nb_plugin"}, [21, 21, 20, 20, 19]),
    (
        {"threshold": "delta"},
        [21.52647696877413, 21.23029879328428, 20.42919367998693, 19.98823074377960, 19.54795010974378],
    ),
    (
        {"threshold": "delta", "years_back": 4, "periods": 1, "exclude_recent": 3, "weights_threshold": 1.0,
         "trend": "if_significant", "alpha": 0.01},
        [23.79140700338918, 24.35425600646025, 23.27533010261103, 23.22478850383757, 22.13803077034297],
    ),
    ({"threshold": "muan", "periods": 5, "alpha": 0.01}, [25, 25, 24, 23, 23]),
]  # fmt: skip


@pytest.mark.parametrize(("options", "bounds"), R_ANSWERS)
def test_the_flexible_method_gives_the_bounds_of_r_surveillance(options, bounds) -> None:
    verdict = ew.farrington_flexible(invented_weeks(), at=np.arange(325, 330), **options)

    assert verdict.upper[0] == pytest.approx(bounds, rel=1e-9)
    assert verdict.alarm[0].tolist() == [False, False, False, True, False]


def test_the_original_method_gives_the_bounds_of_r_surveillance() -> None:
    verdict = ew.farrington(invented_weeks(), at=np.arange(325, 330))

    bounds = [19.95944800856827, 23.36991112881569, 22.59356585989753, 22.53506649586170, 18.32851300092566]
    assert verdict.upper[0] == pytest.approx(bounds, rel=1e-9)


# farringtonFlexible(sts(y, frequency = 52, epoch = as.Date("2008-09-01") + 7 * t, population = 1000 + 3 * t),
# list(range = 326:330, ...)): calendar with a 53-week year, population offset, every power, each limit.
R_ANSWERS_BY_DATE = [
    (  # b = 5, noPeriods = 10, pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin", pThresholdTrend = 1
        {},
        [21, 21, 21, 20, 20],
    ),
    (  # thresholdMethod = "delta", populationOffset = TRUE, else the same
        {"threshold": "delta", "population": 1000 + 3 * np.arange(330)},
        [21.14949451810027, 21.14153473986753, 20.39210267124995, 19.92572754074256, 19.42506001502339],
    ),
    (  # b = 4, noPeriods = 7, w = 2, pastWeeksNotIncluded = 10, trend = FALSE, reweight = FALSE, powertrans = "1/2"
        {"threshold": "delta", "years_back": 4, "periods": 7, "half_window": 2, "exclude_recent": 10,
         "trend": "never", "reweight": False, "power": "1/2", "alpha": 0.01},
        [23.35861267360974, 22.55410900340996, 21.88468890228167, 22.15989250257662, 21.33740343812190],
    ),
    (  # b = 3, noPeriods = 1, pastWeeksNotIncluded = 3, weightsThreshold = 1, powertrans = "none"
        {"threshold": "delta", "years_back": 3, "periods": 1, "exclude_recent": 3, "weights_threshold": 1.0,
         "trend": "if_significant", "power": "none", "alpha": 0.005, "population": 1000 + 3 * np.arange(330)},
        [22.94688197301085, 22.96245435782736, 22.36063357715425, 22.32135290390682, 21.37689349061777],
    ),
    (  # pastWeeksNotIncluded = 0, thresholdMethod = "muan", pThresholdTrend = 0.2, limit54 = c(60, 4)
        {"threshold": "muan", "exclude_recent": 0, "trend": "if_significant", "trend_alpha": 0.2, "alpha": 0.001,
         "minimum": (60, 4)},
        [29, np.nan, np.nan, 27, 27],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("options", "bounds"), R_ANSWERS_BY_DATE)
def test_series_with_dates_give_the_bounds_of_r_surveillance(options, bounds) -> None:
    dates = np.datetime64("2008-09-01") + 7 * np.arange(330)

    verdict = ew.farrington_flexible(invented_weeks(), at=np.arange(325, 330), dates=dates, **options)

    assert verdict.upper[0] == pytest.approx(bounds, rel=1e-9, nan_ok=True)
    assert verdict.alarm[0].tolist() == [False, False, False, True, False]


def test_monthly_series_give_the_bounds_of_r_surveillance() -> None:
    # The same counts as months from January 1990 on: frequency = 12, w = 1, noPeriods = 4, pastWeeksNotIncluded = 2.
    months = (np.datetime64("1990-01") + np.arange(330)).astype("datetime64[D]")

    verdict = ew.farrington_flexible(
        invented_weeks(), at=np.arange(325, 330), dates=months, period=12, half_window=1, periods=4,
        exclude_recent=2, threshold="delta",
    )  # fmt: skip

    bounds = [24.05269335975351, 23.75943336626214, 24.03834641896608, 23.57204057604258, 24.35271445639152]
    assert verdict.upper[0] == pytest.approx(bounds, rel=1e-9)


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def oracle_cases(shared_file, oracle_rows, function: str, table: str) -> list:
    rows = oracle_rows(table)
    listed = json.loads(shared_file("oracles/early_warning/cases.json").read_text())["cases"]
    return [(case["case"], case, rows[case["case"]]) for case in listed if case["function"] == function]


def told(held: dict, control: dict, rows: list[dict]) -> dict:
    """What every case passes on, whichever the method."""
    options = {
        "at": [int(row["k"]) - 1 for row in rows], "period": held["period"], "years_back": control.get("b", 5),
        "half_window": control.get("w", 3), "reweight": control.get("reweight", True),
        "power": control.get("powertrans", "2/3"), "minimum": tuple(control.get("limit54", (5, 4))),
        "alpha": control.get("alpha", 0.05),
    }  # fmt: skip
    if held["dates"][0]:
        options["dates"] = held["dates"]
    return options


@pytest.mark.shared
def test_every_flexible_case_equals_r(shared_file, oracle_rows, oracle_series) -> None:
    compared = 0
    for name, case, rows in oracle_cases(shared_file, oracle_rows, "farringtonFlexible", "farrington_flexible"):
        held, control = oracle_series[case["series"]], case["control"]
        options = told(held, control, rows)
        if control.get("populationOffset"):
            options["population"] = held["population"]
        methods = {"nbPlugin": "nb_plugin", "muan": "muan", "delta": "delta"}
        always = control.get("pThresholdTrend", 0.05) >= 1
        trend = "always" if always else "if_significant"

        verdict = ew.farrington_flexible(
            held["counts"], periods=control["noPeriods"], weights_threshold=control["weightsThreshold"],
            exclude_recent=control["pastWeeksNotIncluded"], threshold=methods[control["thresholdMethod"]],
            trend=trend if control.get("trend", True) else "never", **options,
        )  # fmt: skip

        for column, row in enumerate(rows):
            upper = number(row["upperbound"])
            assert verdict.alarm[0, column] == (row["alarm"] == "1"), name
            assert verdict.upper[0, column] == pytest.approx(upper, rel=1e-6, abs=1e-6, nan_ok=True), name
            assert math.isnan(upper) == bool(verdict.reason[0, column]), name
            if not math.isnan(upper):
                assert verdict.expected[0, column] == pytest.approx(number(row["expected"]), rel=1e-6, abs=1e-9)
                assert verdict.p_value[0, column] == pytest.approx(number(row["pvalue"]), rel=1e-6, abs=1e-9)
                assert verdict.dispersion[0, column] == pytest.approx(number(row["phi"]), rel=1e-6)
                assert verdict.trend_used[0, column] == (row["trend_used"] == "1"), name
            compared += 1
    assert compared > 3000


@pytest.mark.shared
def test_every_original_case_equals_r(shared_file, oracle_rows, oracle_series) -> None:
    compared = 0
    for name, case, rows in oracle_cases(shared_file, oracle_rows, "algo.farrington", "farrington_original"):
        held, control = oracle_series[case["series"]], case["control"]
        options = told(held, control, rows)
        if "populationOffset" in str(control.get("fitFun")):
            options["population"] = held["population"]

        verdict = ew.farrington(
            held["counts"], trend="if_significant" if control.get("trend", True) else "never", **options
        )

        for column, row in enumerate(rows):
            assert verdict.alarm[0, column] == (row["alarm"] == "1"), name
            assert verdict.upper[0, column] == pytest.approx(number(row["upperbound"]), rel=1e-6, abs=1e-6), name
            assert verdict.expected[0, column] == pytest.approx(number(row["median"]), rel=1e-6, abs=1e-9), name
            assert 1 - verdict.p_value[0, column] == pytest.approx(number(row["quantile"]), abs=1e-6), name
            assert verdict.trend_used[0, column] == (row["trend_used"] == "1"), name
            compared += 1
    assert compared > 1000


class PoissonAsR(sm.families.Poisson):
    """Starts from the counts + 0.1, as R's `glm` does."""

    def starting_mu(self, y: np.ndarray) -> np.ndarray:
        return y + 0.1


R_STOPS = {"tol_criterion": "deviance", "tol": 1e-9, "rtol": 1e-8, "maxiter": 25}
"""R's `glm` stops where the deviance changes by less than 1e-8 of itself + 0.1. Dispersion and hat values rest on the
weights of its last step: who goes on weighs the outbreaks of the past otherwise, by some 1e-6."""


def slow_flexible(counts: np.ndarray, k: int, *, years_back: int, half_window: int, periods: int, alpha: float):
    """One week of one series by the book, with a library's regression: published formulas, negative binomial."""
    season, rows = {}, []
    centres = [k - 52 * year for year in range(years_back, -1, -1)]
    for older, newer in itertools.pairwise(centres):
        between = list(range(older + half_window + 1, newer - half_window))
        for part, block in enumerate(np.array_split(between, periods - 1)):
            season.update(dict.fromkeys(block.tolist(), part))
    for centre in centres:
        season.update(dict.fromkeys(range(centre - half_window, centre + half_window + 1), periods - 1))
    rows = [t for t in sorted(season) if t < k - 26]
    levels = np.array([[season[t] == part for part in range(periods)] for t in rows], float)

    def two_fits(design: np.ndarray):
        first = sm.GLM(counts[rows], design, family=PoissonAsR()).fit(**R_STOPS)
        working, freedom = first.model.weights, len(rows) - design.shape[1]
        hat = np.einsum("ij,jk,ik,i->i", design, np.linalg.inv(design.T * working @ design), design, working)
        residual = 1.5 * (counts[rows] ** (2 / 3) * first.mu ** (-1 / 6) - first.mu**0.5)
        residual /= np.sqrt(dispersion_of(first, freedom) * (1 - hat))
        weight = np.where(residual > 2.58, residual**-2.0, 1.0)
        weight *= len(rows) / weight.sum()
        again = sm.GLM(counts[rows], design, family=PoissonAsR(), var_weights=weight).fit(**R_STOPS)
        return again, dispersion_of(again, freedom)

    def dispersion_of(fitted, freedom: int) -> float:
        return max(1.0, (fitted.model.weights * (counts[rows] / fitted.mu - 1) ** 2).sum() / freedom)

    time = (np.array(rows) - k) / 100.0
    fitted, dispersion = two_fits(np.column_stack([levels, time]))
    mean = math.exp(fitted.params[periods - 1])
    if mean > counts[rows].max():
        fitted, dispersion = two_fits(levels)
        mean = math.exp(fitted.params[periods - 1])
    if dispersion == 1.0:
        return mean, stats.poisson.ppf(1 - alpha, mean)
    return mean, stats.nbinom.ppf(1 - alpha, mean / (dispersion - 1), 1 / dispersion)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    periods=st.sampled_from([2, 5, 10]),
    years_back=st.integers(3, 5),
    half_window=st.integers(1, 4),
)
def test_the_batched_fit_agrees_with_a_library_s_regression_series_by_series(
    seed: int, periods: int, years_back: int, half_window: int
) -> None:
    random = np.random.default_rng(seed)
    weeks = np.arange(52 * years_back + half_window + 4)
    mean = 8 * np.exp(0.5 * np.sin(2 * np.pi * weeks / 52) + 0.3 * weeks / weeks.size)
    counts = random.poisson(mean * random.gamma(3, 1 / 3, (4, weeks.size))) + 1.0
    at = weeks[-3:]

    verdict = ew.farrington_flexible(
        counts, at=at, periods=periods, years_back=years_back, half_window=half_window, formula="published"
    )

    for series in range(4):
        for column, k in enumerate(at):
            slow = slow_flexible(
                counts[series], int(k), years_back=years_back, half_window=half_window, periods=periods, alpha=0.05
            )
            assert verdict.expected[series, column] == pytest.approx(slow[0], rel=1e-9)
            assert verdict.upper[series, column] == slow[1]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), threshold=st.sampled_from(["delta", "nb_plugin", "muan"]))
def test_a_series_gets_the_same_verdict_alone_as_among_others(seed: int, threshold: str) -> None:
    random = np.random.default_rng(seed)
    means = random.choice([0.02, 0.3, 4.0, 200.0], (40, 1))
    counts = random.poisson(means, (40, 280)).astype(float)
    at = np.arange(270, 280)

    together = ew.farrington_flexible(counts, at=at, threshold=threshold, minimum=(0, 4))
    order = random.permutation(40)
    shuffled = ew.farrington_flexible(counts[order], at=at[::-1], threshold=threshold, minimum=(0, 4))
    alone = ew.farrington_flexible(counts[7], at=at, threshold=threshold, minimum=(0, 4))

    for name in ("expected", "upper", "alarm", "p_value", "reason_code"):
        whole = getattr(together, name).astype(float)
        np.testing.assert_allclose(getattr(shuffled, name)[:, ::-1].astype(float), whole[order], rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(getattr(alone, name)[0].astype(float), whole[7], rtol=1e-7, atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), higher=st.integers(1, 30))
def test_a_higher_count_never_ends_an_alarm_and_a_smaller_alpha_never_begins_one(seed: int, higher: int) -> None:
    counts = np.random.default_rng(seed).poisson(6.0, (20, 280)).astype(float)
    raised = counts.copy()
    raised[:, -1] += higher

    before = ew.farrington_flexible(counts, at=[279])
    after = ew.farrington_flexible(raised, at=[279])
    stricter = ew.farrington_flexible(counts, at=[279], alpha=0.001)

    assert not (before.alarm & ~after.alarm).any()
    assert not (stricter.alarm & ~before.alarm).any()
    assert (after.p_value <= before.p_value).all()
    assert np.array_equal(before.upper, after.upper)  # the last 26 weeks do not enter the bound


def test_calendar_dates_keep_the_season_in_place_across_years_of_53_weeks() -> None:
    dates = np.datetime64("2015-01-05") + 7 * np.arange(330)  # 2015 and 2020 have 53 ISO weeks

    by_calendar, code = reference_indices(329, period=52, years_back=5, dates=dates)
    by_position, _ = reference_indices(329, period=52, years_back=5, dates=None)

    anniversaries = np.array([np.datetime64(f"{2021 - year}-04-26") for year in range(1, 6)])
    assert code == reasons.EVALUATED
    assert str(dates[329]) == "2021-04-26"
    assert (np.abs(dates[by_calendar] - anniversaries).astype(int) <= 3).all()
    assert (dates[by_position] - anniversaries)[-1].astype(int) == 6


def test_the_29th_of_february_is_compared_with_the_1st_of_march() -> None:
    dates = np.datetime64("2019-01-01") + np.arange(900)
    leap_day = int(np.flatnonzero(dates == np.datetime64("2020-02-29"))[0])

    past, _ = reference_indices(leap_day, period=365, years_back=1, dates=dates)

    assert str(dates[past[0]]) == "2019-03-01"


def test_each_cell_without_a_verdict_says_why_and_stops_no_other() -> None:
    busy = invented_weeks()
    counts = np.stack([busy, np.zeros(330), busy, np.where(np.arange(330) % 60 == 29, 1.0, 0.0)])
    population = np.full((4, 330), 1000.0)
    population[2, 200] = np.nan

    verdict = ew.farrington_flexible(counts, at=[100, 329], population=population)

    assert verdict.reason[:, 0].tolist() == [reasons.REASONS[reasons.TOO_SHORT]] * 4
    assert verdict.reason[0, 1] == ""
    assert verdict.reason_code[1:, 1].tolist() == [
        reasons.ALL_ZERO,
        reasons.NO_POPULATION,
        reasons.TOO_FEW_RECENT,
    ]
    assert verdict.reason[3, 1] == "Too few cases lately: the last 4 values add up to less than 5."
    assert np.isfinite(verdict.upper[0, 1])
    assert np.isnan(verdict.upper[1:, 1]).all()
    assert not verdict.alarm[1:].any()


def test_cases_after_nothing_but_zeros_alarm_by_the_published_formula_and_are_told_otherwise() -> None:
    counts = np.zeros(330)
    counts[329] = 8

    published = ew.farrington_flexible(counts, at=[329], formula="published")
    as_peer = ew.farrington_flexible(counts, at=[329])
    without_season = ew.farrington_flexible(counts, at=[329], periods=1)

    assert published.alarm[0, 0]
    assert published.upper[0, 0] == 0
    assert as_peer.reason_code[0, 0] == reasons.ALL_ZERO  # R surveillance answers NA here
    assert not as_peer.alarm[0, 0]
    assert not ew.control_alarms(as_peer.p_value, evaluated=as_peer.reason_code == 0).alarm.any()
    assert without_season.alarm[0, 0]


def test_a_gap_in_the_calendar_is_told_for_the_weeks_that_need_it() -> None:
    dates = np.datetime64("2015-01-05") + 7 * np.arange(330)
    dates[276:] += 7

    verdict = ew.farrington_flexible(invented_weeks(), at=[320, 327], dates=dates, years_back=1, periods=1)

    assert verdict.reason_code.tolist() == [[reasons.EVALUATED, reasons.REFERENCE_MISSING]]


def test_a_window_with_too_few_values_for_its_parts_is_told() -> None:
    verdict = ew.farrington_flexible(invented_weeks()[:60], at=[59], years_back=1, half_window=1, exclude_recent=52)

    assert verdict.reason_code.tolist() == [[reasons.TOO_FEW_REFERENCE]]


def test_nearly_empty_windows_with_the_wide_bound_neither_hang_nor_raise() -> None:
    random = np.random.default_rng(3)
    counts = (random.random((60, 330)) < 0.01).astype(float)

    verdict = ew.farrington_flexible(counts, at=np.arange(300, 330), threshold="muan", minimum=(0, 4))

    silent = verdict.reason_code == reasons.UNBOUNDED
    assert np.array_equal(np.isnan(verdict.upper), verdict.reason_code != reasons.EVALUATED)
    assert silent.any()


def test_results_cannot_be_written() -> None:
    verdict = ew.farrington_flexible(invented_weeks(), at=[329])

    with pytest.raises(ValueError, match="read-only"):
        verdict.upper[0, 0] = 0.0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"counts": [[1.0, np.nan, 2.0]]}, r"counts\[0, 1\] is nan"),
        ({"counts": [[1.0, -2.0, 2.0]]}, r"counts\[0, 1\] is -2.0: a count cannot be negative"),
        ({"counts": np.zeros((2, 3, 4))}, "3 dimensions"),
        ({"counts": []}, "counts is empty"),
        ({"at": [330]}, r"at\[0\] is 330.*the series have the times 0 to 329"),
        ({"at": [1.5]}, "a time index is a whole number"),
        ({"dates": ["2020-01-06"]}, r"dates has shape \(1,\)"),
        ({"population": np.full((1, 330), -1.0)}, "population.*it cannot be negative"),
        ({"population": np.ones((2, 330))}, "does not fit the counts"),
        ({"alpha": 1.0}, "alpha is 1.0: it must lie strictly between 0 and 1"),
        ({"threshold": "nbPlugin"}, "threshold is 'nbPlugin': it must be one of delta, nb_plugin, muan"),
        ({"trend": True}, "trend is True: it must be one of always, if_significant, never"),
        ({"years_back": 0}, "years_back is 0: a whole number of at least 1 is needed"),
        ({"half_window": 25}, "do not fit in a year of 52"),
        ({"minimum": 5}, "two numbers are needed"),
    ],
)
def test_bad_input_is_refused_with_its_name_and_place(wrong, words) -> None:
    arguments = {"counts": invented_weeks(), "at": [329]} | wrong
    counts = arguments.pop("counts")

    with pytest.raises(ValueError, match=words):
        ew.farrington_flexible(counts, **arguments)
