"""Tests of Monte Carlo after JCGM 101: its printed examples, the adaptive stop, distributions, refusals."""

import json

import numpy as np
import pytest
from scipy import stats

from banyan.science import uncertainty
from banyan.science.uncertainty import Input


def total(**parts):
    return sum(parts.values())


def four(make, *more):
    return dict(zip("abcd", [*(make() for _ in range(4 - len(more))), *more], strict=True))


@pytest.mark.parametrize(
    ("inputs", "u", "end"),
    [
        (four(lambda: Input.normal(0, 1)), 2.00, 3.92),
        (four(lambda: Input.rectangular(0, np.sqrt(3))), 2.00, 3.88),
        (four(lambda: Input.rectangular(0, np.sqrt(3)), Input.rectangular(0, 10 * np.sqrt(3))), 10.1, 17.0),
    ],
    ids=["9.2.2", "9.2.3", "9.2.4"],
)
def test_additive_examples_have_the_printed_intervals(inputs, u, end):
    found = uncertainty.monte_carlo(total, inputs, seed=101, draws=1_000_000)

    assert found.u == pytest.approx(u, rel=6e-3)
    assert (found.low, found.high) == pytest.approx((-end, end), abs=0.006 * end)


def test_mass_calibration_has_the_printed_figures():
    inputs = {
        "m_Rc": Input.normal(100_000, 0.05),
        "dm_Rc": Input.normal(1.234, 0.02),
        "a": Input.rectangular(1.2, 0.1),
        "rho_W": Input.rectangular(8000, 1000),
        "rho_R": Input.rectangular(8000, 50),
    }

    def mass(m_Rc, dm_Rc, a, rho_W, rho_R):
        return (m_Rc + dm_Rc) * (1 + (a - 1.2) * (1 / rho_W - 1 / rho_R)) - 100_000

    found = uncertainty.monte_carlo(mass, inputs, seed=93, draws=1_000_000)
    first_order = uncertainty.budget(mass, inputs)

    assert (found.value, found.u) == pytest.approx((1.234, 0.0754), abs=3e-4)
    assert (found.low, found.high) == pytest.approx((1.0834, 1.3825), abs=1.5e-3)
    assert first_order.u == pytest.approx(0.0539, abs=1e-4)
    assert not uncertainty.validate(first_order, found).valid


@pytest.mark.parametrize(
    ("x1", "mean", "u", "low", "high"),
    [(0, 50, 50, 0, 150), (0.010, 150, 112, 0, 367), (0.050, 2550, 502, 1590, 3543)],
)
def test_comparison_loss_has_the_printed_shortest_intervals(x1, mean, u, low, high):
    inputs = {"x1": Input.normal(x1, 0.005), "x2": Input.normal(0, 0.005)}

    found = uncertainty.monte_carlo(
        lambda x1, x2: x1**2 + x2**2, inputs, seed=94, draws=1_000_000, interval="shortest"
    )

    assert (found.value * 1e6, found.u * 1e6) == pytest.approx((mean, u), rel=6e-3)
    assert (found.low * 1e6, found.high * 1e6) == pytest.approx((low, high), rel=5e-3, abs=12)


def test_the_adaptive_run_stops_when_its_figures_are_stable():
    inputs = four(lambda: Input.normal(0, 4.75))

    coarse = uncertainty.monte_carlo(total, inputs, seed=7, digits=1)
    fine = uncertainty.monte_carlo(total, inputs, seed=7, digits=2)
    stopped = uncertainty.monte_carlo(total, inputs, seed=7, digits=2, most=120_000)

    assert coarse.stable
    assert coarse.n < fine.n
    assert fine.tolerance == 0.05
    assert (fine.low, fine.high) == pytest.approx((-18.62, 18.62), abs=0.08)
    assert not stopped.stable
    assert "not stable" in stopped.warnings[0]


def test_the_same_seed_gives_the_same_answer():
    inputs = four(lambda: Input.triangular(1, 2))

    first, second = (uncertainty.monte_carlo(total, inputs, seed=5, draws=50_000) for _ in range(2))

    assert first == second
    assert first != uncertainty.monte_carlo(total, inputs, seed=6, draws=50_000)


@pytest.mark.parametrize(
    ("drawn", "distribution"),
    [
        (Input.normal(2, 0.5), stats.norm(2, 0.5)),
        (Input.normal(2, 0.5, dof=5), stats.t(5, 2, 0.5)),
        (Input.student(2, 0.5, dof=5), stats.t(5, 2, 0.5)),
        (Input.rectangular(2, 0.5), stats.uniform(1.5, 1)),
        (Input.triangular(2, 0.5), stats.triang(0.5, 1.5, 1)),
        (Input.trapezoidal(2, 0.5, top=0.4), stats.trapezoid(0.3, 0.7, 1.5, 1)),
        (Input.arcsine(2, 0.5), stats.arcsine(1.5, 1)),
    ],
)
def test_inputs_are_drawn_from_their_distribution(drawn, distribution):
    values = drawn.draw(np.random.default_rng(11), 20_000)

    assert stats.kstest(values, distribution.cdf).pvalue > 1e-3
    if not np.isfinite(drawn.dof):
        assert drawn.u == pytest.approx(distribution.std())


