"""What takes rows in: the fields that it knows, the rows that it cannot take, and what of a row may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from banyan.base.registry import queries as registry
from banyan.edge.intake.queries.files import FormRefused, words_of
from banyan.kit import keys, rights
from banyan.policy.mappings import Accepted, Mapping
from banyan.policy.mappings import Refused as RowRefused
from banyan.policy.mappings.reasons import refusal

NEEDED = {"inspection": ("product_name", "sampled_on", "conclusion", "scheme"), "registry": ("name",),
          "recall": ("product_name", "happened_on", "origin", "reference"),
          "complaints": ("words", "received_on", "source_number", "channel"),
          "equipment": ("kind", "code", "user_unit_uscc", "installed_on")}  # fmt: skip
RIGHT = {"inspection": "intake.run", "registry": "registry.edit", "recall": "recall.enter",
         "complaints": "complaints.enter", "equipment": "equipment.edit"}  # fmt: skip
UNDOING = {"inspection": "inspection.amend", "registry": "registry.edit", "recall": "recall.decide",
           "complaints": "complaints.handle", "equipment": "equipment.edit"}  # fmt: skip


ROW_REASONS = {
    "outside_office": gettext_noop(
        "“%(cell)s” is no county of your office, and you may enter records of your office only. "
        "Ask the office of that county, or the city, to take the row in."
    ),
    "county_not_stated": gettext_noop(
        "The row states no county, and you may enter records of your office only. "
        "Let somebody whose role has no limit take the file in, or add the county to the file and the mapping."
    ),
    "already_registered": gettext_noop(
        "The code “%(cell)s” belongs to the file %(key)s, %(known)s. Rename that organisation if its name changed."
    ),
    "unknown_unit": gettext_noop(
        "“%(cell)s” in “%(column)s” is not a known unit. Write it as laboratories print it, such as mg/kg, CFU/g or "
        "MPa; a remark belongs into another column."
    ),
    "not_a_gtin": gettext_noop(
        "“%(cell)s” in “%(column)s” is no bar code: its check digit or its length is wrong. Read it from the pack "
        "again."
    ),
    "known_at_source": gettext_noop(
        "The number “%(cell)s” of this channel is known: it is %(key)s here. Look there, or correct the number."
    ),
    "cell_withheld": gettext_noop(
        "“%(column)s” holds only the mark for what was withheld from the file of refused rows. "
        "Correct the row in the original file and take that in."
    ),
    "words_too_long": gettext_noop(
        "The words and what stands beside them have more than %(longest)s characters together. Shorten them."
    ),
    "unknown_firm": gettext_noop(
        "“%(cell)s” in “%(column)s” is the code of no organisation in the registry. Enter the organisation first."
    ),
    "equipment_known": gettext_noop(
        "The code or number “%(cell)s” is that of %(known)s already. Look it up there, or correct the row."
    ),
    "days_out_of_order": gettext_noop(
        "“%(cell)s” in “%(column)s” lies before %(day)s, the day on which it began. Correct one of them."
    ),
    "not_as_written": gettext_noop("The register does not take it. %(why)s"),
    "record_closed": gettext_noop(
        "The row adds to the sample %(key)s, which was withdrawn or is under objection. Amend the sample instead."
    ),
}


class Target:
    """What takes the rows in: which fields it knows, and which rows of a batch it cannot take."""

    into: str
    prefix: str
    lengths: dict[str, int]
    known: frozenset[str]
    home = ""  # the region of records that state no county; "" where each has to state one
    is_personal = False
    """Whether rows tell of people: then files are not kept, and cells that may tell are shown nowhere."""

    def __init__(self, mapping: Mapping, *, by: Any, on: date) -> None:
        self.mapping, self.by = mapping, by
        self._named = {field: column.named[0] for field, column in mapping.fields.items()}
        fields = mapping.fields.keys() | mapping.constants.keys() | mapping.stand_ins.keys()
        missing = [name for name in NEEDED[self.into] if name not in fields]
        if missing:
            raise FormRefused(
                _("The files were to be read by the mapping “%(key)s”.") % {"key": mapping.key},
                _("It says nothing of %(missing)s, which every record needs.") % {"missing": ", ".join(missing)},
                _("Add it to the mapping: a column, a constant, or another day that stands in."),
            )
        self.extra = [field for field in mapping.fields if field not in self.known]
        self._lengths = [
            (field, longest) for field, longest in self.lengths.items() if mapping.fields.get(field) is not None
            and mapping.fields[field].longest > longest
        ]  # fmt: skip
        self._counties = counties_of(by, RIGHT[self.into], on)

    def split(self, values: dict[str, Any]) -> Sequence[tuple[str, tuple[str, ...], Any]]:
        """The items of a row: name, what is said of it, and the item itself."""
        raise NotImplementedError

    def prepare(self, values: Sequence[dict[str, Any]], records: set[str]) -> None:
        """Look up at once what a batch of rows will be asked for; `records` are those that rows may add to."""

    def elsewhere(self, values: dict[str, Any]) -> str | RowRefused:
        """For a record that no import brought: the key of one that says the same, "" for none, or a refusal."""
        return ""

    def closed(self, record: str) -> RowRefused | None:
        """Why a record takes no more items, if it does not."""
        return None

    def fresh_key(self) -> str:
        """A key for a new record."""
        return keys.fresh(self.prefix)

    def checked(self, fate: Any) -> Any:
        """The row, or why the record cannot take it."""
        if not isinstance(fate, Accepted):
            return fate
        values: Any = fate.values
        for field, longest in self._lengths:
            if len(values[field] or "") > longest:
                return self._too_long(field, values[field], longest)
        if self._counties is not None and values.get("county") not in self._counties:
            if not values.get("county") and self.home:
                return fate
            if not values.get("county"):
                return reason_of("county_not_stated", column=self._named.get("county", ""))
            return reason_of("outside_office", column=self._named.get("county", ""), cell=values["county"])
        return fate

    def _too_long(self, field: str, text: str, longest: int) -> RowRefused:
        return refusal("too_long", column=self._named[field], cell=text[:80], longest=str(longest))

    def open_cells(self, columns: Sequence[str], cells: Sequence[str]) -> list[str]:
        """The cells of a row as they may be kept and shown beside the records."""
        return list(cells)

    def words_of(self, fate: RowRefused) -> str:
        """Why a row is refused, as it may be kept and shown."""
        return words_of(fate)


def reason_of(code: str, **params: str) -> RowRefused:
    return RowRefused(code, ROW_REASONS[code], params)


def said(values: dict[str, Any]) -> list[str]:
    return [text_of(values[name]) for name in sorted(values)]


def text_of(value: Any) -> str:
    return "\x00" if value is None else str(value)


def counties_of(by: Any, right: str, on: date) -> frozenset[str] | None:
    """The counties that a person may enter records of; None for everywhere and nowhere in particular."""
    reaches = rights.reaches(by, right, on=on)
    if any(not reach.dimension for reach in reaches):
        return None
    paths = [reach.path for reach in reaches if reach.dimension == "region"]
    found = registry.counties()
    return frozenset(
        one.pk for one in found if any(one.path == path or one.path.startswith(path + "/") for path in paths)
    )
