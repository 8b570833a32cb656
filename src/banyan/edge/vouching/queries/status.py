"""Reads of credentials: what is so of firms now, which credentials are no longer true, the status list of a day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import segno
from django.conf import settings

from banyan.edge.vouching.models import Credential
from banyan.judgement.credit import queries as credit
from banyan.judgement.lists.queries import public_numbers_of_each
from banyan.kit import clock, credentials, terms

DAYS, LIST_DAYS = "vouching.days_of_a_credential", "vouching.days_of_a_status_list"
STATUS_PATH = "/credentials/status/"
BATCH = 1_000


class Status(NamedTuple):
    """What a credential says of a firm: its grade since when, and its public listings."""

    grade: str
    since: date | None
    listings: tuple[str, ...]


def status_of(firms: Collection[str], *, on: date) -> dict[str, Status]:
    """The grade of each firm by the nightly weighing (the best where it has no finding), and its public listings,
    those of firms that it took up among them."""
    grades, listed = credit.grades_of(firms, on=on), public_numbers_of_each(firms, on=on)
    found = {}
    for firm in firms:
        grade, since = grades.get(firm, ("", None))
        found[firm] = Status(grade, since, tuple(listed.get(firm, ())))
    return found


def issuer() -> str:
    """The address that credentials name as their issuer."""
    return str(settings.BANYAN_ADDRESS)


def claims_of(record: Credential) -> dict[str, Any]:
    """What is signed: the model of W3C VC 2.0, with terms of our own under this site's address."""
    firm = record.organisation
    subject: dict[str, Any] = {
        "id": f"urn:uscc:{firm.uscc}", "legalName": firm.name, "unifiedSocialCreditCode": firm.uscc,
        "creditGrade": record.grade, "listings": list(record.listings),
    }  # fmt: skip
    if record.grade_since:
        subject["gradeSince"] = str(record.grade_since)
    address = f"{issuer()}{STATUS_PATH}{record.status_list}"
    return {
        "@context": [credentials.CONTEXT, {"@vocab": f"{issuer()}/credentials/terms#"}],
        "id": f"urn:banyan:credential:{record.pk}", "type": ["VerifiableCredential", "QualityCreditCredential"],
        "issuer": issuer(), "validFrom": credentials.instant(record.valid_from),
        "validUntil": credentials.instant(record.valid_until), "credentialSubject": subject,
        "credentialStatus": credentials.status_entry(address=address, place=record.place),
    }  # fmt: skip


def status_list(number: int) -> str | None:
    """A status list as it is now, signed; None where no credential stands in it."""
    places = Credential.objects.filter(status_list=number)
    if not places.exists():
        return None
    revoked = places.filter(state="revoked").values_list("place", flat=True)
    now = clock.now()
    until = now + timedelta(days=int(terms.value(LIST_DAYS, on=clock.today())[0] or 1))
    address = f"{issuer()}{STATUS_PATH}{number}"
    return credentials.signed(
        credentials.status_list(address=address, issuer=issuer(), revoked=revoked, at=now, until=until)
    )


def untrue(*, on: date) -> Iterator[tuple[Credential, str]]:
    """Credentials that stand and say what is no longer so, each with why; some questions for a thousand of them."""
    standing = Credential.objects.filter(state="issued", valid_until__gt=clock.now(), withdrawn_on=None)
    rows = standing.select_related("organisation").order_by("pk").iterator(chunk_size=BATCH)
    batch: list[Credential] = []
    for one in rows:
        batch.append(one)
        if len(batch) == BATCH:
            yield from _untrue(batch, on)
            batch = []
    yield from _untrue(batch, on)


def _untrue(batch: list[Credential], on: date) -> Iterator[tuple[Credential, str]]:
    now = status_of({one.organisation_id for one in batch}, on=on) if batch else {}
    for one in batch:
        firm, status = one.organisation, now[one.organisation_id]
        if firm.withdrawn_on or firm.merged_into_id or firm.closed_on:
            yield one, "firm"
        elif status.grade != one.grade:
            yield one, "grade"
        elif list(status.listings) != list(one.listings):
            yield one, "listing"


def picture(record: Credential) -> str:
    """The whole credential as a QR code, for a page: scanned, it is verified like its file."""
    code = segno.make(record.token, error="l", micro=False, boost_error=False)
    return str(code.svg_data_uri(scale=3, border=4))