def test_correlated_inputs_are_drawn_jointly():
    inputs = {name: Input.normal(1, 0.3) for name in "ab"}

    sums = uncertainty.monte_carlo(lambda a, b: a + b, inputs, seed=3, draws=200_000, correlation={("a", "b"): 0.6})
    differences = uncertainty.monte_carlo(
        lambda a, b: a - b, inputs, seed=3, draws=200_000, correlation={("a", "b"): 1.0}
    )

    assert sums.u == pytest.approx(0.3 * np.sqrt(2 * 1.6), rel=5e-3)
    assert differences.u < 1e-7


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda i: uncertainty.monte_carlo(total, i, seed=1, draws=10), "draws is 10"),
        (lambda i: uncertainty.monte_carlo(total, i, seed=1, digits=5), "digits is 5"),
        (lambda i: uncertainty.monte_carlo(total, i, seed=1, interval="longest"), "interval is 'longest'"),
        (lambda i: uncertainty.monte_carlo(lambda **x: np.log(x["a"]), i, seed=1, draws=1000), "no finite number"),
        (lambda i: uncertainty.monte_carlo(lambda **x: np.zeros(3), i, seed=1, draws=1000), "one result per draw"),
        (
            lambda i: uncertainty.monte_carlo(
                total, {**i, "a": Input.rectangular(0, 1)}, seed=1, draws=1000, correlation={("a", "b"): 0.5}
            ),
            "a is not normal",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered in log")
def test_bad_input_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call(four(lambda: Input.normal(0, 1)))


@pytest.mark.shared
def test_simulations_equal_the_reference_within_its_spread(shared_file):
    expressions = {
        "y=a+b+c+d": total,
        "y=1-(1-(a**2+b**2))": lambda a, b: 1 - (1 - (a**2 + b**2)),
        "p=V**2/R": lambda V, R: V**2 / R,
    }
    makers = {
        "normal": lambda x, more: Input.normal(x, more["std"]),
        "uniform": lambda x, more: Input.rectangular(x, more["a"]),
        "triangular": lambda x, more: Input.triangular(x, more["a"]),
        "arcsine": lambda x, more: Input.arcsine(x, more["a"]),
    }
    draws = 1_000_000
    for case in json.loads(shared_file("oracles/uncertainty/monte_carlo.json").read_text())["cases"]:
        inputs = {name: makers[kind](x, more) for name, (x, kind, more) in case["variables"].items()}
        held = case["result"]["mc"]
        spread = np.array(held["run_to_run_sd"]) * np.sqrt(4e6 / draws) * 6
        model = expressions[case["expr"]]
        found = uncertainty.monte_carlo(model, inputs, seed=20, draws=draws)
        shortest = uncertainty.monte_carlo(model, inputs, seed=20, draws=draws, interval="shortest")
        figures = (found.value, found.u, found.low, found.high, shortest.low, shortest.high)
        names = ("mean", "u", "p95_low", "p95_high", "shortest95_low", "shortest95_high")
        for ours, name, tolerance in zip(figures, names, spread, strict=True):
            assert abs(ours - held[name]) <= tolerance, (case["case"], name)
        assert uncertainty.budget(model, inputs).u == pytest.approx(case["result"]["gum"]["u"], rel=1e-9, abs=1e-15)


def test_gauge_block_has_the_printed_figures():
    """JCGM 101, 9.5: shortest 99 % interval [745, 932] nm, u 36 nm; the first order says 32 nm and [745, 931]."""
    inputs = {
        "l_s": Input.normal(50_000_623, 25, dof=18),
        "d0": Input.normal(215, 6, dof=24),
        "d1": Input.normal(0, 4, dof=5),
        "d2": Input.normal(0, 7, dof=8),
        "alpha_s": Input.rectangular(11.5e-6, 2e-6),
        "theta": Input.normal(-0.1, 0.2),
        "swing": Input.arcsine(0, 0.5),
        "delta_alpha": Input.curvilinear(0, 1e-6, inexact=1e-7),
        "delta_theta": Input.curvilinear(0, 0.050, inexact=0.025),
    }

    def length(l_s, d0, d1, d2, alpha_s, theta, swing, delta_alpha, delta_theta):
        drift = delta_alpha * (theta + swing) + alpha_s * delta_theta
        return l_s + d0 + d1 + d2 - l_s * drift - 50_000_000

    found = uncertainty.monte_carlo(length, inputs, seed=95, draws=1_000_000, level=0.99, interval="shortest")

    assert (found.value, found.u) == (pytest.approx(838, abs=0.3), pytest.approx(36, abs=0.5))
    assert (found.low, found.high) == (pytest.approx(745, abs=3), pytest.approx(932, abs=3))


def test_distributions_of_little_knowledge_have_their_moments():
    random = np.random.default_rng(10)
    for drawn in (Input.curvilinear(3, 2, inexact=0.8), Input.exponential(2.0), Input.counted(4)):
        values = drawn.draw(random, 400_000)
        assert values.mean() == pytest.approx(float(drawn.value), abs=0.02)
        assert values.std() == pytest.approx(float(drawn.u), rel=0.01)
    assert np.abs(Input.curvilinear(0, 2, inexact=0.8).draw(random, 10_000)).max() <= 2.8
    assert stats.kstest(Input.counted(4).draw(random, 20_000), stats.gamma(5).cdf).pvalue > 1e-3
    with pytest.raises(ValueError, match=r"inexact is 3\.0: it lies between 0 and the half width"):
        Input.curvilinear(0, 2, inexact=3)
    with pytest.raises(ValueError, match=r"count is -1\.0"):
        Input.counted(-1)
