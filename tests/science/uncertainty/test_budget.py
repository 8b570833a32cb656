"""Tests of uncertainty budgets: GUM H.1 to H.3, GTC's results, correlations, refusals, many measurements at once."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import uncertainty
from banyan.science.uncertainty import Input


def end_gauge(l_s, d0, d1, d2, delta_alpha, delta_theta, alpha_s, theta, swing):
    return l_s + d0 + d1 + d2 - l_s * (delta_alpha * (theta + swing) + alpha_s * delta_theta)


END_GAUGE = {
    "l_s": Input.normal(0.050000623, 25e-9, dof=18),
    "d0": Input.normal(215e-9, 5.8e-9, dof=24),
    "d1": Input.normal(0, 3.9e-9, dof=5),
    "d2": Input.normal(0, 6.7e-9, dof=8),
    "delta_alpha": Input.rectangular(0, 1e-6, dof=50),
    "delta_theta": Input.rectangular(0, 0.05, dof=2),
    "alpha_s": Input.rectangular(11.5e-6, 2e-6),
    "theta": Input.normal(-0.1, 0.2),
    "swing": Input.arcsine(0, 0.5),
}


def test_gum_h1_end_gauge():
    found = uncertainty.budget(end_gauge, END_GAUGE, level=0.99)

    assert found.value * 1e3 == pytest.approx(50.000838, abs=5e-7)
    assert found.u * 1e9 == pytest.approx(31.66, abs=0.01)
    assert found.dof == pytest.approx(16.75, abs=0.01)
    assert found.k == pytest.approx(2.9208, abs=1e-4)
    assert found.expanded * 1e9 == pytest.approx(92.5, abs=0.05)
    assert found.row("delta_theta").contribution * 1e9 == pytest.approx(16.6, abs=0.05)
    assert found.row("alpha_s").contribution == 0
    assert sum(row.share for row in found.rows) == pytest.approx(1)


def test_gum_h1_with_terms_of_second_order():
    found = uncertainty.budget(end_gauge, END_GAUGE, level=0.99, second_order=True)

    assert found.u * 1e9 == pytest.approx(33.8, abs=0.1)
    assert found.method == "GUM, second order"


V = [5.007, 4.994, 5.005, 4.990, 4.999]
CURRENT = [0.019663, 0.019639, 0.019640, 0.019685, 0.019678]
PHI = [1.0456, 1.0438, 1.0468, 1.0428, 1.0433]


def impedance(V, J, phi):
    return {"R": V / J * np.cos(phi), "X": V / J * np.sin(phi), "Z": V / J}


def test_gum_h2_simultaneous_observations():
    seen = uncertainty.observed_together({"V": V, "J": CURRENT, "phi": PHI})
    found = uncertainty.joint_budget(impedance, seen.inputs, correlation=seen.correlation, together=[seen.together])

    published = {"R": (127.732, 0.071), "X": (219.847, 0.295), "Z": (254.260, 0.236)}
    for name, (value, u) in published.items():
        assert found.budgets[name].value == pytest.approx(value, abs=5e-4)
        assert found.budgets[name].u == pytest.approx(u, abs=7e-4)
        assert found.budgets[name].dof == pytest.approx(4)
    assert found.correlation[0] == pytest.approx([1, -0.588, -0.485], abs=6e-4)
    # The second approach of the GUM: the results of each observation set, averaged.
    each = impedance(np.array(V), np.array(CURRENT), np.array(PHI))
    assert found.budgets["R"].u == pytest.approx(each["R"].std(ddof=1) / np.sqrt(5), rel=5e-3)


def test_correlated_inputs_of_finite_freedom_leave_it_undefined_and_say_so():
    seen = uncertainty.observed_together({"V": V, "J": CURRENT})

    found = uncertainty.budget(lambda V, J: V / J, seen.inputs, correlation=seen.correlation)

    assert np.isnan(found.dof)
    assert found.k == pytest.approx(1.95996, abs=1e-5)
    assert "undefined" in found.warnings[0]


def test_a_stationary_point_is_pointed_out():
    found = uncertainty.budget(lambda x: x**2, {"x": Input.normal(0, 0.005)})

    assert found.u == 0
    assert "monte_carlo" in found.warnings[0]
    assert uncertainty.budget(lambda x: x**2, {"x": Input.normal(0, 0.005)}, second_order=True).u == pytest.approx(
        np.sqrt(2) * 0.005**2
    )


def test_models_that_take_no_complex_numbers_have_the_right_sensitivities():
    def model(x, y):
        return np.hypot(x, y) + abs(x) + np.arctan2(y, x)

    found = uncertainty.budget(model, {"x": Input.normal(-3.0, 0.1), "y": Input.normal(4.0, 0.1)})

    assert found.row("x").sensitivity == pytest.approx(-3 / 5 - 1 - 4 / 25, rel=1e-7)
    assert found.row("y").sensitivity == pytest.approx(4 / 5 - 3 / 25, rel=1e-7)


def test_a_model_that_drops_the_imaginary_part_in_one_place_is_not_trusted():
    def model(x):
        return x * np.abs(x)  # the complex step sees only the first factor

    found = uncertainty.budget(model, {"x": Input.normal(2.0, 0.1)})

    assert found.row("x").sensitivity == pytest.approx(4.0, rel=1e-6)


def test_a_thousand_measurements_at_once_equal_one_after_the_other():
    random = np.random.default_rng(100)
    volts, ohms = random.normal(10, 1, 1000), random.normal(50, 1, 1000)
    inputs = {"V": Input.normal(volts, 0.05, dof=9), "R": Input.normal(ohms, 0.2 + 0 * ohms, dof=4)}

    together = uncertainty.budget(lambda V, R: V**2 / R, inputs)

    for i in (0, 17, 999):
        one = uncertainty.budget(
            lambda V, R: V**2 / R,
            {"V": Input.normal(volts[i], 0.05, dof=9), "R": Input.normal(ohms[i], 0.2, dof=4)},
        )
        for name in ("value", "u", "dof", "k", "expanded"):
            assert getattr(together, name)[i] == pytest.approx(getattr(one, name))
        assert together.row("R").share[i] == pytest.approx(one.row("R").share)


@given(
    st.lists(st.floats(-5, 5), min_size=3, max_size=3),
    st.lists(st.floats(0.01, 2), min_size=3, max_size=3),
    st.floats(-0.99, 0.99),
)
def test_a_linear_model_has_the_variance_of_linear_algebra(slopes, spreads, r):
    inputs = {name: Input.normal(1.0, u) for name, u in zip("abc", spreads, strict=True)}
    found = uncertainty.budget(
        lambda a, b, c: slopes[0] * a + slopes[1] * b + slopes[2] * c, inputs, correlation={("a", "c"): r}
    )

    matrix = np.eye(3)
    matrix[0, 2] = matrix[2, 0] = r
    parts = np.array(slopes) * spreads
    assert found.u**2 == pytest.approx(parts @ matrix @ parts, rel=1e-6, abs=1e-12)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e3))
def test_rounding_keeps_two_digits_of_the_uncertainty(value, u):
    shown, spread = uncertainty.rounded(value, u)

    assert len(spread.as_tuple().digits) in (2, 3)  # 0.0996 becomes 0.100
    assert shown.as_tuple().exponent == spread.as_tuple().exponent
    assert abs(float(shown) - value) <= float(spread)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Input.normal(1, -0.1), "u is -0.1"),
        (lambda: Input.normal(np.nan, 0.1), "value is nan"),
        (lambda: Input.normal(1, 0.1, dof=0), "dof is 0"),
        (lambda: Input.type_a([3.0]), "2 or more"),
        (lambda: Input.certificate(1, 0.1, k=0), "k is 0"),
        (lambda: uncertainty.budget(lambda: 1, {}), "inputs is empty"),
        (lambda: uncertainty.budget(lambda a: a, {"a": Input.normal(1, 1)}, correlation={("a", "b"): 0.1}), "'b'"),
        (
            lambda: uncertainty.budget(
                lambda a, b: a + b, {n: Input.normal(1, 1) for n in "ab"}, correlation={("a", "b"): 1.2}
            ),
            "cannot hold together",
        ),
        (lambda: uncertainty.budget(lambda a: np.log(a - 1), {"a": Input.normal(1, 1)}), "no finite number"),
        (lambda: uncertainty.observed_together({"a": [1, 2], "b": [1, 2, 3]}), "not equally often"),
        (lambda: uncertainty.fit_line([1, 1, 1], [1, 2, 3]), "all points lie at one x"),
        (lambda: uncertainty.coverage_factor(-1), "dof is -1"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_bad_input_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_line_reads_back_what_it_predicts():
    line = uncertainty.fit_line([1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 7.8, 10.1], origin=3)

    there = line.predict(4.2)

    assert line.read_back(there.value).value == pytest.approx(4.2)
    assert line.read_back(there.value, u_y=0.1).u > line.read_back(there.value).u
    assert abs(line.r) < 1e-12


# ---------------------------------------------------------------- equality with GTC


@pytest.fixture
def gtc(shared_file):
    cases = json.loads(shared_file("oracles/uncertainty/gtc_cases.json").read_text())["cases"]
    return {case["case"]: case for case in cases}


def same(found, held, level=0.95):
    assert found.value == pytest.approx(held["value"], rel=1e-12)
    assert found.u == pytest.approx(held["u"], rel=1e-10)
    if held["dof"] is None:
        assert np.isinf(found.dof)
    else:
        assert found.dof == pytest.approx(held["dof"], rel=1e-8)
    assert found.k == pytest.approx(held["k95"], rel=1e-8)
    assert found.expanded == pytest.approx(held["U95"], rel=1e-8)


@pytest.mark.shared
def test_h1_h2_and_power_equal_gtc(gtc):
    same(uncertainty.budget(end_gauge, END_GAUGE, level=0.99, whole_dof=False), gtc["GUM_H1"]["result"])
    held = gtc["GUM_H2"]
    theirs = {"V": "V", "J": "I", "phi": "phi"}
    seen = uncertainty.observed_together({ours: held["inputs"][name] for ours, name in theirs.items()})
    for (first, second), r in seen.correlation.items():
        assert r == pytest.approx(held["correlations"][theirs[first] + theirs[second]], rel=1e-9)
    joint = uncertainty.joint_budget(
        impedance, seen.inputs, correlation=seen.correlation, together=[seen.together], whole_dof=False
    )
    for name, result in held["result"].items():
        same(joint.budgets[name], result)
    assert joint.correlation[0, 1:] == pytest.approx(
        [held["correlations"]["RX"], held["correlations"]["RZ"]], rel=1e-9
    )
    held = gtc["power"]
    inputs = {name: Input.normal(x, u, dof=dof) for name, (x, u, dof) in held["inputs"].items()}
    found = uncertainty.budget(lambda V, R: V**2 / R, inputs, whole_dof=False)
    same(found, held["result"])
    for line in held["budget"]:
        assert found.row(line["label"]).contribution == pytest.approx(line["u"], rel=1e-12)
    assert found.row("V").sensitivity == pytest.approx(held["sensitivity"]["dV"], rel=1e-12)


@pytest.mark.shared
def test_correlated_and_chained_models_equal_gtc(gtc):
    held = gtc["correlated"]
    (a, b), (u_a, u_b) = held["inputs"]["x"], held["inputs"]["u"]
    inputs = {"a": Input.normal(a, u_a), "b": Input.normal(b, u_b)}
    models = {
        "sum": lambda a, b: a + b,
        "diff": lambda a, b: a - b,
        "prod": lambda a, b: a * b,
        "ratio": lambda a, b: a / b,
    }
    for name, model in models.items():
        same(uncertainty.budget(model, inputs, correlation={("a", "b"): held["inputs"]["r"]}), held["result"][name])
    held = gtc["chain6"]
    inputs = {
        f"x{i}": Input.normal(x, u, dof=np.inf if dof is None else dof)
        for i, (x, u, dof) in enumerate(held["inputs"]["x_u_dof"])
    }

    def chain(**x):
        values = [x[f"x{i}"] for i in range(6)]
        return sum(values[i] * values[(i + 1) % 6] for i in range(6)) / np.log(values[0] + values[1])

    found = uncertainty.budget(chain, inputs, whole_dof=False)
    same(found, held["result"])
    for line in held["budget"]:
        assert found.row(line["label"]).contribution == pytest.approx(line["u"], rel=1e-10)


@pytest.mark.shared
def test_lines_type_a_type_b_and_factors_equal_gtc(gtc):
    held = gtc["GUM_H3"]
    line = uncertainty.fit_line(held["inputs"]["x"], held["inputs"]["y"], origin=held["inputs"]["x0"])
    result = held["result"]
    assert (line.a, line.u_a) == pytest.approx((result["a"]["value"], result["a"]["u"]), rel=1e-9)
    assert (line.b, line.u_b) == pytest.approx((result["b"]["value"], result["b"]["u"]), rel=1e-9)
    assert line.r == pytest.approx(result["r_ab"], rel=1e-9)
    there = line.predict(held["inputs"]["pred"])
    prediction = result["prediction"]
    assert (there.value, there.u, there.dof) == pytest.approx((prediction["value"], prediction["u"], 9), rel=1e-9)
    assert there.expanded == pytest.approx(prediction["U95"], rel=1e-9)
    held = gtc["wls_line"]
    line = uncertainty.fit_line(held["inputs"]["x"], held["inputs"]["y"], u=held["inputs"]["u"])
    assert (line.a, line.u_a, line.b, line.u_b, line.r) == pytest.approx(
        (*(held["result"][n][k] for n in "ab" for k in ("value", "u")), held["result"]["r_ab"]), rel=1e-9
    )
    repeated = Input.type_a(gtc["type_a"]["inputs"]["data"])
    assert (repeated.value, repeated.u) == pytest.approx(
        (gtc["type_a"]["result"]["value"], gtc["type_a"]["result"]["u"]), rel=1e-12
    )
    a = gtc["type_b"]["inputs"]["a"]
    for name, make in (("uniform", Input.rectangular), ("triangular", Input.triangular), ("arcsine", Input.arcsine)):
        assert make(0, a).u == pytest.approx(gtc["type_b"]["result"][name], rel=1e-12)
    held = gtc["k_factors"]
    for dof, row in zip(held["inputs"]["dof"], held["result"], strict=True):
        factors = [uncertainty.coverage_factor(dof, level=p).item() for p in held["inputs"]["p"]]
        assert factors == pytest.approx(row, rel=1e-9)


@pytest.mark.parametrize("model", [lambda a: a, lambda a: [a, a], lambda a: {}])
def test_a_model_of_several_results_that_does_not_name_them_is_refused(model):
    with pytest.raises(ValueError, match="it must give its results by name"):
        uncertainty.joint_budget(model, {"a": uncertainty.Input.normal(1, 0.1)})
