"""Pictures: told by their bytes, refused when damaged or too large, with the place kept or taken out."""

import struct
import zlib
from decimal import Decimal

import pytest

from banyan.kit.pictures import MOST_BYTES, NoPicture, examined, without_place


def segment(marker, body):
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def exif(*, order="<", north=True, latitude=(26, 4, 30), longitude=(119, 18, 0)):
    """EXIF with a place, as cameras write it."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    first = struct.pack(f"{order}HHHII", 1, 0x8825, 4, 1, 26) + struct.pack(f"{order}I", 0)
    side = (b"N" if north else b"S") + b"\0\0\0"
    place = struct.pack(f"{order}H", 4)
    place += struct.pack(f"{order}HHI", 1, 2, 2) + side
    place += struct.pack(f"{order}HHII", 2, 5, 3, 80)
    place += struct.pack(f"{order}HHI", 3, 2, 2) + b"E\0\0\0"
    place += struct.pack(f"{order}HHII", 4, 5, 3, 104)
    place += struct.pack(f"{order}I", 0)
    body = head + first + place
    assert len(body) == 80
    for numbers in (latitude, longitude):
        for number in numbers:
            body += struct.pack(f"{order}II", number * 10, 10)
    return body


def jpeg(*, width=640, height=480, with_exif=None, comment=b""):
    parts = [b"\xff\xd8", segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")]
    if with_exif is not None:
        parts.append(segment(0xE1, b"Exif\0\0" + with_exif))
    if comment:
        parts.append(segment(0xFE, comment))
    parts.append(segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"))
    parts.append(segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34\x56" + b"\xff\xd9")
    return b"".join(parts)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*extra):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", zlib.compress(b"\0" * 8)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_jpeg_tells_its_size_and_where_it_was_taken(order):
    picture = examined(jpeg(with_exif=exif(order=order)), name="shelf.jpg")

    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 640, 480)
    assert (picture.latitude, picture.longitude) == (Decimal("26.075000"), Decimal("119.300000"))


def test_a_place_in_the_south_is_negative():
    assert examined(jpeg(with_exif=exif(north=False)), name="a").latitude == Decimal("-26.075000")


def test_a_png_may_tell_its_place_too():
    picture = examined(png(chunk(b"eXIf", exif(order=">"))), name="a.png")

    assert (picture.media_type, picture.width, picture.height) == ("image/png", 3, 2)
    assert picture.longitude == Decimal("119.300000")


WRITTEN_BESIDE = [
    jpeg(with_exif=exif(), comment=b"by somebody"),
    png(chunk(b"eXIf", exif()), chunk(b"tEXt", b"Author\0N")),
]


@pytest.mark.parametrize("content", WRITTEN_BESIDE, ids=["jpeg", "png"])
def test_without_place_nothing_is_left_beside_the_pixels(content):
    plain = without_place(content)

    assert examined(plain, name="a").latitude is None
    assert b"by somebody" not in plain
    assert b"Author" not in plain
    assert (examined(plain, name="a").width, plain[-4:]) == (examined(content, name="a").width, content[-4:])


def test_a_damaged_note_of_the_place_is_no_reason_to_refuse_the_picture():
    assert examined(jpeg(with_exif=b"II*\0\xff\xff\xff\xff"), name="a").latitude is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"GIF89a" + b"\0" * 40, "neither a JPEG nor a PNG"),
        (b"<html>", "neither a JPEG nor a PNG"),
        (b"", "neither a JPEG nor a PNG"),
        (jpeg()[:-2], "damaged"),
        (jpeg()[:30], "damaged"),
        (png()[:-6], "damaged"),
        (png().replace(b"IDAT", b"IDAX"), "damaged"),
        (jpeg(width=0), "no pixels"),
        (jpeg(width=60_000, height=60_000), "far too many"),
        (jpeg() + b"\0" * MOST_BYTES, "more than 10 MB"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_words(content, why):
    with pytest.raises(NoPicture, match=why) as refusal:
        examined(content, name="shelf.jpg")

    assert "shelf.jpg" in refusal.value.asked
