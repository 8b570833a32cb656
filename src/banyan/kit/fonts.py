"""The typeface of papers: its file, the characters that it can draw, and its marks set where the typesetter looks."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path
from typing import Any

from django.conf import settings

from banyan.kit.durable import digest_of, held, write_durably

FAMILY = "WenQuanYi Micro Hei"
CLOSING = "，。．、：；！？》）』」】〗〕〉］｝"
OPENING = "《（『「【〖〔〈［｛"
"""Marks as wide as a character. Beside another mark, and at the ends of a line, Typst leaves each of them half its
width: a closing one its left half, an opening one its right half (Requirements for Chinese Text Layout, 3.1.6)."""


VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


@functools.lru_cache(maxsize=1)
def font() -> Path:
    """The font file: the one that a setting names, else the one of the locked package."""
    if named := getattr(settings, "BANYAN_FONT", ""):
        return Path(named)
    import paperang_p2_fonts_cjk

    return Path(paperang_p2_fonts_cjk.__file__).parent / "fonts" / "wqy-microhei.ttc"


@functools.lru_cache(maxsize=1)
def characters() -> frozenset[int]:
    """The characters that the font can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(font(), fontNumber=0, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def drawn(text: str) -> tuple[str, bool]:
    """The text as the font can draw it, and whether a character is named in it by its number: 〔U+1F525〕.

    What shows nothing by itself (joiners, variations, marks of direction) is left out where the font lacks it, and a
    space of an odd width becomes a space.
    """
    if text.isascii() and text.isprintable():
        return text, False
    parts = [one if one in "\t\n\r" or ord(one) in characters() else _instead_of(one) for one in text]
    return "".join(parts), any(len(one) > 1 for one in parts)


def _instead_of(one: str) -> str:
    kind = unicodedata.category(one)
    if kind.startswith("Z"):
        return " "
    if kind in ("Cc", "Cf") or any(ord(one) in span for span in VARIATIONS):
        return ""
    before, after = "〔〕" if {0x3014, 0x3015} <= characters() else "[]"
    return f"{before}U+{ord(one):04X}{after}"


def folder_for_typesetting() -> Path:
    """The folder with the font that papers are set in: a copy whose marks stand in the half that they are left with.

    WenQuanYi draws brackets in the middle of their width, so that half of one lay upon the full stop after it. The
    copy is made once and kept with what can be made again.
    """
    folder = Path(settings.BANYAN_DATA_DIR) / "assets" / f"font-{_digest()[:16]}"
    path = folder / "papers.ttf"
    if path.exists():
        return folder
    from fontTools.ttLib import TTFont

    with (
        held(folder / "lock"),
        TTFont(font(), fontNumber=0, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as opened,
    ):
        if "glyf" not in opened:  # fonts with outlines of the other kind have their marks there already
            return font().parent
        set_marks_in_their_halves(opened)
        if not path.exists():
            write_durably(path, opened.save)
    return folder


@functools.lru_cache(maxsize=1)
def _digest() -> str:
    return digest_of(font())


def set_marks_in_their_halves(opened: Any) -> None:
    """Move each mark that reaches out of its half into the middle of that half; its width stays."""
    glyphs, widths, names = opened["glyf"], opened["hmtx"], opened.getBestCmap()
    for mark in CLOSING + OPENING:
        name = names.get(ord(mark))
        if name is None or not hasattr(glyph := glyphs[name], "xMin"):
            continue
        width, half = widths[name][0], widths[name][0] // 2
        begins = 0 if mark in CLOSING else half
        if begins <= glyph.xMin and glyph.xMax <= begins + half:
            continue
        step = begins + (half - (glyph.xMax - glyph.xMin)) // 2 - glyph.xMin
        glyph.expand(glyphs)
        for part in glyph.components if glyph.isComposite() else ():
            part.x += step
        if not glyph.isComposite():
            glyph.coordinates.translate((step, 0))
        glyph.xMin, glyph.xMax = glyph.xMin + step, glyph.xMax + step
        widths[name] = (width, glyph.xMin)
