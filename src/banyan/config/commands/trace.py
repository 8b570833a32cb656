"""`banyan trace`: what goods went into and came from, what does not add up, and the index behind it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

import typer

trace = typer.Typer(help="Goods forward and backward through the city.", no_args_is_help=True)
Things = Annotated[list[str], typer.Argument(help="Identifiers: EPC URN or GS1 Digital Link.", metavar="EPC…")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Up to the end of this day.")]
Known = Annotated[
    datetime | None, typer.Option("--known-at", formats=["%Y-%m-%d"], help="As known at the end of this day.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
SHOWN = 40


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(trace, name="trace")


@trace.command("forward")
def forward(things: Things, on: On = None, known_at: Known = None, as_json: AsJson = False) -> None:
    """What goods went into, and who has it."""
    from banyan.records.trace import queries

    _tell(queries.forward(things, _day(on), _day(known_at), person=_who()), as_json)


@trace.command("backward")
def backward(things: Things, on: On = None, known_at: Known = None, as_json: AsJson = False) -> None:
    """What goods came from."""
    from banyan.records.trace import queries

    _tell(queries.backward(things, _day(on), _day(known_at), person=_who()), as_json)


@trace.command("common")
def common(things: Things, on: On = None, known_at: Known = None, as_json: AsJson = False) -> None:
    """What all of several goods came from."""
    from banyan.records.trace import queries

    _tell(queries.common(*things, on=_day(on), known_at=_day(known_at), person=_who()), as_json)


@trace.command("balance")
def balance(lot: Annotated[str, typer.Argument(help="A lot.")], on: On = None, as_json: AsJson = False) -> None:
    """What came in and went out of a lot at each holder; ends with 1 where more went out than came in."""
    from banyan.records.trace import queries

    found = queries.balance(lot, _day(on), person=_who())
    if as_json:
        typer.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
        raise typer.Exit(1 if found.is_finding else 0)
    typer.echo("holder\tunit\tmade\treceived\tused\tshipped\tended\tmissing")
    for one in found.accounts:
        amounts = (one.made, one.received, one.used, one.shipped, one.ended, one.missing)
        typer.echo("\t".join([one.holder or "?", one.unit, *(f"{amount:g}" for amount in amounts)]))
    for one in found.accounts:
        if one.missing:
            typer.echo(f"ALERT\t{one.holder or '?'}: {one.missing:g} {one.unit} more out than in", err=True)
    raise typer.Exit(1 if found.is_finding else 0)


@trace.command("rebuild")
def rebuild() -> None:
    """Make the index anew from all events."""
    from banyan.records.trace import actions

    index = actions.rebuild()
    typer.echo(f"events 1-{index.last}, {len(index.segments)} segments, {index.digest[:16]}")


@trace.command("update")
def update() -> None:
    """Bring the index up to the last event that was captured."""
    from banyan.records.trace import actions

    index = actions.update()
    typer.echo(f"events 1-{index.last}, {len(index.segments)} segments, {index.digest[:16]}")


def _who() -> Any:
    from banyan.kit import rights

    return rights.System("command")


def _day(on: datetime | None) -> date | None:
    return on.date() if on else None


def _tell(found: Any, as_json: bool) -> None:
    from banyan.records.trace import queries

    gaps = queries.gaps(found)
    if as_json:
        balances = [one.as_json() for one in queries.balances(found)]
        content = found.as_json() | {"gaps": [one._asdict() for one in gaps], "balances": balances}
        typer.echo(json.dumps(content, ensure_ascii=False, default=str, indent=1))
        raise typer.Exit(1 if found.unknown else 0)
    for one in found.things[:SHOWN]:
        amount = "" if one.quantity is None else f"{one.quantity:g} {one.unit}"
        mark = "box" if one.carries else str(one.depth)
        at = one.arrival.date().isoformat() if one.arrival else ""
        typer.echo(f"{mark}\t{at}\t{one.epc}\t{amount}\t{one.holder}\t{one.county}")
    if len(found.things) > SHOWN:
        typer.echo(f"… {len(found.things) - SHOWN} more, with --json")
    typer.echo(f"{found.n} things, {len(found.holders)} holders, {len(found.counties)} counties, {len(gaps)} gaps")
    for one in gaps[:SHOWN]:
        typer.echo(f"gap\t{one.kind}\t{one.epc}\tevent {one.event}\t{one.holder}")
    for lot in queries.balances(found):
        for account in lot.accounts:
            if account.missing:
                typer.echo(
                    f"ALERT\t{lot.epc}\t{account.holder or '?'}: {account.missing:g} {account.unit} more out than in"
                )
    for firm in found.may_have:
        typer.echo(f"may have\t{firm}")
    for epc in found.unknown:
        typer.echo(f"unknown\t{epc}", err=True)
    typer.echo(found.receipt)
    raise typer.Exit(1 if found.unknown else 0)
