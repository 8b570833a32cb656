"""Previews in words: each line with names for codes, and the address that leads to its records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin.utils import quote
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.registry import queries as registry
from banyan.edge.rules.models import Preview
from banyan.insight.indicators import queries as indicators
from banyan.kit.templatetags.banyan import amount, percent, verdict_words
from banyan.kit.titles import paired, strung

SUBJECTS = ("product", "laboratory", "counterparty")
STOPS = ".。"
SORTS = ("verdicts", "figures", "scores", "alerts", "terms", "grades")


def label_of(names: Sequence[str], titles: Mapping[str, str] | None = None) -> str:
    """The words for a field of a definition, by the path of its names; what has none is called by its own name.

    `titles` are those of the parts that a definition names itself.
    """
    words = {
        "op": _("comparison"), "value": _("value"), "per_cent": _("the value is in per cent"), "due": _("due by"),
        "indicator": _("indicator"), "amount": _("amount"), "unit": _("unit"), "rolls_over":
        _("a last day that is free moves to the next working day"), "earliest": _("earliest"),
        "extension": _("extension that may be granted"), "measure": _("measure"), "method": _("method"),
        "window": _("window"), "is_estimate": _("is an estimate"), "grade": _("grade"),
        "a_week": _("alerts a week somebody can look at"), "least": _("least"), "every": _("judged every"),
        "among": _("which facts are counted"), "of": _("which of them pass"), "by": _("broken down by"),
        "says": _("the rule in words"), "zh": _("in Chinese"), "en": _("in English"), "tell": _("who is told"),
        "windows": _("weeks looked at"), "false_discovery_rate": _("share of false findings allowed"),
        "history": _("weeks of history needed"), "joins_within": _("weeks within which findings are one story"),
        "prior": _("weight of what is usual, in samples"), "largest": _("most counties in a zone"),
        "band": _("begin of the band below the limit"), "ratio": _("times the usual delay"),
        "kind": _("kind of facts"), "scheme": _("scheme"), "drawn": _("how drawn"), "level": _("level"),
        "reference": _("figure compared with"), "times": _("times that figure"), "document": _("document"),
        "title": _("title"), "number": _("number"), "items": _("what is weighed"), "weight": _("weight"),
        "none_at": _("no points at"), "full_at": _("all points at"), "grades": _("grades"), "total": _("total"),
        "least_known": _("least weight that must be known"), "points": _("points"), "fixed": _("always"),
        "months": _("months for which it counts"), "fades": _("how it fades"), "start": _("score at the start"),
        "worst": _("worst single finding at most"), "bands": _("grades"),
    }  # fmt: skip
    words |= {**_rarer_labels(), **(titles or {})}
    return " · ".join(words.get(name, name) for name in names if name != "options")


def _rarer_labels() -> dict[str, str]:
    """The words for the fields that few rules have."""
    return {
        "actor": _("who acts"), "adds": _("column that is added up"), "agree": _("methods that must agree"),
        "also": _("further conditions"), "apart": _("weeks that two samples may lie apart"),
        "asks": _("question asked of the data"), "basis": _("grounds of the finding"),
        "cause": _("cause of the finding"), "clause": _("clause"), "column": _("column of the table"),
        "compared": _("most samples that are compared"),
        "copies_within": _("days within which a copy counts once"), "dated": _("day from which it counts"),
        "days": _("days looked at"), "decision": _("decided by"), "department": _("department that answers"),
        "elsewhere": _("least probability that it is like elsewhere"),
        "exclude_recent": _("latest weeks left out of the past"), "facts": _("facts that are approved"),
        "fence": _("fence, in times the spread of the middle half"), "form": _("form of the term"),
        "half_window": _("weeks on either side of the season's week"), "heads": _("heads that a table has"),
        "each": _("for each so many"), "in_time": _("done in time"), "item": _("item or matter"),
        "key": _("key"), "known": _("known"), "ladder": _("what it falls back on where the past is short"),
        "levels": _("levels that approve, in order"), "loose": _("looser bound of the first look"),
        "missed": _("what follows when it is missed"), "most": _("most"), "needs": _("what is needed"),
        "note": _("note"), "organisation": _("firm"), "outcome": _("outcome"),
        "over": _("what it is divided by"), "over_adds": _("column added up in the denominator"),
        "own_columns": _("columns of its own"), "park": _("park"), "passed": _("passed"),
        "past": _("weeks of the past"), "period": _("length of the period"), "periods": _("parts of a year"),
        "place": _("column of the place"), "quantity": _("what is set in relation"),
        "reference_figure": _("reference figure"), "regime": _("rules under which it fell"),
        "season": _("weeks of a season"), "season_weight": _("weight of the season of past years"),
        "settled_by": _("settled by"), "shows_small_counts": _("why small counts are shown"),
        "solved": _("solved"), "starts_with": _("begins with"), "steps": _("weeks added up"),
        "table": _("table of the packs"), "term": _("term"), "test": _("first test or re-test"),
        "tests": _("fewest tests"), "tolerance": _("tolerance"), "track": _("complaint or report"),
        "whom": _("who is asked"), "years_back": _("years looked back"),
        "z": _("bound in standard deviations"),
    }  # fmt: skip


def in_language(text: str) -> str:
    """A sentence of the policy floor in the language of the page."""
    return _(text.message) % text.params if isinstance(text, policy.Said) else text


def faults_in_words(error: policy.PolicyError) -> str:
    """What a definition cannot be, field by field, as one sentence."""
    if not isinstance(error, policy.BadDefinition):
        return ended(in_language(error.prevents))
    told = ((label_of(name.split(".")), in_language(text).rstrip(STOPS)) for name, text in error.faults)
    return ended(strung(paired(name, text) if name else text for name, text in told))


def ended(text: str) -> str:
    """A sentence with a full stop in the language of the page, where it does not end with a mark already."""
    if text.endswith(tuple(STOPS)):
        return text
    return text + ("。" if (get_language() or "").startswith("zh") else ".")


def lines_in_words(preview: Preview, *, limit: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """The lines of a preview by sort, each with its name, what was before and after, and where its records are."""
    result = preview.result or {}
    chosen = {sort: result.get(sort, [])[:limit] for sort in SORTS if sort in result}
    names = registry.names_of(set(_named(chosen)))
    titles = {entry.key: indicators.in_language(entry.title) for entry in _entries()}
    tell = {"verdicts": _verdict, "figures": _figure, "scores": _score, "alerts": _alert, "terms": _term,
            "grades": _graded}  # fmt: skip
    return {
        sort: [{"place": place} | tell[sort](line, preview, names, titles) for place, line in enumerate(lines)]
        for sort, lines in chosen.items()
    }


def whom_in_words(preview: Preview) -> list[tuple[str, str]]:
    """For whom it would have been otherwise: counties, parks, laboratories, sellers by name, firms counted."""
    whom = (preview.result or {}).get("whom", {})
    kinds = ("county", "park", "industry", *SUBJECTS[1:])
    names = registry.names_of({(by, unit) for by in kinds for unit in whom.get(by, ())})
    words = {
        "county": _("counties"),
        "park": _("parks"),
        "industry": _("trades"),
        "laboratory": _("laboratories"),
        "counterparty": _("sellers"),
    }
    found = [
        (words[by], _between().join(indicators.label(by, unit, names) for unit in whom[by]))
        for by in words
        if whom.get(by)
    ]
    return [*found, (_("firms behind these lines"), f"{whom.get('firms', 0):,}")]


def _between() -> str:
    """What stands between the names of a list, in the language of the page."""
    return ", " if (get_language() or "").startswith("en") else "、"


def table_of(preview: Preview, *, limit: int | None = None) -> list[tuple[str, str, list[str], list[list[Any]]]]:
    """The preview as sheets: the sort of its lines, a title, the heads, the rows."""
    both = [_("by the rule in force"), _("by the draft")]
    each = [both[0], _("interval"), both[1], _("interval"), _("change")]
    heads = {
        "verdicts": [_("target"), _("indicator"), _("day"), _("place"), *both, _("n"), _("value"), _("interval")],
        "figures": [_("indicator"), _("day"), _("place"), *each],
        "scores": [_("assessment"), _("day"), _("place"), *both, _("change"), _("grade"), _("rank")],
        "alerts": [_("what changes"), _("subject"), _("counties"), *both, _("observed"), _("expected"), _("decided")],
        "terms": [_("record"), _("county"), _("begun on"), _("due before"), _("due after"), _("done on"),
                  _("what changes")],
        "grades": [_("firm"), _("county"), _("trade"), *both, _("points by the rule in force"),
                   _("points by the draft")],
    }  # fmt: skip
    return [
        (sort, _title(sort), heads[sort], [line["cells"] for line in lines])
        for sort, lines in lines_in_words(preview, limit=limit).items()
    ]


def _title(sort: str) -> str:
    words = {"verdicts": _("verdicts"), "figures": _("figures"), "scores": _("scores"), "alerts": _("alerts")}
    return {**words, "grades": _("grades")}.get(sort, _("terms"))


def _entries() -> Iterable[Any]:
    book = policy.load(settings.BANYAN_PACKS)
    return [one for kind in ("indicator", "target", "assessment") for one in book.entries(kind, None)]


def _named(lines: Mapping[str, Sequence[dict[str, Any]]]) -> Iterable[tuple[str, str]]:
    for sort in ("verdicts", "figures", "scores"):
        yield from ((line["by"], line["unit"]) for line in lines.get(sort, ()) if line["by"] and line["unit"])
    for line in lines.get("alerts", ()):
        yield from ((name, line[name]) for name in SUBJECTS if line[name])
        yield from (("county", county) for county in line["counties"])
    yield from (("county", line["county"]) for line in lines.get("terms", ()) if line["county"])
    for line in lines.get("grades", ()):
        yield "organisation", line["firm"]
        yield from ((by, line[by]) for by in ("county", "industry") if line[by])


def _unit(line: Mapping[str, Any], names: Any) -> str:
    return indicators.label(line["by"], line["unit"], names) if line["by"] else _("whole city")


def _records(line: Mapping[str, Any], known_on: str) -> str:
    """The page of the records behind a row of figures."""
    asked = {"on": line["on"], "known_at": known_on} | ({line["by"]: line["unit"]} if line["by"] else {})
    return f"{reverse('cockpit:records', args=[line['indicator']])}?{urlencode(asked)}"


def _measure(key: str, on: str) -> str:
    return policy.load(settings.BANYAN_PACKS).indicator(key, on=date.fromisoformat(on)).measure


def _hides(line: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What is said in place of what a line may not tell, before and after; None where it tells."""
    found: dict[str | None, tuple[str | None, str | None]] = {
        "would_become_visible": (_("hidden: too few, or another could be told"), _("would become visible")),
        "would_be_hidden": (_("shown"), _("would be hidden")),
        "withheld": (None, _("not told: too few, or too near the figure in force")),
    }
    return found.get(line.get("hides"), (None, None))


