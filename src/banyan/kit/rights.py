"""Rights: one list of names, given by roles (in a pack) within a dimension and path (in a grant)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, Func, Model, Q
from django.db.models.lookups import In
from django.utils.translation import gettext as _

from banyan import policy
from banyan.kit import clock, recent
from banyan.kit.refusals import NotAllowed

OWN = "own.account"
"""What everyone who may sign in may do with their own account, whatever they were granted."""


@dataclass(frozen=True)
class System:
    """An actor that is no person: the daily flow, an import, the demonstration. It passes every right."""

    name: str

    @property
    def username(self) -> str:
        return self.name


@dataclass(frozen=True)
class Reach:
    """Where a right holds: everywhere, or below a path of one dimension."""

    dimension: str
    path: str


def covers(held: Iterable[Reach], region: str) -> bool:
    """Whether a right that holds in these reaches holds for a region, by its path: everywhere, or at or above it."""
    return any(
        not reach.dimension or (reach.dimension == "region" and f"{region}/".startswith(f"{reach.path}/"))
        for reach in held
    )


def reaches(person: Any, right: str, *, on: date | None = None) -> tuple[Reach, ...]:
    """Where the person has the right on a day; empty for nobody, for strangers and for those who left."""
    if isinstance(person, System):
        return (Reach("", ""),)
    if person is None or not person.is_authenticated or not person.is_active:
        return ()
    if right == OWN:
        return (Reach("", ""),)
    day = on or clock.today()
    if not hasattr(person, "_banyan_reaches"):
        person._banyan_reaches = {}
    known: dict[Any, tuple[Reach, ...]] = person._banyan_reaches
    asked = (right, day, settings.BANYAN_PACKS)
    if asked not in known:
        roles = roles_with(right)
        known[asked] = tuple(
            Reach(grant.dimension, grant.path)
            for grant in _grants(person)
            if grant.role in roles and grant.from_on <= day and (grant.until_on is None or day <= grant.until_on)
        )
    return known[asked]


def has(person: Any, right: str, *, on: date | None = None) -> bool:
    """Whether the person has the right anywhere at all."""
    return bool(reaches(person, right, on=on))


def demand(person: Any, right: str, *, on: date | None = None) -> None:
    """Raise `NotAllowed` unless the person has the right somewhere."""
    if not has(person, right, on=on):
        raise NotAllowed(
            _("This needs the right “%(right)s”.") % {"right": right},
            _("You do not have the right that this needs."),
            _("Ask the administrator of your office to grant you a role that holds it."),
        )


def within(queryset: Any, person: Any, *, right: str = "", on: date | None = None) -> Any:
    """The rows of a noun that the person may see (or may do `right` to); none where nothing was granted.

    A noun without a reach (an industry, a product class) belongs to nobody: the right itself is enough. Who holds
    the right somewhere has it also where a record names that person, as a task names its samplers.
    """
    model: Any = queryset.model
    right = right or view_right(model)
    condition: Q | None = None
    held = reaches(person, right, on=on)
    for reach in held:
        if not reach.dimension or not model.reach:
            return queryset.marked()
        for look_up in model.reach.get(reach.dimension, ()):
            part = _match(model, look_up, reach.path, person)
            condition = part if condition is None else condition | part
    for look_up in getattr(model, "names_people", {}).get(right, ()) if held else ():
        part = _naming(model, look_up, person)
        condition = part if condition is None else condition | part
    return (queryset.none() if condition is None else queryset.filter(condition)).marked()


def view_right(model: type[Model]) -> str:
    """The right that shows a noun: the one it declares, else the room's own name and `view`."""
    return getattr(model, "view_right", "") or f"{model.noun.split('.')[0]}.view"  # type: ignore[attr-defined]


def needed(model: Any, right: str) -> str:
    """The right within which a noun may be handed to a verb that needs `right`.

    A noun of the verb's own room is changed, so it must lie within the verb's right; one of another room (a
    product class, a region) is only read, and seeing it is enough.
    """
    return right if right.split(".")[0] == model.noun.split(".")[0] else view_right(model)


