"""Charts: one Vega-Lite specification each, drawn in the browser and, from the same one, in reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from banyan.kit.texts import legible_within

FONT = "WenQuanYi Micro Hei, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
INK, QUIET, ACCENT, WARN, GRID = "#1d2b26", "#6b7a74", "#1f6f54", "#b3392f", "#e3e9e6"
WIDTH, HEIGHT = 640, 260


def trend(
    rows: Sequence[Mapping[str, Any]], *, x: str, titles: Mapping[str, str], threshold: float | None,
    is_share: bool = True, in_percent: bool = False,
) -> dict:  # fmt: skip
    """A line of rates, each with its interval as a band, or of amounts, which have none; the target as a dashed rule.

    Amounts that are quotients are written `in_percent`.
    `rows` have `x`, value, low, high, n. `titles` name the axes and the tooltip (x, value, low, high, n, target).
    """
    exact, rough = (".2%", ".0%") if is_share else (".2%", "~%") if in_percent else (",.2~f", ",.2~f")
    shown = ("value", "low", "high") if is_share else ("value",)
    tips = [
        {"field": x, "type": "ordinal", "title": titles["x"]},
        *({"field": name, "type": "quantitative", "format": exact, "title": titles[name]} for name in shown),
        {"field": "n", "type": "quantitative", "format": ",", "title": titles["n"]},
    ]
    place = {"field": x, "type": "ordinal", "title": None, "axis": {"labelAngle": -40}}
    height = {"type": "quantitative", "title": titles["value"], "scale": {"zero": not is_share},
              "axis": {"format": rough}}  # fmt: skip
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "errorband", "color": ACCENT, "opacity": 0.18},
         "encoding": {"x": place, "y": {"field": "low", **height}, "y2": {"field": "high"}}},
        {"mark": {"type": "line", "color": ACCENT, "strokeWidth": 2,
                  "point": {"filled": True, "size": 45, "color": ACCENT}},
         "encoding": {"x": place, "y": {"field": "value", **height}, "tooltip": tips}},
    ]  # fmt: skip
    if threshold is not None:
        layers.append(_rule(threshold, titles["target"], format=exact))
    return _whole({"layer": layers if is_share else layers[1:]}, rows)


def intervals(
    rows: Sequence[Mapping[str, Any]], *, label: str, titles: Mapping[str, str], threshold: float | None
) -> dict:
    """One dot with its interval per group, sorted by value, and the target as a dashed rule."""
    place = {"field": label, "type": "nominal", "title": None, "sort": {"field": "value", "order": "descending"},
             "axis": {"labelLimit": 150}}  # fmt: skip
    rate = {"type": "quantitative", "title": titles["value"], "scale": {"zero": False},
            "axis": {"format": ".0%", "tickCount": 10}}  # fmt: skip
    tips = [
        {"field": label, "type": "nominal", "title": titles["x"]},
        {"field": "value", "type": "quantitative", "format": ".2%", "title": titles["value"]},
        {"field": "n", "type": "quantitative", "format": ",", "title": titles["n"]},
    ]
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "rule", "color": QUIET, "strokeWidth": 2},
         "encoding": {"y": place, "x": {"field": "low", **rate}, "x2": {"field": "high"}}},
        {"mark": {"type": "point", "filled": True, "size": 70, "color": ACCENT, "opacity": 1},
         "encoding": {"y": place, "x": {"field": "value", **rate}, "tooltip": tips}},
    ]  # fmt: skip
    if threshold is not None:
        layers.append(_rule(threshold, titles["target"], axis="x"))
    return _whole({"layer": layers, "height": max(120, 22 * len(rows))}, rows)


def funnel(
    units: Sequence[Mapping[str, Any]],
    limits: Sequence[Mapping[str, Any]],
    *,
    target: float,
    titles: Mapping[str, str],
) -> dict:
    """Rates against n, with the limits within which like units vary by chance. Who lies outside has its own shape.

    `units` have unit, n, value, shrunk, outside (-1, 0, 1); `limits` have n and low/high pairs `low95`, `high95`,
    `low998`, `high998`.
    """
    n = {"field": "n", "type": "quantitative", "title": titles["n"], "scale": {"type": "sqrt", "zero": False},
         "axis": {"format": ",d", "tickMinStep": 1}}  # fmt: skip
    rate = {"type": "quantitative", "title": titles["value"], "scale": {"zero": False}, "axis": {"format": ".0%"}}
    lines: list[dict[str, Any]] = [
        {"data": {"values": list(limits)},
         "mark": {"type": "line", "color": QUIET, "strokeDash": dash, "strokeWidth": 1.2},
         "encoding": {"x": n, "y": {"field": name, **rate}}}
        for name, dash in (("low95", [4, 3]), ("high95", [4, 3]), ("low998", [1, 0]), ("high998", [1, 0]))
    ]  # fmt: skip
    points = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.85},
        "encoding": {
            "x": n,
            "y": {"field": "value", **rate},
            "color": {"condition": {"test": "datum.outside != 0", "value": WARN}, "value": ACCENT},
            "shape": {"condition": {"test": "datum.outside != 0", "value": "diamond"}, "value": "circle"},
            "tooltip": [
                {"field": "unit", "type": "nominal", "title": titles["x"]},
                {"field": "value", "type": "quantitative", "format": ".2%", "title": titles["value"]},
                {"field": "shrunk", "type": "quantitative", "format": ".2%", "title": titles["shrunk"]},
                {"field": "n", "type": "quantitative", "format": ",", "title": titles["n"]},
            ],
        },
    }
    return _whole({"layer": [*lines, _rule(target, titles["target"]), points], "height": 300}, units)


def counts(rows: Sequence[Mapping[str, Any]], *, x: str, titles: Mapping[str, str]) -> dict:
    """Bars of what was seen, a line of what was expected, a dashed one of the bound; bars outside it have a colour.

    `rows` have `x`, observed, expected, bound (null where nothing was looked at) and n, which `titles` name, and
    `is_outside`.
    """
    place = {"field": x, "type": "ordinal", "title": None, "axis": {"labelAngle": -40, "labelOverlap": True}}
    number = {"type": "quantitative", "title": titles["observed"], "axis": {"tickMinStep": 1}}
    tips = [{"field": x, "type": "ordinal", "title": titles["x"]}] + [
        {"field": name, "type": "quantitative", "title": titles[name]}
        for name in ("observed", "expected", "bound", "n")
    ]
    outside = {"test": "datum.is_outside", "value": WARN}
    lines: list[dict[str, Any]] = [
        {"mark": {"type": "line", "color": INK, "strokeWidth": width, "strokeDash": dash, "interpolate": "step"},
         "encoding": {"x": place, "y": {"field": name, **number}}}
        for name, width, dash in (("expected", 1.6, [1, 0]), ("bound", 1.4, [5, 4]))
    ]  # fmt: skip
    bars = {"mark": {"type": "bar"},
            "encoding": {"x": place, "y": {"field": "observed", **number}, "tooltip": tips,
                         "color": {"condition": outside, "value": ACCENT}}}  # fmt: skip
    return _whole({"layer": [bars, *lines]}, rows)


def fixed_width(specification: Mapping[str, Any], width: int = WIDTH) -> dict[str, Any]:
    """The chart for paper, where no page gives it a width."""
    return {**specification, "width": width}


def as_svg(specification: Mapping[str, Any]) -> str:
    """The chart as SVG text, drawn on the server."""
    return _converter().vegalite_to_svg(_drawable(specification))


def as_png(specification: Mapping[str, Any], *, scale: float = 2) -> bytes:
    """The chart as PNG, drawn on the server."""
    return _converter().vegalite_to_png(_drawable(specification), scale=scale)


def _drawable(specification: Mapping[str, Any]) -> dict[str, Any]:
    """The same without characters that no XML holds: one in a label ends the process that draws."""
    return dict(legible_within(specification))


def digest(specification: Mapping[str, Any]) -> str:
    """A short name for a specification: equal charts have equal names."""
    return hashlib.sha256(json.dumps(specification, sort_keys=True).encode()).hexdigest()[:16]


def browser_bundle() -> bytes:
    """Vega, Vega-Lite and the embedder as one script, from the installed package; kept in the data folder."""
    import vl_convert

    path = Path(settings.BANYAN_DATA_DIR) / "assets" / f"vega-{version('vl-convert-python')}.js"
    if not path.exists():
        from banyan.kit.durable import write_durably

        script = vl_convert.javascript_bundle("window.banyanEmbed = vegaEmbed;")
        write_durably(path, lambda to: to.write_text(script))
    return path.read_bytes()


@lru_cache(maxsize=1)
def _converter() -> Any:
    import vl_convert

    from banyan.kit.fonts import font

    vl_convert.register_font_directory(str(font().parent))
    return vl_convert


def _rule(value: float, title: str, *, axis: str = "y", format: str = ".2%") -> dict[str, Any]:
    return {
        "data": {"values": [{"target": value, "label": title}]},
        "mark": {"type": "rule", "strokeDash": [6, 4], "color": WARN, "strokeWidth": 1.5},
        "encoding": {
            axis: {"field": "target", "type": "quantitative"},
            "tooltip": [{"field": "target", "type": "quantitative", "format": format, "title": title}],
        },
    }


def _whole(chart: dict[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": [dict(row) for row in rows]},
        "width": "container",
        "height": HEIGHT,
        **chart,
        "config": {
            "font": FONT,
            "background": None,
            "view": {"stroke": None},
            "axis": {
                "labelColor": QUIET,
                "titleColor": INK,
                "gridColor": GRID,
                "domainColor": GRID,
                "tickColor": GRID,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
            },
        },
    }
