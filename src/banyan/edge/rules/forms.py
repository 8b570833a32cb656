"""Forms of drafts: fields made from the schema of the rule's kind, with bounds and units, or the whole text."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan import policy
from banyan.edge.rules import queries
from banyan.edge.rules.actions import drafts
from banyan.edge.rules.models import Draft
from banyan.kit import Refused, clock
from banyan.kit.office import VerbForm
from banyan.kit.titles import paired
from banyan.policy import amending
from banyan.policy.kinds.alert_rule import METHODS as DETECTORS
from banyan.policy.kinds.alert_rule import OPTION_BOUNDS
from banyan.policy.kinds.indicator import METHODS

PART = "__"


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """The single values of a definition, each by the path of its names; lists of nameless parts stay whole."""
    for name, value in content.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{name}{PART}")
        elif named := _parts(value):
            for key, part in named.items():
                yield from _flat(
                    {name: one for name, one in part.items() if one != key}, f"{before}{name}{PART}{key}{PART}"
                )
        else:
            yield f"{before}{name}", value


def _parts(value: Any) -> dict[str, dict[str, Any]]:
    """The parts of a list that name themselves: what is weighed by its key, a grade by its letter."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, dict) for one in value):
        return {}
    named = [(one.get("key") or one.get("grade"), one) for one in value]
    return dict(named) if all(isinstance(key, str) for key, _one in named) else {}


def field_for(
    kind: str, path: str, value: Any, schema: Mapping[str, Any], titles: Mapping[str, str]
) -> forms.Field | None:  # fmt: skip
    """The form field of one value; None for what is changed as text (lists of facts, of dimensions)."""
    names = path.split(PART)
    label = queries.label_of(names, titles)
    choices = _choices(kind, names, schema)
    if choices:
        return forms.ChoiceField(label=label, choices=[(one, one) for one in choices], initial=value)
    if isinstance(value, bool):
        return forms.BooleanField(label=label, required=False, initial=value)
    if isinstance(value, int | Decimal):
        low, high = _bounds(names, schema)
        kind_of = forms.IntegerField if isinstance(value, int) and kind == "deadline" else forms.DecimalField
        return kind_of(label=label, initial=value, min_value=low, max_value=high)
    if isinstance(value, date):
        return forms.DateField(label=label, initial=value)
    if isinstance(value, str):
        widget = forms.Textarea(attrs={"rows": 2}) if names[0] == "says" else None
        return forms.CharField(label=label, initial=value, widget=widget)
    return None


def _schema_of(entry: Any) -> Mapping[str, Any]:
    """The JSON schema of what a definition of the entry's kind may hold, by field."""
    if entry.kind in ("parameter", "deadline", "credit_rule"):
        items = type(next(item for item in entry.values.values() if item is not None))
        return items.model_json_schema()["properties"]  # type: ignore[no-any-return]
    return type(entry).model_json_schema()["properties"]  # type: ignore[no-any-return]


def _choices(kind: str, names: list[str], schema: Mapping[str, Any]) -> list[str]:
    if len(names) > 1:
        return []
    if names[0] == "indicator":
        return [one.key for one in policy.load(settings.BANYAN_PACKS).entries("indicator")]
    if names[0] == "method":
        return (
            list(DETECTORS) if kind == "alert_rule" else list(dict.fromkeys(m for ms in METHODS.values() for m in ms))
        )
    return list(schema.get(names[0], {}).get("enum", ()))


def _bounds(names: list[str], schema: Mapping[str, Any]) -> tuple[Any, Any]:
    if names[0] == "options":
        return OPTION_BOUNDS.get(names[-1], (None, None))
    about = [schema.get(names[0], {}), *schema.get(names[0], {}).get("anyOf", ())]
    found = [next((one[bound] for one in about if bound in one), None) for bound in ("minimum", "maximum")]
    return found[0], found[1]


def _with(content: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with the values of the form in their places; whole numbers stay whole."""
    found: dict[str, Any] = {}
    for name, value in content.items():
        found[name] = copy.deepcopy(value)
    for path, value in given.items():
        *above, last = path.split(PART)
        place = found
        for name in above:
            place = place[name]
            place = _parts(place) or place
        whole = isinstance(value, Decimal) and value == value.to_integral_value()
        place[last] = int(value) if whole and not isinstance(place.get(last), Decimal) else value
    return found


class Cited(VerbForm):
    """The document that orders a change: number, date, title, article, and what it says."""

    model = Draft
    begins_with_record = True
    fields_of_model = drafts.CITED
    cites_at_once = False

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in drafts.CITED:
            self.fields[name].required = self.cites_at_once and name != "clause"


class DraftRule(VerbForm):
    """Which rule is to be changed, and what for."""

    needs_reason = True
    rule = forms.ChoiceField(label=gettext_lazy("rule"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language() or "zh"
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            (entry.key, f"{entry.title.in_language(language)} ({entry.key})") for entry in queries.may_be_drafted()
        ]


class EditDraft(Cited):
    """The fields of the rule's kind, then the document that orders the change."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.entry = queries.entry_of(self.record.rule)
        self.content = amending.read(self.record.definition, self.entry)
        self.paths = []
        schema, language = _schema_of(self.entry), get_language() or "zh"
        titles = {one.key: one.title.in_language(language) for one in getattr(self.entry, "items", ())}
        for path, value in _flat(self.content):
            field = field_for(self.record.kind, path, value, schema, titles)
            if field is not None and (path not in ("clause", "department")):
                field.help_text = self._beside(path)
                self.fields[path] = field
                self.paths.append(path)
        self.order_fields([*self.paths, *drafts.CITED, "reason"])
        self.dress()

    def _beside(self, path: str) -> str:
        """What the rule in force says in this place, with its unit."""
        now = dict(_flat(amending.definition(self.entry, clock.today())))
        unit = getattr(self.entry, "unit", None)
        said = f"{now[path]}" if path in now else _("nothing")
        if path == "value" and unit is not None:
            said += f" {unit.in_language(get_language() or 'zh') if hasattr(unit, 'zh') else unit}"
        return _("In force: %(value)s") % {"value": said}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        self.text = amending.written(_with(self.content, {path: data[path] for path in self.paths}))
        _check(self, self.record.rule, self.text)
        return data

    def given(self) -> dict[str, Any]:
        return {"definition": self.text} | {name: self.cleaned_data[name] for name in drafts.CITED}


class EditText(VerbForm):
    """The whole definition as a pack writes it."""

    definition = forms.CharField(
        label=gettext_lazy("definition"), widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        max_length=20_000,
    )  # fmt: skip
    begins_with_record = True

    def clean_definition(self) -> str:
        text: str = self.cleaned_data["definition"]
        _check(self, self.record.rule, text)
        return text


class AdoptDraft(Cited):
    """From which day on it holds, and the document in full."""

    cites_at_once = True
    in_force_on = forms.DateField(label=gettext_lazy("in force from"))
    field_order = ("in_force_on", *drafts.CITED)


class NeedsReason(VerbForm):
    """The reason."""

    needs_reason = True


def _check(form: forms.Form, rule: str, text: str) -> None:
    """Refuse a definition that the rule cannot have, at the field at fault where the form has it."""
    try:
        drafts.demand_definition(rule, text)
    except Refused as refusal:
        cause = refusal.__cause__
        faults = cause.faults if isinstance(cause, policy.BadDefinition) else (("", refusal.prevents),)
        for name, said in faults:
            field, text = name.replace(".", PART), queries.in_language(said)
            if field in form.fields:
                form.add_error(field, text)
            else:
                form.add_error(None, paired(queries.label_of(name.split(".")), text) if name else text)
