"""The risk of goods by injury scenarios through the matrix of the packs, and its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan.insight.risk.models import Assessment
from banyan.kit import clock, terms
from banyan.kit.refusals import Refused
from banyan.kit.scope import scoped
from banyan.science import risk

MATRIX, LEVELS, SEVERITIES = "risk.matrix", "risk.levels", "risk.severities"
MOST_SCENARIOS, MOST_STEPS, LONGEST_NAME = 50, 20, 200
LONGEST_SEVERITY = 3  # digits

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
        parts[1:] = [unicodedata.normalize("NFKC", part) for part in parts[1:]]
        if len(parts) < 3 or not parts[1].isdecimal() or len(parts[1]) > LONGEST_SEVERITY:
            raise Refused(
                _("An assessment of risk was asked for."),
                _("Line %(number)d: a name, a severity and at least one probability are needed.")
                % {"number": number},
                str(HOW_TO_WRITE),
                code="no-scenario",
            )
        found.append({"name": parts[0], "severity": int(parts[1]), "steps": parts[2:]})
    return found


def scenarios_asked(text: str, *, on: date) -> list[dict[str, Any]]:
    """The same, and each can be assessed by the matrix of a day. Raises Refused."""
    found = scenarios_of(text)
    assessed(found, on=on)
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

    Raises Refused where there is none or too many, where a step is no probability, or a severity is unknown.
    """
    matrix = matrix_on(on)
    if not 1 <= len(scenarios) <= MOST_SCENARIOS:
        raise _no_scenario(
            _("It has %(found)d scenarios; it needs at least one, and %(most)d are the most.")
            % {"found": len(scenarios), "most": MOST_SCENARIOS}
        )
    severities = len(matrix.cells[0])
    return risk.assess([_scenario(one, severities=severities) for one in scenarios], matrix=matrix)


def _scenario(one: Mapping[str, Any], *, severities: int) -> risk.Scenario:
    """A scenario with exact probabilities, as far as the matrix has its severity. Raises Refused."""
    name, steps, severity = str(one["name"]), one["steps"], int(one["severity"])
    said = {"name": name[:40]}
    if len(name) > LONGEST_NAME:
        raise _no_scenario(
            _("The name “%(name)s…” has %(length)d characters, and %(most)d are the most.")
            % {**said, "length": len(name), "most": LONGEST_NAME}
        )
    if not 1 <= len(steps) <= MOST_STEPS:
        raise _no_scenario(
            _("The scenario “%(name)s” has %(found)d steps; it needs at least one, and %(most)d are the most.")
            % {**said, "found": len(steps), "most": MOST_STEPS}
        )
    if not 1 <= severity <= severities:
        raise _no_scenario(
            _("The severity of the scenario “%(name)s” is %(severity)d, and the matrix has 1 to %(most)d.")
            % {**said, "severity": severity, "most": severities}
        )
    return risk.scenario(name, steps=[_step(given, place, said) for place, given in enumerate(steps, 1)],
                         severity=severity)  # fmt: skip


def _step(given: Any, place: int, said: Mapping[str, Any]) -> Fraction:
    try:
        return risk.exact(given)
    except ValueError as error:
        told = {**said, "place": place, "given": str(given)[:40], "digits": risk.DIGITS}
        raise _no_scenario(
            _("Step %(place)d of the scenario “%(name)s” is “%(given)s”: a probability lies between 0 and 1, "
              "written as 1/50 or 0.02 with at most %(digits)d digits on each side.") % told
        ) from error  # fmt: skip


def _no_scenario(prevents: str) -> Refused:
    return Refused(
        _("An assessment of risk was asked for."),
        prevents,
        _("Give each scenario a name, the probability of each step (1/50 or 0.02) and a severity of 1 to 4."),
        code="no-scenario",
    )


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
