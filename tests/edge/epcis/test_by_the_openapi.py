"""GS1's own OpenAPI file, path by path and method by method, before what is served."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from lxml import etree
from tests.edge.epcis.test_interface import MADE, ROOT, SHIPPED, keep, partners, public, send, subscribe
from tests.epcis.conftest import SHARED
from tests.records.traceability.conftest import FARM, MILL, pack

from banyan import epcis

pytestmark = [pytest.mark.django_db, pytest.mark.shared]
__all__ = ["partners", "public"]
FILE = SHARED / "data/gs1-epcis-2.0/REST_Bindings/openapi.yaml"
# There is no limit on the number of events of a document, only on its bytes.
NOT_TOLD = {"GS1-EPCIS-Capture-Limit"}
PROBLEMS = {"application/json": "application/problem+json", "application/xml": "application/problem+xml"}


def published() -> dict[str, Any]:
    if not FILE.exists():
        pytest.skip(f"needs {FILE}")
    return yaml.load(FILE.read_text(), yaml.CSafeLoader)


class Standard:
    """The file, with its references followed."""

    def __init__(self) -> None:
        self.whole = published()

    def at(self, part: Any) -> Any:
        while isinstance(part, dict) and "$ref" in part:
            found: Any = self.whole
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name.replace("~1", "/")]
            part = found
        return part

    def operations(self, *methods: str) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (method, path, said)
            for path, said_of_path in self.whole["paths"].items()
            for method, said in said_of_path.items()
            if method in methods
        ]

    def success(self, operation: dict[str, Any]) -> tuple[int, dict[str, Any], set[str]]:
        """Status, headers and media types of the first good answer (not the 101 of streams)."""
        status = next(one for one in operation["responses"] if str(one).startswith("2"))
        answer = self.at(operation["responses"][status])
        return int(status), answer.get("headers", {}), set(answer.get("content", {}))


@pytest.fixture(scope="module")
def standard() -> Standard:
    return Standard()


@pytest.fixture
def filled(partners, public):
    """A firm's client, and an address for each path of the standard."""
    firm = partners.gulou_firm
    job = send(firm, {**SHIPPED, "disposition": "in_transit", "readPoint": {"id": FARM}}, MADE).headers["Location"]
    keep(firm)
    known = {
        "{captureID}": job.rpartition("/")[2],
        "{eventID}": "urn:uuid:1",
        "{eventType}": "ObjectEvent",
        "{epc}": quote(pack(1), safe=""),
        "{bizStep}": "shipping",
        "{bizLocation}": quote(MILL, safe=""),
        "{readPoint}": quote(FARM, safe=""),
        "{disposition}": "in_transit",
        "{queryName}": "shipped",
        "{subscriptionID}": subscribe(firm, stream=True).json()["subscriptionID"],
        "{token}": "abc",
    }

    def address(path: str, unknown: bool = False) -> str:
        for name, value in known.items():
            path = path.replace(name, "nobody-knows-it" if unknown else value)
        return ROOT + path

    return firm, address


def test_every_path_and_method_of_the_standard_answers(standard, filled):
    firm, address = filled
    everything = {"get", "post", "put", "patch", "delete"}
    wanted: dict[str, set[str]] = {}
    for method, path, _said in standard.operations(*everything, "options"):
        wanted.setdefault(path, set()).add(method.upper())
    assert len(wanted) == 29

    for path, methods in wanted.items():
        told = firm.options(address(path))
        assert (told.status_code, told.content) == (204, b""), path
        assert set(told.headers["Allow"].split(", ")) == methods | {"OPTIONS"}, path
        for method in {one.upper() for one in everything} - methods:
            refused = firm.generic(method, address(path))
            assert (refused.status_code, refused.headers["Allow"]) == (405, told.headers["Allow"]), (method, path)


