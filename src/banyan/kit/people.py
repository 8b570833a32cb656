"""Verbs on people and their grants; the administrator's screens use these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import clock, privacy, recent, rights, titles, visits
from banyan.kit.models import Grant, Person
from banyan.kit.refusals import Refused
from banyan.kit.verbs import verb

MANAGE = "people.manage"
BATCH = 2000
SYSTEMS = {
    "daily": gettext_lazy("daily"), "demonstration": gettext_lazy("the demonstration"),
    "intake": gettext_lazy("intake of files"), "matching": gettext_lazy("matching of names"),
    "public": gettext_lazy("the public"), "exchange": gettext_lazy("exchange with departments"),
    "firm": gettext_lazy("a firm"),
    "check": gettext_lazy("check of the house"), "command": gettext_lazy("command line"),
    "command line": gettext_lazy("command line"), "sign-in": gettext_lazy("the sign-in page"),
}  # fmt: skip
"""Actors that are no person (`rights.System`), as people read them."""


@verb("people.person.entered", right=MANAGE)
def enter_person(deed: Any, *, username: str, display_name: str = "", password: str = "") -> Person:
    """Enter someone who may sign in. Without a password the person cannot sign in until one is set."""
    return new_person(deed, username=username, display_name=display_name, password=password)


def new_person(deed: Any, *, username: str, display_name: str = "", password: str = "") -> Person:
    """A person, entered within a verb. Raises Refused for a name that is taken."""
    if Person.objects.filter(username__iexact=username).exists():
        raise Refused(
            _("“%(name)s” was to be entered as a name to sign in with.") % {"name": username},
            _("This name is taken."),
            _("Choose another one."),
        )
    person = Person(username=username, display_name=display_name)
    _set_password(person, password)
    added: Person = deed.add(person)
    return added


@verb("people.people.entered", right=MANAGE, title=gettext_lazy("People entered"))
def enter_people(
    deed: Any, *, records: list[dict[str, Any]], password: str = "", pattern: Person | None = None
) -> list[Person]:
    """Enter many people, each with one role: username, display_name, role, dimension, path, from_on.

    One password for all of them, or that of the person who is their pattern, is for demonstrations and exercises
    only. Raises Refused for one that is too weak.
    """
    if pattern is None:
        pattern = Person()
        _set_password(pattern, password)
    entered = []
    for record in records:
        person = Person(
            username=record["username"], display_name=record.get("display_name", ""), password=pattern.password
        )
        entered.append(deed.add(person))
        deed.add(
            Grant(
                person=person, role=record["role"], dimension=record.get("dimension", ""),
                path=record.get("path", ""), from_on=record["from_on"],
            )
        )  # fmt: skip
    return entered


@verb("people.person.password_set", right=MANAGE)
def set_password(deed: Any, *, person: Person, password: str) -> Person:
    """Give a person a password, to be changed at the next sign-in; all sessions end. Refused where it is weak."""
    _set_password(person, password)
    visits.end_all(deed, person)
    return deed.save(person, "password", "password_set_on", "password_is_first")


@verb("people.person.password_changed", right=rights.OWN, title=gettext_lazy("Password changed"))
def change_password(deed: Any, *, now: str, password: str, keep: str = "") -> Person:
    """Change one's own password; other sessions end. Refused where it is weak or the present one is wrong."""
    person = Person.objects.select_for_update().get(pk=deed.by.pk)
    asked = _("Your password was to be changed.")
    if person.has_usable_password() and not person.check_password(now):
        raise Refused(asked, _("The present password is another one."), _("Type it again."), code="wrong-password")
    if person.has_usable_password() and person.check_password(password):
        raise Refused(asked, _("The new one is the one that you have."), _("Choose another one."))
    _set_password(person, password)
    person.password_is_first = False
    visits.end_all(deed, person, keep=keep)
    saved: Person = deed.save(person, "password", "password_set_on", "password_is_first")
    return saved


@verb("people.person.suspended", right=MANAGE)
def suspend_person(deed: Any, *, person: Person) -> Person:
    """Take away a person's access at once. Raises Refused for oneself."""
    if person.pk == getattr(deed.by, "pk", None):
        raise Refused(
            _("Your own access was to be taken away."),
            _("Nobody could give it back to you."),
            _("Ask another administrator to do it."),
        )
    person.is_active = False
    visits.end_all(deed, person)
    return deed.save(person, "is_active")


@verb("people.person.readmitted", right=MANAGE)
def readmit_person(deed: Any, *, person: Person) -> Person:
    """Give a suspended person access again."""
    person.is_active = True
    return deed.save(person, "is_active")


@verb("people.person.presence_set", right=MANAGE)
def set_presence(deed: Any, *, person: Person, is_present: bool) -> Person:
    """Record that a person is away, so that work can be given to others, or back at work."""
    person.is_present = is_present
    return deed.save(person, "is_present")


