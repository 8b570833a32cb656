"""`banyan serve`: the whole site on this machine, with its background worker, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from subprocess import DEVNULL
from typing import Annotated, Any

import typer

HOST = "127.0.0.1"
PATIENCE = 10  # seconds that a child gets to end by itself


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.command("serve")(serve)


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Build the demonstration city if there is none.")] = False,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 8000,
    seed: Annotated[int, typer.Option(help="With --demo: everything invented follows from it.")] = 7,
    scale: Annotated[float, typer.Option(help="With --demo: the size of the city.")] = 1.0,
    workers: Annotated[int, typer.Option(help="Server processes.", min=1)] = 2,
) -> None:
    """Bring the database up to date, build the demonstration if asked, run the day's flow, and serve."""
    from django.core.management import call_command

    from banyan.edge.intake import actions as intake
    from banyan.edge.vouching import actions as vouching
    from banyan.kit import clock

    streams = port + 1 if port < 65535 else port - 1
    for one in (port, streams):
        _demand_free(one)
    call_command("migrate", verbosity=0)
    if demo:
        _build_if_none(seed=seed, scale=scale)
    _run_day()
    intake.enqueue_unfinished()  # what a killed worker left
    vouching.enqueue_unfinished()
    children = [
        subprocess.Popen([sys.executable, "-m", "django", "db_worker", "--queue-name", "*", "-v", "0"]),
        subprocess.Popen([sys.executable, "-m", "banyan", "epcis", "deliver", "--every", "10"]),
        subprocess.Popen([sys.executable, "-m", "banyan", "exchange", "deliver", "--every", "10"]),
        subprocess.Popen([sys.executable, "-m", "banyan", "epcis", "stream", "--port", str(streams)], stdout=DEVNULL),
        subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
             "--workers", str(workers), "--blocking-threads", "2", "--no-ws", "--log-level", "warning",
             "banyan.config.wsgi:application"],
            env={"BANYAN_EPCIS_STREAM": f"ws://{HOST}:{streams}", **os.environ},
        ),
    ]  # fmt: skip
    typer.echo(f"\n  http://{HOST}:{port}/   http://{HOST}:{port}/office/   Ctrl-C")
    if clock.is_demonstration():
        _print_logins()
    else:
        _say_how_to_sign_in()
    raise typer.Exit(_wait(children))


def _demand_free(port: int) -> None:
    from django.utils.translation import gettext as _

    from banyan.kit import Refused

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise Refused(
                _("Serving on port %(port)s was asked for.") % {"port": port},
                _("Another program uses this port."),
                _("Stop it, or name another port with --port."),
            ) from None


def _build_if_none(*, seed: int, scale: float) -> None:
    from banyan.config.commands.demo import build_with_progress
    from banyan.demo import building
    from banyan.kit import events

    if building.is_unfinished():
        building.empty_demonstration()
    if not events.last_number():
        build_with_progress(seed=seed, scale=scale)


def _run_day() -> None:
    from banyan.base.facts import actions as facts
    from banyan.config import daily
    from banyan.edge.cockpit import actions as cockpit
    from banyan.kit import clock, events

    if not events.last_number():
        return
    facts.fit()  # where the day's run collected with an older version of the software
    for outcome in daily.daily(on=clock.today()):
        typer.echo(f"  {outcome.step:12} {outcome.seconds:6.1f} s  {outcome.error or ''}")
    cockpit.prepare_pages(on=clock.today())  # the day's run made them, unless the software is newer than the run


def _print_logins() -> None:
    from banyan.demo import people

    typer.echo(f"\n  password of all: {people.PASSWORD}")
    for username, role, name in people.shown():
        typer.echo(f"  {username:18} {role:16} {name}")
    typer.echo("")


def _say_how_to_sign_in() -> None:
    """On a new installation: how the first person comes to be."""
    from django.utils.translation import gettext as _

    from banyan.kit.models import Person

    if not Person.objects.filter(is_active=True).exists():
        typer.echo("  " + _("Nobody can sign in yet. In another window: %(command)s") % {
            "command": "banyan people add NAME --role administrator"})  # fmt: skip


def _wait(children: list[subprocess.Popen[Any]]) -> int:
    """Wait for Ctrl-C, or until a child ends by itself; then end them all and say how it went."""
    ended = False

    def end(_number: int, _frame: Any) -> None:
        nonlocal ended
        ended = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    while not ended and all(child.poll() is None for child in children):
        try:
            children[-1].wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            continue
    codes = [child.poll() for child in children]
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if ended else next((abs(code) for code in codes if code), 1)
