"""What one process made, another finds; what cannot be read is made again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import caches

from banyan.kit import memory


@pytest.fixture(autouse=True)
def _nothing_kept():
    for name in (memory.NEAR, memory.SHARED):
        caches[name].clear()


def another_process_starts() -> None:
    """A process that has just started has nothing in its own memory."""
    caches[memory.NEAR].clear()


def test_an_answer_is_made_once_for_all_processes():
    made = []

    def make() -> list[int]:
        made.append(1)
        return [7]

    first = memory.kept("question", make)
    another_process_starts()

    assert memory.kept("question", make) == first == [7]
    assert len(made) == 1


def test_an_answer_of_an_older_software_is_not_read(monkeypatch):
    memory.kept("question", lambda: "old")
    monkeypatch.setattr(memory, "build", lambda: "newer")

    assert memory.kept("question", lambda: "new") == "new"


def test_a_damaged_file_is_made_again():
    memory.kept("question", lambda: "whole")
    another_process_starts()
    for file in Path(caches[memory.SHARED]._dir).glob("*.djcache"):
        file.write_bytes(file.read_bytes()[:-9] + b"damaged..")

    assert memory.kept("question", lambda: "made again") == "made again"
