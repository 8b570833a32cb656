"""Workbooks of the old form (.xls) are read as well."""

import struct

import pytest

from banyan.kit.sheets import Bounds, SheetRefused, read_tables


def record(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def label(row, column, text):
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def number(row, column, value):
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def old_workbook(cells):
    """The smallest workbook of the old form: one sheet in one stream of a compound file of 512-byte sectors."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    name = "结果"
    bound = struct.pack("<IHBB", 0, 0, len(name), 1) + name.encode("utf-16-le")
    head_length = len(record(0x0809, begin)) + len(record(0x0085, bound)) + len(record(0x000A))
    bound = struct.pack("<IHBB", head_length, 0, len(name), 1) + name.encode("utf-16-le")
    head = record(0x0809, begin) + record(0x0085, bound) + record(0x000A)
    sheet = record(0x0809, begin[:2] + struct.pack("<H", 0x0010) + begin[4:]) + cells + record(0x000A)
    stream = (head + sheet).ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    stream = stream.ljust(sectors * 512, b"\0")
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")

    def entry(title, kind, start, size, child=0xFFFFFFFF):
        coded = title.encode("utf-16-le") + b"\0\0"
        head = coded.ljust(64, b"\0") + struct.pack("<HBB", len(coded), kind, 1)
        return (head + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)).ljust(116, b"\0") + struct.pack(
            "<IQ", start, size
        )

    folder = entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + entry("Workbook", 2, 2, len(stream))
    folder = folder.ljust(512, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 6 + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return header + table + folder + stream


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "旧.xls"
    cells = label(0, 0, "名称") + label(0, 1, "代码") + label(1, 0, "甲") + number(1, 1, 350102.0)
    path.write_bytes(old_workbook(cells))
    return path


def test_an_old_workbook_is_read_like_a_new_one(old):
    found = [(table.sheet, table.columns, [row.cells for row in table.rows]) for table in read_tables(old)]

    assert found == [("结果", ("名称", "代码"), [["甲", "350102"]])]


def test_an_old_workbook_too_large_for_memory_is_refused(old):
    with pytest.raises(SheetRefused, match="XLSX"):
        list(read_tables(old, bounds=Bounds(old_workbook_bytes=100)))


def test_a_damaged_old_workbook_is_refused(old):
    old.write_bytes(old.read_bytes()[:700])

    with pytest.raises(SheetRefused) as caught:
        list(read_tables(old))

    assert caught.value.code == "damaged"