def _said(one: Mapping[str, Any] | None, measure: str, instead: str | None = None) -> tuple[str, str]:
    """A figure and its interval in words, or what is said in its place."""
    if instead is not None:
        return instead, ""
    if one is None:
        return _("nothing"), ""
    if one.get("suppressed"):
        return _("hidden: too few, or another could be told"), ""
    interval = (
        "" if one["low"] is None or one["low"] == one["high"] else f"{percent(one['low'])} – {percent(one['high'])}"
    )
    return amount(one["value"], measure), interval


def _judged(verdict: str | None) -> str:
    if verdict == "hidden":
        return _("hidden: too few, or another could be told")
    return verdict_words(verdict) if verdict else _("not judged")


def _verdict(line: dict[str, Any], preview: Preview, names: Any, titles: Mapping[str, str]) -> dict[str, Any]:
    named = [titles.get(line[name], line[name]) for name in ("target", "indicator")]
    said = [instead or _judged(line[side]) for side, instead in zip(("before", "after"), _hides(line), strict=True)]
    cells = [*named, line["on"], _unit(line, names), *said]
    if line.get("hides"):
        return {"cells": [*cells, None, "", ""], "url": ""}
    value, interval = _said(line, _measure(line["indicator"], line["on"]))
    return {"cells": [*cells, line["n"], value, interval], "url": _records(line, preview.result["known_on"])}  # type: ignore[index]


