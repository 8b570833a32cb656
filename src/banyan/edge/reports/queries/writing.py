"""The report from its cover to its annexes, section by section, in one order for PDF and Word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from banyan import policy
from banyan.base.registry import queries as registry
from banyan.edge.reports.queries import sentences
from banyan.edge.reports.queries.drafting import Draft, with_target
from banyan.edge.reports.queries.periods import Period
from banyan.insight.indicators import queries as indicators
from banyan.kit import charts, clock, terms
from banyan.kit.documents import Cover, Document
from banyan.kit.templatetags.banyan import amount, percent, verdict_words, whole
from banyan.kit.titles import method as method_in_words

ROWS_AT_MOST = 20
LEAST = 10
"""A county or product stands among those set side by side from so many of what is counted on."""


def report(
    period: Period,
    *,
    known_on: date,
    own: frozenset[str] | None = None,
    tell: Callable[[int], None] = lambda _n: None,
) -> tuple[Document, list[indicators.Figures]]:
    """The report of a period, as known on a day, and every figure in it. `tell` hears of each section begun."""
    draft = Draft(period, known_on, own)
    for place, section in enumerate(SECTIONS):
        tell(place)
        section(draft)
    foot = _("Demonstration city: every name and record is invented.") if clock.is_demonstration() else ""
    document = Document(
        title=_title(), number=period.name, foot=foot or f"{_title()} · {period.title}",
        language="en" if (get_language() or "").startswith("en") else "zh", blocks=tuple(draft.blocks),
    )  # fmt: skip
    return document, list(draft.used.values())


def _title() -> str:
    return indicators.in_language(policy.load(settings.BANYAN_PACKS).report().title)


def cover(draft: Draft) -> None:
    """Who, what, which period, by which knowledge."""
    book, period = policy.load(settings.BANYAN_PACKS), draft.period
    city = book.manifests[book.names[-1]]
    offices = terms.rows("departments", on=draft.known_on)
    office = next((one for one in offices if one["key"] == "leading_group_office"), None)
    language = "en" if (get_language() or "").startswith("en") else "zh"
    lines = [
        period.title,
        _("Figures to %(day)s, as known on %(known)s") % {"day": draft.on, "known": draft.known_on},
        "" if period.is_over else _("The period is not over: all figures are provisional."),
    ]
    if draft.own is not None:
        names = registry.names_of({("county", key) for key in draft.own})
        lines.append(_("Breakdowns within: %(names)s") % {"names": sentences.listed(sorted(names.values()))})
    below = [office[language] if office else "", date_format(draft.known_on, "DATE_FORMAT")]
    draft.blocks.append(Cover(indicators.in_language(city.place), [one for one in lines if one], below))


def summary(draft: Draft) -> None:
    """The whole in a page of text: targets, the rates that the city opens with, who stands out, what is withheld."""
    draft.heading(_("Summary"))
    draft.says(sentences.of_targets(indicators.target_lines(on=draft.on, known_on=draft.known_on)))
    for key in indicators.overview():
        figures: Any = draft.figures(key)
        row = figures.rows[0] if figures.rows else None
        draft.says(
            sentences.of_rate(draft.title_of(key), row, level=draft.level, mark=draft.receipt(figures)),
            sentences.of_verdict(row["verdict"]) if row and draft.period.is_year else "",
            sentences.of_change(_last_year(draft, key), level=draft.level) if row and row["n"] else "",
        )
    for main in indicators.overview()[:1]:
        draft.says(_outliers(draft, main, "county", terms.district()))


def rates(draft: Draft) -> None:
    """The pass rates of the period beside last year's, and in a quarter's report those of the year so far."""
    draft.heading(_("1. Pass rates"))
    _rates_table(draft, _("Pass rates, %(period)s") % {"period": draft.period.title}, is_of_year=draft.period.is_year)
    if not draft.period.is_year:
        draft.says(_("Targets are for the year, so verdicts are given on the year so far, not on a quarter alone."))
        _rates_table(draft, _("Pass rates of the year to %(day)s") % {"day": draft.on}, is_of_year=True)
    for key in indicators.overview():
        trend = indicators.trend(key=key, on=draft.on, known_on=draft.known_on)
        if len(trend) > 1:
            figures: Any = draft.figures(key, is_of_year=True)
            titles, threshold = indicators.chart_titles(), figures.receipt["threshold"]
            draft.chart(
                with_target(
                    _("%(name)s by quarter, with %(interval)s")
                    % {"name": draft.title_of(key), "interval": draft.level},
                    threshold,
                ),
                charts.trend(trend, x="quarter", titles=titles, threshold=threshold),
            )


def _rates_table(draft: Draft, caption: str, *, is_of_year: bool) -> None:
    rows = []
    for key in indicators.overview():
        figures: Any = draft.figures(key, is_of_year=is_of_year)
        row = figures.rows[0] if figures.rows else None
        if row is None or not row["n"]:
            rows.append([draft.title_of(key), "0", "–", "–", "–", "", draft.receipt(figures)])
            continue
        lines = _last_year(draft, key, is_of_year=is_of_year)
        found = lines[0]["difference"] if lines else None
        change = (
            f"{sentences.points(found.difference)} ({sentences.points(found.low)} … {sentences.points(found.high)})"
            if found and found.difference is not None else "–"
        )  # fmt: skip
        rows.append(
            [draft.title_of(key), whole(row["n"]), percent(row["value"]),
             f"{percent(row['low'])} – {percent(row['high'])}", change,
             verdict_words(row["verdict"]) if is_of_year else "", draft.receipt(figures)]
        )  # fmt: skip
    head = [_("Indicator"), _("n"), _("value"), draft.level, _("change in points (interval)"), _("verdict"),
            _("Receipt")]  # fmt: skip
    widths = [3, 0.8, 1.1, 2.1, 2.7, 1.4, 1.1]
    if not is_of_year:
        rows, head, widths = [row[:5] + row[6:] for row in rows], head[:5] + head[6:], widths[:5] + widths[6:]
    draft.table(caption, head, rows, numeric=(1, 2, 3, 4), widths=widths)


def targets(draft: Draft) -> None:
    """Every target with its figures and verdict, or the record that it waits for."""
    draft.heading(_("2. Targets of the policy"))
    rows = []
    for line in indicators.target_lines(on=draft.on, known_on=draft.known_on):
        if not line.parts:
            continue  # section 5 says what it waits for
        parts = [part for part in line.parts if part.row]
        value = " / ".join(amount(part.row["value"], part.measure) for part in parts if part.row)
        spans = " / ".join(
            f"{percent(part.row['low'])} – {percent(part.row['high'])}"
            for part in parts if part.row and part.row["low"] is not None and part.row["low"] != part.row["high"]
        )  # fmt: skip
        marks = " ".join(draft.receipt(part.figures) for part in parts)
        rows.append([line.target.clause, indicators.in_language(line.target.title), value or "–", spans,
                     verdict_words(line.verdict), marks])  # fmt: skip
    draft.says(_("A target is judged by the interval. Where it holds the target's value, nothing can be told yet."))
    draft.table(
        _("Targets, figures of the year to %(day)s") % {"day": draft.on},
        [_("Clause"), _("Target"), _("value"), draft.level, _("verdict"), _("Receipt")], rows, numeric=(2, 3),
        widths=(1, 3.7, 1.2, 2, 1.7, 1.1),
    )  # fmt: skip


def places(draft: Draft) -> None:
    """The first indicator by county, and who lies outside the limits of chance."""
    for main in indicators.overview()[:1]:
        unit = terms.district()
        draft.heading(_("3. By %(unit)s") % {"unit": unit})
        draft.says(_outliers(draft, main, "county", unit))
        if figures := draft.figures(main, ("county",), is_of_year=True):
            caption = _("%(name)s by %(unit)s where found, year to %(day)s") % {
                "name": draft.title_of(main), "unit": unit, "day": draft.on,
            }  # fmt: skip
            rows = indicators.rows_with_names(figures)
            draft.intervals_chart(caption, figures, rows)
            draft.groups_table(caption, figures, rows)


def groups(draft: Draft) -> None:
    """By size of firm, place in the chain, region and product: each table, and what changed against last year."""
    for main in indicators.overview()[:1]:
        draft.heading(_("4. By size, stage and product"))
        words, name = indicators.dimension_words(), draft.title_of(main)
        for by in (one for one in ("size", "stage") if one in draft.entry(main).by):
            figures = draft.figures(main, (by,), is_of_year=True)
            if figures and figures.rows:
                draft.says(_changes(draft, main, by))
                caption = _("%(name)s by %(unit)s, year to %(day)s") % {
                    "name": name, "unit": words[by], "day": draft.on,
                }  # fmt: skip
                draft.groups_table(caption, figures, indicators.rows_with_names(figures))
        draft.says(*(_changes(draft, main, by) for by in ("county", "product") if by in draft.entry(main).by))
        figures = draft.figures(main, ("product",), is_of_year=True) if "product" in draft.entry(main).by else None
        rows = indicators.rows_with_names(figures) if figures else []
        shown = sorted((row for row in rows if row["value"] is not None and row["n"] >= LEAST),
                       key=lambda row: row["high"])[:ROWS_AT_MOST]  # fmt: skip
        if figures and shown:
            draft.heading(_("Products that fail most"), 2)
            draft.says(
                _("Product classes with %(least)s %(counted)s or more, ordered by the upper limit of the interval, "
                  "so that a small number of %(counted)s does not lead.")
                % {"least": LEAST, "counted": sentences.counted()}
            )  # fmt: skip
            draft.groups_table(
                _("%(name)s by product class, year to %(day)s") % {"name": name, "day": draft.on}, figures, shown
            )


def withheld(draft: Draft) -> None:
    """What the report does not show, and why."""
    draft.heading(_("5. What is withheld and what is missing"))
    least, written = terms.value("disclosure.smallest_count", on=draft.on)
    said = ngettext(
        "%(count)s cell of the tables is hidden, since it counts fewer than %(least)s, or would give away one that "
        "does (%(written)s).",
        "%(count)s cells of the tables are hidden, since they count fewer than %(least)s, or would give away one "
        "that does (%(written)s).", draft.hidden,
    )  # fmt: skip
    draft.says(said % {"count": draft.hidden, "least": least, "written": written})
    for key in indicators.overview():
        figures: Any = draft.figures(key)
        row = figures.rows[0] if figures.rows else None
        if row and row["refused"] is not None:
            draft.says(
                _("%(name)s: %(refused)s refusals and %(not_sampled)s visits without a sample are outside the rate.")
                % {"name": draft.title_of(key), "refused": whole(row["refused"]),
                   "not_sampled": whole(row["not_sampled"])}
            )  # fmt: skip
    lines = indicators.target_lines(on=draft.on, known_on=draft.known_on)
    waiting = [line for line in lines if line.verdict == "record missing" and line.target.needs]
    if waiting:
        draft.says(_("Targets that wait for records:"))
        draft.table(
            _("Records that are not kept yet"), [_("Clause"), _("Target"), _("waits for")],
            [[line.target.clause, indicators.in_language(line.target.title),
              indicators.in_language(line.target.needs)] for line in waiting],
            numeric=(), widths=(1, 3.5, 5),
        )  # fmt: skip


def method(draft: Draft) -> None:
    """How figures come about, and how to read them."""
    draft.heading(_("Annex A. Method"))
    for text in (
        *map(indicators.in_language, policy.load(settings.BANYAN_PACKS).report().method),
        _("The verdict follows the interval, never the point alone. Refusals and visits without a sample are not in "
          "the rates; section 5 gives their number."),
        _("A change against last year compares the same days of both years, as known on the day of the report, by "
          "the difference of two rates with its interval. Groups of one table are judged together "
          "(Benjamini and Hochberg), so that a long table finds nothing by chance."),
        _("Like units are set side by side in a funnel: limits of 99.8%% around the common rate, widened for "
          "differences that all units share (Spiegelhalter 2005; before these are estimated, the distances of the "
          "outer tenth of the units at each end are pulled in). Differences are called chance only where chance "
          "alone gives a spread as large (chi-square of homogeneity) with a probability of %(least)s or more. A "
          "shrunken rate (beta-binomial) leans towards the common rate, the more the smaller the unit.")
        % {"least": percent(1 - indicators.confidence_level(draft.on), 0)},
    ):  # fmt: skip
        draft.says(text)
    rows = []
    for key in dict.fromkeys(figures.key for figures in draft.used.values()):
        entry = draft.entry(key)
        rows.append(
            [
                draft.title_of(key),
                indicators.in_language(entry.says),
                method_in_words(entry.method),
                str(entry.version),
            ]
        )
    draft.table(
        _("Definitions"), [_("Indicator"), _("meaning"), _("method"), _("version")], rows, numeric=(),
        widths=(2.4, 4.6, 2, 0.8),
    )  # fmt: skip


def receipts(draft: Draft) -> None:
    """Every receipt: what it stands for, and where it leads."""
    draft.heading(_("Annex B. Receipts"))
    draft.says(
        _("Each receipt leads to rule, method, facts and records behind the figures: in the office at "
          "/office/receipts/KEY/, by the API at /api/v1/receipts/KEY.")
    )  # fmt: skip
    words = indicators.dimension_words()
    rows = [
        [f"R{place}", draft.title_of(one.key), words.get(next(iter(one.by), ""), _("whole city")),
         f"{_begins(one)} – {one.on}", key]
        for place, (key, one) in enumerate(draft.used.items(), start=1)
    ]  # fmt: skip
    head = [_("mark"), _("Indicator"), _("broken down by"), _("days"), _("receipt key")]
    draft.table(
        _("Receipts"), head, rows, numeric=(), widths=(0.7, 2.6, 1.3, 2.8, 3.3),
    )  # fmt: skip
    for figures in list(draft.used.values())[:1]:
        told = figures.receipt
        draft.note(f"{told['version']} · {told['engine']} · {told['pack']}")


def _begins(figures: indicators.Figures) -> str:
    since = figures.receipt["since"]
    return "" if since == date.min.isoformat() else since


def _last_year(draft: Draft, key: str, by: tuple[str, ...] = (), *, is_of_year: bool = False) -> list[dict[str, Any]]:
    where = draft.where(key, by)
    if where is None:
        return []
    since = None if is_of_year else draft.since(key)
    return indicators.against_last_year(
        key=key, on=draft.on, by=by, known_on=draft.known_on, where=where, since=since
    )


def _changes(draft: Draft, key: str, by: str) -> str:
    lines = _last_year(draft, key, (by,), is_of_year=True)
    names = registry.names_of({(by, line[by]) for line in lines})
    for line in lines:
        line["label"] = indicators.label(by, line[by], names)
    return sentences.of_groups(lines, unit=indicators.dimension_words()[by])


def _outliers(draft: Draft, key: str, by: str, unit: str) -> str:
    """Who stands out of the whole city's units; nothing for a reader of some of them."""
    if draft.own is not None or by not in draft.entry(key).by:
        return ""
    found = indicators.funnel(key=key, by=by, on=draft.on, known_on=draft.known_on, min_n=LEAST)
    known = registry.names_of({(by, one["unit"]) for one in found["units"]})
    names = {one["unit"]: indicators.label(by, one["unit"], known) for one in found["units"]}
    return sentences.of_outliers(found, names, unit=unit)


SECTIONS: tuple[Callable[[Draft], None], ...] = (
    cover, summary, rates, targets, places, groups, withheld, method, receipts,
)  # fmt: skip
"""The sections in their order."""
