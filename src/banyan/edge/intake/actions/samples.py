"""Enters a batch of sorted rows as samples with results, and adds items to samples that earlier rows made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from banyan.base.registry import queries as registry
from banyan.edge.intake.actions.naming import keep_names, open_and_locked
from banyan.edge.intake.models import Import
from banyan.edge.intake.queries.sorting import FAILED, NEW, Sorted
from banyan.edge.intake.queries.targets import DAYS_OF_SAMPLE, OF_SAMPLE, Samples
from banyan.kit import bulk, locks
from banyan.records.inspection import actions as inspection
from banyan.records.inspection import queries as inspected
from banyan.records.inspection.actions.batches import ItemResult, Result, Sample

PARTIES = ("maker", "seller")
STATED = [name for name in OF_SAMPLE if name != "report_number"]
ROWS_SHOWN = 120
NAMES_KEPT = 20_000


class Entering:
    """Makes samples of rows for one import, batch by batch, and counts what became of them."""

    def __init__(self, record: Import, target: Samples, *, files: Sequence[str], by: Any) -> None:
        self.record, self.target, self.by, self.files = record, target, by, files
        self._sample, self._result, self._item = map(bulk.maker, (Sample, Result, ItemResult))
        mapping = target.mapping
        stand_in = mapping.stand_ins.get("sampled_on")
        self._dated_by = stand_in.by if stand_in else ""
        self._stated = [name for name in STATED if name in mapping.fields or name in mapping.constants]
        self._days = [name for name in DAYS_OF_SAMPLE if name in mapping.fields or name in mapping.stand_ins]
        self._remarks = [(field, mapping.fields[field].named[0]) for field in target.extra]
        self._classes = {one.name: key for key, one in registry.product_classes().items()}
        self._organisations: dict[str, str | None] = {}
        self._unfound: dict[str, tuple[str, str]] = {}
        self._known_unfound: set[str] = set()

    def enter(self, lines: Sequence[Sorted], *, on: date, after: int) -> Counter[str]:
        """Enter what is new; `after` is how many samples the import has made so far."""
        drafts: dict[str, tuple[Sample, Result]] = {}
        more: dict[str, list[Any]] = {}
        failed: set[str] = set()
        counts: Counter[str] = Counter()
        new = [one for one in lines if one.lot == NEW]
        self._find([one.line.fate.values for one in new if one.is_new_record])
        for one in new:
            if one.is_new_record:
                number = f"I{self.record.number}-{after + len(drafts) + 1:06}"
                drafts[one.record] = self._draft(one, number, counts)
            elif one.record in drafts:
                self._join(*drafts[one.record], one)
            else:
                more.setdefault(one.record, []).extend(self._items(one))
                failed |= {one.record} if one.verdict == FAILED else set()
        said = {"by": self.by, "on": on, "reason": str(self.record)}
        for some in open_and_locked(drafts, lambda draft: draft[0]):
            with locks.asking() as asked:
                inspection.record_samples(
                    samples=[sample for sample, _result in some], results=[result for _sample, result in some], **said
                )
            counts["waiting"] += len(some) if asked.kept else 0
        samples = inspected.samples_seen(list(more), person=self.by) if more else {}
        for some in open_and_locked(samples, lambda sample: sample):
            items = {sample.pk: more[sample.pk] for sample in some}
            with locks.asking() as asked:
                inspection.extend_samples(samples=some, items=items, failed=failed & items.keys(), **said)
            counts["waiting"] += len(some) if asked.kept else 0
        counts["records"], counts["extended"] = len(drafts), len(more)
        keep_names(self.record, self._unfound)
        self._known_unfound |= self._unfound.keys()
        self._unfound.clear()
        for item in self._all_items(drafts.values(), more.values()):
            counts[f"rejudged.{item.rejudged}"] += 1
        return counts

    def _all_items(self, drafts: Iterable[Any], more: Iterable[Any]) -> Iterable[Any]:
        for _sample, result in drafts:
            yield from result._items
        for items in more:
            yield from items

    def _draft(self, one: Sorted, number: str, counts: Counter[str]) -> tuple[Sample, Result]:
        values, place = one.line.fate.values, one.line.place
        stated: dict[str, Any] = {name: values[name] or "" for name in self._stated}
        stated |= {name: values.get(name) for name in self._days}
        stated["judged_on"] = values.get("judged_on") or values.get("published_on") or values["sampled_on"]
        conclusion = values["conclusion"]
        for party in PARTIES:
            key = self._party(values, party)
            stated[f"{party}_id"] = key
            counts[f"linked.{party}"] += key is not None
            name = values.get(f"{party}_name")
            if key is None and name and not values.get(f"{party}_uscc") and name not in self._known_unfound:
                self._unfound.setdefault(name, (values.get("county") or "", str(place.row)))
        stated["product_class_id"] = self._class_of(values, counts)
        counts["county_unknown"] += values.get("county") is None
        sample = self._sample(
            key=one.record, number=number, county_id=values.get("county"),
            origin_county_id=values.get("origin_county"), conclusion=conclusion,
            state="published" if values.get("published_on") else conclusion,
            dated_by=self._dated_by if f"sampled_on.from_{self._dated_by}" in one.line.fate.notes else "",
            remarks=self._words(values), source_file=self.files[place.file][:160], source_row=str(place.row),
            **stated,
        )  # fmt: skip
        result = self._result(
            sample_id=sample.key, conclusion=conclusion, report_number=values.get("report_number") or ""
        )
        result.sample = sample
        result._items = self._items(one)  # type: ignore[attr-defined]
        return sample, result

    def _join(self, sample: Sample, result: Result, one: Sorted) -> None:
        """A further row of a sample that the same batch makes."""
        result._items += self._items(one)  # type: ignore[attr-defined]
        if one.verdict == FAILED and sample.conclusion != "failed":
            if sample.state == sample.conclusion:
                sample.state = "failed"
            sample.conclusion = result.conclusion = "failed"
        rows = f"{sample.source_row}, {one.line.place.row}"
        if len(rows) <= ROWS_SHOWN:
            sample.source_row = rows

    def _items(self, one: Sorted) -> list[Any]:
        values = one.line.fate.values
        return [
            self._item(
                item=part.name, limit=part.limit, value=part.result, unit=part.unit,
                category=values.get("category") or "", method=values.get("method") or "",
                conclusion=values["conclusion"],
            )
            for part in one.items
        ]  # fmt: skip

    def _find(self, rows: Sequence[dict[str, Any]]) -> None:
        """Look up the parties that rows name, by code where one is stated, else by the exact name."""
        if len(self._organisations) > NAMES_KEPT:
            self._organisations.clear()
            self._known_unfound.clear()
        known = self._organisations
        codes = {
            code for row in rows for party in PARTIES if (code := row.get(f"{party}_uscc")) and code not in known
        }
        for code in codes:
            known[code] = None
        known |= {code: one.pk for code, one in registry.organisations_by_code(codes=codes).items()}
        names = {
            name for row in rows for party in PARTIES if (name := row.get(f"{party}_name")) and name not in known
        }
        for name in names:
            known[name] = None
        found = registry.organisations_by_name(names=names)
        known |= {name: keys[0] for name, keys in found.items() if len(keys) == 1}

    def _party(self, values: dict[str, Any], party: str) -> str | None:
        """The key of a party: by its code, or by its name where exactly one organisation bears or bore it."""
        code, name = values.get(f"{party}_uscc"), values.get(f"{party}_name")
        found = self._organisations.get(code) if code else None
        return found or (self._organisations.get(name) if name and not code else None)

    def _class_of(self, values: dict[str, Any], counts: Counter[str]) -> str | None:
        """The product class whose name is the last part of the stated path; null where the registry has none."""
        path = values.get("product_class_path")
        found = self._classes.get(path.split("-->")[-1].strip()) if path else None
        counts["product_class_unknown"] += found is None
        return found

    def _words(self, values: dict[str, Any]) -> str:
        """What the source says beyond the fields of a sample, under the names of its columns."""
        return "\n".join(f"{name}: {values[field]}" for field, name in self._remarks if values[field] is not None)
