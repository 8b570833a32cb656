"""A whole city out in open formats and in again, equal by digest: `carry_out` to a folder, `carry_in` from it.

The folder holds `manifest.json`, one Parquet file for each table below `tables/`, the files of each store below its
name, and for a backup the installation's keys below `keys/`. Whoever opens it needs none of our code.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

import banyan
from banyan.kit import clock, tables
from banyan.kit.carrying import rows
from banyan.kit.durable import digest_of
from banyan.kit.log import KEY_FILE, note_key
from banyan.kit.models import Event, Person
from banyan.kit.privacy import MASTER_KEY_FILE
from banyan.kit.refusals import Refused
from banyan.kit.stores import Store

MANIFEST = "manifest.json"
FORM = 1
KEYS = {MASTER_KEY_FILE: "BANYAN_MASTER_KEY", KEY_FILE: "BANYAN_LOG_KEY"}
WRITTEN = "docs/how-to/back-up-and-move.md"

Heard = Callable[[str, int], object]
"""Called with the name of a table or store, and how many rows or files of it are done."""


class CannotCarry(Refused):
    """The city cannot be carried there, or what was carried is not whole."""

    code = "cannot-carry"


def _unheard(_name: str, _done: int) -> None:
    return


def carry_out(
    folder: Path, *, stores: Mapping[str, Store], with_keys: bool = False, heard: Heard = _unheard
) -> dict[str, Any]:
    """Write the whole city, as it is at one instant, into an empty folder. Returns the manifest.

    Raises CannotCarry for a folder that holds something, and where there is no city.
    """
    _demand_empty(folder)
    _demand_a_city()
    note_key()
    (folder / "tables").mkdir(parents=True)
    with _one_instant():
        told = {}
        for model in rows.carried():
            label = model._meta.label_lower
            count, digest = rows.write(model, _file(folder, label), each=partial(heard, label))
            told[label] = {"rows": count, "sha256": digest}
        files = {name: _copy_out(store, folder / name, partial(heard, name, 1)) for name, store in stores.items()}
    manifest = {
        "form": FORM, "banyan": banyan.__version__, "made_at": clock.now().isoformat(),
        "packs": list(settings.BANYAN_PACKS), "migrations": _migrations(), "tables": told, "files": files,
        "keys": _keys_out(folder / "keys") if with_keys else [],
    }  # fmt: skip
    if clock.is_demonstration():
        manifest["demonstration"] = clock.today().isoformat()
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))
    return manifest


def carry_in(folder: Path, *, stores: Mapping[str, Store], heard: Heard = _unheard) -> dict[str, Any]:
    """Enter a carried city into an empty installation: all of it, or nothing. Returns the manifest.

    Raises CannotCarry for an installation that is not empty, another version's tables, files that are damaged.
    """
    manifest = _manifest(folder)
    _demand_nobody_here()
    _demand_same_tables(manifest)
    for name, files in manifest["files"].items():
        _demand_whole(folder / name, files)
    for name in manifest["keys"]:
        if not (folder / "keys" / name).is_file():
            raise _damaged(f"keys/{name}")
    with tables.filled_at_once(), transaction.atomic():
        entered = rows.carried()
        for model in entered:
            label = model._meta.label_lower
            try:
                told = rows.read(model, _file(folder, label), each=partial(heard, label))
            except (OSError, ValueError) as error:  # what Arrow raises for a file that is not what was written
                raise _damaged(f"tables/{label}.parquet") from error
            if told._asdict() != {"rows": (asked := manifest["tables"][label])["rows"], "digest": asked["sha256"]}:
                raise _damaged(f"tables/{label}.parquet")
        rows.settle(entered)
        with _gone_where_it_fails(manifest["files"], stores):
            for name, files in manifest["files"].items():
                _copy_in(folder / name, files, stores[name], partial(heard, name, 1))
            _keys_in(folder / "keys", manifest["keys"])
    if "demonstration" in manifest:
        clock.write_demonstration_day(Path(settings.BANYAN_DATA_DIR), date.fromisoformat(manifest["demonstration"]))
    return manifest


# ---------------------------------------------------------------- what must hold first


def _demand_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotCarry(
            _("The city was to be written to %(folder)s.") % {"folder": folder},
            _("Something is there already."),
            _("Name a folder that is empty or does not exist yet."),
            WRITTEN,
        )


def _demand_a_city() -> None:
    if not Event.objects.exists():
        raise CannotCarry(
            _("The city in %(folder)s was to be written out.") % {"folder": settings.BANYAN_DATA_DIR},
            _("There is none: nothing was ever recorded there."),
            _("Name the place of the city by BANYAN_DATA_DIR and BANYAN_DATABASE_URL."),
            WRITTEN,
        )


def _demand_nobody_here() -> None:
    if Event.objects.exists() or Person.objects.exists():
        raise CannotCarry(
            _("A city was to be entered here."),
            _("This installation has records or people of its own, and two cities cannot be mixed."),
            _("Name an empty place by BANYAN_DATA_DIR and BANYAN_DATABASE_URL."),
            WRITTEN,
        )


def _demand_same_tables(manifest: Mapping[str, Any]) -> None:
    other = sorted(set(manifest["migrations"]) ^ set(_migrations()))
    if (
        manifest["form"] != FORM
        or other
        or set(manifest["tables"]) != {one._meta.label_lower for one in rows.carried()}
    ):
        raise CannotCarry(
            _("A city of version %(version)s was to be entered here.") % {"version": manifest["banyan"]},
            _("Its tables are not those of this version: %(steps)s.") % {"steps": ", ".join(other[:5]) or "-"},
            _("Restore it with its own version, then let `banyan` of this version migrate it."),
            WRITTEN,
        )


def _demand_whole(folder: Path, files: Mapping[str, str]) -> None:
    for name, digest in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file() or digest_of(path) != digest:
            raise _damaged(f"{folder.name}/{name}")


def _damaged(name: str) -> CannotCarry:
    return CannotCarry(
        _("A city was to be entered here."),
        _("%(file)s is missing, or not what was written. Nothing has been entered.") % {"file": name},
        _("Take another copy of the backup."),
        WRITTEN,
    )


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        if not {"form", "migrations", "tables", "files", "keys"} <= set(found):
            raise ValueError(MANIFEST)
    except (OSError, ValueError, TypeError) as error:
        raise CannotCarry(
            _("A city was to be read from %(folder)s.") % {"folder": folder},
            _("There is no readable %(file)s in it.") % {"file": MANIFEST},
            _("Name the folder or file that `banyan export` or `banyan backup` wrote."),
            WRITTEN,
        ) from error
    return found


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


# ---------------------------------------------------------------- rows, files and keys


@contextmanager
def _one_instant() -> Iterator[None]:
    """Let all that is read be of one instant while others go on writing."""
    if connection.in_atomic_block:
        yield
        return
    begin = (
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    )
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _file(folder: Path, label: str) -> Path:
    return folder / "tables" / f"{label}.parquet"


def _copy_out(store: Store, folder: Path, each: Callable[[], object]) -> dict[str, str]:
    """Copy what a store holds, unfinished files left out. Returns the digest of each."""
    digests = {}
    for name in sorted(store.names()):
        if not name.rpartition("/")[2].startswith("."):
            store.fetch(name, folder / name)
            digests[name] = digest_of(folder / name)
            each()
    return digests


def _copy_in(folder: Path, files: Mapping[str, str], store: Store, each: Callable[[], object]) -> None:
    for name in files:
        store.write(name, partial(shutil.copyfile, folder / name))
        each()


@contextmanager
def _gone_where_it_fails(files: Mapping[str, Mapping[str, str]], stores: Mapping[str, Store]) -> Iterator[None]:
    """Remove the files that came into the stores where what follows fails: tables are rolled back, files are not."""
    before = {name: set(stores[name].names()) for name in files}
    try:
        yield
    except BaseException:
        for name, carried in files.items():
            for file in carried.keys() - before[name]:
                stores[name].remove(file)
        raise


def _keys_out(folder: Path) -> list[str]:
    """Copy the installation's own keys; those that come from the environment stay where they are kept."""
    folder.mkdir(mode=0o700)
    found = [name for name in KEYS if (Path(settings.BANYAN_DATA_DIR) / name).exists()]
    for name in found:
        _write_for_owner(folder / name, (Path(settings.BANYAN_DATA_DIR) / name).read_bytes())
    return found


def _keys_in(folder: Path, names: list[str]) -> None:
    for name in set(names) & set(KEYS):
        _write_for_owner(Path(settings.BANYAN_DATA_DIR) / name, (folder / name).read_bytes())


def _write_for_owner(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
