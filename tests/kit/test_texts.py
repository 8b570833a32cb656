"""Characters that no XML holds are left out wherever text comes in, and what was kept before breaks no file."""

import orjson
import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from banyan.base.registry.models import Organisation
from banyan.kit import charts
from banyan.kit.models import Event
from banyan.kit.office import LegibleForm
from banyan.kit.sheets import read_tables
from banyan.kit.texts import legible, legible_form, legible_json, legible_within

PASTED = "a\x0bb\x1bc\x00d\ufffee\ud842f"


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_left_can_stand_in_xml_and_nothing_else_is_lost(text):
    kept = legible(text)

    element = etree.Element("a")
    element.text = kept
    assert etree.fromstring(etree.tostring(element)).text in (kept.replace("\r", "\n"), kept, None)
    assert [one for one in text if one in set(kept)] == list(kept)


def test_line_ends_tabs_and_characters_outside_the_plane_stay():
    assert legible("一\t二\r\n三🔥𠮷\x7f\x85") == "一\t二\r\n三🔥𠮷\x7f\x85"


def test_lists_and_names_within_a_value_are_seen_too():
    assert legible_within({"a\x0b": ["b\x1b", 1, None, ("c\x00",)]}) == {"a": ["b", 1, None, ("c",)]}


SPELT = (b"\\u000b", b"\\u001F", b"\\b", b"\\f", b"\\uFFFE", b"\\uffff", b"\xef\xbf\xbf")


@pytest.mark.parametrize("sent", SPELT)
def test_a_body_of_json_loses_them_however_it_spells_them(sent):
    whole = b'{"words": ["a' + sent + b'b\\n"]}'

    assert legible_json(orjson.loads(whole), sent=whole) == {"words": ["ab\n"]}


class Pasted(LegibleForm):
    words = forms.CharField(max_length=6)
    many = forms.MultipleChoiceField(choices=[("x", "x"), ("y", "y")])
    password = forms.CharField(widget=forms.PasswordInput)


def test_a_form_leaves_them_out_before_it_counts_and_leaves_a_password_as_it_is():
    sent = QueryDict(mutable=True)
    sent.update({"words": PASTED, "password": "p\x0bq"})
    sent.setlist("many", ["x\x0b", "y"])

    form = Pasted(sent)

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"words": "abcdef", "many": ["x", "y"], "password": "p\x0bq"}
    assert sent["words"] == PASTED
    assert legible_form(plain := QueryDict("a=b")) is plain


@pytest.mark.django_db
def test_a_name_pasted_into_the_office_is_kept_without_them(client, people, city):
    client.force_login(people.officer_gulou)
    client.post(
        "/office/registry/organisation/firm-g/do/rename_organisation/",
        {"name": "福州\x0b榕江\x1b", "reason": "as\x0c pasted"},
    )

    assert Organisation.objects.get(pk="firm-g").name == "福州榕江"
    assert Event.objects.order_by("number").last().reason == "as pasted"


def test_rows_of_a_file_lose_them(tmp_path):
    import xlsxwriter

    book, text = tmp_path / "a.xlsx", tmp_path / "a.csv"
    with xlsxwriter.Workbook(str(book)) as written:
        sheet = written.add_worksheet()
        sheet.write_row(0, 0, ["name", "place"])
        sheet.write_row(1, 0, ["one\x0b", "two\x1b"])
    text.write_bytes(b"name,place\none\x0b,two\x1b\n")

    for path in (book, text):
        found = [[row.cells for row in table.rows] for table in read_tables(path)]
        assert found == [[["one", "two"]]]


def test_a_chart_with_one_in_a_label_is_drawn():
    chart = charts.intervals(
        [{"unit": "a\x0bb", "value": 0.5, "low": 0.4, "high": 0.6, "n": 9}],
        label="unit", titles={"x": "unit", "value": "v", "low": "l", "high": "h", "n": "n"}, threshold=None,
    )  # fmt: skip

    assert charts.as_png(charts.fixed_width(chart)).startswith(b"\x89PNG")
    assert "ab" in charts.as_svg(charts.fixed_width(chart))
