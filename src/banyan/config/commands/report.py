"""`banyan report`: the quarterly report on the state of quality as PDF or Word."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("report")(report)


def report(
    out: Annotated[Path, typer.Argument(help="File to write; its ending (.pdf, .docx) chooses the form.")],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Last day of the quarter (default: today).")
    ] = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=["%Y-%m-%d"], help="As known at the end of this day.")
    ] = None,
) -> None:
    """Write the quarterly report. The same days give the same bytes."""
    from banyan.edge.reports import actions
    from banyan.kit import clock

    form = out.suffix.removeprefix(".")
    if form not in actions.FORMS:
        typer.echo(f"{out}: write to a file that ends in .pdf or .docx", err=True)
        raise typer.Exit(2)
    day = on.date() if on else clock.today()
    known = known_at.date() if known_at else clock.today()
    out.write_bytes(actions.quarterly(on=day, known_on=known, form=form))
    typer.echo(str(out))
