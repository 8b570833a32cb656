"""`banyan demo`: builds the demonstration city, and says how well its planted truths are found."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class Only(StrEnum):
    """What of a city may stand alone."""

    REGISTRY = "registry"
    TRADE = "trade"


demo = typer.Typer(help="The demonstration city: build it, score what was found in it.")


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(demo, name="demo")


@demo.callback(invoke_without_command=True)
def build(
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="Everything invented follows from it.")] = 7,
    scale: Annotated[float, typer.Option(help="1.0 is 20 000 firms and 65 000 samples.", min=0.005)] = 1.0,
    effect: Annotated[float, typer.Option(help="How strong the planted truths are.", min=1.0)] = 4.0,
    only: Annotated[
        Only | None, typer.Option(help="“registry” ends with the registry, “trade” has the supply chains beside it.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Remove a demonstration that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Build the demonstration city: invented names only, three years, lived day by day through the verbs."""
    if context.invoked_subcommand:
        return
    from banyan.config import daily
    from banyan.demo import building, clients
    from banyan.demo.city import LAST_DAY

    begun, used = time.perf_counter(), sum(os.times()[:4])
    gc.disable()  # what a city is made of stays to the end, and goes with the process
    if fresh:
        building.empty_demonstration()
    city = build_with_progress(seed=seed, scale=scale, effect=effect, only=only or "", quiet=as_json)
    built = {"seconds": round(time.perf_counter() - begun, 1), "processor": round(sum(os.times()[:4]) - used, 1)}
    begun = time.perf_counter()
    errors = [one.error for one in daily.daily(on=LAST_DAY, without=("pages",)) if one.error] if not only else []
    daily_seconds = round(time.perf_counter() - begun, 1)
    if not only:
        clients.take_along(city)  # what a credential says is known once all are graded
    if as_json:
        answer = {"seed": seed, "scale": scale, **built, "daily_seconds": daily_seconds,
                  "today": LAST_DAY.isoformat(), "counts": dict(city.counts),
                  "logins": [name for name, _role in city.logins], "errors": errors}  # fmt: skip
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for what, number in sorted(city.counts.items()):
            typer.echo(f"{number:>9,}  {what}")
        typer.echo(f"built in {built['seconds']} s, daily flow in {daily_seconds} s; today is {LAST_DAY}")
        for error in errors:
            typer.echo(error, err=True)
    raise typer.Exit(1 if errors else 0)


