"""A city of the demonstration is carried out, and into an empty installation: equal by digest, or not at all."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from typer.testing import CliRunner

from banyan.base.facts import queries as facts
from banyan.base.facts.actions import collect
from banyan.base.registry.models import Organisation
from banyan.config.commands import carry
from banyan.demo import building
from banyan.insight.indicators import queries as indicators
from banyan.kit import carrying, clock, events, log, people, privacy
from banyan.kit.carrying import rows
from banyan.kit.models import Event
from banyan.kit.rights import System
from banyan.kit.stores import Store

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KIND = ["inspection.sample_judged"]


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for an installation, which a test may leave for another."""
    live_at(tmp_path / "home", monkeypatch)
    yield tmp_path
    monkeypatch.undo()
    forget()


def live_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    monkeypatch.setattr(settings, "BANYAN_DATA_DIR", folder)
    monkeypatch.setattr(settings, "MEDIA_ROOT", folder / "files")
    forget()


def forget() -> None:
    privacy.key_from.cache_clear()
    clock.read_demonstration_day(Path(settings.BANYAN_DATA_DIR))


def empty_tables() -> None:
    for model in reversed(rows.carried()):
        model._base_manager.all()._raw_delete(using="default")


def told() -> Any:
    """What people of this city are told: figures with receipts, the log of events, the public log."""
    day = building.LAST_DAY
    with clock.fixed_at(day):
        figures = indicators.show(key="city_pass_rate", on=day, by=("county",))
        head = log.head()
        return figures.receipt_key, figures.rows, events.last_number(), head.size, head.root


@pytest.fixture
def city(at_home: Path) -> Path:
    building.build(seed=5, scale=0.02)
    log.extend(on=building.LAST_DAY, cut=events.last_number())
    store = Store(str(settings.MEDIA_ROOT))
    store.write("evidence/photo.jpg", lambda path: path.write_bytes(b"invented picture"))
    return at_home


@pytest.fixture
def registers(at_home: Path) -> Path:
    """A smaller city: registers and the facts of them."""
    building.build(seed=5, scale=0.02, only="registry")
    collect()
    return at_home


def test_a_backup_is_restored_equal_on_another_machine(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, firms = told(), set(Organisation.objects.values_list("key", "name"))
    said = CliRunner().invoke(command(), ["backup", str(city / "city.tar"), "--json"])
    assert said.exit_code == 0, said.output
    first = carrying.carry_out(city / "first", stores=carry.stores())

    empty_tables()
    live_at(city / "away", monkeypatch)
    said = CliRunner().invoke(command(), ["restore", str(city / "city.tar"), "--json"])

    assert said.exit_code == 0, said.output
    answer = json.loads(said.stdout.splitlines()[-1])
    assert answer["rows"] == sum(one["rows"] for one in first["tables"].values()) > 5_000
    assert answer["seconds"] > 0
    second = carrying.carry_out(city / "second", stores=carry.stores())
    assert second["tables"] == first["tables"]
    assert second["files"] == first["files"]
    assert "evidence/photo.jpg" in second["files"]["files"]
    assert told() == before
    assert set(Organisation.objects.values_list("key", "name")) == firms
    assert facts.faulty_segments() == []
    with clock.fixed_at(building.LAST_DAY):
        people.enter_person(
            username="newcomer", display_name="", password="a long invented word", by=System("test"),
            on=clock.today(),
        )  # fmt: skip
    assert events.last_number() == before[2] + 1


def test_an_export_opens_without_us_and_holds_no_key(registers: Path) -> None:
    manifest = carrying.carry_out(registers / "out", stores=carry.stores())

    table = pq.read_table(registers / "out" / "tables" / "registry.organisation.parquet")
    assert set(table.column("name").to_pylist()) == set(Organisation.objects.values_list("name", flat=True))
    assert manifest["keys"] == []
    assert not list((registers / "out").rglob("*.key"))
    key = (Path(settings.BANYAN_DATA_DIR) / privacy.MASTER_KEY_FILE).read_bytes()
    assert not [path for path in (registers / "out").rglob("*") if path.is_file() and key in path.read_bytes()]


def test_a_city_that_left_its_keys_behind_signs_on_by_another_and_the_log_holds(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_key, size = log.public_key(), told()[3]
    carrying.carry_out(city / "out", stores=carry.stores())
    empty_tables()
    live_at(city / "away", monkeypatch)
    carrying.carry_in(city / "out", stores=carry.stores())

    assert log.public_key() != first_key == log.shown_key()
    assert list(log.faults()) == []
    log.extend(on=building.LAST_DAY, cut=events.last_number())

    assert [(one.key, one.after) for one in log.noted_keys()] == [(first_key, 0), (log.public_key(), size)]
    assert log.shown_key() == log.public_key()
    assert list(log.faults()) == []


def damage_a_table(folder: Path) -> str:
    shutil.copyfile(folder / "tables" / "registry.park.parquet", folder / "whole")
    path = folder / "tables" / "registry.park.parquet"
    table = pq.read_table(path)
    pq.write_table(table.slice(1), path)
    return "registry.park"


def flip_a_bit(folder: Path) -> str:
    path = folder / "tables" / "registry.organisation.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return "tables/registry.organisation.parquet"


def lose_a_table(folder: Path) -> str:
    (folder / "tables" / "kit.event.parquet").unlink()
    return "tables/kit.event.parquet"


def damage_a_fact(folder: Path) -> str:
    path = next((folder / "facts").rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-1])
    return path.name


def damage_the_manifest(folder: Path) -> str:
    (folder / "manifest.json").write_text("{")
    return "manifest.json"


def leave_half_of_the_manifest(folder: Path) -> str:
    (folder / "manifest.json").write_text('{"form": 1}')
    return "manifest.json"


def lose_a_key(folder: Path) -> str:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"keys": ["log.key"]}))
    return "keys/log.key"


