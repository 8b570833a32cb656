"""Verbs on regions, parks, industries and product classes: the frame that everything else refers to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.models import Industry, Park, ParkEnrolment, ProductClass, Region, RegionCode
from banyan.kit import Refused, keys, search
from banyan.kit.verbs import verb

REFERENCE, EDIT = "registry.reference", "registry.edit"


class AlreadyThere(Refused):
    """Something of this key, code or name is in the registry already."""

    code = "already-there"


@verb("registry.region.entered", right=REFERENCE, title=gettext_lazy("Region entered"))
def enter_region(
    deed: Any, *, key: str, path: str, level: str, name: str, name_en: str = "", parent: Region | None = None,
    code: str = "", from_on: date | None = None, order: int = 0,
    tile_column: int | None = None, tile_row: int | None = None,
) -> Region:  # fmt: skip
    """Enter a region with its first official code. Raises AlreadyThere."""
    if Region.objects.filter(pk=key).exists() or Region.objects.filter(path=path).exists():
        raise AlreadyThere(
            _("The region %(name)s was to be entered as %(path)s.") % {"name": name, "path": path},
            _("This key or path is taken."),
            _("Amend the region that has it, or choose another path."),
        )
    region = Region(
        key=key, path=path, level=level, name=name, name_en=name_en, parent=parent, order=order,
        tile_column=tile_column, tile_row=tile_row,
    )  # fmt: skip
    deed.subject = f"{Region.noun}:{key}"
    deed.add(region)
    if code:
        deed.add(RegionCode(key=f"{key}:{code}", region=region, code=code, name=name, from_on=from_on or deed.on))
    return region


@verb("registry.region.amended", right=REFERENCE)
def amend_region(deed: Any, *, region: Region, **fields: Any) -> Region:
    """Amend the English name, the order or the place in the tile grid of a region."""
    return _amend(deed, region, fields, {"name_en", "order", "tile_column", "tile_row"})


@verb("registry.region.recoded", right=REFERENCE)
def recode_region(deed: Any, *, region: Region, code: str, name: str, from_on: date) -> RegionCode:
    """Give a region a new official code and name from a day; the past keeps the old ones."""
    present = region.codes.filter(until_on=None, withdrawn_on=None).order_by("-from_on").first()
    if present is not None and present.from_on >= from_on:
        raise Refused(
            _("%(region)s was to bear the code %(code)s from %(day)s.")
            % {"region": region, "code": code, "day": from_on},
            _("Its present code %(code)s holds from %(day)s only.") % {"code": present.code, "day": present.from_on},
            _("Give a later day, or withdraw the present code first."),
            "GB/T 2260",
        )
    if present is not None:
        present.until_on = from_on - timedelta(days=1)
        deed.save(present, "until_on")
    region.name = name
    deed.save(region, "name")
    deed.subject = f"{Region.noun}:{region.pk}"
    return deed.add(RegionCode(key=f"{region.pk}:{code}", region=region, code=code, name=name, from_on=from_on))


@verb("registry.park.entered", right=REFERENCE)
def enter_park(
    deed: Any, *, name: str, county: Region, name_en: str = "", founded_on: date | None = None, key: str = ""
) -> Park:
    """Enter a park of a county. Raises AlreadyThere for a second one of this name in the county."""
    if Park.objects.filter(name=name, county=county, withdrawn_on=None).exists():
        raise AlreadyThere(
            _("The park %(name)s was to be entered in %(county)s.") % {"name": name, "county": county},
            _("There is one of this name in this county."),
            _("Amend that one."),
        )
    return deed.add(
        Park(key=key or keys.fresh("p"), name=name, name_en=name_en, county=county, founded_on=founded_on)
    )


@verb("registry.park.amended", right=REFERENCE)
def amend_park(deed: Any, *, park: Park, **fields: Any) -> Park:
    """Amend the name or the founding day of a park."""
    return _amend(deed, park, fields, {"name", "name_en", "founded_on"})


@verb("registry.park.enrolled", right=EDIT)
def enrol_park(deed: Any, *, park: Park, from_on: date, document: str) -> ParkEnrolment:
    """Enrol a park in “quality in parks” from a day. Raises AlreadyThere, Refused for a day before its founding."""
    present = park.enrolments.filter(withdrawn_on=None).order_by("-from_on").first()
    if present is not None and (present.until_on is None or present.until_on >= from_on):
        raise AlreadyThere(
            _("%(park)s was to be enrolled from %(day)s.") % {"park": park, "day": from_on},
            _("It is enrolled since %(day)s.") % {"day": present.from_on},
            _("Record the day on which it left first, or give a later day."),
        )
    if from_on > deed.on or (park.founded_on is not None and from_on < park.founded_on):
        raise Refused(
            _("%(park)s was to be enrolled from %(day)s.") % {"park": park, "day": from_on},
            _("That day is still to come, or lies before the park was founded."),
            _("Give the day of the decision."),
        )
    deed.subject = f"{Park.noun}:{park.pk}"
    return deed.add(
        ParkEnrolment(
            key=keys.fresh("pe"), park=park, county_id=park.county_id, from_on=from_on, document=document.strip()
        )
    )


@verb("registry.park.left", right=EDIT)
def end_park_enrolment(deed: Any, *, park: Park, until_on: date) -> ParkEnrolment:
    """Record the last day on which a park was enrolled. Raises Refused where it is not, or began later."""
    present = park.enrolments.filter(withdrawn_on=None, until_on=None).first()
    if present is None or until_on < present.from_on or until_on > deed.on:
        raise Refused(
            _("The enrolment of %(park)s was to end on %(day)s.") % {"park": park, "day": until_on},
            _("It is not enrolled, was enrolled later, or the day is still to come."),
            _("Look at its enrolments and give the last day of the present one."),
        )
    present.until_on = until_on
    deed.subject = f"{Park.noun}:{park.pk}"
    return deed.save(present, "until_on")


@verb("registry.park_enrolment.withdrawn", right=EDIT)
def withdraw_park_enrolment(deed: Any, *, park: Park) -> ParkEnrolment:
    """Withdraw a park's last enrolment, which was entered by mistake."""
    last = park.enrolments.filter(withdrawn_on=None).order_by("-from_on").first()
    if last is None:
        raise Refused(
            _("The enrolment of %(park)s was to be withdrawn.") % {"park": park},
            _("It has none."),
            _("Open the park that was enrolled by mistake."),
        )
    deed.subject = f"{Park.noun}:{park.pk}"
    return deed.withdraw(last)


