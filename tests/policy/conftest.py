"""A small pack of one's own on disk, whose files a test may change."""

from pathlib import Path

import pytest

from banyan import policy

MANIFEST = "title: {zh: 试城, en: Trial city}\nlevel: city\nplace: {zh: 试城, en: Trial city}\n"
DOCUMENTS = (
    "id,kind,number,title_zh,title_en,issuer_zh,issuer_en,since,until,confidence\n"
    "trial-rules,own,,试行规则,Trial rules,试城,Trial city,2020-01-01,,verified\n"
)
ENTRY = """
speed:
  kind: parameter
  title: {zh: 速度, en: Speed}
  status: in_force
  unit: km/h
  values:
    2020-01-01: {value: 30, reference: {document: trial-rules, says: {zh: 三十。, en: Thirty.}}}
    2022-01-01: {value: 50, reference: {document: trial-rules, says: {zh: 五十。, en: Fifty.}}}
    2024-01-01: null
"""
CASES = """
- name: Before the rules there is no speed
  entry: speed
  on: 2019-12-31
  expect: {in_force: false}
- name: The speed begins at thirty
  entry: speed
  on: 2020-01-01
  expect: {value: 30}
- name: On the day before the change it is still thirty
  entry: speed
  on: 2021-12-31
  expect: {value: 30}
- name: From the change on it is fifty
  entry: speed
  on: 2022-01-01
  expect: {value: 50}
- name: On its last day it is still fifty
  entry: speed
  on: 2023-12-31
  expect: {value: 50}
- name: After the end there is no speed
  entry: speed
  on: 2024-01-01
  expect: {in_force: false}
"""


class Pack:
    """Writes the files of one pack and loads it."""

    def __init__(self, root: Path, name: str = "trial") -> None:
        self.root, self.name = root, name
        self.write("pack.yaml", MANIFEST)
        self.write("documents.csv", DOCUMENTS)
        self.write("speed.yaml", ENTRY)
        self.write("speed.cases.yaml", CASES)

    def write(self, file: str, text: str | bytes) -> Path:
        path = self.root / self.name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def change(self, old: str, new: str, *, file: str = "speed.yaml") -> None:
        path = self.root / self.name / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def load(self, *names: str) -> policy.Book:
        policy.forget()
        return policy.load(names or (self.name,), self.root)

    def refusal(self, *names: str) -> policy.PackRefused:
        with pytest.raises(policy.PackRefused) as caught:
            self.load(*names)
        return caught.value


@pytest.fixture
def pack(tmp_path):
    yield Pack(tmp_path)
    policy.forget()


@pytest.fixture
def upper_pack(tmp_path):
    """A second pack that lies above the first; it has no entries of its own yet."""
    upper = Pack(tmp_path, "upper")
    for file in ("documents.csv", "speed.yaml", "speed.cases.yaml"):
        (tmp_path / "upper" / file).unlink()
    return upper
