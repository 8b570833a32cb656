"""Reads a test result as printed: a number, a bound, found or not found, or the values of a germ plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from banyan.science.limits.quantities import Quantity, Unit, compact, plain, read_quantity


@dataclass(frozen=True, slots=True)
class Result:
    """
    One reported value.

    `bound` is "" for a value, "<" (or "≤") and ">" (or "≥") for one known only on one side; `found` is set
    where the report says only whether something was found; `problem` says why nothing could be read.
    """

    quantity: Quantity | None = None
    bound: str = ""
    found: bool | None = None
    retested: bool = False
    problem: str = ""


_EMPTY = {"", "/", "-", "--", "~", "~~", "—"}
_VERDICTS = {
    "合格",
    "不合格",
    "符合",
    "不符合",
    "通过",
    "不通过",
    "符合要求",
    "不符合要求",
    "pass",
    "fail",
    "passed",
    "failed",
}
_NOT_FOUND = re.compile(
    r"^(未(检|测|查)出|不得检出|阴性|n\.?d\.?\b|nd(?=\()|not detect(ed|able)|absen(t|ce)\b|negative"
    r"|no presence|none$|无$)",
    re.I,
)
_FOUND = re.compile(
    r"^(检出|阳性)|\b(presen(t|ce|za|cia)|positive|detected|detectado|rilevato|isolated|found)\b", re.I
)
_DENIED = re.compile(r"\b(not|no|absence|absent|non|sin)\b|未|不", re.I)
_RETEST = re.compile(r"复(?:检|验|测)(?:结果|值|结论)?(?:为|是)?:?(?P<value>[^,;]+)")
_FIRST_TEST = re.compile(r"^(?:初检|原检|检测|检验|实测)(?:结果|值)?:?(?=[\d<>≤≥.])")
_DETECTION_LIMIT = re.compile(
    r"[(<]?(?:检出限|定量限|报告限|方法检出限|lod|loq)?[:=]?[<≤]?(?P<value>[\d.][^()]*)\)?", re.I
)
_SIDES = {"<": "<", "≤": "≤", ">": ">", "≥": "≥", "<=": "≤", ">=": "≥", "=<": "≤", "=>": "≥"}


@lru_cache(maxsize=65536)
def read_result(text: str, *, unit: Unit | None = None, germs: bool = False) -> Result:
    """
    One reported value. Where a first and a repeated test are printed together, the repeated one is read: its
    conclusion is the final one.
    """
    words, body = plain(text), compact(text)
    if words in _EMPTY:
        return Result(problem="no_result")
    if words.lower() in _VERDICTS:
        return Result(problem="result_is_verdict")
    again = _RETEST.search(body)
    if again:
        final = read_result(again["value"], unit=unit, germs=germs)
        return Result(final.quantity, final.bound, final.found, True, final.problem)
    body = _FIRST_TEST.sub("", body)
    absent = _NOT_FOUND.match(words)
    if absent:
        rest = compact(words[absent.end() :])
        limit = _DETECTION_LIMIT.fullmatch(rest) if rest and rest[0] != "/" else None
        lowest = read_quantity(limit["value"], unit=unit, germs=germs) if limit else None
        return Result(lowest, "<", None) if lowest else Result(found=False)
    side = re.match(r"<=|>=|=<|=>|[<>≤≥]", body)
    quantity = read_quantity(body[side.end() :] if side else body, unit=unit, germs=germs)
    if quantity:
        return Result(quantity, _SIDES[side.group()] if side else "")
    if _FOUND.search(words) and not _DENIED.search(words):
        return Result(found=True)
    return Result(problem="result_in_words" if re.search(r"[^\W\d]", words) else "result_unreadable")


@lru_cache(maxsize=65536)
def read_results(text: str, *, unit: Unit | None = None) -> tuple[Result, ...]:
    """The values of a germ plan, one per sample; a unit printed only at the last value holds for all."""
    body = compact(text)
    values = [value for value in re.split(r"[;、]", body) if value]
    if len(values) == 1:
        values = [value for value in body.split(",") if value]
    last = read_result(values[-1], unit=unit, germs=True) if values else Result(problem="no_result")
    shared = last.quantity.unit if last.quantity and last.quantity.unit else unit
    return tuple(read_result(value, unit=shared, germs=True) for value in values)
