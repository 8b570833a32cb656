"""The office's screen of names without a code: what is to be decided, with why, and what was decided."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.base.matching import actions, forms
from banyan.base.matching.models import MATCH_FLOW, NameMatch
from banyan.kit.office import Button, Screen, register


@register(NameMatch)
class NameMatchScreen(Screen):
    list_display = ("name", "organisation", "probability", "state", "is_by_machine", "county", "source", "came_on")
    filters = ("state", "is_by_machine", "county", "came_on")
    finds_by = ("name", "source", "organisation")
    icon = "join_inner"
    flow = MATCH_FLOW
    empty = _("No name came without a code yet. Give names with the button above, or by `banyan registry match`.")
    fields = (("name", "organisation"), ("probability", "state"), ("source", "place"), ("county", "came_on"),
              ("is_by_machine", "decided_on", "decided_by"))  # fmt: skip
    buttons = (
        Button(actions.match_names, _("Match names"), forms.MatchNames, where="list", icon="join_inner"),
        Button(actions.accept_match, move="accept_match", bulk="each", icon="check", variant="primary",
               when=lambda one: one.organisation_id is not None),
        Button(actions.choose_match, form=forms.ChooseMatch, move="choose_match", icon="search"),
        Button(actions.refuse_match, move="refuse_match", bulk="each", icon="close"),
        Button(actions.undo_match, form=forms.NeedsReason, move="undo_match", bulk="each", icon="undo",
               variant="danger"),
    )  # fmt: skip
