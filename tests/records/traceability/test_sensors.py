"""Sensor readings, quantities and dispositions are found by the parameters of EPCIS, as in GS1's test case TCR-53."""

from __future__ import annotations

import json
import re

import pytest
from tests.epcis.conftest import SHARED
from tests.records.traceability.conftest import BY, FARM, document, event, lot, pack

from banyan import epcis
from banyan.kit import clock
from banyan.kit.refusals import BadRequest
from banyan.records.traceability import actions, queries
from banyan.records.traceability.queries import content

METHOD, DEVICE, RAW = (
    "https://id.gs1.org/253/4012345000054987",
    "urn:epc:id:giai:4000001.111",
    "https://example.org/raw",
)
OURS = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://ns.example.com/"}]


def sensed(hour: int, report: dict, metadata: dict | None = None, **fields: object) -> dict:
    element = {"sensorReport": [report], **fields} | ({"sensorMetadata": metadata} if metadata else {})
    return event(
        epcList=[pack(hour)], action="OBSERVE", hour=hour, readPoint={"id": FARM}, sensorElementList=[element]
    )


EVENTS = (
    sensed(1, {"type": "Temperature", "value": 26.0, "uom": "CEL", "minValue": 12.4, "maxValue": 27.5,
               "meanValue": 19.5, "sDev": 2.5, "percRank": 50, "percValue": 18.0, "ex:feature": "ambient"},
           {"startTime": "2025-05-01T00:00:00+08:00", "endTime": "2025-05-01T06:00:00+08:00",
            "bizRules": METHOD, "ex:ward": 7}, **{"ex:rack": {"ex:shelf": "B2"}}),
    sensed(2, {"type": "gs1:RelativeHumidity", "value": 12, "uom": "A93"},
           {"time": "2025-05-01T02:00:00+08:00", "deviceID": DEVICE, "dataProcessingMethod": METHOD, "rawData": RAW}),
    sensed(3, {"type": "Illuminance", "stringValue": "dim", "time": "2025-05-01T03:00:00+08:00", "deviceID": DEVICE,
               "dataProcessingMethod": METHOD, "rawData": RAW}),
    sensed(4, {"type": "Count", "booleanValue": True, "hexBinaryValue": "f0f0f0", "uriValue": "urn:x:1",
               "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
               "chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N"}),
    event(action="OBSERVE", hour=5, quantityList=[{"epcClass": lot("A"), "quantity": 2.5, "uom": "KGM"}],
          persistentDisposition={"set": ["completeness_inferred"], "unset": ["completeness_verified"]}),
)  # fmt: skip


@pytest.fixture
def kept(trade):
    """The events, in a document whose context names our own extensions."""
    body = json.dumps(json.loads(document(*EVENTS)) | {"@context": OURS}).encode()
    job = actions.capture(stream=body, media_type="application/json", by=BY, organisation=trade.gulou_firm,
                          on=trade.today)  # fmt: skip
    assert job.success, job.problems


