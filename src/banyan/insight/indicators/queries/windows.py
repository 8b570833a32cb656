"""What is asked of the engine: the facts of a window, under conditions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from banyan.base.facts import queries as facts
from banyan.base.facts.queries import standing, tests_of
from banyan.kit import engine, recent
from banyan.policy.kinds.indicator import Filter

ALWAYS = ("kind", "fact", "happened_on", "until_on", "value")  # columns that every question may need


@dataclass(frozen=True)
class Window:
    """The facts of some days that meet an indicator's conditions, and those of a question.

    With `stands_by`, a column, only the last fact of each of its values is looked at: what stands on the last day.
    """

    facts: Any
    filters: tuple[Filter, ...]
    values: Mapping[str, Any]
    stands_by: str = ""
    source: Hashable = None
    """Which facts these are: kinds, as known when, of which years."""

    def ask(
        self, key: Hashable, build: Callable[[Any], Any], columns: Iterable[str | None],
        bys: Sequence[Sequence[str]] = (),
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The rows of what `build` makes of these columns and breakdowns. The key names all else it depends on.

        What is asked twice within a `recent.reading` is found once, such as by a rule in force and by its draft.
        """
        needed = {*ALWAYS, *columns, *(name for by in bys for name in by), self.stands_by}
        needed |= {one.column for one in self.filters} | {name.rpartition(" ")[2] for name in self.values}
        question = (key, tuple(map(tuple, bys)), self.filters, self.stands_by)

        def find() -> Any:
            return engine.answer(
                question, self.facts, lambda *given: build(self._among(*given)), self.values, columns=needed
            )

        values = tuple(
            (name, value if isinstance(value, date) else tuple(value)) for name, value in self.values.items()
        )
        answer = recent.once(("facts of a window", self.source, values, frozenset(needed), question), find)
        found: list[dict[str, Any]] = answer.to_pylist()
        return found

    def _among(self, facts: Any, values: Mapping[str, Any]) -> Any:
        if self.stands_by:
            facts = standing(facts, self.stands_by, on=values["last"])
        days = [facts.happened_on <= values["last"]]
        if "first" in values:
            days.append(facts.happened_on >= values["first"])
        texts = [facts[name.partition(" ")[2]].isin(among) for name, among in values.items() if " " in name]
        return facts.filter([*days, *texts, *tests_of(facts, self.filters, None)])


def window(
    filters: Sequence[Filter],
    *,
    first: date | None,
    last: date,
    known_on: date | facts.Cut,
    where: Mapping[str, Sequence[str]] | None,
    stands_by: str = "",
) -> Window:
    """The facts of the days from `first` to `last` that meet the filters, as known on a day."""
    kinds = list(filters[0].any_of or ())
    years = None if first is None else range(first.year, last.year + 1)
    told = facts.facts(kinds, known_on=known_on, years=years)
    values: dict[str, Any] = {"last": last} if first is None else {"first": first, "last": last}
    fixed = []
    for place, one in enumerate(one for one in filters if one.column != "kind"):
        if one.any_of and all(isinstance(value, str) for value in one.any_of):
            values[f"{place} {one.column}"] = one.any_of
        else:
            fixed.append(one)
    values |= {f"where {name}": tuple(among) for name, among in (where or {}).items()}
    source = (tuple(kinds), known_on, None if years is None else (years.start, years.stop))
    return Window(told, tuple(fixed), values, stands_by, source)
