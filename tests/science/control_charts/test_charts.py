"""Tests of control charts: textbook values, run rules, capability, run lengths, and equality with R qcc."""

import csv
import json

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import control_charts as charts

# Montgomery's piston rings, phase 1: means and ranges of the first five samples of five.
RINGS = [
    [74.030, 74.002, 74.019, 73.992, 74.008],
    [73.995, 73.992, 74.001, 74.011, 74.004],
    [73.988, 74.024, 74.021, 74.005, 74.002],
    [74.002, 73.996, 73.993, 74.015, 74.009],
    [73.992, 74.007, 74.015, 73.989, 74.014],
]


@pytest.mark.parametrize(
    ("n", "published"),
    [
        (2, (1.128, 0.853, 0.7979)),
        (5, (2.326, 0.864, 0.9400)),
        (10, (3.078, 0.797, 0.9727)),
        (25, (3.931, 0.708, 0.9896)),
    ],
)
def test_constants_equal_the_published_table(n, published):
    found = charts.d2(n), charts.d3(n), charts.c4(n)

    assert found == pytest.approx(published, abs=6e-4)


def test_limits_follow_the_textbook_factors():
    data = np.array(RINGS)
    mean, mean_range, mean_s = data.mean(), np.ptp(data, axis=1).mean(), data.std(axis=1, ddof=1).mean()

    xbar, r = (make(data, constants="exact") for make in (charts.xbar_chart, charts.r_chart))
    s = charts.s_chart(data)

    assert xbar.upper[0] == pytest.approx(mean + 0.57682 * mean_range, abs=1e-6)
    assert (r.lower[0], r.upper[0]) == (0, pytest.approx(2.11450 * mean_range, abs=1e-6))
    assert s.upper[0] == pytest.approx(2.08900 * mean_s, abs=1e-6)
    by_s = charts.xbar_chart(data, estimator="UWAVE-SD")
    assert by_s.lower[0] == pytest.approx(mean - 1.42730 * mean_s, abs=1e-6)


def test_individuals_follow_the_textbook_factors():
    values = np.array([33.75, 33.05, 34.0, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.2])
    moving = np.abs(np.diff(values)).mean()

    chart = charts.individuals_chart(values, constants="exact")
    ranges = charts.moving_range_chart(values, constants="exact")

    assert chart.upper[0] == pytest.approx(values.mean() + 2.65868 * moving, abs=1e-5)
    assert charts.individuals_chart(values).upper[0] == pytest.approx(values.mean() + 2.660 * moving, abs=2e-4)
    assert ranges.upper[0] == pytest.approx(3.26654 * moving, abs=1e-4)
    assert np.isnan(ranges.statistic[0])


def test_many_series_at_once_equal_one_after_the_other():
    random = np.random.default_rng(5)
    data = random.normal(size=(7, 20, 4))
    counts, sizes = random.binomial(90, 0.1, (7, 20)), np.full((7, 20), 90)

    together = charts.xbar_chart(data, baseline=15)
    shares = charts.p_chart(counts, sizes)
    smooth = charts.ewma_chart(data, subgroups=True)
    summed = charts.cusum_chart(data[..., 0])

    for i in range(7):
        one = charts.xbar_chart(data[i], baseline=15)
        assert together.upper[i] == pytest.approx(one.upper)
        assert together.beyond[i].tolist() == one.beyond.tolist()
        assert shares.upper[i] == pytest.approx(charts.p_chart(counts[i], sizes[i]).upper)
        assert smooth.statistic[i] == pytest.approx(charts.ewma_chart(data[i], subgroups=True).statistic)
        assert summed.lower[i] == pytest.approx(charts.cusum_chart(data[i, :, 0]).lower)


def test_a_subgroup_with_fewer_units_has_wider_limits():
    data = np.array(RINGS)
    data[2, 4] = np.nan

    chart = charts.xbar_chart(data)

    assert chart.n.tolist() == [5, 5, 4, 5, 5]
    assert chart.statistic[2] == pytest.approx(np.nanmean(data[2]))
    assert chart.upper[2] - chart.center[2] == pytest.approx((chart.upper[0] - chart.center[0]) * np.sqrt(5 / 4))
    assert charts.r_chart(data).center[2] < charts.r_chart(data).center[0]


