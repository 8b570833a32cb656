"""Walks over the house and keeps what import contracts cannot see: names, sizes, doors, and who writes."""

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "banyan"

FLOORS = (
    *("config", "demo", "edge", "judgement", "response", "insight"),
    *("records", "base", "kit", "policy", "packs", "science", "epcis"),
)
FLOORS_OF_ROOMS = ("edge", "judgement", "response", "insight", "records", "base")
FILES_OF_A_ROOM = {
    *("__init__", "models", "queries", "actions", "facts", "admin", "panels", "forms"),
    *("api", "views", "urls", "tasks", "apps"),
}
# A family of nouns, reads, verbs or screens becomes a package with one file per noun.
PACKAGES_OF_A_ROOM = {"models", "queries", "actions", "admin"}
FOLDERS_OF_A_ROOM = PACKAGES_OF_A_ROOM | {"migrations", "templates"}
DOORS_OF_A_ROOM = {"queries", "actions"}
NAMES_THAT_SAY_NOTHING = {
    *("util", "utils", "helper", "helpers", "service", "services", "manager", "managers"),
    *("signal", "signals", "misc", "common", "stuff", "tools"),
}
LINES_OF_A_FILE = 400
LINES_OF_A_ROOM = 2_000

WRITES_WITH_ANY_ARGUMENTS = {
    *("bulk_create", "bulk_update", "get_or_create", "update_or_create"),
    *("abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create"),
}
WRITES_WITHOUT_POSITIONAL_ARGUMENTS = {
    "save",
    "delete",
    "create",
    "update",
    "asave",
    "adelete",
    "acreate",
    "aupdate",
}
WRITING_SQL = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|COPY)\b", re.IGNORECASE)


# ---------------------------------------------------------------- walking


def files_of_the_house() -> list[Path]:
    return sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)


def files_with_words() -> list[Path]:
    """Every file of Python that somebody reads: the house, its tests, benches and generators."""
    beside = [path for folder in ("tests", "bench", "docs") for path in (ROOT / folder).rglob("*.py")]
    return files_of_the_house() + sorted(beside) + sorted(ROOT.glob("*.py"))


def rooms() -> list[Path]:
    floors = [HOUSE / floor for floor in FLOORS_OF_ROOMS]
    return sorted(room for floor in floors if floor.is_dir() for room in floor.iterdir() if is_room(room))


