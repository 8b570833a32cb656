"""Sentences that follow the numbers: they say no more than the interval says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from banyan import policy
from banyan.insight.indicators import queries as indicators
from banyan.kit.templatetags.banyan import NOTHING, percent, whole

ORDER = ("met", "not met", "cannot be told", "reference missing", "record missing")


def points(value: float | None, *, signed: bool = True) -> str:
    """A difference of rates in percentage points: +1.2, −0.4."""
    if value is None:
        return NOTHING
    sign = "−" if round(value, 3) < 0 else "+" if signed and round(value, 3) > 0 else ""
    return sign + percent(abs(value), 1).removesuffix("%")


def of_rate(name: str, row: Mapping[str, Any] | None, *, level: str, mark: str) -> str:
    """What was counted and what share passed."""
    if row is None or not row["n"]:
        return _("%(name)s: nothing was judged in this period.") % {"name": name}
    said = _("%(name)s: of %(n)s judged %(counted)s %(value)s passed (%(interval)s %(low)s to %(high)s) [%(mark)s].")
    return said % {
        "name": name, "n": whole(row["n"]), "counted": counted(), "value": percent(row["value"]), "interval": level,
        "low": percent(row["low"]), "high": percent(row["high"]), "mark": mark,
    }  # fmt: skip


def of_verdict(verdict: str | None) -> str:
    """What the interval says of the target."""
    return {
        "met": _("The target is met."),
        "not met": _("The target is not met."),
        "cannot be told": _("Whether the target is met cannot be told from this number of %(counted)s.")
        % {"counted": counted()},
        "reference missing": _("The figure to compare with has not been published."),
    }.get(verdict or "", "")


def of_change(lines: Sequence[Mapping[str, Any]], *, level: str) -> str:
    """Rose, fell or no clear change against the same days of last year."""
    if not lines or lines[0]["difference"].difference is None:
        return _("There is no figure for the same days of last year.")
    found, then = lines[0]["difference"], lines[0]["then"]
    words = {
        "higher": _("Against the same days of last year (%(value)s of %(n)s) it rose by %(points)s percentage points "
                    "(%(interval)s %(low)s to %(high)s)."),
        "lower": _("Against the same days of last year (%(value)s of %(n)s) it fell by %(points)s percentage points "
                   "(%(interval)s of the change %(low)s to %(high)s)."),
        "cannot be told": _("Against the same days of last year (%(value)s of %(n)s) there is no clear change: the "
                            "difference is %(change)s percentage points (%(interval)s %(low)s to %(high)s)."),
    }[found.says]  # fmt: skip
    return words % {
        "value": percent(then["value"]), "n": whole(then["n"]), "points": points(abs(found.difference), signed=False),
        "change": points(found.difference), "interval": level, "low": points(found.low), "high": points(found.high),
    }  # fmt: skip


def of_targets(lines: Sequence[indicators.TargetLine]) -> str:
    """How many targets have which verdict; each target once."""
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in ORDER}
    words = {
        "met": ngettext("%(n)s is met", "%(n)s are met", counts["met"]),
        "not met": ngettext("%(n)s is not met", "%(n)s are not met", counts["not met"]),
        "cannot be told": _("of %(n)s it cannot be told from the records"),
        "reference missing": ngettext("%(n)s waits for a figure that others publish",
                                      "%(n)s wait for a figure that others publish", counts["reference missing"]),
        "record missing": ngettext("%(n)s waits for records that are not kept yet",
                                   "%(n)s wait for records that are not kept yet", counts["record missing"]),
    }  # fmt: skip
    parts = [words[verdict] % {"n": counts[verdict]} for verdict in ORDER if counts[verdict]]
    if not parts:
        return ""
    return _("Of the %(all)s targets of the policy %(parts)s.") % {
        "all": len(lines), "parts": listed(parts),
    }  # fmt: skip


def of_outliers(found: Mapping[str, Any], names: Mapping[Any, str], *, unit: str) -> str:
    """Which like units stand out of the spread that all share, and which do by their shrunken rate alone.

    That differences are what chance gives is said only where their whole spread is, and no unit lies apart.
    """
    if not found["units"]:
        return _("By %(unit)s, there are too few %(counted)s to compare.") % {"unit": unit, "counted": counted()}
    below, above, apart_below, apart_above = (
        listed([names[one["unit"]] for one in found["units"] if _stands(one) == place])
        for place in (("outside", -1), ("outside", 1), ("apart", -1), ("apart", 1))
    )
    rate = percent(found["target"])
    sentences = [
        _("Below the limits of chance (99.8%%) around the common rate of %(rate)s: %(names)s.")
        % {"rate": rate, "names": below} if below else "",
        _("Above them: %(names)s.") % {"names": above} if below and above else
        _("Above the limits of chance (99.8%%) around the common rate of %(rate)s: %(names)s.")
        % {"rate": rate, "names": above} if above else "",
        "" if below or above else _of_spread(found, unit=unit, has_apart=bool(apart_below or apart_above)),
        _("Below the common rate by the interval of their shrunken rate: %(names)s.") % {"names": apart_below}
        if apart_below else "",
        _("Above the common rate by the interval of their shrunken rate: %(names)s.") % {"names": apart_above}
        if apart_above else "",
    ]  # fmt: skip
    return paragraph(sentences)


def _stands(one: Mapping[str, Any]) -> tuple[str, int]:
    """By which measure a unit stands out, and on which side; outside the limits comes before apart."""
    return ("outside", one["outside"]) if one["outside"] else ("apart", one["apart"])


def _of_spread(found: Mapping[str, Any], *, unit: str, has_apart: bool) -> str:
    """What it means that no unit lies outside the limits."""
    told = {"unit": unit, "rate": percent(found["target"]), "ratio": number_format(found["ratio"], 1)}
    if not found["is_by_chance"]:
        return paragraph([
            _("By %(unit)s, the rates differ more than chance explains: their variance is %(ratio)s times that of "
              "chance.") % told,
            _("None stands out of the spread that all of them share, by which the limits (99.8%%) around the common "
              "rate of %(rate)s are widened.") % told if found["dispersion"] > 1 else
            _("None by itself lies outside the limits of chance (99.8%%) around the common rate of %(rate)s.") % told,
        ])  # fmt: skip
    if has_apart:
        return _("By %(unit)s, none lies outside the limits of chance (99.8%%) around the common rate of %(rate)s, "
                 "and all together differ no more than chance gives.") % told  # fmt: skip
    return _("By %(unit)s, none lies outside the limits of chance (99.8%%) around the common rate of %(rate)s: the "
             "differences seen are what chance gives.") % told  # fmt: skip


def of_groups(lines: Sequence[Mapping[str, Any]], *, unit: str) -> str:
    """How many groups changed against last year, judged together."""
    if not lines:
        said = _("By %(unit)s, no group has enough %(counted)s in both years.")
        return said % {"unit": unit, "counted": counted()}
    changed = [line for line in lines if line["is_significant"]]
    if not changed:
        said = ngettext("By %(unit)s, the only group did not change clearly against the same days of last year.",
                        "By %(unit)s, none of %(all)s groups changed clearly against the same days of last year.",
                        len(lines))  # fmt: skip
        return said % {"unit": unit, "all": len(lines)}
    parts = [
        f"{line['label']} {percent(line['then']['value'])} → {percent(line['now']['value'])}" for line in changed
    ]
    said = ngettext("By %(unit)s, the only group changed clearly: %(names)s.",
                    "By %(unit)s, %(count)s of %(all)s groups changed clearly: %(names)s.", len(lines))  # fmt: skip
    return said % {"unit": unit, "count": len(changed), "all": len(lines), "names": listed(parts)}


def counted() -> str:
    """What the rates count, in the city's word: batches, inspections."""
    return indicators.in_language(policy.load(settings.BANYAN_PACKS).report().counted)


def listed(parts: Sequence[str]) -> str:
    """Several things in one sentence."""
    return ("、" if _is_chinese() else ", ").join(parts)


def paragraph(sentences: Sequence[str]) -> str:
    """Sentences that are not empty, one after the other."""
    return ("" if _is_chinese() else " ").join(filter(None, sentences))


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
