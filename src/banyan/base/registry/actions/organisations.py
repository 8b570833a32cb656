"""Verbs on organisations: one code, one file; names and places keep their history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.actions.places import AlreadyThere, _amend
from banyan.base.registry.models import (
    Organisation,
    OrganisationName,
    OrganisationPlace,
    Park,
    Region,
)
from banyan.base.registry.queries.codes import check_organisation_code, check_uscc, organisation_code_of
from banyan.kit import Refused, bulk, clock, keys, privacy, search, terms
from banyan.kit.verbs import verb

EDIT = "registry.edit"
MERGE = "registry.merge"
PURGE = "registry.purge"
BATCH = 400
FIELDS = {
    *("name", "kind", "uscc", "organisation_code", "representative", "county", "county_id", "park", "park_id"),
    *("address", "industry", "industry_id", "size", "registered_on", "key"),
}
RELATED = {"county", "park", "industry"}
new_organisation, new_name, new_place = map(bulk.maker, (Organisation, OrganisationName, OrganisationPlace))
WRITTEN = "SAMR order 112, art. 9"


class NotItsPark(Refused):
    """The park lies in another county than the organisation."""

    code = "not-its-park"


@verb("registry.organisation.entered", right=EDIT)
def enter_organisation(deed: Any, *, name: str, **fields: Any) -> Organisation:
    """Enter an organisation with its first name and place. Raises WrongCode, AlreadyThere, NotItsPark."""
    organisation = _made({"name": name} | fields)
    _demand_free_codes([organisation])
    _demand_own_parks([organisation])
    deed.subject = f"{Organisation.noun}:{organisation.pk}"
    _write(deed, [organisation])
    return organisation


@verb("registry.organisations.entered", right=EDIT, title=gettext_lazy("Organisations entered"))
def enter_organisations(deed: Any, *, records: Sequence[dict[str, Any]]) -> list[Organisation]:
    """Enter many organisations at once, in the order given (fields as of `enter_organisation`).

    Raises WrongCode, AlreadyThere, NotItsPark for the first record that cannot be entered; then nothing is.
    """
    rows = [_made(record) for record in records]
    _demand_free_codes(rows)
    _demand_own_parks(rows)
    _write(deed, rows)
    return rows


@verb("registry.organisation.amended", right=EDIT)
def amend_organisation(deed: Any, *, organisation: Organisation, **fields: Any) -> Organisation:
    """Amend kind, size, industry, codes, day of registration or representative; name and place have own verbs."""
    if fields.get("uscc"):
        fields["uscc"] = check_uscc(fields["uscc"])
        fields["organisation_code"] = organisation_code_of(fields["uscc"])
    elif fields.get("organisation_code"):
        fields["organisation_code"] = check_organisation_code(fields["organisation_code"])
    allowed = {"kind", "size", "industry", "uscc", "organisation_code", "registered_on", "representative"}
    for name, value in fields.items():
        if name in allowed:
            setattr(organisation, name, value)
    if {"uscc", "organisation_code"} & set(fields):
        _demand_free_codes([organisation])
    _demand_registered([organisation])
    stored = Organisation.objects.get(pk=organisation.pk)
    for name in fields:
        setattr(organisation, name, getattr(stored, name))
    _amend(deed, organisation, fields, allowed)
    _index(organisation)
    return organisation


@verb("registry.organisation.renamed", right=EDIT)
def rename_organisation(deed: Any, *, organisation: Organisation, name: str) -> Organisation:
    """Give an organisation a new name from the day on; the old one stays findable."""
    name = name.strip()
    present = organisation.names.filter(until_on=None, withdrawn_on=None).order_by("-from_on").first()
    if name == organisation.name:
        raise Refused(
            _("%(organisation)s was to be renamed.") % {"organisation": organisation},
            _("It bears this name already."),
            _("Give the new name."),
        )
    if present is not None and present.from_on > deed.on:
        raise _too_early(_("the new name"), deed.on, present.from_on)
    if present is not None and present.from_on < deed.on:
        present.until_on = deed.on - timedelta(days=1)
        deed.save(present, "until_on")
        present = None
    if present is None:
        deed.add(OrganisationName(key=keys.fresh("n"), organisation=organisation, name=name, from_on=deed.on))
    else:
        present.name = name
        deed.save(present, "name")
    organisation.name = name
    deed.subject = f"{Organisation.noun}:{organisation.pk}"
    deed.save(organisation, "name")
    _index(organisation)
    return organisation


@verb("registry.organisation.moved", right=EDIT)
def move_organisation(
    deed: Any, *, organisation: Organisation, county: Region | None, park: Park | None = None, address: str = ""
) -> Organisation:
    """Move an organisation and its certificates to a county and park from the day on; the past keeps its place.

    Raises NotItsPark, and Refused where its present place begins later.
    """
    organisation.county, organisation.park, organisation.address = county, park, address.strip()
    _demand_park_in_county(organisation)
    present = organisation.places.filter(until_on=None, withdrawn_on=None).first()
    if present is not None and present.from_on > deed.on:
        raise _too_early(_("the new place"), deed.on, present.from_on)
    if present is not None and present.from_on < deed.on:
        present.until_on = deed.on - timedelta(days=1)
        deed.save(present, "until_on")
        present = None
    place = present or OrganisationPlace(key=keys.fresh("w"), organisation=organisation, from_on=deed.on)
    place.county, place.park, place.address = county, park, organisation.address
    if present is None:
        deed.add(place)
    else:
        deed.save(place, "county", "park", "address")
    _move_certificates(deed, organisation)
    deed.subject = f"{Organisation.noun}:{organisation.pk}"
    return deed.save(organisation, "county", "park", "address")


def _move_certificates(deed: Any, organisation: Organisation) -> None:
    """Its certificates in force count where it is from the day on, and where it was before."""
    in_force = Q(until_on=None) | Q(until_on__gte=deed.on)
    for one in organisation.certificates.filter(in_force, withdrawn_on=None):
        begins = one.since_on or one.from_on
        if begins < deed.on:
            was = {"county_id": one.county_id, "park_id": one.park_id, "from_on": begins.isoformat()}
            one.moved = [*one.moved, was | {"until_on": (deed.on - timedelta(days=1)).isoformat()}]
            one.since_on = deed.on
        one.county, one.park = organisation.county, organisation.park
        deed.save(one, "county", "park", "since_on", "moved")


@verb("registry.organisation.closed", right=EDIT)
def close_organisation(deed: Any, *, organisation: Organisation) -> Organisation:
    """Record that an organisation ceased to exist on the day."""
    _demand_open(organisation, _("be closed"))
    organisation.closed_on = deed.on
    return deed.save(organisation, "closed_on")


@verb("registry.organisation.reopened", right=EDIT)
def reopen_organisation(deed: Any, *, organisation: Organisation) -> Organisation:
    """Take back a closing that was recorded by mistake."""
    if organisation.closed_on is None or organisation.merged_into_id is not None:
        raise Refused(
            _("%(organisation)s was to be reopened.") % {"organisation": organisation},
            _("It is not closed, or it was merged into another one."),
            _("Undo the merger instead, where there was one."),
        )
    organisation.closed_on = None
    return deed.save(organisation, "closed_on")


@verb("registry.organisation.merged", right=MERGE)
def merge_organisation(deed: Any, *, organisation: Organisation, into: Organisation) -> Organisation:
    """Merge an organisation into another one, which answers for it from the day on. Both files stay."""
    _demand_open(organisation, _("be merged"))
    _demand_open(into, _("take up another organisation"))
    if organisation.pk == into.pk:
        raise Refused(
            _("%(organisation)s was to be merged into itself.") % {"organisation": organisation},
            _("That would close it."),
            _("Choose the organisation that goes on."),
        )
    organisation.merged_into, organisation.closed_on = into, deed.on
    deed.subject = f"{Organisation.noun}:{organisation.pk}"
    return deed.save(organisation, "merged_into", "closed_on")


@verb("registry.organisation.unmerged", right=MERGE)
def undo_merger(deed: Any, *, organisation: Organisation) -> Organisation:
    """Undo a merger: the organisation answers for itself again."""
    if organisation.merged_into_id is None:
        raise Refused(
            _("The merger of %(organisation)s was to be undone.") % {"organisation": organisation},
            _("It was not merged into any other one."),
            _("Open the organisation that was merged."),
        )
    organisation.merged_into, organisation.closed_on = None, None
    return deed.save(organisation, "merged_into", "closed_on")


@verb("registry.organisation.split", right=MERGE)
def split_organisation(
    deed: Any, *, organisation: Organisation, parts: Sequence[dict[str, Any]], closes: bool = False
) -> list[Organisation]:
    """Split new organisations off from one (each part: name, uscc, …); `closes` ends the old one on the day."""
    _demand_open(organisation, _("be split"))
    if not parts:
        raise Refused(
            _("%(organisation)s was to be split.") % {"organisation": organisation},
            _("No part was named."),
            _("Name at least one new organisation with its code."),
        )
    inherited = {name: getattr(organisation, name) for name in ("kind", "county", "park", "address", "industry")}
    rows = [_made(inherited | {"registered_on": deed.on} | part) for part in parts]
    for row in rows:
        row.split_from = organisation
    _demand_free_codes(rows)
    _demand_own_parks(rows)
    deed.subject = f"{Organisation.noun}:{organisation.pk}"
    _write(deed, rows)
    if closes:
        organisation.closed_on = deed.on
        deed.save(organisation, "closed_on")
    return rows


@verb("registry.organisation.purged", right=PURGE)
def purge_personal_data(deed: Any, *, organisation: Organisation) -> Organisation:
    """Destroy the key of an organisation's personal data: register, versions, events are unreadable from now on."""
    privacy.purge(subject=privacy.subject_of(organisation))
    organisation.representative = ""
    return deed.save(organisation, "representative")


