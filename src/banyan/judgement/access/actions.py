"""What is done about access: firms consent and revoke, files are opened under a purpose, the night seals readings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Organisation
from banyan.judgement.access import queries
from banyan.judgement.access.models import CONSENT_FLOW, Access, Consent, Seal
from banyan.judgement.access.queries import ConsentNeeded, Purpose
from banyan.kit import bulk, clock, rights, terms
from banyan.kit.keys import fresh
from banyan.kit.refusals import BadRequest, Refused
from banyan.kit.verbs import Deed, verb
from banyan.policy.calendar import add_months

LONGEST_BEHALF = 120
COLUMNS = ("at", "by", "by_name", "on_behalf", "organisation", "purpose", "basis", "consent", "what", "run")


@verb("access.consent.given", right=queries.OWN, title=gettext_lazy("Consent given"))
def give_consent(deed: Deed, *, organisation: Organisation, client: str, purpose: str, until_on: date) -> Consent:
    """Let one client read the own credit file for a purpose, from today until a day."""
    asked = _("A consent of %(firm)s was to be given.") % {"firm": organisation}
    known = {one.key: one for one in queries.purposes(on=deed.on, for_="client")}
    person = queries.client_of(client)
    if person is None or purpose not in known:
        raise Refused(
            asked, _("There is no such client of the query, or no such purpose of one."),
            _("Choose both on the form."), code="no-such-client",
        )  # fmt: skip
    months, written = terms.value(queries.LONGEST, on=deed.on)
    last = add_months(deed.on, int(months)) if months else until_on
    if not deed.on <= until_on <= last:
        raise Refused(
            asked, _("It was to hold until %(day)s.") % {"day": until_on},
            _("Choose a day from %(first)s to %(last)s.") % {"first": deed.on, "last": last}, written,
            code="term-too-long",
        )  # fmt: skip
    standing = Consent.objects.filter(organisation=organisation, client=client, purpose=purpose, state="given")
    if (old := standing.first()) is not None:
        if old.holds:
            raise Refused(
                asked, _("One holds already: %(consent)s.") % {"consent": old},
                _("Revoke it first to give another one."), code="consent-holds",
            )  # fmt: skip
        CONSENT_FLOW.move(old, "revoke_consent")  # its term is over: it makes room for the next
        deed.save(old, "state")
    return deed.add(
        Consent(
            key=fresh("cs"), organisation=organisation, client=client, client_name=str(person), purpose=purpose,
            from_on=deed.on, until_on=until_on, given_by=getattr(deed.by, "username", ""),
        )
    )  # fmt: skip


@verb("access.consent.revoked", right=queries.OWN, title=gettext_lazy("Consent revoked"))
def revoke_consent(deed: Deed, *, consent: Consent) -> Consent:
    """Revoke a consent: the client's next read is refused."""
    CONSENT_FLOW.move(consent, "revoke_consent")
    consent.revoked_on, consent.revoked_by = deed.on, getattr(deed.by, "username", "")
    return deed.save(consent, "state", "revoked_on", "revoked_by")


# ---------------------------------------------------------------- reading


@dataclass(frozen=True)
class Opened:
    """A file that may be read now: the firm, and under what; nothing where the firm reads its own."""

    firm: Any
    purpose: Purpose | None = None
    consent: str = ""


def open_file(*, person: Any, firm: Any, purpose: str, what: str, on_behalf: str = "") -> Opened:
    """Open a firm's file for a person under a stated purpose, and keep that it was read.

    Raises PurposeNeeded, and ConsentNeeded where the firm's consent is needed and does not hold.
    """
    if queries.is_own(person, firm.pk):
        return Opened(firm)
    stated = queries.purpose_for(purpose, person=person)
    consent = ""
    if stated.needs_consent:
        held = queries.consents_for(client=person, purpose=stated.key, organisations=(firm.pk,), on=clock.today())
        if firm.pk not in held:
            raise ConsentNeeded(
                _("The credit file of %(firm)s was asked for: %(purpose)s.")
                % {"firm": firm, "purpose": stated.title},
                _("The firm has not consented that you read it for this purpose, or its consent ended."),
                _("Ask the firm to give its consent to “%(client)s” on its page “Consents to be read”. What is public"
                  " needs none.") % {"client": person},
                stated.basis,
            )  # fmt: skip
        consent = held[firm.pk]
    note(person=person, purpose=stated, read=[(firm.pk, consent)], what=what, on_behalf=on_behalf)
    return Opened(firm, stated, consent)


def note_merged(opened: Opened, *, person: Any, firms: Iterable[str], what: str, on_behalf: str = "") -> None:
    """Keep that findings of merged firms were read in the file of the firm that answers for them."""
    if opened.purpose:
        read = [(firm, opened.consent) for firm in firms]
        note(person=person, purpose=opened.purpose, read=read, what=what, on_behalf=on_behalf)


def note(
    *, person: Any, purpose: Purpose, read: Iterable[tuple[str, str]], what: str, on_behalf: str = "", run: str = ""
) -> int:
    """Keep that files (firm, consent) were read now, many with one statement; returns how many."""
    demand_short(on_behalf)
    named = person.username if isinstance(person, rights.System) else str(person)
    at, name = bulk.instants()(clock.now()), named[:150]
    rows = [
        (at, person.username, name, on_behalf.strip(), firm, purpose.key, purpose.basis[:200], consent, what, run)
        for firm, consent in read
    ]
    bulk.insert_rows(Access, COLUMNS, rows)
    return len(rows)


def demand_short(on_behalf: str) -> None:
    """Raise BadRequest where the name of whoever is asked for is too long to be kept, or cannot be kept at all."""
    if "\0" in on_behalf:
        raise BadRequest(
            _("A file was asked for on behalf of somebody."),
            _("It holds the character NUL, which no text here can have."), _("Leave it out."),
        )  # fmt: skip
    if len(on_behalf) > LONGEST_BEHALF:
        raise BadRequest(
            _("A file was asked for on behalf of somebody."),
            _("The name has more than %(most)d characters.") % {"most": LONGEST_BEHALF}, _("Shorten it."),
        )  # fmt: skip


def note_on_duty(*, person: Any, firm: str, what: str) -> None:
    """Keep that an officer saw a firm's credit on a page of the own office; of the firm itself nothing is kept."""
    note_listed_on_duty(person=person, firms=[firm], what=what)


def note_listed_on_duty(*, person: Any, firms: Iterable[str], what: str) -> None:
    """The same of many firms, as a list shows them, with one statement."""
    read = [(firm, "") for firm in firms if not queries.is_own(person, firm)]
    known = {one.key: one for one in queries.purposes()}
    if read and queries.ON_DUTY in known and not isinstance(person, rights.System):
        note(person=person, purpose=known[queries.ON_DUTY], read=read, what=what)


# ---------------------------------------------------------------- the night


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """Seal the readings of the days before, so that the chain of events shows when one is changed or taken out."""
    found = queries.to_seal(on=on)
    if found is None:
        return {"readings sealed": 0}
    seal_readings(found=found, by=by, on=on)
    return {"readings sealed": found[2]}


@verb("access.readings.sealed", right="access.seal", title=gettext_lazy("Readings sealed"))
def seal_readings(deed: Deed, *, found: tuple[int, int, int, str]) -> Seal:
    """Keep count and digest of readings in the chain of events."""
    first, last, count, digest = found
    return deed.add(Seal(key=fresh("as"), first=first, last=last, count=count, digest=digest))
