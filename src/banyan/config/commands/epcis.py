"""`banyan epcis`: documents taken in from files; what subscribers of queries get, sent to an address or streamed."""

from __future__ import annotations

import asyncio
import gzip
import logging
import signal
import time
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer

SHOWN = 20
LARGEST = 2**50  # bytes: a file of one's own is read to its end


def register(app: typer.Typer) -> None:
    """Add the sub-commands."""
    group = typer.Typer(help="The interface for events of supply chains (EPCIS 2.0).", no_args_is_help=True)
    group.command("load")(load)
    group.command("deliver")(deliver)
    group.command("stream")(stream)
    app.add_typer(group, name="epcis")


def load(
    files: Annotated[
        list[Path], typer.Argument(help="Documents of EPCIS: JSON, or XML (.xml); also packed (.gz).", exists=True)
    ],
    organisation: Annotated[str, typer.Option("--for", help="Key of the firm whose events they are.")],
    proceed: Annotated[
        bool, typer.Option("--proceed", help="Keep what is right of a document in which something is wrong.")
    ] = False,
) -> None:
    """Keep the events of documents, however large, each in one transaction, and bring the index of traces up to date.

    A file that is loaded again changes nothing, so a move that was broken off is begun again with the same files.
    Ends with 1 where anything was refused.
    """
    from banyan.base.registry.queries import organisation as firm_of
    from banyan.kit import Refused, clock, rights
    from banyan.records.trace import actions as traces
    from banyan.records.traceability import actions

    firm, refused = firm_of(key=organisation), 0
    for path in files:
        packed = path.suffix == ".gz"
        xml = path.with_suffix("").suffix == ".xml" if packed else path.suffix == ".xml"
        begun = time.perf_counter()
        with cast("BinaryIO", gzip.open(path) if packed else path.open("rb")) as stream:
            try:
                job = actions.capture(
                    stream=stream, media_type="application/xml" if xml else "application/ld+json",
                    by=rights.System("command"), organisation=firm, on=clock.today(), limit=LARGEST,
                    on_error="proceed" if proceed else "rollback",
                )  # fmt: skip
            except Refused as wrong:
                refused += 1
                typer.echo(f"{path}\t{wrong.sentence}", err=True)
                continue
        refused += job.refused + (not job.success)
        each = (job.stored + job.unchanged) / (time.perf_counter() - begun)
        typer.echo(f"{path}\t{job.stored} kept, {job.unchanged} known, {job.refused} refused, {each:,.0f} a second")
        for one in job.problems[:SHOWN]:
            typer.echo(f"{path}\t{one['path']}\t{one['says']}", err=True)
    index = traces.update()
    typer.echo(f"index of traces: events 1-{index.last}")
    raise typer.Exit(1 if refused else 0)


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
