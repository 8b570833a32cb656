"""The registry over the API: organisations, places, classes, products, certificates; entering and amending."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from banyan.base.registry import actions, queries
from banyan.base.registry.models import (
    Certificate,
    Industry,
    Organisation,
    Park,
    Product,
    ProductClass,
    Region,
    RegionCode,
)
from banyan.kit import clock, rights, search
from banyan.kit.api import After, Limit, Page, Problem, one_of, page_of
from banyan.kit.refusals import BadRequest
from banyan.kit.scope import scoped

router = Router(tags=["registry"])
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404), Problem)
REFUSALS: dict[int, Any] = ERRORS | dict.fromkeys((409, 422), Problem)


class OrganisationOut(Schema):
    """An organisation as it is today."""

    key: str
    name: str
    kind: str
    uscc: str | None
    organisation_code: str
    county: str | None = Field(None, alias="county_id")
    park: str | None = Field(None, alias="park_id")
    address: str
    industry: str | None = Field(None, alias="industry_id")
    size: str
    registered_on: date | None
    closed_on: date | None
    merged_into: str | None = Field(None, alias="merged_into_id")
    split_from: str | None = Field(None, alias="split_from_id")


class Spell(Schema):
    """A name or place from a day until a day."""

    name: str | None = None
    county: str | None = None
    park: str | None = None
    address: str | None = None
    from_on: date
    until_on: date | None


class OrganisationWhole(OrganisationOut):
    """An organisation with its history."""

    names: list[Spell]
    places: list[Spell]
    place: Spell | None


class Given(Schema):
    """A body in which an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class OrganisationIn(Given):
    name: str = Field(max_length=160)
    kind: str = "enterprise"
    uscc: str = ""
    organisation_code: str = ""
    county: str
    park: str | None = None
    address: str = Field("", max_length=240)
    industry: str | None = None
    size: str = ""
    registered_on: date | None = None
    reason: str = ""


class NameIn(Given):
    name: str = Field(max_length=160)
    reason: str = ""


class PlaceIn(Given):
    county: str
    park: str | None = None
    address: str = Field("", max_length=240)
    reason: str = ""


class RegionOut(Schema):
    key: str
    level: str
    path: str
    name: str
    name_en: str
    code: str | None


class ParkOut(Schema):
    key: str
    name: str
    name_en: str
    county: str = Field(alias="county_id")
    founded_on: date | None


class ClassOut(Schema):
    key: str
    name: str
    name_en: str
    parent: str | None = Field(None, alias="parent_id")


class ProductOut(Schema):
    key: str
    name: str
    brand: str
    model: str
    gtin: str
    standard: str
    maker: str = Field(alias="maker_id")
    product_class: str = Field(alias="product_class_id")


class CertificateOut(Schema):
    key: str
    organisation: str = Field(alias="organisation_id")
    kind: str
    number: str
    scope: str
    issued_by: str
    from_on: date
    until_on: date | None


