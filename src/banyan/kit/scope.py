"""Querysets that remember whether they were limited to what a person may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.db import models

BATCH = 1000


class Unscoped(RuntimeError):
    """A queryset was about to reach a person without having passed `within(person)`. Always our bug."""


class ScopedQuerySet(models.QuerySet):
    """A queryset with a mark that survives every further filter."""

    _scoped = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone

    def within(self, person: Any, *, right: str = "", on: Any = None) -> Self:
        """The rows that the person may see (or may do `right` to) on a day."""
        from banyan.kit import rights

        return rights.within(self, person, right=right, on=on)

    def marked(self) -> Self:
        """The same rows, marked as limited. Only `kit.rights` calls this."""
        clone = self._clone()
        clone._scoped = True
        return clone


ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


def scoped(model: type[models.Model], person: Any, *, right: str = "", on: Any = None) -> ScopedQuerySet:
    """The rows of a noun that a person may see, also for nouns whose own manager knows no scope."""
    return ScopedQuerySet(model=model).all().within(person, right=right, on=on)


def lies_within(record: models.Model, person: Any, *, right: str = "") -> bool:
    """Whether a record that stands lies within what a person may see, or may do `right` to.

    The database is asked only where rights are limited to rows.
    """
    reached = scoped(type(record), person, right=right)
    return not reached.query.where or reached.filter(pk=record.pk).exists()


def every_one_within(records: Iterable[tuple[str, str]], person: Any) -> bool:
    """Whether a person may see each record of these nouns and keys; one that is not ends the search."""
    keys: dict[str, set[str]] = {}
    for noun, key in records:
        keys.setdefault(noun, set()).add(key)
        if len(keys[noun]) >= BATCH and not _all_seen(noun, keys.pop(noun), person):
            return False
    return all(_all_seen(noun, of_noun, person) for noun, of_noun in keys.items())


def models_of_nouns() -> dict[str, type[models.Model]]:
    """The model of each noun."""
    return {noun: model for model in apps.get_models() if (noun := getattr(model, "noun", ""))}


def _all_seen(noun: str, keys: set[str], person: Any) -> bool:
    model = models_of_nouns().get(noun)
    return model is not None and scoped(model, person).filter(pk__in=keys).count() == len(keys)


def with_places_below(places: type[models.Model], key: Any) -> list[Any]:
    """The keys of a place and of all that lie in it by their paths; none where no place has the key."""
    path = places._default_manager.filter(pk=key).values_list("path", flat=True).first()
    if path is None:
        return []
    below = places._default_manager.filter(path__startswith=f"{path}/").order_by("path")
    return [key, *below.values_list("pk", flat=True)]


def demand_scoped(queryset: models.QuerySet) -> models.QuerySet:
    """The queryset itself, or `Unscoped` if nobody limited it."""
    if not getattr(queryset, "_scoped", False):
        raise Unscoped(f"a queryset of {queryset.model.__name__} reached a person without within(person)")
    return queryset
