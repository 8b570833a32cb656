"""Sessions of people: begun by a sign-in, listed for their owner, ended by their owner or an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import clock, rights
from banyan.kit.models import Person, Visit
from banyan.kit.refusals import NotFound
from banyan.kit.verbs import verb

SIGN_IN = rights.System("sign-in")
"""Who writes what nobody has signed in for yet: tries that failed, sessions that ended by themselves."""


def open_visits(person: Person) -> QuerySet[Visit]:
    """The sessions of a person that have not ended, the latest first."""
    return Visit.objects.filter(person=person, ended_at=None).order_by("-seen_at")


@verb("people.session.began", right=rights.OWN, title=gettext_lazy("Signed in"))
def begin(deed: Any, *, session: str, address: str, browser: str, proofs: Sequence[str]) -> Visit:
    """Note that a person has signed in: since when, from where, with which browser, by which proofs."""
    now = clock.now()
    added: Visit = deed.add(
        Visit(person=deed.by, session=session, began_at=now, seen_at=now, address=address,
              browser=browser[: Visit.LONGEST_BROWSER], proofs=list(proofs))
    )  # fmt: skip
    return added


@verb("people.session.ended", right=rights.OWN, title=gettext_lazy("Session ended"))
def end(deed: Any, *, visit: Visit) -> Visit:
    """End a session of one's own, on whatever device: its next request is a stranger's."""
    if not isinstance(deed.by, rights.System) and visit.person_id != deed.by.pk:
        raise NotFound(
            _("A session was to be ended."),
            _("It is none of yours."),
            _("Choose one of the list on your account page."),
        )
    return _end(deed, visit)


@verb("people.session.others_ended", right=rights.OWN, title=gettext_lazy("Other sessions ended"))
def end_others(deed: Any, *, keep: str) -> None:
    """End all of one's sessions but the one that asks."""
    end_all(deed, deed.by, keep=keep)


@verb("people.sign_in.failed", right="people.manage", title=gettext_lazy("Sign-in failed"))
def note_failed(deed: Any, *, person: Person | None) -> None:
    """Note a try to sign in that failed; a name that nobody bears is not kept, since it may be a password."""
    deed.subject = f"{Person.noun}:{person.pk}" if person else ""


@verb("people.identity.proved", right=rights.OWN, title=gettext_lazy("Identity proved again"))
def note_proved(deed: Any) -> None:
    """Note that a person proved again who they are, before a grave act."""
    deed.subject = f"{Person.noun}:{deed.by.pk}"


def end_all(deed: Any, person: Person, *, keep: str = "") -> None:
    """End the sessions of a person within a verb, but one that is kept."""
    for visit in open_visits(person).exclude(session=keep or "-"):
        _end(deed, visit)


def _end(deed: Any, visit: Visit) -> Visit:
    Session.objects.filter(session_key=visit.session).delete()
    visit.ended_at = clock.now()
    saved: Visit = deed.save(visit, "ended_at")
    return saved


def seen(session: str) -> None:
    """Note that something was asked for in a session; no event, since it changes nothing."""
    Visit.objects.filter(session=session).update(seen_at=clock.now())


def of_request(request: HttpRequest) -> Visit | None:
    """The session that a request belongs to."""
    return Visit.objects.filter(session=request.session.session_key or "-", ended_at=None).first()