def roles_with(right: str) -> frozenset[str]:
    """The names of the roles whose pack entry holds a right."""
    roles: list[Any] = list(policy.load(settings.BANYAN_PACKS).entries(kind="role"))
    return frozenset(role.key for role in roles if right in role.rights)


def holders(right: str, *, on: date | None = None, with_absent: bool = False) -> Any:
    """The people who hold a right anywhere on a day, by name: those at work, or those on leave too."""
    from banyan.kit.models import Person

    day = on or clock.today()
    held = Q(grants__until_on__isnull=True) | Q(grants__until_on__gte=day)
    people = Person.objects.filter(held, grants__role__in=roles_with(right), grants__from_on__lte=day)
    if not with_absent:
        people = people.filter(is_present=True)
    return people.filter(is_active=True).order_by("display_name", "username").distinct()


def roles_of(person: Any, *, on: date | None = None) -> tuple[str, ...]:
    """The names of the roles that the person holds on a day, in the order they were granted."""
    if person is None or not getattr(person, "is_authenticated", False):
        return ()
    day = on or clock.today()
    return tuple(
        dict.fromkeys(
            grant.role
            for grant in _grants(person)
            if grant.from_on <= day and (grant.until_on is None or day <= grant.until_on)
        )
    )


def _match(model: Any, look_up: str, path: str, person: Any) -> Q:
    """The condition that a row lies within a path.

    Where the path stands on a related place, the few places below it are looked up first, so that the rows are
    compared with their keys: no join, however many rows there are. A row with several places is found once.
    """
    if not look_up.endswith("path"):
        return Q(**{look_up: path})
    related, _dunder, column = look_up.rpartition("__")
    if not related:
        return _below(column, path)
    if (places := model._meta.get_field(related.split("__")[0])).many_to_many:
        keys = _keys_below(places.related_model, column, path, person)
        return Q(pk__in=model._base_manager.filter(**{f"{related}__in": keys}).values("pk"))
    for name in related.split("__"):
        model = model._meta.get_field(name).related_model
    return Q(In(ByRow(F(f"{related}_id")), _keys_below(model, column, path, person)))


def naming(column: str, username: str) -> Q:
    """The condition that a list of user names, stored as JSON, holds a name."""
    condition = Q(**{f"{column}__icontains": f'"{username}"'})
    return condition if username.isascii() else condition | Q(**{f"{column}__icontains": json.dumps(username)})


def _naming(model: Any, look_up: str, person: Any) -> Q:
    """The condition that a row, or the record that it belongs to, names the person: by a list of names or a key."""
    related, _dunder, column = look_up.rpartition("__")
    if not related:
        refers = model._meta.get_field(column).is_relation
        return Q(**{column: person.pk}) if refers else naming(column, person.username)
    for name in related.split("__"):
        model = model._meta.get_field(name).related_model
    return Q(**{f"{related}__in": model._base_manager.filter(naming(column, person.username)).values("pk")})


def _below(column: str, path: str) -> Q:
    return Q(**{column: path}) | Q(**{f"{column}__startswith": path + "/"})


def _keys_below(model: Any, column: str, path: str, person: Any) -> list[str]:
    """The places at or below a path, read once per person object (a request has its own) or until the next event."""
    if not hasattr(person, "_banyan_below"):
        person._banyan_below = {}
    known: dict[Any, list[str]] = person._banyan_below
    if (model, path) not in known:
        places = model.objects.filter(_below(column, path)).values_list("pk", flat=True)
        known[model, path] = recent.made(("below", model, column, path), lambda: sorted(places))
    return known[model, path]


class ByRow(Func):
    """A column that SQLite compares row by row instead of by its index.

    SQLite keeps no counts of values. It would gather a whole city by the indexes of its counties and sort it for the
    first page of a list that an index has in order. PostgreSQL knows how common a value is and needs no such word.
    """

    function, template, arity = "", "%(expressions)s", 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def _grants(person: Any) -> list[Any]:
    """The grants of a person, read once per person object (a request has its own)."""
    if not hasattr(person, "_banyan_grants"):
        person._banyan_grants = list(person.grants.all())
    return person._banyan_grants