def _figure(line: dict[str, Any], preview: Preview, names: Any, titles: Mapping[str, str]) -> dict[str, Any]:
    measure = _measure(line["indicator"], line["on"])
    change = "" if line["change"] is None else (
        f"{100 * line['change']:+.2f} %" if measure in ("rate", "share") else f"{line['change']:+g}"
    )  # fmt: skip
    cells = [titles.get(line["indicator"], line["indicator"]), line["on"], _unit(line, names),
             *_said(line["before"], measure, _hides(line)[0]), *_said(line["after"], measure, _hides(line)[1]),
             change]  # fmt: skip
    return {"cells": cells, "url": "" if line.get("hides") else _records(line, preview.result["known_on"])}  # type: ignore[index]


def _score(line: dict[str, Any], preview: Preview, names: Any, titles: Mapping[str, str]) -> dict[str, Any]:
    both = [line["before"] or {}, line["after"] or {}]
    before, after = (one.get("score") for one in both)
    change = "" if before is None or after is None else f"{after - before:+.2f}"
    turned = [" → ".join(str(one.get(name) or "–") for one in both) for name in ("grade", "place")]
    cells = [titles.get(line["assessment"], line["assessment"]), line["on"], _unit(line, names),
             _("none") if before is None else f"{before:.2f}",
             _hides(line)[1] or (_("none") if after is None else f"{after:.2f}"), change, *turned]  # fmt: skip
    return {"cells": cells, "url": f"{reverse('cockpit:scores')}?{urlencode({'on': line['on']})}"}


