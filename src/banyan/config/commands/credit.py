"""`banyan credit`: the grade of a firm on any day with what makes it, and how grades fall on groups of firms."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Annotated, Any

import typer

credit = typer.Typer(help="Quality credit: why a firm has its grade, and how grades fall.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day (default: today).")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(credit, name="credit")


@credit.command("show")
def show(
    key: Annotated[str, typer.Argument(help="Key or unified social credit code of the firm.")],
    on: On = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=["%Y-%m-%d"], help="As known at the end of this day.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show score and grade of a firm. What was recorded since the last daily flow is collected first."""
    from banyan.base.facts import actions as facts
    from banyan.base.registry import queries as registry
    from banyan.judgement.credit import queries
    from banyan.kit import clock

    firm = registry.organisation_by_code(code=key) or registry.organisation(key=key)
    facts.collect()
    told = queries.explained(
        firm=firm.pk, on=on.date() if on else clock.today(), known_on=known_at.date() if known_at else None
    )
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(told) | {"name": firm.name}, ensure_ascii=False, default=str))
        return
    typer.echo(f"{firm.name}  {told.on}  {told.grade} {told.title}  {told.score:f} / {told.start:f}")
    for line in told.lines:
        days = f"{line.begins} – {line.ends}"
        typer.echo(f"{-line.now:>+8} ({-line.points:+})  {days}  {line.title}  {line.written}  {line.record}")
    for one in told.ahead:
        typer.echo(f"→ {one.on}  {one.grade} {one.title}  {one.score:f}")


@credit.command("fairness")
def fairness(on: On = None, as_json: AsJson = False) -> None:
    """Print how grades fall on firms of each size, county and trade."""
    from banyan.judgement.credit import queries
    from banyan.kit import clock

    told = queries.fairness(on=on.date() if on else clock.today())
    rows: list[tuple[str, Any]] = []
    if told:
        rows = [("", told.all), *((by, one) for by in queries.BY for one in told.groups[by])]
    if as_json:
        fields = ("unit", "firms", "found", "points", "samples", "grades", "below", "low", "high")
        typer.echo(json.dumps([{"by": by} | {name: getattr(one, name) for name in fields} for by, one in rows]))
        return
    for by, one in rows:
        grades = " ".join(f"{grade} {one.grades[grade]}" for grade in (told.grades if told else ()))
        share = f"{one.below:6.1%} [{one.low:.1%}, {one.high:.1%}]" if one.below is not None else ""
        typer.echo(f"{by:9} {one.unit:16} {one.firms:>8,}  {share}  {grades}")
