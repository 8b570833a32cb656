"""The examples of the how-to are packs that load and cases that hold."""

import datetime as dt
import re
from pathlib import Path

import pytest

from banyan import policy

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "change-a-rule.md").read_text(encoding="utf-8")
TERM, CASES, AIM = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "trial"
    folder.mkdir()
    head = "id,kind,number,title_zh,title_en,issuer_zh,issuer_en,since,until,confidence\n"
    (folder / "pack.yaml").write_text(
        "title: {zh: 试城, en: Trial}\nlevel: city\nplace: {zh: 试城, en: Trial}\n", encoding="utf-8"
    )
    (folder / "documents.csv").write_text(
        head + "trial-rules,own,,试行规则,Rules,试城,Trial,,,verified\n", encoding="utf-8"
    )
    (folder / "term.yaml").write_text(TERM, encoding="utf-8")
    (folder / "term.cases.yaml").write_text(CASES, encoding="utf-8")
    (folder / "aim.yaml").write_text(AIM, encoding="utf-8")
    return policy.load(("trial",), tmp_path)


def test_the_term_of_the_how_to_loads_and_its_cases_hold(book):
    results = policy.verify(book)

    assert len(results) == 5
    assert [result for result in results if not result.holds] == []
    assert policy.lint(book) == []


def test_the_target_of_the_how_to_has_a_past(book):
    aim = book.entry("trial.aim").model_copy(update={"status": "in_force"})

    assert (aim.on(dt.date(2023, 12, 31)).value, aim.on(dt.date(2024, 1, 1)).value) == (90, 93)


def test_every_kind_is_in_the_table_of_the_how_to():
    from banyan.policy.kinds import KINDS

    assert all(f"`{kind}`" in TEXT for kind in KINDS)
