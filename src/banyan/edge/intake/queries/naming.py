"""Names without a code that imports brought: those of a match, and those of a sample."""

from __future__ import annotations

import re
from typing import Any

from banyan.edge.intake.models import ImportedName
from banyan.records.inspection.queries import Sample

NUMBER = re.compile(r"I([0-9]+)-")  # as imports number their samples


def names_of_match(record: Any) -> list[ImportedName]:
    """The names of imports that a match says the meaning of, the latest import first."""
    rows = ImportedName.objects.filter(match=record).select_related("joined").order_by("-number")
    return list(rows[:20])


def names_of_sample(sample: Sample) -> list[ImportedName]:
    """The names without a code that a sample of an import has, as far as they may mean a firm."""
    found = NUMBER.match(sample.number)
    if found is None:
        return []
    rows = ImportedName.objects.filter(number=int(found[1]), name__in=(sample.maker_name, sample.seller_name))
    return list(rows.filter(match__isnull=False).select_related("match__organisation").order_by("name"))
