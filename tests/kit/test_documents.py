"""Papers: what belongs together stays on one page."""

from __future__ import annotations

import io

import docx
import pytest

from banyan.kit.documents import Document, Heading, MissingGlyph, Paragraph, Table, as_pdf, as_word, typeset

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


def test_a_character_that_the_font_lacks_is_refused_and_not_drawn_as_a_box() -> None:
    with pytest.raises(MissingGlyph, match="𠀀"):
        as_pdf(Document("Paper", blocks=(Heading("𠀀"),)))
