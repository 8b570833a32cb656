"""Making a report: asked for in the office, made in the background with its progress, kept as PDF and Word."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.edge.reports import queries
from banyan.insight.indicators import actions as indicators
from banyan.insight.indicators import queries as indicator_queries
from banyan.kit import clock
from banyan.kit.documents import as_pdf, as_word
from banyan.kit.durable import write_durably
from banyan.kit.refusals import Refused

FORMS = {"pdf": as_pdf, "docx": as_word}
STEPS = len(queries.SECTIONS) + len(FORMS)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Paper:
    """A report that was asked for: of which period, as known when, in which language, for readers of what.

    Its folder's name binds the state of facts and packs too: what changes them asks for another paper.
    """

    period: str
    known_on: date
    language: str
    own: tuple[str, ...] | None
    state: str

    @property
    def folder(self) -> Path:
        """Where its files and its progress lie; derived data, made again at will."""
        asked = [self.period, self.known_on.isoformat(), self.language, self.own, self.state]
        name = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:20]
        return Path(settings.BANYAN_DATA_DIR) / "reports" / f"{self.period}-{name}"

    def file(self, form: str) -> Path:
        """The finished file of a form."""
        return self.folder / f"report.{form}"

    @property
    def is_made(self) -> bool:
        return all(self.file(form).exists() for form in FORMS)

    @property
    def progress(self) -> dict[str, Any]:
        """How far it came: `done` of `steps`, or `trouble`; empty where nobody has asked for it yet."""
        path = self.folder / "progress.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def tell(self, done: int, *, trouble: str = "") -> None:
        """Write down how far it came."""
        said = json.dumps({"done": done, "steps": STEPS, "trouble": trouble})
        write_durably(self.folder / "progress.json", lambda to: to.write_text(said))


def paper_of(name: str, *, own: frozenset[str] | None, known_on: date | None = None) -> Paper | None:
    """The paper of a period as things stand now, in the language of the page; None where there is no such period."""
    if queries.period_of(name) is None:
        return None
    state = [*facts.state(), policy.load(settings.BANYAN_PACKS).hash, *indicator_queries.reference_state()]
    return Paper(
        name, known_on or clock.today(), (get_language() or settings.LANGUAGE_CODE),
        None if own is None else tuple(sorted(own)), ":".join(str(one) for one in state),
    )  # fmt: skip


def ask_for(paper: Paper) -> None:
    """Hand a paper to the background worker, once."""
    from banyan.edge.reports.tasks import work_on

    if not paper.is_made and (not paper.progress or paper.progress["trouble"]):
        paper.tell(0)
        known = paper.known_on.isoformat()
        own = None if paper.own is None else list(paper.own)
        work_on.enqueue(paper.period, known, paper.language, own, paper.state)


def go_on(paper: Paper) -> None:
    """Make a paper in its language, telling how far it came; what stopped it stands in its progress."""
    with translation.override(paper.language):
        try:
            content = made(
                paper.period, known_on=paper.known_on, own=None if paper.own is None else frozenset(paper.own),
                tell=paper.tell,
            )  # fmt: skip
        except Refused as refusal:
            paper.tell(0, trouble=refusal.sentence)
            return
        except Exception:
            logger.exception("the report %s failed", paper.period)
            paper.tell(
                0, trouble=_("This was our mistake; it was logged. Ask for it again, or tell the administrator.")
            )
            raise
        for form, written in content.items():
            write_durably(paper.file(form), partial(_put, written))
        paper.tell(STEPS)


def _put(written: bytes, to: Path) -> None:
    to.write_bytes(written)


def made(
    name: str, *, known_on: date, own: frozenset[str] | None = None, forms: tuple[str, ...] = tuple(FORMS),
    tell: Any = lambda _done: None,
) -> dict[str, bytes]:  # fmt: skip
    """The report of a period in some forms. Made again from the same facts it has the same bytes."""
    period = queries.period_of(name)
    if period is None:
        raise Refused(
            _("A report of “%(name)s” was asked for.") % {"name": name},
            _("That is no quarter or year that has begun."),
            _("Write a year (2025) or a quarter (2025-Q4)."),
        )  # fmt: skip
    document, used = queries.report(period, known_on=known_on, own=own, tell=tell)
    indicators.keep_figures(used)
    content = {}
    for place, form in enumerate(forms):
        tell(len(queries.SECTIONS) + place)
        content[form] = FORMS[form](document)
    return content
