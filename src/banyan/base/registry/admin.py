"""The office's screens of the registry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.base.registry import actions, forms
from banyan.base.registry.models import (
    Certificate,
    Industry,
    Organisation,
    OrganisationName,
    OrganisationPlace,
    Park,
    ParkEnrolment,
    Product,
    ProductClass,
    Region,
    RegionCode,
)
from banyan.kit.office import Button, Inline, Screen, register


class NamesInline(Inline):
    model = OrganisationName
    fields = ("name", "from_on", "until_on")
    show_change_link = False
    verbose_name_plural = _("names it bore")


class PlacesInline(Inline):
    model = OrganisationPlace
    fields = ("county", "park", "address", "from_on", "until_on")
    show_change_link = False
    verbose_name_plural = _("places it was at")


class CertificatesInline(Inline):
    model = Certificate
    fields = ("kind", "number", "from_on", "until_on")


class ProductsInline(Inline):
    model = Product
    fk_name = "maker"
    fields = ("name", "brand", "model", "product_class")


class MergedInline(Inline):
    model = Organisation
    fk_name = "merged_into"
    fields = ("name", "uscc", "closed_on")
    verbose_name_plural = _("merged into it")


class SplitOffInline(Inline):
    model = Organisation
    fk_name = "split_from"
    fields = ("name", "uscc", "registered_on")
    verbose_name_plural = _("split off from it")


def is_open(organisation: Organisation) -> bool:
    return organisation.closed_on is None


def is_closed(organisation: Organisation) -> bool:
    return organisation.closed_on is not None and organisation.merged_into_id is None


def is_merged(organisation: Organisation) -> bool:
    return organisation.merged_into_id is not None


@register(Organisation)
class OrganisationScreen(Screen):
    list_display = ("name", "uscc", "kind", "county", "park", "industry", "size", "closed_on")
    filters = ("county", "park", "kind", "industry", "size", "registered_on")
    finds_by = "search"
    icon = "domain"
    search_help_text = _("Name, pinyin initials or the beginning of a code")
    empty = _("No organisation lies within your office yet.")
    fieldsets = (
        (None, {"fields": (("name", "kind"), ("uscc", "organisation_code"), ("representative", "registered_on"))}),
        (_("Where"), {"fields": (("county", "park"), "address")}),
        (_("What"), {"fields": (("industry", "size"),)}),
        (_("What became of it"), {"fields": (("closed_on", "merged_into", "split_from"),)}),
    )
    inlines = (PlacesInline, NamesInline, MergedInline, SplitOffInline, CertificatesInline, ProductsInline)
    buttons = (
        Button(actions.enter_organisation, _("Enter organisation"), forms.EnterOrganisation, where="list"),
        Button(actions.amend_organisation, _("Amend"), forms.AmendOrganisation, icon="edit"),
        Button(actions.rename_organisation, _("Rename"), forms.RenameOrganisation, when=is_open, icon="badge"),
        Button(
            actions.move_organisation, _("Move"), forms.MoveOrganisation, when=is_open, icon="moving"
        ),
        Button(actions.split_organisation, _("Split"), forms.SplitOrganisation, when=is_open, icon="call_split"),
        Button(
            actions.merge_organisation, _("Merge into another"), forms.MergeOrganisation, when=is_open, icon="merge",
        ),
        Button(actions.undo_merger, _("Undo merger"), forms.NeedsReason, when=is_merged, icon="undo"),
        Button(
            actions.close_organisation, _("Record its end"), forms.NeedsReason, when=is_open, bulk="each",
            icon="event_busy",
        ),
        Button(actions.reopen_organisation, _("Take back its end"), forms.NeedsReason, when=is_closed, icon="undo"),
        Button(
            actions.purge_personal_data, _("Purge personal data"), forms.NeedsReason, variant="danger",
            when=lambda record: bool(record.representative),
        ),
    )  # fmt: skip


@register(Product)
class ProductScreen(Screen):
    list_display = ("name", "brand", "model", "gtin", "maker", "product_class")
    filters = ("product_class", "maker")
    finds_by = "search"
    icon = "inventory_2"
    empty = _("No product of your office's makers was entered yet.")
    fields = (("name", "product_class"), ("maker", "gtin"), ("brand", "model"), "standard")
    buttons = (
        Button(actions.enter_product, _("Enter product"), forms.EnterProduct, where="list"),
        Button(actions.amend_product, _("Amend"), forms.AmendProduct, icon="edit"),
        Button(actions.withdraw_product, _("Withdraw"), forms.NeedsReason, variant="danger", bulk="each"),
    )


@register(Certificate)
class CertificateScreen(Screen):
    list_display = ("number", "kind", "organisation", "from_on", "until_on", "issued_by")
    filters = ("kind", "organisation", "until_on")
    finds_by = ("number", "organisation")
    icon = "verified"
    ordering = ("-pk",)
    empty = _("No certificate of your office's organisations was entered yet.")
    fields = (
        ("kind", "number"), ("organisation", "product_class"), "scope", ("from_on", "until_on"), "issued_by",
        ("county", "park"), ("industry", "size"),
    )  # fmt: skip
    buttons = (
        Button(actions.enter_certificate, _("Enter certificate"), forms.EnterCertificate, where="list"),
        Button(actions.amend_certificate, _("Amend"), forms.AmendCertificate, icon="edit"),
        Button(actions.withdraw_certificate, _("Withdraw"), forms.NeedsReason, variant="danger", bulk="each"),
    )


class CodesInline(Inline):
    model = RegionCode
    fields = ("code", "name", "from_on", "until_on")
    show_change_link = False


@register(Region)
class RegionScreen(Screen):
    list_display = ("name", "name_en", "level", "parent", "path", "order")
    filters = ("level",)
    finds_by = ("name", "pk", "codes__code", "codes__name")
    icon = "map"
    fields = (("name", "name_en"), ("level", "parent"), "path", ("order", "tile_column", "tile_row"))
    inlines = (CodesInline,)
    buttons = (
        Button(actions.amend_region, _("Amend"), forms.AmendRegion, icon="edit"),
        Button(actions.recode_region, _("Give a new code"), forms.RecodeRegion, icon="pin"),
    )


class EnrolmentsInline(Inline):
    model = ParkEnrolment
    fields = ("from_on", "until_on", "document")
    show_change_link = False


def is_enrolled(park: Park) -> bool:
    return park.enrolments.filter(until_on=None, withdrawn_on=None).exists()


@register(Park)
class ParkScreen(Screen):
    list_display = ("name", "name_en", "county", "founded_on")
    filters = ("county",)
    finds_by = ("name",)
    icon = "factory"
    fields = (("name", "name_en"), ("county", "founded_on"))
    inlines = (EnrolmentsInline,)
    buttons = (
        Button(actions.enter_park, _("Enter park"), forms.EnterPark, where="list"),
        Button(actions.amend_park, _("Amend"), forms.AmendPark, icon="edit"),
        Button(
            actions.enrol_park,
            _("Enrol"),
            forms.EnrolPark,
            when=lambda park: not is_enrolled(park),
            icon="how_to_reg",
        ),
        Button(actions.end_park_enrolment, _("Record that it left"), forms.EndParkEnrolment, when=is_enrolled),
        Button(
            actions.withdraw_park_enrolment,
            _("Withdraw its enrolment"),
            forms.NeedsReason,
            variant="danger",
            when=lambda park: park.enrolments.filter(withdrawn_on=None).exists(),
        ),
        Button(actions.withdraw_reference, _("Withdraw"), forms.NeedsReason, record="record", variant="danger"),
    )


@register(Industry)
class IndustryScreen(Screen):
    list_display = ("pk", "name", "name_en", "parent")
    finds_by = ("pk", "name")
    icon = "category"
    fields = (("key", "parent"), "name", "name_en")


@register(ProductClass)
class ProductClassScreen(Screen):
    list_display = ("name", "name_en", "industry", "is_food", "parent")
    filters = ("industry", "is_food")
    finds_by = "search"
    icon = "shopping_basket"
    empty = _("No class of products was entered yet. The administrator enters them; plans need them.")
    fields = (("name", "name_en"), ("industry", "parent"), "is_food")
    buttons = (
        Button(actions.enter_product_class, _("Enter product class"), forms.EnterProductClass, where="list"),
        Button(actions.amend_product_class, _("Amend"), forms.AmendProductClass, icon="edit"),
        Button(actions.withdraw_reference, _("Withdraw"), forms.NeedsReason, record="record", variant="danger"),
    )
