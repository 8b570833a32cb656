"""The risk of goods by injury scenarios through the matrix of the packs, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan.insight.risk.models import Assessment
from banyan.kit import clock, terms
from banyan.kit.refusals import Refused
from banyan.kit.scope import scoped
from banyan.science import risk

MATRIX, LEVELS, SEVERITIES = "risk.matrix", "risk.levels", "risk.severities"


HOW_TO_WRITE = gettext_lazy(
    "name; severity 1 to 4; the probability of each step, such as 1/50; 0.1. The level is that of the worst scenario."
)


def scenarios_of(text: str) -> list[dict[str, Any]]:
    """Scenarios as they are written in a form, one on a line. Raises Refused for a line that is none."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in line.replace("；", ";").split(";") if part.strip()]
        if not parts:
            continue
        if len(parts) < 3 or not parts[1].isdecimal():
            raise Refused(
                _("An assessment of risk was asked for."),
                _("Line %(number)d: a name, a severity and at least one probability are needed.")
                % {"number": number},
                str(HOW_TO_WRITE),
                code="no-scenario",
            )
        found.append({"name": parts[0], "severity": int(parts[1]), "steps": parts[2:]})
    return found


def assessments_of(record: Any, *, person: Any) -> list[Assessment]:
    """The assessments that were made for a record, the latest first, as far as the person may see them."""
    rows = scoped(Assessment, person).filter(about_noun=record.noun, about_key=record.pk, withdrawn_on=None)
    return list(rows.order_by("-assessed_on", "-key"))


def level_of(record: Any) -> str:
    """The level of the latest assessment of a record that a second person upheld; empty where there is none."""
    rows = Assessment.objects.filter(
        about_noun=record.noun, about_key=record.pk, is_upheld=True, withdrawn_on=None
    )  # fmt: skip
    found = rows.order_by("-reviewed_on", "-key").first()
    return found.level if found else ""


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
