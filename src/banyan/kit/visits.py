"""Sessions of people: begun by a sign-in, listed for their owner, ended by their owner or an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import clock, rights, terms
from banyan.kit.models import Person, Visit
from banyan.kit.refusals import NotFound
from banyan.kit.verbs import verb

MOST_HOURS = 8
SIGN_IN = rights.System("sign-in")
"""Who writes what nobody has signed in for yet: tries that failed, sessions that ended by themselves."""


def open_visits(person: Person) -> QuerySet[Visit]:
    """The sessions of a person that have not ended, the latest first."""
    return Visit.objects.filter(person=person, ended_at=None, began_at__gt=_oldest()).order_by("-seen_at")


def _oldest() -> datetime:
    """Sessions that began before have ended by their age."""
    hours = terms.value("sign_in.session_hours", on=clock.today())[0] or MOST_HOURS
    return clock.now() - timedelta(hours=int(hours))


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


@verb("people.sessions.expired", right="people.manage", title=gettext_lazy("Sessions ended by their age"))
def _end_old(deed: Any, *, old: list[Visit]) -> None:
    for visit in old:
        visit.ended_at = clock.now()
    deed.save_many(old, "ended_at")


def run_clocks(*, by: Any, on: date) -> dict[str, int]:
    """End what has ended by its age, and forget from where old sessions came. The daily step calls it."""
    old = list(Visit.objects.filter(ended_at=None, began_at__lte=_oldest()).order_by("pk"))
    if old:
        _end_old(old=old, by=by, on=on)
    days = terms.value("sign_in.days_of_addresses", on=on)[0]
    if days:
        past = Visit.objects.filter(ended_at__lt=clock.now() - timedelta(days=int(days)))
        past.exclude(address="", browser="").update(address="", browser="")
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return {"sessions ended": len(old)} if old else {}


def seen(session: str) -> None:
    """Note that something was asked for in a session; no event, since it changes nothing."""
    Visit.objects.filter(session=session).update(seen_at=clock.now())


def of_request(request: HttpRequest) -> Visit | None:
    """The session that a request belongs to."""
    return Visit.objects.filter(session=request.session.session_key or "-", ended_at=None).first()
