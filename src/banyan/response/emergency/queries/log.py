"""The command log: its entries in order, and whether they still say what was written when they were entered."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from banyan.kit import events
from banyan.kit.models import Version
from banyan.response.emergency.models import Activation, Entry


def entries_of(activation: Activation) -> list[Entry]:
    """All entries, the first first, each with who entered it and what it corrects."""
    rows = activation.entries.select_related("entered_by", "corrects", "activation")
    return list(rows.order_by("number"))


def altered(activation: Activation) -> list[int]:
    """The numbers of entries that were changed, or taken away, behind the back of the chain of events.

    The chain itself is walked by `banyan check events`; here each entry is compared with the one version that it has.
    """
    rows = {one.pk: one for one in activation.entries.all()}
    kept = Version.objects.filter(noun=Entry.noun, key__startswith=f"{activation.pk}.").values_list("key", "state")
    times: Counter[str] = Counter()
    faults: set[int] = set()
    for key, state in kept:
        times[key] += 1
        said, row = json.loads(state), rows.get(key)
        if row is None or events.version_text(row, {}) != state or times[key] > 1:
            faults.add(int(said["number"]))
    return sorted(faults | {row.number for key, row in rows.items() if key not in times})


def next_number(activation: Activation) -> int:
    """The next number of a log. The caller holds the chain, so none is given twice."""
    last: Any = activation.entries.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1
