"""Papers and reports: one declared document, written as PDF (Typst) or as Word, the same bytes each time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from banyan.kit import fonts
from banyan.kit.texts import legible

WORD_FONT = "仿宋"
TEXT_WIDTH = 16.2  # centimetres between the margins of A4
PAIRS_WIDTHS = (4.2, 12.0)
EPOCH = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; `is_small` for notes. What ends with a colon stays on the page of what it leads to."""

    text: str
    is_small: bool = False

    @property
    def leads(self) -> bool:
        return self.text.endswith((":", "："))


@dataclass(frozen=True)
class Table:
    """A table, its caption above it; `numeric` names the places of columns that are set right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    widths: Sequence[float] = ()
    caption: str = ""


@dataclass(frozen=True)
class Pairs:
    """Names with values, as on a form."""

    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Chart:
    """A chart by its Vega-Lite specification, with the sentence that says what it shows."""

    specification: dict[str, Any]
    caption: str


@dataclass(frozen=True)
class Cover:
    """A page of its own in front: above the document's title who publishes it, below it what it speaks of."""

    above: str
    lines: Sequence[str]
    below: Sequence[str]


@dataclass(frozen=True)
class Signatures:
    """Lines to be signed and dated by hand."""

    parties: Sequence[str]


@dataclass(frozen=True)
class Document:
    """A paper: its title, a line below it, its blocks in order, and a line at the foot of every page."""

    title: str
    subtitle: str = ""
    number: str = ""
    foot: str = ""
    language: str = "zh"
    blocks: Sequence[Any] = field(default_factory=tuple)


def as_pdf(document: Document) -> bytes:
    """The document as PDF. A character that the font lacks is named by its number, and a note at the end says so."""
    written: bytes = typeset(document)
    return written


def typeset(document: Document, *, form: str = "pdf") -> Any:
    """The document as Typst sets it: the bytes of a PDF, or a picture of each page (`svg`, `png`)."""
    import typst

    source = (Path(__file__).parent / "templates" / "banyan" / "document.typ").read_bytes()
    data = json.dumps(_plain(_drawable(document)), ensure_ascii=False)
    compiler: Any = typst
    return compiler.compile(
        source, format=form, font_paths=[str(fonts.folder_for_typesetting())], sys_inputs={"document": data}
    )


def as_word(document: Document) -> bytes:
    """The document as Word on A4, in the official typeface of the reader's machine."""
    from docx import Document as new_word

    document = _each_text(document, legible)
    word: Any = new_word()
    _lay_out(word)
    word.core_properties.title = document.title
    if not any(isinstance(block, Cover) for block in document.blocks):
        for text, size, is_bold in (
            (document.title, 20, True), (document.subtitle, 11, False), (document.number, 10, False)
        ):  # fmt: skip
            _centred(word, text, size, is_bold=is_bold)
    for block in document.blocks:
        if isinstance(block, Cover):
            _write_cover(word, document.title, block)
        else:
            _write_block(word, block, is_indented=document.language == "zh")
    _write_foot(word, document.foot)
    return _same_bytes(word)