def test_our_own_description_names_the_same_paths_and_methods(standard, filled):
    firm, _address = filled
    described = firm.get(f"{ROOT}/openapi.json").json()["paths"]
    wanted = {(path, method) for method, path, _said in standard.operations("get", "post", "delete", "options")}

    told = {(path, method) for path, methods in described.items() for method in methods}
    assert told == wanted | {("/nextPageToken/{token}", "options")}  # every path of ours says what it allows


def test_options_tell_the_headers_that_the_standard_names(standard, filled):
    firm, address = filled

    for _method, path, said in standard.operations("options"):
        _status, headers, _kinds = standard.success(said)
        missing = {name for name in headers if name not in firm.options(address(path)).headers}
        assert missing <= NOT_TOLD, path


def test_reads_come_in_each_language_with_the_headers_that_the_standard_names(standard, filled):
    firm, address = filled
    only_with_more = {"Link", "GS1-Next-Page-Token-Expires"}

    for _method, path, said in standard.operations("get"):
        status, headers, kinds = standard.success(said)
        for kind in kinds:
            answer = firm.get(address(path), headers={"accept": kind})
            assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind), (path, answer.content)
            assert not {name for name in headers if name not in answer.headers} - only_with_more, path
            read = json.loads if kind == "application/json" else etree.fromstring
            assert read(answer.content) is not None, path


def test_refusals_are_those_of_the_standard_in_each_language(standard, filled, client):
    firm, address = filled

    for method, path, said in standard.operations("get", "options"):
        for kind, problem in PROBLEMS.items():
            told = {"accept": kind}
            cases = [(401, client.generic(method.upper(), address(path), headers=told))]
            newer = {**told, "GS1-EPCIS-Min": "3.0"}
            cases += [(406, firm.generic(method.upper(), address(path), headers=newer))]
            if (404 in map(int, said["responses"]) and not path.endswith("}/events")) or "{queryName}" in path:
                cases += [(404, firm.generic(method.upper(), address(path, unknown=True), headers=told))]
            for status, answer in cases:
                assert (answer.status_code, answer.headers["Content-Type"]) == (status, problem), (method, path)
                assert b"epcisException:" in answer.content


def test_documents_of_queries_are_valid_by_the_standards_schema_and_equal_in_both_languages(filled):
    firm, _address = filled
    folder = FILE.parents[1]
    schema = etree.XMLSchema(etree.parse(folder / "XSD" / "EPCglobal-epcis-query-2_0.xsd"))
    own = json.loads((folder / "JSON/Example_9.6.4-TransformationEvent.jsonld").read_text())
    own["epcisBody"]["eventList"][0]["eventID"] = "urn:uuid:their-own"
    sent = firm.post(f"{ROOT}/capture", json.dumps(own), content_type="application/json")
    assert firm.get(sent.headers["Location"]).json()["success"] is True

    for path in ("/events", "/events/urn:uuid:1", "/queries/shipped/events", "/bizSteps/shipping/events"):
        as_json = firm.get(ROOT + path)
        as_xml = firm.get(ROOT + path, headers={"accept": "application/xml"})
        tree = etree.fromstring(as_xml.content)
        assert schema.validate(tree), (path, schema.error_log.last_error)
        read = [
            epcis.read(answer.content, kind)
            for answer, kind in ((as_json, "application/json"), (as_xml, "application/xml"))
        ]
        assert list(read[0].events) == list(read[1].events), path
        assert read[0].query == read[1].query, path


def test_a_page_token_ends_with_its_hour_and_holds_for_its_question_only(filled, monkeypatch):
    from django.core import signing

    firm, _address = filled
    first = firm.get(f"{ROOT}/events?perPage=1")
    link = first.headers["Link"]
    where = link.partition(">")[0].lstrip("<")

    assert link.endswith('rel="next"')
    assert firm.get(where).status_code == 200
    assert firm.get(where.replace("perPage=1", "perPage=2")).status_code == 400
    now = signing.time.time()
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: now + 3602))  # sessions keep their own clock
    late = firm.get(where)
    assert (late.status_code, late.json()["type"]) == (400, "epcisException:QueryParameterException")
