"""Recall notices as everyone may read them: what stands today, found by a few characters."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from banyan.insight.risk.queries import level_in_words
from banyan.kit.amounts import said
from banyan.response.recall.models import Notice, Recall


def published_notices(*, text: str = "") -> Any:
    """The notices that stand, the latest first; those whose product, maker, lot or code holds a text."""
    rows = Notice.objects.filter(withdrawn_on=None).select_related("recall")
    for word in text.split():
        found = Q()
        for name in ("number", "product_name", "brand", "model", "maker_name", "lots", "gtin", "hazard"):
            found |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(found)
    return rows


def notice_of(number: str) -> Notice | None:
    """The notice of a number that stands, or None: one that was withdrawn is public no more."""
    return published_notices().filter(number=number).first()


def notices_of(recall: Recall) -> Any:
    """All notices of a recall, those withdrawn too."""
    return Notice.objects.filter(recall=recall)


def lines_of_notice(notice: Notice) -> list[tuple[str, str]]:
    """What a notice says, line by line, with its name in words."""
    fields: Any = Notice._meta
    names = (
        "product_name",
        "brand",
        "model",
        "lots",
        "gtin",
        "maker_name",
        "hazard",
        "defect",
        "measures",
        "contact",
    )
    lines = [(str(fields.get_field(name).verbose_name), str(getattr(notice, name))) for name in names]
    if notice.level:
        lines.insert(6, (str(fields.get_field("level").verbose_name), level_in_words(notice.level)))
    if notice.recalled is not None:
        lines.append((str(fields.get_field("recalled").verbose_name), said(notice.recalled)))
    return [(name, value) for name, value in lines if value]
