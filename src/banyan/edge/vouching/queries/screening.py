"""Codes of a file, read as they are walked through, and what is known of them: some questions for each block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Organisation, WrongCode, check_organisation_code, plain_code
from banyan.edge.vouching.models import Screening
from banyan.judgement.access import queries as access
from banyan.judgement.credit import queries as credit
from banyan.judgement.lists.queries import public_numbers_of_each
from banyan.kit import bulk, rights
from banyan.kit.models import Event, LogEntry
from banyan.kit.refusals import BadRequest, NotFound
from banyan.kit.scope import scoped
from banyan.kit.sheets import Bounds, read_tables
from banyan.policy.mappings import header_key
from banyan.policy.mappings.cells import read_code, uscc_fault

MOST_ROWS = 100_000
MOST_BYTES = 20 * 2**20
BLOCK = 5_000
HEADS = (
    "统一社会信用代码",
    "社会信用代码",
    "信用代码",
    "组织机构代码",
    "代码",
    "uscc",
    "code",
    "unified social credit code",
)
COLUMNS = ("row", "given", "code", "outcome", "outcome_in_words", "firm", "name", "merged_into", "grade",
           "grade_since", "grade_read_by", "listings", "known_at")  # fmt: skip
OUTCOMES = {
    "found": gettext_lazy("in the register"),
    "merged": gettext_lazy("merged into another firm"),
    "unknown": gettext_lazy("not in the register"),
    "wrong_check_character": gettext_lazy("wrong check character"),
    "not_a_code": gettext_lazy("not formed as a code"),
}
NOT_GRADED = ("laboratory", "authority")
FIRM = ("key", "uscc", "organisation_code", "name", "kind", "merged_into", "withdrawn_on")
LONGEST_CHAIN = 20
SEES = "credit.view"
"""The right of an office to see grades, within its reach."""


class NotScreened(BadRequest):
    """The file holds no codes that could be looked up, or too many."""

    code = "not-screened"


class Screened(NamedTuple):
    """One row of a result, in the order of COLUMNS but for the words and the time."""

    row: int
    given: str
    code: str
    outcome: str
    firm: str = ""
    name: str = ""
    merged_into: str = ""
    grade: str = ""
    grade_since: str = ""
    grade_read_by: str = ""
    listings: str = ""


def codes_in(path: Path, *, file: str) -> Iterator[tuple[int, str]]:
    """Row and code as given of a table (CSV, XLSX) or of a list. Raises SheetRefused and NotScreened."""
    bounds = Bounds(file_bytes=MOST_BYTES, old_workbook_bytes=MOST_BYTES, whole_bytes=MOST_BYTES)
    found = count = 0
    for table in read_tables(path, file=file, expected=HEADS, bounds=bounds):
        heads = [header_key(name) for name in table.columns]
        place = next((heads.index(header_key(name)) for name in HEADS if header_key(name) in heads), None)
        if place is None:
            place = next((at for at, name in enumerate(table.columns) if len(plain_code(name)) in (9, 18)), None)
            if place is None:
                continue
            count += 1
            yield table.header_row, table.columns[place]  # no header: the first row is a code already
        found += 1
        for row in table.rows:
            given = row.cells[place].strip() if place < len(row.cells) else ""
            if given:
                count += 1
                if count > MOST_ROWS:
                    raise _not_screened(
                        file, _("It holds more than %(most)s codes.") % {"most": f"{MOST_ROWS:,}"},
                        _("Split it into several files."),
                    )  # fmt: skip
                yield row.number, given
    if not count:
        raise _not_screened(
            file, _("It holds no code.") if found else _("It has no column of codes."),
            _("Name the column “%(head)s”, or send a list with one code a line.") % {"head": "uscc"},
        )  # fmt: skip


def _not_screened(file: str, prevents: str, instead: str) -> NotScreened:
    return NotScreened(_("The codes of “%(file)s” were to be screened.") % {"file": file[:160]}, prevents, instead)


class Screener:
    """Looks codes up for a person under a purpose; what it read of which firm stands in `read` after each block."""

    def __init__(self, *, person: Any, purpose: access.Purpose, on: date):
        self.person, self.purpose, self.on = person, purpose, on
        self.read: list[tuple[str, str]] = []

    def blocks(self, codes: Iterator[tuple[int, str]]) -> Iterator[list[Screened]]:
        """The rows of a result, block by block, in the order of the codes."""
        while block := list(islice(codes, BLOCK)):
            yield self.screened(block)

    def screened(self, block: Sequence[tuple[int, str]]) -> list[Screened]:
        """One block: as many questions whether it has one code or thousands."""
        plain = [read_code(given).replace("-", "") for _row, given in block]
        firms = _firms_of(plain)
        survivors = _survivors(firms.values())
        standing = {code: survivors.get(firm["key"], firm) for code, firm in firms.items()}
        keys = sorted({firm["key"] for firm in standing.values()})
        grades, listings = self._grades(standing.values()), public_numbers_of_each(keys, on=self.on)
        rows, self.read = [], []
        seen: set[str] = set()
        for (row, given), code in zip(block, plain, strict=True):
            firm = firms.get(code)
            if firm is None:
                rows.append(Screened(row, given, code, _fault(code) or "unknown"))
                continue
            now = standing[code]
            grade, since, consent = grades.get(now["key"], ("", "", ""))
            if grade and now["key"] not in seen:
                seen.add(now["key"])
                self.read.append((now["key"], consent))
            is_merged = now is not firm
            rows.append(
                Screened(
                    row, given, code, "merged" if is_merged else "found", now["key"], firm["name"],
                    f"{now['uscc'] or ''} {now['name']}".strip() if is_merged else "", grade, since,
                    (consent or self.purpose.key) if grade else "", "; ".join(listings.get(now["key"], ())),
                )
            )  # fmt: skip
        return rows

    def _grades(self, firms: Any) -> dict[str, tuple[str, str, str]]:
        """Grade, since when, and the consent it is read by, of the firms whose grade may be read."""
        graded = sorted({firm["key"] for firm in firms if firm["kind"] not in NOT_GRADED})
        consents: dict[str, str] = {}
        if self.purpose.needs_consent:
            consents = access.consents_for(
                client=self.person, purpose=self.purpose.key, organisations=graded, on=self.on
            )
            graded = sorted(consents)
        elif not any(not one.dimension for one in rights.reaches(self.person, SEES)):
            within = scoped(Organisation, self.person, right=SEES).filter(pk__in=graded)
            graded = list(within.values_list("pk", flat=True))
        return {
            key: (grade, str(since or ""), consents.get(key, ""))
            for key, (grade, since) in credit.grades_of(graded, on=self.on).items()
        }


def _fault(code: str) -> str:
    if len(code) != 9:
        return uscc_fault(code)
    try:
        check_organisation_code(code)
    except WrongCode:
        return "wrong_check_character" if code.isalnum() and code.isascii() else "not_a_code"
    return ""


def _firms_of(codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Firms by their code, new or old; a firm that stands before one that was merged away."""
    found: dict[str, dict[str, Any]] = {}
    for field, length in (("uscc", 18), ("organisation_code", 9)):
        asked = {code for code in codes if len(code) == length and code.isascii() and code.isalnum()}
        firms = [dict(zip(FIRM, row, strict=True)) for row in bulk.rows_in(Organisation, field, asked, FIRM)]
        for firm in sorted(firms, key=lambda one: (not one["merged_into"], one["key"])):
            if firm["withdrawn_on"] is None:
                found[firm[field]] = firm
    return found


