"""Documents of EPCIS: what a reader gives, and the refusals of what cannot be read at all."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from .names import Names

Event = dict[str, Any]

BYTES_OF_A_DOCUMENT = 128 * 2**20  # read as a stream; a caller may set another limit
BYTES_OF_AN_EVENT = 8 * 2**20  # one event, or one header, is held in memory
LEVELS = 32  # of objects within an event
BLOCK = 2**18
YEARS = range(1900, 2201)  # of an instant; beyond them lie slips, and what no clock converts
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that XML lacks
LONGEST_IDENTIFIER = 300  # characters of an identifier or a word, as they are kept
OWN_FIELDS = ("id", "sender", "receiver", "instanceIdentifier")

JSON_TYPES = ("application/json", "application/ld+json")
XML_TYPES = ("application/xml", "text/xml")


class Problem(NamedTuple):
    """What is wrong, and where: `path` is a JSON pointer into the event or the document."""

    path: str
    says: str


class Unreadable(ValueError):
    """A document that is no EPCIS document at all, or breaks off; `path` says how far it could be read."""

    def __init__(self, says: str, path: str = "") -> None:
        super().__init__(says)
        self.problem = Problem(path, says)


class TooLarge(Unreadable):
    """A document beyond the limit, which its text states."""


@dataclass
class Document:
    """A document while it is read. Its events come one by one; what stands behind them is known when they ended."""

    kind: str = "EPCISDocument"  # or EPCISQueryDocument, EPCISMasterDataDocument, or the type of a single bare event
    language: str = "json"
    version: str = ""
    created: str = ""
    names: Names = field(default_factory=Names)
    contexts: list[Any] = field(default_factory=list)  # the raw @context, or the namespaces of XML as one mapping
    header: dict[str, Any] | None = None  # epcisHeader in its JSON form: {"epcisMasterData": {"vocabularyList": …}}
    query: dict[str, str] = field(default_factory=dict)  # queryName, subscriptionID of a query document
    fields: dict[str, Any] = field(default_factory=dict)  # sender, receiver, instanceIdentifier, id and extensions
    members: dict[str, Any] = field(default_factory=dict)  # of JSON, as they were written, without the events
    has_list: bool = False  # of XML: whether a list of events stood in it
    path: str = "/epcisBody/eventList"
    events: Iterator[Any] = field(default_factory=lambda: iter(()))

    @property
    def namespaces(self) -> Mapping[str, str]:
        """The document's own prefixes, for a writer."""
        return self.names.prefixes

    def pointer(self, index: int) -> str:
        """Where event number `index`, from 0, stands."""
        return f"{self.path}/{index}" if self.path else ""


class Unwritable(ValueError):
    """An event that a language cannot express."""


SBDH_SPACE = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}"
SBDH = SBDH_SPACE + "StandardBusinessDocumentHeader"


def business_header(fields: Mapping[str, Any], created: str) -> dict[str, Any]:
    """The header that XML wants where JSON names sender, receiver and the document's own number."""
    named = {
        "HeaderVersion": "1.0",
        "Sender": {SBDH_SPACE + "Identifier": fields.get("sender", "")},
        "Receiver": {SBDH_SPACE + "Identifier": fields.get("receiver", "")},
        "DocumentIdentification": {
            SBDH_SPACE + "Standard": "EPCglobal",
            SBDH_SPACE + "TypeVersion": "2.0",
            SBDH_SPACE + "InstanceIdentifier": fields.get("instanceIdentifier", ""),
            SBDH_SPACE + "Type": "Events",
            SBDH_SPACE + "CreationDateAndTime": created,
        },
    }
    return {SBDH_SPACE + name: value for name, value in named.items()}


class Limited:
    """A stream that refuses to go on beyond its limit."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._limit, self.taken = stream, limit, 0

    def read(self, size: int = -1) -> bytes:
        """The next block."""
        block = self._stream.read(size)
        self.taken += len(block)
        if self.taken > self._limit:
            raise TooLarge(f"A document may have {self._limit:,} bytes and this one has more. Send it in parts.")
        return block

    def again(self) -> bool:
        """Goes back to the start, where the stream can."""
        if not self._stream.seekable():
            return False
        self._stream.seek(-self.taken, 1)
        self.taken = 0
        return True
