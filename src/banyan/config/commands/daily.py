"""`banyan daily`: the whole daily flow for a day, with its progress."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

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

    failed, day = False, on.date() if on else clock.today()
    if not as_json and (before := daily.done_before(on=day, newer=newer)):
        typer.echo(_told(before))
    for outcome in daily.daily(on=day, newer=newer):
        failed = failed or bool(outcome.error)
        if as_json:
            answer = {"step": outcome.step, "seconds": round(outcome.seconds, 3), "result": outcome.result}
            typer.echo(json.dumps({**answer, "error": outcome.error}, ensure_ascii=False))
        else:
            typer.echo(f"{outcome.step:12} {outcome.seconds:8.2f} s  {outcome.error or outcome.result}")
    raise typer.Exit(1 if failed else 0)


def _told(before: Any) -> str:
    """In words: when the day's run was done, what came since, and whether the table is of then or of now."""
    from django.utils.translation import gettext as _
    from django.utils.translation import ngettext

    from banyan.base.facts.queries import MOST_WAITING
    from banyan.kit import clock, titles

    at = before.run.finished_at.astimezone(clock.zone())
    asked = "" if before.run.on == clock.today() else f" --on {before.run.on}"
    said = {"day": before.run.on, "at": at.strftime("%H:%M" if at.date() == before.run.on else "%Y-%m-%d %H:%M")}
    if not before.came:
        text = _("The run of %(day)s was done at %(at)s; nothing came since.")
    elif before.came < MOST_WAITING:
        text = ngettext(
            "The run of %(day)s was done at %(at)s; %(count)s record came since: `%(command)s` takes it in.",
            "The run of %(day)s was done at %(at)s; %(count)s records came since: `%(command)s` takes them in.",
            before.came,
        )
    else:
        text = _(
            "The run of %(day)s was done at %(at)s; %(count)s records or more came since: "
            "`%(command)s` takes them in."
        )
    if before.left:
        names = titles.listed(_(name) for name in before.left)
        after = _("Done now: %(steps)s. The other lines are of then.") % {"steps": names}
    else:
        after = _("This is what was done then:")
    said |= {"count": f"{before.came:,}", "command": f"banyan daily{asked} --newer"}
    return f"{text % said}\n{after}"
