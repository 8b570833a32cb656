"""`banyan intake`: files of other offices into the register, row by row, with a file of what was refused."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

intake = typer.Typer(
    help="Take files in: every row is accepted, unchanged or refused with a reason; and undo it.",
    no_args_is_help=True,
)

Files = Annotated[list[Path], typer.Argument(help="CSV, XLSX, XLS, JSON or XML files, also packed with gzip.")]
MappingKey = Annotated[str, typer.Option("--mapping", help="Key of the mapping in the packs.")]
Rejects = Annotated[Path | None, typer.Option("--rejects", help="Write the refused rows with their reasons here.")]
Day = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the intake (default: today).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(intake, name="intake")


@intake.command("inspection")
def inspection(
    files: Files, mapping: MappingKey, rejects: Rejects = None, on: Day = None, as_json: AsJson = False
) -> None:
    """Take in results of sampling, one row per tested item. Killed and run again it goes on where it was."""
    _take_in("inspection", files, mapping, rejects, on, as_json)


@intake.command("organisations")
def organisations(
    files: Files, mapping: MappingKey, rejects: Rejects = None, on: Day = None, as_json: AsJson = False
) -> None:
    """Take in a list of organisations, one row each. Killed and run again it goes on where it was."""
    _take_in("registry", files, mapping, rejects, on, as_json)


@intake.command("notices")
def notices(
    files: Files, mapping: MappingKey, rejects: Rejects = None, on: Day = None, as_json: AsJson = False
) -> None:
    """Take in recall notices of other authorities as leads, one row each. Killed and run again it goes on."""
    _take_in("recall", files, mapping, rejects, on, as_json)


@intake.command("complaints")
def complaints(
    files: Files, mapping: MappingKey, rejects: Rejects = None, on: Day = None, as_json: AsJson = False
) -> None:
    """Take in complaints and reports of a line or another office, one row each. Killed and run again it goes on.

    What tells of people is sealed with each record and withheld from the file of refused rows.
    """
    _take_in("complaints", files, mapping, rejects, on, as_json)


@intake.command("equipment")
def equipment(
    files: Files, mapping: MappingKey, rejects: Rejects = None, on: Day = None, as_json: AsJson = False
) -> None:
    """Take in a register of special equipment, one row each with its last inspection. Run again it goes on."""
    _take_in("equipment", files, mapping, rejects, on, as_json)


@intake.command("undo")
def undo(
    number: Annotated[int, typer.Argument(metavar="RUN", help="Number of the import, as it was printed.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stays with every record that is withdrawn.")],
    as_json: AsJson = False,
) -> None:
    """Withdraw what an import brought. Records that something was built upon are kept and named."""
    from banyan.edge.intake import actions, queries
    from banyan.kit import clock, rights

    by = rights.System("intake")
    record = queries.import_of(by, number=number)
    if record.state != "undoing":  # one that was cut off goes on
        actions.undo_import(record=record, by=by, on=clock.today(), reason=reason)
    record = actions.go_on(key=record.pk)
    kept = [{"record": key, "why": why} for key, why in record.kept]
    answer = {"import": number, "state": record.state}
    answer |= {name: record.counts.get(name, 0) for name in ("withdrawn", "items_taken_back")}
    answer |= {"kept": record.counts.get("kept", 0)}
    if as_json:
        typer.echo(json.dumps(answer | {"records_kept": kept, "trouble": record.trouble}, ensure_ascii=False))
    else:
        for name, value in answer.items():
            typer.echo(f"{name:16} {value}")
        for one in kept:
            typer.echo(f"kept {one['record']}: {one['why']}")
        if record.trouble:
            typer.echo(record.trouble, err=True)
    raise typer.Exit(0 if record.state == "undone" else 1)


@intake.command("join")
def join() -> None:
    """Give samples the firms that people said since the last time their names without a code mean, and take back."""
    from banyan.edge.intake import actions
    from banyan.kit import clock

    for name, value in actions.run_clocks(on=clock.today()).items():
        typer.echo(f"{name}  {value}")


def _take_in(
    into: str, files: list[Path], mapping: str, rejects: Path | None, on: datetime | None, as_json: bool
) -> None:
    from banyan.edge.intake import actions, queries
    from banyan.kit import clock, rights

    day: date = on.date() if on else clock.today()
    rules = queries.mapping_named(mapping, into=into)
    sources = queries.sources_of(files)
    with _progress() as bar:
        task = bar.add_task(", ".join(source.name for source in sources)[:40], total=None)
        record = actions.import_files(
            mapping=rules, sources=sources, by=rights.System("intake"), on=day,
            surveyed=lambda found: bar.update(task, total=found.rows),
            tell=lambda counts: bar.update(task, completed=counts["read"]),
        )  # fmt: skip
    if rejects is not None:
        shutil.copyfile(actions.rejects_of(record), rejects)
    answer = queries.answer_of(record)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for name, value in answer.items():
            typer.echo(f"{name:16} {value}")
        if rejects is not None and answer["refused"]:
            typer.echo(f"refused rows: {rejects}")


def _progress() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True),
    )  # fmt: skip
