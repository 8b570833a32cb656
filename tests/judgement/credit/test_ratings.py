"""The engine reproduces official ratings from their component scores, by a pack of the published scheme alone."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime

import ibis
import pyarrow as pa
import pytest
from lxml import etree

from banyan import policy
from banyan.judgement.credit import queries

DAY = date(2026, 7, 21)
SCORES = {"Hygiene": "hygiene", "Structural": "structural", "ConfidenceInManagement": "confidence"}


def facts_of(scores: list[tuple[str, str, float]]) -> ibis.Table:
    """Scores (establishment, item, value) as facts of items judged."""
    known = datetime(2026, 7, 21, tzinfo=UTC).replace(tzinfo=None)
    rows = [
        {"kind": "inspection.item_judged", "key": str(place), "fact": place, "source": place, "organisation": one,
         "product": None, "item": item, "value": value, "happened_on": DAY, "known_at": known, "until": None}
        for place, (one, item, value) in enumerate(scores)
    ]  # fmt: skip
    schema = ibis.schema({
        **dict.fromkeys(("kind", "key", "organisation", "product", "item"), "string"), "fact": "int64",
        "source": "int64", "value": "float64", "happened_on": "date", "known_at": "timestamp", "until": "timestamp",
    })  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema.to_pyarrow()), schema=schema)


def ratings(scores: list[tuple[str, str, float]]) -> dict[str, str]:
    book = policy.load(("house", "uk"))
    found = queries.counted_by(queries.rules_of(book), lambda _kind: facts_of(scores))
    return {one.firm: one.grade for one in queries.graded(queries.counting(found, on=DAY), book.entry(queries.SCALE))}


def test_the_worst_single_score_caps_what_the_sum_would_give():
    scores = [("a", "hygiene", 5), ("a", "structural", 5), ("a", "confidence", 5),
              ("b", "hygiene", 0), ("b", "structural", 0), ("b", "confidence", 10),
              ("c", "hygiene", 25), ("c", "structural", 0), ("c", "confidence", 0)]  # fmt: skip

    assert ratings(scores) == {"a": "5", "b": "4", "c": "0"}


@pytest.mark.shared
def test_every_official_rating_follows_from_its_three_scores(shared_file):
    lines = [one for one in policy.load(("house", "uk")).entries() if one.kind.startswith("credit_")]
    assert sum(1 if one.kind == "credit_rule" else len(one.bands) for one in lines) <= 10
    with gzip.open(shared_file("data/uk-fhrs-norwich-2026/FHRS232en-GB.xml.gz")) as file:
        root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    official, scores = {}, []
    for one in root.iter("EstablishmentDetail"):
        told = {name: one.findtext(f"Scores/{name}") for name in SCORES}
        if all(value not in (None, "") for value in told.values()):
            official[one.findtext("FHRSID")] = one.findtext("RatingValue")
            scores += [(one.findtext("FHRSID"), SCORES[name], float(value)) for name, value in told.items()]

    assert len(official) > 1300
    assert ratings(scores) == official
