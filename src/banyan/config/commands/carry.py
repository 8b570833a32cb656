"""`banyan export`, `banyan backup`, `banyan restore`: a whole city out, and into an empty installation."""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("export")(export)
    app.command("backup")(backup)
    app.command("restore")(restore)


def export(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that does not exist yet.")],
    as_json: AsJson = False,
) -> None:
    """Write the whole city in open formats: tables and facts as Parquet, files as they are. No keys are in it."""
    from banyan.kit import carrying

    began = time.monotonic()
    with _told() as heard:
        manifest = carrying.carry_out(folder, stores=stores(), heard=heard)
    _tell(manifest, began, _size(folder), as_json=as_json)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as city.tar.")], as_json: AsJson = False
) -> None:
    """Write the whole city and its keys into one file that only its owner may read. Keep it where no other may."""
    from banyan.kit import carrying

    if file.exists():
        raise typer.BadParameter(f"{file} exists already")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="banyan-", dir=file.absolute().parent) as folder, _told() as heard:
        manifest = carrying.carry_out(Path(folder) / "city", stores=stores(), with_keys=True, heard=heard)
        part = Path(folder) / "city.tar"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as written:
            with tarfile.open(fileobj=written, mode="w") as archive:
                archive.add(Path(folder) / "city", arcname="city")
            written.flush()
            os.fsync(written.fileno())
        part.rename(file)
    _tell(manifest, began, file.stat().st_size, as_json=as_json)


def restore(
    source: Annotated[Path, typer.Argument(help="What banyan backup or banyan export wrote.")],
    as_json: AsJson = False,
) -> None:
    """Enter a city into an empty installation, on either database: all of it, equal by digest, or nothing."""
    from banyan.kit import carrying

    began = time.monotonic()
    with _opened(source) as folder, _told() as heard:
        manifest = carrying.carry_in(folder, stores=stores(), heard=heard)
    _tell(manifest, began, _size(source), as_json=as_json)


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    """The folder of a carried city: itself, or what its archive holds."""
    if not source.is_file():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="banyan-") as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
        except tarfile.TarError as error:
            raise typer.BadParameter(f"{source} is no archive of a city, or it is damaged: {error}") from error
        yield Path(folder) / "city"


def stores() -> dict[str, Any]:
    """What a city keeps in files: facts, evidence, and what was taken in."""
    from django.conf import settings

    from banyan.base.facts import queries
    from banyan.kit.stores import Store

    return {
        "facts": queries.store(),
        "files": Store(str(settings.MEDIA_ROOT)),
        "imports": Store(f"{settings.BANYAN_DATA_DIR}/imports"),
    }


@contextmanager
def _told() -> Iterator[Any]:
    """A bar that says which table or store is under way, from the first of them on."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True))
    task = progress.add_task("", total=None)

    def heard(name: str, done: int) -> None:
        progress.start()
        progress.update(task, description=name, advance=done)

    try:
        yield heard
    finally:
        if progress.live.is_started:
            progress.stop()


def _tell(manifest: dict[str, Any], began: float, size: int, *, as_json: bool) -> None:
    """What was carried, in sums; the digests stand in the manifest."""
    answer = {
        "tables": len(manifest["tables"]), "rows": sum(one["rows"] for one in manifest["tables"].values()),
        "files": sum(len(files) for files in manifest["files"].values()), "keys": manifest["keys"],
        "bytes": size, "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(answer))
        return
    for name, value in answer.items():
        typer.echo(f"{name:8} {value:,}" if isinstance(value, int) else f"{name:8} {value}")


def _size(place: Path) -> int:
    if place.is_file():
        return place.stat().st_size
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
