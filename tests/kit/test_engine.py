"""A question asked again with other values is compiled once, and answered as if it had been asked alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from banyan.kit import engine

DAYS = [date(2024, 1, day) for day in (1, 2, 3, 4)]
WORDS = ["east", "it's", "§0§", None]


@pytest.fixture
def words() -> Any:
    table = pa.table({"day": DAYS, "word": WORDS, "n": [1, 2, 3, 4]})
    stored = engine.backend().create_table("words_of_a_test", table, temp=True, overwrite=True)
    return engine.kept(("words of a test", object()), lambda: stored)


def total(table: Any, values: Any) -> Any:
    chosen = table.filter(table.day >= values["since"], table.word.isin(values["words"]))
    return chosen.agg(n=chosen.n.sum(), rows=chosen.count())


def test_each_answer_is_that_of_its_own_values(words: Any) -> None:
    asked = [
        (date(2024, 1, 1), ("east", "it's"), 3, 2),
        (date(2024, 1, 2), ("east", "it's"), 2, 1),
        (date(2024, 1, 1), ("§0§", "' OR true --"), 3, 1),
        (date(2024, 1, 1), (), None, 0),
    ]

    for since, among, n, rows in asked:
        answer = engine.answer("total of words", words, total, {"since": since, "words": among})

        assert answer.to_pylist() == [{"n": n, "rows": rows}]


def test_a_question_of_the_same_shape_is_built_once(words: Any) -> None:
    built = []

    def build(table: Any, values: Any) -> Any:
        built.append(values)
        return total(table, values)

    for since in DAYS:
        engine.answer("built once", words, build, {"since": since, "words": ("east", "§0§")})
    engine.answer("built once", words, build, {"since": DAYS[0], "words": ("east",)})

    assert len(built) == 2


def test_a_table_that_is_not_kept_gets_the_same_answer() -> None:
    table = ibis.memtable(pa.table({"day": DAYS, "word": WORDS, "n": [1, 2, 3, 4]}))

    answer = engine.answer("not kept", table, total, {"since": DAYS[1], "words": ("it's", "§0§")})

    assert answer.to_pylist() == [{"n": 5, "rows": 2}]


def test_questions_of_no_rows_are_built_once_too() -> None:
    asked = []

    def build(table: Any, values: Any) -> Any:
        asked.append(values)
        chosen = table.filter(table.word.isin(values["words"]))
        return chosen.agg(n=chosen.count())

    schema = ibis.schema({"word": "string", "n": "int64"})
    counts = [
        engine.answer("of nothing", engine.nothing(schema), build, {"words": [word]}).to_pylist()
        for word in ("a", "b")
    ]

    assert counts == [[{"n": 0}], [{"n": 0}]]
    assert len(asked) == 1
