"""Lists of records, as services send them: JSON and XML become tables, pages and books do not."""

import gzip
import json

import pytest

from banyan.kit.sheets import Bounds, SheetRefused, read_tables

FEED = """
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
  <title>Recalls</title><link>http://a.example/</link><description/>
  <item><title>One</title><dc:creator>FDA</dc:creator><category>a</category><category>b</category></item>
  <item><title>Two</title><description><![CDATA[<b>bad</b>]]></description></item>
</channel></rss>"""


def written(tmp_path, content, name="records"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows_of(path, **more):
    (table,) = read_tables(path, **more)
    return table.columns, [(row.number, row.cells) for row in table.rows]


def test_the_items_of_a_feed_are_rows_and_what_they_repeat_stands_in_one_cell(tmp_path):
    columns, rows = rows_of(written(tmp_path, FEED))

    assert columns == ("title", "creator", "category", "description")
    assert rows == [(1, ["One", "FDA", "a; b", ""]), (2, ["Two", "", "", "<b>bad</b>"])]


def test_records_of_an_xml_file_are_its_most_frequent_simple_elements(tmp_path):
    content = "<?xml version='1.0'?><ALL><HEAD><BY>x</BY></HEAD><P><A>1</A></P><P><A>2</A><B>3</B></P></ALL>"

    assert rows_of(written(tmp_path, content)) == (("A", "B"), [(1, ["1", ""]), (2, ["2", "3"])])


def test_a_list_of_objects_is_a_table_and_so_is_the_one_list_that_an_object_holds(tmp_path):
    records = [{"a": "1", "b": ["x", "y"]}, {"a": None, "c": 2.5, "b": []}]
    expected = (("a", "b", "c"), [(1, ["1", "x, y", ""]), (2, ["", "", "2.5"])])

    assert rows_of(written(tmp_path, json.dumps(records))) == expected
    assert rows_of(written(tmp_path, json.dumps({"meta": {"total": 2}, "results": records}))) == expected
    assert rows_of(written(tmp_path, gzip.compress(json.dumps(records).encode()))) == expected


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<?xml version='1.0'?><html><body><p><b>1</b></p></body></html>", "no-table"),
        ("<?xml version='1.0'?><a>text</a>", "no-table"),
        ("<?xml version='1.0'?><a><b><c>1</c></b>", "damaged"),
        ('{"a": [{"b": 1}], "c": [{"d": 1}]}', "no-table"),
        ('[{"a": 1}', "damaged"),
        ("[ ]", "no-table"),
    ],
)
def test_what_holds_no_list_of_records_is_refused_with_a_reason(tmp_path, content, code):
    with pytest.raises(SheetRefused) as refused:
        rows_of(written(tmp_path, content))

    assert refused.value.code == code


def test_nothing_outside_an_xml_file_is_read(tmp_path):
    secret = written(tmp_path, "secret", "secret.txt")
    content = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a><b><c>&x;</c></b></a>'

    with pytest.raises(SheetRefused, match="no list of records"):
        rows_of(written(tmp_path, content))


def test_a_json_file_that_would_not_fit_into_memory_is_refused(tmp_path):
    with pytest.raises(SheetRefused) as refused:
        rows_of(written(tmp_path, json.dumps([{"a": "x" * 200}])), bounds=Bounds(whole_bytes=100))

    assert refused.value.code == "file-too-large"
