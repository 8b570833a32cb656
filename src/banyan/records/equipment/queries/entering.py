"""What equipment must say before it is entered, and what is known already by its codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import terms
from banyan.kit.refusals import Refused
from banyan.records.equipment.models import Equipment
from banyan.records.equipment.models.words import VARIETIES
from banyan.records.equipment.queries import codes
from banyan.records.equipment.queries.schedule import CHUNK


def complete(one: Equipment, *, on: date) -> None:
    """Fill in what follows from the rest: plain codes, place, state. Raises Refused for what cannot be entered."""
    one.code = codes.check_code(one.code, kind=one.kind, on=on)
    one.certificate = codes.check_certificate(one.certificate, kind=one.kind, on=on) if one.certificate else None
    one.county_id = one.county_id or one.user_unit.county_id
    one.address = one.address or one.user_unit.address
    known = {str(row["variety"]) for row in terms.rows(VARIETIES, on=on) if row["kind"] == one.kind}
    asked = _("%(equipment)s was to be entered.") % {"equipment": one}
    if one.variety and one.variety not in known:
        raise Refused(
            asked,
            _("“%(variety)s” is no variety of its kind.") % {"variety": one.variety},
            _("Leave it out, or choose: %(known)s.") % {"known": ", ".join(sorted(known)) or "—"},
            code="wrong-variety",
        )
    if one.county_id is None:
        raise Refused(asked, _("Its place is not known."), _("Choose where it stands."), code="place-missing")
    terms.demand_order(what=gettext_lazy("The installation"), of=one, day=one.installed_on, earliest=None, latest=on)
    if one.certificate:
        one.state, one.used_since = "in_use", one.used_since or one.installed_on
        one.registered_on = one.registered_on or on
    else:
        one.state = "unregistered"


def known_codes(plain: Iterable[str]) -> dict[str, Equipment]:
    """Equipment by its plain code or use registration number; what nobody has is left out."""
    wanted = list(dict.fromkeys(plain))
    found: dict[str, Equipment] = {}
    for name in ("code", "certificate"):
        for start in range(0, len(wanted), CHUNK):
            part = {f"{name}__in": wanted[start : start + CHUNK]}
            for one in Equipment.objects.filter(withdrawn_on=None, **part):
                found[getattr(one, name)] = one
    return found
