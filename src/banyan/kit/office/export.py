"""Lists as files: the filtered list within the person's rights, row by row, up to a bound."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.kit.office.rows import said_once
from banyan.kit.refusals import BadRequest, Refused

MOST_ROWS = 100_000
BATCH = 2000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(queryset: Any, columns: Sequence[tuple[str, str]], *, form: str, name: str) -> HttpResponseBase:
    """A list as CSV or XLSX. Raises BadRequest for another form, Refused for a list that is too long."""
    if form not in ("csv", "xlsx"):
        raise BadRequest(
            _("The list was asked for as “%(form)s”.") % {"form": form},
            _("Lists come as csv or xlsx."),
            _("Ask for one of these."),
        )
    if (count := queryset.order_by()[: MOST_ROWS + 1].count()) > MOST_ROWS:
        raise Refused(
            _("The list was asked for as a file."),
            _("It has more than %(most)d rows.") % {"most": MOST_ROWS},
            _("Narrow it by filters or a search, and take it in parts."),
        )
    heads = [head for _name, head in columns]
    rows = _rows(queryset, [name for name, _head in columns])
    if form == "csv":
        response: Any = StreamingHttpResponse(_csv(heads, rows), content_type="text/csv; charset=utf-8")
    else:
        response = FileResponse(_xlsx(heads, rows), content_type="application/octet-stream")
        response["Content-Type"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["X-Rows"] = str(count)
    return response


def _rows(queryset: Any, names: Sequence[str]) -> Iterator[list[Any]]:
    """Values of the columns; a related record by its name, a choice by its label."""
    fields = [queryset.model._meta.get_field(name) for name in names]
    said = {name: said_once(spoken) for name, spoken in getattr(queryset.model, "spoken", {}).items()}
    related = [field.name for field in fields if field.is_relation]
    for record in queryset.select_related(*related).iterator(chunk_size=BATCH):
        yield [_value(record, field, said) for field in fields]


def _value(record: Any, field: Any, said: dict[str, Any]) -> Any:
    if field.name in getattr(record, "personal", ()):
        return ""
    value = getattr(record, field.name)
    if field.name in said:
        return said[field.name](value)
    if field.is_relation:
        return str(value) if value is not None else ""
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value or ""))
    return value


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    class Line:
        def write(self, text: str) -> str:
            return text

    writer = csv.writer(Line())
    yield "\ufeff" + writer.writerow(heads)  # type: ignore[operator]
    for row in rows:
        yield writer.writerow([_plain(value) for value in row])  # type: ignore[misc]


def _plain(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def _xlsx(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Any:
    import xlsxwriter

    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 (the response closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file.name, options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, heads, bold)
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write(place, column, _plain(value))
                elif isinstance(value, date):
                    sheet.write_datetime(place, column, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, bool | int | float | Decimal):
                    sheet.write(place, column, value)
                elif value is not None:
                    sheet.write_string(place, column, str(value))
    return file
