"""The written pages name only files that exist, and only commands that the program knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.main import get_command

from banyan.config.cli import add_commands

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_files_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {word for word in re.findall(r"`([\w.-]+(?:/[\w.-]+)+)`", text) if re.search(r"\.\w+$", word)}
    linked = {link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link}

    bases = (ROOT, ROOT / "src" / "banyan", page.parent)
    assert [word for word in named | linked if word and not any((base / word).exists() for base in bases)] == []


@pytest.fixture(scope="module")
def program() -> Any:
    """The program with all its sub-commands."""
    made = Typer()
    add_commands(made)
    return get_command(made)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_commands_that_the_program_knows(page: Path, program: Any) -> None:
    unknown = []
    for line in re.findall(r"`banyan ([a-z][^`\n]*)`|^banyan ([a-z][^\n]*)$", page.read_text(encoding="utf-8"), re.M):
        command = program
        for word in "".join(line).split():
            inner = getattr(command, "commands", None)
            if not inner or word.startswith("-"):  # what follows an option is not the name of a command
                break
            if word not in inner:
                unknown.append("".join(line))
                break
            command = inner[word]
    assert unknown == []
