"""What cases show on other pages: of a firm, a product's sample, an alert; the threshold of a case; work to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from banyan.kit import titles
from banyan.kit.office import Button, Page, Panel, Todo, TodoItem, link, papers_panel, with_records
from banyan.kit.scope import scoped
from banyan.response.casework import actions, queries
from banyan.response.casework.models import Case, Clue, Duty, Evidence, Paper
from banyan.response.casework.queries import papers

SHOWN = 8


def cases_of_firm(organisation: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The latest cases of a firm, within what the person may see."""
    found = scoped(Case, person).filter(party=organisation, withdrawn_on=None).order_by("-filed_on", "key")
    return _rows(list(found[: SHOWN + 1]))


def cases_of_sample(sample: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The clue that a failed sample led to, and its case."""
    return _of_source(sample.noun, sample.pk, person)


def cases_of_order(correction: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The same on the page of the order to correct."""
    return _of_source("inspection.sample", correction.sample_id, person)


def cases_of_source(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The clue that any other record led to, and its case."""
    return _of_source(record.noun, record.pk, person)


def _of_source(noun: str, key: str, person: Any) -> dict[str, Any] | None:
    clue = (
        scoped(Clue, person)
        .filter(source_noun=noun, source_key=key, withdrawn_on=None)
        .select_related("case")
        .first()
    )
    return _rows([one for one in (clue, clue.case) if one]) if clue else None


def source_of(matter: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The record that led to a clue or case, as a link back."""
    (line,) = with_records([{"noun": matter.source_noun, "key": matter.source_key}], person=person)
    return {"record": line["record"], "url": line["link"]} if line["record"] else None


def files_of(evidence: Evidence, *, person: Any, on: date) -> dict[str, Any] | None:
    """The file of evidence as it came, and the copy that may leave the office."""
    if not evidence.file:
        return None
    url = reverse("office:casework_evidence_file", args=[evidence.pk])
    return {"evidence": evidence, "url": url, "is_picture": evidence.media_type.startswith("image/")}


def words_of(paper: Paper, *, person: Any, on: date) -> dict[str, Any]:
    """What a paper says: names with values, then its sentences."""
    return {"pairs": paper.body.get("pairs", []), "paragraphs": paper.body.get("paragraphs", [])}


def threshold_of(case: Case, *, person: Any, on: date) -> dict[str, Any] | None:
    """Whether a case is suspected to be a crime, by each measure that it states."""
    rows = [one for one in queries.measured(case, on=on) if one.amount is not None]
    return {"rows": rows, "is_reached": any(one.is_reached for one in rows)} if rows else None


def _rows(found: Sequence[Any]) -> dict[str, Any] | None:
    if not found:
        return None
    return {"rows": [{"case": one, "url": link(one)} for one in found[:SHOWN]], "more": len(found) > SHOWN}


# ---------------------------------------------------------------- work to do


def _duties(person: Any) -> Any:
    found = scoped(Duty, person).filter(ended_on=None, withdrawn_on=None)
    return found.select_related("case", "clue", "officer", "raised_to")


def own(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What the person has to do in cases, the shortest term first."""
    return _items(_duties(person).filter(officer=person).order_by("due_on", "key")[:limit], on=on)


def raised(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What is late at somebody's and went up to the person."""
    return _items(_duties(person).filter(raised_to=person).order_by("due_on", "key")[:limit], on=on)


def late(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """What is late in cases within the person's office, the oldest first."""
    return _items(_duties(person).filter(due_on__lt=on).order_by("due_on", "key")[:limit], on=on)


def decided_too(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Cases that the person decided and that a colleague tried to decide afterwards, with what that one meant."""
    return [
        TodoItem(text=str(case), url=link(case), due_on=None, is_overdue=False, note=titles.paired(who, said))
        for case, who, said in queries.late_decisions(person, on=on)[:limit]
    ]


def _items(duties: Iterable[Duty], *, on: date) -> list[TodoItem]:
    items = []
    for duty in duties:
        said = [str(duty.get_task_display())]
        if duty.officer:
            said.append(str(duty.officer))
        if duty.raised_on:
            said.append(gettext("went up on %(day)s") % {"day": duty.raised_on})
        matter: Any = duty.case or duty.clue
        items.append(
            TodoItem(text=str(matter), url=link(matter), due_on=duty.due_on, note=" · ".join(said),
                     is_overdue=bool(duty.due_on and duty.due_on < on))
        )  # fmt: skip
    return items


def listed(model: Any, **filters: Any) -> str:
    """The address of a list of cases, filtered."""
    meta = model._meta
    return f"{reverse(f'office:{meta.app_label}_{meta.model_name}_changelist')}?{urlencode(filters, doseq=True)}"


def leads_to_none(correction: Any) -> bool:
    """Whether no clue was made of an order to correct."""
    known = Clue.objects.filter(source_noun="inspection.sample", source_key=correction.sample_id, withdrawn_on=None)
    return not known.exists()


PANELS = (
    Panel("registry.organisation", _("Cases"), "casework/cases.html", cases_of_firm, right="casework.view", order=28),
    Panel("inspection.sample", _("Cases"), "casework/cases.html", cases_of_sample, right="casework.view", order=38),
    Panel("inspection.correction", _("Cases"), "casework/cases.html", cases_of_order, right="casework.view", order=5),
    Panel("alerts.alert", _("Cases"), "casework/cases.html", cases_of_source, right="casework.view", order=40),
    Panel("recall.recall", _("Cases"), "casework/cases.html", cases_of_source, right="casework.view", order=40),
    Panel("complaints.complaint", _("Cases"), "casework/cases.html", cases_of_source, right="casework.view",
          order=40),
    *(
        Panel(noun, _("What led to it"), "casework/source.html", source_of, right="casework.view", order=2)
        for noun in ("casework.clue", "casework.case")
    ),
    Panel("casework.case", _("Threshold of a crime"), "casework/threshold.html", threshold_of, right="casework.view",
          order=6),
    Panel("casework.paper", pgettext_lazy("paper", "What it says"), "casework/paper.html", words_of,
          right="casework.view", order=1),
    Panel("casework.paper", _("Papers"), "office/papers.html", papers_panel(papers), right="casework.view", order=2),
    Panel("casework.evidence", _("File"), "casework/files.html", files_of, right="casework.view", order=2),
)  # fmt: skip

BUTTONS = (
    Button(
        actions.make_clue_of_order, _("Make a clue of a breach"), noun="inspection.correction", record="correction",
        icon="lightbulb", when=leads_to_none,
    ),
)  # fmt: skip

PAGES = (
    Page(_("Figures of cases"), "casework:figures", right="casework.view", icon="monitoring", group=_("Work"),
         order=62),
    Page(_("Evidence on the spot"), "casework:evidence", right="casework.handle", icon="add_a_photo",
         group=_("Work"), order=61),
    Page(_("Unlike fines"), "casework:unlike", right="casework.view", icon="compare_arrows", group=_("Work"),
         order=63),
    Page(_("Responsibility sheets"), "casework:officers", right="casework.view", icon="assignment_ind",
         group=_("Work"), order=64),
)  # fmt: skip

TODO = (
    Todo(_("Cases: decided by somebody else too"), decided_too, "casework.decide", lambda on: listed(Case), order=8),
    Todo(_("Cases: gone up to you"), raised, "casework.supervise",
         lambda on: listed(Duty, due_on_to=on - timedelta(days=1)), order=9),
    Todo(_("Cases: yours"), own, "casework.view", lambda on: listed(Duty), order=14),
    Todo(_("Cases: late"), late, "casework.view", lambda on: listed(Duty, due_on_to=on - timedelta(days=1)),
         order=11),
)  # fmt: skip
