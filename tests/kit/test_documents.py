"""Papers: what belongs together stays on one page, and no character of a record stops one."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import polib
import pytest
from django.utils import translation

from banyan.kit import documents, fonts
from banyan.kit.documents import (
    Cover,
    Document,
    Heading,
    Pairs,
    Paragraph,
    Signatures,
    Table,
    as_pdf,
    as_word,
    typeset,
)

LOCALE = Path(documents.__file__).parents[1] / "locale"

HEAD_OF_TABLE = 'fill="#e5f1ec"'
LEAD = Paragraph("Targets that wait for records:")


def lines(count: int) -> list[Paragraph]:
    return [Paragraph("One line of text.") for _line in range(count)]


def pages(*blocks: object) -> list[str]:
    """Each page as a picture, whose glyphs are counted by `use`."""
    found = typeset(Document("Paper", language="en", blocks=blocks), form="svg")
    return [page.decode() for page in (found if isinstance(found, list) else [found])]


def table(rows: int) -> Table:
    return Table(["Clause", "Target"], [["2.2", "A target"]] * rows)


@pytest.fixture(scope="module")
def full() -> list[Paragraph]:
    """So many lines that one more is the last on the first page."""
    return lines(next(count for count in range(25, 60) if len(pages(*lines(count + 2))) == 2))


def test_a_sentence_that_leads_to_a_table_goes_to_the_next_page_with_it(full: list[Paragraph]) -> None:
    assert len(pages(*full, LEAD)) == 1

    first, second = pages(*full, LEAD, table(4))

    assert HEAD_OF_TABLE not in first
    assert first.count("<use ") == pages(*full)[0].count("<use ")
    assert HEAD_OF_TABLE in second


def test_a_short_table_is_not_torn_and_a_long_one_is(full: list[Paragraph]) -> None:
    half = full[: len(full) * 3 // 4]

    assert [HEAD_OF_TABLE in page for page in pages(*half, table(12))] == [False, True]
    assert [HEAD_OF_TABLE in page for page in pages(*half, table(40))] == [True, True]


def test_in_word_a_sentence_that_leads_stays_with_what_follows() -> None:
    blocks = (LEAD, table(2), Paragraph("按类别："), Paragraph("A sentence by itself."))

    word = docx.Document(io.BytesIO(as_word(Document("Paper", blocks=blocks))))

    kept = {line.text: line.paragraph_format.keep_with_next for line in word.paragraphs if line.text}
    assert kept["Targets that wait for records:"]
    assert kept["按类别："]
    assert not kept["A sentence by itself."]


def paper(text: str) -> Document:
    return Document(
        title=f"title {text}", subtitle=text, number=text, foot=text, language="zh",
        blocks=[
            Heading(text), Paragraph(f"before {text} after"), Pairs([("name", text)]),
            Table([text, "b"], [[text, "2"]], numeric=frozenset({1}), widths=(1, 2), caption=text),
            Signatures([text]),
        ],
    )  # fmt: skip


def words_of(content):
    word = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return [one.text for one in word.paragraphs] + cells


@pytest.mark.parametrize(
    "text", ["夜宵🔥很好", "𠮷田", "👩\u200d👩\u200d👧", "❤\ufe0f", "a\u2028b", "\u0301\u0489", "\x0b\x1b\ufffe"]
)
def test_no_character_of_a_record_stops_a_paper_and_again_it_has_the_same_bytes(text):
    for write, head in ((as_pdf, b"%PDF"), (as_word, b"PK")):
        first = write(paper(text))
        assert first.startswith(head)
        assert write(paper(text)) == first


def test_what_the_font_lacks_is_named_by_its_number_and_a_note_before_the_signatures_says_so():
    with translation.override("en"):
        drawn = documents._drawable(paper("夜宵🔥好"))

    kinds = [type(block).__name__ for block in drawn.blocks]
    assert drawn.title == "title 夜宵〔U+1F525〕好"
    assert (drawn.subtitle, drawn.foot, drawn.blocks[2].lines) == ("夜宵〔U+1F525〕好",) * 2 + (
        [["name", "夜宵〔U+1F525〕好"]],
    )
    assert kinds == ["Heading", "Paragraph", "Pairs", "Table", "Paragraph", "Signatures"]
    assert "not in the font" in drawn.blocks[4].text
    assert as_pdf(paper("夜宵🔥好")) != as_pdf(paper("夜宵好"))


def test_without_such_a_character_there_is_no_note_and_a_cover_comes_through():
    plain = Document("报告", blocks=[Cover("局", ["一"], ["二"]), Paragraph("正文")])

    assert documents._drawable(plain).blocks == [Cover("局", ["一"], ["二"]), Paragraph("正文")]


def test_what_shows_nothing_by_itself_is_left_out_and_odd_spaces_become_spaces():
    assert fonts.drawn("𠮷\ufe0f\U000e0100\x85\u2061") == ("〔U+20BB7〕", True)
    assert fonts.drawn("a\u2028b\u205fc") == ("a b c", False)
    assert fonts.drawn("一\n二\t三") == ("一\n二\t三", False)


def test_word_keeps_the_emoji_and_loses_what_no_xml_holds():
    found = words_of(as_word(paper("夜宵🔥\x0b好")))

    assert found.count("夜宵🔥好") >= 6
    assert not re.search("[\x0b〔]", "".join(found))


def test_the_font_draws_every_word_of_the_house():
    """A record's odd character has its stand-in; the house itself must need none."""
    (catalogue,) = LOCALE.glob("*/LC_MESSAGES/django.po")
    needed = {
        text: fonts.drawn(text)[1]
        for entry in polib.pofile(str(catalogue))
        for text in (entry.msgid, entry.msgstr, *entry.msgstr_plural.values())
    }

    assert len(needed) > 1000
    assert not [text for text, has_number in needed.items() if has_number]
