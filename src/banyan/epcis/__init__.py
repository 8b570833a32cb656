"""EPCIS 2.0 and CBV 2.0 without a database: documents read, checked, hashed, taken apart and written.

An event has one canonical form, a plain dict shaped as EPCIS 2.0 JSON-LD: the standard's fields and words bare
(`bizStep: shipping`), extensions named `{namespace}local`, identifiers as they were sent. JSON-LD 2.0 and XML 2.0,
1.2 and 1.1 are read into it and written from it. An error declaration has the hash of the event that it takes back:
the standard leaves the declaration out of the hash, so hash and declaration together tell events apart.

    document = read(stream, "application/json")
    for examined in examine(document):
        …examined.problems, examined.hash, examined.things
    around(document)  # problems of the document around its events

Written rules: GS1 EPCIS 2.0, CBV 2.0 (8.9 on hashes and Digital Links), EPC Tag Data Standard, GS1 Digital Link.
"""

from .checking import Examined, around, check, examine
from .documents import (
    BYTES_OF_A_DOCUMENT,
    BYTES_OF_AN_EVENT,
    JSON_TYPES,
    LONGEST_IDENTIFIER,
    NOT_IN_XML,
    XML_TYPES,
    YEARS,
    Document,
    Event,
    Problem,
    TooLarge,
    Unreadable,
    Unwritable,
)
from .hashing import event_hash, in_utc, prehash
from .identifiers import DOMAIN, BadIdentifier, Identifier, canonical, check_digit, identify, link, urn
from .reading import read
from .things import Thing, in_links, things
from .units import converted
from .vocabulary import BUSINESS_STEPS, DISPOSITIONS, EVENT_TYPES, QUANTITY_LISTS
from .writing_json import json_event, write_json
from .writing_xml import write_xml, xml_event

__all__ = [
    "BUSINESS_STEPS",
    "BYTES_OF_AN_EVENT",
    "BYTES_OF_A_DOCUMENT",
    "DISPOSITIONS",
    "DOMAIN",
    "EVENT_TYPES",
    "JSON_TYPES",
    "LONGEST_IDENTIFIER",
    "NOT_IN_XML",
    "QUANTITY_LISTS",
    "XML_TYPES",
    "YEARS",
    "BadIdentifier",
    "Document",
    "Event",
    "Examined",
    "Identifier",
    "Problem",
    "Thing",
    "TooLarge",
    "Unreadable",
    "Unwritable",
    "around",
    "canonical",
    "check",
    "check_digit",
    "converted",
    "event_hash",
    "examine",
    "identify",
    "in_links",
    "in_utc",
    "json_event",
    "link",
    "prehash",
    "read",
    "things",
    "urn",
    "write_json",
    "write_xml",
    "xml_event",
]
