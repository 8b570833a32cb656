"""Tables as offices have them (CSV, XLSX, XLS, JSON, XML), read row by row; and files of refused rows."""

from banyan.kit.sheets.bounds import Bounds, SheetRefused
from banyan.kit.sheets.reading import read_tables
from banyan.kit.sheets.rejects import RejectsWriter, guarded, reject_columns, unguarded
from banyan.kit.sheets.tables import Row, Table

__all__ = [
    "Bounds",
    "RejectsWriter",
    "Row",
    "SheetRefused",
    "Table",
    "guarded",
    "read_tables",
    "reject_columns",
    "unguarded",
]
