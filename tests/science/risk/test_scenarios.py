"""Injury scenarios: exact products, edges of bands, the highest level counts, what would change it."""

from decimal import Decimal
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.risk import Matrix, assess, exact, risk_matrix, scenario, step_at_which_level_changes

INVENTED = risk_matrix(
    bands=[("likely", "1/10"), ("possible", "1/1000"), ("remote", 0)],
    levels=["low", "medium", "serious"],
    cells={
        "likely": ["medium", "serious", "serious"],
        "possible": ["low", "medium", "serious"],
        "remote": ["low", "low", "medium"],
    },
)
fractions = st.fractions(min_value=0, max_value=1, max_denominator=10**6)


@pytest.fixture
def published(shared_file) -> tuple[Matrix, list[dict]]:
    table = yaml.safe_load(shared_file("facts/tables/risk_rapex.yaml").read_text(encoding="utf-8"))
    cells = {name: row for name, row in table["matrix"].items() if name != "confidence"}
    bands = [(b["id"], b["min_exclusive"]) for b in table["probability_bands"]]
    return risk_matrix(bands=bands, cells=cells, levels=["L", "M", "H", "S"]), table["test_vectors"]


@pytest.mark.shared
def test_published_examples_come_out_exactly(published) -> None:
    matrix, vectors = published

    for vector in vectors:
        told = scenario(vector["name"], steps=vector["probabilities"], severity=vector.get("severity", 1))
        found = assess([told], matrix=matrix)
        assert found.worst.band == vector["band"]
        assert found.worst.probability == exact(vector["overall"])
        assert found.level == vector.get("level", found.level)


def test_a_tenth_cubed_lies_on_the_edge_and_not_above_it() -> None:
    from_floats = scenario("floats", steps=[0.1, 0.1, 0.1], severity=3)
    from_text = scenario("text", steps=["1/10", "0.1", Fraction(1, 10)], severity=3)

    assert 0.1 * 0.1 * 0.1 > 0.001
    assert from_floats.probability == from_text.probability == Fraction(1, 1000)
    assert assess([from_floats], matrix=INVENTED).worst.band == "remote"


def test_a_step_that_cannot_happen_makes_the_injury_impossible() -> None:
    found = assess([scenario("never", steps=[1, 0, 1], severity=3)], matrix=INVENTED)

    assert found.worst.probability == 0
    assert found.worst.band == "remote"


def test_the_product_has_the_level_of_its_worst_scenario() -> None:
    found = assess(
        [
            scenario("pinch", steps=["1/2"], severity=1),
            scenario("fall", steps=["1/2", "1/100"], severity=3),
            scenario("cut", steps=["1/5000"], severity=2),
        ],
        matrix=INVENTED,
    )

    assert [a.level for a in found.scenarios] == ["medium", "serious", "low"]
    assert (found.level, found.worst.scenario.name) == ("serious", "fall")


def test_each_uncertain_factor_is_moved_by_one_and_the_product_s_level_taken_again() -> None:
    found = assess([scenario("fall", steps=["1/200"], severity=2)], matrix=INVENTED)
    shown = {(s.scenario, s.band, s.severity): (s.level, s.differs) for s in found.shifts}

    assert shown == {
        ("fall", "likely", None): ("serious", True),
        ("fall", "remote", None): ("low", True),
        ("fall", None, 3): ("serious", True),
        ("fall", None, 1): ("low", True),
    }
    assert not found.robust
    firm = assess([scenario("blow", steps=["1/2"], severity=3)], matrix=INVENTED)
    assert firm.robust


@given(
    steps=st.lists(fractions, min_size=1, max_size=4),
    severity=st.integers(1, 3),
    which=st.integers(0, 3),
    p=fractions,
)
def test_more_probable_or_more_severe_is_never_a_lower_level(steps, severity, which, p) -> None:
    which %= len(steps)
    higher = [max(p, s) if i == which else s for i, s in enumerate(steps)]
    order = INVENTED.levels.index

    def level(chain, severity: int) -> int:
        return order(assess([scenario("s", steps=chain, severity=severity)], matrix=INVENTED).level)

    assert level(higher, severity) >= level(steps, severity)
    assert level(steps, min(severity + 1, 3)) >= level(steps, severity)