def found(**parameters: str) -> list[int]:
    """At which hours of the day the events happened that answer."""
    return [one.event_time.astimezone(clock.zone()).hour for one in queries.events(BY, parameters).events]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameters", "hours"),
    [
        ({"EXISTS_sensorElementList": "true"}, [1, 2, 3, 4]),
        ({"GE_time": "2025-05-01T01:30:00+08:00", "LT_time": "2025-04-30T19:00:00Z"}, [2]),
        ({"GE_time": "2025-05-01T02:00:00+08:00"}, [2, 3]),
        ({"GE_startTime": "2025-05-01T00:00:00+08:00", "LT_endTime": "2025-05-01T06:00:01+08:00"}, [1]),
        ({"LT_startTime": "2025-05-01T00:00:00+08:00"}, []),
        ({"EQ_type": "gs1:Temperature"}, [1]),
        ({"EQ_type": "https://gs1.org/voc/RelativeHumidity|Illuminance"}, [2, 3]),
        ({"EQ_deviceID": "https://id.gs1.org/8004/4000001111"}, [2, 3]),
        ({"EQ_dataProcessingMethod": METHOD}, [2, 3]),
        ({"EQ_rawData": RAW}, [2, 3]),
        ({"EQ_bizRules": METHOD}, [1]),
        ({"EQ_microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011"}, [4]),
        ({"EQ_chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N"}, [4]),
        ({"EQ_value_CEL": "26"}, [1]),
        ({"GE_value_CEL": "26.1"}, []),
        ({"LT_value_CEL": "30"}, [1]),
        ({"GE_minValue_CEL": "12.4", "LT_maxValue_CEL": "28"}, [1]),
        ({"GT_meanValue_CEL": "19.5"}, []),
        ({"LE_sDev": "2.5"}, [1]),
        ({"GE_percRank": "50", "LE_percValue_CEL": "18"}, [1]),
        ({"EQ_stringValue": "dim"}, [3]),
        ({"EQ_booleanValue": "true"}, [4]),
        ({"EQ_hexBinaryValue": "f0f0f0"}, [4]),
        ({"EQ_uriValue": "urn:x:1"}, [4]),
        ({"EQ_SENSORREPORT_ex:feature": "ambient"}, [1]),
        ({"EQ_SENSORELEMENT_ex:feature": "ambient"}, []),
        ({"GE_SENSORMETADATA_ex:ward": "7"}, [1]),
        ({"EXISTS_SENSORELEMENT_https://ns.example.com/#rack": ""}, [1]),
        ({"EQ_INNER_SENSORELEMENT_ex:shelf": "B2"}, [1]),
        ({"EQ_SENSORELEMENT_ex:shelf": "B2"}, []),
        ({"EQ_type": "Temperature", "GE_value_KEL": "290"}, [1]),
        ({"EQ_value_FAH": "78.8"}, [1]),
        ({"GE_value_KGM": "0"}, []),
        ({"EQ_quantity": "2.5"}, [5]),
        ({"GE_quantity_GRM": "2500", "LT_quantity_TNE": "1"}, [5]),
        ({"EQ_persistentDisposition_set": "https://ref.gs1.org/cbv/Disp-completeness_inferred"}, [5]),
        ({"EQ_persistentDisposition_unset": "completeness_inferred"}, []),
    ],
)
def test_each_parameter_finds_what_was_sensed(kept, parameters, hours):
    assert found(**parameters) == hours


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parameters", [{"GE_value_CEL": "warm"}, {"GE_time": "2025-05-01"}, {"EQ_quantity": ""}, {"GE_ex:feature": ""}]
)
def test_what_cannot_be_compared_is_refused(kept, parameters):
    [name] = parameters
    with pytest.raises(BadRequest, match=re.escape(name)):
        found(**parameters)


@pytest.mark.parametrize(
    ("amount", "unit", "into", "expected"),
    [(0, "CEL", "KEL", 273.15), (212, "FAH", "CEL", 100), (1, "TNE", "KGM", 1000), (5, "P1", "59", 50_000),
     (1, "KGM", "CEL", None), (1, "XXX", "KGM", None), (7, "XXX", "XXX", 7)],
)  # fmt: skip
def test_amounts_in_other_units(amount, unit, into, expected):
    told = epcis.converted(amount, unit, into=into)

    assert told == (expected if expected is None else pytest.approx(expected, rel=1e-12))


@pytest.mark.shared
def test_every_parameter_of_the_standards_query_is_understood_but_those_of_master_data():
    file = SHARED / "data/gs1-epcis-2.0/REST_Bindings/query-schema.json"
    if not file.exists():
        pytest.skip(f"needs {file}")
    names: set[str] = set()

    def look(part: object) -> None:
        if isinstance(part, list):
            for one in part:
                look(one)
        elif isinstance(part, dict):
            for key, inside in part.items():
                if key in ("properties", "patternProperties"):
                    names.update(name for name in inside if re.match(r"\^?(EQ|G[TE]|L[TE]|EXISTS|HASATTR)_", name))
                look(inside)

    look(json.loads(file.read_text()))
    samples = {
        one.strip("^$").replace("[A-Z0-9]{2,4}", "KGM").replace("[a-z][a-zA-Z0-9]*\\\\:\\\\w+", "ex:field")
        .replace("[a-z][a-zA-Z0-9_]+", "po").replace("\\\\w+_\\\\w+", "a_b")
        for one in names
    }  # fmt: skip
    known = {"GE_eventTime", "LT_eventTime", "GE_recordTime", "LT_recordTime", "EQ_action", "EQ_bizStep",
             "EQ_disposition", "EQ_readPoint", "EQ_bizLocation", "EQ_eventID", "EXISTS_errorDeclaration"}  # fmt: skip
    value = {"time": "2025-05-01T00:00:00Z", "Time": "2025-05-01T00:00:00Z"}

    unknown = {name for name in samples - known if content.test(name, [value.get(name[-4:], "1")]) is None}

    assert len(samples) > 100
    assert {one for one in unknown if not re.match(r"HASATTR_|EQ_ATTR_", one)} == set()