def change_the_version(folder: Path) -> str:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["migrations"].append("registry.9999_of_tomorrow")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return "registry.9999_of_tomorrow"


def lead_out_of_the_folder(folder: Path) -> str:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["files"]["../../stray"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return "../../stray"


def test_what_is_damaged_or_of_another_version_is_refused_and_nothing_is_entered(
    registers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrying.carry_out(registers / "out", stores=carry.stores())
    with pytest.raises(carrying.CannotCarry, match="out"):
        carrying.carry_out(registers / "out", stores=carry.stores())
    with pytest.raises(carrying.CannotCarry):
        carrying.carry_in(registers / "out", stores=carry.stores())
    empty_tables()
    live_at(registers / "away", monkeypatch)

    for damage in (
        damage_a_table, flip_a_bit, lose_a_table, damage_a_fact, damage_the_manifest, leave_half_of_the_manifest,
        lose_a_key, change_the_version, lead_out_of_the_folder,
    ):  # fmt: skip
        shutil.copytree(registers / "out", registers / damage.__name__)
        named = damage(registers / damage.__name__)
        with pytest.raises(carrying.CannotCarry) as refused:
            carrying.carry_in(registers / damage.__name__, stores=carry.stores())
        assert named in str(refused.value)
        assert not Event.objects.exists()
        assert not Organisation.objects.exists()
        assert not list(Path(settings.BANYAN_DATA_DIR).rglob("*.parquet"))

    def full_disk(*_given: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(carrying, "_keys_in", full_disk)
    with pytest.raises(OSError, match="No space left"):
        carrying.carry_in(registers / "out", stores=carry.stores())
    assert not Event.objects.exists()
    assert not [name for store in carry.stores().values() for name in store.names()]


def test_a_file_that_is_no_archive_or_leads_elsewhere_is_refused(at_home: Path) -> None:
    (at_home / "none.tar").write_bytes(b"not an archive")
    with tarfile.open(at_home / "stray.tar", "w") as archive:
        archive.add(at_home / "none.tar", arcname="../../stray")

    for name in ("none.tar", "stray.tar", "there is none"):
        said = CliRunner().invoke(command(), ["restore", str(at_home / name)])
        assert said.exit_code != 0
    assert connection.introspection.table_names()
    assert not (at_home.parent / "stray").exists()


@pytest.mark.parametrize("name", ["backup", "export"])
def test_where_there_is_no_city_none_is_written(at_home: Path, name: str) -> None:
    said = CliRunner().invoke(command(), [name, str(at_home / "out")])

    assert isinstance(said.exception, carrying.CannotCarry)
    assert str(settings.BANYAN_DATA_DIR) in str(said.exception)
    assert not (at_home / "out").exists()


def test_every_table_is_carried_or_named_with_the_reason_why_not() -> None:
    from django.apps import apps

    every = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}

    assert every == {model._meta.label_lower for model in rows.carried()} | set(rows.NOT_CARRIED)


def command() -> Any:
    import typer

    program = typer.Typer()
    carry.register(program)
    return program
