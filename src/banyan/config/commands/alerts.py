"""`banyan alerts`: what the facts warn of, one alert with its series, and what each rule can judge."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

alerts = typer.Typer(help="What the facts warn of, and by which rules.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(alerts, name="alerts")


@alerts.command("list")
def list_all(
    state: Annotated[str, typer.Option(help="Only alerts in this state, such as open.")] = "",
    rule: Annotated[str, typer.Option(help="Only alerts of this rule.")] = "",
    as_json: AsJson = False,
) -> None:
    """List alerts, the newest first."""
    from banyan.insight.alerts import queries
    from banyan.insight.alerts.models import ALERT_FLOW
    from banyan.kit.rights import System

    states = [name for name, _title in ALERT_FLOW.choices]
    if state and state not in states:
        raise typer.BadParameter(f"--state {state}: give one of {', '.join(states)}.")
    known = [one["rule"] for one in queries.rule_states(on=_today())]
    if rule and rule not in known:
        raise typer.BadParameter(f"--rule {rule}: give one of {', '.join(known)}.")
    rows = queries.alerts_of(System("command line"))
    asked = {name: value for name, value in {"state": state, "rule": rule}.items() if value}
    found = [_told(one) for one in rows.filter(**asked)]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for one in found:
        typer.echo(f"{one['noticed_on']}  {one['key']}  {one['grade']:8} {one['state']:12} {one['title']}")
        typer.echo(f"            {one['explanation']}")


@alerts.command("show")
def show(key: Annotated[str, typer.Argument(help="Key of the alert.")], as_json: AsJson = False) -> None:
    """Show one alert with its series and the records behind it."""
    from banyan.insight.alerts import queries
    from banyan.kit.rights import System

    alert = queries.alerts_of(System("command line")).filter(pk=key).first()
    if alert is None:
        typer.echo(f"{key}: there is no such alert. `banyan alerts list` names them.", err=True)
        raise typer.Exit(1)
    told = _told(alert) | {"series": queries.series_of(alert), "records": queries.records_behind(alert)}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    typer.echo(f"{told['title']}\n{told['explanation']}")
    for one in told["series"]:
        mark = " *" if one["is_outside"] else ""
        bound = "-" if one["bound"] is None else f"{one['bound']:g}"
        typer.echo(f"{one['from']}  n {one['n']:>5}  {one['observed']:>4}  ({one['expected']:.1f}, {bound}){mark}")
    for one in told["records"]:
        typer.echo(f"{one['happened_on']}  {one['noun']}  {one['key']}")


@alerts.command("rules")
def rules(as_json: AsJson = False) -> None:
    """List the rules in force: up to which week each has watched, and why it cannot judge where it cannot."""
    from banyan.insight.alerts import queries

    found = queries.rule_states(on=_today())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for one in found:
        typer.echo(f"{one['rule']:32} {one['watched_until'] or '-'!s:12} {one['title']}")
        if why := one["why_not"] or one["falls_back"]:
            typer.echo(f"    {why}")


def _today() -> Any:
    from banyan.kit import clock

    return clock.today()


def _told(alert: Any) -> dict[str, Any]:
    names = ("key", "rule", "grade", "state", "title", "explanation", "county_id", "counties", "product_id", "item",
             "laboratory_id", "seller_id", "from_on", "begun_on", "noticed_on", "known_on", "observed", "expected",
             "bound", "n", "p_value", "score", "due_on", "decided_on", "reason", "receipt")  # fmt: skip
    return {name.removesuffix("_id"): getattr(alert, name) for name in names}