@verb("registry.organisations.withdrawn", right=EDIT, title=gettext_lazy("Organisations withdrawn"))
def withdraw_organisations(deed: Any, *, organisations: Sequence[Organisation]) -> Sequence[Organisation]:
    """Withdraw organisations that should not have been entered, with a reason; their codes are free again."""
    if not deed.reason.strip():
        raise Refused(
            _("Organisations were to be withdrawn."), _("No reason was given."), _("Say why."), code="reason-needed"
        )
    names = list(OrganisationName.objects.filter(organisation__in=organisations, withdrawn_on=None))
    for one in (*organisations, *names):
        one.withdrawn_on, one.withdrawn_reason = deed.on, deed.reason
    for organisation in organisations:
        organisation.uscc = None
        search.index(noun=Organisation.noun, key=organisation.pk, names=(), codes=())
    deed.save_many(organisations, "withdrawn_on", "withdrawn_reason", "uscc")
    deed.save_many(names, "withdrawn_on", "withdrawn_reason")
    return organisations


# ---------------------------------------------------------------- what the verbs share


def _made(record: dict[str, Any]) -> Organisation:
    """An organisation from its fields, codes checked and made plain. Raises WrongCode, TypeError (our bug)."""
    if strangers := set(record) - FIELDS:
        raise TypeError(f"an organisation has no {sorted(strangers)}")
    stored = {name: value for name, value in record.items() if name not in RELATED}
    row: Organisation = new_organisation(**({"key": keys.fresh("o")} | stored))
    for name in RELATED & record.keys():
        setattr(row, name, record[name])
    row.name, row.address = row.name.strip(), row.address.strip()
    row.uscc = check_uscc(row.uscc) if row.uscc else None
    if row.uscc:
        row.organisation_code = organisation_code_of(row.uscc)
    elif row.organisation_code:
        row.organisation_code = check_organisation_code(row.organisation_code)
    if not row.name:
        raise Refused(
            _("An organisation was to be entered."), _("It has no name."), _("Give the name as on the licence.")
        )
    return row


