"""`banyan check`: recompute and compare; name the first thing that does not hold."""

from __future__ import annotations

import json
from typing import Annotated

import typer

check = typer.Typer(help="Recompute and compare: events, packs, facts, draws.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(check, name="check")


@check.command("events")
def check_events(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Walk the chain of events and name the first one altered, deleted or back-dated."""
    from banyan.kit import events

    fault = next(events.faults(), None)
    last = events.last_number()
    if as_json:
        found = {"number": fault.number, "what": fault.what} if fault else None
        typer.echo(json.dumps({"events": last, "fault": found}))
    elif fault:
        typer.echo(f"event {fault.number}: {fault.what}", err=True)
    else:
        typer.echo(f"{last} events, the chain holds")
    raise typer.Exit(1 if fault else 0)