def is_room(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.py"))


def room_of(path: Path) -> tuple[str, str] | None:
    """Floor and room of a file, or None where it lies in no room."""
    parts = path.relative_to(HOUSE).parts
    return (parts[0], parts[1]) if len(parts) > 2 and parts[0] in FLOORS_OF_ROOMS else None


def said(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=said(path))


def listed(findings: list[str]) -> str:
    return "\n" + "\n".join(findings)


# ---------------------------------------------------------------- names and sizes


def test_every_floor_is_one_of_the_ground_plan():
    found = {folder.name for folder in HOUSE.iterdir() if folder.is_dir() and any(folder.glob("*.py"))}

    assert found <= set(FLOORS), f"no floor of the ground plan: {sorted(found - set(FLOORS))}"
    assert {"config", "kit", "policy", "science"} <= found


def test_floors_of_rooms_hold_rooms_and_nothing_else():
    loose = [said(path) for floor in FLOORS_OF_ROOMS for path in (HOUSE / floor).glob("*.py")]

    assert not [path for path in loose if not path.endswith("/__init__.py")]


def test_a_room_has_the_named_files_and_no_others():
    odd = []
    for room in rooms():
        for path in room.iterdir():
            if path.is_dir() and path.name != "__pycache__" and path.name not in FOLDERS_OF_A_ROOM:
                odd.append(f"{said(path)}/: a room's folders are {sorted(FOLDERS_OF_A_ROOM)}")
            if path.suffix == ".py" and path.stem not in FILES_OF_A_ROOM:
                odd.append(f"{said(path)}: a room's files are {sorted(FILES_OF_A_ROOM)}")

    assert not odd, listed(odd)


def test_a_room_says_what_it_owns_takes_and_gives_and_by_which_rules():
    silent = []
    for room in rooms():
        words = ast.get_docstring(tree_of(room / "__init__.py")) or ""
        missing = [word for word in ("Owns:", "Takes:", "Gives:", "Written rules:") if word not in words]
        silent += [f"{said(room)}/__init__.py does not say {word!r}" for word in missing]

    assert not silent, listed(silent)


def test_no_name_that_says_nothing_about_what_is_inside():
    names = [path for path in HOUSE.rglob("*") if path.suffix == ".py" or path.is_dir()]
    ours = [path for path in names if "templates" not in path.parts]  # which follow the names of libraries

    assert not [said(path) for path in ours if path.stem in NAMES_THAT_SAY_NOTHING]


def test_a_file_has_at_most_400_lines():
    counts = {said(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files_of_the_house()}

    assert not {path: lines for path, lines in counts.items() if lines > LINES_OF_A_FILE}


def test_a_room_has_at_most_2000_lines():
    """A family of verbs, reads, nouns or screens that has become a package is counted by itself."""
    sizes: dict[str, int] = {}
    for path in files_of_the_house():
        if room_of(path):
            packages = [part for part in module_parts(path)[:-1] if part in PACKAGES_OF_A_ROOM]
            name = "/".join([*(room_of(path) or ()), *packages])
            sizes[name] = sizes.get(name, 0) + len(path.read_text(encoding="utf-8").splitlines())

    assert not {name: lines for name, lines in sizes.items() if lines > LINES_OF_A_ROOM}


def test_every_file_opens_with_a_sentence():
    speechless = [said(path) for path in files_with_words() if not opens_with_a_sentence(tree_of(path))]

    assert not speechless, listed(speechless)


def opens_with_a_sentence(tree: ast.Module) -> bool:
    if not tree.body:
        return False
    first_paragraph = (ast.get_docstring(tree) or "").split("\n\n")[0].strip()
    return bool(re.fullmatch(r"[\w`“‘(].{8,}[.?!]", first_paragraph, re.DOTALL))


def test_packs_hold_no_code():
    code = [path for path in (HOUSE / "packs").rglob("*.py") if path.name != "__init__.py"]

    assert not [said(path) for path in code]
    assert all(len(tree_of(path).body) <= 1 for path in (HOUSE / "packs").rglob("__init__.py"))


# ---------------------------------------------------------------- doors between rooms


def test_every_floor_with_rooms_has_its_order_written_down():
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    ordered = {section.get("containers") for section in contracts.values() if section.get("type") == "layers"}

    assert {f"banyan.{room.parent.name}" for room in rooms()} <= ordered


def test_rooms_are_entered_by_their_doors_only():
    broken_in = []
    for path in files_of_the_house():
        if path.relative_to(HOUSE).parts[0] != "config":  # settings, urls and the daily flow wire the rooms up
            broken_in += [f"{said(path)}:{line} {what}" for line, what in break_ins(path, tree_of(path))]

    assert not broken_in, listed(broken_in)


def break_ins(path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Imports of another room that pass neither its queries nor its actions.

    Models and facts may name the nouns of a lower floor, which foreign keys and columns point to. The waist has a
    third door, base.facts.facts: the form in which rooms declare kinds, and which kinds there are.
    """
    here = room_of(path)
    for line, module in imported(path, tree):
        parts = module.split(".")
        if len(parts) < 3 or parts[0] != "banyan" or parts[1] not in FLOORS_OF_ROOMS:
            continue
        there = (parts[1], parts[2])
        door = parts[3] if len(parts) > 3 else ""
        if there == here or door in DOORS_OF_A_ROOM:
            continue
        if door == "models" and here and here[0] != there[0] and {"models", "facts"} & set(module_parts(path)[:1]):
            continue
        if there == ("base", "facts") and door == "facts":
            continue
        yield line, f"imports {module}: another room is entered by its queries or its actions"


def module_parts(path: Path) -> tuple[str, ...]:
    """A module below its room: ("models", "plan") for records/inspection/models/plan.py."""
    return path.relative_to(HOUSE).with_suffix("").parts[2:]


def imported(path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a file imports, save what only the type checker reads."""
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            from_where = absolute(path, node)
            yield from ((node.lineno, f"{from_where}.{name.name}") for name in node.names)


def absolute(path: Path, node: ast.ImportFrom) -> str:
    """The full name of the module that a relative or absolute `from … import` reads."""
    if not node.level:
        return node.module or ""
    package = path.relative_to(HOUSE.parent).parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        ("from banyan.base.registry import queries", True),
        ("from banyan.base.registry.queries import organisations", True),
        ("from banyan.records.inspection.models import Sample", True),
        ("import banyan.base.registry.models", False),
        ("from banyan.base.registry.models import Organisation", False),
        ("from banyan.base import registry", False),
        ("from .models import Sample", True),
        ("from ...base.registry import models", False),
        ("def late():\n    from banyan.base.registry import models", False),
        ("if TYPE_CHECKING:\n    from banyan.base.registry.models import Organisation", True),
    ],
)
def test_the_doorkeeper_knows_a_door_from_a_window(source, allowed):
    path = HOUSE / "records" / "inspection" / "queries.py"

    assert (not list(break_ins(path, ast.parse(source)))) is allowed


def test_a_model_may_name_the_nouns_of_a_lower_floor():
    models = HOUSE / "records" / "inspection" / "models" / "plan.py"

    assert not list(break_ins(models, ast.parse("from banyan.base.registry.models import Region")))
    assert list(break_ins(models, ast.parse("from banyan.records.energy.models import Meter")))


# ---------------------------------------------------------------- foreign keys


def place_of(model: type[Model]) -> tuple[str, ...]:
    """Where a noun lives: ('base', 'registry'), ('kit',), or nothing for a library's own."""
    parts = model.__module__.split(".")
    if parts[0] != "banyan":
        return ()
    return tuple(parts[1:3]) if parts[1] in FLOORS_OF_ROOMS else (parts[1],)


def order_of_rooms(floor: str) -> list[str]:
    """The rooms of a floor from left to right, as the import contract has them."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    section = contracts[f"importlinter:contract:{floor}"]
    return [line.strip(" ()") for line in section["layers"].split("\n") if line.strip()]


def points_down(here: tuple[str, ...], there: tuple[str, ...]) -> bool:
    """Whether a noun here may refer to a noun there: same room, to the right, or below."""
    if not there or here == there:
        return True
    if here[0] != there[0]:
        return FLOORS.index(here[0]) < FLOORS.index(there[0])
    order = order_of_rooms(here[0])
    return order.index(here[1]) < order.index(there[1])


def test_foreign_keys_point_down():
    nouns = [model for model in apps.get_models(include_auto_created=True) if place_of(model)]
    upward = [
        f"{model.__name__}.{field.name} → {field.related_model.__module__}.{field.related_model.__name__}"
        for model in nouns
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many) and not field.auto_created
        if not points_down(place_of(model), place_of(field.related_model))
    ]

    assert len(nouns) > 20
    assert not upward, listed(upward)


@pytest.mark.parametrize(
    ("here", "there", "allowed"),
    [
        (("records", "inspection"), ("base", "registry"), True),
        (("records", "inspection"), ("kit",), True),
        (("base", "facts"), ("base", "registry"), True),
        (("base", "registry"), ("base", "facts"), False),
        (("base", "registry"), ("records", "inspection"), False),
        (("kit",), ("base", "registry"), False),
    ],
)
def test_down_is_told_from_up(here, there, allowed):
    assert points_down(here, there) is allowed


# ---------------------------------------------------------------- who writes


def test_only_actions_and_kit_write():
    written = []
    for path in files_of_the_house():
        parts = path.relative_to(HOUSE).parts
        below_room = module_parts(path) if room_of(path) else ()
        if parts[0] != "kit" and below_room[:1] != ("actions",):
            written += [f"{said(path)}:{line} {what}" for line, what in writes(tree_of(path))]

    assert not written, listed(written)


def writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Calls that write to the database by the ORM or in SQL, told by their form.

    `rows.update(grade="A")` and `sample.save()` write; `counts.update(more)`, `chart.save(path)` and
    `cache.delete(key)` do not.
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        if name in WRITES_WITH_ANY_ARGUMENTS:
            yield node.lineno, f"calls .{name}(): only actions and kit write"
        elif name in WRITES_WITHOUT_POSITIONAL_ARGUMENTS and not node.args:
            if name.endswith("update") and not node.keywords:
                continue
            yield node.lineno, f"calls .{name}(): only actions and kit write"
        elif name in {"execute", "executemany", "raw"} and node.args and begins_to_write(node.args[0]):
            yield node.lineno, f"calls .{name}() with SQL that writes: only actions and kit write"


def begins_to_write(argument: ast.expr) -> bool:
    first = argument.values[0] if isinstance(argument, ast.JoinedStr) and argument.values else argument
    return isinstance(first, ast.Constant) and bool(WRITING_SQL.match(str(first.value)))


@pytest.mark.parametrize(
    ("source", "is_a_write"),
    [
        ("sample.save()", True),
        ("sample.save(update_fields=['state'])", True),
        ("Sample.objects.create(key='a')", True),
        ("Sample.objects.bulk_create(rows, batch_size=500)", True),
        ("Sample.objects.filter(key='a').update(state='drawn')", True),
        ("Sample.objects.filter(key='a').delete()", True),
        ("cursor.execute('update sample set state = 1')", True),
        ("cursor.execute(f'DELETE FROM {table}')", True),
        ("cursor.execute('select 1')", False),
        ("chart.save(path)", False),
        ("counts.update(more)", False),
        ("digest.update(block)", False),
        ("cache.delete('key')", False),
    ],
)
def test_the_watchman_knows_a_write_when_it_sees_one(source, is_a_write):
    assert bool(list(writes(ast.parse(source)))) is is_a_write
