"""`banyan checks`: what the daily checks found in the data, where `banyan check` looks after the installation."""

from __future__ import annotations

import json
from typing import Annotated

import typer

checks = typer.Typer(help="What the daily checks found in the data.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(checks, name="checks")


@checks.command("list")
def list_(
    state: Annotated[str, typer.Option(help="Only findings in this state, such as open.")] = "",
    rule: Annotated[str, typer.Option(help="Only findings of this rule.")] = "",
    as_json: AsJson = False,
) -> None:
    """List findings, the newest first."""
    from banyan.insight.checks import queries
    from banyan.insight.checks.models import FINDING_FLOW
    from banyan.kit import clock
    from banyan.kit.rights import System

    known = {"state": list(FINDING_FLOW.states), "rule": [one.key for one in queries.rules_on(clock.today())]}
    asked = {name: value for name, value in {"state": state, "rule": rule}.items() if value}
    for name, value in asked.items():
        if value not in known[name]:
            raise typer.BadParameter(f"--{name} {value}: give one of {', '.join(known[name])}.")
    rows = queries.findings_of(System("command line")).filter(**asked)
    if as_json:
        said = ("key", "rule", "grade", "state", "subject", "explanation", "record_noun", "record_key", "county_id",
                "laboratory_id", "found_on", "due_on", "mended_on", "reason")  # fmt: skip
        told = [{name: getattr(one, name) for name in said} for one in rows]
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for one in rows:
        typer.echo(f"{one.found_on}  {one.grade:8} {one.state:10} {one}")
        typer.echo(f"            {one.explanation}")


@checks.command()
def look() -> None:
    """Ask all checks of the data now, as the daily step does."""
    from banyan.insight.checks import actions
    from banyan.kit import clock

    done = actions.look(on=clock.today())
    typer.echo(f"{done['found']} found, {done['new']} new, {done['mended']} no longer found")
