"""`banyan daily`: the whole daily flow for a day, with its progress."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("daily")(run_daily)


def run_daily(
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day (default: today).")] = None,
    newer: Annotated[
        bool, typer.Option("--newer", help="Also take in what was recorded since the day's run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run the daily flow. Running it twice changes nothing; killed and run again it ends in the same state."""
    from banyan.config import daily
    from banyan.kit import clock

    failed = False
    for outcome in daily.daily(on=on.date() if on else clock.today(), newer=newer):
        failed = failed or bool(outcome.error)
        if as_json:
            answer = {"step": outcome.step, "seconds": round(outcome.seconds, 3), "result": outcome.result}
            typer.echo(json.dumps({**answer, "error": outcome.error}, ensure_ascii=False))
        else:
            typer.echo(f"{outcome.step:12} {outcome.seconds:8.2f} s  {outcome.error or outcome.result}")
    raise typer.Exit(1 if failed else 0)
