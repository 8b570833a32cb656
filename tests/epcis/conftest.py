"""What the tests of EPCIS share: the reference material, invented events, and a document around them."""

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BANYAN_SHARED", ROOT.parent / "shared"))
STANDARD = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

OBSERVED = {
    "type": "ObjectEvent",
    "eventTime": "2026-04-03T20:33:31.116+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "disposition": "in_transit",
    "epcList": ["urn:epc:id:sgtin:6901234.012345.1", "urn:epc:id:sgtin:6901234.012345.2"],
    "readPoint": {"id": "urn:epc:id:sgln:6901234.00001.0"},
}
PACKED = {
    "type": "AggregationEvent",
    "eventTime": "2026-04-03T21:00:00Z",
    "eventTimeZoneOffset": "+08:00",
    "action": "ADD",
    "parentID": "urn:epc:id:sscc:6901234.0000000001",
    "childEPCs": ["urn:epc:id:sgtin:6901234.012345.1"],
}
MIXED = {
    "type": "TransformationEvent",
    "eventTime": "2026-04-03T21:00:00Z",
    "eventTimeZoneOffset": "+08:00",
    "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.012345.A7", "quantity": 40, "uom": "KGM"}],
    "outputEPCList": ["urn:epc:id:sgtin:6901234.054321.9"],
}


@pytest.fixture
def observed() -> dict[str, Any]:
    """Two packs seen when they were shipped."""
    return copy.deepcopy(OBSERVED)


@pytest.fixture
def packed() -> dict[str, Any]:
    """A pack laid into a logistic unit."""
    return copy.deepcopy(PACKED)


@pytest.fixture
def mixed() -> dict[str, Any]:
    """Forty kilograms of a lot made into a pack."""
    return copy.deepcopy(MIXED)


@pytest.fixture
def document() -> Callable[..., bytes]:
    """The bytes of a JSON document with these events; `changed` sets or, with None, takes away its members."""

    def written(*events: Any, **changed: Any) -> bytes:
        members = {
            "@context": [STANDARD, {"own": "https://ns.example.com/own/"}],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-04-04T00:00:00Z",
            "epcisBody": {"eventList": list(events)},
            **changed,
        }
        return json.dumps(
            {name: value for name, value in members.items() if value is not None}, ensure_ascii=False
        ).encode()

    return written


@pytest.fixture
def shared_folder() -> Callable[[str], Path]:
    """A folder of the reference data that are not in the project."""

    def found(name: str) -> Path:
        folder = SHARED / "data" / name
        if not folder.exists():
            pytest.skip(f"{name} is not in the shared folder")
        return folder

    return found