def test_laneys_factor_is_one_when_samples_vary_as_the_binomial_says():
    random = np.random.default_rng(2002)
    steady = charts.laney_p_chart(random.binomial(5_000, 0.08, 3_000), 5_000)
    share = random.beta(80, 920, 3_000)
    restless = charts.laney_p_chart(random.binomial(5_000, share), 5_000)

    assert steady.sigma == pytest.approx(1, abs=0.05)
    assert restless.sigma > 2
    assert restless.beyond.mean() < 0.01 < charts.p_chart(random.binomial(5_000, share), 5_000).beyond.mean()


def broken_slowly(rule, z, points):
    """One rule read word by word, point by point."""
    out = []
    for i in range(len(z)):
        last = [z[j] for j in range(max(0, i - rule.m + 1), i + 1)]
        for place in range(len(last) - 1, -1, -1):
            if np.isnan(last[place]):
                last = last[place + 1 :]
                break
        full = len(last) == rule.m
        raw = points[i - len(last) + 1 : i + 1]
        if rule.kind == "beyond":
            up = bool(last) and last[-1] > rule.sigmas and sum(v > rule.sigmas for v in last) >= rule.k
            down = bool(last) and last[-1] < -rule.sigmas and sum(v < -rule.sigmas for v in last) >= rule.k
            out.append(up or down)
        elif rule.kind == "same side":
            out.append(full and (all(v > 0 for v in last) or all(v < 0 for v in last)))
        elif rule.kind == "within":
            out.append(full and all(abs(v) < rule.sigmas for v in last))
        elif rule.kind == "outside":
            out.append(full and all(abs(v) > rule.sigmas for v in last))
        else:
            steps = np.sign(np.diff(raw))
            if rule.kind == "trend":
                out.append(full and (bool(np.all(steps > 0)) or bool(np.all(steps < 0))))
            else:
                out.append(full and bool(np.all(steps[1:] * steps[:-1] < 0)))
    return out


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([-3.5, -2.5, -1.5, -0.5, 0.0, 0.5, 0.6, 1.5, 2.5, 3.5, np.nan]), min_size=1, max_size=60
    ),
    st.booleans(),
)
def test_every_rule_agrees_with_its_slow_reading(points, calm):
    points = np.array(points) * (0.2 if calm else 1.0)
    found = charts.run_rule_violations(points, center=0, standard_error=1, rules=tuple(charts.RULES))

    for name, rule in charts.RULES.items():
        assert found[name].tolist() == broken_slowly(rule, points, points), name


def test_each_nelson_rule_is_found_in_a_pattern_of_its_own():
    patterns = {
        "N1": [0, 3.1],
        "N2": [0.5] * 9,
        "N3": [-0.5, -0.3, -0.1, 0.2, 0.4, 0.6],
        "N4": [0.2, -0.2] * 7,
        "N5": [2.2, 0, 2.1],
        "N6": [1.2, 1.3, 0.1, 1.1, 1.4],
        "N7": [0.3, -0.4, 0.2] * 5,
        "N8": [1.5, -1.5, 1.2, -1.1, 1.6, -1.7, 1.3, 1.2],
    }
    for name, pattern in patterns.items():
        found = charts.run_rule_violations(pattern, center=0, standard_error=1, rules=charts.NELSON)
        assert found[name][-1], name
        assert not found[name][:-1].any(), name


@pytest.mark.parametrize(
    ("rules", "published"),
    [
        (("W1",), 370.40),
        (("W1", "W2"), 225.44),
        (("W1", "W3"), 166.05),
        (("W1", "W4"), 152.73),
        (("W1", "W2", "W3", "W4"), 91.75),
    ],
)
def test_run_lengths_with_rules_equal_champ_and_woodall(rules, published):
    assert charts.shewhart_run_length(0, rules=rules) == pytest.approx(published, abs=0.005)


