"""The responsibility sheet: what one officer had to do in a span, by when it was done, what was late and went up."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from banyan.kit import recent
from banyan.kit.documents import Document, Heading, Pairs, Paragraph, Signatures, Table
from banyan.kit.models import Person
from banyan.kit.scope import scoped
from banyan.response.casework.models import Duty
from banyan.response.casework.queries import terms

MOST = 500


def duties_in(person: Any, *, first: date, last: date) -> Any:
    """The duties that began in a span and that a person may see."""
    return scoped(Duty, person).filter(from_on__gte=first, from_on__lte=last, withdrawn_on=None)


def late_by(on: date) -> Q:
    """That a duty was done after its day, or is not done and its day is over."""
    return Q(end="done", ended_on__gt=F("due_on")) | Q(ended_on__isnull=True, due_on__lt=on)


def officers(person: Any, *, first: date, last: date, on: date) -> list[dict[str, Any]]:
    """Every officer with duties in a span: how many, done in time, late, gone up; the latest first."""
    return recent.made(
        ("officers", person.pk, first, last, on), lambda: _officers(person, first=first, last=last, on=on)
    )  # fmt: skip


def _officers(person: Any, *, first: date, last: date, on: date) -> list[dict[str, Any]]:
    counted = duties_in(person, first=first, last=last).order_by().values("officer").annotate(
        n=Count("pk"), done=Count("pk", filter=Q(end="done")), late=Count("pk", filter=late_by(on)),
        raised=Count("pk", filter=Q(raised_on__isnull=False)), open=Count("pk", filter=Q(ended_on__isnull=True)),
    )  # fmt: skip
    rows = list(counted)
    names = Person.objects.in_bulk([row["officer"] for row in rows if row["officer"]])
    for row in rows:
        row["person"] = names.get(row["officer"])
    return sorted(rows, key=lambda row: (-row["late"], str(row["person"] or "")))


def sheet(person: Any, officer: Person, *, first: date, last: date, on: date) -> dict[str, Any]:
    """The sheet of one officer: counts, and each duty with its days; whether it was late is said, and by how much."""
    found = duties_in(person, first=first, last=last).filter(officer=officer)
    rows = found.select_related("case", "clue", "raised_to").order_by("from_on", "key")[: MOST + 1]
    lines = [_line(duty, on) for duty in rows]
    counts = found.order_by().aggregate(
        n=Count("pk"), done=Count("pk", filter=Q(end="done")), late=Count("pk", filter=late_by(on)),
        raised=Count("pk", filter=Q(raised_on__isnull=False)),
    )  # fmt: skip
    return {"officer": officer, "lines": lines[:MOST], "is_cut_off": len(lines) > MOST, "counts": counts,
            "first": first, "last": last}  # fmt: skip


def sheet_as_document(found: dict[str, Any]) -> Document:
    """A sheet as a paper to be signed by the officer and a superior."""
    counts = found["counts"]
    rows = [
        (line["matter"], line["task"], str(line["duty"].due_on or "—"), str(line["duty"].ended_on or "—"),
         line["says"], line["raised"])
        for line in found["lines"]
    ]  # fmt: skip
    return Document(
        title=_("Responsibility sheet"),
        subtitle=f"{found['officer']} · {found['first']} – {found['last']}",
        blocks=[
            Pairs([(_("Officer"), f"{found['officer']} ({found['officer'].username})"),
                   (_("Duties"), str(counts["n"])), (_("Done"), str(counts["done"])),
                   (_("Late"), str(counts["late"])), (_("Went up a level"), str(counts["raised"]))]),
            Heading(_("Duties"), 2),
            Table((_("Matter"), _("Duty"), _("By"), _("Ended on"), _("In time"), _("Went up to")), rows,
                  widths=(4.4, 2.8, 2.2, 2.2, 2.4, 2.2))
            if rows else Paragraph(_("There was no duty in this span.")),
            Paragraph(_("Whoever contests a line says so in writing; the record of each duty shows its rule."), True),
            Signatures([_("The officer"), _("The superior")]),
        ],
    )  # fmt: skip


def _line(duty: Duty, on: date) -> dict[str, Any]:
    days = ((duty.ended_on or on) - duty.due_on).days if duty.due_on else 0
    is_late = days > 0 and duty.end in ("", "done")
    says = _("%(days)s days late") % {"days": days} if is_late else (
        duty.get_end_display() if duty.ended_on else _("running"))  # fmt: skip
    matter = duty.case or duty.clue
    return {
        "duty": duty, "matter": matter.number, "record": matter, "task": duty.get_task_display(), "is_late": is_late,
        "says": says, "rule": terms.spoken(duty.rule, on=duty.from_on) if duty.rule else "",
        "raised": f"{duty.raised_to or '—'} {duty.raised_on}" if duty.raised_on else "",
    }  # fmt: skip
