"""Credentials: a firm takes its status along, signed; the firm revokes it, or the night once it is untrue."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Organisation
from banyan.edge.vouching.models import CREDENTIAL_FLOW, Credential
from banyan.edge.vouching.queries import status as told
from banyan.judgement.access.queries import is_own
from banyan.kit import clock, credentials, rights, terms
from banyan.kit.keys import fresh
from banyan.kit.numbers import next_numbers
from banyan.kit.refusals import NotAllowed, Refused
from banyan.kit.terms import demand_reason
from banyan.kit.verbs import Deed, verb

TAKE = "vouching.take"
TRIES = 50


@verb("vouching.credential.taken", right=TAKE, title=gettext_lazy("Credential taken"))
def take_credential(deed: Deed, *, organisation: Organisation) -> Credential:
    """Sign what is so of the own firm today: its grade and its public listings, for some days."""
    asked = _("A credential of %(firm)s was asked for.") % {"firm": organisation}
    if not isinstance(deed.by, rights.System) and not is_own(deed.by, organisation.pk):
        raise NotAllowed(asked, _("Only the firm itself takes it, since that is its consent."),
                         _("Sign in for the firm."))  # fmt: skip
    status = told.status_of([organisation.pk], on=deed.on)[organisation.pk]
    if not organisation.uscc or organisation.closed_on or not status.grade:
        raise Refused(
            asked, _("It has no unified social credit code, is closed, or no scale of grades is in force."),
            _("Have the entry in the register mended first."), code="no-status",
        )  # fmt: skip
    days, _written = terms.value(told.DAYS, on=deed.on)
    now = clock.now()
    list_, place = _place()
    record = Credential(
        key=fresh("vc"), number=next_numbers(Credential, "VC", on=deed.on)[0], organisation=organisation,
        grade=status.grade, grade_since=status.since, listings=list(status.listings), valid_from=now,
        valid_until=now + timedelta(days=int(days or 1)), taken_by=getattr(deed.by, "username", ""),
        status_list=list_, place=place,
    )  # fmt: skip
    record.token = credentials.signed(told.claims_of(record))
    record.digest = hashlib.sha256(record.token.encode()).hexdigest()
    return deed.add(record)


def _place() -> tuple[int, int]:
    """A free place of the newest status list, by chance, so that it tells nothing; a new list once half is taken."""
    list_ = Credential.objects.order_by("-status_list").values_list("status_list", flat=True).first() or 1
    if Credential.objects.filter(status_list=list_).count() * 2 >= credentials.LIST_LENGTH:
        list_ += 1
    while True:
        places = {secrets.randbelow(credentials.LIST_LENGTH) for _try in range(TRIES)}
        taken = Credential.objects.filter(status_list=list_, place__in=places).values_list("place", flat=True)
        if free := places - set(taken):
            return list_, free.pop()


@verb("vouching.credential.revoked", right=TAKE, title=gettext_lazy("Credential revoked"), lawful=True)
def revoke_credential(deed: Deed, *, credential: Credential) -> Credential:
    """Revoke a credential, with the reason: its place in the status list is set from now on."""
    demand_reason(deed.reason, CREDENTIAL_FLOW.moves["revoke_credential"].label)
    CREDENTIAL_FLOW.move(credential, "revoke_credential")
    credential.revoked_on, credential.revoked_why = deed.on, deed.reason[:240]
    return deed.save(credential, "state", "revoked_on", "revoked_why")


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """Revoke the credentials that say what is no longer so: of another grade, other listings, a firm that is gone."""
    count = 0
    with translation.override(settings.LANGUAGE_CODE):  # the reason stays in the log
        why = {
            "grade": _("The grade of the firm changed."),
            "listing": _("A listing of the firm began or ended."),
            "firm": _("The firm closed, was merged or withdrawn."),
        }
        for record, what in list(told.untrue(on=on)):
            revoke_credential(credential=record, by=by, on=on, reason=why[what])
            count += 1
    return {"credentials revoked": count}
