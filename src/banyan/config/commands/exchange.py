"""`banyan exchange`: send receivers what changed, and say whether all copies agree."""

from __future__ import annotations

import json
import logging
import time
from typing import Annotated

import typer

PARTS_BETWEEN_LINES = 20


def register(app: typer.Typer) -> None:
    """Add the sub-commands."""
    group = typer.Typer(help="What receivers are told, and what they hold.", no_args_is_help=True)
    group.command("deliver")(deliver)
    group.command("replay")(replay)
    group.command("agree")(agree)
    app.add_typer(group, name="exchange")


def deliver(
    every: Annotated[int, typer.Option(help="Seconds between two looks; 0 looks once.", min=0)] = 0,
) -> None:
    """Send receivers the changes that are due, signed, in the order of each firm, and again until they are taken.

    Ends with 1 where something was not taken.
    """
    from django.db import close_old_connections

    from banyan.edge.receivers import actions

    while True:
        try:
            counts = actions.deliver()
        except Exception:  # the database may be away for a moment: the next look comes
            if not every:
                raise
            logging.getLogger("banyan.receivers").exception("a look for what is due failed")
            counts = {"taken": 0, "refused": 0}
        if not every or any(counts.values()):
            typer.echo(f"{counts['taken']} taken, {counts['refused']} refused")
        if not every:
            raise typer.Exit(1 if counts["refused"] else 0)
        close_old_connections()
        time.sleep(every)


def replay(
    receiver: Annotated[str, typer.Argument(help="The receiver, by key or name.")],
    since: Annotated[int | None, typer.Option(help="After this event; 0 is everything.", min=0)] = None,
    reason: Annotated[str, typer.Option(help="Why it is told again.")] = "",
) -> None:
    """Let a receiver be told again what changed after an event, and make it due in parts.

    Without `--since` it goes on with what was asked for before and is not at its end. What is stopped halfway is gone
    on with by this command or by `deliver`, which sends.
    """
    from banyan.edge.receivers import actions, queries
    from banyan.kit import clock, rights

    found = queries.receiver_named(receiver)
    if since is not None:
        actions.replay(receiver=found, since=since, by=rights.System("exchange"), on=clock.today(), reason=reason)
    while (row := queries.replay_of(found)) is not None:
        typer.echo(f"{row.share:6.1%}  event {row.event} of {row.upto}  {row.told} due again")
        if row.ended_at is not None or not actions.go_on(parts=PARTS_BETWEEN_LINES, only=found):
            break


def agree(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print, for each receiver and topic, whether the copy that it last reported is ours.

    Ends with 1 where one differs or was never reported.
    """
    from banyan.edge.receivers import queries

    found = queries.agreements()
    if as_json:
        rows = [
            {
                "receiver": one.receiver, "topic": one.topic, "says": one.says, "is_behind": one.is_behind,
                **({name: getattr(one.copy, name) for name in ("event", "count", "digest", "ours", "reported_on")}
                   if one.copy else {}),
            }
            for one in found
        ]  # fmt: skip
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
    for one in () if as_json else found:
        reported = f"{one.copy.reported_on}  {one.copy.event}  {one.copy.digest[:12]}" if one.copy else "—"
        typer.echo(f"{one.says:8} {one.topic:12} {one.receiver}  {reported}{'  +' if one.is_behind else ''}")
    raise typer.Exit(0 if all(one.says == "agrees" for one in found) else 1)
