"""The quarterly report as a document: sentences that follow the numbers, charts, tables, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banyan import policy
from banyan.insight.indicators import queries as indicators
from banyan.kit import charts, clock, terms
from banyan.kit.documents import Chart, Document, Heading, Paragraph, Table
from banyan.kit.templatetags.banyan import amount, interval_of, percent, verdict_words, whole

ROWS_AT_MOST = 20


@dataclass
class Draft:
    """A report while it is written: its blocks, and every figure it used, so that each receipt can be kept."""

    on: date
    known_on: date
    blocks: list[Any] = field(default_factory=list)
    used: list[indicators.Figures] = field(default_factory=list)

    def figures(self, key: str, by: Sequence[str] = ()) -> indicators.Figures:
        """Figures for the report's day, remembered with their receipt."""
        found = indicators.show(key=key, on=self.on, known_on=self.known_on, by=by)
        self.used.append(found)
        return found


def quarterly(*, on: date, known_on: date) -> tuple[Document, list[indicators.Figures]]:
    """The report for the quarter that ends on a day, as known on a day, and every figure in it."""
    draft = Draft(on, known_on)
    _summary(draft)
    _targets(draft)
    for main in indicators.overview()[:1]:
        _places(draft, main)
        _products(draft, main)
    _method(draft)
    quarter = quarter_of(on)
    foot = _("Demonstration city: every name and record is invented.") if clock.is_demonstration() else ""
    document = Document(
        title=_("Report on the state of product quality"),
        subtitle=_("%(quarter)s, figures to %(day)s, as known on %(known)s")
        % {"quarter": quarter, "day": on, "known": known_on},
        number=_("Report %(number)s") % {"number": quarter},
        foot=foot,
        language="en" if (get_language() or "").startswith("en") else "zh",
        blocks=tuple(draft.blocks),
    )
    return document, draft.used


def quarter_of(day: date) -> str:
    """A day's quarter, such as 2025-Q4."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def last_quarters(count: int) -> list[tuple[str, date]]:
    """The last quarters with their last day (today for the running one), newest first."""
    return [(quarter_of(last), last) for _first, last in reversed(indicators.quarters_until(clock.today(), count))]


def _entry(key: str, on: date) -> Any:
    return policy.load(settings.BANYAN_PACKS).indicator(key, on=on)


def _name(key: str, on: date) -> str:
    return indicators.in_language(_entry(key, on).title)


def _summary(draft: Draft) -> None:
    draft.blocks.append(Heading(_("1. Overview")))
    rows = []
    for key in indicators.overview():
        figures = draft.figures(key)
        row = figures.rows[0] if figures.rows else None
        if row is None or not row["n"]:
            continue
        rows.append(
            [
                _name(key, draft.on), whole(row["n"]), percent(row["value"]),
                f"{percent(row['low'])} – {percent(row['high'])}", verdict_words(row["verdict"]), figures.receipt_key,
            ]
        )  # fmt: skip
        draft.blocks.append(Paragraph(_sentence(key, row, draft)))
    draft.blocks.append(
        Table(
            [_("Indicator"), _("n"), _("value"), _interval(draft), _("verdict"), _("Receipt")], rows,
            frozenset({1, 2, 3}), (3, 1, 1.1, 2, 1.5, 2.9),
        )
    )  # fmt: skip
    main = draft.used[0] if draft.used else None
    trend = indicators.trend(key=main.key, on=draft.on, known_on=draft.known_on) if main else []
    if main and len(trend) > 1:
        threshold = main.receipt["threshold"]
        specification = charts.trend(trend, x="quarter", titles=indicators.chart_titles(), threshold=threshold)
        draft.blocks.append(
            Chart(
                specification,
                _("%(name)s by quarter, with %(interval)s")
                % {"name": _name(main.key, draft.on), "interval": _interval(draft)},
            )
        )


def _interval(draft: Draft) -> str:
    """The intervals of a report's day in words, with their level."""
    return interval_of(indicators.confidence_level(draft.on))


