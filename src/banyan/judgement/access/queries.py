"""Reads of access: purposes, whether a consent holds, who read a firm's file, whether a seal is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan.base.registry.queries import Organisation, organisation_by_code
from banyan.judgement.access.models import Access, Consent, Seal
from banyan.kit import clock, rights, terms, titles
from banyan.kit.events import canonical
from banyan.kit.models import Person
from banyan.kit.refusals import NotAllowed, NotFound, Refused
from banyan.kit.scope import scoped

__all__ = ["Access", "Consent", "ConsentNeeded", "Purpose", "PurposeNeeded", "by_client", "clients", "consents_for",
           "faults", "file_asked", "is_own", "kind_of", "purpose_for", "purposes", "title_of", "to_seal"]  # fmt: skip

PURPOSES, LONGEST = "access.purposes", "access.longest_consent"
READ, OFFICE, OWN = "access.read", "access.official", "access.consent"
"""The rights of a client that needs consent, of an office within its reach, of a firm for itself."""
ON_DUTY = "supervision"
"""The purpose of whoever opens a firm's page within the own office and states no other."""
SEALED = ("id", "at", "by", "by_name", "on_behalf", "organisation_id", "purpose", "basis", "consent", "what", "run")
BATCH = 5000
MOST_COUNTS = 500


class PurposeNeeded(Refused):
    """No purpose was stated, or none that may be: the refusal names those that there are."""

    code, status = "purpose-needed", 400


class ConsentNeeded(NotAllowed):
    """The firm has not let this client read for this purpose, or does so no more."""

    code = "consent-needed"


@dataclass(frozen=True)
class Purpose:
    """A purpose of the packs: its words, its legal basis, for whom it is, whether the firm must consent."""

    key: str
    title: str
    basis: str
    for_: str
    needs_consent: bool


def purposes(*, on: date | None = None, for_: str = "") -> list[Purpose]:
    """The purposes of a day, those of offices or clients alone where asked."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return [
        Purpose(row["purpose"], row[language], row[f"basis_{language}"], row["for"], row["needs_consent"])
        for row in terms.rows(PURPOSES, on=on or clock.today())
        if not for_ or row["for"] == for_
    ]


def title_of(key: str) -> str:
    """A purpose in words; its key where the packs know it no more."""
    return next((one.title for one in purposes() if one.key == key), key)


def purpose_for(key: str, *, person: Any, on: date | None = None) -> Purpose:
    """The purpose that a person states. Raises PurposeNeeded with those that the person may state."""
    known = purposes(on=on, for_=kind_of(person))
    found = next((one for one in known if one.key == key), None)
    if found is None:
        asked = _("A firm's credit file was asked for.")
        if key:
            asked = _("A firm's credit file was asked for, for the purpose “%(key)s”.") % {"key": key[:40]}
        told = [f"{one.key} ({titles.paired(one.title, one.basis)})" for one in known]
        raise PurposeNeeded(
            asked, _("No purpose that you may read it for was stated.") if not key else
            _("That is no purpose that you may read it for."),
            _("State one as `purpose`: %(known)s.") % {"known": titles.strung(told) or _("none")},
            _("the house's own rules, access to credit"),
        )  # fmt: skip
    return found


def kind_of(person: Any) -> str:
    """Whether a person states purposes of an office or of a client."""
    return "office" if isinstance(person, rights.System) or rights.has(person, OFFICE) else "client"


def is_own(person: Any, firm: str) -> bool:
    """Whether a person speaks for the firm: no stranger reads then."""
    return any(one.dimension == "organisation" and one.path == firm for one in rights.reaches(person, OWN))


def file_asked(*, person: Any, code: str) -> Any:
    """The firm that a person asks for by its key or code. Raises NotFound.

    A client of the query may ask for any, everyone else within the own firm or office.
    """
    firm = Organisation.objects.filter(pk=code).first() or organisation_by_code(code=code)
    if firm is not None and not rights.has(person, READ):
        firm = scoped(Organisation, person, right="credit.view").filter(pk=firm.pk).first()
    if firm is None:
        raise NotFound(
            _("The credit of “%(key)s” was asked for.") % {"key": code[:60]},
            _("There is no such firm within your office."),
            _("Look for it in the list of organisations."),
        )
    return firm


def consents_for(*, client: Any, purpose: str, organisations: Collection[str], on: date) -> dict[str, str]:
    """Which of some firms let a client read for a purpose on a day, each with its consent's key: one question."""
    found = Consent.objects.filter(
        client=client.username, purpose=purpose, state="given", from_on__lte=on, until_on__gte=on, withdrawn_on=None,
        organisation__in=list(organisations),
    )  # fmt: skip
    return dict(found.values_list("organisation_id", "key"))


def clients() -> list[tuple[str, str]]:
    """Who may be let read by a firm's consent: log-in and name."""
    return [(one.username, str(one)) for one in rights.holders(READ)]


def client_of(username: str) -> Person | None:
    """A client of the query by its log-in."""
    found: Person | None = rights.holders(READ).filter(username=username).first()
    return found


def by_client(rows: Any) -> list[dict[str, Any]]:
    """Readings counted by client and purpose, the most frequent first."""
    counted = rows.order_by().values("by", "by_name", "purpose").annotate(count=Count("pk"), last=Max("at"))
    return list(counted.order_by("-count", "by", "purpose")[:MOST_COUNTS])


# ---------------------------------------------------------------- seals


def to_seal(*, on: date) -> tuple[int, int, int, str] | None:
    """First and last number, count and digest of the readings before a day that no seal holds yet."""
    after = Seal.objects.aggregate(last=Max("last"))["last"] or 0
    midnight = clock.end_of_day(on).replace(hour=0, minute=0, second=0, microsecond=0)
    last = Access.objects.filter(pk__gt=after, at__lt=midnight).aggregate(last=Max("pk"))["last"]
    if last is None:
        return None
    count, digest = _digest(after + 1, last)
    return after + 1, last, count, digest


def faults() -> Iterator[str]:
    """Seals whose readings are no longer those that were sealed."""
    for seal in Seal.objects.order_by("last"):
        count, digest = _digest(seal.first, seal.last)
        if count != seal.count:
            yield f"readings {seal.first} – {seal.last}: {seal.count} were sealed, {count} are left"
        elif digest != seal.digest:
            yield f"readings {seal.first} – {seal.last}: one was changed"


def _digest(first: int, last: int) -> tuple[int, str]:
    told, count = hashlib.sha256(), 0
    rows = Access.objects.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list(*SEALED)
    for number, at, *rest in rows.iterator(chunk_size=BATCH):
        told.update(canonical([number, at.astimezone(UTC).isoformat(), *rest]))
        count += 1
    return count, told.hexdigest()


def readings_of(firm: str, *, person: Any) -> Sequence[Access]:
    """Who read a firm's file, the latest first, as far as the person may see it."""
    rows: Any = scoped(Access, person).filter(organisation=firm)
    return rows  # type: ignore[no-any-return]
