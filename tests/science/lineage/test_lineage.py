"""Tests of the graph of lots: closures, time order, paths, shares, growth and refusals."""

import hashlib
import json
from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science import lineage


def reached_slowly(edges, start, *, since=None):
    """Every lot reached and the fewest steps, edge by edge; with `since`, only along times that never fall."""
    first = dict.fromkeys(start, -(10**9) if since is None else since)
    steps = dict.fromkeys(start, 0)
    queue = deque(start)
    step = 0
    while queue:
        step += 1
        for _ in range(len(queue)):
            lot = queue.popleft()
            for source, target, day in edges:
                if source == lot and day >= first[lot] and day < first.get(target, 10**9):
                    first[target] = day
                    steps.setdefault(target, step)
                    queue.append(target)
    return first, steps


@st.composite
def small_graphs(draw):
    """Up to 12 lots, up to 40 edges with days 0 .. 6: loops, parallel edges and self-loops included."""
    count = draw(st.integers(2, 12))
    lot = st.integers(0, count - 1)
    edges = draw(st.lists(st.tuples(lot, lot, st.integers(0, 6)), min_size=1, max_size=40))
    return count, edges


@settings(max_examples=150, deadline=None)
@given(small_graphs(), st.data())
def test_closures_agree_with_the_slow_way(graph_data, data):
    count, edges = graph_data
    source, target, day = np.array(edges).T
    start = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=3, unique=True))
    graph = lineage.Graph.from_edges(source, target, at=day, nodes=count)

    plain = graph.forward(start, in_time_order=False)
    slow_plain, slow_steps = reached_slowly([(s, t, 0) for s, t, _ in edges], start)
    assert plain.nodes.tolist() == sorted(slow_plain)
    assert dict(zip(plain.nodes.tolist(), plain.depth.tolist(), strict=True)) == slow_steps

    timed = graph.forward(start, since=2)
    slow_timed, slow_steps = reached_slowly(edges, start, since=2)
    assert dict(zip(timed.nodes.tolist(), timed.arrival.tolist(), strict=True)) == slow_timed
    assert dict(zip(timed.nodes.tolist(), timed.depth.tolist(), strict=True)) == slow_steps

    back = graph.backward(start, until=4)
    mirrored, _ = reached_slowly([(t, s, -d) for s, t, d in edges], start, since=-4)
    assert dict(zip(back.nodes.tolist(), back.arrival.tolist(), strict=True)) == {
        lot: -day for lot, day in mirrored.items()
    }


@settings(max_examples=80, deadline=None)
@given(small_graphs(), st.data())
def test_a_grown_graph_equals_one_built_at_once(graph_data, data):
    _, edges = graph_data
    source, target, day = np.array(edges).T
    cuts = sorted(data.draw(st.lists(st.integers(0, len(edges)), max_size=5)))
    whole = lineage.Graph.from_edges(source, target, at=day)
    grown = lineage.Graph.from_edges([], [], at=[])
    for part in np.split(np.arange(len(edges)), cuts):
        grown = grown.append(source[part], target[part], at=day[part])

    assert (grown.n_nodes, grown.n_edges) == (whole.n_nodes, whole.n_edges)
    for lot in range(whole.n_nodes):
        for ordered in (True, False):
            assert grown.forward(lot, in_time_order=ordered).nodes.tolist() == (
                whole.forward(lot, in_time_order=ordered).nodes.tolist()
            )
            assert grown.backward(lot, in_time_order=ordered).nodes.tolist() == (
                whole.backward(lot, in_time_order=ordered).nodes.tolist()
            )


def test_a_sparse_tail_on_a_large_graph_is_followed_through():
    random = np.random.default_rng(5)
    source = random.integers(0, 5_000, 20_000)
    target = source + random.integers(1, 50, 20_000)
    graph = lineage.Graph.from_edges(source, target)
    before = graph.forward(17).n

    grown = graph.append([17, 90_000], [90_000, 90_001])

    assert len(grown.blocks) == 2
    assert grown.forward(17).n == before + 2
    assert 90_001 in grown.forward(17)
    assert 17 in grown.backward(90_001)
    assert graph.forward(17).n == before


def test_a_lot_that_left_before_the_suspect_material_came_is_out():
    graph = lineage.Graph.from_edges(
        [0, 1, 1], [1, 2, 3], at=np.array(["2024-05-03", "2024-05-01", "2024-05-03"], "M8[D]")
    )

    recalled = graph.forward(0)

    assert recalled.nodes.tolist() == [0, 1, 3]
    assert recalled.arrival[-1] == np.datetime64("2024-05-03")
    assert graph.forward(0, since="2024-05-04").nodes.tolist() == [0]
    assert graph.forward(0, in_time_order=False).nodes.tolist() == [0, 1, 2, 3]
    assert graph.backward(2).nodes.tolist() == [1, 2]


