"""Every stage from raw figures to ranks equals COINr, on its own example and on invented counties."""

import json

import numpy as np
import pytest

from banyan.science import composite

ORACLE = "oracles/composite_indicator"
CASES = {
    "asem_minmax_amean": {"imputation": "mean", "treatment": "winsorise", "scale": (0, 100)},
    "asem_zscore_amean": {"imputation": "mean", "normalisation": "zscore", "scale": (10, 2)},
    "asem_minmax_gmean": {
        "imputation": "mean", "treatment": "winsorise", "scale": (1, 100), "aggregation": "geometric",
    },
    "asem_rank_amean": {"imputation": "mean", "normalisation": "rank"},
    "county_minmax_amean": {"imputation": "median", "scale": (60, 100)},
    "county_goal_gmean": {"imputation": "mean", "scale": (10, 100), "aggregation": "harmonic"},
}  # fmt: skip


def columns(rows: list[dict[str, str]], codes) -> np.ndarray:
    return np.array([[float(r[c]) if r[c] not in ("", "NA") else np.nan for c in codes] for r in rows])


@pytest.fixture
def example(shared_rows):
    """Return the data and tree of one of the two examples."""

    def read(name: str):
        meta = [r for r in shared_rows(f"{ORACLE}/{name}_meta.csv") if r["Type"] in ("Indicator", "Aggregate")]
        indicators = [r["iCode"] for r in meta if r["Type"] == "Indicator"]
        tree = composite.index_tree(
            indicators,
            parent={r["iCode"]: r["Parent"] or None for r in meta},
            weight={r["iCode"]: float(r["Weight"]) for r in meta if r["Parent"]},
            direction={r["iCode"]: int(r["Direction"]) for r in meta if r["Type"] == "Indicator"},
        )
        rows = shared_rows(f"{ORACLE}/{name}_data.csv")
        return [r["uCode"] for r in rows], columns(rows, indicators), tree

    return read


