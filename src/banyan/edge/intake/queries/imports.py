"""Reads of imports: those of a person's office, one that was begun, and the names of their files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from banyan.edge.intake.models import Import
from banyan.kit.refusals import NotFound


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
    made = "samples" if record.into == Import.Into.INSPECTION else "organisations"
    answer = {name: counts.pop(name) for name in ("read", "accepted", "unchanged", "refused")}
    answer |= {made: counts.pop("records"), "by_reason": counts.pop("by_reason"), "import": record.number}
    return answer | {name: counts[name] for name in sorted(counts)}