@given(steps=st.lists(fractions.filter(bool), min_size=1, max_size=3), severity=st.integers(1, 3), p=fractions)
def test_the_turning_points_of_a_step_are_where_the_level_turns(steps, severity, p) -> None:
    now = scenario("s", steps=steps, severity=severity)
    order = INVENTED.levels.index
    down, up = step_at_which_level_changes(now, step=0, matrix=INVENTED)

    here = order(assess([now], matrix=INVENTED).level)
    there = order(assess([scenario("s", steps=[p, *steps[1:]], severity=severity)], matrix=INVENTED).level)

    assert (there < here) == (down is not None and p <= down)
    assert (there > here) == (up is not None and p > up)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"bands": [("likely", "1/1000"), ("possible", "1/10"), ("remote", 0)]}, "edges must fall"),
        ({"bands": [("likely", "1/10"), ("possible", "1/1000"), ("remote", "1/9999")]}, "end at 0"),
        ({"cells": {"likely": ["low"], "possible": ["low"]}}, "do not name the same bands: 'remote'"),
        ({"cells": {"likely": ["low"], "possible": ["low", "low"], "remote": ["low"]}}, "one level per severity"),
        ({"cells": {key: ["grave"] for key in ["likely", "possible", "remote"]}}, "cells hold level 'grave'"),
        ({"cells": {key: ["medium", "low"] for key in ["likely", "possible", "remote"]}}, "a greater severity leads"),
        (
            {"cells": {"likely": ["low"], "possible": ["medium"], "remote": ["low"]}},
            "'possible': a smaller probability leads to a higher level",
        ),
    ],
)
def test_a_matrix_that_contradicts_itself_is_refused(change: dict, says: str) -> None:
    given_parts = {
        "bands": [("likely", "1/10"), ("possible", "1/1000"), ("remote", 0)],
        "cells": {key: ["low"] for key in ["likely", "possible", "remote"]},
        "levels": ["low", "medium", "serious"],
    } | change

    with pytest.raises(ValueError, match=says):
        risk_matrix(**given_parts)


def test_bad_scenarios_are_named() -> None:
    with pytest.raises(ValueError, match=r"steps\[1\] of 'fall' is '1 in 50'"):
        scenario("fall", steps=[1, "1 in 50"], severity=1)
    with pytest.raises(ValueError, match=r"steps\[0\] of 'fall' is 1.5: a probability lies in 0..1"):
        scenario("fall", steps=[1.5], severity=1)
    with pytest.raises(ValueError, match="at least one step"):
        scenario("fall", steps=[], severity=1)
    with pytest.raises(ValueError, match="the matrix has 1 to 3"):
        assess([scenario("fall", steps=[1], severity=4)], matrix=INVENTED)
    with pytest.raises(ValueError, match="scenarios is empty"):
        assess([], matrix=INVENTED)
    with pytest.raises(ValueError, match="step is 2"):
        step_at_which_level_changes(scenario("fall", steps=[1], severity=1), step=2, matrix=INVENTED)


@pytest.mark.parametrize(
    "written",
    ["1e-9999999", "1e9999999", "0." + "1" * 13, "1/" + "9" * 13, Decimal("1e9999999"), Decimal("1e-9999999"),
     Decimal("NaN"), Decimal("0e9999999")],
)  # fmt: skip
def test_a_number_with_an_exponent_or_a_long_tail_is_refused_before_it_is_written_out(written) -> None:
    with pytest.raises(ValueError, match="of at most 12 digits, is needed"):
        exact(written, name="step")


def test_numbers_are_taken_as_they_are_written() -> None:
    assert [exact(one) for one in ("1", " 0.5 ", ".5", "000000000001/000000000002", Decimal("5e-1"), 0.5)] == [
        1, *[Fraction(1, 2)] * 5
    ]  # fmt: skip
