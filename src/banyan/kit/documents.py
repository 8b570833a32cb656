"""Papers and reports: one declared document, written as PDF (Typst) or as Word, the same bytes each time."""

from __future__ import annotations

import functools
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from banyan.kit.refusals import Refused

FAMILY = "WenQuanYi Micro Hei"
WORD_FONT = "仿宋"
EPOCH = (2000, 1, 1, 0, 0, 0)


class MissingGlyph(Refused):
    """A character that the font cannot draw; it would be an empty box on paper."""

    code = "missing-glyph"


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; `is_small` for notes."""

    text: str
    is_small: bool = False


@dataclass(frozen=True)
class Table:
    """A table; `numeric` names the places of columns that are set right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    widths: Sequence[float] = ()


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
    """The document as PDF. Raises MissingGlyph where the font lacks a character."""
    import typst

    _demand_glyphs(document)
    source = (Path(__file__).parent / "templates" / "banyan" / "document.typ").read_bytes()
    data = json.dumps(_plain(document), ensure_ascii=False)
    compiler: Any = typst
    return compiler.compile(source, font_paths=[str(font().parent)], sys_inputs={"document": data})


def as_word(document: Document) -> bytes:
    """The document as Word, in the official typeface of the reader's machine."""
    from docx import Document as new_word
    from docx.oxml.ns import qn

    word: Any = new_word()
    style: Any = word.styles["Normal"]
    style.font.name = "Times New Roman"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), WORD_FONT)
    title = word.add_heading(document.title, 0)
    title.alignment = 1
    for text in (document.subtitle, document.number):
        if text:
            word.add_paragraph(text).alignment = 1
    for block in document.blocks:
        _write_block(word, block)
    if document.foot:
        word.sections[0].footer.paragraphs[0].text = document.foot
    for one in word.styles:
        fonts = one.element.find(".//" + qn("w:rFonts"))
        if fonts is not None:
            fonts.set(qn("w:eastAsia"), WORD_FONT)
    return _same_bytes(word)


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
        if isinstance(block, Table):
            content["numeric"] = sorted(block.numeric)
        blocks.append({"kind": type(block).__name__, **content})
    return {**{name: getattr(document, name) for name in ("title", "subtitle", "number", "foot", "language")},
            "family": FAMILY, "blocks": blocks}  # fmt: skip


def _write_block(word: Any, block: Any) -> None:
    from docx.shared import Cm, Pt

    from banyan.kit import charts

    if isinstance(block, Heading):
        word.add_heading(block.text, block.level)
    elif isinstance(block, Paragraph):
        run = word.add_paragraph().add_run(block.text)
        if block.is_small:
            run.font.size = Pt(9)
    elif isinstance(block, Table):
        _write_table(word, list(block.columns), block.rows, block.numeric)
    elif isinstance(block, Pairs):
        _write_table(word, [], block.lines, frozenset())
    elif isinstance(block, Chart):
        picture = charts.as_png(charts.fixed_width(block.specification))
        word.add_picture(io.BytesIO(picture), width=Cm(15))
        word.add_paragraph(block.caption).alignment = 1
    elif isinstance(block, Signatures):
        _write_table(word, [], [(party, "") for party in block.parties], frozenset())
    else:
        raise TypeError(f"{type(block).__name__} is no block of a document")


def _write_table(word: Any, columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: frozenset[int]) -> None:
    width = len(columns) or len(rows[0])
    table = word.add_table(rows=0, cols=width)
    table.style = "Table Grid"
    for line in ([columns] if columns else []) + [list(row) for row in rows]:
        cells = table.add_row().cells
        for place, text in enumerate(line):
            cells[place].text = str(text)
            if place in numeric and line is not columns:
                cells[place].paragraphs[0].alignment = 2


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


def _demand_glyphs(document: Document) -> None:
    drawn = _characters()
    missing = sorted({one for one in texts_of(document) if ord(one) > 0x7F and ord(one) not in drawn})
    if missing:
        raise MissingGlyph(
            _("The paper “%(title)s” was to be drawn.") % {"title": document.title},
            _("The font cannot draw: %(characters)s.") % {"characters": " ".join(missing[:20])},
            _("Replace these characters, or set BANYAN_FONT to a font that has them."),
        )


@functools.lru_cache(maxsize=1)
def font() -> Path:
    """The font file: the one that a setting names, else the one of the locked package."""
    if named := getattr(settings, "BANYAN_FONT", ""):
        return Path(named)
    import paperang_p2_fonts_cjk

    return Path(paperang_p2_fonts_cjk.__file__).parent / "fonts" / "wqy-microhei.ttc"


@functools.lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(font(), fontNumber=0, lazy=True) as opened:
        return frozenset(opened.getBestCmap())