def test_run_lengths_agree_with_simulation():
    random = np.random.default_rng(1987)
    points = random.normal(0.8, 1, (4_000, 250))
    found = charts.run_rule_violations(points, center=0, standard_error=1, rules=charts.WESTERN_ELECTRIC)
    alarm = np.any(list(found.values()), axis=0)
    assert alarm.any(axis=1).all()
    simulated = alarm.argmax(axis=1) + 1

    exact = charts.shewhart_run_length(0.8, rules=charts.WESTERN_ELECTRIC)

    assert exact == pytest.approx(simulated.mean(), abs=4 * simulated.std() / np.sqrt(4_000))
    smooth = charts.ewma_chart(points, weight=1.0, width=3.0, center=0, sigma=1).beyond.argmax(axis=1) + 1
    assert charts.ewma_run_length(0.8, weight=0.999999, width=3) == pytest.approx(
        float(charts.shewhart_run_length(0.8)), rel=1e-3
    )
    assert smooth.mean() > 10


@given(st.floats(0, 2), st.floats(0.05, 0.9))
@settings(max_examples=25, deadline=None)
def test_a_larger_shift_is_found_sooner(shift, weight):
    for length in (
        charts.ewma_run_length([shift, shift + 0.3], weight=weight, width=2.8),
        charts.cusum_run_length([shift, shift + 0.3], allowance=0.5, decision=4),
        charts.shewhart_run_length([shift, shift + 0.3], rules=("W1", "W4")),
    ):
        assert length[1] < length[0]


def test_a_process_with_one_limit_has_one_sided_indices_only():
    found = charts.capability(np.random.default_rng(1).normal(0, 1, (25, 5)), upper=4)

    assert np.isnan(found.cp.value)
    assert np.isnan(found.pp.value)
    assert np.isnan(found.cpm.value)
    assert found.cpk == found.cpu
    assert found.expected_below == 0


def test_capability_intervals_cover_as_they_say():
    random = np.random.default_rng(1990)
    truth, covered = 1.0, 0
    for _ in range(400):
        found = charts.capability(random.normal(0, 1, 60), lower=-3, upper=6, estimator="SD")
        covered += found.ppk.low <= truth <= found.ppk.high

    assert 0.92 < covered / 400 < 0.98


def test_nonnormal_capability_finds_the_percentiles_of_known_distributions():
    random = np.random.default_rng(22514)
    for name, values, low, high in (
        ("lognormal", random.lognormal(0, 0.4, 40_000), np.exp(-1.2), np.exp(1.2)),
        ("box-cox", random.lognormal(0, 0.4, 40_000), np.exp(-1.2), np.exp(1.2)),
        ("weibull", random.weibull(2.0, 40_000), np.sqrt(-np.log(0.99865)), np.sqrt(-np.log(0.00135))),
        ("percentile", random.weibull(2.0, 400_000), np.sqrt(-np.log(0.99865)), np.sqrt(-np.log(0.00135))),
    ):
        found = charts.nonnormal_capability(values, lower=low, upper=high, method=name)
        assert (found.pp, found.ppk) == (pytest.approx(1, abs=0.04), pytest.approx(1, abs=0.06)), name
    assert charts.nonnormal_capability(random.weibull(2, 50), upper=4).warnings


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: charts.xbar_chart([1, 2, 3]), "see individuals_chart"),
        (lambda: charts.xbar_chart([[1], [2]]), "2 or more"),
        (lambda: charts.xbar_chart(RINGS, estimator="median"), "estimator is 'median'"),
        (lambda: charts.xbar_chart(RINGS, baseline=1), "baseline"),
        (lambda: charts.individuals_chart([1, np.nan, 2]), "no moving range"),
        (lambda: charts.p_chart([3, 9], [5, 5]), r"nonconforming\[1\] is 9"),
        (lambda: charts.p_chart([0, 0], [5, 0]), "nothing was inspected"),
        (lambda: charts.c_chart([3, -1, 2]), r"counts\[1\] is -1"),
        (lambda: charts.cusum_chart([5.0, 5.0, 5.0]), "do not vary"),
        (lambda: charts.ewma_chart([1.0, 2.0], weight=0), "weight is 0"),
        (lambda: charts.capability(RINGS), "specification limit"),
        (lambda: charts.capability(RINGS, lower=5, upper=4), "not below"),
        (lambda: charts.run_rule_violations([1], center=0, standard_error=1, rules=("N9",)), "N9"),
        (lambda: charts.shewhart_run_length(0, rules=("N3",)), "N3"),
        (lambda: charts.d2(1), "at least 2"),
    ],
)
def test_bad_input_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# ---------------------------------------------------------------- equality with the peers


