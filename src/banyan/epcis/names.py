"""Names of fields that belong to others: from a JSON-LD context, and from XML, to one form and back.

EPCIS's own fields keep their bare names. An extension is named `{namespace}local` whatever prefix its document used
and whichever of the two languages it came in, so that two documents that mean the same give equal events.
"""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from itertools import chain
from typing import Any

STANDARD_CONTEXTS = (
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
    "https://gs1.github.io/EPCIS/epcis-context.jsonld",
)
STANDARD_PREFIXES: Mapping[str, str] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda",  # JSON-LD writes a colon behind it, XML does not
    "gs1": "https://gs1.org/voc/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
JSON_LD = "http://www.w3.org/ns/json-ld#"  # stands in XML for the @ of JSON-LD's own words
MASTER_DATA = STANDARD_PREFIXES["cbvmda"]
VALUE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}value"  # the text of an XML element that has attributes too


def plain_namespace(namespace: str) -> str:
    """A namespace as both languages write it."""
    return MASTER_DATA if namespace == MASTER_DATA + ":" else namespace


def split(iri: str) -> str:
    """`{namespace}local` of a full address, parted at its last /, # or :."""
    cut = max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1
    return f"{{{plain_namespace(iri[:cut])}}}{iri[cut:]}"


class Names:
    """What the @context of a document says: prefixes, terms and the contexts that stand elsewhere."""

    def __init__(self, *contexts: Any) -> None:
        self.prefixes: MutableMapping[str, str] = {}  # the document's own
        self.terms: MutableMapping[str, str] = {}
        self.elsewhere: list[str] = []  # addresses of contexts that are not the standard's and are never fetched
        self.vocabulary = ""
        self._keys: dict[str, str] = {}
        for context in contexts:
            self._take(context)

    def _take(self, context: Any) -> None:
        if isinstance(context, list):
            for part in context:
                self._take(part)
        elif isinstance(context, str):
            if context not in STANDARD_CONTEXTS:
                self.elsewhere.append(context)
        elif isinstance(context, dict):
            for name, meaning in context.items():
                self._define(name, meaning)

    def _define(self, name: str, meaning: Any) -> None:
        if isinstance(meaning, dict):
            meaning = meaning.get("@id")
        if not isinstance(meaning, str):
            return
        if name == "@vocab":
            self.vocabulary = meaning
        elif not name.startswith("@"):
            prefix, colon, local = meaning.partition(":")
            known = self.prefixes.get(prefix) or STANDARD_PREFIXES.get(prefix)
            if colon and known and not local.startswith("//"):
                meaning = known + local
            self.prefixes[name] = plain_namespace(meaning)
            self.terms[name] = meaning

    def with_context(self, context: Any) -> "Names":
        """These names and those of an event's own context; the document's are not copied for each of its events."""
        both = Names()
        both.prefixes, both.terms = ChainMap({}, self.prefixes), ChainMap({}, self.terms)
        both.vocabulary = self.vocabulary
        both._take(context)
        return both

    def key(self, name: str) -> str:
        """The one form of an extension's name; a bare name that no context explains stays bare."""
        found = self._keys.get(name)
        if found is None:
            found = self._keys[name] = self._resolved(name)
        return found

    def _resolved(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        if not colon:
            if name.startswith("@"):
                return name
            if name in self.terms:
                return split(self.terms[name])
            return f"{{{self.vocabulary}}}{name}" if self.vocabulary else name
        namespace = self.prefixes.get(prefix) or STANDARD_PREFIXES.get(prefix)
        if namespace and not local.startswith("//"):
            return f"{{{namespace}}}{local}"
        for known in chain(self.prefixes.values(), STANDARD_PREFIXES.values()):
            if known[-1:] in ("/", "#", ":") and name.startswith(known) and "/" not in name[len(known) :]:
                return f"{{{known}}}{name[len(known) :]}"
        return split(name)

    def value(self, text: str) -> str:
        """A value that stands for an address, where the document's own prefix shortened it."""
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.prefixes and not local.startswith("//"):
            return self.prefixes[prefix] + local
        return text


class Prefixes:
    """The way back: which prefix writes which namespace, given ones first, invented ones where there is none."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self.by_namespace = {namespace: prefix for prefix, namespace in STANDARD_PREFIXES.items()}
        given = given or {}
        self.by_namespace.update({plain_namespace(namespace): prefix for prefix, namespace in given.items()})
        self.invented: dict[str, str] = {}
        self._taken = {*STANDARD_PREFIXES, *given}

    def name(self, key: str) -> str:
        """`prefix:local` of `{namespace}local`; a bare name stays."""
        if not key.startswith("{"):
            return key
        namespace, _, local = key[1:].partition("}")
        return f"{self.prefix(namespace)}:{local}"

    def prefix(self, namespace: str) -> str:
        """The prefix of a namespace."""
        found = self.by_namespace.get(namespace)
        if found is None:
            number = len(self.invented) + 1
            while f"ns{number}" in self._taken:
                number += 1
            found = f"ns{number}"
            self._taken.add(found)
            self.invented[found] = namespace
            self.by_namespace[namespace] = found
        return found


def joined(namespace: str) -> str:
    """A namespace as JSON-LD puts it before a name."""
    return MASTER_DATA + ":" if namespace == MASTER_DATA else namespace
