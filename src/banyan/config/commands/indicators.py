"""`banyan indicators`: show figures with interval, verdict and receipt, as known on any day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

indicators = typer.Typer(help="Figures with interval, verdict and receipt.", no_args_is_help=True)
Day = typer.Option(formats=["%Y-%m-%d"], metavar="DAY")


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(indicators, name="indicators")


@indicators.command("show")
def show(
    key: Annotated[str, typer.Argument(help="Key of the indicator in the pack.")],
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day (default: today).")] = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=["%Y-%m-%d"], help="As known at the end of this day.")
    ] = None,
    published_by: Annotated[
        datetime | None, typer.Option("--published-by", formats=["%Y-%m-%d"], help="As last published by this day.")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="Break down by this dimension; may be repeated.")
    ] = None,
    where: Annotated[list[str] | None, typer.Option("--where", help="dimension=value; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the figures of one indicator. What was recorded since the last daily flow is collected first."""
    from banyan.base.facts import actions as facts
    from banyan.insight.indicators import actions, queries
    from banyan.kit import clock

    day = on.date() if on else clock.today()
    limited: dict[str, list[str]] = {}
    for condition in where or []:
        name, _sign, value = condition.partition("=")
        limited.setdefault(name, []).append(value)
    if published_by:
        found = queries.as_published(
            key=key, published_by=published_by.date(), on=on.date() if on else None, by=by or ()
        )
        if found is None:
            typer.echo(f"{key}: nothing was published by {published_by.date()}", err=True)
            raise typer.Exit(1)
        figures = found
    else:
        facts.collect()
        figures = actions.asked(
            key=key, on=day, known_on=known_at.date() if known_at else None, by=by or (), where=limited
        )
    if as_json:
        typer.echo(json.dumps(figures.as_json(), ensure_ascii=False))
    else:
        _print(figures)


@indicators.command("list")
def list_all(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the indicators of the packs."""
    from django.conf import settings

    from banyan import policy

    entries = policy.load(settings.BANYAN_PACKS).entries("indicator")
    if as_json:
        typer.echo(
            json.dumps([{"key": e.key, "zh": e.title.zh, "en": e.title.en} for e in entries], ensure_ascii=False)
        )
    else:
        for entry in entries:
            typer.echo(f"{entry.key:40} {entry.title.zh}  {entry.title.en}")


def _print(figures: Any) -> None:
    """The figures as a table for eyes: names for codes, and no column that has nothing to say."""
    from django.conf import settings
    from django.utils.translation import gettext as _
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from banyan import policy
    from banyan.insight.indicators import queries
    from banyan.kit import terms
    from banyan.kit.templatetags.banyan import NOTHING, amount, likely, percent, verdict_words, whole

    entry = policy.load(settings.BANYAN_PACKS).indicator(figures.key, on=figures.on)
    level = figures.receipt["level"]
    rows = queries.rows_with_names(figures)
    columns: dict[str, Callable[[dict[str, Any]], str]] = {
        " · ".join(queries.dimension_words().get(name, name) for name in figures.by): lambda row: row["label"],
        _("n"): lambda row: whole(row["n"]),
        _("value"): lambda row: amount(row["value"], entry.measure),
        percent(level, 0) if level else "": lambda row: (
            NOTHING if row["low"] is None else f"{percent(row['low'])} – {percent(row['high'])}"
        ),
        _("verdict"): lambda row: _("hidden") if row["suppressed"] else verdict_words(row["verdict"]),
        _("probability met"): lambda row: likely(row["probability_met"]),
        _("refused"): lambda row: whole(row["refused"]),
        _("not sampled"): lambda row: whole(row["not_sampled"]),
    }
    unsaid = {"low": percent(level, 0) if level else "", "probability_met": _("probability met"),
              "refused": _("refused"), "not_sampled": _("not sampled")}  # fmt: skip
    for name in unsaid.keys() - entry.columns:
        columns.pop(unsaid[name], None)
    title = _("For %(on)s, as known on %(known)s") % {"on": figures.on, "known": figures.known_on}
    table = Table(
        title=f"{queries.in_language(entry.title)}\n{title}",
        box=box.SIMPLE_HEAD,
        title_justify="left",
        padding=(0, 1, 0, 0),
    )
    told = {}
    for name, cell in columns.items():
        cells = [cell(row) for row in rows]
        if name and any(text not in ("", "0", NOTHING) for text in cells):
            told[name] = cells
            is_text = name in (next(iter(columns)), _("verdict"))
            table.add_column(name, justify="left" if is_text else "right", no_wrap=not is_text, overflow="fold")
    for cells_of_row in zip(*told.values(), strict=True):
        table.add_row(*cells_of_row)
    console = Console()
    console.print(table)
    if not any(row["n"] or row["suppressed"] for row in rows):
        console.print(_("No record answers to this question. Choose another day or county."))
    if any(row["suppressed"] for row in rows):
        least, written = terms.value("disclosure.smallest_count", on=figures.on)
        said = _("Groups with fewer than %(least)s are hidden, and as many others as it takes that none of them can "
                 "be worked out (%(written)s).")  # fmt: skip
        console.print(said % {"least": least, "written": written})
    console.print(_("Receipt %(key)s") % {"key": figures.receipt_key})