def test_steps_limit_the_depth():
    chain = lineage.Graph.from_edges(np.arange(100), np.arange(1, 101))

    assert chain.forward(0, steps=3).nodes.tolist() == [0, 1, 2, 3]
    assert chain.forward(0, steps=0).nodes.tolist() == [0]
    assert chain.forward(0, steps=60).n == 61
    assert chain.backward(100).depth.tolist() == list(range(100, -1, -1))


@settings(max_examples=100, deadline=None)
@given(small_graphs(), st.data())
def test_paths_are_exactly_those_found_by_trying_everything(graph_data, data):
    count, edges = graph_data
    source, target, day = np.array(edges[:14]).T
    graph = lineage.Graph.from_edges(source, target, at=day, nodes=count)
    first, last = data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, count - 1))
    wanted = set()

    def walk(lot, time, lots, taken):
        if lot == last:
            wanted.add((tuple(lots), tuple(taken)))
            return
        for number, (s, t, d) in enumerate(edges[:14]):
            if s == lot and d >= time and t not in lots:
                walk(t, d, [*lots, t], [*taken, number])

    walk(first, -1, [first], [])
    found = graph.paths(first, last, limit=10_000)

    assert found.complete
    assert set(zip(found.lots, found.edges, strict=True)) == wanted
    if wanted:
        assert len(found.lots[0]) <= min(len(lots) for lots, _ in wanted) or graph.time_kind is not None
        used = {edge for _, taken in wanted for edge in taken}
        assert used <= set(graph.between(first, last).edge.tolist())


def test_paths_stop_at_the_limit_and_say_so():
    graph = lineage.Graph.from_edges([0, 0, 1, 2, 0], [1, 2, 3, 3, 3])

    found = graph.paths(0, 3, limit=2)

    assert found.lots[0] == (0, 3)
    assert len(found) == 2
    assert not found.complete
    assert graph.between(0, 3).nodes.tolist() == [0, 1, 2, 3]
    assert graph.paths(3, 0).lots == ()
    assert graph.between(3, 0).nodes.size == 0


def test_shares_follow_the_quantities():
    # 100 of lot 0 and 300 of lot 1 make lot 2 (400); 60 of lot 2 go to lot 3, 340 to lot 4.
    graph = lineage.Graph.from_edges([0, 1, 2, 2], [2, 2, 3, 4], quantity=[100, 300, 60, 340])

    found = graph.contents(0)

    assert found.nodes.tolist() == [0, 2, 3, 4]
    assert found.fraction == pytest.approx([1, 0.25, 0.25, 0.25])
    assert found.amount == pytest.approx([100, 100, 15, 85])
    assert graph.share(of=0, within=3) == pytest.approx(0.15)
    assert graph.share(of=1, within=1) == 1.0
    assert graph.share(of=3, within=0) == 0.0
    assert graph.contents(0, size=200).sent == pytest.approx([1, 0.5, 0.075, 0.425])
    made_of = graph.composition(3)
    assert made_of.share == pytest.approx([0.25, 0.75, 1.0, 1.0])
    assert made_of.origin == pytest.approx([0.25, 0.75, 0, 0])


def test_what_left_before_the_material_came_holds_none_of_it():
    # On day 1 lot 2 is all from lot 1; lot 0 comes on day 2; what leaves on day 3 is half and half.
    graph = lineage.Graph.from_edges([1, 2, 0, 2], [2, 3, 2, 4], at=[0, 1, 2, 3], quantity=[10, 5, 10, 8])

    assert graph.contents(0).nodes.tolist() == [0, 2, 4]
    assert graph.contents(0).fraction == pytest.approx([1, 0.5, 0.5])
    assert graph.composition(3).origin.tolist() == [1, 0, 0]
    assert graph.composition(4).share == pytest.approx([0.5, 0.5, 1, 1])


