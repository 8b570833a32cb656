"""Questions about one record whose text is made once a day: which of many have an answer, or a column of texts.

The page of a record that shows a dozen parts finds most of them empty. What costs then is not the database but the
making of a dozen questions; this asks one that stands already, and leaves the reading to what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

EXAMPLE = "\x1fthe key of the record\x1f"


class Texts:
    """A question for one column of texts about a record of a noun on a day."""

    def __init__(self, noun: type[models.Model], question: Callable[[Any, date], models.QuerySet]):
        self.noun, self.question = noun, question
        self._text = lru_cache(maxsize=8)(self._made)

    def of(self, record: Any, *, on: date) -> list[str]:
        """The texts of a record, in the order of the question."""
        return _answers(*self._text(connection.vendor, on), key=record.pk)

    def _made(self, _vendor: str, on: date) -> tuple[str, Sequence[Any]]:
        return self.question(self.noun(pk=EXAMPLE), on).query.sql_with_params()


class Presence:
    """The questions that may be asked about a record of a noun on a day, each a function that gives its rows."""

    def __init__(self, noun: type[models.Model], questions: Mapping[str, Callable[[Any, date], models.QuerySet]]):
        self.noun, self.questions = noun, questions
        self._text = lru_cache(maxsize=8)(self._made)

    def of(self, record: Any, *, on: date) -> set[str]:
        """The names of the questions that have an answer for a record."""
        text, given = self._text(connection.vendor, on)
        return set(_answers(text, given, key=record.pk)) if text else set()

    def _made(self, _vendor: str, on: date) -> tuple[str, list[Any]]:
        texts, params = [], []
        example = self.noun(pk=EXAMPLE)
        for name, question in self.questions.items():
            try:
                text, given = question(example, on).order_by().values("pk")[:1].query.sql_with_params()
            except EmptyResultSet:
                continue
            texts.append(f"SELECT CAST(%s AS varchar(60)) WHERE EXISTS ({text})")
            params += [name, *given]
        return " UNION ALL ".join(texts), params


def _answers(text: str, given: Sequence[Any], *, key: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(text, [key if one == EXAMPLE else one for one in given])
        return [one for (one,) in cursor.fetchall()]
