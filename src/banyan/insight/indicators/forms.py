"""The small forms of publishing figures and of entering what others published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.insight.indicators.models import ReferenceFigure
from banyan.insight.indicators.queries import dimension_words, in_language, is_recorded
from banyan.kit import clock
from banyan.kit.office import VerbForm


class PublishFigures(VerbForm):
    """Which figures go out, for which day and broken down by what."""

    indicator = forms.ChoiceField(label=_("Indicator"))
    figures_on = forms.DateField(label=_("Figures for the day"))
    title = forms.CharField(label=_("Title"), max_length=200)
    by = forms.MultipleChoiceField(
        label=_("Broken down by"), required=False,
        help_text=_("Beside the figure of the whole; one table for each."),
    )  # fmt: skip
    until_on = forms.DateField(label=_("Public until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        today = clock.today()
        entries: Any = [one for one in policy.load(settings.BANYAN_PACKS).entries("indicator") if one.holds(today)]
        recorded = [entry for entry in entries if is_recorded(entry)]
        words = dimension_words()
        offered = dict.fromkeys(name for entry in recorded for name in entry.by)
        choices: dict[str, Any] = {
            "indicator": [(entry.key, in_language(entry.title)) for entry in recorded],
            "by": [(name, words.get(name, name)) for name in offered],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]
        self.initial.setdefault("figures_on", today)

    def given(self) -> dict[str, Any]:
        data = super().given()
        return data | {"breakdowns": [(), *((name,) for name in data.pop("by"))]}


class EnterReferenceFigure(VerbForm):
    model = ReferenceFigure
    fields_of_model = ("figure", "period", "value", "n", "source", "published_on")


class NeedsReason(VerbForm):
    needs_reason = True