FORMS: Mapping[str, tuple[Callable[[Document], bytes], str]] = {
    "pdf": (as_pdf, "application/pdf"),
    "docx": (as_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
"""How a document is written: by the ending of its file, with the media type."""


def _centred(word: Any, text: str, size: float, *, is_bold: bool = False, before: float = 0) -> None:
    from docx.shared import Pt

    if text:
        line = word.add_paragraph()
        line.alignment, line.paragraph_format.space_before = 1, Pt(before)
        run = line.add_run(text)
        run.bold, run.font.size = is_bold, Pt(size)


def _write_cover(word: Any, title: str, cover: Cover) -> None:
    """The front page; its foot stays empty."""
    word.sections[0].different_first_page_header_footer = True
    _centred(word, cover.above, 16, before=70)
    _centred(word, title, 28, is_bold=True, before=90)
    for place, text in enumerate(cover.lines):
        _centred(word, text, 14 if place else 18, before=6 if place else 24)
    for place, text in enumerate(cover.below):
        _centred(word, text, 12, before=0 if place else 170)
    word.add_page_break()


def _write_foot(word: Any, text: str) -> None:
    """The line at the foot, with the number of the page and of all pages."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    line = word.sections[0].footer.paragraphs[0]
    for part in (f"{text}\t\t", "PAGE", " / ", "NUMPAGES"):
        run = line.add_run("" if part.isupper() else part)
        run.font.size = Pt(8)
        if part.isupper():
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), part)
            line._p.append(field)
            field.append(run._r)


def _lay_out(word: Any) -> None:
    """A4 with the margins of the PDF, black text and headings, one typeface for Latin and one for Chinese."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.4)
    for name, size in (("Normal", 10.5), ("Heading 1", 14), ("Heading 2", 12)):
        style = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Times New Roman", Pt(size), RGBColor(0, 0, 0)
        style.paragraph_format.space_after = Pt(6)
    for one in word.styles:
        faces = one.element.find(".//" + qn("w:rFonts"))
        if faces is not None:
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                faces.attrib.pop(qn(f"w:{theme}"), None)
            faces.set(qn("w:eastAsia"), WORD_FONT)


def texts_of(document: Document) -> str:
    """All text of a document, for checks."""
    return json.dumps(_plain(document, with_charts=False), ensure_ascii=False)


def _plain(document: Document, *, with_charts: bool = True) -> dict[str, Any]:
    from banyan.kit import charts

    blocks: list[dict[str, Any]] = []
    for block in document.blocks:
        content = dict(block.__dict__)
        if isinstance(block, Chart):
            picture = charts.as_svg(charts.fixed_width(block.specification)) if with_charts else ""
            content = {"svg": picture, "caption": block.caption}
        if isinstance(block, Paragraph):
            content["leads"] = block.leads
        if isinstance(block, Signatures):
            content["day"] = day_to_fill_in()
        if isinstance(block, Table):
            content["numeric"] = sorted(block.numeric)
        blocks.append({"kind": type(block).__name__, **content})
    return {**{name: getattr(document, name) for name in ("title", "subtitle", "number", "foot", "language")},
            "family": fonts.FAMILY, "blocks": blocks}  # fmt: skip


def _drawable(document: Document) -> Document:
    """The document in characters that the font draws; the note stands before signatures, which stay the last."""
    named: set[bool] = set()

    def draw(text: str) -> str:
        shown, has_number = fonts.drawn(legible(text))
        named.add(has_number)
        return shown

    found = _each_text(document, draw)
    if True not in named:
        return found
    place = next((at for at, one in enumerate(found.blocks) if isinstance(one, Signatures)), len(found.blocks))
    note = Paragraph(_("U+ and a number stand for a character that is not in the font; the Word file has it."), True)
    return replace(found, blocks=[*found.blocks[:place], note, *found.blocks[place:]])


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A part of a document with all of its texts changed; what draws a chart stays."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Promise):
        return change(str(value))
    if is_dataclass(value) and not isinstance(value, type):
        texts = {one.name: getattr(value, one.name) for one in fields(value) if one.name != "specification"}
        return replace(value, **{name: _each_text(one, change) for name, one in texts.items()})
    return [_each_text(one, change) for one in value] if isinstance(value, list | tuple) else value


def _write_block(word: Any, block: Any, *, is_indented: bool) -> None:
    from docx.shared import Cm, Pt

    from banyan.kit import charts

    if isinstance(block, Heading):
        word.add_heading(block.text, block.level)
    elif isinstance(block, Paragraph):
        line = word.add_paragraph()
        run = line.add_run(block.text)
        line.paragraph_format.keep_with_next = block.leads or None
        if block.is_small:
            run.font.size = Pt(9)
        elif is_indented:
            line.paragraph_format.first_line_indent = Pt(21)  # two characters, as Chinese papers begin a paragraph
    elif isinstance(block, Table):
        if block.caption:
            _centred(word, block.caption, 9.5, is_bold=True, before=6)
            word.paragraphs[-1].paragraph_format.keep_with_next = True
        _write_table(word, list(block.columns), block.rows, block.numeric, block.widths)
    elif isinstance(block, Pairs):
        _write_table(word, [], block.lines, frozenset(), PAIRS_WIDTHS)
    elif isinstance(block, Chart):
        picture = charts.as_png(charts.fixed_width(block.specification))
        word.add_picture(io.BytesIO(picture), width=Cm(15))
        word.paragraphs[-1].paragraph_format.keep_with_next = True
        _centred(word, block.caption, 9.5)
    elif isinstance(block, Signatures):
        _write_signatures(word, block.parties)
    else:
        raise TypeError(f"{type(block).__name__} is no block of a document")


def _write_table(
    word: Any, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: frozenset[int],
    widths: Sequence[float] = (),
) -> None:  # fmt: skip
    """A table with air in its cells and a gap after it, or Word joins it with the next one."""
    from docx.shared import Cm, Pt

    count = len(columns) or len(rows[0])
    table = word.add_table(rows=0, cols=count)
    table.style = "Table Grid"
    if len(widths) == count:
        table.autofit = False
        for column, part in zip(table.columns, widths, strict=True):
            column.width = Cm(TEXT_WIDTH * part / sum(widths))
    for line in ([columns] if columns else []) + [list(row) for row in rows]:
        row = table.add_row()
        _keep_row(row, is_head=line is columns)
        cells = row.cells
        for place, text in enumerate(line):
            if len(widths) == count:
                cells[place].width = table.columns[place].width
            paragraph = cells[place].paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
            run = paragraph.add_run(str(text))
            run.bold, run.font.size = line is columns, Pt(9) if columns else None
            if place in numeric:
                paragraph.alignment = 2
    _gap(word)


def _keep_row(row: Any, *, is_head: bool) -> None:
    """A row is not torn between two pages, and the head stands on each of them, shaded."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader") if is_head else ("w:cantSplit",):
        properties.append(OxmlElement(name))
    for cell in row.cells if is_head else ():
        shade = OxmlElement("w:shd")
        for attribute, value in (("val", "clear"), ("color", "auto"), ("fill", "E5F1EC")):
            shade.set(qn(f"w:{attribute}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _write_signatures(word: Any, parties: Sequence[str]) -> None:
    """A column for each party: room to sign and to stamp, a line, the day."""
    from docx.shared import Pt

    _gap(word)
    cells = word.add_table(rows=1, cols=len(parties)).add_row().cells
    for cell, party in zip(cells, parties, strict=True):
        cell.paragraphs[0].add_run(party)
        line = cell.add_paragraph("_" * 26)
        line.paragraph_format.space_before = Pt(36)
        cell.add_paragraph(day_to_fill_in())


def _gap(word: Any) -> None:
    from docx.shared import Pt

    line = word.add_paragraph()
    line.paragraph_format.space_after, line.paragraph_format.line_spacing = Pt(0), Pt(8)


def day_to_fill_in() -> str:
    """Where the day of a signature is written by hand."""
    return _("Date: ____________")


def _same_bytes(word: Any) -> bytes:
    """A Word file whose bytes depend on its content only: fixed times inside and outside."""
    from datetime import datetime

    for name in ("created", "modified"):
        setattr(word.core_properties, name, datetime(*EPOCH))
    raw, fixed = io.BytesIO(), io.BytesIO()
    word.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name, EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
