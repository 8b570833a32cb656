"""Two languages and many spellings give one event; big and hostile documents do no harm."""

import io
import json
import re
import tracemalloc
from decimal import Decimal

import pytest

from banyan import epcis
from banyan.epcis.names import Names

OWN = "https://ns.example.com/own/"


def events_of(raw: bytes, media_type: str = "application/json") -> list:
    return list(epcis.read(raw, media_type).events)


def test_words_are_bare_whatever_their_form(document, observed):
    forms = ["shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "cbv:BizStep-shipping"]

    assert {
        event["bizStep"] for event in events_of(document(*({**observed, "bizStep": form} for form in forms)))
    } == {"shipping"}


def test_extensions_have_one_name_whatever_their_prefix(document, observed):
    by_document = {**observed, "own:grade": "A"}
    by_event = {**observed, "@context": {"mine": OWN}, "mine:grade": "A"}
    in_full = {**observed, f"{OWN}grade": "A"}
    by_term = {**observed, "@context": {"grade": {"@id": f"{OWN}grade"}}, "grade": "A"}

    found = events_of(document(by_document, by_event, in_full, by_term))

    assert all(event == found[0] for event in found)
    assert found[0][f"{{{OWN}}}grade"] == "A"


def test_a_term_whose_context_stands_elsewhere_is_refused_by_name(document, observed):
    raw = document({**observed, "grade": "A"}, **{"@context": ["https://elsewhere.example.com/context.jsonld"]})

    read = epcis.read(raw, "application/json")
    (examined,) = epcis.examine(read)

    assert read.names.elsewhere == ["https://elsewhere.example.com/context.jsonld"]
    assert [problem.path for problem in examined.problems] == ["/epcisBody/eventList/0/grade"]


def test_a_single_event_is_a_document_too(observed):
    read = epcis.read(json.dumps({"@context": [], **observed}).encode(), "application/ld+json; charset=utf-8")

    assert (read.kind, list(read.events)) == ("ObjectEvent", [observed])
    assert read.pointer(0) == ""
    assert not epcis.around(read)


def test_a_context_behind_the_events_is_found(document, observed):
    members = json.loads(document({**observed, "own:grade": "A"}))
    members["@context"] = members.pop("@context")
    raw = json.dumps(members).encode()

    assert events_of(raw)[0][f"{{{OWN}}}grade"] == "A"

    class Once(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(epcis.Unreadable, match="read once"):
        epcis.read(Once(raw), "application/json")


@pytest.mark.parametrize("block", [1, 7, 64])
def test_where_the_blocks_of_a_stream_end_makes_no_difference(document, observed, packed, block):
    observed["own:named"] = '榕城 \\ " 12'
    observed["own:number"] = 1234567

    class Drops(io.BytesIO):
        def read(self, size=-1, /):
            return super().read(block)

    raw = document(observed, packed)
    assert list(epcis.read(Drops(raw), "application/json").events) == events_of(raw)


def test_a_whole_pair_of_escapes_is_a_character_and_a_long_number_is_a_double(document, observed):
    raw = document({**observed, "own:mark": "MARK", "own:number": 12345678901234567890})

    (event,) = events_of(raw.replace(b"MARK", b"\\ud83c\\udf5a"))

    assert (event[f"{{{OWN}}}mark"], event[f"{{{OWN}}}number"]) == ("🍚", 12345678901234567890.0)
    assert events_of(b"".join(epcis.write_json([event], created="2026-04-04T00:00:00Z"))) == [event]


XML_1_2 = b"""<?xml version="1.0"?>
<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" xmlns:own="https://ns.example.com/own/" schemaVersion="1.2"
                 creationDate="2026-04-04T00:00:00Z">
 <EPCISBody><EventList>
  <ObjectEvent>
   <eventTime>2026-04-03T20:33:31.116+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
   <baseExtension><eventID>urn:uuid:1</eventID></baseExtension>
   <epcList/><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>
   <extension>
    <quantityList><quantityElement><epcClass>urn:epc:class:lgtin:6901234.012345.A7</epcClass>
     <quantity>40.5</quantity><uom>KGM</uom></quantityElement></quantityList>
    <ilmd><own:grade>A</own:grade></ilmd>
   </extension>
  </ObjectEvent>
  <extension><TransformationEvent>
   <eventTime>2026-04-03T21:00:00Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
   <inputQuantityList><quantityElement><epcClass>urn:epc:class:lgtin:6901234.012345.A7</epcClass></quantityElement>
   </inputQuantityList><outputEPCList><epc>urn:epc:id:sgtin:6901234.054321.9</epc></outputEPCList>
  </TransformationEvent></extension>
 </EventList></EPCISBody>
</e:EPCISDocument>"""


def test_xml_1_2_is_unpacked_into_the_same_events():
    made, mixed = epcis.examine(epcis.read(XML_1_2, "application/xml"))

    assert not made.problems + mixed.problems
    assert (made.event["eventID"], made.event["bizStep"]) == ("urn:uuid:1", "commissioning")
    assert made.event["ilmd"] == {f"{{{OWN}}}grade": "A"}
    lot = "https://id.gs1.org/01/06901234123456/10/A7"
    assert made.things == (epcis.Thing(lot, "epc", Decimal("40.5"), "KGM", "lot", "06901234123456"),)
    assert mixed.things == (
        epcis.Thing("https://id.gs1.org/01/06901234543216/21/9", "output", None, "", "instance", "06901234543216"),
        epcis.Thing(lot, "input", None, "", "lot", "06901234123456"),
    )


def test_types_survive_xml(observed):
    observed[f"{{{OWN}}}list"] = [1, 2.5, True, "3", {f"{{{OWN}}}in": 7}]

    raw = b"".join(epcis.write_xml([observed], {"own": OWN}, created="2026-04-04T00:00:00Z"))

    assert events_of(raw, "text/xml") == [observed]


def xml_with(text: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{head}<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" '
        f'creationDate="2026-04-04T00:00:00Z"><EPCISBody><EventList>{text}</EventList></EPCISBody></e:EPCISDocument>'
    ).encode()


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
FETCHES = '<!DOCTYPE l SYSTEM "https://evil.example.com/all.dtd">'
READS = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


EMPTY = "<!-- a > b --><!DOCTYPE x [ %p; ]>"
ATTRIBUTES = '<!DOCTYPE x [<!ATTLIST ObjectEvent action CDATA "ADD">]>'


@pytest.mark.parametrize("head", [LAUGHS, FETCHES, READS, EMPTY, ATTRIBUTES])
def test_a_document_type_that_declares_or_fetches_is_refused(head):
    with pytest.raises(epcis.Unreadable, match="document type"):
        events_of(xml_with("<ObjectEvent/>", head), "application/xml")


def test_an_empty_document_type_as_the_published_examples_have_it_is_passed_over():
    assert events_of(xml_with("<ObjectEvent/>", "<!DOCTYPE project>"), "application/xml") == [{"type": "ObjectEvent"}]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"<a/>", "root of no document"),
        (b"no xml", "no XML"),
        (xml_with("<ObjectEvent>")[:-20], "no XML"),
        (xml_with("<ObjectEvent>" + "<a>" * 60 + "</a>" * 60 + "</ObjectEvent>"), "deeper than"),
        (xml_with("<ObjectEvent>" + "<a>" * 5000 + "</a>" * 5000 + "</ObjectEvent>"), "deeper than|no XML"),
        (xml_with("<ObjectEvent><action>ADD</action><action>DELETE</action></ObjectEvent>"), "twice"),
    ],
)
def test_what_is_no_xml_of_epcis_is_refused_in_words(raw, words):
    with pytest.raises(epcis.Unreadable, match=words):
        events_of(raw, "application/xml")


