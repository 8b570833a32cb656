"""Verbs on names without a code: match them with the register, decide what lies between the thresholds, undo it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.matching import queries
from banyan.base.matching.models import MATCH_FLOW, NameMatch
from banyan.base.registry.queries import Organisation, Region, survivor
from banyan.kit import Refused, bulk, keys
from banyan.kit.terms import demand_reason
from banyan.kit.verbs import verb

HANDLE = "matching.handle"
MOST = 20_000
LONGEST = 160
KEPT = 5
new_match = bulk.maker(NameMatch)


@verb(
    "matching.names.matched", right=HANDLE, title=gettext_lazy("Names matched with the register"), names=("county",)
)
def match_names(
    deed: Any, *, names: Sequence[str], source: str, county: Region, places: Sequence[str] = (),
    desks: Sequence[str] = (), only_found: bool = False,
) -> list[NameMatch]:  # fmt: skip
    """Match names with the register and keep what was found, each with its explanation.

    From the upper threshold on the machine accepts, and says so; between the thresholds a person decides; below, the
    name is held to mean no firm of the register; with `only_found` no record is made of that. `desks` are the keys of
    the regions that decide, where it is not `county` for all. Raises Refused for too many, none, or one that is none.
    """
    wanted = [name.strip() for name in names]
    demand_names(wanted, source)
    rules = queries.rules_of(on=deed.on)
    rows = []
    for number, (name, found) in enumerate(zip(wanted, queries.matched(names=wanted, on=deed.on), strict=True)):
        kept = found[:KEPT]
        if only_found and queries.verdict(found, rules) == "refused":
            continue
        row = new_match(
            key=keys.fresh("m"), name=name, source=source.strip(), came_on=deed.on,
            county_id=(desks[number] if desks else "") or county.pk,
            place=places[number][:60] if places else str(number + 1),
            candidates=[queries.kept_form(one) for one in kept],
        )  # fmt: skip
        if kept and kept[0].probability >= rules.decide_from:
            row.organisation_id, row.probability = kept[0].key, _share(kept[0].probability)
        row.state = queries.verdict(found, rules)
        if row.state != "proposed":
            row.is_by_machine, row.decided_on = True, deed.on
        rows.append(row)
    deed.add_many(rows)
    return rows


@verb("matching.match.accepted", right=HANDLE)
def accept_match(deed: Any, *, name_match: NameMatch) -> NameMatch:
    """Accept the most probable firm. Raises NotNow where it is decided already."""
    MATCH_FLOW.move(name_match, "accept_match")
    return _decided(deed, name_match)


@verb("matching.match.chosen", right=HANDLE, names=("organisation",))
def choose_match(deed: Any, *, name_match: NameMatch, organisation: Organisation) -> NameMatch:
    """Say that a name means another firm than the one proposed."""
    MATCH_FLOW.move(name_match, "choose_match")
    shares = {one["key"]: one["probability"] for one in name_match.candidates}
    name_match.organisation = survivor(organisation=organisation)
    share = shares.get(organisation.pk)
    name_match.probability = None if share is None else _share(share)
    return _decided(deed, name_match)


@verb("matching.match.refused", right=HANDLE)
def refuse_match(deed: Any, *, name_match: NameMatch) -> NameMatch:
    """Say that a name means none of the firms found."""
    MATCH_FLOW.move(name_match, "refuse_match")
    name_match.organisation, name_match.probability = None, None
    return _decided(deed, name_match)


@verb("matching.match.undone", right=HANDLE)
def undo_match(deed: Any, *, name_match: NameMatch) -> NameMatch:
    """Take back a decision, by machine or by a person, with the reason: it is to be decided again."""
    demand_reason(deed.reason, MATCH_FLOW.moves["undo_match"].label)
    MATCH_FLOW.move(name_match, "undo_match")
    first = name_match.candidates[0] if name_match.candidates else None
    if first and first["probability"] < queries.rules_of(on=deed.on).decide_from:
        first = None  # it was proposed to nobody
    name_match.organisation_id = first["key"] if first else None
    name_match.probability = _share(first["probability"]) if first else None
    name_match.is_by_machine, name_match.decided_on, name_match.decided_by = False, None, ""
    return deed.save(name_match, *DECIDED)


@verb("matching.names.withdrawn", right=HANDLE, title=gettext_lazy("Names withdrawn with what brought them"))
def withdraw_matches(deed: Any, *, name_matches: Sequence[NameMatch]) -> Sequence[NameMatch]:
    """Take names back with what brought them, with the reason: nobody needs to decide them any more."""
    demand_reason(deed.reason, _("Withdrawing a record"))
    for row in name_matches:
        row.withdrawn_on, row.withdrawn_reason = deed.on, deed.reason
    return deed.save_many(name_matches, "withdrawn_on", "withdrawn_reason")


DECIDED = ("state", "organisation", "probability", "is_by_machine", "decided_on", "decided_by")


def _decided(deed: Any, row: NameMatch) -> NameMatch:
    if row.state == "accepted" and row.organisation_id is None:
        raise Refused(
            _("A match of “%(name)s” was to be accepted.") % {"name": row.name},
            _("No firm of the register was found for it."),
            _("Choose the firm, or say that it is none of the register."),
        )
    row.is_by_machine, row.decided_on, row.decided_by = False, deed.on, getattr(deed.by, "username", "")
    return deed.save(row, *DECIDED)


def _share(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.0001"))


def demand_names(names: Sequence[str], source: str) -> None:
    """Raise Refused for no source, no names or too many, an empty name or one that is too long."""
    asked = _("%(count)d names were to be matched with the register.") % {"count": len(names)}
    if not source.strip():
        raise Refused(asked, _("Nothing says where they come from."), _("Name the file, the office or the letter."))
    if not names or len(names) > MOST:
        raise Refused(
            asked,
            _("Between one and %(most)d can be matched at once.") % {"most": MOST},
            _("Give the names in parts."),
        )
    wrong = next((at for at, name in enumerate(names, 1) if not name or len(name) > LONGEST), None)
    if wrong is not None:
        raise Refused(
            asked,
            _("Name %(place)d is empty or longer than %(longest)d characters.")
            % {"place": wrong, "longest": LONGEST},
            _("Correct it, or leave it out."),
        )
