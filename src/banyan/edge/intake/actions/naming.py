"""Names without a code: kept with each batch, matched with the register in bulk afterwards, joined once decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from banyan.base.matching import actions as matching
from banyan.base.matching.queries import NameMatch
from banyan.base.registry import queries as registry
from banyan.edge.intake.models import Import, ImportedName, Statement
from banyan.insight.approval import queries as approval
from banyan.kit import bulk, locks
from banyan.kit.rights import System
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.queries import Sample

JUDGED = "inspection.sample_judged"
PART, NAMES_A_LOOK = 2000, 500
PARTIES = ("maker", "seller")
FEWEST = 4  # characters of a name of a firm


def keep_names(record: Import, names: Mapping[str, tuple[str, str]]) -> None:
    """Keep the names of a batch that no firm has exactly, in its transaction, each once an import."""
    rows = [
        ImportedName(number=record.number, name=name, county=county, row=row)
        for name, (county, row) in names.items() if _may_be_firm(name)
    ]  # fmt: skip
    ImportedName.objects.bulk_create(rows, batch_size=PART, ignore_conflicts=True)


def _may_be_firm(name: str) -> bool:
    return len(name) <= matching.LONGEST and sum(map(str.isalnum, name)) >= FEWEST


def open_and_locked(found: Mapping[str, Any], sample_of: Callable[[Any], Sample]) -> list[list[Any]]:
    """What can be entered and what waits as late entries, each apart: one locked row stops no other."""
    cells = {key: (sample_of(one).sampled_on, sample_of(one).county_id) for key, one in found.items()}
    shut = approval.locked(JUDGED, cells.values())
    parts = ([one for key, one in found.items() if (cells[key] in shut) is late] for late in (False, True))
    return [part for part in parts if part]


def run_clocks(*, on: date) -> dict[str, int]:
    """Match the names of imports that were cut off before, and join what people decided or took back since."""
    waiting = ImportedName.objects.filter(match=None).values_list("number", flat=True).distinct()
    for record in Import.objects.filter(number__in=list(waiting), state="done"):
        _match(record, on=on)
    return {"samples joined by name": join_decided(on=on)}


def match_imported(record: Import, *, on: date) -> Import:
    """Match the names of an import that came without a code with the register, and join what is certain.

    Reads the register once for thousands of names; each part is kept by itself, so it goes on after a kill. What lies
    between the thresholds is put before a person; what was decided of the same name in the same place holds here too.
    """
    _match(record, on=on)
    join_decided(on=on, only=record)
    record.refresh_from_db()
    return record


def _match(record: Import, *, on: date) -> None:
    while names := list(ImportedName.objects.filter(number=record.number, match=None)[: matching.MOST]):
        with transaction.atomic():
            known = _known_before(names)
            fresh = [one for one in names if one.name not in known]
            known |= {row.name: row for row in _matched(record, fresh, on=on)}
            present = Import.objects.select_for_update().get(pk=record.pk)
            counts = Counter(present.counts.get("names", {})) + _linked(names, known)
            present.counts["names"] = dict(sorted(counts.items()))
            present.save(update_fields=["counts"])


def _known_before(names: Sequence[ImportedName]) -> dict[str, NameMatch]:
    """The matches of the same names in the same places that earlier imports led to, by name."""
    places = {one.name: one.county for one in names}
    found: dict[str, NameMatch] = {}
    for start in range(0, len(names), PART):
        part = [one.name for one in names[start : start + PART]]
        rows = ImportedName.objects.filter(name__in=part, match__isnull=False, match__withdrawn_on=None)
        for row in rows.select_related("match").order_by("number"):
            if row.county == places[row.name] and row.match is not None:
                found[row.name] = row.match
    return found


def _matched(record: Import, names: Sequence[ImportedName], *, on: date) -> Sequence[NameMatch]:
    if not names or not registry.Organisation.objects.exists():
        return ()
    files = ", ".join(str(file["name"]) for file in record.files)
    return matching.match_names(
        names=[one.name for one in names], places=[one.row for one in names], desks=[one.county for one in names],
        source=f"{record.number} · {files}"[:120], county=registry.region_for_names(), only_found=True,
        by=System("intake"), on=on,
    )  # fmt: skip


def _linked(names: Sequence[ImportedName], known: Mapping[str, NameMatch]) -> Counter[str]:
    """Keep which match each name has, forget those that mean no firm; how many of each."""
    said = {"accepted": "joined", "proposed": "to_be_decided"}
    found = [one for one in names if one.name in known]
    for one in found:
        one.match = known[one.name]
    bulk.update(found, ["match"])
    gone = [one.pk for one in names if one.name not in known]
    for start in range(0, len(gone), PART):
        ImportedName.objects.filter(pk__in=gone[start : start + PART]).delete()
    return Counter(said.get(known[one.name].state, "unknown") if one.name in known else "unknown" for one in names)


# ---------------------------------------------------------------- joining


def join_decided(*, on: date, only: Import | None = None) -> int:
    """Give samples the firm that the match of their name says, and take it from those whose match was undone.

    What somebody amended meanwhile stays as it is. How many samples changed.
    """
    holds = Q(match__state="accepted", match__withdrawn_on=None)
    differs = Q(joined=None) | ~Q(joined=F("match__organisation"))
    rows = ImportedName.objects.filter((holds & differs) | (~holds & Q(joined__isnull=False)))
    numbers = [only.number] if only else rows.order_by("number").values_list("number", flat=True).distinct()
    changed = 0
    for record in Import.objects.filter(number__in=list(numbers)).order_by("number"):
        names = list(rows.filter(number=record.number).select_related("match").order_by("name"))
        for start in range(0, len(names), NAMES_A_LOOK):
            changed += _join(record, names[start : start + NAMES_A_LOOK], on=on)
    return changed


def _join(record: Import, names: Sequence[ImportedName], *, on: date) -> int:
    """Bring the samples of an import in line with the matches of some names, by the thousand."""
    wanted = {one.name: (one.joined_id, _means(one.match)) for one in names}
    made = Statement.objects.filter(entered_by=record.number, content=0).values("record")
    named = Q(maker_name__in=wanted) | Q(seller_name__in=wanted)
    rows = Sample.objects.filter(named, pk__in=made, withdrawn_on=None).order_by("pk")
    changed, after, there = 0, "", set[str]()
    while samples := list(rows.filter(pk__gt=after)[:PART]):
        after = samples[-1].pk
        changes = {one.pk: _change(one, wanted) for one in samples}
        there |= {name for one in samples if changes[one.pk] for name in (one.maker_name, one.seller_name)}
        found = {one.pk: one for one in samples if changes[one.pk]}
        for some in open_and_locked(found, lambda sample: sample):
            with locks.asking():
                inspection.join_parties(samples=some, changes=changes, by=System("intake"), on=on, reason=str(record))
        changed += len(found)
    for one in names:
        was, means = wanted[one.name]
        one.joined_id = means if means is None or one.name in there else was
    bulk.update(names, ["joined"])
    return changed


def _means(match: NameMatch | None) -> str | None:
    holds = match is not None and match.state == "accepted" and match.withdrawn_on is None
    return match.organisation_id if match is not None and holds else None


def _change(sample: Sample, wanted: Mapping[str, tuple[str | None, str | None]]) -> dict[str, str | None]:
    change: dict[str, str | None] = {}
    for party in PARTIES:
        was, means = wanted.get(getattr(sample, f"{party}_name"), (None, None))
        if was != means and getattr(sample, f"{party}_id") == was:
            change[f"{party}_id"] = means
    return change


def withdraw_names(record: Import, *, by: Any, on: date, reason: str) -> int:
    """Take the names of an import that is undone from the desk, where no other import has them; how many."""
    rows = NameMatch.objects.filter(imported__number=record.number, withdrawn_on=None)
    others = ImportedName.objects.exclude(number=record.number).filter(match=OuterRef("pk"))
    gone = list(rows.filter(~Exists(others)).order_by("pk"))
    ImportedName.objects.filter(number=record.number).delete()
    if gone:
        matching.withdraw_matches(name_matches=gone, by=by, on=on, reason=reason)
    return len(gone)
