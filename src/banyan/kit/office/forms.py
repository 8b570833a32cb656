"""The small form of a verb: its fields, limited to what the person may choose, and the reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import get_select2_language
from django.core.validators import DecimalValidator, MaxValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    CHECKBOX_CLASSES,
    INPUT_CLASSES,
    SELECT_CLASSES,
    TEXTAREA_CLASSES,
    UnfoldAdminCheckboxSelectMultipleWidget,
)

from banyan.kit import rights, texts
from banyan.kit.office.rows import NOTHING
from banyan.kit.scope import scoped

MOST_DIGITS, MOST_WHOLE = 16, 2**31 - 1
MANY = 200  # more rows than these are searched for instead of listed


class DayInput(forms.DateInput):
    """A day, by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


class SearchSelect(forms.Select):
    """A choice among many rows: the browser asks for those that a text finds, within the person's rights."""

    def __init__(self, model: type[models.Model]):
        super().__init__()
        self.model = model

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        meta = self.model._meta
        address = reverse("office:choices", args=[meta.app_label, meta.model_name])
        attrs |= {
            "data-ajax--url": address,
            "data-ajax--cache": "true",
            "data-theme": "admin-autocomplete",
            "lang": get_select2_language(),
            "data-placeholder": str(_("Type to search")),
            "data-allow-clear": "false" if self.is_required else "true",
            "class": "admin-autocomplete unfold-admin-autocomplete",
        }
        return attrs

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """Only the chosen row is written into the page."""
        chosen = [one for one in value if one]
        rows = self.choices.queryset.filter(pk__in=chosen) if chosen else []  # type: ignore[union-attr]
        options = [self.create_option(name, "", "", not chosen, 0)] if not self.is_required else []
        options += [self.create_option(name, row.pk, str(row), True, place) for place, row in enumerate(rows, 1)]
        return [(None, options, 0)]

    @property
    def media(self) -> forms.Media:
        """The list that searches, with its words in the language of the page."""
        language = get_select2_language()
        return forms.Media(
            js=(
                "admin/js/vendor/jquery/jquery.min.js",
                "admin/js/vendor/select2/select2.full.js",
                *([f"admin/js/vendor/select2/i18n/{language}.js"] if language else []),
                "admin/js/jquery.init.js",
                "admin/js/autocomplete.js",
            ),
            css={"screen": ("admin/css/vendor/select2/select2.css", "admin/css/autocomplete.css")},
        )