@demo.command()
def score(
    seeds: Annotated[
        str, typer.Option(help="Seeds such as 1..20 or 3,5; the city that stands where none is given.")
    ] = "",
    scale: Annotated[float, typer.Option(help="Scale of the cities that are built.", min=0.005)] = 0.3,
    effects: Annotated[str, typer.Option(help="How strong what is planted is; 1 plants nothing.")] = "1.5,2,4",
    jobs: Annotated[int, typer.Option(help="Seeds built at once; each takes about 1 GB at scale 0.3.", min=1)] = 2,
    keep: Annotated[str, typer.Option(help="Folder that keeps the cities; those in it are judged, not built.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how well alert rules and the trace find what was planted: found, missed, after how long, false alarms."""
    from banyan.demo import scoring, tracking

    if seeds:
        strengths = [float(effect) for effect in effects.split(",")]
        cities = _cities(_seeds(seeds), strengths, scale=scale, jobs=jobs, keep=keep, quiet=as_json)
        traces = [_trace_of(seed, scale=scale) for seed in _seeds(seeds)]
    else:
        cities = [scoring.score_city()]
        traces = [traced] if (traced := tracking.score_trace(scoring.planted())) else []
    rows = scoring.summary(cities)
    if as_json:
        answer = {"scale": scale, "cities": cities, "summary": rows, "traces": traces}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    typer.echo(f"{'':37}{'days':>12} {'told by':>8} {'by':>5} {'| who knows':>11}{'days':>15} {'| naive rule':>12}"
               f"{'days':>14}")  # fmt: skip
    told = f"{'found':>6}{'missed':>7}{'median':>7}{'worst':>6}"
    typer.echo(f"{'effect':>6}  {'kind':18}{told} {'counts':>7} {'item':>5} |{told} |{told}")
    for row in rows:
        if row["kind"] == "false_alarms":
            typer.echo(
                f"{row['effect']:>6g}  false alarms {row['false']} in {row['cities']} cities "
                f"({sum(row['of_controls'].values())} of controls): {row['a_city_year']} a city and year, "
                f"{row['a_week']} a week; naive rule {row['naive_false']} ({row['naive_of_controls']} of controls): "
                f"{row['naive_a_city_year']}, {row['naive_a_week']} a week"
            )
            for rule, number in sorted(row["by_rule"].items()):
                typer.echo(f"{'':>6}    {rule}: {number}")  # fmt: skip
            for control, number in sorted(row["of_controls"].items()):
                typer.echo(f"{'':>6}    of the control “{control}”: {number}")
        else:
            told = row["told_by_counts"] if row["kind"] not in ("late_county", scoring.WAVE) else "-"
            by_item = row["told_by_item"] if row["kind"] in scoring.OUTBREAKS else "-"
            ours, plain, knowing = (_found_and_days(row, prefix) for prefix in ("", "naive_", "knowing_"))
            knowing = knowing if row["kind"] in scoring.OUTBREAKS else f"{'-':>6}{'-':>7}{'-':>7}{'-':>6}"
            typer.echo(f"{row['effect']:>6g}  {row['kind']:18}{ours} {told:>7} {by_item:>5} |{knowing} |{plain}")
    for traced in traces:
        typer.echo(
            f"poisoned lot {traced['lot']}: {traced['things_found']} of {traced['things']} things and "
            f"{traced['firms_found']} of {traced['firms']} firms found; named without cause: "
            f"{traced['innocent_things']} things, {traced['innocent_firms']} firms; {traced['gaps']} gaps shown"
        )


def _found_and_days(row: dict[str, Any], prefix: str) -> str:
    days = ["-" if (one := row[prefix + name]) is None else f"{one:g}" for name in ("median_days", "worst_days")]
    return f"{row[prefix + 'found']:>6}{row[prefix + 'missed']:>7}{days[0]:>7}{days[1]:>6}"


@demo.command("score-one", hidden=True)
def score_one(seed: int, scale: float, folder: str, effects: list[float]) -> None:
    """Print the score of a seed's light cities as JSON, a line for each effect; those that do not stand are built.

    The data folder of the environment is that of the last effect.
    """
    from banyan.base.facts import actions as facts
    from banyan.demo import branching, building, scoring
    from banyan.demo.city import LAST_DAY
    from banyan.kit import events

    gc.disable()  # a city is a million objects that stay: looking for rubbish among them again and again finds none
    folders = {effect: Path(folder, _name(seed, effect, scale)) for effect in effects}
    if not branching.stands(folders[effects[-1]]):
        building.build(seed=seed, scale=scale, effect=effects[-1], light=True, founded=branching.branched(folders))
    facts.collect(on=LAST_DAY, cut=events.last_number())
    typer.echo(json.dumps(scoring.score_city(), ensure_ascii=False))


@demo.command("score-trade", hidden=True)
def score_trade(seed: int, scale: float) -> None:
    """Print as JSON how much of a seed's poisoned lot the trace finds in a city of supply chains alone."""
    from banyan.demo import building, scoring, tracking
    from banyan.records.trace import actions as tracing

    building.build(seed=seed, scale=scale, only=Only.TRADE)
    tracing.update()
    typer.echo(json.dumps(tracking.score_trace(scoring.planted()), ensure_ascii=False))


def _trace_of(seed: int, *, scale: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="banyan-score-") as folder:
        command = [sys.executable, "-m", "banyan", "demo", "score-trade", str(seed), str(scale)]
        [found] = _answers(command, Path(folder), f"seed {seed}, trade")
    return found


def _answers(command: list[str], data: Path, what: str) -> list[dict[str, Any]]:
    """What a command says, line by line of JSON, of a data folder of its own on SQLite; RuntimeError says why not."""
    environment = {name: value for name, value in os.environ.items() if name != "BANYAN_DATABASE_URL"}
    done = subprocess.run(
        command, env=environment | {"BANYAN_DATA_DIR": str(data)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{what}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _name(seed: int, effect: float, scale: float) -> str:
    return f"seed-{seed}-effect-{effect:g}-scale-{scale:g}"


def _seeds(text: str) -> list[int]:
    """Seeds from a list or a span: 1..20, or 3,5,8."""
    first, dots, last = text.partition("..")
    try:
        return list(range(int(first), int(last) + 1)) if dots else [int(one) for one in text.split(",")]
    except ValueError as error:
        raise typer.BadParameter(f"--seeds {text}: give a span such as 1..20 or a list such as 3,5.") from error


def _cities(
    seeds: list[int], effects: list[float], *, scale: float, jobs: int, keep: str, quiet: bool
) -> list[dict[str, Any]]:  # fmt: skip
    """The score of each city, built in processes and folders of their own that are removed again unless kept."""
    from concurrent.futures import ThreadPoolExecutor

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        Progress(*columns, console=Console(stderr=True), disable=quiet) as progress,
        ThreadPoolExecutor(jobs) as pool,
    ):
        task = progress.add_task("seeds", total=len(seeds))

        def one(seed: int) -> list[dict[str, Any]]:
            with tempfile.TemporaryDirectory(prefix="banyan-score-") as folder:
                found = _cities_of(seed, effects, scale=scale, folder=Path(keep or folder).absolute())
            progress.advance(task)
            return found

        return [city for some in pool.map(one, seeds) for city in some]


def _cities_of(seed: int, effects: list[float], *, scale: float, folder: Path) -> list[dict[str, Any]]:
    """The scores of a seed: cities that stand are judged one by one, the others built from one registry."""
    from banyan.demo import branching

    standing = [effect for effect in effects if branching.stands(folder / _name(seed, effect, scale))]
    missing = [effect for effect in effects if effect not in standing]
    found = []
    for together in (*([effect] for effect in standing), *([missing] if missing else [])):
        data = folder / _name(seed, together[-1], scale)
        if together is missing:
            shutil.rmtree(data, ignore_errors=True)
        command = [sys.executable, "-m", "banyan", "demo", "score-one", str(seed), str(scale), str(folder),
                   *map(str, together)]  # fmt: skip
        found += _answers(command, data, f"seed {seed}, effects {together}")
    return found


def build_with_progress(
    *, seed: int, scale: float, effect: float = 4.0, only: str = "", quiet: bool = False
) -> Any:  # fmt: skip
    """Build the city with a progress bar on the terminal; gives the city with its counts and log-ins."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    from banyan.demo import building

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        task = progress.add_task("registry", total=1.0)

        def advance(what: str, share: float) -> None:
            progress.update(task, description=what, completed=share)

        return building.build(seed=seed, scale=scale, effect=effect, only=only, advance=advance)
