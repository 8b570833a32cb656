"""Bulletins as they may be read: what one lacks, those that stand for everyone, and what one says line by line."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.response.emergency.models import Bulletin

NEEDED = ("headline", "description", "measures", "area", "contact")
NEEDED_OF_GOODS = ("product_name", "brand", "model", "lots", "gtin")


def missing_in(bulletin: Bulletin, *, has_photo: bool = False) -> list[str]:
    """What a bulletin lacks, each in words: of goods also what a shopper checks them by."""
    fields: Any = Bulletin._meta
    names = (*NEEDED, *(NEEDED_OF_GOODS if bulletin.is_of_goods else ()))
    missing = [str(fields.get_field(name).verbose_name) for name in names if not str(getattr(bulletin, name)).strip()]
    if bulletin.is_of_goods and not (has_photo or bulletin.photo):
        missing.append(_("photograph"))
    if bulletin.expires_at is None:
        missing.append(str(fields.get_field("expires_at").verbose_name))
    if not bulletin.roles and (bulletin.is_drill or not bulletin.is_public):
        missing.append(_("somebody to whom it goes"))
    return missing


def public_bulletins() -> Any:
    """What everyone may read now: real bulletins and cancellations that have not run out, the latest first."""
    rows = Bulletin.objects.filter(is_public=True, is_drill=False, withdrawn_on=None, expires_at__gt=clock.now())
    return rows.filter(state=Bulletin.State.STANDS).select_related("county", "replaces").marked()


def public_bulletin(number: str) -> Bulletin | None:
    """A public bulletin of a number, also one that was updated or cancelled since; None for any other."""
    rows = Bulletin.objects.filter(number=number, is_public=True, is_drill=False, withdrawn_on=None)
    return rows.select_related("county", "replaces").first()


def later_of(bulletin: Bulletin) -> Bulletin | None:
    """The bulletin that updated or cancelled another."""
    return bulletin.later.filter(withdrawn_on=None).order_by("-issued_at").first()


def lines_of(bulletin: Bulletin) -> list[tuple[str, str]]:
    """What a bulletin says, line by line, with its name in words."""
    fields: Any = Bulletin._meta
    names = ["area", "urgency", "severity", "certainty", "description", "measures", "contact"]
    if bulletin.is_of_goods:
        names[1:1] = NEEDED_OF_GOODS
    lines = []
    for name in names:
        field = fields.get_field(name)
        value = getattr(bulletin, f"get_{name}_display")() if field.choices else getattr(bulletin, name)
        lines.append((str(field.verbose_name), str(value)))
    return [(name, value) for name, value in lines if value]
