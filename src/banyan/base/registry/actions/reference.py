"""The frame from the packs: regions with their codes over time, classes of industries and of products."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from banyan import policy
from banyan.base.registry.actions.places import REFERENCE
from banyan.base.registry.models import Industry, ProductClass, Region, RegionCode
from banyan.kit import terms
from banyan.kit.verbs import verb

REGIONS = "regions"
SECTIONS, DIVISIONS = "industry.sections", "industry.divisions"
CLASSES = "product_classes"


@verb("registry.reference.loaded", right=REFERENCE, title=gettext_lazy("Reference data loaded"))
def load_reference(deed: Any) -> dict[str, int]:
    """
    Enter the regions, industries and product classes of the packs.

    What is there already stays as it is; repeating adds nothing.
    """
    book = policy.load(settings.BANYAN_PACKS)
    regions = [row for row in _regions(book, deed.on) if not Region.objects.filter(pk=row.pk).exists()]
    for row in regions:  # parents first: the pack lists them so
        deed.add(row)
    codes = [row for row in _codes(book) if not RegionCode.objects.filter(pk=row.pk).exists()]
    deed.add_many(codes)
    known = set(Industry.objects.values_list("pk", flat=True))
    industries = [row for row in _industries(deed.on) if row.pk not in known]
    deed.add_many([row for row in industries if row.parent_id is None])
    deed.add_many([row for row in industries if row.parent_id is not None])
    classes = [row for row in _classes(deed.on) if not ProductClass.objects.filter(pk=row.pk).exists()]
    deed.add_many(classes)
    return {
        "regions": len(regions), "codes": len(codes), "industries": len(industries), "product_classes": len(classes),
    }  # fmt: skip


def _regions(book: Any, on: date) -> list[Region]:
    names = ("key", "level", "path", "name", "name_en", "order", "tile_column", "tile_row")
    return [
        Region(parent_id=row["parent"], **{name: row[name] for name in names}) for row in book.table(REGIONS, on=on)
    ]


def _codes(book: Any) -> list[RegionCode]:
    """One row per spell of a code: editions that agree are one spell."""
    editions = book.entry(REGIONS).changes()
    spells: list[RegionCode] = []
    present: dict[str, RegionCode] = {}
    for start in editions:
        for row in book.table(REGIONS, on=start):
            before = present.get(row["key"])
            if before is not None and (before.code, before.name) == (row["code"], row["name"]):
                continue
            if before is not None:
                before.until_on = start - timedelta(days=1)
            key = f"{row['key']}:{row['code']}"
            present[row["key"]] = RegionCode(
                key=key, region_id=row["key"], code=row["code"], name=row["name"], from_on=start
            )
            spells.append(present[row["key"]])
    return spells


def _industries(on: date) -> list[Industry]:
    sections = [Industry(key=row["code"], name=row["zh"], name_en=row["en"]) for row in terms.rows(SECTIONS, on=on)]
    divisions = [
        Industry(key=row["code"], name=row["zh"], name_en=row["en"], parent_id=row["code"][:1])
        for row in terms.rows(DIVISIONS, on=on)
    ]
    return sections + divisions


def _classes(on: date) -> list[ProductClass]:
    names = ("key", "name", "name_en", "is_food")
    return [ProductClass(**{name: row[name] for name in names}) for row in terms.rows(CLASSES, on=on)]
