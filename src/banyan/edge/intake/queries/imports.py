"""Reads of imports: those of a person's office, one that was begun, and the names of their files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan.base.registry import queries as registered
from banyan.edge.intake.models import Import
from banyan.edge.intake.queries.files import mappings, meaning_of
from banyan.kit.refusals import NotFound
from banyan.records.equipment import queries as things
from banyan.records.inspection import queries as inspected
from banyan.response.complaints import queries as told
from banyan.response.recall import queries as recalls

MADE = {"inspection": "samples", "registry": "organisations", "recall": "leads", "complaints": "matters",
        "equipment": "equipment"}  # fmt: skip
NOUNS = {
    "inspection": (inspected.Sample, inspected.ItemResult), "registry": (registered.Organisation,),
    "recall": (recalls.Lead,), "complaints": (told.Complaint, told.Message), "equipment": (things.Equipment,),
}  # fmt: skip
REST = {
    "inspection": "remarks",
    "recall": "defect",
    "complaints": "message",
}  # where columns go that no field of the record takes
NAMES = {
    "joined": gettext_lazy("names without a code were joined with a firm of the register"),
    "to_be_decided": gettext_lazy("names without a code wait for a person to decide which firm they mean"),
    "unknown": gettext_lazy("names without a code mean no firm of the register"),
}
TITLES = {
    "missing_value": gettext_lazy("a cell is empty that is needed"),
    "unknown_value": gettext_lazy("a value is not known"),
    "not_a_date": gettext_lazy("not a date"),
    "date_in_future": gettext_lazy("a date lies in the future"),
    "not_a_number": gettext_lazy("not a number"),
    "unknown_unit": gettext_lazy("a unit is not known"),
    "not_a_code": gettext_lazy("not a code"),
    "code_lost_digits": gettext_lazy("a code was rounded by the spreadsheet"),
    "wrong_check_character": gettext_lazy("a code has a wrong check character"),
    "too_long": gettext_lazy("a text is too long"),
    "too_many_cells": gettext_lazy("more cells than columns"),
    "cell_without_header": gettext_lazy("a cell stands under no header"),
    "repeat": gettext_lazy("repeats an earlier row"),
    "conflict": gettext_lazy("contradicts an earlier row"),
    "outside_office": gettext_lazy("lies outside your office"),
    "county_not_stated": gettext_lazy("no county is stated"),
    "already_registered": gettext_lazy("the code is registered under another name"),
    "not_a_gtin": gettext_lazy("not a bar code"),
    "record_closed": gettext_lazy("the sample takes no more rows"),
    "known_at_source": gettext_lazy("known by its number at the source"),
    "cell_withheld": gettext_lazy("a cell was withheld"),
    "words_too_long": gettext_lazy("too many words"),
    "unknown_firm": gettext_lazy("the firm is not in the registry"),
    "equipment_known": gettext_lazy("the equipment is known"),
    "days_out_of_order": gettext_lazy("days are out of order"),
    "not_as_written": gettext_lazy("breaks a rule of its register"),
    "foreign_notice": gettext_lazy("a foreign notice"),
    "foreign_verdict": gettext_lazy("the verdict of a foreign notice"),
}


def imports_of(person: Any) -> Any:
    """The imports that a person may see, the latest first."""
    return Import.objects.filter(withdrawn_on=None).within(person)


def import_of(person: Any, *, number: int) -> Import:
    """One import that a person may see. Raises NotFound."""
    found = imports_of(person).filter(number=number).first()
    if found is None:
        raise NotFound(
            _("Import %(number)s was asked for.") % {"number": number},
            _("There is none of this number in your office."),
            _("Go back to the list of imports."),
        )
    return found


def begun(*, identity: str) -> Import | None:
    """The import of the same files by the same mapping that was begun and not ended, if there is one."""
    return Import.objects.filter(identity=identity, state="running", withdrawn_on=None).order_by("number").first()


def file_names(number: int, names: Sequence[str]) -> Callable[[int, int], str]:
    """A function that names a file by import and place in it."""
    known: dict[int, Sequence[str]] = {number: names, 0: [_("the register")]}

    def name(of: int, file: int) -> str:
        if of not in known:
            one = Import.objects.filter(number=of).first()
            known[of] = [f"{file['name']} ({of})" for file in one.files] if one else []
        files = known[of]
        return files[min(file, len(files) - 1)] if files else ""

    return name


def answer_of(record: Import) -> dict[str, Any]:
    """What came of an import, as the command prints it: read = accepted + unchanged + refused."""
    counts = dict(record.counts)
    made = MADE[record.into]
    answer = {name: counts.pop(name) for name in ("read", "accepted", "unchanged", "refused")}
    answer |= {made: counts.pop("records"), "by_reason": counts.pop("by_reason"), "import": record.number}
    return answer | {name: counts[name] for name in sorted(counts)}


def most_megabytes() -> int:
    """How much may be uploaded at once."""
    return int(settings.BANYAN_UPLOAD_MB)


def named(record: Import) -> str:
    """The files of an import in a few words."""
    first, *more = [str(file["name"]) for file in record.files] or [""]
    return f"{first} + {len(more)}" if more else first


def reasons_of(counts: dict[str, Any], rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Why rows are refused: each reason in words with its number of rows, and the first of them."""
    return [
        {"code": code, "title": TITLES.get(code, code), "count": count, "rows": rows.get(code, ())}
        for code, count in counts.get("by_reason", {}).items()
    ]