def test_a_rework_loop_settles_at_the_analytic_share():
    # Half of lot 1's inflow (10 fresh from 0, 10 fresh from 3) goes round through lot 2.
    graph = lineage.Graph.from_edges([0, 3, 1, 2, 1], [1, 1, 2, 1, 4], quantity=[10, 10, 20, 20, 20])

    found = graph.contents(0)

    assert found.fraction[found.nodes == 4] == pytest.approx([0.5])
    assert found.warnings == ()
    made_of = graph.composition(4)
    assert made_of.origin.sum() == pytest.approx(1)
    assert "rework loop" in made_of.warnings[0]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_composition_is_the_mirror_image_of_contents(data):
    count = data.draw(st.integers(3, 9))
    pairs = st.tuples(st.integers(0, count - 2), st.integers(1, count - 1)).filter(lambda pair: pair[0] < pair[1])
    edges = data.draw(st.lists(pairs, min_size=1, max_size=25))
    quantity = data.draw(st.lists(st.integers(1, 9), min_size=len(edges), max_size=len(edges)))
    day = data.draw(st.none() | st.lists(st.integers(0, 4), min_size=len(edges), max_size=len(edges)))
    source, target = np.array(edges).T
    graph = lineage.Graph.from_edges(source, target, at=day, quantity=quantity, nodes=count)

    for lot in range(count):
        made_of = graph.composition(lot)
        assert made_of.origin.sum() == pytest.approx(1)
        for part, share in zip(made_of.nodes.tolist(), made_of.share.tolist(), strict=True):
            there = graph.contents(part)
            assert there.fraction[there.nodes == lot] == pytest.approx([share])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"source": [0, -1], "target": [1, 1]}, r"source\[1\] is -1"),
        ({"source": [0.5], "target": [1]}, "whole numbers"),
        ({"source": [0], "target": [1, 2]}, "an edge needs both"),
        ({"source": [0], "target": [1], "at": [1, 2]}, "one time each"),
        ({"source": [0], "target": [1], "at": [np.nan]}, r"at\[0\] is nan"),
        ({"source": [0], "target": [1], "at": np.array(["NaT"], "M8[D]")}, r"at\[0\] is missing"),
        ({"source": [0], "target": [1], "quantity": [-2.0]}, r"quantity\[0\] is -2"),
        ({"source": [0], "target": [1], "quantity": [np.nan]}, r"quantity\[0\] is nan"),
        ({"source": [0], "target": [5], "nodes": 3}, "lot 5"),
    ],
)
def test_bad_edges_are_refused_in_words(columns, words):
    with pytest.raises(ValueError, match=words):
        lineage.Graph.from_edges(columns.pop("source"), columns.pop("target"), **columns)


def test_bad_questions_are_refused_in_words():
    graph = lineage.Graph.from_edges([0], [1])

    with pytest.raises(ValueError, match="lot 7 is unknown"):
        graph.forward(7)
    with pytest.raises(ValueError, match="name at least one lot"):
        graph.forward([])
    with pytest.raises(ValueError, match="no times"):
        graph.forward(0, in_time_order=True)
    with pytest.raises(ValueError, match="need edges with times"):
        graph.forward(0, since=3)
    with pytest.raises(ValueError, match="no quantities"):
        graph.contents(0)
    with pytest.raises(ValueError, match="edges already there"):
        graph.append([1], [2], at=[4])


def test_an_empty_graph_reaches_only_the_start():
    graph = lineage.Graph.from_edges([], [], nodes=3)

    assert graph.forward(2).nodes.tolist() == [2]


@pytest.mark.shared
def test_closures_equal_the_reference(shared_file):
    reference = json.loads(shared_file("oracles/trace/closures.json").read_text())
    columns = np.loadtxt(shared_file("oracles/trace/edges.csv"), delimiter=",", skiprows=1)
    graph = lineage.Graph.from_edges(columns[:, 0].astype(int), columns[:, 1].astype(int), nodes=reference["nodes"])

    for case in reference["cases"]:
        forward = graph.forward(case["start"])
        assert forward.nodes.tolist() == sorted(case["forward"])
        assert graph.backward(case["start"]).nodes.tolist() == sorted(case["backward"])
        assert np.bincount(forward.depth).tolist() == case["depth_hist"]
        assert graph.forward(case["start"], steps=3).nodes.tolist() == sorted(case["within3"])


@pytest.mark.shared
def test_the_large_recipe_gives_the_reference_sums(shared_file):
    recipe = json.loads(shared_file("oracles/trace/large_recipe.json").read_text())
    x = np.arange(1_000_000, dtype=np.uint64) * np.uint64(6364136223846793005) + np.uint64(12345)
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        x = (x ^ (x >> np.uint64(33))) * np.uint64(factor)
    x ^= x >> np.uint64(33)
    source = x % np.uint64(220_000)
    target = source + np.uint64(1) + (x >> np.uint64(40)) % np.uint64(600)
    same = (source // np.uint64(1000) == target // np.uint64(1000)) | (source % np.uint64(997) == 0)
    keep = (target < 220_000) & same
    graph = lineage.Graph.from_edges(source[keep], target[keep], nodes=recipe["N"])

    assert graph.n_edges == recipe["edges"]
    for case in recipe["cases"]:
        for way in ("forward", "backward"):
            nodes = getattr(graph, way)(case["start"]).nodes
            assert (nodes.size, int(nodes.sum())) == (case[f"{way}_n"], case[f"{way}_sum"])
            assert hashlib.sha256(nodes.astype("<i8").tobytes()).hexdigest() == case[f"{way}_sha256"]
