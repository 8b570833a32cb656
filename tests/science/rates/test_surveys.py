"""Survey rates: equal to R survey, equal to a slow second version, never a zero-width interval."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from banyan.science import rates

DESIGNS = {"strat_wr": (), "strat_fpc": ("N",), "cluster": ("firm",), "cluster_fpc": ("firm", "nfirm")}


@pytest.fixture
def sample(shared_rows) -> dict[str, np.ndarray]:
    rows = shared_rows("oracles/pass_rate/survey_sample.csv")
    numbers = {"pass": int, "w": float, "N": float, "nfirm": float, "value": float}
    return {k: np.array([numbers.get(k, str)(r[k]) for r in rows]) for k in rows[0]}


@pytest.fixture
def cases(shared_file) -> dict[str, dict]:
    listed = json.loads(shared_file("oracles/pass_rate/cases.json").read_text(encoding="utf-8"))["cases"]
    return {case["case"]: case["result"] for case in listed if "result" in case}


def design_of(name: str, sample: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    columns = DESIGNS[name]
    design = {"stratum": sample["stratum"]}
    design |= {"cluster": sample["firm"]} if "firm" in columns else {}
    sizes = [c for c in columns if c != "firm"]
    return design | ({"population": sample[sizes[0]]} if sizes else {})


@pytest.mark.shared
@pytest.mark.parametrize("name", DESIGNS)
def test_rate_error_effect_and_logit_interval_equal_r_survey(name: str, sample, cases) -> None:
    r = rates.stratified_rate(sample["pass"], weight=sample["w"], **design_of(name, sample))

    mean, interval = cases[f"{name}_mean"], cases[f"{name}_ciprop_logit"]
    assert r.value == pytest.approx(mean["estimate"]["pass"], abs=1e-12)
    assert r.standard_error == pytest.approx(mean["se"]["pass"], abs=1e-12)
    assert r.design_effect == pytest.approx(mean["deff"], abs=1e-10)
    assert r.degrees_of_freedom == mean["df"]
    assert r.low == pytest.approx(interval["lower"], abs=1e-8)
    assert r.high == pytest.approx(interval["upper"], abs=1e-8)
    assert r.reason == ""


@pytest.mark.shared
@pytest.mark.parametrize("name", DESIGNS)
def test_domains_and_ratios_equal_r_survey(name: str, sample, cases) -> None:
    design = design_of(name, sample)
    by_county = rates.stratified_rate(sample["pass"], weight=sample["w"], domain=sample["county"], **design)
    by_value = rates.stratified_rate(sample["pass"], weight=sample["w"] * sample["value"], **design)

    expected, ratio = cases[f"{name}_by_county"], cases[f"{name}_ratio"]
    assert by_county.domain.tolist() == expected["county"]
    np.testing.assert_allclose(by_county.value, expected["pass"], atol=1e-12)
    np.testing.assert_allclose(by_county.standard_error, expected["se"], atol=1e-12)
    assert by_value.value == pytest.approx(ratio["ratio"], abs=1e-12)
    assert by_value.standard_error == pytest.approx(ratio["se"], abs=1e-12)


def slow_rate(y, w, stratum, cluster, population, domain, wanted):
    """Second version: one domain, written as in the textbook, over every unit."""
    inside = np.array([d == wanted for d in domain])
    total = sum(w[inside])
    p = sum((w * y)[inside]) / total
    scores = np.where(inside, w * (y - p) / total, 0.0)
    variance = 0.0
    for h in set(stratum):
        units = [i for i in range(len(y)) if stratum[i] == h]
        clusters = sorted({cluster[i] for i in units})
        sums = np.array([sum(scores[i] for i in units if cluster[i] == c) for c in clusters])
        n = len(clusters)
        left = 1 - n / population[h] if population else 1.0
        variance += left * n / (n - 1) * sum((sums - sums.mean()) ** 2)
    held = {(stratum[i], cluster[i]) for i in range(len(y)) if inside[i]}
    return p, np.sqrt(variance), len(held) - len({h for h, _ in held})


def random_sample(seed: int, *, units: int = 60):
    rng = np.random.default_rng(seed)
    stratum = np.repeat(["a", "b", "c"], units // 3)
    cluster = np.tile(np.arange(units // 3) // 3, 3)
    return {
        "y": rng.random(units) < 0.8,
        "w": rng.uniform(1, 9, units),
        "stratum": stratum,
        "cluster": cluster,
        "domain": rng.choice(["x", "y", "z"], units),
    }


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), clustered=st.booleans(), finite=st.booleans())
def test_fast_way_agrees_with_the_slow_one(seed: int, clustered: bool, finite: bool) -> None:
    s = random_sample(seed)
    cluster = s["cluster"] if clustered else np.arange(60)
    population = {"a": 50, "b": 200, "c": 31} if finite else None

    r = rates.stratified_rate(
        s["y"], stratum=s["stratum"], weight=s["w"], domain=s["domain"], population=population,
        cluster=cluster if clustered else None,
    )  # fmt: skip

    for i, wanted in enumerate(r.domain):
        value, error, freedom = slow_rate(s["y"], s["w"], s["stratum"], cluster, population, s["domain"], wanted)
        assert r.value[i] == pytest.approx(value, abs=1e-12)
        assert r.standard_error[i] == pytest.approx(error if 0 < value < 1 else 0.0, abs=1e-12)
        assert r.degrees_of_freedom[i] == freedom
        if 0 < value < 1:
            half = t.ppf(0.975, freedom) * error / (value * (1 - value))
            assert np.log(r.low[i] / (1 - r.low[i])) == pytest.approx(np.log(value / (1 - value)) - half)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), clustered=st.booleans())
def test_sums_grouped_elsewhere_give_the_same_answer(seed: int, clustered: bool) -> None:
    s = random_sample(seed)
    keys = list(zip(s["domain"], s["stratum"], s["cluster"] if clustered else [0] * 60, strict=True))
    groups = sorted(set(keys))
    at = [np.array([k == g for k in keys]) for g in groups]

    direct = rates.stratified_rate(
        s["y"], stratum=s["stratum"], weight=s["w"], domain=s["domain"],
        cluster=s["cluster"] if clustered else None, population={"a": 99, "b": 88, "c": 77},
    )  # fmt: skip
    more = {"cluster": [g[2] for g in groups]}
    if not clustered:
        more = {
            "weight_squared": [(s["w"][i] ** 2).sum() for i in at],
            "passed_weight_squared": [(s["w"][i] ** 2 * s["y"][i]).sum() for i in at],
        }
    grouped = rates.rate_from_sums(
        [i.sum() for i in at], [s["w"][i].sum() for i in at], [(s["w"] * s["y"])[i].sum() for i in at],
        domain=[g[0] for g in groups], stratum=[g[1] for g in groups],
        population={"a": 99, "b": 88, "c": 77}, **more,
    )  # fmt: skip

    assert grouped.domain.tolist() == direct.domain.tolist()
    assert grouped.n.tolist() == direct.n.tolist()
    for field in ("value", "standard_error", "low", "high", "effective_size", "degrees_of_freedom"):
        np.testing.assert_allclose(getattr(grouped, field), getattr(direct, field), atol=1e-10)


def test_one_domain_s_rows_with_the_drawn_counts_given_equal_the_whole() -> None:
    s = random_sample(5)
    whole = rates.stratified_rate(
        s["y"], stratum=s["stratum"], weight=s["w"], cluster=s["cluster"], domain=s["domain"]
    )
    keys = list(zip(s["stratum"], s["cluster"], strict=True))
    inside = s["domain"] == "y"
    groups = sorted({k for k, i in zip(keys, inside, strict=True) if i})
    at = [inside & np.array([k == g for k in keys]) for g in groups]

    alone = rates.rate_from_sums(
        [i.sum() for i in at], [s["w"][i].sum() for i in at], [(s["w"] * s["y"])[i].sum() for i in at],
        stratum=[g[0] for g in groups], cluster=[g[1] for g in groups], drawn={"a": 7, "b": 7, "c": 7},
    )  # fmt: skip

    assert alone.standard_error == pytest.approx(whole.standard_error[1], abs=1e-12)
    assert alone.high == pytest.approx(whole.high[1], abs=1e-12)


def test_all_passed_leaves_an_honest_interval_and_says_why() -> None:
    r = rates.stratified_rate([1] * 20, stratum=["a"] * 10 + ["b"] * 10, weight=[5.0] * 20)

    assert (r.value, r.high, r.standard_error) == (1.0, 1.0, 0.0)
    assert r.low == pytest.approx(0.832, abs=0.002)  # 20 of 20, exact: 0.8316
    assert "none or all passed" in r.reason
    assert r.warnings[0].startswith("1 of 1 rates")


@settings(max_examples=60, deadline=None)
@given(
    y=st.lists(st.booleans(), min_size=1, max_size=12),
    strata=st.integers(1, 3),
    clusters=st.integers(1, 3),
    census=st.booleans(),
)
def test_no_interval_has_zero_width(y: list[bool], strata: int, clusters: int, census: bool) -> None:
    place = np.arange(len(y))
    stratum, cluster = place % strata, place % clusters
    pairs = {(int(h), int(c)) for h, c in zip(stratum, cluster, strict=True)}
    size = {int(h): sum(1 for g, _ in pairs if g == h) for h in set(stratum.tolist())}

    r = rates.stratified_rate(
        y, stratum=stratum, weight=np.ones(len(y)), cluster=cluster, population=size if census else None
    )

    assert 0 <= r.low <= r.value <= r.high <= 1
    assert r.high - r.low > 1e-3


def test_a_lonely_stratum_is_treated_as_asked() -> None:
    y, stratum, w = [1, 0, 1, 1, 0], ["a", "a", "a", "a", "b"], [2.0] * 5

    adjusted = rates.stratified_rate(y, stratum=stratum, weight=w)
    removed = rates.stratified_rate(y, stratum=stratum, weight=w, lonely="remove")
    averaged = rates.stratified_rate(y, stratum=stratum, weight=w, lonely="average")

    assert "one primary unit ('b')" in adjusted.warnings[0]
    assert removed.standard_error < adjusted.standard_error
    assert averaged.standard_error == pytest.approx(removed.standard_error * np.sqrt(2))
    with pytest.raises(ValueError, match="stratum 'b' has only one primary unit"):
        rates.stratified_rate(y, stratum=stratum, weight=w, lonely="fail")


def test_intervals_of_a_stratified_design_cover_the_truth() -> None:
    rng = np.random.default_rng(11)
    population = [rng.random(2000) < p for p in (0.95, 0.85, 0.7)]
    truth = np.concatenate(population).mean()
    taken = (40, 40, 40)

    covered = 0
    for _ in range(400):
        drawn = [rng.choice(h, n, replace=False) for h, n in zip(population, taken, strict=True)]
        r = rates.stratified_rate(
            np.concatenate(drawn), stratum=np.repeat([0, 1, 2], taken), weight=np.repeat(50.0, 120),
            population={0: 2000, 1: 2000, 2: 2000},
        )  # fmt: skip
        covered += r.low <= truth <= r.high

    assert 0.92 <= covered / 400 <= 0.98


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"passed": [1, 2, 0]}, r"passed\[1\] is 2.0: a unit passed \(1\) or did not"),
        ({"passed": [[1, 0, 1]]}, "passed has shape"),
        ({"passed": []}, "at least one unit"),
        ({"weight": [1, 0, 1]}, r"weight\[1\] is 0.0: a weight must be positive"),
        ({"weight": [1, 1]}, r"weight has shape \(2,\): \(3,\) expected"),
        ({"stratum": ["a", None, "b"]}, r"stratum\[1\] is None: a label is missing"),
        ({"stratum": [1.0, float("nan"), 2.0]}, r"stratum\[1\] is nan"),
        ({"population": [1, 1, 9]}, "population of stratum 'a' is 1, less than the 2"),
        ({"population": {"a": 5}}, "population has no entry for stratum 'b'"),
        ({"population": [5, 6, 9]}, r"population\[0\] is 5.0: another unit of the same stratum"),
        ({"level": 1.0}, "level is 1.0"),
        ({"lonely": "guess"}, "lonely is 'guess'"),
    ],
)
def test_bad_data_are_named(change: dict, says: str) -> None:
    given_values = {"passed": [1, 0, 1], "stratum": ["a", "a", "b"], "weight": [1, 1, 1]} | change

    with pytest.raises(ValueError, match=says):
        rates.stratified_rate(given_values.pop("passed"), **given_values)


def test_sums_without_squares_or_with_repeats_are_refused() -> None:
    with pytest.raises(ValueError, match="weight_squared and passed_weight_squared are needed"):
        rates.rate_from_sums([3], [3], [2], stratum=["a"])
    with pytest.raises(ValueError, match=r"cluster\[1\]: the same domain, stratum and cluster as row 0"):
        rates.rate_from_sums([3, 2], [3, 2], [2, 2], stratum=["a", "a"], cluster=[1, 1])
    with pytest.raises(ValueError, match=r"drawn\['a'\] is 1: the rows hold 2"):
        rates.rate_from_sums([3, 2], [3, 2], [2, 2], stratum=["a", "a"], cluster=[1, 2], drawn={"a": 1})


def test_a_missing_label_among_texts_is_refused_and_not_taken_for_the_word_nan() -> None:
    with pytest.raises(ValueError, match=r"stratum\[1\] is nan: a label is missing"):
        rates.stratified_rate([1, 0, 1], stratum=["a", float("nan"), "a"], weight=1.0)


SMALL = {
    "passed": [0, 0, 0, 0, 0, 1, 1], "weight": [7.0, 2.5, 1.0, 10.0, 7.0, 2.5, 10.0],
    "stratum": ["s0"] * 6 + ["s1"], "cluster": [0, 0, 1, 2, 2, 2, 100],
    "population": [20] * 6 + [7], "lonely": "average", "level": 0.9,
}  # fmt: skip


@pytest.mark.parametrize(
    ("margins", "domain", "expected"),
    [
        (None, None, (0.3125, 0.098364618357066, 0.106657134767478, 0.633772746108141)),
        (None, list("ababbaa"), (0.609756097560976, 0.296267759508346, 0.0395709252766219, 0.983404022483547)),
        (list("uuvuuvv"), None, (0.397283096245034, 0.0427269233618088, 0.281337696483331, 0.526036147744336)),
        (
            list("uuvuuvv"),
            list("ababbaa"),
            (0.6851142969134, 0.2792515191484, 0.0473198345356, 0.9896165217971),
        ),
    ],
)
def test_a_lonely_stratum_with_clusters_and_a_finite_population_equals_r_survey(margins, domain, expected) -> None:
    """R survey 4.1.1: svyby(svymean), svyciprop(method="logit"), postStratify; survey.lonely.psu = "average"."""
    if margins is None:
        found = rates.stratified_rate(**SMALL, domain=domain)
    else:
        found = rates.post_stratified_rate(**SMALL, domain=domain, margins=[margins], totals=[{"u": 330, "v": 248}])

    held = [np.atleast_1d(v)[0] for v in (found.value, found.standard_error, found.low, found.high)]
    np.testing.assert_allclose(held, expected, rtol=1e-7)


# R survey 4.1.1: svydesign(~firm, strata = ~stratum, weights = ~w), then svyciprop(~y, design, method = ...).
TWELVE = {
    "passed": [1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1],
    "stratum": list("aaaaaabbbbbb"),
    "cluster": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
    "weight": [10.0, 12, 8, 9, 11, 10, 3, 4, 5, 3, 6, 2],
}
IN_R = {
    "logit": (0.2744698089, 0.9410900400, 1e-8),
    "likelihood": (0.2826507123, 0.9649379421, 1e-3),  # R interpolates, here it is solved
    "asin": (0.2992293778, 0.9795504454, 1e-9),
    "beta": (0.2794467588, 0.9644829037, 1e-9),
    "mean": (0.3261565158, 1.0, 1e-9),  # R says 1.0955, which no rate is
}


@pytest.mark.parametrize("interval", IN_R)
def test_each_interval_equals_svyciprop(interval: str) -> None:
    low, high, within = IN_R[interval]

    r = rates.stratified_rate(**TWELVE, interval=interval)

    assert (r.low, r.high) == (pytest.approx(low, abs=within), pytest.approx(high, abs=within))
    assert interval in r.method
    assert r.reason == ""


@pytest.mark.parametrize("interval", ["logit", "likelihood", "asin", "beta"])
def test_intervals_hold_the_rate_of_the_population_as_often_as_they_say(interval: str) -> None:
    rng, draws = np.random.default_rng(5), 800
    drawn = rng.random((draws, 2, 60)) < np.array([0.7, 0.9])[None, :, None]
    whole = {"stratum": np.tile(np.repeat([0, 1], 60), 1), "weight": np.repeat([3.0, 1.0], 60)}

    held = [
        r.low <= 0.75 <= r.high
        for r in (rates.stratified_rate(one.reshape(-1), **whole, interval=interval) for one in drawn)
    ]

    assert 0.92 <= np.mean(held) <= 0.985


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25)
def test_intervals_mirror_and_widen_with_the_level(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y, design = rng.random(40) < 0.6, {"stratum": np.repeat(["a", "b"], 20), "weight": rng.uniform(1, 5, 40)}
    for interval in IN_R:
        passed = rates.stratified_rate(y, **design, interval=interval)
        failed = rates.stratified_rate(~y, **design, interval=interval)
        wider = rates.stratified_rate(y, **design, interval=interval, level=0.99)

        assert (failed.low, failed.high) == (pytest.approx(1 - passed.high), pytest.approx(1 - passed.low))
        assert wider.low <= passed.low <= passed.value <= passed.high <= wider.high


def test_an_unknown_interval_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="interval is 'wald': it must be one of logit, likelihood"):
        rates.stratified_rate(**TWELVE, interval="wald")
