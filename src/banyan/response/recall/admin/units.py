"""The screen of units by holder: where a firm states what became of the goods at its hands."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from banyan.kit.office import Button, PaperScreen, register
from banyan.response.recall import actions, forms, queries
from banyan.response.recall.models import Holding
from banyan.response.recall.queries import papers


def is_open(holding: Holding) -> bool:
    return holding.recall.state not in ("closed", "cancelled")


@register(Holding)
class HoldingScreen(PaperScreen):
    papers = papers
    list_display = ("party_name", "recall", "county", "told_on", "stated_on", "made", "received", "sold", "returned",
                    "destroyed")  # fmt: skip
    filters = ("told_on", "stated_on", "county", "is_maker")
    finds_by = ("recall__number", "party", "pk")
    icon = "inventory"
    empty = _("No units under recall lie with your firm or office.")
    fields = (("recall", "party"), ("county", "is_maker"), ("told_on", "stated_on", "traced_on"),
              ("made", "received"), ("sold", "returned", "sent_back"), ("corrected", "destroyed", "reached"),
              "traced", "agrees")  # fmt: skip
    readonly_fields = ("agrees",)
    buttons = (
        Button(actions.state_units, _("State the units"), forms.StateUnits, when=is_open, icon="edit",
               variant="primary"),
    )  # fmt: skip

    @admin.display(description=_("agrees"))
    def agrees(self, holding: Holding) -> str:
        """Whether its units agree, and where not, how far apart."""
        apart = queries.differences_at(holding)
        return "; ".join(one.sentence for one in apart) or str(_("yes"))