def as_list(value):
    return sorted(value) if isinstance(value, list) else [value]


def places(flags):
    return (np.flatnonzero(flags) + 1).tolist()


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def subgroups(path):
    rows = table(path)
    last = max(int(row["sample"]) for row in rows)
    return np.array([[float(row["value"]) for row in rows if int(row["sample"]) == i] for i in range(1, last + 1)])


@pytest.mark.shared
def test_constants_equal_the_reference_table(shared_file):
    held = yaml.safe_load(shared_file("facts/tables/spc_constants.yaml").read_text())
    for row in held["rows"]:
        row = dict(zip(held["columns"], row, strict=True))
        found = charts.d2(row["n"]), charts.d3(row["n"]), charts.c4(row["n"])
        assert found == pytest.approx((row["d2"], row["d3"], row["c4"]), abs=1.1e-5)


def chart_of(case, folder):
    """Our chart for a case of the reference, and the number of subgroups that the reference reports on."""
    name, kind = case["case"].split("_", 1)
    if name in {"orangejuice", "circuit", "synp"}:
        rows = table(folder / f"data_{name}.csv")
        x, n = np.array([[float(row["x"]), float(row["n"])] for row in rows]).T
        makers = {"p": charts.p_chart, "np": charts.np_chart, "u": charts.u_chart}
        return charts.c_chart(x) if kind == "c" else makers[kind](x, n)
    data = subgroups(folder / f"data_{name}.csv")
    trial = 25
    if kind.startswith("xbar.one"):
        return charts.individuals_chart(data[:, 0], estimator=kind.rsplit("_", 1)[1])
    if kind == "xbar_phase2":
        return charts.xbar_chart(data, baseline=trial)
    if kind.startswith("xbar"):
        estimator = kind.split("_")[1]
        return charts.xbar_chart(data[:trial], estimator="UWAVE-R" if estimator == "phase1" else estimator)
    return {"R_phase1": charts.r_chart, "S_phase1": charts.s_chart}[kind](data[:trial])


@pytest.mark.shared
def test_shewhart_charts_equal_qcc(shared_file):
    folder = shared_file("oracles/control_charts")
    points = table(folder / "chart_points.csv")
    compared = 0
    for case in json.loads((folder / "cases.json").read_text())["cases"]:
        if "runs" not in case:
            continue
        chart = chart_of(case, folder)
        mine = [row for row in points if row["case"] == case["case"]]
        for column, ours in (
            ("statistic", chart.statistic),
            ("lcl", chart.lower),
            ("ucl", chart.upper),
            ("center", chart.center),
        ):
            # R charts: qcc's own table of d3 is off by 4e-6.
            rel, theirs = (4e-6 if chart.kind == "R" else 1e-12), [float(row[column]) for row in mine]
            assert ours == pytest.approx(theirs, rel=rel, abs=1e-12), (case["case"], column)
        if not np.isnan(chart.sigma):
            assert chart.sigma == pytest.approx(case["std_dev"], rel=1e-9)
        assert places(chart.beyond) == as_list(case["beyond"])
        runs = charts.run_rule_violations(
            chart.statistic, center=chart.center, standard_error=chart.standard_error, rules=(), run=7
        )
        assert places(runs["run"]) == as_list(case["runs"])
        compared += 1

    assert compared > 20


@pytest.mark.shared
def test_ewma_and_cusum_equal_qcc(shared_file):
    folder = shared_file("oracles/control_charts")
    points = table(folder / "chart_points.csv")
    for name in ("pistonrings", "synX"):
        data = subgroups(folder / f"data_{name}.csv")[:25]
        for weight in (0.2, 0.4):
            chart = charts.ewma_chart(data, weight=weight, subgroups=True)
            mine = [row for row in points if row["case"] == f"{name}_ewma{weight}"]
            for column, ours in (("statistic", chart.statistic), ("lcl", chart.lower), ("ucl", chart.upper)):
                assert ours == pytest.approx([float(row[column]) for row in mine], rel=1e-10)
        chart = charts.cusum_chart(data, subgroups=True)
        for side, ours in (("pos", chart.upper), ("neg", chart.lower)):
            mine = [row for row in points if row["case"] == f"{name}_cusum_{side}"]
            assert ours == pytest.approx([float(row["statistic"]) for row in mine], abs=1e-9)
        cases = {case["case"]: case for case in json.loads((folder / "cases.json").read_text())["cases"]}
        violations = cases[f"{name}_cusum"]["violations"]
        assert places(chart.beyond_upper) == as_list(violations["upper"])
        assert places(chart.beyond_lower) == as_list(violations["lower"])