@verb("people.grant.given", right=MANAGE)
def give_role(
    deed: Any, *, person: Person, role: str, from_on: date, dimension: str = "", path: str = "",
    until_on: date | None = None,
) -> Grant:  # fmt: skip
    """Give a person a role, everywhere or within a path of one dimension. Raises Refused."""
    return new_grant(
        deed, person=person, role=role, from_on=from_on, dimension=dimension, path=path, until_on=until_on
    )


def new_grant(
    deed: Any, *, person: Person, role: str, from_on: date, dimension: str = "", path: str = "",
    until_on: date | None = None,
) -> Grant:  # fmt: skip
    """A grant, given within a verb. Raises Refused for one that cannot be."""
    known = {one.key for one in policy.load(settings.BANYAN_PACKS).entries(kind="role")}
    if role not in known:
        raise Refused(
            _("The role “%(role)s” was to be given.") % {"role": role},
            _("The packs know no such role."),
            _("Choose one of: %(roles)s.") % {"roles": ", ".join(sorted(known))},
        )
    if bool(dimension) != bool(path):
        raise Refused(
            _("A grant was to be limited."),
            _("Only one of dimension and path was given."),
            _("Give both, or neither for a grant that holds everywhere."),
        )
    if until_on is not None and until_on < from_on:
        raise Refused(
            _("The grant was to hold until %(day)s.") % {"day": until_on},
            _("It begins later, on %(day)s.") % {"day": from_on},
            _("Mend one of the two days."),
        )
    added: Grant = deed.add(
        Grant(person=person, role=role, dimension=dimension, path=path, from_on=from_on, until_on=until_on)
    )
    return added


@verb("people.grant.ended", right=MANAGE)
def end_grant(deed: Any, *, grant: Grant, until_on: date) -> Grant:
    """End a grant with a day; the grant itself stays as a record."""
    if until_on < grant.from_on:
        raise Refused(
            _("The grant was to end on %(day)s.") % {"day": until_on},
            _("It begins later, on %(day)s.") % {"day": grant.from_on},
            _("Give a day on or after its beginning."),
        )
    if grant.until_on is not None and until_on > grant.until_on:
        raise Refused(
            _("The grant was to end on %(day)s.") % {"day": until_on},
            _("It ends before that, on %(day)s.") % {"day": grant.until_on},
            _("Give an earlier day, or give the role once more from the day after."),
        )
    grant.until_on = until_on
    return deed.save(grant, "until_on")


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """The names that people are shown under, systems in words; a user name that nobody bears is masked."""
    wanted = set(usernames)
    found = known_names(wanted)
    return {name: found.get(name) or privacy.mask(name) for name in wanted}


def known_names(usernames: Iterable[str]) -> dict[str, str]:
    """The names of people and systems among user names; those that nobody bears are left out."""
    wanted = set(usernames)
    systems = {name: str(SYSTEMS[name]) for name in wanted & set(SYSTEMS)}
    people = {one.username: str(one) for one in Person.objects.filter(username__in=wanted)} if wanted else {}
    return systems | people


class Named:
    """User names as people read them: how `spoken` says a field that holds one of them, or a list of them."""

    def __call__(self, held: str | Sequence[str] | None) -> str:
        return self.of_all([held])[0]

    def of_all(self, many: Sequence[str | Sequence[str] | None]) -> list[str]:
        """The same of many fields, in one question."""
        lists = [[held] if held and isinstance(held, str) else list(held or ()) for held in many]
        asked = frozenset(one for usernames in lists for one in usernames)
        names = recent.made(("people", asked, get_language()), lambda: names_of(asked))
        return [titles.listed(names[one] for one in usernames) for usernames in lists]


named = Named()


def _set_password(person: Person, password: str) -> None:
    if not password:
        person.set_unusable_password()
        return
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(
            _("A password was to be set for %(name)s.") % {"name": person.username},
            " ".join(error.messages),
            _("Choose a longer or less common one."),
        ) from None
    person.set_password(password)
    person.password_set_on, person.password_is_first = clock.today(), True


def demand_able(to: Person, records: Sequence[Any], *, on: date) -> None:
    """Refuse to give records of one noun to somebody who is not at work, or outside whose office some of them lie."""
    asked = _("Giving work to %(name)s was asked for.") % {"name": to}
    if not to.is_active or not to.is_present:
        raise Refused(
            asked, _("%(name)s is not at work.") % {"name": to}, _("Choose somebody who is."), code="absent"
        )
    keys = [record.pk for record in records]
    inside = 0
    for start in range(0, len(keys), BATCH):
        rows = type(records[0])._default_manager.filter(pk__in=keys[start : start + BATCH])
        inside += rows.within(to, on=on).count()
    if inside < len(keys):
        raise Refused(
            asked,
            _("%(missing)s of these lie outside that person's office.") % {"missing": len(keys) - inside},
            _("Choose somebody of the right office."),
            code="outside-office",
        )
