"""Tests of the generator of the reference of the mathematics."""

import importlib.util
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "build_science_reference.py"


@pytest.fixture
def generator(tmp_path, monkeypatch):
    specification = importlib.util.spec_from_file_location("build_science_reference", PROGRAM)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "PAGES", tmp_path / "science")
    lineage = [family for family in module.families() if family.__name__.endswith(".lineage")]
    monkeypatch.setattr(module, "families", lambda: lineage)
    return module


def test_every_family_has_a_page_with_its_public_names(generator):
    assert generator.main([]) == 0

    text = (generator.PAGES / "lineage.md").read_text(encoding="utf-8")
    assert "### `Graph.from_edges`" in text
    assert "at: Sequence | ndarray | None = None" in text
    assert "```pycon\n>>> from banyan.science import lineage" in text
    assert "lineage.md" in (generator.PAGES / "index.md").read_text(encoding="utf-8")


def test_a_stale_or_superfluous_page_fails_the_check(generator, capsys):
    generator.main([])
    assert generator.main(["--check"]) == 0

    (generator.PAGES / "lineage.md").write_text("changed by hand", encoding="utf-8")
    (generator.PAGES / "alchemy.md").write_text("no such family", encoding="utf-8")

    assert generator.main(["--check"]) == 1
    said = capsys.readouterr().out
    assert "lineage.md is stale" in said
    assert "alchemy.md is stale" in said


def test_an_example_that_no_longer_holds_fails(generator, monkeypatch):
    family = generator.families()[0]
    monkeypatch.setattr(family.Graph, "__doc__", "\n    Examples\n    --------\n    >>> 1 + 1\n    3\n")

    wrong = generator.run_examples(family)

    assert any("does not give what it says" in line for line in wrong)
