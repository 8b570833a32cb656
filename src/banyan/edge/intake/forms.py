"""The form of an upload: files, and how their columns are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.edge.intake import queries
from banyan.edge.intake.models import Import


class ManyFiles(forms.ClearableFileInput):
    """A field of a page that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; the page says which kinds are read."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Sequence[Any]:
        """The files one by one, each checked as Django checks one."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files]


def choices() -> list[tuple[str, Any]]:
    """The mappings in force by their titles, after letting the columns tell."""
    language, into = get_language() or "zh", dict(Import.Into.choices)
    known = [(one.key, f"{one.title.in_language(language)} → {into[one.into]}") for one in queries.mappings()]
    return [("", _("told from the columns")), *known]


class Upload(forms.Form):
    files = FilesField(label=_("Files"))
    mapping = forms.ChoiceField(label=_("Columns are read as"), choices=choices, required=False)
