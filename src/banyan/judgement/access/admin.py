"""The office's screens of consents and of readings of credit files; firms see their own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.judgement.access import actions, forms
from banyan.judgement.access.models import CONSENT_FLOW, Access, Consent
from banyan.kit.office import Button, Screen, register


@register(Consent)
class ConsentScreen(Screen):
    list_display = ("client_name", "organisation", "purpose", "from_on", "until_on", "state")
    filters = ("state", "until_on")
    finds_by = ("organisation", "client_name", "pk")
    icon = "handshake"
    flow = CONSENT_FLOW
    empty = _("No firm has let anybody read its credit file.")
    fields = ("organisation", "client_name", "purpose", ("from_on", "until_on"), "given_by",
              ("revoked_on", "revoked_by"))  # fmt: skip
    buttons = (
        Button(actions.give_consent, _("Give a consent"), forms.GiveConsent, where="list", icon="handshake"),
        Button(actions.revoke_consent, form=forms.Plain, move="revoke_consent", icon="block", variant="danger"),
    )


@register(Access)
class AccessScreen(Screen):
    list_display = ("at", "by_name", "on_behalf", "organisation", "purpose", "what", "basis")
    export_fields = ("id", "at", "by_name", "on_behalf", "organisation", "purpose", "basis", "consent", "what", "run")
    filters = ("at",)
    finds_by = ("organisation", "by", "by_name", "run")
    icon = "visibility"
    ordering = ("-pk",)
    empty = _("Nobody has read it.")
    show_timeline = False
    fields = (("at", "by_name"), "on_behalf", "organisation", ("purpose", "what"), "basis", ("consent", "run"))
