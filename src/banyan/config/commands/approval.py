"""`banyan approval`: how far each period's data are approved; approve and un-approve them."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

approval = typer.Typer(help="Approval of data, period by period.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Units = Annotated[list[str] | None, typer.Option("--unit", help="Keys of units; all whose turn it is without.")]
By = Annotated[str, typer.Option("--by", help="User name in whose name it is done.")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(approval, name="approval")


@approval.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the periods that have ended, each with the level that has approved it and how many units have."""
    from banyan.insight.approval import queries
    from banyan.kit import clock

    today = clock.today()
    rows = [
        {"data": entry.key, "period": one.period, "level": one.level, "since": one.since, "approved": one.approved,
         "units": one.units, "says": one.sentence}
        for entry in queries.entries()
        for one in (queries.summary_of(entry, first=first, last=last) for first, last in entry.spans(on=today))
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        typer.echo(f"{row['data']:20} {row['period']:8} {row['approved']:>3}/{row['units']:<3} {row['says']}")


@approval.command()
def approve(data: str, period: str, by: By, unit: Units = None) -> None:
    """Approve the data of units in a period, each at the level whose turn it is."""
    _do("approve", data, period, by, unit, "")


@approval.command()
def unapprove(
    data: str, period: str, by: By, reason: Annotated[str, typer.Option("--reason", help="Why.")], unit: Units = None
) -> None:
    """Open the data of units in a period again, with a reason."""
    _do("unapprove", data, period, by, unit, reason)


def _do(verb: str, data: str, period: str, by: str, units: list[str] | None, reason: str) -> None:
    from banyan.insight.approval import actions, queries
    from banyan.kit import clock
    from banyan.kit.models import Person

    person: Any = Person.objects.filter(username=by).first()
    if person is None:
        raise typer.BadParameter(f"--by {by}: nobody has this user name.")
    entry = queries.entry_of(data)
    first, last = queries.span_of(entry, period)
    rows = queries.rows_of(person, entry=entry, first=first, last=last, on=clock.today())
    may = "may_approve" if verb == "approve" else "may_open"
    chosen = units or [row.unit.pk for row in rows if getattr(row, may)]
    done = getattr(actions, verb)(data=data, period=period, units=chosen, by=person, on=clock.today(), reason=reason)
    for one in done:
        typer.echo(f"{one.unit}  {one.period}  {one.level or '-'}")
