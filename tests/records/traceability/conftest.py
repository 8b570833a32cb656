"""What the tests of traceability share: documents of events between two firms."""

from __future__ import annotations

import itertools
import json
from types import SimpleNamespace

import pytest

from banyan.kit import rights

BY = rights.System("test")
FARM, MILL = "urn:epc:id:sgln:690123.456789.0", "urn:epc:id:sgln:690999.111111.0"


def lot(number: object) -> str:
    return f"urn:epc:class:lgtin:690123.4000001.{number}"


def pack(number: object) -> str:
    return f"urn:epc:id:sgtin:690999.2000002.{number}"


def event(kind: str = "ObjectEvent", *, hour: int = 8, day: int = 1, place: str = FARM, **fields: object) -> dict:
    return {
        "type": kind,
        "eventTime": f"2025-05-{day:02d}T{hour:02d}:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "bizLocation": {"id": place},
        **fields,
    }


_serial = itertools.count(1)


def document(*events: dict) -> bytes:
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2025-05-01T00:00:00Z",
            "epcisBody": {"eventList": list(events)},
        }
    ).encode()


@pytest.fixture
def trade(city) -> SimpleNamespace:
    """The city with a place for each of its two firms."""
    from banyan.records.traceability import actions

    actions.enter_locations(
        records=[
            {"identifier": FARM, "organisation": city.gulou_firm},
            {"identifier": MILL, "organisation": city.changle_firm},
        ],
        by=BY,
        on=city.today,
    )
    return city


@pytest.fixture
def send(trade):
    """Capture events for the first firm, or for the one that is named."""
    from banyan.records.traceability import actions

    def sent(*events: dict, firm=None, by=BY, **options):
        return actions.capture(
            stream=document(*events), media_type="application/json", by=by, organisation=firm or trade.gulou_firm,
            on=trade.today, **options,
        )  # fmt: skip

    return sent
