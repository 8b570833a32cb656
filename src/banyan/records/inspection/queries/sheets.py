"""Spreadsheets of a laboratory: the template for a batch of samples, and the filled file read row by row."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import titles
from banyan.kit.sheets import guarded, read_tables, unguarded
from banyan.policy.mappings import header_key
from banyan.records.inspection.models import Conclusion, ItemResult, Result, Sample
from banyan.records.inspection.models.samples import Grade

COLUMNS: Mapping[str, Any] = {
    "number": gettext_lazy("sample number"),
    "product": gettext_lazy("product name"),
    "report": gettext_lazy("report number"),
    "tested_on": gettext_lazy("tested on"),
    "conclusion": gettext_lazy("conclusion on the batch"),
    "grade": gettext_lazy("grade of failure"),
    "item": gettext_lazy("item"),
    "category": gettext_lazy("class of item"),
    "value": gettext_lazy("value found"),
    "limit": gettext_lazy("limit"),
    "unit": gettext_lazy("unit"),
    "method": gettext_lazy("test method"),
    "item_conclusion": gettext_lazy("conclusion on the item"),
}
NEEDED = ("number", "conclusion", "item", "item_conclusion")
LONGEST = {"item": 160, "category": 80, "value": 160, "limit": 240, "unit": 40, "method": 120, "report": 80}


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken: where it stands, what it holds, and why."""

    number: int
    cells: Sequence[str]
    why: str
    where: str = ""  # the cell's address, where one cell is at fault


@dataclass
class Batch:
    """What a filled file holds: results (unsaved) that can be reported, and rows that cannot, with reasons."""

    results: list[Result] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    read: int = 0


def template(samples: Sequence[Sample]) -> bytes:
    """An XLSX with a row per sample; items are added by repeating the sample's number in further rows."""
    import xlsxwriter

    file = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, plain) as book:
        sheet = book.add_worksheet(str(_("Results")))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for place, title in enumerate(COLUMNS.values()):
            sheet.write_string(0, place, str(title), bold)
        for row, sample in enumerate(samples, start=1):
            sheet.write_string(row, 0, guarded(sample.number))
            sheet.write_string(row, 1, guarded(sample.product_name))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(COLUMNS) - 1, 18)
        for name, labels in (("conclusion", Conclusion), ("item_conclusion", Conclusion), ("grade", Grade)):
            place = list(COLUMNS).index(name)
            options = {"validate": "list", "source": [str(label) for label in labels.labels], "error_type": "warning"}
            sheet.data_validation(1, place, 2000, place, options)
    return file.getvalue()


def read_results(path: Path, *, file: str, samples: Mapping[str, Sample], on: date) -> Batch:
    """The results in a filled file for samples by number. Raises SheetRefused for a file that is no table.

    A row that cannot be taken is refused with its reason, and with it all rows of its sample: a batch is judged
    by all of its items or not at all.
    """
    batch = Batch()
    rows: dict[str, list[tuple[int, Sequence[str], dict[str, str], dict[str | None, int]]]] = {}
    for table in read_tables(path, file=file, expected=[*_known_titles()]):
        places = {_known_titles().get(header_key(name)): place for place, name in enumerate(table.columns)}
        batch.columns = batch.columns or table.columns
        missing = [str(COLUMNS[name]) for name in NEEDED if name not in places]
        for row in table.rows:
            batch.read += 1
            if missing:
                why = _("The column “%(name)s” is missing; begin with the template.") % {"name": missing[0]}
                batch.refused.append(RefusedRow(row.number, row.cells, why))
                continue
            cells = {
                name: unguarded(row.cells[place]).strip() if place < len(row.cells) else ""
                for name, place in places.items()
                if name
            }
            rows.setdefault(cells["number"], []).append((row.number, row.cells, cells, places))
    for number, found in rows.items():
        _read_sample(batch, samples.get(number), found, on=on)
    batch.refused.sort(key=lambda one: one.number)
    return batch


