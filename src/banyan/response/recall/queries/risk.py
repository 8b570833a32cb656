"""The risk of goods by injury scenarios through the matrix of the packs, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.kit import clock, terms
from banyan.kit.refusals import Refused
from banyan.science import risk

MATRIX, LEVELS, SEVERITIES = "recall.risk_matrix", "recall.risk_levels", "recall.severities"


def matrix_on(on: date) -> risk.Matrix:
    """The matrix in force on a day. Raises Refused where none was."""
    rows, levels = terms.rows(MATRIX, on=on), terms.column(LEVELS, "level", on=on)
    if not rows or not levels:
        raise Refused(
            _("An assessment of risk on %(day)s was asked for.") % {"day": on},
            _("No matrix was in force on that day."),
            _("Assess it by a day on which one is."),
            code="no-matrix",
        )
    severities = [name for name in rows[0] if name.startswith("severity_")]
    return risk.risk_matrix(
        bands=[(str(row["band"]), str(row["above"])) for row in rows], levels=levels,
        cells={str(row["band"]): [str(row[name]) for name in severities] for row in rows},
    )  # fmt: skip


def assessed(scenarios: Sequence[dict[str, Any]], *, on: date) -> risk.ProductRisk:
    """The risk of goods by scenarios such as {"name": …, "steps": ["1/50", "0.1"], "severity": 2}, exactly.

    Raises Refused with the words of the method where a step is no probability or a severity is unknown.
    """
    matrix = matrix_on(on)
    try:
        told = [risk.scenario(one["name"], steps=one["steps"], severity=one["severity"]) for one in scenarios]
        return risk.assess(told, matrix=matrix)
    except ValueError as error:
        raise Refused(
            _("An assessment of risk was asked for."),
            str(error),
            _("Give each scenario a name, the probability of each step (1/50 or 0.02) and a severity of 1 to 4."),
            code="no-scenario",
        ) from error


def height(level: str, *, on: date) -> int:
    """How high a level is, 0 for the lowest; -1 where it is none."""
    levels = terms.column(LEVELS, "level", on=on)
    return levels.index(level) if level in levels else -1


def shift_in_words(shift: Mapping[str, Any]) -> str:
    """What a changed assumption does to the level, on one line."""
    said = {"scenario": shift["scenario"], "band": shift["band"], "severity": shift["severity"]}
    changed = (
        _("%(scenario)s: with severity %(severity)s") if shift["band"] is None
        else _("%(scenario)s: with a probability of band %(band)s")
    ) % said  # fmt: skip
    return _("%(changed)s, the level is %(level)s") % {"changed": changed, "level": level_in_words(shift["level"])}


def level_in_words(level: str) -> str:
    """A level of risk as a person reads it."""
    language = (get_language() or "zh")[:2]
    rows = terms.rows(LEVELS, on=clock.today())
    return next((str(row["en" if language == "en" else "zh"]) for row in rows if row["level"] == level), level)
