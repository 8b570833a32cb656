"""The office's screens of what was published: our own figures, and those of others to which targets compare."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from banyan.insight.indicators import actions, forms
from banyan.insight.indicators.models import Publication, ReferenceFigure, title_of
from banyan.kit import titles
from banyan.kit.office import Button, Screen, register


@register(Publication)
class PublicationScreen(Screen):
    list_display = ("title", "named", "on", "broken_down", "published_on", "until_on")
    filters = ("published_on", "on")
    finds_by = ("title", "indicator", "receipt")
    icon = "campaign"
    empty = _("No figures were published yet.")
    fields = (
        ("title", "indicator"),
        ("on", "known_on"),
        ("broken_down", "public_page"),
        ("published_on", "until_on"),
    )
    readonly_fields = ("broken_down", "public_page")
    buttons = (
        Button(actions.publish, _("Publish figures"), forms.PublishFigures, where="list", icon="add"),
        Button(actions.withdraw_publication, _("Withdraw"), forms.NeedsReason, variant="danger", bulk="each"),
    )

    @admin.display(description=_("indicator"), ordering="indicator")
    def named(self, publication: Publication) -> str:
        return title_of(publication.indicator)

    @admin.display(description=_("broken down by"))
    def broken_down(self, publication: Publication) -> str:
        words = forms.dimension_words()
        return titles.listed(words.get(name, name) for name in publication.by) or str(_("whole city"))

    @admin.display(description=_("what the public sees"))
    def public_page(self, publication: Publication) -> str:
        address = reverse("portal:figure", args=[publication.receipt])
        return format_html('<a href="{}">{}</a>', address, publication.receipt)


@register(ReferenceFigure)
class ReferenceFigureScreen(Screen):
    list_display = ("figure", "period", "value", "n", "source", "published_on", "edition")
    filters = ("period", "published_on")
    finds_by = ("figure", "source")
    icon = "balance"
    empty = _("No figure of province, nation or a base year was entered yet.")
    fields = (("figure", "period"), ("value", "n"), "source", ("published_on", "edition"))
    buttons = (
        Button(
            actions.enter_reference_figure, _("Enter reference figure"), forms.EnterReferenceFigure, where="list",
            icon="add",
        ),
        Button(
            actions.withdraw_reference_figure, _("Withdraw"), forms.NeedsReason, variant="danger", bulk="each"
        ),
    )  # fmt: skip
