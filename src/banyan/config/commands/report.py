"""`banyan report`: the report of a quarter or year on the state of quality, as PDF or Word."""

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
    period: Annotated[
        str, typer.Option("--period", help="A year (2025) or quarter (2025-Q4); default: the running quarter.")
    ] = "",
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=["%Y-%m-%d"], help="As known at the end of this day.")
    ] = None,
) -> None:
    """Write the report of a quarter or year. The same records and rules give the same bytes."""
    from banyan.edge.reports import actions, queries
    from banyan.kit import clock

    form = out.suffix.removeprefix(".")
    if form not in actions.FORMS:
        typer.echo(f"{out}: write to a file that ends in .pdf or .docx", err=True)
        raise typer.Exit(2)
    known = known_at.date() if known_at else clock.today()
    name = period or next(one.name for one in queries.periods() if not one.is_year)
    out.write_bytes(actions.made(name, known_on=known, forms=(form,))[form])
    typer.echo(str(out))
