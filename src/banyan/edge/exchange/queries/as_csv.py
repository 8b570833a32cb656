"""SDMX-CSV 2.0: one row per observation."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from banyan.edge.exchange.queries import structures as s
from banyan.edge.exchange.queries.observations import Observation

DATA_TYPE = "application/vnd.sdmx.data+csv;version=2.0.0"


def data_message(flow: s.Flow, observations: Sequence[Observation]) -> bytes:
    """The observations as a table; a missing value is an empty cell."""
    ids = [one.id for one in flow.dimensions]
    attributes = [one.id for one in s.ATTRIBUTES]
    into = io.StringIO()
    table = csv.writer(into, lineterminator="\r\n")
    table.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *ids, "TIME_PERIOD", "OBS_VALUE", *attributes])
    named = ["dataflow", f"{flow.agency}:{flow.id}({flow.version})", "R"]
    for one in observations:
        value = "" if one.value is None else repr(one.value)
        said = [one.attributes.get(name, "") for name in attributes]
        table.writerow([*named, *(one.key[id] for id in ids), one.period, value, *said])
    return into.getvalue().encode()
