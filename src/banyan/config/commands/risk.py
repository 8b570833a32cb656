"""`banyan risk`: whom to inspect first, and how much earlier an order by risk would have found failures."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated, Any

import typer

risk = typer.Typer(help="Whom to inspect first, and what such an order gained in the past.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
File = Annotated[
    Path | None,
    typer.Option(help="A table of inspections (CSV, XLSX) instead of the facts.", exists=True, dir_okay=False),
]
Places = Annotated[
    str, typer.Option(help="Places of the draw, those that stay random among them.", metavar="INTEGER")
]
Scheme = Annotated[str, typer.Option(help="Whose samples are learnt from, such as product_supervision.")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(risk, name="risk")


@risk.command("order")
def order(scheme: Scheme = "product_supervision", places: Places = "20", as_json: AsJson = False) -> None:
    """List the firms that the next draw should visit first, with reasons, and say how many places stay random."""
    from banyan.insight.risk import queries
    from banyan.kit import clock

    today, scheme, asked = clock.today(), queries.scheme_asked(scheme), queries.places_asked(places)
    at_random = queries.places_at_random(asked, on=today)
    share, where = queries.random_share(on=today)
    found = queries.order(scheme=scheme, on=today)
    told = found[: asked - at_random]
    if as_json:
        lines = [dataclasses.asdict(one) for one in told]
        head = {"scheme": scheme, "places": asked, "at_random": at_random, "random_share": share, "rule": where}
        typer.echo(json.dumps({**head, "firms": len(found), "by_risk": lines}, ensure_ascii=False))
        return
    typer.echo(
        f"{asked} places: {asked - at_random} by risk, of {len(found):,} firms; {at_random} stay random", nl=False
    )
    typer.echo(" (no rule of a random share is in force)" if share is None else f" (at least {share:.0%}: {where})")
    for one in told:
        typer.echo(f"{one.rank:>4}  {one.probability:5.1%}  {one.firm}  {one.goods}  {' · '.join(one.reasons)}")


@risk.command("backtest")
def backtest(
    scheme: Scheme = "product_supervision",
    file: File = None,
    day: Annotated[str, typer.Option(help="Column of the day.")] = "day",
    subject: Annotated[str, typer.Option(help="Column of whom was inspected.")] = "subject",
    found: Annotated[str, typer.Option(help="Column of what was found; above 0 is a finding.")] = "found",
    district: Annotated[str, typer.Option(help="Column of the district.")] = "district",
    kind: Annotated[str, typer.Option(help="Column of the kind of place or goods.")] = "",
    known: Annotated[list[str] | None, typer.Option(help="A number known before the visit; may be repeated.")] = None,
    worse: Annotated[list[str] | None, typer.Option(help="The same, where more may only be worse.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print days gained, what the first places find and how the order falls on districts, learnt on the past only."""
    from banyan.insight.risk import queries
    from banyan.kit import clock

    if file is None:
        told = queries.judged_facts(scheme=queries.scheme_asked(scheme), on=clock.today())
    else:
        told = queries.judged_file(
            file, day=day, subject=subject, found=found, district=district, kind=kind, known_before=known or (),
            more_is_worse=worse or (),
        )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(told), ensure_ascii=False, default=str))
        return
    show(told)


def show(told: Any) -> None:
    """Print what an order gained, in words."""
    typer.echo(f"{told.findings} findings of {told.n:,} inspections, in {len(told.windows)} windows of 60 days")
    typer.echo(f"days gained {told.gain:.2f} (who knows all: {told.best:.1f})")
    for one in told.windows:
        interval = "-" if one["low"] is None else f"[{one['low']:.2f}, {one['high']:.2f}]"
        typer.echo(f"  from {one['from']}  {one['gain']:6.2f} {interval}  {one['findings']}")
    for one in told.precision:
        interval = f"[{one['low']:.3f}, {one['high']:.3f}]"
        typer.echo(f"first {one['share']:4.0%} ({one['k']:,}): {one['precision']:.3f} {interval}, ", nl=False)
        typer.echo(f"{one['lift']:.2f} × the average, {one['recall']:.0%} of all findings")
    if told.districts:
        for name, words in (("visit_rate", "in the first quarter"), ("recall", "of its findings there")):
            values = [one[name] for one in told.districts]
            typer.echo(f"{len(told.districts)} districts: {min(values):.0%} to {max(values):.0%} {words}")
