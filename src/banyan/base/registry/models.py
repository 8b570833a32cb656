"""Nouns of the registry: places, trades, goods, organisations and what was certified to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.kit.models import Record
from banyan.kit.terms import DISTRICT


def name_in_language(record: Any) -> str:
    """A record's English name on an English page where it has one, else its name."""
    english = getattr(record, "name_en", None)
    return str(english if english and (get_language() or "").startswith("en") else record.name)


class Region(Record):
    """An administrative unit with a key that outlives its codes and names (长乐 350182 → 350112)."""

    class Level(models.TextChoices):
        NATION = "nation", _("nation")
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", DISTRICT
        TOWNSHIP = "township", _("township")

    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"))
    path = models.CharField(_("path"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    tile_column = models.PositiveSmallIntegerField(_("column in the tile grid"), null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(_("row in the tile grid"), null=True, blank=True)

    noun: ClassVar[str] = "registry.region"
    reach: ClassVar = {"region": ("path",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("order", "key")

    def __str__(self) -> str:
        return name_in_language(self)


class RegionCode(Record):
    """The official code and name of a region from a day until a day (GB/T 2260)."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="codes", verbose_name=_("region"))
    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=60)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "registry.region_code"
    reach: ClassVar = {"region": ("region__path",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("region code")
        verbose_name_plural = _("region codes")
        constraints = (models.UniqueConstraint(fields=["code", "from_on"], name="region_code_once"),)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Park(Record):
    """An industrial park."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    county = models.ForeignKey(Region, models.PROTECT, verbose_name=DISTRICT)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)

    noun: ClassVar[str] = "registry.park"
    reach: ClassVar = {"region": ("county__path",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("park")
        verbose_name_plural = _("parks")
        ordering = ("key",)

    def __str__(self) -> str:
        return name_in_language(self)


class ParkEnrolment(Record):
    """A park's part in the programme “quality in parks”, from a day until a day."""

    park = models.ForeignKey(Park, models.PROTECT, related_name="enrolments", verbose_name=_("park"))
    county = models.ForeignKey(Region, models.PROTECT, verbose_name=DISTRICT)
    document = models.CharField(_("decision or document"), max_length=120)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "registry.park_enrolment"
    shown_on: ClassVar[str] = "park"
    reach: ClassVar = {"region": ("county__path",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("enrolment of a park")
        verbose_name_plural = _("enrolments of parks")
        ordering = ("-from_on",)
        constraints = (
            models.UniqueConstraint(
                fields=["park"], condition=models.Q(until_on__isnull=True, withdrawn_on__isnull=True),
                name="one_present_enrolment",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.park} {self.from_on}"


class Industry(Record):
    """A section, division, group or class of GB/T 4754; the key is its code, such as C13."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=160)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"))

    noun: ClassVar[str] = "registry.industry"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering = ("key",)

    def __str__(self) -> str:
        return f"{self.key} {name_in_language(self)}"


class ProductClass(Record):
    """A class of products that plans, rules and indicators speak of."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"))
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, verbose_name=_("industry"))
    is_food = models.BooleanField(_("food"), default=False)

    noun: ClassVar[str] = "registry.product_class"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("product class")
        verbose_name_plural = _("product classes")
        ordering = ("key",)

    def __str__(self) -> str:
        return name_in_language(self)


class Organisation(Record):
    """A body with one code for life: enterprise, sole trader, cooperative, laboratory, authority, platform."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("enterprise")
        SOLE_TRADER = "sole_trader", _("sole trader")
        COOPERATIVE = "cooperative", _("cooperative")
        LABORATORY = "laboratory", _("laboratory")
        AUTHORITY = "authority", _("authority")
        PLATFORM = "platform", _("online platform")
        OTHER = "other", _("other")

    class Size(models.TextChoices):
        LARGE = "large", _("large")
        MEDIUM = "medium", _("medium")
        SMALL = "small", _("small")
        MICRO = "micro", _("micro")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ENTERPRISE)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    organisation_code = models.CharField(_("organisation code"), max_length=9, blank=True, db_index=True)
    representative = models.CharField(_("legal representative"), max_length=400, blank=True)
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=DISTRICT, db_index=False)
    park = models.ForeignKey(Park, models.PROTECT, null=True, blank=True, verbose_name=_("park"))
    address = models.CharField(_("address"), max_length=240, blank=True)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, verbose_name=_("industry"))
    size = models.CharField(_("size"), max_length=8, choices=Size, blank=True)
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("merged into"))
    split_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="split_off", verbose_name=_("split from")
    )

    noun: ClassVar[str] = "registry.organisation"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("key",), "laboratory": ("key",)}
    personal: ClassVar = ("representative",)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = (
            models.Index(fields=["county", "kind"], name="organisation_county_kind"),
            models.Index(fields=["name"], name="organisation_name"),
        )

    def __str__(self) -> str:
        return self.name


class OrganisationName(Record):
    """A name that an organisation bore from a day until a day."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="names", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=160)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "registry.organisation_name"
    reach: ClassVar = {"region": ("organisation__county__path",), "organisation": ("organisation_id",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("name of an organisation")
        verbose_name_plural = _("names of organisations")
        ordering = ("-from_on",)

    def __str__(self) -> str:
        return self.name


class OrganisationPlace(Record):
    """The one county and park of an organisation from a day until a day."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="places", verbose_name=_("organisation")
    )
    county = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name=DISTRICT)
    park = models.ForeignKey(Park, models.PROTECT, null=True, blank=True, verbose_name=_("park"))
    address = models.CharField(_("address"), max_length=240, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    noun: ClassVar[str] = "registry.organisation_place"
    reach: ClassVar = {"region": ("county__path",), "organisation": ("organisation_id",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("place of an organisation")
        verbose_name_plural = _("places of organisations")
        ordering = ("-from_on",)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(until_on__isnull=True), name="one_present_place"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.county_id} {self.park_id or ''}"


class Product(Record):
    """A product of a maker: brand, model, bar code, the standard it is made to."""

    name = models.CharField(_("name"), max_length=160)
    maker = models.ForeignKey(Organisation, models.PROTECT, related_name="products", verbose_name=_("maker"))
    product_class = models.ForeignKey(ProductClass, models.PROTECT, verbose_name=_("product class"))
    gtin = models.CharField(_("bar code (GTIN)"), max_length=14, blank=True, db_index=True)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    standard = models.CharField(_("executed standard"), max_length=80, blank=True)

    noun: ClassVar[str] = "registry.product"
    reach: ClassVar = {"region": ("maker__county__path",), "organisation": ("maker_id",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return " ".join(part for part in (self.brand, self.name, self.model) if part)


class Certificate(Record):
    """A certificate or licence held by an organisation, with its term."""

    class Kind(models.TextChoices):
        CCC = "ccc", _("compulsory product certification")
        PRODUCTION_LICENCE = "production_licence", _("production licence")
        FOOD_LICENCE = "food_licence", _("food production licence")
        QUALITY = "quality", _("quality management system")
        ENVIRONMENT = "environment", _("environmental management system")
        SAFETY = "safety", _("occupational health and safety system")
        ENERGY = "energy", _("energy management system")
        CMA = "cma", _("laboratory qualification (CMA)")
        VOLUNTARY = "voluntary", _("voluntary product certification")
        GEOGRAPHICAL = "geographical", _("right to use a geographical indication")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="certificates", verbose_name=_("organisation")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    number = models.CharField(_("number"), max_length=60)
    product_class = models.ForeignKey(
        ProductClass, models.PROTECT, null=True, blank=True, verbose_name=_("product class")
    )
    scope = models.CharField(_("scope"), max_length=240, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=120, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    # Where and what its holder is, since a day where it moved meanwhile; and where it was before, place by place.
    county = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=DISTRICT, db_index=False
    )
    park = models.ForeignKey(
        Park, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("park"), db_index=False
    )
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("industry"), db_index=False
    )
    size = models.CharField(_("size"), max_length=8, choices=Organisation.Size, blank=True)
    since_on = models.DateField(_("there since"), null=True, blank=True, editable=False)
    moved = models.JSONField(_("places before"), default=list, blank=True, editable=False)

    noun: ClassVar[str] = "registry.certificate"
    reach: ClassVar = {"region": ("organisation__county__path",), "organisation": ("organisation_id",)}

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = (models.UniqueConstraint(fields=["kind", "number"], name="certificate_once"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
