"""Numbers: of clues by year, of cases by office and year, of papers by office, year and word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from banyan.base.registry.queries import Region, code_on
from banyan.response.casework.models import Case, Clue, Paper
from banyan.response.casework.queries import terms

DIGITS = 6
Series = dict[str, "count[int]"]


def number_of_clue(series: Series, *, on: date) -> str:
    """The next clue of the year, such as X2025-000013. The caller holds the chain, so none is given twice."""
    return _next(series, Clue, f"X{on.year}-", digits=DIGITS)


def number_of_case(series: Series, office: Region, *, on: date) -> str:
    """The next case of the office's year, such as 350102-2025-000013."""
    known = code_on(region=office, on=on)
    return _next(series, Case, f"{known.code if known else office.pk}-{on.year}-", digits=DIGITS)


def number_of_paper(office: Region, template: str, *, on: date) -> str:
    """The next paper of the office's year under the word of its template, such as 鼓楼区市监罚〔2025〕12号."""
    line = terms.row("papers", template, on=on)
    prefix = f"{office.name}市监{line['word'] if line else template}〔{on.year}〕"
    given = Paper.objects.filter(office=office, template=template, made_on__year=on.year)
    numbers = given.values_list("number", flat=True)
    tails = (one.removeprefix(prefix).removesuffix("号") for one in numbers)
    return f"{prefix}{max((int(one) for one in tails if one.isdecimal()), default=0) + 1}号"


def _next(series: Series, model: Any, prefix: str, *, digits: int) -> str:
    if prefix not in series:
        known: Sequence[Any] = model.objects.filter(number__gte=f"{prefix}0", number__lt=f"{prefix}:")
        last = known.order_by("-number").values_list("number", flat=True).first()  # type: ignore[attr-defined]
        series[prefix] = count(int(last.removeprefix(prefix)) + 1 if last else 1)
    return f"{prefix}{next(series[prefix]):0{digits}}"
