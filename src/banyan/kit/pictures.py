"""Pictures as they are handed in: what they are, how large, where taken; and the same picture without that place."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import segno
from django.utils.translation import gettext as _

from banyan.kit.refusals import BadRequest

MOST_BYTES = 10 * 2**20
MOST_PIXELS = 80_000_000
PNG = b"\x89PNG\r\n\x1a\n"
WITHOUT_SIZE = {0xC4, 0xC8, 0xCC}
TELLING = {b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"}
SCALE = Decimal("0.000001")
Place = tuple[Decimal | None, Decimal | None]
NOWHERE: Place = (None, None)


class NoPicture(BadRequest):
    """The file is no picture that we keep."""

    code = "no-picture"


@dataclass(frozen=True)
class Picture:
    """A picture by its content: its media type and size, and where it was taken if it says so."""

    media_type: str
    width: int
    height: int
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def examined(content: bytes, *, name: str) -> Picture:
    """What a picture is, told by its bytes and not by its name. Raises NoPicture for anything else."""
    if len(content) > MOST_BYTES:
        raise _refused(name, _("It has more than %(most)s MB.") % {"most": MOST_BYTES // 2**20})
    try:
        if content.startswith(PNG):
            picture = _png(content)
        elif content.startswith(b"\xff\xd8\xff"):
            picture = _jpeg(content)
        else:
            raise _refused(name, _("It is neither a JPEG nor a PNG."))
    except (struct.error, IndexError, ValueError) as error:
        raise _refused(name, _("It is damaged.")) from error
    if not 0 < picture.width * picture.height <= MOST_PIXELS:
        raise _refused(name, _("It has no pixels, or far too many."))
    return picture


def without_place(content: bytes) -> bytes:
    """The same pixels without anything written beside them: place, time, device, comments."""
    if content.startswith(PNG):
        kept = (head + body + end for kind, head, body, end in _chunks(content) if kind not in TELLING)
        return PNG + b"".join(kept)
    parts, start = [content[:2]], 2
    for marker, begin, end in _segments(content):
        if marker not in (0xE1, 0xED, 0xFE):  # EXIF and XMP, IPTC, comment
            parts.append(content[begin:end])
        start = end
    return b"".join(parts) + content[start:]


def _png(content: bytes) -> Picture:
    size, seen = (0, 0), []
    place = NOWHERE
    for kind, head, body, end in _chunks(content):
        if zlib.crc32(head[4:] + body) != struct.unpack(">I", end)[0]:
            raise ValueError("a chunk is damaged")
        seen.append(kind)
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        elif kind == b"eXIf":
            place = _place(body)
    if seen[:1] != [b"IHDR"] or b"IDAT" not in seen or seen[-1] != b"IEND":
        raise ValueError("it is not whole")
    return Picture("image/png", size[0], size[1], *place)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes, bytes, bytes]]:
    """Kind, head, body and check sum of each chunk."""
    at = len(PNG)
    while at < len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + length
        if end > len(content):
            raise ValueError("it is cut off")
        yield kind, content[at : at + 8], content[at + 8 : end - 4], content[end - 4 : end]
        at = end


def _jpeg(content: bytes) -> Picture:
    size, place = (0, 0), NOWHERE
    for marker, begin, end in _segments(content):
        body = content[begin + 4 : end]
        if 0xC0 <= marker <= 0xCF and marker not in WITHOUT_SIZE:
            height, width = struct.unpack(">HH", body[1:5])
            size = (width, height)
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            place = _place(body[6:])
    if not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise ValueError("it is cut off")
    return Picture("image/jpeg", size[0], size[1], *place)


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, begin and end of each segment before the picture's data."""
    at = 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        if length < 2 or at + 2 + length > len(content):
            raise ValueError("it is cut off")
        yield content[at + 1], at, at + 2 + length
        at += 2 + length
    if content[at] != 0xFF:
        raise ValueError("a segment has no marker")


def _place(exif: bytes) -> Place:
    """Latitude and longitude that EXIF states, or nothing; a damaged note is no reason to refuse the picture."""
    try:
        order = "<" if exif[:2] == b"II" else ">"
        first = struct.unpack(f"{order}I", exif[4:8])[0]
        directory = _entries(exif, first, order).get(0x8825)
        if directory is None:
            return NOWHERE
        tags = _entries(exif, struct.unpack(f"{order}I", directory[1])[0], order)
        latitude, longitude = (_degrees(exif, tags, place, order) for place in (1, 3))
    except (struct.error, IndexError, KeyError, ZeroDivisionError):
        return NOWHERE
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return NOWHERE
    return latitude, longitude


def _entries(exif: bytes, at: int, order: str) -> dict[int, tuple[int, bytes]]:
    count = struct.unpack(f"{order}H", exif[at : at + 2])[0]
    found = {}
    for number in range(count):
        row = exif[at + 2 + 12 * number : at + 14 + 12 * number]
        tag, _kind, values = struct.unpack(f"{order}HHI", row[:8])
        found[tag] = (values, row[8:12])
    return found


def _degrees(exif: bytes, tags: dict[int, tuple[int, bytes]], side: int, order: str) -> Decimal | None:
    if side not in tags or side + 1 not in tags:
        return None
    at = struct.unpack(f"{order}I", tags[side + 1][1])[0]
    numbers = struct.unpack(f"{order}6I", exif[at : at + 24])
    hours, minutes, seconds = (Decimal(numbers[i]) / Decimal(numbers[i + 1] or 1) for i in (0, 2, 4))
    value = hours + minutes / 60 + seconds / 3600
    return (-value if tags[side][1][:1] in (b"S", b"W") else value).quantize(SCALE)


def _refused(name: str, prevents: str) -> NoPicture:
    return NoPicture(
        _("The picture “%(name)s” was handed in.") % {"name": name},
        prevents,
        _("Hand in a JPEG or PNG as the camera made it, or a smaller copy."),
    )


def code_picture(text: str) -> bytes:
    """A QR code of a text as SVG."""
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="svg", scale=8, border=4, xmldecl=False)
    return picture.getvalue()
