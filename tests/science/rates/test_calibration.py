"""Post-stratification and raking: equal to R survey, totals met, refusals."""

import json

import numpy as np
import pytest

from banyan.science import rates

COUNTIES, SIZES = {"A": 1626, "B": 975, "C": 650}, {"large": 813, "small": 2438}


@pytest.fixture
def sample(shared_rows) -> dict[str, np.ndarray]:
    rows = shared_rows("oracles/pass_rate/survey_sample.csv")
    numbers = {"pass": int, "w": float}
    return {k: np.array([numbers.get(k, str)(r[k]) for r in rows]) for k in rows[0]}


@pytest.fixture
def cases(shared_file) -> dict[str, dict]:
    listed = json.loads(shared_file("oracles/pass_rate/cases.json").read_text(encoding="utf-8"))["cases"]
    return {case["case"]: case["result"] for case in listed if "result" in case}


@pytest.mark.shared
def test_post_stratified_rate_and_weights_equal_r_survey(sample, cases, shared_rows) -> None:
    r = rates.post_stratified_rate(
        sample["pass"], stratum=sample["stratum"], weight=sample["w"],
        margins=[sample["county"]], totals=[COUNTIES],
    )  # fmt: skip
    c = rates.calibrated_weights(sample["w"], margins=[sample["county"]], totals=[COUNTIES])

    expected = cases["poststrat_mean"]
    listed = shared_rows("oracles/pass_rate/calibrated_weights.csv")
    assert r.value == pytest.approx(expected["estimate"]["pass"], abs=1e-12)
    assert r.standard_error == pytest.approx(expected["se"]["pass"], abs=1e-12)
    np.testing.assert_allclose(c.weight, [float(row["w_poststrat"]) for row in listed], rtol=1e-12)


@pytest.mark.shared
def test_raked_rate_equals_r_survey_up_to_its_early_stop(sample, cases) -> None:
    r = rates.post_stratified_rate(
        sample["pass"], stratum=sample["stratum"], weight=sample["w"],
        margins=[sample["county"], sample["size"]], totals=[COUNTIES, SIZES],
    )  # fmt: skip

    expected = cases["rake_mean"]
    assert r.value == pytest.approx(expected["estimate"]["pass"], abs=2e-5)
    assert r.standard_error == pytest.approx(expected["se"]["pass"], abs=2e-5)


def test_raked_weights_meet_every_total() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.choice(["a", "b", "c"], 300), rng.choice([1, 2], 300)
    c = rates.calibrated_weights(
        rng.uniform(1, 5, 300), margins=[first, second],
        totals=[{"a": 500, "b": 300, "c": 200}, {1: 650, 2: 350}],
    )  # fmt: skip

    for label, total in {"a": 500, "b": 300, "c": 200}.items():
        assert c.weight[first == label].sum() == pytest.approx(total, rel=1e-9)
    assert c.weight[second == 2].sum() == pytest.approx(350, rel=1e-9)
    assert c.largest_gap <= 1e-10


def test_post_stratification_mends_a_lopsided_sample_and_covers() -> None:
    rng = np.random.default_rng(5)
    chances, shares = np.array([0.95, 0.6]), np.array([0.8, 0.2])
    truth = float(chances @ shares)
    plain, mended, covered = [], [], 0
    for _ in range(300):
        group = rng.choice(2, 200, p=shares)
        y = rng.random(200) < chances[group]
        r = rates.post_stratified_rate(
            y, stratum=np.zeros(200, int), weight=np.full(200, 50.0), margins=[group], totals=[{0: 8000, 1: 2000}]
        )
        plain.append(y.mean())
        mended.append(r.value)
        covered += r.low <= truth <= r.high

    assert np.var(mended) < np.var(plain)
    assert 0.92 <= covered / 300 <= 0.985


def test_domains_of_a_post_stratified_sample_add_up() -> None:
    rng = np.random.default_rng(7)
    group, domain = rng.choice(["a", "b"], 90), rng.choice(["x", "y"], 90)
    more = {"stratum": np.repeat([1, 2, 3], 30), "weight": rng.uniform(1, 3, 90), "margins": [group]}
    y = rng.random(90) < 0.7
    totals = [{"a": 900, "b": 100}]

    whole = rates.post_stratified_rate(y, totals=totals, **more)
    parts = rates.post_stratified_rate(y, totals=totals, domain=domain, **more)

    assert parts.weight_sum.sum() == pytest.approx(1000)
    assert (parts.value * parts.weight_sum).sum() / 1000 == pytest.approx(whole.value)
    assert (parts.standard_error > whole.standard_error).all()


@pytest.mark.parametrize(
    ("margins", "totals", "says"),
    [
        ([["a", "a", "b"]], [{"a": 5}], r"totals\[0\] has no entry for class 'b'"),
        ([["a", "a", "b"]], [{"a": 5, "b": 5, "c": 1}], r"totals\[0\] has class 'c' without any unit"),
        ([["a", "a", "b"]], [{"a": 5, "b": 0}], r"totals\[0\]\[1\] is 0.0: a total must be positive"),
        ([["a", "a", "b"], [1, 2, 2]], [{"a": 5, "b": 5}, {1: 5, 2: 6}], r"totals\[1\] add up to 11"),
        ([["a", "a", "b"]], [], "margins has 1 entries and totals 0"),
        ([["a", "b", "a"], [1, 2, 1]], [{"a": 5, "b": 5}, {1: 4, 2: 6}], "raking missed a total"),
    ],
)
def test_bad_data_are_named(margins, totals, says) -> None:
    with pytest.raises(ValueError, match=says):
        rates.calibrated_weights([1.0, 2.0, 1.0], margins=margins, totals=totals)
