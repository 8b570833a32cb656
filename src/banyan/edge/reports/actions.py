"""Making a report: the paper in the form asked for, with every receipt in it kept so that it can be followed."""

from __future__ import annotations

from datetime import date

from banyan.edge.reports import queries
from banyan.insight.indicators import actions as indicators
from banyan.kit.documents import as_pdf, as_word

FORMS = {"pdf": as_pdf, "docx": as_word}


def quarterly(*, on: date, known_on: date, form: str) -> bytes:
    """The quarterly report as "pdf" or "docx". Made again for the same days it has the same bytes."""
    document, used = queries.quarterly(on=on, known_on=known_on)
    indicators.keep_figures(used)
    return FORMS[form](document)