@verb("registry.industry.entered", right=REFERENCE, title=gettext_lazy("Industry entered"))
def enter_industry(deed: Any, *, code: str, name: str, name_en: str, parent: Industry | None = None) -> Industry:
    """Enter an industry under its code of GB/T 4754. Raises AlreadyThere."""
    if Industry.objects.filter(pk=code).exists():
        raise AlreadyThere(
            _("The industry %(code)s was to be entered.") % {"code": code},
            _("This code is taken."),
            _("Use the industry that has it."),
            "GB/T 4754",
        )
    return deed.add(Industry(key=code, name=name, name_en=name_en, parent=parent))


@verb("registry.product_class.entered", right=REFERENCE)
def enter_product_class(
    deed: Any, *, name: str, name_en: str = "", parent: ProductClass | None = None,
    industry: Industry | None = None, is_food: bool = False, key: str = "",
) -> ProductClass:  # fmt: skip
    """Enter a class of products. Raises AlreadyThere for a second one of this name."""
    if ProductClass.objects.filter(name=name, withdrawn_on=None).exists():
        raise AlreadyThere(
            _("The product class %(name)s was to be entered.") % {"name": name},
            _("There is one of this name."),
            _("Use that one, or give a name that tells them apart."),
        )
    row = ProductClass(
        key=key or keys.fresh("c"), name=name, name_en=name_en, parent=parent, industry=industry, is_food=is_food
    )
    deed.add(row)
    search.index(noun=ProductClass.noun, key=row.pk, names=[row.name, row.name_en])
    return row


@verb("registry.product_class.amended", right=REFERENCE)
def amend_product_class(deed: Any, *, product_class: ProductClass, **fields: Any) -> ProductClass:
    """Amend the names, the industry or the kind of a product class."""
    row = _amend(deed, product_class, fields, {"name", "name_en", "industry", "is_food"})
    search.index(noun=ProductClass.noun, key=row.pk, names=[row.name, row.name_en])
    return row


@verb("registry.product_classes.entered", right=REFERENCE, title=gettext_lazy("Product classes entered"))
def enter_product_classes(deed: Any, *, records: list[dict[str, Any]]) -> list[ProductClass]:
    """Enter many product classes (key, name, name_en, is_food, industry, parent); known keys are left as they are."""
    known = set(ProductClass.objects.values_list("pk", flat=True))
    rows = [ProductClass(**({"key": keys.fresh("c")} | one)) for one in records if one.get("key") not in known]
    deed.add_many(rows)
    search.index_many(
        noun=ProductClass.noun,
        entries=[search.Entry(row.pk, name) for row in rows for name in (row.name, row.name_en) if name],
    )
    return rows


@verb("registry.reference.withdrawn", right=REFERENCE)
def withdraw_reference(deed: Any, *, record: Park | ProductClass | Industry) -> Any:
    """Withdraw a park, product class or industry that was entered by mistake; needs a reason."""
    return deed.withdraw(record)


def _amend(deed: Any, record: Any, fields: dict[str, Any], allowed: set[str]) -> Any:
    """Set the fields that differ. Raises TypeError for a field that this verb does not amend (our bug)."""
    if strangers := set(fields) - allowed:
        raise TypeError(f"{sorted(strangers)} cannot be amended this way")
    changed = [name for name, value in fields.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, fields[name])
    if not changed:
        raise Refused(
            _("%(record)s was to be amended.") % {"record": record},
            _("Everything is as it was."),
            _("Change at least one field, or leave the page."),
        )
    return deed.save(record, *changed)
