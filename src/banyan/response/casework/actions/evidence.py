"""Verbs of evidence: a hash noted on the spot, the file that must match it, and what is registered and held."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms as kit_terms
from banyan.kit.attached import Attached, NoEvidence, attached
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.actions import acting
from banyan.response.casework.actions.papers import issue
from banyan.response.casework.models import Case, Evidence
from banyan.response.casework.queries import terms

HOLD = "casework.hold"
HANDLE = "casework.handle"


@verb("casework.evidence.noted", right=HANDLE, title=gettext_lazy("Hash of evidence noted on the spot"))
def note_evidence(
    deed: Deed, *, case: Case, kind: str, title: str, digest: str, taken_on: date, taken_by: str, place: str = "",
    hashed_at: datetime | None = None,
) -> Evidence:  # fmt: skip
    """Note the hash of evidence that was taken on the spot; its file may follow, and must then match."""
    digest = digest.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NoEvidence(
            _("A hash was to be noted in %(case)s.") % {"case": case},
            _("It is no SHA-256: 64 digits from 0 to f."),
            _("Copy it from the device as it stands."),
        )
    return _added(deed, case, kind, title, taken_on, taken_by, place, digest, hashed_at=hashed_at)


@verb("casework.evidence.added", right=HANDLE, title=gettext_lazy("Evidence added"))
def add_evidence(
    deed: Deed, *, case: Case, file: Any, kind: str, title: str, taken_on: date, taken_by: str, place: str = "",
    is_held: bool = False,
) -> Evidence:  # fmt: skip
    """Add evidence with its file, hashed as it comes in. `is_held` registers and holds the thing for its term."""
    found = attached(file)
    one = _added(
        deed, case, kind, title, taken_on, taken_by, place, found.digest, stored=found,
        held_from=deed.on if is_held else None,
    )  # fmt: skip
    if is_held:
        issue(deed, case, "hold")
    return one


@verb("casework.evidence.filed", right=HANDLE, title=gettext_lazy("File of noted evidence added"))
def add_file(deed: Deed, *, evidence: Evidence, file: Any) -> Evidence:
    """Add the file of evidence whose hash was noted on the spot. Refused where it is another file, or a second."""
    acting.demand_untied(deed, [evidence.case])
    found = attached(file)
    if evidence.file or found.digest != evidence.digest:
        raise Refused(
            _("The file of %(evidence)s was to be added.") % {"evidence": evidence},
            _("It has its file, and evidence is never replaced.") if evidence.file
            else _("Its hash is %(digest)s, not the one that was noted on the spot.") % {"digest": found.digest},
            _("Add what is new as evidence of its own."),
            code="evidence-fixed" if evidence.file else "hash-differs",
        )  # fmt: skip
    _store(evidence, found, on=deed.on)
    return deed.save(evidence, "file", "name", "media_type", "size", "has_place", "added_on")


@verb("casework.evidence.withdrawn", right=HANDLE, title=gettext_lazy("Evidence withdrawn"))
def withdraw_evidence(deed: Deed, *, evidence: Evidence) -> Evidence:
    """Withdraw evidence that belongs to no case or another one, with the reason; it stays in the file."""
    acting.demand_untied(deed, [evidence.case])
    kit_terms.demand_reason(deed.reason, _("Withdrawing evidence"))
    return deed.withdraw(evidence)


def _added(
    deed: Deed, case: Case, kind: str, title: str, taken_on: date, taken_by: str, place: str, digest: str, *,
    stored: Attached | None = None, held_from: date | None = None, hashed_at: datetime | None = None,
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
        taken_by=taken_by.strip(), place=place.strip(), digest=digest, hashed_at=hashed_at,
    )  # fmt: skip
    if stored:
        _store(one, stored, on=deed.on)
    if held_from:
        found = terms.due(HOLD, start=held_from, rules_on=case.rules_on)
        one.hold_until = found.on if found else None
    deed.subject = f"{case.noun}:{case.pk}"
    return deed.add(one)


def _store(one: Evidence, found: Attached, *, on: date) -> None:
    one.has_place, one.added_on = found.has_place, on
    found.keep_in(one)