def _read_sample(batch: Batch, sample: Sample | None, found: list[Any], *, on: date) -> None:
    """Add the result of one sample to the batch, or all of its rows with their reasons."""
    from openpyxl.utils import get_column_letter

    faults = {number: _fault(sample, cells, found[0][2], on=on) for number, _row, cells, _places in found}
    if not any(faults.values()) and (why := _contradiction([cells for _number, _row, cells, _places in found])):
        faults[found[0][0]] = ("conclusion", why)
    if any(faults.values()) or sample is None:
        for number, row, _cells, places in found:
            column, why = faults[number] or ("", _("Another row of this sample was refused."))
            where = f"{get_column_letter(places[column] + 1)}{number}" if column in places else ""
            batch.refused.append(RefusedRow(number, row, why, where))
        return
    head = found[0][2]
    result = Result(
        sample=sample, conclusion=_word(Conclusion, head["conclusion"]), report_number=head.get("report", ""),
        grade=_word(Grade, head.get("grade", "")) or "", tested_on=_day(head.get("tested_on", "")),
    )  # fmt: skip
    result._items = [  # type: ignore[attr-defined]
        ItemResult(
            item=cells["item"], conclusion=_word(Conclusion, cells["item_conclusion"]),
            **{name: cells.get(name, "") for name in ("category", "value", "limit", "unit", "method")},
        )
        for _number, _row, cells, _places in found
    ]  # fmt: skip
    batch.results.append(result)


def _fault(
    sample: Sample | None, cells: Mapping[str, str], head: Mapping[str, str], *, on: date
) -> tuple[str, str] | None:
    """The column in which a row cannot be taken, and why; None where it can."""
    if sample is None:
        why = _("No sample “%(number)s” waits for a result at this laboratory.")
        return "number", why % {"number": cells["number"]}
    if sample.state != "received":
        why = _("The sample's state is “%(state)s”; its receipt comes first, and it is reported once.")
        return "number", why % {"state": sample.get_state_display()}
    if not cells["item"]:
        return "item", _("No item is named.")
    for name, most in LONGEST.items():
        if len(cells.get(name, "")) > most:
            why = _("“%(name)s” has more than %(most)s characters.")
            return name, why % {"name": COLUMNS[name], "most": most}
    for name in ("conclusion", "item_conclusion"):
        if _word(Conclusion, cells[name]) is None:
            why = _("“%(word)s” under “%(name)s” is not one of: %(words)s.")
            words = titles.listed(Conclusion.labels)
            return name, why % {"word": cells[name], "name": COLUMNS[name], "words": words}
    if cells.get("grade") and _word(Grade, cells["grade"]) is None:
        return "grade", _("“%(word)s” is no grade of failure.") % {"word": cells["grade"]}
    if text := cells.get("tested_on"):
        day = _day(text)
        if day is None or day > on:
            return "tested_on", _("“%(day)s” under “tested on” is no day that has come.") % {"day": text}
    if cells["conclusion"] != head["conclusion"]:
        return "conclusion", _("Two rows of this sample give two conclusions.")
    return None


def _contradiction(rows: Sequence[Mapping[str, str]]) -> str:
    """Why conclusion and items of one sample do not fit; empty where they do."""
    failed = any(_word(Conclusion, cells["item_conclusion"]) == Conclusion.FAILED for cells in rows)
    said = _word(Conclusion, rows[0]["conclusion"])
    if failed and said == Conclusion.PASSED:
        return _("The batch is reported as passed, but one of its items failed.")
    if not failed and said == Conclusion.FAILED:
        return _("The batch is reported as failed, but none of its items did.")
    return ""


@lru_cache(maxsize=1)
def _known_titles() -> dict[str, str]:
    """Titles of columns in every language of the house, as headers are compared."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {header_key(str(title)): name for name, title in COLUMNS.items()}
    return found


def _word(choices: Any, text: str) -> str | None:
    """The stored value for a word in any language of the house, or None."""
    return _words(choices).get(text.strip().casefold())


@lru_cache(maxsize=4)
def _words(choices: Any) -> dict[str, str]:
    found = {str(value): str(value) for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(label).casefold(): str(value) for value, label in choices.choices}
    return found


def _day(text: str) -> date | None:
    parts = text.strip().split(" ")[0].replace("/", "-").replace(".", "-").split("-")
    try:
        return date(*(int(part) for part in parts)) if len(parts) == 3 else None
    except ValueError:
        return None
