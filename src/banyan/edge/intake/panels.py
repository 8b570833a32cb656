"""The pages of intake in the office's side bar, and imports that wait for a word in the list of work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.edge.intake import queries
from banyan.kit.office import Page, Todo, TodoItem

RIGHT = "intake.run"


def waiting(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Imports that were checked or stopped and wait for somebody to decide."""
    found = queries.imports_of(person).filter(state__in=("ready", "stopped"))[:limit]
    return [
        TodoItem(str(one), reverse("intake:import", args=[one.number]), note=one.get_state_display()) for one in found
    ]


PAGES = (Page(_("Import files"), "intake:imports", right=RIGHT, icon="upload_file", order=50),)
TODO = (Todo(_("Imports that wait for your word"), waiting, RIGHT, order=40, is_recorded=False),)
