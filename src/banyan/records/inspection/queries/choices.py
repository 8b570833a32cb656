"""Whom and which laboratories the forms of spot checks offer."""

from __future__ import annotations

from typing import Any

from banyan.base.registry.queries import Organisation
from banyan.kit import rights
from banyan.kit.models import Person

NOT_CHOSEN = ("", "—")
"""Begins a list of choices, so that nothing is entered that nobody chose."""


def laboratories() -> list[tuple[str, str]]:
    """Choices of the laboratories that are open, by name."""
    found = Organisation.objects.filter(kind="laboratory", closed_on=None, withdrawn_on=None).order_by("name")
    return [NOT_CHOSEN, *((one.pk, one.name) for one in found)]


def laboratory_of(key: str) -> Organisation | None:
    return Organisation.objects.filter(pk=key, kind="laboratory").first()


def people(*held: str, with_absent: bool = False) -> Any:
    """Choices of those who hold one of the rights, with the name they sign in with, asked when the form is drawn."""

    def choices() -> list[tuple[str, str]]:
        found = {one.username: one for right in held for one in rights.holders(right, with_absent=with_absent)}
        return [(name, f"{one} ({name})" if str(one) != name else name) for name, one in found.items()]

    return choices


def person_named(username: str) -> Person | None:
    return Person.objects.filter(username=username).first()
