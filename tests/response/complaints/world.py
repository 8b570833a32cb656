"""A small world of complaints: one invented consumer, and the steps that lead from a message to any state."""

from __future__ import annotations

import struct
import zlib
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from django.core.files.base import File

from banyan.kit import clock
from banyan.kit.rights import System
from banyan.response.complaints import actions
from banyan.response.complaints.models import Complaint, Message, Track

DAY = date(2025, 6, 2)
NAME, TELEPHONE, WORDS = "欧阳试验", "13900001234", "六月一日在鼓楼区买的大米发霉变质，商家不退货，请联系13900001234"
BY = System("test")


def filing(city: Any, *, on: date = DAY, tracks: Any = (Track.COMPLAINT,), photos: Any = (), **fields: Any) -> Any:
    """A message of the invented consumer about the Gulou firm's rice, not yet taken in."""
    said = {"channel": "telephone", "name": NAME, "telephone": TELEPHONE, "words": WORDS, "contact": ""}
    message = {name: fields.pop(name, value) for name, value in said.items()}
    at = datetime.combine(on, time(9), tzinfo=clock.zone())
    matter = {"firm_id": city.gulou_firm.pk, "firm_name": city.gulou_firm.name, "county_id": city.gulou.pk}
    return actions.Filing(Message(received_at=at, **message), matter | fields, tracks, photos)


def filed(city: Any, *, by: Any = BY, on: date = DAY, **fields: Any) -> Complaint:
    """A complaint as it stands after its message was taken in."""
    return read(actions.file_message(filing=filing(city, on=on, **fields), by=by, on=on))


def mediated(city: Any, people: Any, *, on: date = DAY, **fields: Any) -> Complaint:
    """A complaint that the officer accepted on the day of its receipt."""
    complaint = filed(city, on=on, **fields)
    actions.accept_complaints(complaints=[complaint], by=people.officer_gulou, on=on)
    return read(complaint)


def closed(city: Any, people: Any, *, on: date = DAY, **fields: Any) -> Complaint:
    """A complaint settled, and its parties told."""
    complaint = mediated(city, people, on=on, **fields)
    officer = {"by": people.officer_gulou, "on": on}
    actions.settle_complaints(complaints=[complaint], decision="the shop gives the money back", **officer)
    actions.close_complaints(complaints=[read(complaint)], **officer)
    return read(complaint)


def read(complaint: Complaint) -> Complaint:
    return Complaint.objects.get(pk=complaint.pk)


def png(*, beside: bytes = b"", name: str = "rice.png") -> File:
    """A picture of one red pixel, with a text chunk beside its pixels if one is given."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    told = chunk(b"tEXt", beside) if beside else b""
    content = b"\x89PNG\r\n\x1a\n" + head + told + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")
    return File(BytesIO(content), name=name)