def preview_of(record: Import) -> dict[str, Any] | None:
    """The first rows as read, under the columns of their file and the fields that these fill."""
    first = record.found.get("first")
    if not first:
        return None
    columns = first[0]["columns"]
    mapping = next((one for one in mappings() if one.key == record.mapping), None)
    meanings = meaning_of(columns, mapping) if mapping else [""] * len(columns)
    return {
        "columns": list(zip(columns, [_label(name, record.into) for name in meanings], strict=True)),
        "rows": [one | {"cells": one["cells"] + [""] * (len(columns) - len(one["cells"]))} for one in first
                 if one["columns"] == columns],
    }  # fmt: skip


def title_of(record: Import) -> str:
    """The mapping by which an import was read, by its title; its key where no pack has it any more."""
    found = next((one for one in mappings() if one.key == record.mapping), None)
    return found.title.in_language(get_language() or settings.LANGUAGE_CODE) if found else record.mapping


def notes_of(record: Import, counts: dict[str, Any]) -> list[tuple[str, int]]:
    """What was left open or stands in for another thing, in words, with its number of rows."""
    found = []
    for note, count in counts.get("notes", {}).items():
        field, _dot, what = note.partition(".")
        label = _label(field, record.into)
        if what.startswith("from_"):
            text = _("%(field)s is taken from %(other)s") % {
                "field": label, "other": _label(what.removeprefix("from_"), record.into)
            }  # fmt: skip
        elif what.startswith("same_as_"):
            text = _("%(field)s only repeats %(other)s and is left open") % {
                "field": label, "other": _label(what.removeprefix("same_as_"), record.into)
            }  # fmt: skip
        else:
            text = _("%(field)s cannot be read or is not known, and is left open") % {"field": label}
        found.append((text, count))
    if counts.get("likely"):
        found.append((_("the registry knows the bar code, maker or brand"), counts["likely"]))
    for what, words in NAMES.items():
        if number := counts.get("names", {}).get(what):
            found.append((str(words), number))
    if counts.get("county_unknown"):
        found.append((_("the county is not known"), counts["county_unknown"]))
    if counts.get("product_class_unknown"):
        found.append((_("the class of product is not known"), counts["product_class_unknown"]))
    return found


def _label(field: str, into: str) -> str:
    """A field of a mapping in the words of the record that it fills."""
    if not field:
        return ""
    nouns: Any = NOUNS[into]
    for name in (field, field.removesuffix("_path"), field.removesuffix("_text"), field.removesuffix("_uscc")):
        for noun in nouns:
            if name in {one.name for one in noun._meta.fields}:
                return str(noun._meta.get_field(name).verbose_name)
    return str(nouns[0]._meta.get_field(REST[into]).verbose_name) if into in REST else ""
