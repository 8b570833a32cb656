"""Papers of emergencies: the command log, the score sheet, the review with its findings, a bulletin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from banyan.kit import clock, titles
from banyan.kit.documents import FORMS, Document, Heading, Pairs, Paragraph, Signatures, Table
from banyan.response.emergency.models import Activation, Bulletin
from banyan.response.emergency.models.words import kind_in_words, role_in_words, roles_in_words, step_in_words
from banyan.response.emergency.queries.bulletins import lines_of
from banyan.response.emergency.queries.log import entries_of
from banyan.response.emergency.queries.scoring import sheet_of


def verdict_in_words(verdict: str) -> str:
    """What became of a step, as people say it."""
    words = {"in_time": _("in time"), "late": _("done, late"), "missed": _("not done"), "open": _("to be done")}
    return words[verdict]


def written(paper: str, record: Any, *, form: str) -> tuple[bytes, str]:
    """A paper of a record as a file, with its media type, in the language that is active."""
    write, media_type = FORMS[form]
    return write(PAPERS[paper](record)), media_type


def command_log(activation: Activation) -> Document:
    """All entries of the command log in the order in which they were entered."""
    rows = [
        (str(one.number), minute(one.at), str(one.get_kind_display()), str(one.entered_by or "—"),
         f"{one.words} ({_('corrects')} {one.corrects.number})" if one.corrects else one.words)
        for one in entries_of(activation)
    ]  # fmt: skip
    return _document(
        _("Command log"), activation, _head(activation),
        Table((_("No."), _("at"), _("sort of entry"), _("entered by"), _("text")), rows,
              widths=(1.0, 3.0, 2.4, 2.6, 7.2)),
        Signatures([_("For the command group")]),
    )  # fmt: skip


def score_sheet(activation: Activation) -> Document:
    """Each step of the plan with its term, when it was done, and the points that this gives."""
    sheet = sheet_of(activation)
    rows = [
        (step_in_words(line.measure.step), role_in_words(line.measure.role), minute(line.measure.due_at),
         minute(line.measure.done_at), verdict_in_words(line.verdict), f"{line.got:g} / {line.measure.points}")
        for line in sheet.lines
    ]  # fmt: skip
    score = "—" if sheet.score is None else f"{sheet.score} ({sheet.got:g} / {sheet.possible})"
    return _document(
        _("Score sheet"), activation, _head(activation, (_("score of 100"), score)),
        Table((_("step"), _("who acts"), _("to be done by"), _("done at"), pgettext("step", "result"),
               pgettext("step", "points")), rows,
              numeric=frozenset({5}), widths=(4.2, 2.6, 2.9, 2.9, 1.9, 1.7)),
        Signatures([_("Scored by"), _("For the command group")]),
    )  # fmt: skip


def review(activation: Activation) -> Document:
    """The after-action review: what was done when, the summary, and the findings with who mends them by when."""
    rows = [
        (one.number.rpartition("-")[2], one.found, one.demand, str(one.assignee or "—"), str(one.mend_by),
         str(one.get_state_display()))
        for one in activation.findings.filter(withdrawn_on=None).select_related("assignee").order_by("key")
    ]  # fmt: skip
    sheet = sheet_of(activation)
    summary = activation.summary or _("The review is not closed yet.")
    return _document(
        _("After-action review"), activation,
        _head(activation, (_("score of 100"), str(sheet.score or "—"))),
        Heading(_("Summary"), 2), Paragraph(summary),
        Heading(_("Findings"), 2),
        Table((_("No."), pgettext("review", "what was found"), _("what is to be done"), _("in charge"),
               pgettext("commitment", "by"), _("state")), rows,
              widths=(1.3, 4.2, 4.2, 2.4, 2.2, 1.9)) if rows else Paragraph(_("Nothing was found wanting.")),
        Signatures([_("Reviewed by"), _("For the command group")]),
    )  # fmt: skip


def bulletin_on_paper(bulletin: Bulletin) -> Document:
    """A bulletin as it was issued."""
    lines = [(_("Issued at"), minute(bulletin.issued_at)), (_("ends at"), minute(bulletin.expires_at)),
             (_("to the roles"), roles_in_words(bulletin.roles)), *lines_of(bulletin)]  # fmt: skip
    before = bulletin.replaces
    referred = [Paragraph(_("Refers to %(number)s.") % {"number": before.number}, True)] if before else []
    return _document(
        titles.paired(bulletin.get_sort_display(), bulletin.headline), bulletin, *_exercise(bulletin),
        Pairs([(name, value) for name, value in lines if value]), *referred, Signatures([_("For the authority")]),
    )  # fmt: skip


PAPERS: Mapping[str, Callable[[Any], Document]] = {
    "command-log": command_log, "score-sheet": score_sheet, "review": review, "bulletin": bulletin_on_paper,
}  # fmt: skip


def papers_of(record: Any) -> list[tuple[str, str]]:
    """Which papers a record has today: (name in addresses, title)."""
    if isinstance(record, Bulletin):
        return [("bulletin", _("Bulletin"))]
    if not isinstance(record, Activation):
        return []
    papers = [("command-log", _("Command log")), ("score-sheet", _("Score sheet"))]
    return papers if record.state == "active" else [*papers, ("review", _("After-action review"))]


def minute(at: Any) -> str:
    """A moment to the minute by the clock of the place; a dash where there is none."""
    return f"{at.astimezone(clock.zone()):%Y-%m-%d %H:%M}" if at else "—"


def _document(title: str, record: Any, *blocks: Any) -> Document:
    language = "zh" if (translation.get_language() or "zh").startswith("zh") else "en"
    title = _("%(title)s (exercise)") % {"title": title} if record.is_drill else title
    return Document(
        title=title, number=_("No. %(number)s") % {"number": record.number}, language=language, blocks=blocks
    )


def _exercise(record: Any) -> list[Paragraph]:
    return [Paragraph(_("EXERCISE: none of this happened."))] if record.is_drill else []


def _head(activation: Activation, *more: tuple[str, str]) -> Pairs:
    return Pairs([
        *([(_("exercise"), _("EXERCISE: none of this happened."))] if activation.is_drill else []),
        (_("title"), activation.title), (_("kind of emergency"), kind_in_words(activation.kind)),
        (_("level"), str(activation.get_level_display())), (_("region"), str(activation.county)),
        (_("activated at"), minute(activation.activated_at)), (_("ended at"), minute(activation.ended_at)), *more,
    ])  # fmt: skip
