"""Tests of proficiency scores, key comparisons, and conformity with limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from banyan.science import uncertainty


def algorithm_a_slowly(values):
    """ISO 13528 C.3, step by step for one row."""
    mean = np.median(values)
    s = 1.483 * np.median(np.abs(values - mean))
    for _ in range(500):
        delta = 1.5 * s
        pulled = np.array([min(max(v, mean - delta), mean + delta) for v in values])
        mean = pulled.mean()
        s = 1.134 * np.sqrt(((pulled - mean) ** 2).sum() / (len(values) - 1))
    return mean, s


def test_algorithm_a_agrees_with_its_slow_reading_row_by_row():
    random = np.random.default_rng(13528)
    rows = random.standard_t(3, (6, 15)) * 0.4 + 12
    rows[2, 3] = np.nan
    rows[4, :2] = 40

    found = uncertainty.algorithm_a(rows)

    for i, row in enumerate(rows):
        mean, s = algorithm_a_slowly(row[~np.isnan(row)])
        assert (found.mean[i], found.s[i]) == pytest.approx((mean, s), rel=1e-9)
    assert found.n.tolist() == [15, 15, 14, 15, 15, 15]
    assert found.u == pytest.approx(1.25 * found.s / np.sqrt(found.n))


def test_one_wild_result_hardly_moves_the_robust_mean():
    calm = [10.1, 10.3, 9.9, 10.0, 10.2, 10.1, 9.8, 10.4]

    there = uncertainty.algorithm_a([*calm, 1000.0])

    assert abs(there.mean - np.mean(calm)) < 0.1


def test_for_normal_results_the_robust_figures_are_the_classical_ones():
    values = np.random.default_rng(1).normal(5, 2, 40_000)

    found = uncertainty.algorithm_a(values)

    assert (found.mean, found.s) == pytest.approx((5, 2), rel=0.02)
    replicates = np.random.default_rng(2).normal(0, 2, (40_000, 4)).std(axis=1, ddof=1)
    assert uncertainty.algorithm_s(replicates, dof=3) == pytest.approx(2, rel=0.02)


@given(st.lists(st.floats(-100, 100), min_size=4, max_size=12, unique=True), st.floats(0.1, 10), st.floats(-50, 50))
def test_robust_figures_move_and_scale_with_the_results(values, scale, shift):
    values = np.round(values, 3)
    one = uncertainty.algorithm_a(values)

    other = uncertainty.algorithm_a(values * scale + shift)

    assert other.mean == pytest.approx(one.mean * scale + shift, rel=1e-6, abs=1e-6)
    assert other.s == pytest.approx(one.s * scale, rel=1e-6, abs=1e-6)


def test_scores_of_a_worked_example():
    # Assigned 10.0, sigma 0.4, u 0.2: result 10.9.
    z = uncertainty.z_scores([10.9], assigned=10.0, sigma=0.4)
    z_prime = uncertainty.z_scores([10.9], assigned=10.0, sigma=0.4, u_assigned=0.2)
    zeta = uncertainty.zeta_scores([10.9], u=[0.3], assigned=10.0, u_assigned=0.2)
    en = uncertainty.en_numbers([10.9], expanded=[0.6], assigned=10.0, expanded_assigned=0.4)

    assert z.score[0] == pytest.approx(2.25)
    assert z.verdict[0] == "questionable"
    assert z_prime.score[0] == pytest.approx(0.9 / np.sqrt(0.2))
    assert z_prime.method == "z'"
    assert zeta.score[0] == pytest.approx(0.9 / np.sqrt(0.13))
    assert en.score[0] == pytest.approx(0.9 / np.sqrt(0.52))
    assert en.verdict[0] == "unacceptable"


def test_many_tests_are_scored_at_once_and_missing_results_are_named():
    results = np.array([[10.0, 10.5, np.nan], [5.0, 6.0, 4.0]])

    found = uncertainty.z_scores(results, assigned=[10.0, 5.0], sigma=[0.2, 0.3])

    assert found.score[1] == pytest.approx([0, 10 / 3, -10 / 3])
    assert found.verdict.tolist() == [
        ["acceptable", "questionable", "no result"],
        ["acceptable", "unacceptable", "unacceptable"],
    ]


def test_key_comparison_of_consistent_and_inconsistent_results():
    results, u = np.array([10.1, 9.9, 10.05]), np.array([0.1, 0.1, 0.2])
    found = uncertainty.key_comparison(results, u)
    weights = 1 / u**2

    assert found.value == pytest.approx(np.average(results, weights=weights))
    assert found.u == pytest.approx(weights.sum() ** -0.5)
    assert found.u_difference == pytest.approx(np.sqrt(u**2 - found.u**2))
    spread = uncertainty.key_comparison([10.0, 12.0, 9.0], [0.1, 0.1, 0.1])
    assert not spread.consistent
    assert spread.warnings
    random_effects = uncertainty.key_comparison([10.0, 12.0, 9.0], [0.1, 0.1, 0.1], method="random effects")
    assert random_effects.between == pytest.approx(np.std([10, 12, 9], ddof=1), rel=0.01)
    assert random_effects.value == pytest.approx(31 / 3)


def test_probability_of_conformity():
    # JCGM 106, 7.3: one upper limit, measured half a standard uncertainty inside it.
    assert uncertainty.conformance_probability(9.5, 1.0, upper=10) == pytest.approx(stats.norm.cdf(0.5))
    both = uncertainty.conformance_probability([9.5, 20.0], 1.0, lower=8, upper=10)
    assert both == pytest.approx(stats.norm.cdf([0.5, -10]) - stats.norm.cdf([-1.5, -12]))
    few = uncertainty.conformance_probability(9.5, 1.0, upper=10, dof=4)
    assert few == pytest.approx(stats.t.cdf(0.5, 4))
    assert uncertainty.conformance_probability([10.0, 10.1], 0.0, upper=10).tolist() == [1.0, 0.0]


def test_guarded_acceptance_bounds_the_risk_of_a_wrong_pass():
    u = 0.3
    band = uncertainty.guard_band(u, risk=0.05)
    at_limit = uncertainty.decide(10 - band, u, upper=10, band=band)

    assert at_limit.statement == "pass"
    assert at_limit.wrong == pytest.approx(0.05)
    assert uncertainty.decide(10 - band + 1e-9, u, upper=10, band=band).statement == "fail"
    assert uncertainty.decide(9.99, u, upper=10, rule="simple").statement == "pass"
    assert uncertainty.decide(10 - 2 * u, u, upper=10).wrong == pytest.approx(0.02275, abs=1e-5)


@given(st.floats(-3, 3), st.floats(0.01, 0.9), st.sampled_from(["simple", "guarded", "non-binary"]))
def test_a_pass_is_never_more_likely_wrong_than_right(value, u, rule):
    found = uncertainty.decide(value, u, lower=-2, upper=2, rule=rule)

    if found.statement == "pass":
        assert found.wrong <= 0.5 + 0.02
        assert -2 <= value <= 2


def test_global_risks_agree_with_simulated_items():
    random = np.random.default_rng(106)
    items = random.normal(0.3, 1, 2_000_000)
    measured = items + random.normal(0, 0.3, items.size)
    conform, accept = (items >= -2) & (items <= 2), (measured >= -1.7) & (measured <= 1.7)

    risk = uncertainty.global_risks(
        process_mean=0.3, process_sd=1, u=0.3, lower=-2, upper=2, acceptance_lower=-1.7, acceptance_upper=1.7
    )

    assert risk.consumer == pytest.approx((accept & ~conform).mean(), abs=2e-4)
    assert risk.producer == pytest.approx((~accept & conform).mean(), abs=8e-4)
    assert risk.accepted == pytest.approx(accept.mean(), abs=1e-3)
    assert risk.conforming == pytest.approx(conform.mean(), abs=1e-3)


@given(st.floats(0.01, 0.8), st.floats(-1, 1))
def test_a_wider_guard_band_lowers_the_consumers_risk_and_raises_the_producers(u, mean):
    risks = [
        uncertainty.global_risks(
            process_mean=mean, process_sd=1, u=u, lower=-2, upper=2, acceptance_lower=-2 + w, acceptance_upper=2 - w
        )
        for w in (0.0, u, 2 * u)
    ]

    assert risks[0].consumer >= risks[1].consumer >= risks[2].consumer
    assert risks[0].producer <= risks[1].producer <= risks[2].producer
    for risk in risks:
        assert risk.accepted - risk.consumer + risk.producer == pytest.approx(risk.conforming, abs=1e-9)


def test_a_measurement_without_error_has_no_risk():
    risk = uncertainty.global_risks(process_mean=0, process_sd=1, u=0, lower=-2, upper=2)

    assert (risk.consumer, risk.producer) == pytest.approx((0, 0), abs=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: uncertainty.algorithm_a([1, 2]), "3 or more participants"),
        (lambda: uncertainty.z_scores([1], assigned=1, sigma=0), "sigma is 0"),
        (lambda: uncertainty.zeta_scores([1], u=[0], assigned=1, u_assigned=0), "both uncertainties are 0"),
        (lambda: uncertainty.key_comparison([1, 2], [0.1, 0.0]), r"u\[1\] is 0"),
        (lambda: uncertainty.decide(1, 0.1), "with a limit"),
        (lambda: uncertainty.decide(1, 0.1, lower=2, upper=1), "does not lie below"),
        (lambda: uncertainty.decide(1, 0.6, lower=0, upper=2), "leave nothing"),
        (lambda: uncertainty.guard_band(0.1), "either risk or k"),
        (lambda: uncertainty.guard_band(0.1, risk=0.7), "risk is 0.7"),
        (lambda: uncertainty.global_risks(process_mean=0, process_sd=0, u=1, upper=1), "process_sd is 0"),
    ],
)
def test_bad_input_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_many_processes_have_the_risks_of_each_alone():
    spreads, means = np.array([0.1, 0.3, 0.6]), np.array([[0.0], [0.5]])

    together = uncertainty.global_risks(process_mean=means, process_sd=1, u=spreads, lower=-2, upper=2)

    assert together.consumer.shape == (2, 3)
    for i, mean in enumerate(means.ravel()):
        for j, u in enumerate(spreads):
            alone = uncertainty.global_risks(process_mean=mean, process_sd=1, u=u, lower=-2, upper=2)
            assert together.consumer[i, j] == alone.consumer
            assert together.producer[i, j] == alone.producer
    with pytest.raises(ValueError, match=r"process_sd\[1\] is 0.0"):
        uncertainty.global_risks(process_mean=0, process_sd=[1, 0], u=0.1, upper=2)
    with pytest.raises(ValueError, match=r"acceptance_lower is 3.0: it lies above"):
        uncertainty.global_risks(process_mean=0, process_sd=1, u=0.1, lower=-2, upper=2, acceptance_lower=3)


@pytest.mark.parametrize("method", ["weighted mean", "random effects"])
def test_many_comparisons_equal_one_after_the_other(method):
    random = np.random.default_rng(9)
    results, u = random.normal(10, 0.3, (6, 8)), random.uniform(0.1, 0.3, (6, 8))

    together = uncertainty.key_comparison(results, u, method=method)

    for i in range(6):
        alone = uncertainty.key_comparison(results[i], u[i], method=method)
        for name in ("value", "u", "chi_square", "p_value", "between"):
            assert getattr(together, name)[i] == pytest.approx(getattr(alone, name))
        assert together.difference[i] == pytest.approx(alone.difference)
        assert together.consistent[i] == alone.consistent
    with pytest.raises(ValueError, match=r"u\[0, 1\] is 0.0"):
        uncertainty.key_comparison([[1, 2]], [[1, 0]])


@pytest.mark.shared
def test_lead_in_wine_has_the_reference_of_its_included_institutes(shared_rows):
    rows = shared_rows("data/metrology-interlab-gum/Pb.csv")
    held = [row for row in rows if row["include"] == "TRUE"]
    value, u = (np.array([float(row[name]) for row in held]) for name in ("value", "u"))

    found = uncertainty.key_comparison(value, u, method="random effects")
    robust = uncertainty.algorithm_a(value)

    assert found.consistent or found.between > 0
    assert abs(found.value - robust.mean) < 2 * np.hypot(found.u, robust.u)
