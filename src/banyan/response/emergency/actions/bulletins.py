"""Verbs of bulletins: issued when nothing is missing, updated and cancelled by further bulletins."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from banyan.base.registry.queries import WrongCode, check_gtin
from banyan.kit import clock, terms
from banyan.kit.keys import fresh
from banyan.kit.pictures import examined, without_place
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.emergency.actions.log import demand_open, note
from banyan.response.emergency.actions.messages import dispatch
from banyan.response.emergency.models import Bulletin
from banyan.response.emergency.queries.bulletins import missing_in
from banyan.response.emergency.queries.numbers import next_number

PUBLISH = "emergency.publish"
MOST_BYTES = 10 * 2**20
KEPT = (
    "activation", "kind", "county", "area", "roles", "is_public", "urgency", "severity", "certainty", "headline",
    "description", "measures", "contact", "is_of_goods", "product_name", "brand", "model", "lots", "gtin", "photo",
    "photo_digest", "photo_type", "expires_at", "is_drill",
)  # fmt: skip
"""What an update keeps of the bulletin before it, where it says nothing else."""


@verb("emergency.bulletin.issued", right=PUBLISH)
def issue_bulletin(deed: Deed, *, bulletin: Bulletin, photo: Any = None) -> Bulletin:
    """Issue a bulletin to roles, and to the public if it says so.

    Refused, naming each, while something that must be in it is missing. That of an exercise is never public.
    """
    return _issue(deed, bulletin, photo)


@verb("emergency.bulletin.updated", right=PUBLISH)
def update_bulletin(
    deed: Deed, *, bulletin: Bulletin, photo: Any = None, expires_at: datetime | None = None, **said: str
) -> Bulletin:
    """Issue a bulletin that updates another, which stands no more."""
    _demand_standing(bulletin, _("An update"))
    later = _after(bulletin, Bulletin.Sort.UPDATE)
    for name, value in said.items():
        if value.strip():
            setattr(later, name, value.strip())
    later.expires_at = expires_at or later.expires_at
    bulletin.state = Bulletin.State.UPDATED
    deed.save(bulletin, "state")
    return _issue(deed, later, photo)


@verb("emergency.bulletin.cancelled", right=PUBLISH)
def cancel_bulletin(deed: Deed, *, bulletin: Bulletin) -> Bulletin:
    """Issue a bulletin that cancels another, with the reason."""
    terms.demand_reason(deed.reason, _("Cancelling a bulletin"))
    _demand_standing(bulletin, _("A cancellation"))
    later = _after(bulletin, Bulletin.Sort.CANCEL)
    later.description, later.urgency = deed.reason, Bulletin.Urgency.PAST
    bulletin.state = Bulletin.State.CANCELLED
    deed.save(bulletin, "state")
    return _issue(deed, later, None)


def _issue(deed: Deed, bulletin: Bulletin, photo: Any) -> Bulletin:
    activation = bulletin.activation
    if activation is not None:
        demand_open(activation, _("A bulletin"))
        bulletin.county, bulletin.is_drill = activation.county, activation.is_drill
        bulletin.kind = activation.kind
    with translation.override(settings.LANGUAGE_CODE):  # everybody reads it, whoever issued it in which language
        bulletin.area = bulletin.area.strip() or str(bulletin.county)
    asked = _("A bulletin “%(headline)s” was to be issued.") % {"headline": bulletin.headline}
    if missing := missing_in(bulletin, has_photo=bool(photo)):
        raise Refused(
            asked, _("These are missing: %(missing)s.") % {"missing": ", ".join(missing)},
            _("Complete it; a bulletin that nobody can act by is not sent."), code="bulletin-incomplete",
        )  # fmt: skip
    if bulletin.gtin:
        try:
            bulletin.gtin = check_gtin(bulletin.gtin)
        except WrongCode as error:
            raise Refused(asked, str(error), _("Copy the bar code from the pack."), code="wrong-code") from error
    now = clock.now()
    if bulletin.expires_at <= now:
        raise Refused(asked, _("Its end has passed."), _("Choose a later end."), code="wrong-order")
    if photo:
        _attach(bulletin, photo)
    deed.hold()
    bulletin.key = bulletin.key or fresh("bt")
    bulletin.number = next_number(Bulletin, on=deed.on)
    bulletin.issued_at, bulletin.issued_on = now, deed.on
    deed.add(bulletin)
    with translation.override(settings.LANGUAGE_CODE):
        said = str(bulletin)
    if bulletin.roles:
        dispatch(
            deed, region=bulletin.county, roles=bulletin.roles, text=said,
            level=activation.level if activation else "", is_drill=bulletin.is_drill, activation=activation,
            bulletin=bulletin,
        )  # fmt: skip
    if activation is not None:
        words = f"{bulletin.number} {bulletin.headline}"
        note(deed, activation, gettext_noop("Bulletin issued: %(bulletin)s"), bulletin=words)
    return bulletin


def _attach(bulletin: Bulletin, photo: Any) -> None:
    content = photo.read(MOST_BYTES + 1)
    picture = examined(content, name=str(photo.name)[-160:])
    content = without_place(content)
    bulletin.photo_digest, bulletin.photo_type = hashlib.sha256(content).hexdigest(), picture.media_type
    ending = "png" if picture.media_type == "image/png" else "jpg"
    bulletin.photo.save(f"{bulletin.photo_digest}.{ending}", ContentFile(content), save=False)


def _after(bulletin: Bulletin, sort: str) -> Bulletin:
    return Bulletin(sort=sort, replaces=bulletin, **{name: getattr(bulletin, name) for name in KEPT})


def _demand_standing(bulletin: Bulletin, what: str) -> None:
    if bulletin.state != Bulletin.State.STANDS or bulletin.sort == Bulletin.Sort.CANCEL:
        raise Refused(
            _("%(what)s of %(bulletin)s was asked for.") % {"what": what, "bulletin": bulletin},
            _("It stands no more, or is a cancellation itself."),
            _("Work on the latest bulletin of the same matter."),
            code="not-now",
        )
