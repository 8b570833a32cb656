"""The office's screens of screenings and of credentials; a firm takes and revokes its own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banyan.edge.vouching import actions, forms
from banyan.edge.vouching.models import CREDENTIAL_FLOW, FLOW, Credential, Screening
from banyan.kit.office import Button, Screen, register


@register(Screening)
class ScreeningScreen(Screen):
    list_display = ("number", "file", "rows", "purpose", "asked_by", "on", "state")
    filters = ("state", "on")
    finds_by = ("number", "file", "asked_by")
    icon = "fact_check"
    flow = FLOW
    empty = _("No codes were screened yet.")
    fields = (("number", "state"), ("file", "rows"), ("purpose", "on_behalf"), "basis", ("asked_by", "known_at"),
              "counts", "file_digest", ("result_digest", "result_bytes"))  # fmt: skip


@register(Credential)
class CredentialScreen(Screen):
    list_display = ("number", "organisation", "grade", "valid_from", "valid_until", "state")
    filters = ("state", "valid_until")
    finds_by = ("organisation", "number")
    icon = "workspace_premium"
    flow = CREDENTIAL_FLOW
    empty = _("No credential was taken yet.")
    fields = (("number", "state"), "organisation", ("grade", "grade_since"), "listings",
              ("valid_from", "valid_until"), "taken_by", ("revoked_on", "revoked_why"), ("status_list", "place"),
              "digest")  # fmt: skip
    buttons = (
        Button(actions.take_credential, _("Take a credential"), forms.TakeCredential, where="list", icon="badge"),
        Button(actions.revoke_credential, form=forms.NeedsReason, move="revoke_credential", icon="block",
               variant="danger"),
    )  # fmt: skip
