"""How a record's page writes the records it names: as a link for those who may open it, else as its name."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.html import format_html
from unfold import forms
from unfold.fields import UnfoldAdminReadonlyField

from banyan.kit import amounts, rights
from banyan.kit.scope import scoped


def may_open(record: Any, person: Any) -> bool:
    """Whether a record's page opens for a person: asked of the database only where rights are limited to rows."""
    model = type(record)
    if not hasattr(model, "noun") or not rights.has(person, rights.view_right(model)):
        return False
    seen = scoped(model, person)
    return not seen.query.where or seen.filter(pk=record.pk).exists()


class NamedRecord(UnfoldAdminReadonlyField):
    """A field that only shows. Without this, everybody would be led to pages that refuse some of them."""

    def get_admin_url(self, remote_field: Any, remote_obj: Any) -> Any:
        person = getattr(self.form, "person", None)
        if person is None or not may_open(remote_obj, person):
            return str(remote_obj)
        return super().get_admin_url(remote_field, remote_obj)

    def contents(self) -> Any:
        """The value as people read it; an English name says that it is English."""
        said = self._amount() or super().contents()
        name = self.field["name"]
        return format_html('<span lang="en">{}</span>', said) if str(name).endswith("_en") and said else said

    def _amount(self) -> str:
        """What a field of amounts holds, as amounts are written; nothing for other fields."""
        found = self._resolve_field()
        if not found or not isinstance(found[0], models.DecimalField) or found[2] is None:
            return ""
        return amounts.of_field(found[2], found[0])


forms.UnfoldAdminReadonlyField = NamedRecord  # the library makes these fields itself and asks nobody which
