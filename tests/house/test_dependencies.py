"""What the house imports is declared, and what is declared is locked with hashes."""

import ast
import functools
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"banyan", "bench", "tests"}
LOCKS = {
    "requirements.lock": (),
    "requirements-dev.lock": ("dev",),
    "requirements-bench.lock": ("dev", "bench", "linkage"),
    "requirements-linkage.lock": ("linkage",),
    "requirements-spark.lock": ("spark",),
}


@functools.cache
def declared(*extras: str) -> dict[str, str]:
    """Distribution → what is asked of its version, of the run-time dependencies and the named extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"]]
    for extra in extras:
        asked += project["optional-dependencies"][extra]
    split = [re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?(.*)", one) for one in asked]
    return {plain(found[1]): found[2].strip() for found in split if found}


def plain(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


@functools.cache
def importable(*extras: str) -> set[str]:
    """Top-level names that the declared distributions, Python and we ourselves give."""
    names = set(sys.stdlib_module_names) | OURS
    given = metadata.packages_distributions()
    installed = {plain(one) for several in given.values() for one in several}
    for name, distributions in given.items():
        if {plain(one) for one in distributions} & declared(*extras).keys():
            names.add(name)
    # What is not installed here (a peer of a benchmark) is taken to be imported by its own name.
    return names | {one.replace("-", "_") for one in declared(*extras) if one not in installed}


def undeclared_imports(folder: str, *extras: str) -> list[str]:
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                if top not in importable(*extras) and not path.with_name(f"{top}.py").exists():
                    found.append(f"{path.relative_to(ROOT).as_posix()}:{node.lineno} imports {top}")
    return found


@pytest.mark.parametrize(
    ("folder", "extras"),
    [("src", ("linkage", "spark")), ("tests", ("dev", "spark")), ("bench", ("dev", "bench", "linkage", "spark"))],
)
def test_what_is_imported_is_declared_in_pyproject(folder, extras):
    found = undeclared_imports(folder, *extras)

    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_host(lock):
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]

    assert len(pins) > 50
    assert all(re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", pin) and pin.endswith("\\") for pin in pins)
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", "\n".join(lines))) >= len(pins)
    assert not [line for line in lines if "://" in line or "index" in line or "find-links" in line]


@pytest.mark.parametrize(("lock", "extras"), LOCKS.items())
def test_a_lock_holds_what_pyproject_asks_for(lock, extras):
    text = (ROOT / lock).read_text(encoding="utf-8")
    locked = {
        plain(name): version for name, version in re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", text, re.MULTILINE)
    }

    missing = [name for name in declared(*extras, "build") if name not in locked]
    other = [
        f"{name} {asked} but {locked[name]}"
        for name, asked in declared(*extras, "build").items()
        if asked.startswith("==") and name in locked and asked != f"=={locked[name]}"
    ]

    assert not missing, f"{missing} are not in {lock}: run make lock"
    assert not other, f"{other} in {lock}: run make lock"


def test_the_bounds_that_ibis_does_not_carry_itself_are_kept():
    asked = declared()

    assert asked["duckdb"] == "==1.5.5"
    assert tuple(int(part) for part in asked["sqlglot"].lstrip("=").split(".")[:2]) < (30, 18)
    assert asked["pandas"].startswith("==2.")
    assert asked["ibis-framework"].startswith("==12.")