def _survivors(firms: Any) -> dict[str, dict[str, Any]]:
    """What became of firms that were merged, by their key: a question for each link of the longest chain."""
    into = {firm["key"]: firm["merged_into"] for firm in firms if firm["merged_into"]}
    ends: dict[str, dict[str, Any]] = {}
    for _link in range(LONGEST_CHAIN):
        if not into:
            break
        rows = bulk.rows_in(Organisation, "key", sorted(set(into.values())), FIRM)
        known = {row[0]: dict(zip(FIRM, row, strict=True)) for row in rows}
        ends |= {key: known[other] for key, other in into.items() if other in known}
        into = {key: known[other]["merged_into"] for key, other in into.items()
                if other in known and known[other]["merged_into"]}  # fmt: skip
    return ends


def screening_of(person: Any, number: str) -> Screening:
    """A screening that a person may see. Raises NotFound."""
    found: Screening | None = scoped(Screening, person).filter(number=number).first()
    if found is None:
        raise NotFound(
            _("The screening “%(number)s” was asked for.") % {"number": number[:40]},
            _("There is none of this number that is yours."), _("See the list of your screenings."),
        )  # fmt: skip
    return found


def evidence_of(record: Screening) -> dict[str, Any]:
    """The event that froze a result, with its hash in the chain, and its entry of the public log if it has one."""
    event = Event.objects.filter(
        name="vouching.screening.finished", subject=f"{record.noun}:{record.pk}"
    ).first()  # fmt: skip
    entry = LogEntry.objects.filter(event=event.number).first() if event else None
    return {"event": event.number if event else None, "hash": event.hash if event else "",
            "log_entry": entry.number if entry else None}  # fmt: skip
