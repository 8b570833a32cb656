"""A report while it is written: its blocks, numbered tables and charts, and every figure with its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan import policy
from banyan.edge.reports.queries.periods import Period
from banyan.edge.reports.queries.sentences import paragraph
from banyan.insight.indicators import queries as indicators
from banyan.kit import charts
from banyan.kit.documents import Chart, Heading, Paragraph, Table
from banyan.kit.templatetags.banyan import interval_of, percent, verdict_words, whole


@dataclass
class Draft:
    """A report in the making. `own` are the counties that its reader may see; None is all of them."""

    period: Period
    known_on: date
    own: frozenset[str] | None = None
    blocks: list[Any] = field(default_factory=list)
    used: dict[str, indicators.Figures] = field(default_factory=dict)
    hidden: int = 0
    """How many cells of the tables written so far are hidden."""

    @property
    def on(self) -> date:
        return self.period.last

    # ------------------------------------------------------------ figures

    def figures(self, key: str, by: Sequence[str] = (), *, is_of_year: bool = False) -> indicators.Figures | None:
        """Figures of the period, or of the year up to its end; None where the reader may see no such breakdown."""
        where = self.where(key, by)
        if where is None:
            return None
        return indicators.show(
            key=key, on=self.on, known_on=self.known_on, by=by, where=where,
            since=None if is_of_year else self.since(key),
        )  # fmt: skip

    def where(self, key: str, by: Sequence[str]) -> dict[str, tuple[str, ...]] | None:
        """What a breakdown is limited to; None where a reader of some counties may not see it."""
        if self.own is None or not by:
            return {}
        return {"county": tuple(sorted(self.own)) or ("-",)} if "county" in self.entry(key).by else None

    def since(self, key: str) -> date | None:
        """The first day of the period where the indicator counts over a year; None leaves it its own window."""
        entry = self.entry(key)
        return self.period.first if entry.window == "calendar_year" and entry.measure != "growth" else None

    def entry(self, key: str) -> Any:
        """An indicator as it is defined at the end of the period."""
        return policy.load(settings.BANYAN_PACKS).indicator(key, on=self.on)

    def title_of(self, key: str) -> str:
        """An indicator's title."""
        return indicators.in_language(self.entry(key).title)

    def receipt(self, figures: indicators.Figures) -> str:
        """The short mark of a figure's receipt in this report, such as R3; the annex gives the whole key."""
        self.used.setdefault(figures.receipt_key, figures)
        return f"R{list(self.used).index(figures.receipt_key) + 1}"

    @property
    def level(self) -> str:
        """The intervals of the report in words, with their level."""
        return interval_of(indicators.confidence_level(self.on))

    # ------------------------------------------------------------ blocks

    def heading(self, text: str, level: int = 1) -> None:
        self.blocks.append(Heading(text, level))

    def says(self, *sentences: str) -> None:
        """A paragraph of the sentences that are not empty."""
        if text := paragraph(sentences):
            self.blocks.append(Paragraph(text))

    def note(self, text: str) -> None:
        self.blocks.append(Paragraph(text, is_small=True))

    def table(
        self, caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: Sequence[int],
        widths: Sequence[float],
    ) -> None:  # fmt: skip
        """A table with its number."""
        number = 1 + sum(isinstance(block, Table) for block in self.blocks)
        said = _("Table %(number)s. %(caption)s") % {"number": number, "caption": caption}
        self.blocks.append(Table(columns, rows, frozenset(numeric), tuple(widths), said))

    def chart(self, caption: str, specification: dict[str, Any]) -> None:
        """A chart with its number."""
        number = 1 + sum(isinstance(block, Chart) for block in self.blocks)
        self.blocks.append(Chart(specification, _("Chart %(number)s. %(caption)s")
                                 % {"number": number, "caption": caption}))  # fmt: skip

    def groups_table(self, caption: str, figures: indicators.Figures, rows: Sequence[Mapping[str, Any]]) -> None:
        """A table of groups with n, value, interval and verdict; hidden ones say so."""
        judged = any(row["verdict"] for row in rows)
        head = [_("group"), _("n"), _("passed"), _("value"), self.level, *([_("verdict")] if judged else [])]
        lines = [
            [row["label"], _("hidden"), *[""] * (len(head) - 2)] if row["suppressed"] else
            [row["label"], whole(row["n"]), whole(row["passed"]), percent(row["value"]),
             f"{percent(row['low'])} – {percent(row['high'])}", *([verdict_words(row["verdict"])] if judged else [])]
            for row in rows
        ]  # fmt: skip
        widths = (2.8, 1, 1, 1, 2, *([1.5] if judged else []))
        self.table(caption, head, lines, numeric=(1, 2, 3, 4), widths=widths)
        hidden = sum(row["suppressed"] for row in rows)
        self.hidden += hidden
        said = ngettext("Receipt %(mark)s. %(count)s of %(all)s group is hidden.",
                        "Receipt %(mark)s. %(count)s of %(all)s groups are hidden.", len(rows))  # fmt: skip
        self.note(said % {"mark": self.receipt(figures), "count": hidden, "all": len(rows)})

    def intervals_chart(self, caption: str, figures: indicators.Figures, rows: Sequence[Mapping[str, Any]]) -> None:
        """Each group's rate with its interval; nothing where there are not two groups to set side by side."""
        shown = [dict(row) for row in rows if row["value"] is not None]
        if len(shown) > 1:
            titles, threshold = indicators.chart_titles(), figures.receipt["threshold"]
            self.chart(
                with_target(caption, threshold),
                charts.intervals(shown, label="label", titles=titles, threshold=threshold),
            )


def with_target(caption: str, threshold: float | None) -> str:
    """A chart's caption, which names the dashed line where there is one."""
    return caption if threshold is None else caption + _("; dashed: the target")
