"""`banyan indicators`: show figures with interval, verdict and receipt, as known on any day."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

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
    """Show the figures of one indicator."""
    from banyan.insight.indicators import queries
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
        figures = queries.show(
            key=key, on=day, known_on=known_at.date() if known_at else None, by=by or (), where=limited
        )
    if as_json:
        typer.echo(json.dumps(figures.as_json(), ensure_ascii=False))
    else:
        _print(figures.as_json(), by or [])


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


def _print(answer: dict, by: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{answer['key']}  {answer['on']}  (known {answer['known_at']})")
    columns = [*by, "n", "passed", "value", "low", "high", "verdict", "probability_met", "refused", "not_sampled"]
    for column in columns:
        table.add_column(column)
    for row in answer["rows"]:
        table.add_row(*(_cell(row[column], row["suppressed"]) for column in columns))
    console = Console()
    console.print(table)
    console.print(f"receipt {answer['receipt']['key']}")


def _cell(value: object, is_suppressed: bool) -> str:
    if value is None:
        return "*" if is_suppressed else "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