def _demand_registered(rows: Sequence[Organisation]) -> None:
    """Refuse a day of registration that has not come."""
    today = clock.today()
    for row in rows:
        if row.registered_on:
            terms.demand_order(
                what=gettext_lazy("The registration"), of=row, day=row.registered_on, earliest=None, latest=today
            )


def _demand_free_codes(rows: Sequence[Organisation]) -> None:
    """One code, one file: raise AlreadyThere naming the file that has a code already."""
    own: dict[str, Organisation] = {}
    for row in rows:
        if not row.organisation_code:
            continue
        if row.organisation_code in own:
            raise _taken(row, own[row.organisation_code])
        own[row.organisation_code] = row
    codes, mine = list(own), {row.pk for row in rows}
    for start in range(0, len(codes), BATCH):
        part = codes[start : start + BATCH]
        for other in Organisation.objects.filter(
            Q(organisation_code__in=part) | Q(uscc__in=[own[code].uscc for code in part if own[code].uscc]),
            withdrawn_on=None,
        ):
            if other.pk not in mine:
                raise _taken(own.get(other.organisation_code) or rows[0], other)


def _taken(row: Organisation, other: Organisation) -> AlreadyThere:
    return AlreadyThere(
        _("%(name)s was to be entered with the code %(code)s.")
        % {"name": row.name, "code": row.uscc or row.organisation_code},
        _("This code belongs to the file %(key)s, %(other)s.") % {"key": other.pk, "other": other.name},
        _("Open that file; rename or move it where something has changed."),
        WRITTEN,
    )