def _sentence(key: str, row: dict[str, Any], draft: Draft) -> str:
    """What a rate says, in words that follow its verdict and its change against last year."""
    known = {
        "name": _name(key, draft.on), "n": whole(row["n"]), "value": percent(row["value"]),
        "low": percent(row["low"]), "high": percent(row["high"]), "interval": _interval(draft),
    }  # fmt: skip
    text = _("%(name)s: of %(n)s judged batches %(value)s passed (%(interval)s %(low)s to %(high)s).") % known
    verdict = {
        "met": _("The target is met."),
        "not met": _("The target is not met."),
        "cannot be told": _("Whether the target is met cannot be told from this number of batches."),
        "reference missing": _("The figure to compare with has not been published."),
    }.get(row["verdict"] or "", "")
    lines = indicators.against_last_year(key=key, on=draft.on, known_on=draft.known_on)
    change = ""
    if lines:
        says = lines[0]["difference"].says
        change = {
            "higher": _("This is higher than in the same period of last year."),
            "lower": _("This is lower than in the same period of last year."),
            "cannot be told": _("Against the same period of last year no difference can be told."),
        }[says]
    return " ".join(part for part in (text, verdict, change) if part)


def _targets(draft: Draft) -> None:
    draft.blocks.append(Heading(_("2. Targets of the policy")))
    rows = []
    for line in indicators.target_lines(on=draft.on, known_on=draft.known_on):
        parts = line.parts
        draft.used += [part.figures for part in parts]
        value = " / ".join(amount(part.row["value"], part.measure) for part in parts if part.row)
        rows.append(
            [
                line.target.clause, indicators.in_language(line.target.title), value or "–",
                verdict_words(line.verdict), " ".join(part.figures.receipt_key for part in parts),
            ]
        )  # fmt: skip
    draft.blocks.append(
        Table(
            [_("Clause"), _("Target"), _("value"), _("verdict"), _("Receipt")], rows, frozenset({2}),
            (1, 3.2, 1.2, 1.4, 2.6),
        )
    )  # fmt: skip


def _places(draft: Draft, main: str) -> None:
    draft.blocks.append(Heading(_("3. By %(unit)s") % {"unit": terms.district()}))
    figures = draft.figures(main, ("county",))
    rows = indicators.rows_with_names(figures)
    shown = [row for row in rows if row["value"] is not None]
    if len(shown) > 1:
        titles, threshold = indicators.chart_titles(), figures.receipt["threshold"]
        specification = charts.intervals(shown, label="label", titles=titles, threshold=threshold)
        draft.blocks.append(
            Chart(
                specification,
                _("%(name)s by %(unit)s where found") % {"name": _name(main, draft.on), "unit": terms.district()},
            )
        )
    draft.blocks.append(_table(rows, draft))
    draft.blocks.append(Paragraph(_("Receipt %(key)s") % {"key": figures.receipt_key}, is_small=True))


def _products(draft: Draft, main: str) -> None:
    draft.blocks.append(Heading(_("4. Products that fail most")))
    figures = draft.figures(main, ("product",))
    rows = [row for row in indicators.rows_with_names(figures) if row["value"] is not None and row["n"] >= 10]
    rows.sort(key=lambda row: row["high"])
    draft.blocks.append(
        Paragraph(_("Ordered by the upper limit of the interval, so that a small number of batches does not lead."))
    )
    draft.blocks.append(_table(rows[:ROWS_AT_MOST], draft))
    draft.blocks.append(Paragraph(_("Receipt %(key)s") % {"key": figures.receipt_key}, is_small=True))


def _method(draft: Draft) -> None:
    draft.blocks.append(Heading(_("5. How to read this report")))
    for text in (
        _("A rate counts judged batches after re-tests; follow-up checks are left out. Checks are targeted at risk: "
          "an official rate is no estimate of the whole market."),
        _("The verdict follows the interval, never the point alone. Refusals and visits without a sample are not in "
          "the rates; the indicator's page shows their number."),
        _("Each receipt leads, on its page and by the API, to rule, method, facts and records behind the number."),
    ):  # fmt: skip
        draft.blocks.append(Paragraph(text))
    receipt = draft.used[0].receipt
    draft.blocks.append(Paragraph(f"{receipt['version']} · {receipt['engine']} · {receipt['pack']}", is_small=True))


def _table(rows: Sequence[dict[str, Any]], draft: Draft) -> Table:
    lines = [
        [
            row["label"],
            *(
                [_("hidden: too few to show"), "", "", ""]
                if row["suppressed"]
                else [whole(row["n"]), percent(row["value"]), f"{percent(row['low'])} – {percent(row['high'])}",
                      verdict_words(row["verdict"])]
            ),
        ]
        for row in rows
    ]  # fmt: skip
    return Table(
        [_("group"), _("n"), _("value"), _interval(draft), _("verdict")], lines, frozenset({1, 2, 3}),
        (2.6, 1, 1, 1.8, 1.4),
    )  # fmt: skip
