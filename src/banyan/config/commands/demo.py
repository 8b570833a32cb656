"""`banyan demo`: builds the demonstration city, and says how well its planted truths are found."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

import typer

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
    only: Annotated[str, typer.Option(help="“registry” ends with the registry.")] = "",
    fresh: Annotated[bool, typer.Option("--fresh", help="Remove a demonstration that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Build the demonstration city: invented names only, three years, lived day by day through the verbs."""
    if context.invoked_subcommand:
        return
    from banyan.config import daily
    from banyan.demo import building
    from banyan.demo.city import LAST_DAY

    begun = time.perf_counter()
    if fresh:
        building.empty_demonstration()
    city = build_with_progress(seed=seed, scale=scale, effect=effect, only=only, quiet=as_json)
    errors = [one.error for one in daily.daily(on=LAST_DAY) if one.error] if not only else []
    seconds = round(time.perf_counter() - begun, 1)
    if as_json:
        answer = {"seed": seed, "scale": scale, "seconds": seconds, "today": LAST_DAY.isoformat(),
                  "counts": dict(city.counts), "logins": [name for name, _role in city.logins],
                  "errors": errors}  # fmt: skip
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for what, number in sorted(city.counts.items()):
            typer.echo(f"{number:>9,}  {what}")
        typer.echo(f"built in {seconds} s; today is {LAST_DAY}")
        for error in errors:
            typer.echo(error, err=True)
    raise typer.Exit(1 if errors else 0)


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
