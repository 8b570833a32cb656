"""Which firms of the register names may mean: all of it read once for many names, or found by search for a few."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import date
from typing import Any

from banyan.base.matching.models import NameMatch
from banyan.base.matching.queries.rules import Rules, places, rules_of, weights
from banyan.base.registry.queries import Organisation, OrganisationName
from banyan.kit import search
from banyan.science import name_matching

SAMPLE = 20_000
FOUND = 200
NEAR = 60
SAMPLE_OF_FEW = 4_000
# How often a trade name that one firm alone bears is expected among as many others, by its length: what the counts
# of a large register come to. For a few names nobody counts the register.
EXPECTED = (1.0, 1.0, 0.6, 0.3, 0.1, 0.04, 0.03)


def matched(*, names: Sequence[str], on: date) -> list[list[name_matching.Candidate]]:
    """For each name the firms that it may mean, by reading every name that a firm bears or bore."""
    rows = _names_of_register()
    found = name_matching.Search(
        names, places=places(), weights=weights(on=on), sample=rows.values_list("name", flat=True)[:SAMPLE]
    )
    found.read(rows.values_list("organisation_id", "name").iterator(chunk_size=2000))
    return found.found(among=rules_of(on=on).known_share)


def matched_among_found(*, names: Sequence[str], on: date, person: Any) -> list[list[name_matching.Candidate]]:
    """The same for a few names, among the firms that the search finds and the person may see."""
    from banyan.base.registry.queries import organisations

    allowed = organisations(person=person).filter(withdrawn_on=None)
    frequencies = _frequencies_of_sample(Organisation.objects.filter(withdrawn_on=None).count())
    asked = name_matching.Search(names, places=places(), weights=weights(on=on), frequencies=frequencies)
    keys = _keys_found([name_matching.plain(name) for name in names], asked.asked, allowed)
    rows = list(_names_of_register().filter(organisation__in=keys).values_list("organisation_id", "name"))
    for name in {parts.trade_name for parts in asked.asked if parts.trade_name}:
        bearing = sum(name_matching.parts_of(one, places()).trade_name == name for _key, one in rows)
        frequencies.counts["trade_name"][name] = bearing
    cores = [name_matching.parts_of(one, places()).core for _key, one in rows]
    for begun in {parts.core[: name_matching.LEAST_BEGUN] for parts in asked.asked}:
        frequencies.counts["begins"][begun] = sum(core.startswith(begun) for core in cores)
    asked.read(rows)
    return asked.found(among=rules_of(on=on).known_share)


def _keys_found(names: Sequence[str], asked: Sequence[name_matching.Parts], allowed: Any) -> set[str]:
    """The firms that the search finds for some names, by a few questions for all of them."""
    noun = Organisation.noun
    written = {
        text for name, parts in zip(names, asked, strict=True) for text in (parts.trade_name, name, parts.core)
        if len(text) >= 2
    }  # fmt: skip
    nearly = {text for parts in asked for text in (parts.core, parts.trade_name) if len(text) >= 2}
    found = search.find_many(noun=noun, texts=sorted(written), limit=FOUND, allowed=allowed)
    close = search.near_many(noun=noun, texts=sorted(nearly), limit=NEAR, allowed=allowed)
    return {key for some in (found, close) for keys in some.values() for key in keys}


def _names_of_register() -> Any:
    return OrganisationName.objects.filter(withdrawn_on=None, organisation__withdrawn_on=None).order_by("pk")


def _frequencies_of_sample(total: int) -> name_matching.Frequencies:
    """How common trades and regions are, by a sample that is taken anew when there are twice as many firms."""
    counted, size = _sampled(total.bit_length())
    times = max(1, total // max(size, 1))
    found = name_matching.Frequencies(total, expected=EXPECTED)
    for name in ("trade", "region", "branch", "nameless"):
        for value, count in counted.counts[name].items():
            found.counts[name][value] = count * times
    return found


@functools.lru_cache(maxsize=4)
def _sampled(_size: int) -> tuple[name_matching.Frequencies, int]:
    counted = name_matching.Frequencies()
    for name in _names_of_register().values_list("name", flat=True)[:SAMPLE_OF_FEW]:
        counted.add(name_matching.parts_of(name, places()))
    return counted, counted.total


def verdict(found: Sequence[name_matching.Candidate], rules: Rules) -> str:
    """What becomes of a name by its most probable firm: accepted by machine, proposed to a person, or refused."""
    best = found[0].probability if found else 0.0
    return "accepted" if best >= rules.accept_from else "proposed" if best >= rules.decide_from else "refused"


def kept_form(candidate: name_matching.Candidate) -> dict[str, Any]:
    """A candidate as it is kept: plain data that says why."""
    return {
        "key": candidate.key,
        "name": candidate.name,
        "probability": round(candidate.probability, 4),
        "bits": round(candidate.bits, 2),
        "features": [
            {"feature": one.feature, "level": one.level, "left": one.left, "right": one.right,
             "bits": round(one.bits, 2)}
            for one in candidate.explained
        ],
    }  # fmt: skip


def name_matches(*, person: Any, right: str = "") -> Any:
    """The names without a code that a person may see (or may do `right` to)."""
    return NameMatch.objects.all().within(person, right=right)
