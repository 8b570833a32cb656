"""Reads a document of EPCIS in whichever of its languages it came."""

from io import BytesIO
from typing import BinaryIO

from .documents import BYTES_OF_A_DOCUMENT, JSON_TYPES, XML_TYPES, Document, Limited, Unreadable
from .reading_json import read_json
from .reading_xml import read_xml


def read(stream: BinaryIO | bytes, media_type: str, *, limit: int = BYTES_OF_A_DOCUMENT) -> Document:
    """The document of a stream; its events are read while they are asked for.

    `media_type` is JSON's or XML's, parameters such as charset are passed over. Raises Unreadable for another one and
    for what is no document of EPCIS, TooLarge beyond `limit` bytes; the iterator of events raises them too.
    """
    kind = media_type.partition(";")[0].strip().lower()
    limited = Limited(BytesIO(stream) if isinstance(stream, bytes) else stream, limit)
    if kind in JSON_TYPES:
        return read_json(limited)
    if kind in XML_TYPES:
        return read_xml(limited)
    raise Unreadable(f"{media_type!r} is not read. Send {', '.join((*JSON_TYPES, *XML_TYPES))}.")