def test_an_event_that_hides_in_another_is_none():
    hidden = "<own:a xmlns:own='urn:own'><EventList><ObjectEvent/></EventList></own:a>"

    (event,) = events_of(xml_with(f"<ObjectEvent>{hidden}</ObjectEvent>"), "application/xml")

    assert event == {"type": "ObjectEvent", "{urn:own}a": {"EventList": {"ObjectEvent": ""}}}
    with pytest.raises(epcis.Unreadable, match="has two"):
        events_of(xml_with("</EventList><EventList>"), "application/xml")
    with pytest.raises(epcis.Unreadable, match="root of no document"):
        events_of(b"<epcis:EPCISDocument/>", "application/xml")


def test_an_unknown_kind_of_event_in_xml_is_refused_by_its_path():
    (examined,) = epcis.examine(epcis.read(xml_with("<QuantityEvent><a/></QuantityEvent>"), "application/xml"))

    assert [problem.path for problem in examined.problems] == ["/epcisBody/eventList/0/type"]


def test_a_document_beyond_the_limit_is_refused_with_the_limit(document, observed):
    raw = document(*[observed] * 50)

    for media_type, text in (("application/json", raw), ("application/xml", as_xml([observed] * 50))):
        with pytest.raises(epcis.TooLarge, match="5,000 bytes"):
            list(epcis.read(text, media_type, limit=5_000).events)