def _alert(line: dict[str, Any], preview: Preview, names: Any, _titles: Any) -> dict[str, Any]:
    which = {"only_after": _("would be raised"), "only_before": _("would not be raised"),
             "otherwise": _("raised on another day or grade")}[line["which"]]  # fmt: skip
    subject = [*(indicators.label(name, line[name], names) for name in SUBJECTS if line[name]), line["item"]]
    counties = _between().join(indicators.label("county", county, names) for county in line["counties"])
    one = line["after"] or line["before"]
    cells = [which, " · ".join(part for part in subject if part), counties,
             *((told["noticed_on"] if told else "–") for told in (line["before"], line["after"])),
             f"{one['observed']:g} / {one['n']}", f"{one['expected']:g}", _decision(line["decision"])]  # fmt: skip
    return {"cells": cells, "alert": line["alert"]}


def _decision(state: str) -> str:
    return {"open": _("open"), "watched": _("kept an eye on"), "investigated": _("under investigation"),
            "confirmed": _("confirmed"), "dismissed": _("dismissed")}.get(state, "")  # fmt: skip


def _term(line: dict[str, Any], preview: Preview, names: Any, _titles: Any) -> dict[str, Any]:
    turned = _("late by the draft") if line["late_after"] else _("in time by the draft")
    county = indicators.label("county", line["county"], names) if line["county"] else ""
    cells = [line["key"], county, line["begun_on"], line["due_before"], line["due_after"], line["done_on"] or "–",
             turned]  # fmt: skip
    try:
        url = reverse(f"office:{line['noun'].replace('.', '_')}_change", args=[quote(line["key"])])
    except NoReverseMatch:
        url = ""
    return {"cells": cells, "url": url}


def _graded(line: dict[str, Any], preview: Preview, names: Any, _titles: Any) -> dict[str, Any]:
    where = [indicators.label(by, line[by], names) if line[by] else _("not known") for by in ("county", "industry")]
    both = [line["before"], line["after"]]
    cells = [names.get(("organisation", line["firm"]), line["firm"]), *where, *(one["grade"] for one in both),
             *(f"{one['points']:.2f}" for one in both)]  # fmt: skip
    asked = urlencode({"on": (preview.result or {})["until"]})
    return {"cells": cells, "url": f"{reverse('credit:why', args=[line['firm']])}?{asked}"}


def hit_in_words(preview: Preview, *, most: int = 12) -> list[tuple[str, list[tuple[str, int]]]]:
    """Which counties and trades a draft of credit hits, and from which grade to which, by how many firms."""
    counted = (preview.result or {}).get("counts", {}).get("grades", {})
    names = registry.names_of({(by, unit) for by in ("county", "industry") for unit, _n in counted.get(by, ())})
    heads = {"moves": _("from grade to grade"), "county": _("counties"), "industry": _("trades")}
    return [
        (words, [(names.get((by, unit), unit) or _("not known"), n) for unit, n in counted[by][:most]])
        for by, words in heads.items() if counted.get(by)
    ]  # fmt: skip