@pytest.mark.shared
def test_capability_t2_and_overdispersion_equal_qcc(shared_file):
    folder = shared_file("oracles/control_charts")
    cases = {case["case"]: case for case in json.loads((folder / "cases.json").read_text())["cases"]}
    limits = {"pistonrings": (73.95, 74.05, 74.01), "synX": (45, 56, 51.6)}
    for name, (lower, upper, target) in limits.items():
        data = subgroups(folder / f"data_{name}.csv")[:25]
        for suffix, aim in (("_cap", (lower + upper) / 2), ("_cap_target", target)):
            held = cases[name + suffix]["indices"]
            found = charts.capability(data, lower=lower, upper=upper, target=aim, intervals="qcc")
            named = {"Cp": found.cp, "Cp_k": found.cpk, "Cpm": found.cpm, "Cp_l": found.cpl, "Cp_u": found.cpu}
            for key, index in named.items():
                theirs = [held[key][part] for part in ("Value", "2.5%", "97.5%")]
                assert [index.value, index.low, index.high] == pytest.approx(theirs, rel=1e-9), key
    rows = table(folder / "data_T2.csv")
    shape = [max(int(row[name]) for row in rows) for name in ("var", "sample", "rep")]
    data = np.empty(shape)
    for row in rows:
        data[int(row["var"]) - 1, int(row["sample"]) - 1, int(row["rep"]) - 1] = float(row["value"])
    chart = charts.t2_chart(data)
    assert chart.statistic == pytest.approx(cases["T2"]["statistics"], rel=1e-9)
    assert chart.upper == pytest.approx(cases["T2"]["limits"]["UCL"], rel=1e-9)
    assert places(chart.beyond) == as_list(cases["T2"]["violations"])
    rows = table(folder / "data_orangejuice.csv")
    found = charts.overdispersion_test([float(row["x"]) for row in rows], [float(row["n"]) for row in rows])
    held = cases["overdisp_binomial"]["result"]
    assert (found.ratio, found.statistic) == pytest.approx((held["Obs.Var/Theor.Var"], held["Statistic"]))
    assert found.p_value < 1e-15


@pytest.mark.shared
def test_run_lengths_equal_spc(shared_file):
    cases = json.loads(shared_file("oracles/control_charts/cases.json").read_text())["cases"]
    held = {row["call"]: row["value"] for case in cases if case["case"] == "arl" for row in case["rows"]}
    ours = {
        "xcusum.arl(k=0.5,h=5,mu=0,sided='two')": charts.cusum_run_length(0, allowance=0.5, decision=5),
        "xcusum.arl(k=0.5,h=5,mu=1,sided='two')": charts.cusum_run_length(1, allowance=0.5, decision=5),
        "xcusum.crit(k=0.5,L0=500)": charts.cusum_decision(500, allowance=0.5),
        "xewma.arl(l=0.1,c=2.7,mu=0,sided='two')": charts.ewma_run_length(0, weight=0.1, width=2.7),
        "xewma.arl(l=0.1,c=2.7,mu=1,sided='two')": charts.ewma_run_length(1, weight=0.1, width=2.7),
        "xewma.crit(l=0.2,L0=370,sided='two')": charts.ewma_width(370, weight=0.2),
        "pois.cusum.arl(mu=1,km=3,hm=20,m=2)": charts.poisson_cusum_run_length(
            1, reference=1.5, decision=10, scale=2
        ),
        "pois.ewma.arl(lambda=0.2,AL=2.5,AU=2.5,mu0=10,z0=10,mu=10)": charts.poisson_ewma_run_length(
            10, in_control=10, weight=0.2, lower_width=2.5, upper_width=2.5
        ),
        "tol.lim.fac(20,0.95,0.99)": charts.tolerance_factor(20, coverage=0.95, confidence=0.01),
    }

    for call, value in ours.items():
        assert value == pytest.approx(held[call], rel=1e-6), call
