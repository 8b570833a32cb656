"""How much a file may ask of us, and the refusal of a file that cannot be read as a table."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from banyan.kit.refusals import Refused


class SheetRefused(Refused):
    """The file cannot be read as a table; the code says why, the sentences say what to do."""

    code = "sheet-refused"
    status = 400


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is accepted before anything is unpacked. One sheet of a spreadsheet holds at most 1,048,576 rows."""

    file_bytes: int = 500 * 2**20
    unpacked_bytes: int = 2 * 2**30
    ratio: int = 200  # unpacked to packed; spreadsheets reach about 20, repetitive ones 60
    parts: int = 2_000
    old_workbook_bytes: int = 60 * 2**20  # .xls is read into memory as a whole
    whole_bytes: int = 60 * 2**20  # JSON too
    columns: int = 1_000
    cell_characters: int = 100_000
    lines_in_cell: int = 100  # more of them mean a quotation mark that was never closed
    merged_ranges: int = 200_000
    header_within: int = 30  # rows


def refuse(code: str, *, file: str, prevents: str, instead: str) -> SheetRefused:
    """The refusal of a file, with the file's name in what was asked."""
    return SheetRefused(_("The file “%(file)s” was to be read.") % {"file": file}, prevents, instead, code=code)


def check_size(path: Path, *, file: str, bounds: Bounds) -> None:
    """Refuse a file that is empty or larger than we read. Raises SheetRefused."""
    size = path.stat().st_size
    if size == 0:
        raise refuse(
            "empty-file", file=file, prevents=_("It is empty."), instead=_("Save it again with its rows in it.")
        )
    if size > bounds.file_bytes:
        raise refuse(
            "file-too-large",
            file=file,
            prevents=_("It has %(size)d MB, and %(most)d MB is the most.")
            % {"size": size // 2**20, "most": bounds.file_bytes // 2**20},
            instead=_("Split it into several files."),
        )


def check_archive(archive: zipfile.ZipFile, *, file: str, bounds: Bounds) -> None:
    """
    Refuse an archive that would unpack to more than we read, before anything of it is unpacked.

    The sizes an archive states are binding: a part is never read beyond its stated size. Raises SheetRefused.
    """
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > bounds.parts or unpacked > bounds.unpacked_bytes or unpacked > bounds.ratio * max(packed, 4096):
        raise refuse(
            "unpacks-too-large",
            file=file,
            prevents=_("It would unpack to %(size)d MB in %(parts)d parts, far more than a table needs.")
            % {"size": unpacked // 2**20, "parts": len(parts)},
            instead=_("Copy the rows into a new workbook and save that."),
        )
    if any(part.flag_bits & 1 for part in parts):
        raise protected(file)


def protected(file: str) -> SheetRefused:
    """The refusal of a file that opens with a password only."""
    return refuse(
        "password-protected",
        file=file,
        prevents=_("It is protected by a password."),
        instead=_("Save it without a password."),
    )


def damaged(file: str, where: str = "") -> SheetRefused:
    """The refusal of a workbook whose parts do not fit together."""
    return refuse(
        "damaged",
        file=file,
        prevents=_("It is damaged and could not be read to its end. %(where)s") % {"where": where},
        instead=_("Open it in the program that made it and save it again."),
    )


def too_wide(file: str, *, row: int, bounds: Bounds) -> SheetRefused:
    """The refusal of a row with more cells than any table has."""
    return refuse(
        "too-wide",
        file=file,
        prevents=_("Row %(row)d has more than %(most)d cells.") % {"row": row, "most": bounds.columns},
        instead=_("Remove what stands beside the table."),
    )
