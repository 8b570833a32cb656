"""Verbs of evidence: a hash noted on the spot, the file that must match it, and what is registered and held."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms as kit_terms
from banyan.kit.pictures import examined
from banyan.kit.refusals import BadRequest, Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.actions import acting
from banyan.response.casework.actions.papers import issue
from banyan.response.casework.models import Case, Evidence
from banyan.response.casework.queries import terms

MOST_BYTES = 10 * 2**20
HOLD = "casework.hold"
HANDLE = "casework.handle"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class NoEvidence(BadRequest):
    """The file is none that a case keeps."""

    code = "no-evidence"


@verb("casework.evidence.noted", right=HANDLE, title=gettext_lazy("Hash of evidence noted on the spot"))
def note_evidence(
    deed: Deed, *, case: Case, kind: str, title: str, digest: str, taken_on: date, taken_by: str, place: str = ""
) -> Evidence:
    """Note the hash of evidence that was taken on the spot; its file may follow, and must then match."""
    digest = digest.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NoEvidence(
            _("A hash was to be noted in %(case)s.") % {"case": case},
            _("It is no SHA-256: 64 digits from 0 to f."),
            _("Copy it from the device as it stands."),
        )
    return _added(deed, case, kind, title, taken_on, taken_by, place, digest)


@verb("casework.evidence.added", right=HANDLE, title=gettext_lazy("Evidence added"))
def add_evidence(
    deed: Deed, *, case: Case, file: Any, kind: str, title: str, taken_on: date, taken_by: str, place: str = "",
    is_held: bool = False,
) -> Evidence:  # fmt: skip
    """Add evidence with its file, hashed as it comes in. `is_held` registers and holds the thing for its term."""
    content, media_type, has_place = _read(file)
    digest = hashlib.sha256(content).hexdigest()
    one = _added(
        deed, case, kind, title, taken_on, taken_by, place, digest, stored=(file, content, media_type, has_place),
        held_from=deed.on if is_held else None,
    )  # fmt: skip
    if is_held:
        issue(deed, case, "hold")
    return one


@verb("casework.evidence.filed", right=HANDLE, title=gettext_lazy("File of noted evidence added"))
def add_file(deed: Deed, *, evidence: Evidence, file: Any) -> Evidence:
    """Add the file of evidence whose hash was noted on the spot. Refused where it is another file, or a second."""
    acting.demand_untied(deed, [evidence.case])
    content, media_type, has_place = _read(file)
    digest = hashlib.sha256(content).hexdigest()
    if evidence.file or digest != evidence.digest:
        raise Refused(
            _("The file of %(evidence)s was to be added.") % {"evidence": evidence},
            _("It has its file, and evidence is never replaced.") if evidence.file
            else _("Its hash is %(digest)s, not the one that was noted on the spot.") % {"digest": digest},
            _("Add what is new as evidence of its own."),
            code="evidence-fixed" if evidence.file else "hash-differs",
        )  # fmt: skip
    _store(evidence, file, content, media_type, has_place, on=deed.on)
    return deed.save(evidence, "file", "name", "media_type", "size", "has_place", "added_on")


@verb("casework.evidence.withdrawn", right=HANDLE, title=gettext_lazy("Evidence withdrawn"))
def withdraw_evidence(deed: Deed, *, evidence: Evidence) -> Evidence:
    """Withdraw evidence that belongs to no case or another one, with the reason; it stays in the file."""
    acting.demand_untied(deed, [evidence.case])
    kit_terms.demand_reason(deed.reason, _("Withdrawing evidence"))
    return deed.withdraw(evidence)


def _added(
    deed: Deed, case: Case, kind: str, title: str, taken_on: date, taken_by: str, place: str, digest: str, *,
    stored: tuple[Any, bytes, str, bool] | None = None, held_from: date | None = None,
) -> Evidence:  # fmt: skip
    acting.demand_untied(deed, [case])
    if case.state == "closed":
        raise Refused(
            _("Evidence was to be added to %(case)s.") % {"case": case},
            _("The case is closed."),
            _("File a case of its own for what is new."),
            code="case-closed",
        )
    kit_terms.demand_order(what=gettext_lazy("The evidence"), of=case, day=taken_on, earliest=None, latest=deed.on)
    if Evidence.objects.filter(case=case, digest=digest).exists():
        raise Refused(
            _("“%(title)s” was to be added to %(case)s.") % {"title": title, "case": case},
            _("The same file is in it already."),
            _("Leave it out."),
            code="evidence-twice",
        )
    number = Evidence.objects.filter(case=case).count() + 1
    one = Evidence(
        key=f"{case.pk}.e{number}", case=case, number=number, kind=kind, title=title.strip(), taken_on=taken_on,
        taken_by=taken_by.strip(), place=place.strip(), digest=digest,
    )  # fmt: skip
    if stored:
        _store(one, *stored, on=deed.on)
    if held_from:
        found = terms.due(HOLD, start=held_from, rules_on=case.rules_on)
        one.hold_until = found.on if found else None
    deed.subject = f"{case.noun}:{case.pk}"
    return deed.add(one)


def _store(one: Evidence, file: Any, content: bytes, media_type: str, has_place: bool, *, on: date) -> None:
    one.name, one.media_type, one.size = str(file.name)[-160:], media_type, len(content)
    one.has_place, one.added_on = has_place, on
    one.file.save(f"{one.digest}.{ENDINGS[media_type]}", ContentFile(content), save=False)


def _read(file: Any) -> tuple[bytes, str, bool]:
    """The bytes of a file, its media type by its content, and whether it says where it was taken."""
    content = file.read(MOST_BYTES + 1)
    if content.startswith(b"%PDF-"):
        if len(content) > MOST_BYTES or b"%%EOF" not in content[-2048:]:
            raise NoEvidence(
                _("The paper “%(name)s” was handed in.") % {"name": str(file.name)[-160:]},
                _("It has more than %(most)s MB, or it is cut off.") % {"most": MOST_BYTES // 2**20},
                _("Hand in a smaller or whole copy."),
            )
        return content, "application/pdf", False
    picture = examined(content, name=str(file.name)[-160:])
    return content, picture.media_type, picture.latitude is not None
