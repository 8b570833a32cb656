"""What plans show on other pages: how anyone may check a draw."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Panel


def check_it_yourself(draw: Any, *, person: Any, on: date) -> dict[str, Any]:
    """The public file of a draw and the script that replays it."""
    return {
        "draw": draw,
        "bundle": reverse("api:show_bundle", args=[draw.pk]) if draw.state == "drawn" else "",
        "announcement": reverse("api:show_announcement", args=[draw.pk]),
        "script": reverse("api:show_script"),
    }


PANELS = (Panel("plans.draw", _("Check it yourself"), "plans/check_draw.html", check_it_yourself, order=10),)