def as_xml(events) -> bytes:
    return b"".join(epcis.write_xml(events, created="2026-04-04T00:00:00Z"))


class Repeated(io.RawIOBase):
    """A document of many events that is never in memory whole."""

    def __init__(self, start: bytes, event: bytes, separator: bytes, end: bytes, count: int) -> None:
        self._parts = self._all(start, event, separator, end, count)
        self._left = b""

    @staticmethod
    def _all(start, event, separator, end, count):
        yield start + event
        for _ in range(count // 100):
            yield (separator + event) * 100
        yield end

    def read(self, size=-1, /):
        while len(self._left) < size and (part := next(self._parts, b"")):
            self._left += part
        block, self._left = self._left[:size], self._left[size:]
        return block


@pytest.mark.parametrize("media_type", ["application/json", "application/xml"])
def test_memory_does_not_grow_with_the_document(document, observed, media_type):
    if media_type == "application/json":
        event, whole = json.dumps(observed).encode(), document(observed)
        separator = b","
    else:
        event, whole, separator = as_xml([observed]).split(b"\n")[2], as_xml([observed]), b"\n"
    start, end = whole.split(event)

    def peak(count: int) -> int:
        tracemalloc.start()
        read = epcis.read(Repeated(start, event, separator, end, count), media_type)
        assert sum(1 for _ in read.events) == count + 1
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    small, large = peak(2_000), peak(10_000)

    assert large < small + 2**20


def test_an_entity_that_nobody_declared_is_refused_wherever_it_stands(monkeypatch):
    from banyan.epcis import values_xml

    monkeypatch.setattr(values_xml, "_INTERNAL", re.compile(b"(?!)"))  # as in an encoding that hides the brackets
    for body in (
        "&foo;<ObjectEvent/>",
        "<ObjectEvent>&foo;</ObjectEvent>",
        "<ObjectEvent><epcList>&foo;</epcList></ObjectEvent>",
    ):
        with pytest.raises(epcis.Unreadable, match="no element"):
            events_of(xml_with(body, "<!DOCTYPE x [ %p; ]>"), "application/xml")


def test_one_event_of_xml_has_a_bound_too(monkeypatch):
    from banyan.epcis import reading_xml

    monkeypatch.setattr(reading_xml, "BYTES_OF_AN_EVENT", 2**16)
    many = "<epc>urn:a:b</epc>" * 40_000

    with pytest.raises(epcis.TooLarge, match="single event"):
        events_of(xml_with(f"<ObjectEvent><epcList>{many}</epcList></ObjectEvent>"), "application/xml")
    small = "<ObjectEvent><action>ADD</action></ObjectEvent>"
    assert len(events_of(xml_with(small * 20_000), "application/xml")) == 20_000


def test_the_names_of_a_document_are_not_copied_for_each_event():
    names = Names({f"p{number}": f"https://ns.example.com/{number}/" for number in range(1000)})

    own = names.with_context({"own": "https://ns.example.com/own/"})

    assert (own.key("p7:a"), own.key("own:a")) == ("{https://ns.example.com/7/}a", "{https://ns.example.com/own/}a")
    assert "own" not in names.prefixes
    assert own.prefixes.maps[1] is names.prefixes
