"""Why a row or a file is not taken in: stable codes, each with a source sentence and its parameters."""

from __future__ import annotations

from collections.abc import Mapping as Params
from dataclasses import dataclass, field
from types import MappingProxyType

from banyan.policy.entries import Words
from banyan.policy.errors import PolicyError


def gettext_noop(text: str) -> str:
    """Mark a source string for the catalogue; translation happens where it is shown."""
    return text


ROW_REASONS = {
    "missing_value": gettext_noop("“%(column)s” is empty, and the row cannot be used without it. Fill it in."),
    "unknown_value": gettext_noop(
        "“%(cell)s” is not a known value of “%(column)s”. Write one of: %(known)s; or add it to the mapping."
    ),
    "not_a_date": gettext_noop("“%(cell)s” in “%(column)s” is not a date. Write it as 2021-03-05."),
    "date_in_future": gettext_noop(
        "“%(cell)s” in “%(column)s” lies after %(on)s, the day of the intake. Correct the date."
    ),
    "not_a_number": gettext_noop("“%(cell)s” in “%(column)s” is not a number. Write digits only, such as 12.5."),
    "not_a_code": gettext_noop("“%(cell)s” in “%(column)s” does not have the form of the code. Copy the code again."),
    "code_lost_digits": gettext_noop(
        "“%(cell)s” in “%(column)s” is a code that the spreadsheet rounded as a number. "
        "Format the column as text and enter the code again."
    ),
    "wrong_check_character": gettext_noop(
        "The last character of “%(cell)s” in “%(column)s” does not fit the others (GB 32100). Copy the code again."
    ),
    "too_long": gettext_noop("“%(column)s” holds more than %(longest)s characters. Shorten it."),
    "too_many_cells": gettext_noop(
        "The row has more cells than the header. Check for a delimiter inside a cell that is not in quotes."
    ),
    "cell_without_header": gettext_noop(
        "“%(cell)s” stands in a column without a header. Give the column a name, or remove the cell."
    ),
    "repeat": gettext_noop("The row repeats row %(row)s of “%(file)s” and adds nothing. Nothing needs to be done."),
    "conflict": gettext_noop(
        "The row says something else of the same record than row %(row)s of “%(file)s”. "
        "Correct one of them, or add what tells the two records apart."
    ),
}
FILE_REASONS = {
    "unknown_column": gettext_noop(
        "The file has a column “%(column)s” that the mapping does not know. "
        "Rename or remove it, or add it to the mapping."
    ),
    "missing_column": gettext_noop("The file has no column “%(column)s” (also known as: %(known)s). Add it."),
    "column_twice": gettext_noop(
        "The columns “%(column)s” and “%(known)s” stand for the same thing. Keep only one of them."
    ),
    "shifted_header": gettext_noop(
        "Under “%(column)s” hardly any cell is what it should be, for example “%(cell)s”. "
        "The header seems to be shifted against the cells. Correct the header."
    ),
    "shifted_header_to": gettext_noop(
        "Under “%(column)s” hardly any cell is what it should be, for example “%(cell)s”, but the cells under "
        "“%(known)s” are. The header seems to be shifted against the cells. Correct the header."
    ),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row that can be taken in. `notes` are codes of what was left out or not known, to be counted."""

    values: dict[str, object]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken in: code, source sentence and its parameters, and the cell it is about.

    `says` is set where the pack gives the reason in its own words, in both languages.
    """

    code: str
    message: str
    params: Params[str, str] = field(default_factory=lambda: MappingProxyType({}))
    says: Words | None = None

    @property
    def column(self) -> str:
        """The column that the refusal is about, empty when it is about the row."""
        return self.params.get("column", "")

    @property
    def cell(self) -> str:
        """The cell that the refusal is about, as in the file."""
        return self.params.get("cell", "")

    @property
    def words(self) -> str:
        """The reason in English, for programs and logs; pages translate `message` first."""
        return self.says.en if self.says else self.message % self.params


class FileRefused(PolicyError):
    """A whole file does not fit the mapping; nothing of it is taken in."""

    def __init__(self, code: str, *, mapping: str, **params: str) -> None:
        self.code, self.message, self.params = code, FILE_REASONS[code], params
        self.column = params.get("column", "")
        said = (self.message % params).split(". ")
        super().__init__(
            asked=f"The file was to be read by the mapping {mapping!r}",
            prevents=". ".join(said[:-1]) + ".",
            instead=said[-1],
        )


def refusal(code: str, **params: str) -> Refused:
    """A refusal of a row for a reason that every mapping knows."""
    return Refused(code, ROW_REASONS[code], MappingProxyType(params))
