"""The typeface of papers: marks that stand beside each other never lie upon each other."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from banyan.kit import fonts


@pytest.fixture
def set_in() -> TTFont:
    """The font that papers are set in."""
    return TTFont(fonts.folder_for_typesetting() / "papers.ttf")


def test_each_mark_stands_in_the_half_that_the_typesetter_leaves_it(set_in: TTFont) -> None:
    names, glyphs, widths = set_in.getBestCmap(), set_in["glyf"], set_in["hmtx"]

    for mark in fonts.CLOSING + fonts.OPENING:
        name = names[ord(mark)]
        glyph, half = glyphs[name], widths[name][0] / 2
        begins = 0 if mark in fonts.CLOSING else half
        glyph.recalcBounds(glyphs)
        assert begins <= glyph.xMin, mark
        assert glyph.xMax <= begins + half, mark
        assert widths[name][1] == glyph.xMin, mark


def test_the_font_as_it_comes_has_brackets_that_would_lie_upon_a_full_stop() -> None:
    original = TTFont(fonts.font(), fontNumber=0)
    bracket = original.getBestCmap()[ord("）")]

    assert original["glyf"][bracket].xMax > original["hmtx"][bracket][0] / 2


def test_every_other_character_and_every_width_stays(set_in: TTFont) -> None:
    original = TTFont(fonts.font(), fontNumber=0)

    assert set_in.getBestCmap() == original.getBestCmap()
    assert {name: one[0] for name, one in set_in["hmtx"].metrics.items()} == {
        name: one[0] for name, one in original["hmtx"].metrics.items()
    }
    for character in "榕质合格率，。：；《》“”A1%":
        name = original.getBestCmap()[ord(character)]
        assert set_in["glyf"][name] == original["glyf"][name], character
    assert set_in["name"].getDebugName(1) == fonts.FAMILY


def test_the_copy_is_made_once_and_is_the_same_on_every_machine(settings, tmp_path) -> None:
    copies = []
    for place in ("here", "there"):
        settings.BANYAN_DATA_DIR = tmp_path / place
        folder = fonts.folder_for_typesetting()
        made_at = (folder / "papers.ttf").stat().st_mtime_ns
        assert fonts.folder_for_typesetting() == folder
        assert (folder / "papers.ttf").stat().st_mtime_ns == made_at
        copies.append((folder / "papers.ttf").read_bytes())

    assert copies[0] == copies[1]
