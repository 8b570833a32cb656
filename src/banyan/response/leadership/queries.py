"""Reads of regional supervision: programmes, what is late, papers of interviews, and the ledger of tasks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.kit import clock, terms
from banyan.kit.documents import FORMS, Document, Heading, Pairs, Paragraph, Signatures, Table
from banyan.kit.scope import scoped
from banyan.response.leadership.models import Commitment, Interview, Task

__all__ = [
    "Commitment", "Interview", "Task", "commitments_of", "late_tasks", "ledger", "ledger_by", "misdated_interviews",
    "programme", "programmes",
]  # fmt: skip


def programmes(*, on: date | None = None) -> list[tuple[str, str]]:
    """The programmes of a day, by key and name in the language of the page."""
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    return [
        (str(row["key"]), str(row[language])) for row in terms.rows("supervision.programmes", on=on or clock.today())
    ]


def programme(key: str) -> str:
    """What a programme is called; its key where no pack names it."""
    return dict(programmes()).get(key, key)


def late_tasks(*, on: date) -> Any:
    """Tasks whose day is over, that are not done and have not gone up a level yet."""
    return Task.objects.filter(state="set", due_on__lt=on, escalated_on=None, withdrawn_on=None).order_by("key")


def misdated_interviews() -> Any:
    """Interviews held whose day is not that of the first unchecked commitment; `next_on` is that day.

    Until it was kept so, an interview was due with its last commitment: what was held then is dated anew.
    """
    unchecked = Q(commitments__checked_on=None, commitments__withdrawn_on=None)
    held = Interview.objects.filter(state="held", withdrawn_on=None)
    return (
        held.annotate(next_on=Min("commitments__by_on", filter=unchecked))
        .exclude(due_on=F("next_on"))
        .order_by("key")
    )


def commitments_of(interview: Interview, person: Any, *, on: date) -> list[dict[str, Any]]:
    """What was promised in an interview, the next day first, what is checked last: each with whether it is late."""
    rows = scoped(Commitment, person).filter(interview=interview, withdrawn_on=None)
    return [
        {
            "commitment": one,
            "is_late": (one.checked_on or on) > one.by_on,
            "is_next": one.checked_on is None and one.by_on == interview.due_on,
        }
        for one in rows.order_by(F("checked_on").asc(nulls_first=True), "by_on", "key")
    ]


def ledger(person: Any, *, on: date) -> list[dict[str, Any]]:
    """Per programme and county: tasks, how many are done, and how many are late."""
    names = dict(programmes(on=on))
    rows = _counted(person, "programme", "county", on=on)
    return [
        {**row, "title": names.get(row["programme"], row["programme"])}
        for row in sorted(rows, key=lambda row: (row["programme"], -row["late"], row["county"].order))
    ]


def ledger_by(person: Any, what: str, *, on: date) -> list[dict[str, Any]]:
    """The same per `product_class` (None is all goods) or named officer (`assignee`), most late first."""
    rows = [{**row, "of": row[what]} for row in _counted(person, what, on=on)]
    return sorted(rows, key=lambda row: (-row["late"], -row["n"], str(row["of"] or "")))


def _counted(person: Any, *by: str, on: date) -> list[dict[str, Any]]:
    """Tasks by some columns: how many, done, late; what the columns name are records."""
    rows = scoped(Task, person).filter(withdrawn_on=None).exclude(state="dropped").order_by()
    counted = list(
        rows.values(*by).annotate(
            n=Count("pk"), done=Count("pk", filter=Q(state="done")),
            late=Count("pk", filter=Q(state="set", due_on__lt=on)),
        )
    )  # fmt: skip
    for name in by:
        field: Any = Task._meta.get_field(name)
        if field.is_relation:
            known = field.related_model.objects.in_bulk({row[name] for row in counted if row[name] is not None})
            for row in counted:
                row[name] = known.get(row[name])
    return counted


# ---------------------------------------------------------------- papers of an interview


def papers_of(record: Interview) -> list[tuple[str, str]]:
    """Which papers an interview has today: its notice, and its minutes once it was held."""
    return [
        ("notice", _("Notice of an interview")),
        *([("minutes", _("Minutes of an interview"))] if record.held_on else []),
    ]


def written(paper: str, record: Interview, *, form: str) -> tuple[bytes, str]:
    """A paper of an interview as a file, with its media type."""
    write, media_type = FORMS[form]
    known = [
        (_("Called"), record.called),
        (_("County"), str(record.county)),
        (_("Interview on"), str(record.interview_on)),
    ]
    promised = [(one.text, str(one.by_on)) for one in record.commitments.filter(withdrawn_on=None)]
    blocks: list[Any] = [Pairs(known), Paragraph(record.topic)]
    if paper == "minutes":
        blocks += [
            Pairs([(_("Held on"), str(record.held_on)), (_("Attended"), record.attended)]), Paragraph(record.minutes),
            Heading(_("Commitments"), 2), Table((_("Commitment"), _("By")), promised),
        ]  # fmt: skip
    blocks.append(Signatures([_("Called"), _("For the authority")]))
    title = dict(papers_of(record))[paper]
    return write(
        Document(title=title, number=_("No. %(number)s") % {"number": record.number}, blocks=blocks)
    ), media_type