@router.get("/organisations", response={200: Page[OrganisationOut]} | ERRORS)
def list_organisations(
    request: HttpRequest, text: str = "", code: str = "", county: str = "", park: str = "", kind: str = "",
    limit: Limit = 50, after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Organisations that you may see; `text` finds by characters, pinyin or the beginning of a code."""
    rows = seen(Organisation, request).filter(withdrawn_on=None)
    if text:
        rows = rows.filter(pk__in=search.matching(noun=Organisation.noun, text=text))
    if code:
        plain = queries.plain_code(code)
        rows = rows.filter(Q(uscc=plain) | Q(organisation_code=plain))
    within = county and queries.within(county)
    for name, value in {"county_id__in": within, "park_id": park, "kind": kind}.items():
        if value:
            rows = rows.filter(**{name: value})
    return page_of(rows, same, limit=limit, after=after)


@router.get("/organisations/{key}", response={200: OrganisationWhole} | ERRORS)
def show_organisation(request: HttpRequest, key: str, on: date | None = None) -> dict[str, Any]:
    """One organisation as it is today, with the names it bore and the places it was at.

    `place` is where it was on a day (today): null on a day before the first that is known of.
    """
    found = one_of(seen(Organisation, request), pk=key)
    day = on or clock.today()
    if day > clock.today():
        raise BadRequest(
            _("The place of %(firm)s on %(day)s was asked for.") % {"firm": found, "day": day},
            _("That day has not come."), _("Choose today or a day before it."), code="future-day",
        )  # fmt: skip
    names = [{"name": one.name, "from_on": one.from_on, "until_on": one.until_on} for one in found.names.all()]
    places = [_spell(one) for one in found.places.all()]
    place = queries.place_on(organisation=found, on=day)
    of_day = _spell(place) if place and place.from_on <= day else None
    stored = {field.attname: getattr(found, field.attname) for field in found._meta.concrete_fields}
    return stored | {"names": names, "places": places, "place": of_day}


@router.post("/organisations", response={201: OrganisationOut} | REFUSALS)
def enter_organisation(request: HttpRequest, given: OrganisationIn) -> Status:
    """Enter an organisation of your own office."""
    fields = given.model_dump(exclude={"reason", "county", "park", "industry"}, exclude_none=True)
    made = actions.enter_organisation(
        **fields, **_place(request, given), industry=_chosen(Industry, given.industry, request),
        by=request.user, on=clock.today(), reason=given.reason,
    )  # fmt: skip
    return Status(201, made)


@router.post("/organisations/{key}/rename", response={200: OrganisationOut} | REFUSALS)
def rename_organisation(request: HttpRequest, key: str, given: NameIn) -> Organisation:
    """Give an organisation a new name from today on."""
    found = one_of(seen(Organisation, request), pk=key)
    return actions.rename_organisation(
        organisation=found, name=given.name, by=request.user, on=clock.today(), reason=given.reason
    )


@router.post("/organisations/{key}/move", response={200: OrganisationOut} | REFUSALS)
def move_organisation(request: HttpRequest, key: str, given: PlaceIn) -> Organisation:
    """Move an organisation to another county, park or address from today on."""
    found = one_of(seen(Organisation, request), pk=key)
    return actions.move_organisation(
        organisation=found, **_place(request, given), address=given.address,
        by=request.user, on=clock.today(), reason=given.reason,
    )  # fmt: skip


@router.get("/regions", response={200: Page[RegionOut]} | ERRORS)
def list_regions(
    request: HttpRequest, on: date | None = None, level: str = "", limit: Limit = 100, after: After = ""
) -> dict[str, Any]:
    """Regions that you may see, with the official code and name of a day."""
    rows = seen(Region, request)
    if level:
        rows = rows.filter(level=level)
    day = on or clock.today()
    codes = RegionCode.objects.filter(from_on__lte=day).filter(Q(until_on=None) | Q(until_on__gte=day))
    of_day = {one.region_id: one for one in codes}

    def shape(region: Region) -> dict[str, Any]:
        bore = of_day.get(region.pk)
        plain = {name: getattr(region, name) for name in ("key", "level", "path", "name_en")}
        return plain | {"name": bore.name if bore else region.name, "code": bore.code if bore else None}

    return page_of(rows, shape, limit=limit, after=after)


@router.get("/parks", response={200: Page[ParkOut]} | ERRORS)
def list_parks(request: HttpRequest, county: str = "", limit: Limit = 100, after: After = "") -> dict[str, Any]:
    """Parks that you may see."""
    rows = seen(Park, request).filter(withdrawn_on=None)
    return page_of(rows.filter(county=county) if county else rows, same, limit=limit, after=after)


@router.get("/industries", response={200: Page[ClassOut]} | ERRORS)
def list_industries(request: HttpRequest, limit: Limit = 100, after: After = "") -> dict[str, Any]:
    """The classification of industries."""
    return page_of(seen(Industry, request).filter(withdrawn_on=None), same, limit=limit, after=after)


@router.get("/product-classes", response={200: Page[ClassOut]} | ERRORS)
def list_product_classes(
    request: HttpRequest, text: str = "", limit: Limit = 100, after: After = ""
) -> dict[str, Any]:
    """Classes of products that plans and indicators speak of."""
    rows = seen(ProductClass, request).filter(withdrawn_on=None)
    if text:
        rows = rows.filter(pk__in=search.matching(noun=ProductClass.noun, text=text))
    return page_of(rows, same, limit=limit, after=after)


@router.get("/products", response={200: Page[ProductOut]} | ERRORS)
def list_products(
    request: HttpRequest, text: str = "", maker: str = "", gtin: str = "", limit: Limit = 50, after: After = ""
) -> dict[str, Any]:
    """Products of makers that you may see."""
    rows = seen(Product, request).filter(withdrawn_on=None)
    if text:
        rows = rows.filter(pk__in=search.matching(noun=Product.noun, text=text))
    if maker:
        rows = rows.filter(maker=maker)
    if gtin:
        rows = rows.filter(gtin=queries.check_gtin(gtin).zfill(14))
    return page_of(rows, same, limit=limit, after=after)


@router.get("/certificates", response={200: Page[CertificateOut]} | ERRORS)
def list_certificates(
    request: HttpRequest, organisation: str = "", kind: str = "", on: date | None = None,
    limit: Limit = 50, after: After = "",
) -> dict[str, Any]:  # fmt: skip
    """Certificates of organisations that you may see; `on` keeps those in force on a day."""
    rows = seen(Certificate, request).filter(withdrawn_on=None)
    for name, value in {"organisation": organisation, "kind": kind}.items():
        if value:
            rows = rows.filter(**{name: value})
    if on:
        rows = rows.filter(from_on__lte=on).filter(Q(until_on=None) | Q(until_on__gte=on))
    return page_of(rows, same, limit=limit, after=after)


def seen(model: Any, request: HttpRequest) -> Any:
    """The rows of a noun that the person may see. Raises NotAllowed for one without the right to see any."""
    rights.demand(request.user, rights.view_right(model))
    return scoped(model, request.user)


def same(record: Any) -> Any:
    """A record as it is; its schema says which fields are told."""
    return record


def _spell(place: Any) -> dict[str, Any]:
    return {
        "county": place.county_id, "park": place.park_id, "address": place.address, "from_on": place.from_on,
        "until_on": place.until_on,
    }  # fmt: skip


def _chosen(model: Any, key: str | None, request: HttpRequest) -> Any:
    """The record that a body names by its key, if it names one. Raises BadRequest, naming the key."""
    found = seen(model, request).filter(pk=key).first() if key else None
    if key and found is None:
        raise BadRequest(
            _("“%(key)s” was given as: %(what)s.") % {"key": key[:60], "what": model._meta.verbose_name},
            _("There is no such key, or it does not lie within your office."),
            _("Take the key from the list of them."), code="unknown-key",
        )  # fmt: skip
    return found


def _place(request: HttpRequest, given: OrganisationIn | PlaceIn) -> dict[str, Any]:
    return {
        "county": _chosen(Region, given.county, request),
        "park": _chosen(Park, given.park, request),
    }
