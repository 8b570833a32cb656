"""`banyan epcis`: what subscribers of queries for events are to get, sent to an address or streamed by websocket."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the sub-commands."""
    group = typer.Typer(help="The interface for events of supply chains (EPCIS 2.0).", no_args_is_help=True)
    group.command("deliver")(deliver)
    group.command("stream")(stream)
    app.add_typer(group, name="epcis")


def deliver(
    every: Annotated[int, typer.Option(help="Seconds between two looks; 0 looks once.", min=0)] = 0,
) -> None:
    """Send subscribers the events that are due, signed, and again until they are taken."""
    from django.db import close_old_connections

    from banyan.edge.epcis import actions
    from banyan.kit import clock

    while True:
        try:
            counts = actions.deliver(at=clock.now())
        except Exception:  # the database may be away for a moment: the next look comes
            if not every:
                raise
            logging.getLogger("banyan.epcis").exception("a look for what is due failed")
            counts = {"taken": 0, "refused": 0}
        if not every or any(counts.values()):
            typer.echo(f"{counts['taken']} taken, {counts['refused']} refused")
        if not every:
            raise typer.Exit(1 if counts["refused"] else 0)
        close_old_connections()
        time.sleep(every)


def stream(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=0, max=65535)] = 8001,
) -> None:
    """Serve streams of events by websocket at /epcis/v2/queries/NAME/events, with the rights of the site."""
    from banyan.edge.epcis.queries import serving

    async def run() -> None:
        streams = asyncio.create_task(serving.Streams().run(host, port, say=typer.echo))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, streams.cancel)
        await asyncio.wait({streams})
        if not streams.cancelled():
            streams.result()

    asyncio.run(run())