class LegibleForm(forms.Form):
    """A form whose texts lose the characters that no XML holds, before anything looks at them; passwords stay."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        secret = [name for name, field in self.fields.items() if isinstance(field.widget, forms.PasswordInput)]
        self.data = texts.legible_form(self.data, but=[self.add_prefix(name) for name in secret])


class VerbForm(LegibleForm):
    """The form of a verb. Fields are written out, or taken from a noun by `model` and `fields`.

    `chosen_from` narrows a choice among records to a queryset, within what the person may see.

    A field named as a field of the record begins with the record's value when `begins_with_record` is set. The
    reason is added last and goes to the verb's `reason=`; everything else goes to its parameters by name.
    """

    model: ClassVar[type[models.Model] | None] = None
    fields_of_model: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()
    chosen_from: ClassVar[dict[str, Any]] = {}
    begins_with_record: ClassVar[bool] = False
    needs_reason: ClassVar[bool] = False

    def __init__(self, *args: Any, person: Any, right: str = "", record: Any = None, **kwargs: Any):
        self.person, self.right, self.record = person, right, record
        super().__init__(*args, **kwargs)
        for name in self.fields_of_model:
            self.fields[name] = self.model._meta.get_field(name).formfield()  # type: ignore[union-attr]
        if self.begins_with_record and record is not None:
            self.initial = {name: self.first_value(name) for name in self.fields} | self.initial
        self.order_fields(self.field_order)
        self.fields["reason"] = forms.CharField(
            label=_("Reason") if self.needs_reason else _("Remark for the timeline (optional)"),
            required=self.needs_reason, widget=forms.Textarea(attrs={"rows": 3 if self.needs_reason else 2}),
        )  # fmt: skip
        for name, field in self.fields.items():
            if name in self.optional:
                field.required = False
            if name in self.chosen_from:
                field.queryset = self.chosen_from[name]  # type: ignore[attr-defined]
            self._limit(field, begun=self.initial.get(name))
        self.dress()

    def dress(self) -> None:
        """Give all fields the look of the office: again, where a form made some of its own."""
        for field in self.fields.values():
            _dress(field)
            _bound(field)

    def first_value(self, name: str) -> Any:
        """What a field shows first: the record's own value. Personal fields are opened for this."""
        from banyan.kit import privacy

        value = getattr(self.record, name, None)
        if name in getattr(self.record, "personal", ()) and value:
            return privacy.unseal(subject=privacy.subject_of(self.record), token=value) or ""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def given(self) -> dict[str, Any]:
        """What goes to the verb's parameters."""
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}

    @property
    def reason(self) -> str:
        """What goes to the verb's reason."""
        return self.cleaned_data.get("reason", "")

    def _limit(self, field: forms.Field, *, begun: Any) -> None:
        """A choice among records offers those only that the person may use for this verb.

        What the record has already is offered too, wherever it lies: a form sent as it was shown changes nothing.
        """
        if not isinstance(field, forms.ModelChoiceField):
            return
        model: Any = field.queryset.model
        if hasattr(model, "noun"):
            right = rights.needed(model, self.right)
            field.queryset = scoped(model, self.person, right=right) & field.queryset.all()
            if hasattr(model, "withdrawn_on"):
                field.queryset = field.queryset.filter(withdrawn_on=None)
            if self.begins_with_record and isinstance(begun, model):
                usable = models.Q(pk__in=field.queryset.order_by().values("pk"))
                field.queryset = model.objects.filter(usable | models.Q(pk=begun.pk))
        count = field.queryset.order_by()[: MANY + 1].count()
        if count == 1 and field.required:
            field.empty_label = None  # the only one is chosen already
        is_one = isinstance(field.widget, forms.Select) and not isinstance(field.widget, forms.SelectMultiple)
        if count > MANY and is_one:
            widget = SearchSelect(model)
            widget.is_required = field.required
            field.widget = widget
            widget.choices = field.choices


def _bound(field: forms.Field) -> None:
    """A number that a form leaves open is bounded by what a database holds.

    1e999999 is seven letters, and a million digits where it is made a whole number.
    """
    if isinstance(field, forms.DecimalField):
        if field.max_digits is None:
            field.max_digits = MOST_DIGITS
            field.validators.append(DecimalValidator(MOST_DIGITS, field.decimal_places))
    elif (
        isinstance(field, forms.IntegerField) and not isinstance(field, forms.FloatField) and field.max_value is None
    ):
        field.max_value = MOST_WHOLE
        field.validators.append(MaxValueValidator(MOST_WHOLE))


def _dress(field: forms.Field) -> None:
    """Give a field the look of the office; a day gets the browser's calendar."""
    widget = field.widget
    if isinstance(field, forms.DateField) and not isinstance(widget, DayInput):
        widget = field.widget = DayInput(widget.attrs)
    if isinstance(widget, SearchSelect):
        return
    if isinstance(widget, forms.CheckboxInput):
        classes = CHECKBOX_CLASSES
    elif isinstance(widget, forms.Textarea):
        classes = TEXTAREA_CLASSES
        widget.attrs.setdefault("rows", 3)
    elif isinstance(widget, forms.Select):
        classes = SELECT_CLASSES
        if not isinstance(widget, forms.SelectMultiple):
            widget.template_name = "unfold/widgets/select.html"  # with the arrow that its classes take away
        if isinstance(field, forms.ModelChoiceField):
            field.empty_label = field.empty_label and NOTHING
        elif not isinstance(widget, forms.SelectMultiple):
            widget.choices = [(value, words if value else NOTHING) for value, words in widget.choices]
    elif isinstance(widget, forms.CheckboxSelectMultiple):
        field.widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=widget.choices)
        return
    elif isinstance(widget, forms.HiddenInput | forms.RadioSelect):
        return
    else:
        classes = INPUT_CLASSES
    widget.attrs["class"] = " ".join(classes)
