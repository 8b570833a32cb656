"""The small forms of the registry's verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.models import (
    Certificate,
    Organisation,
    Park,
    ParkEnrolment,
    Product,
    ProductClass,
    Region,
    RegionCode,
)
from banyan.kit.office import VerbForm


class EnterOrganisation(VerbForm):
    model = Organisation
    fields_of_model = (
        *("name", "kind", "uscc", "organisation_code", "representative", "county", "park", "address", "industry"),
        *("size", "registered_on"),
    )
    optional = ("uscc", "organisation_code", "park", "industry", "size", "registered_on")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        # Sealed in the database, so the field there is long; a name is not. Codes may come with spaces.
        self.fields["representative"].max_length = 60
        self.fields["uscc"] = forms.CharField(
            label=self.fields["uscc"].label, required=False, widget=self.fields["uscc"].widget
        )
        self.fields["organisation_code"] = forms.CharField(
            label=self.fields["organisation_code"].label, required=False,
            widget=self.fields["organisation_code"].widget,
        )  # fmt: skip
        for name in ("uscc", "organisation_code"):
            self.fields[name].widget.attrs.pop("maxlength", None)


class AmendOrganisation(EnterOrganisation):
    fields_of_model = (
        *("kind", "uscc", "organisation_code", "representative", "industry", "size", "registered_on"),
    )  # fmt: skip
    begins_with_record = True


class RenameOrganisation(VerbForm):
    name = forms.CharField(label=_("New name"), max_length=160)
    begins_with_record = True


class MoveOrganisation(VerbForm):
    model = Organisation
    fields_of_model = ("county", "park", "address")
    optional = ("park", "address")
    begins_with_record = True


class NeedsReason(VerbForm):
    needs_reason = True


class MergeOrganisation(VerbForm):
    into = forms.ModelChoiceField(Organisation.objects.all(), label=_("Goes on as"))
    needs_reason = True


class SplitOrganisation(VerbForm):
    name = forms.CharField(label=_("Name of the new organisation"), max_length=160)
    uscc = forms.CharField(label=_("Its unified social credit code"), required=False)
    closes = forms.BooleanField(label=_("The old organisation ends today"), required=False)
    needs_reason = True

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        part = {"name": data["name"], "uscc": data["uscc"]}
        return {"parts": [part], "closes": data["closes"]}


class EnterProduct(VerbForm):
    model = Product
    fields_of_model = ("name", "maker", "product_class", "gtin", "brand", "model", "standard")


class AmendProduct(VerbForm):
    model = Product
    fields_of_model = ("name", "product_class", "gtin", "brand", "model", "standard")
    begins_with_record = True


class EnterCertificate(VerbForm):
    model = Certificate
    fields_of_model = (
        *("organisation", "kind", "number", "product_class", "scope", "issued_by", "from_on", "until_on"),
    )  # fmt: skip


class AmendCertificate(VerbForm):
    model = Certificate
    fields_of_model = ("product_class", "scope", "issued_by", "from_on", "until_on")
    begins_with_record = True


class EnterPark(VerbForm):
    model = Park
    fields_of_model = ("name", "name_en", "county", "founded_on")


class AmendPark(VerbForm):
    model = Park
    fields_of_model = ("name", "name_en", "founded_on")
    begins_with_record = True


class EnrolPark(VerbForm):
    model = ParkEnrolment
    fields_of_model = ("from_on", "document")


class EndParkEnrolment(VerbForm):
    until_on = forms.DateField(label=_("Last day"))


class EnterProductClass(VerbForm):
    model = ProductClass
    fields_of_model = ("name", "name_en", "parent", "industry", "is_food")


class AmendProductClass(VerbForm):
    model = ProductClass
    fields_of_model = ("name", "name_en", "industry", "is_food")
    begins_with_record = True


class AmendRegion(VerbForm):
    model = Region
    fields_of_model = ("name_en", "order", "tile_column", "tile_row")
    begins_with_record = True


class RecodeRegion(VerbForm):
    model = RegionCode
    fields_of_model = ("code", "name", "from_on")
    needs_reason = True
