"""The office's screens of receivers: what each may receive, what is on its way, what it did, what it holds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.edge.receivers import actions, forms
from banyan.edge.receivers.models import DELIVERY_FLOW, RECEIVER_FLOW, Access, Copy, Delivery, Receipt, Receiver
from banyan.kit.office import Button, Screen, register


@register(Receiver)
class ReceiverScreen(Screen):
    list_display = ("name", "kind", "region", "endpoint", "state")
    filters = ("kind", "state")
    finds_by = ("name", "pk")
    icon = "share"
    flow = RECEIVER_FLOW
    empty = _("Nobody is told what changes. Enter a receiver, then grant it topics one by one.")
    fields = (("name", "kind"), "region", ("endpoint", "form"), "keeps", "state")
    buttons = (
        Button(actions.enter_receiver, _("Enter a receiver"), forms.EnterReceiver, where="list", icon="add"),
        Button(actions.grant_access, _("Grant a topic"), forms.GrantAccess, icon="key", variant="primary"),
        Button(actions.replay, _("Tell again"), forms.Replay, icon="replay"),
        Button(actions.move_receiver, _("Change the address"), forms.MoveReceiver, icon="edit"),
        Button(actions.renew_signing_secret, _("Renew the secret"), forms.NeedsReason, icon="lock_reset"),
        Button(actions.suspend_receiver, form=forms.NeedsReason, move="suspend_receiver", icon="block",
               variant="danger"),
        Button(actions.readmit_receiver, move="readmit_receiver", icon="check", variant="primary"),
    )  # fmt: skip


@register(Access)
class AccessScreen(Screen):
    list_display = ("receiver", "topic", "basis", "from_on", "until_on", "withdrawn_on")
    filters = ("receiver", "topic", "from_on", "until_on", "withdrawn_on")
    finds_by = ("receiver", "pk")
    icon = "key"
    empty = _("No receiver may be told of anything.")
    fields = (("receiver", "topic"), "basis", ("from_on", "until_on"))
    buttons = (
        Button(actions.end_access, _("End"), forms.NeedsReason, icon="close", bulk="each", variant="danger"),
    )  # fmt: skip


@register(Delivery)
class DeliveryScreen(Screen):
    list_display = (
        "receiver",
        "topic",
        "kind",
        "organisation",
        "happened_on",
        "state",
        "taken_at",
        "due_on",
        "fault",
    )
    filters = ("receiver", "topic", "kind", "state", "due_on", "happened_on")
    finds_by = ("organisation", "record_key", "pk")
    icon = "outgoing_mail"
    flow = DELIVERY_FLOW
    empty = _("Nothing was told to any receiver.")
    fields = (("receiver", "topic"), ("kind", "happened_on"), ("organisation", "county"),
              ("record_noun", "record_key"), ("event", "version"), ("state", "taken_at"),
              ("tries", "fault"), ("first_at", "next_at"), ("due_on", "assignee"))  # fmt: skip
    buttons = (
        Button(actions.send_again, move="send_again", icon="replay", bulk="each", variant="primary"),
        Button(actions.pass_over, form=forms.NeedsReason, move="pass_over", icon="skip_next", bulk="each"),
    )


@register(Receipt)
class ReceiptScreen(Screen):
    list_display = ("delivery", "outcome", "reference", "words", "done_on", "given_on")
    filters = ("outcome", "done_on", "given_on")
    finds_by = ("reference", "pk")
    icon = "receipt_long"
    empty = _("No receiver has given a receipt.")
    fields = ("delivery", ("outcome", "reference"), "words", ("done_on", "given_on"))


@register(Copy)
class CopyScreen(Screen):
    list_display = ("receiver", "topic", "event", "count", "agrees", "reported_on")
    filters = ("receiver", "topic", "reported_on")
    finds_by = ("receiver", "pk")
    icon = "content_copy"
    empty = _("No receiver has reported what it holds.")
    fields = (("receiver", "topic"), ("event", "count"), "agrees", "digest", "ours", "reported_on")
    readonly_fields = ("agrees",)

    def agrees(self, copy: Copy) -> bool:
        """Whether the receiver holds what we do."""
        return copy.agrees

    agrees.boolean = True  # type: ignore[attr-defined]
    agrees.short_description = _("is ours")  # type: ignore[attr-defined]