@pytest.mark.shared
@pytest.mark.parametrize("case", CASES)
def test_every_stage_equals_coinr(case: str, example, shared_rows) -> None:
    units, values, tree = example(case.split("_")[0])
    index = composite.build_index(values, tree=tree, recipe=composite.Recipe(**CASES[case]))

    def peer(stage: str, codes) -> np.ndarray:
        rows = {r["uCode"]: r for r in shared_rows(f"{ORACLE}/{case}_{stage}.csv")}
        return columns([rows[u] for u in units], codes)

    np.testing.assert_allclose(index.imputed, peer("Imputed", tree.indicators), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(index.normalised, peer("Normalised", tree.indicators), rtol=1e-10, atol=1e-10)
    for level, codes in enumerate(tree.codes[1:]):
        np.testing.assert_allclose(index.aggregated[level], peer("Aggregated", codes), rtol=1e-10, atol=1e-10)
    if "treatment" in CASES[case]:
        np.testing.assert_allclose(index.treated, peer("Treated", tree.indicators), rtol=1e-12, atol=1e-12)
    ranks = {r["uCode"]: int(r["Rank"]) for r in shared_rows(f"{ORACLE}/{case}_results.csv")}
    assert index.rank.tolist() == [ranks[u] for u in units]


@pytest.mark.shared
def test_outlier_treatment_takes_the_same_steps(example, shared_file) -> None:
    _, values, _tree = example("asem")
    cases = json.loads(shared_file(f"{ORACLE}/cases.json").read_text(encoding="utf-8"))["cases"]
    log = next(c["result"]["treat"] for c in cases if c["case"] == "asem_minmax_amean")
    imputed = composite.impute(values, method="mean")

    before = composite.describe(imputed)
    treated = composite.treat(imputed)
    after = composite.describe(treated.values)

    assert (before.skewness, before.kurtosis) == (
        pytest.approx([r["check_SkewKurt0.Skew"] for r in log]),
        pytest.approx([r["check_SkewKurt0.Kurt"] for r in log]),
    )
    assert before.outlying.tolist() == [not r["check_SkewKurt0.Pass"] for r in log]
    assert treated.winsorised.tolist() == [r["winsorise.nwin"] or 0 for r in log]
    judged = [i for i, r in enumerate(log) if r["check_SkewKurt1.Skew"] is not None]
    assert after.skewness[judged] == pytest.approx([log[i]["check_SkewKurt1.Skew"] for i in judged])
    assert not treated.logged.any()


@pytest.mark.shared
def test_the_published_index_comes_out_stage_by_stage(shared_rows) -> None:
    folder = "data/composite-index-asem"
    stage = {
        name: shared_rows(f"{folder}/stage_{name}.csv")
        for name in ("Raw", "Denominators", "Denominated", "Imputed", "Treated", "Normalised", "Aggregated")
    }
    meta, results = shared_rows(f"{folder}/stage_IndMeta.csv"), shared_rows(f"{folder}/stage_Result_rank.csv")
    codes = [r["IndCode"] for r in meta]
    parent = {r["IndCode"]: r["Agg1"] for r in meta} | {r["Agg1"]: r["Agg2"] for r in meta}
    parent |= {r["Agg2"]: r["Agg3"] for r in meta}
    tree = composite.index_tree(codes, parent=parent, direction={r["IndCode"]: int(r["Direction"]) for r in meta})
    sizes = {r["UnitCode"]: r for r in stage["Denominators"]}
    units = [r["UnitCode"] for r in stage["Raw"]]
    by = np.full((len(units), len(codes)), np.nan)
    for j, row in enumerate(meta):
        if row["Denominator"] not in ("", "NA"):
            by[:, j] = columns([sizes[u] for u in units], [row["Denominator"]])[:, 0]

    per_size = composite.denominate(columns(stage["Raw"], codes), by)
    index = composite.build_index(
        per_size,
        tree=tree,
        recipe=composite.Recipe(
            imputation="group_mean", groups=[r["Group_EurAsia"] for r in stage["Raw"]],
            treatment="winsorise", winsorise_most=6,
        ),
    )  # fmt: skip

    close = {"rtol": 1e-7, "atol": 1e-9}
    np.testing.assert_allclose(per_size, columns(stage["Denominated"], codes), **close)
    np.testing.assert_allclose(index.imputed, columns(stage["Imputed"], codes), **close)
    np.testing.assert_allclose(index.treated, columns(stage["Treated"], codes), **close)
    np.testing.assert_allclose(index.normalised, columns(stage["Normalised"], codes), rtol=1e-6, atol=1e-6)
    for level, groups in enumerate(tree.codes[1:]):
        np.testing.assert_allclose(
            index.aggregated[level], columns(stage["Aggregated"], groups), rtol=1e-6, atol=1e-6
        )
    ranks = {r["UnitCode"]: int(r["Index"]) for r in results}
    assert index.rank.tolist() == [ranks[u] for u in units]


@pytest.fixture
def vectors(shared_file) -> dict:
    cases = json.loads(shared_file(f"{ORACLE}/cases.json").read_text(encoding="utf-8"))["cases"]
    return {c["case"]: c["result"] for c in cases}


@pytest.mark.shared
def test_single_functions_equal_coinr(vectors: dict) -> None:
    expected = vectors["vector_functions"]
    x = np.array(expected["x"])
    column, weight = x[:, None], np.arange(1, 9) / 36

    def normalised(method: str, **options) -> list[float]:
        return composite.normalise(column, method=method, **options).ravel().tolist()

    assert normalised("minmax", scale=(0, 100)) == pytest.approx(expected["n_minmax_0_100"])
    assert normalised("zscore", scale=(10, 2)) == pytest.approx(expected["n_zscore_10_2"])
    assert normalised("rank") == expected["n_rank"]
    assert normalised("percentile_rank") == pytest.approx(expected["n_prank"])
    assert normalised("fraction_of_maximum") == pytest.approx(expected["n_fracmax"])
    assert normalised("distance_to_target", target=[40]) == pytest.approx(expected["n_dist2max"])
    assert composite.treat(column).values.ravel().tolist() == expected["winsorise"]
    d = composite.describe(column)
    assert (d.skewness[0], d.kurtosis[0]) == pytest.approx((expected["skew"], expected["kurt"]))
    for method, name in (("arithmetic", "a_amean"), ("geometric", "a_gmean"), ("harmonic", "a_hmean")):
        both = composite.aggregate([x, x + 1], weights=weight, method=method)
        assert both[0] == pytest.approx(expected[name])


@pytest.mark.shared
def test_pairwise_methods_and_weights_equal_their_peers(vectors: dict, shared_file) -> None:
    x = np.array(vectors["vector_functions"]["x"])
    three = np.column_stack((x, x[::-1] + 1, np.sqrt(x)))
    weight = [0.5, 0.3, 0.2]
    peer = json.loads(shared_file(f"{ORACLE}/mcdm.json").read_text(encoding="utf-8"))
    matrix, types = np.array(peer["matrix"]), np.array(peer["types"])

    copeland = composite.aggregate(three, weights=weight, method="copeland")
    beats = composite.outranking_matrix(three, weights=weight)
    entropy = composite.entropy_weights(matrix)
    flow = composite.aggregate(matrix * types, weights=entropy.value, method="outranking")

    assert copeland.tolist() == vectors["copeland"]
    np.testing.assert_allclose(beats, vectors["outrank"], atol=1e-12)
    np.testing.assert_allclose(entropy.value, peer["result"]["entropy_weights"], atol=1e-12)
    np.testing.assert_allclose(flow, peer["result"]["promethee2_usual"], atol=1e-12)


@pytest.mark.shared
def test_component_alpha_and_effective_weights_equal_coinr(example, vectors: dict) -> None:
    for name, group in (("asem", "Physical"), ("county", "P1")):
        case = "asem_minmax_amean" if name == "asem" else "county_minmax_amean"
        _, values, tree = example(name)
        index = composite.build_index(values, tree=tree, recipe=composite.Recipe(**CASES[case]))
        members = tree.members(0, tree.codes[1].index(group))
        members = sorted(members, key=lambda i: tree.indicators[i])  # the peer lists them by code

        loadings, share = composite.principal_component(index.normalised[:, members])
        expected = vectors[f"{name}_pca_P1"][group]

        spread = np.array(expected["sdev"]) ** 2
        np.testing.assert_allclose(loadings, expected["wts"], atol=1e-9)
        assert share == pytest.approx(spread[0] / spread.sum())
        assert composite.cronbach_alpha(index.normalised[:, members]) == pytest.approx(vectors[f"{name}_cronbach"])
        effective = tree.effective_weights()
        for row in vectors[f"{name}_effw"]:
            assert effective[row["iCode"]] == pytest.approx(row["EffWeight"])