def _demand_own_parks(rows: Sequence[Organisation]) -> None:
    """Every park lies in the county that is given with it."""
    for row in rows:
        _demand_park_in_county(row)


def _demand_park_in_county(row: Organisation) -> None:
    if row.park and row.park.county_id != row.county_id:
        raise NotItsPark(
            _("%(name)s was to be placed in %(park)s.") % {"name": row.name, "park": row.park},
            _("This park lies in %(county)s.") % {"county": row.park.county},
            _("Choose that county, or another park."),
        )


def _demand_open(organisation: Organisation, what: Any) -> None:
    if organisation.closed_on is not None:
        raise Refused(
            _("%(organisation)s was to %(what)s.") % {"organisation": organisation, "what": what},
            _("It was closed on %(day)s.") % {"day": organisation.closed_on},
            _("Reopen it, or undo its merger, where that was a mistake."),
        )


def _too_early(what: Any, day: date, present: date) -> Refused:
    return Refused(
        _("From %(day)s on %(what)s was to hold.") % {"day": day, "what": what},
        _("The present one holds from %(day)s only.") % {"day": present},
        _("Give a later day, or mend the present one first."),
    )


def _write(deed: Any, rows: Sequence[Organisation]) -> None:
    """Store organisations with their first names and places, and make them findable."""
    _demand_registered(rows)
    deed.add_many(rows)
    deed.add_many(
        [
            new_name(key=f"{row.pk}.n", organisation_id=row.pk, name=row.name, from_on=row.registered_on or deed.on)
            for row in rows
        ]
    )
    deed.add_many(
        [
            new_place(
                key=f"{row.pk}.w", organisation_id=row.pk, county_id=row.county_id, park_id=row.park_id,
                address=row.address, from_on=row.registered_on or deed.on,
            )
            for row in rows
        ]
    )  # fmt: skip
    entries = [search.Entry(row.pk, row.name) for row in rows]
    entries += [search.Entry(row.pk, code, search.CODE) for row in rows for code in _codes(row)]
    search.index_many(noun=Organisation.noun, entries=entries)


def _codes(row: Organisation) -> list[str]:
    return [code for code in (row.uscc, row.organisation_code) if code]


def _index(organisation: Organisation) -> None:
    names = organisation.names.filter(withdrawn_on=None).values_list("name", flat=True)
    search.index(
        noun=Organisation.noun,
        key=organisation.pk,
        names=dict.fromkeys([organisation.name, *names]),
        codes=_codes(organisation),
    )
