"""Every example that GS1 publishes is read, checked and written again without loss, and hashes as published."""

from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from banyan import epcis

pytestmark = pytest.mark.shared
WRITERS = {"application/json": epcis.write_json, "application/xml": epcis.write_xml}


def opened(path: Path) -> epcis.Document:
    return epcis.read(path.read_bytes(), "application/xml" if path.suffix == ".xml" else "application/json")


def written(document: epcis.Document, events: list, media_type: str) -> bytes:
    chunks = WRITERS[media_type](
        events,
        document.namespaces,
        created=document.created,
        header=document.header,
        query=document.query or None,
        fields=document.fields,
    )
    return b"".join(chunks)


def examples(folder: Path, pattern: str) -> list[Path]:
    # The state of a capture job and its master data alone are no documents with events.
    return sorted(path for path in folder.rglob(pattern) if path.parent.name != "CaptureJob")


@pytest.mark.parametrize("media_type", WRITERS)
@pytest.mark.parametrize(("folder", "pattern", "count"), [("JSON", "*.jsonld", 47), ("XML", "*.xml", 33)])
def test_every_example_is_accepted_and_comes_back_as_it_was(shared_folder, folder, pattern, count, media_type):
    found = examples(shared_folder("gs1-epcis-2.0") / folder, pattern)
    assert len(found) == count

    for path in found:
        document = opened(path)
        examined = list(epcis.examine(document))
        assert not [problem for one in examined for problem in one.problems], path.name
        assert not epcis.around(document), path.name
        events = [one.event for one in examined]

        again = epcis.read(written(document, events, media_type), media_type)

        assert list(again.events) == events, path.name
        assert not epcis.around(again), path.name
        assert (again.header, again.fields) == (document.header, document.fields), path.name
        assert [epcis.event_hash(event) for event in events] == [one.hash for one in examined], path.name


def test_xml_that_is_written_holds_before_the_standards_own_schema(shared_folder):
    folder = shared_folder("gs1-epcis-2.0")
    schema = etree.XMLSchema(etree.parse(folder / "XSD" / "EPCglobal-epcis-2_0.xsd"))
    refused = {}

    for path in examples(folder / "JSON", "*.jsonld"):
        document = opened(path)
        if document.kind == "EPCISDocument":
            tree = etree.parse(BytesIO(written(document, list(document.events), "application/xml")))
            if not schema.validate(tree):
                refused[path.name] = str(schema.error_log.last_error)

    assert not refused


def published(folder: Path) -> list[tuple[Path, list[str]]]:
    pairs = []
    for hashes in sorted(folder.glob("*.hashes")):
        for suffix in (".jsonld", ".xml"):
            if (document := hashes.with_suffix(suffix)).exists():
                pairs.append((document, hashes.read_text().split()))
    return pairs


def ignored(document: epcis.Document) -> set[str]:
    """What a repository added and names as its own, in a field of the document."""
    for key, value in document.fields.items():
        if key.endswith("}ignoreFields"):
            return {document.names.key(name) for name in value} if isinstance(value, list) else set(value)
    return set()


def test_hashes_equal_the_published_ones(shared_folder):
    pairs = published(shared_folder("epcis-event-hash-vectors") / "examples")
    assert len(pairs) == 17

    for path, hashes in pairs:
        document = opened(path)
        events = list(document.events)
        assert [epcis.event_hash(event, ignored(document)) for event in events] == hashes, path.name


def test_spellings_of_one_event_have_one_hash(shared_folder):
    for path in sorted((shared_folder("epcis-event-hash-vectors") / "expected_equal").iterdir()):
        hashes = [epcis.event_hash(event) for event in opened(path).events]
        assert len(hashes) > 1
        assert len(set(hashes)) == 1, path.name


def test_a_thousand_real_events_of_a_careless_partner_keep_all_they_say(shared_folder):
    import gzip

    raw = gzip.decompress((shared_folder("epcis-korea-slaughter-1000") / "SlaughteredCow1_1000.xml.gz").read_bytes())
    document = epcis.read(raw, "application/xml")
    examined = list(epcis.examine(document))

    assert len(examined) == 1000
    assert {problem.path.split("/", 4)[4] for one in examined for problem in one.problems} == {"epcList/0"}
    assert all("is no URI" in one.problems[0].says for one in examined)
    passed = "{http://210.93.116.66/epcis/schema/cow.xsd}passInspection"
    assert [one.event[passed] for one in examined].count("false") == 2
    events = [one.event for one in examined]
    for media_type in WRITERS:
        assert list(epcis.read(written(document, events, media_type), media_type).events) == events
