"""Loads packs into a book, and refuses whatever is not whole, not dated, not referenced or not tested."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from banyan.policy.amending import Amendment, amended
from banyan.policy.book import Book, CitedDocument, Manifest, frozen
from banyan.policy.cases import Case, LocatedCase
from banyan.policy.entries import DatedEntry, Entry
from banyan.policy.errors import PackRefused
from banyan.policy.kinds import KINDS
from banyan.policy.kinds.table import Table, read_csv
from banyan.policy.mappings.model import Mapping as FileMapping
from banyan.policy.reading import Document, read_yaml

PACKS = Path(__file__).resolve().parent.parent / "packs"
DEFAULT = ("house", "cn", "fujian", "fuzhou")
_PACK_NAME = re.compile(r"^[a-z][a-z0-9_-]*$")
_DOCUMENT_COLUMNS = (
    *("id", "kind", "number", "title_zh", "title_en", "issuer_zh", "issuer_en"),
    *("since", "until", "confidence"),
)
Model = TypeVar("Model", bound=BaseModel)
_adopted: tuple[Amendment, ...] = ()
_tried: ContextVar[Book | None] = ContextVar("tried", default=None)


def load(names: Iterable[str] = DEFAULT, root: Path | str | None = None) -> Book:
    """The book of these packs, lowest (the house's own rules) first. Raises PackRefused, naming file and entry.

    A pack is looked for in `root`, then among the packs that come with the house. Books are kept in
    memory; call `forget()` after a pack on disk was changed. What was adopted (`lay_on`) lies above the packs.
    """
    tried = _tried.get()
    if tried is not None and root is None:
        return tried
    if root is not None:
        return _load(tuple(names), Path(root).resolve())
    return _with_adopted(tuple(names), _adopted)


def lay_on(amendments: Iterable[Amendment]) -> None:
    """Let every book that is asked for from now on say what was adopted; replaces what was laid on before."""
    global _adopted
    _adopted = tuple(amendments)


@contextmanager
def trying(book: Book) -> Iterator[None]:
    """Let all that is asked in this context be answered by another book, such as one with a draft."""
    mark = _tried.set(book)
    try:
        yield
    finally:
        _tried.reset(mark)


@lru_cache(maxsize=16)
def _with_adopted(names: tuple[str, ...], amendments: tuple[Amendment, ...]) -> Book:
    return amended(_load(names, None), amendments)


@lru_cache(maxsize=64)
def _load(names: tuple[str, ...], root: Path | None) -> Book:
    if not names or len(set(names)) < len(names):
        raise ValueError(f"names is {names}; name at least one pack, and each once.")
    shelf = _Shelf()
    for name in names:
        shelf.add_pack(name, _folder(name, root))
    shelf.check()
    shelf.list_places()
    return Book(
        names=names,
        hash=shelf.digest(),
        manifests=frozen(shelf.manifests),
        documents=frozen(shelf.documents),
        cases=tuple(case for case in shelf.cases if shelf.counts(case)),
        _entries=frozen(shelf.entries),
    )


def timezone(names: Iterable[str] = DEFAULT, root: Path | str | None = None) -> str:
    """The clock of a place: that of the highest pack that names one. Reads nothing but each `pack.yaml`."""
    return _of_place("timezone", names, root) or "UTC"


def language(names: Iterable[str] = DEFAULT, root: Path | str | None = None) -> str:
    """The language of a place, in the same way; Chinese where no pack names one."""
    return _of_place("language", names, root) or "zh-hans"


def _of_place(what: str, names: Iterable[str], root: Path | str | None) -> str:
    for name in reversed(tuple(names)):
        path = _folder(name, Path(root).resolve() if root is not None else None) / "pack.yaml"
        if found := read_yaml(path).content.get(what):
            return str(found)
    return ""


def forget() -> None:
    """Forget the books in memory, so that packs are read again."""
    _load.cache_clear()
    _with_adopted.cache_clear()


def _folder(name: str, root: Path | None) -> Path:
    if not _PACK_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a pack; names are like fuzhou or my-city.")
    shelves = [shelf for shelf in (root, PACKS) if shelf is not None]
    for shelf in shelves:
        if (shelf / name / "pack.yaml").is_file():
            return shelf / name
    raise PackRefused(
        path=shelves[0] / name,
        prevents="there is no pack with a pack.yaml.",
        instead="Check the pack's name and the folder that packs are read from.",
    )


@dataclass
class _Shelf:
    """What has been read so far."""

    entries: dict[str, Entry] = field(default_factory=dict)
    documents: dict[str, CitedDocument] = field(default_factory=dict)
    manifests: dict[str, Manifest] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    cases: list[LocatedCase] = field(default_factory=list)
    content: list[tuple[str, Any]] = field(default_factory=list)

    def add_pack(self, name: str, folder: Path) -> None:
        manifest = read_yaml(folder / "pack.yaml")
        self.folders[name] = folder
        self.manifests[name] = _checked(Manifest, manifest.content, path=manifest.path)
        self.content.append((f"{name}/pack.yaml", manifest.content))
        if (folder / "documents.csv").is_file():
            self._add_documents(name, folder / "documents.csv")
        for path in sorted(folder.rglob("*.yaml")):
            if path.name.endswith(".cases.yaml"):
                self._add_cases(name, read_yaml(path))
            elif path != manifest.path:
                self._add_entries(name, folder, read_yaml(path))

    def _add_documents(self, pack: str, path: Path) -> None:
        try:
            rows = read_csv(path, columns=_DOCUMENT_COLUMNS)
        except ValueError as error:
            raise PackRefused(path=path, prevents=f"{error}.", instead="Mend the table of documents.") from error
        for _, row in rows:
            raw = {name: row[name] for name in ("id", "kind", "number", "confidence")}
            raw |= {name: {"zh": row[f"{name}_zh"], "en": row[f"{name}_en"]} for name in ("title", "issuer")}
            raw |= {name: row[name] or None for name in ("since", "until")}
            document = _checked(CitedDocument, raw, path=path, key=row["id"])
            if document.id in self.documents:
                raise PackRefused(
                    path=path,
                    key=document.id,
                    prevents="a document with this id is listed already.",
                    instead="Refer to that one, or give this one another id.",
                )
            self.documents[document.id] = document
        self.content.append((f"{pack}/{path.name}", [row for _, row in rows]))

    def _add_entries(self, pack: str, folder: Path, document: Document) -> None:
        if not isinstance(document.content, dict):
            raise PackRefused(
                path=document.path,
                prevents="it is not a mapping of keys to entries.",
                instead="Begin each entry with its key at the margin, or name the file *.cases.yaml.",
            )
        self.content.append((f"{pack}/{document.path.relative_to(folder).as_posix()}", document.content))
        for key, raw in document.content.items():
            entry = _entry(pack, document, key, raw)
            self._place(entry)
            if isinstance(entry, Table):
                tables = {str(day): [dict(row) for row in rows] for day, rows in entry.contents().items()}
                self.content.append((f"{pack}/{key}", tables))

    def _place(self, entry: Entry) -> None:
        lower = self.entries.get(entry.key)
        problem = None
        if lower is None and entry.replaces:
            problem = f"it replaces {entry.replaces!r}, which no lower pack has under this key."
        elif lower is not None and lower.pack == entry.pack:
            problem = f"the key stands in {lower.origin.path.name}, line {lower.origin.line}, too."
        elif lower is not None and entry.replaces != entry.key:
            problem = f"the pack {lower.pack!r} has this key, and the entry does not say that it replaces it."
        elif lower is not None and lower.kind != entry.kind:
            problem = f"it is a {entry.kind} and would replace a {lower.kind}."
        if problem:
            raise PackRefused(
                path=entry.origin.path,
                line=entry.origin.line,
                key=entry.key,
                prevents=problem,
                instead=f"Write `replaces: {entry.key}` if it takes that place, else choose another key.",
            )
        self.entries[entry.key] = entry

    def _add_cases(self, pack: str, document: Document) -> None:
        if not isinstance(document.content, list):
            raise PackRefused(
                path=document.path,
                prevents="it is not a list of cases.",
                instead="Begin each case with `- name:` at the margin.",
            )
        for place, raw in enumerate(document.content):
            line = document.line_of(place)
            case = _checked(Case, raw, path=document.path, line=line)
            self.cases.append(LocatedCase(case, pack, document.path, line))

    def counts(self, located: LocatedCase) -> bool:
        """Whether a case still counts: its entry was not replaced by a pack above the case's own."""
        order = list(self.manifests)
        return order.index(self.entries[located.case.entry].pack) <= order.index(located.pack)

    def check(self) -> None:
        """Every case has its entry, every entry in force its reference and its case, every link its end."""
        for located in self.cases:
            if located.case.entry not in self.entries:
                raise PackRefused(
                    path=located.path,
                    line=located.line,
                    key=located.case.entry,
                    prevents="a case tests it, but no pack has it.",
                    instead="Correct the key in the case.",
                )
        tested = {located.case.entry for located in self.cases if self.counts(located)}
        for entry in self.entries.values():
            for prevents, instead in self._faults(entry, tested):
                raise PackRefused(
                    path=entry.origin.path,
                    line=entry.origin.line,
                    key=entry.key,
                    prevents=prevents,
                    instead=instead,
                )

        for name, manifest in self.manifests.items():
            for key in manifest.overview:
                found = self.entries.get(key)
                if found is None or found.kind != "indicator" or found.status != "in_force":
                    raise PackRefused(
                        path=self.folders[name] / "pack.yaml",
                        prevents=f"its overview names {key!r}, which is no indicator in force.",
                        instead="Correct the key, or put that indicator in force.",
                    )

    def list_places(self) -> None:
        """Give each mapping the places that a table lists for it."""
        for key, entry in self.entries.items():
            if isinstance(entry, FileMapping) and entry.links():
                try:
                    self.entries[key] = entry.listing(self.entries)
                except ValueError as error:
                    raise PackRefused(
                        path=entry.origin.path, line=entry.origin.line, key=key, prevents=f"{error}.",
                        instead="Name columns of the table.",
                    ) from error  # fmt: skip

    def _faults(self, entry: Entry, tested: set[str]) -> Iterable[tuple[str, str]]:
        if entry.status == "in_force":
            complete = not isinstance(entry, DatedEntry) or entry.every_value_has_reference()
            if not entry.references() or not complete:
                yield "it is in force without a reference.", "Say in which document and clause it is written."
            elif any(found.says is None for found in entry.references()) and not hasattr(entry, "says"):
                yield (
                    "its reference does not say what the text says.",
                    "Add `says`, in our own words, zh and en.",
                )
            if entry.key not in tested:
                yield "it is in force without a case.", "Add a case in a *.cases.yaml file of the same pack."
        for reference in entry.references():
            if reference.document not in self.documents:
                yield (
                    f"its reference names the document {reference.document!r}, which is not listed.",
                    "Add the document to documents.csv of the pack.",
                )
        for kind, key in entry.links():
            found = self.entries.get(key)
            if found is None or found.kind != kind:
                yield (
                    f"it names the {kind} {key!r}, which no pack has.",
                    "Correct the key, or add that entry.",
                )
            elif entry.status == "in_force" and found.status != "in_force":
                yield f"it names {key!r}, which is {found.status}.", "Put that entry in force first."

    def digest(self) -> str:
        """The same for the same rules, whatever the layout, comments and cases of the files."""
        text = json.dumps(_canonical(self.content), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _canonical(item: Any) -> Any:
    """The item in JSON's own types, so that equal rules give equal text and unequal ones do not."""
    if isinstance(item, dict):
        return {str(_canonical(key)): _canonical(value) for key, value in item.items()}
    if isinstance(item, list | tuple):
        return [_canonical(value) for value in item]
    if isinstance(item, Decimal):
        return f"decimal:{item}"
    if isinstance(item, dt.date):
        return f"date:{item.isoformat()}"
    return item


def _entry(pack: str, document: Document, key: Any, raw: Any) -> Entry:
    line = document.line_of(key)
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if not isinstance(key, str) or kind not in KINDS or "origin" in raw:
        problem = "its kind is missing" if kind is None else f"its kind is {kind!r}"
        if isinstance(raw, dict) and "origin" in raw:
            problem = "it gives origin, which the loader fills in"
        raise PackRefused(
            path=document.path,
            line=line,
            key=str(key),
            prevents=f"{problem}.",
            instead=f"Kinds are {', '.join(sorted(KINDS))}.",
        )
    origin = {"key": key, "pack": pack, "path": document.path, "line": line}
    return _checked(KINDS[kind], raw | {"origin": origin}, path=document.path, line=line, key=key)


def _checked(model: type[Model], raw: Any, *, path: Path, line: int | None = None, key: str | None = None) -> Model:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        reasons = "; ".join(_in_words(fault) for fault in error.errors()[:6])
        raise PackRefused(
            path=path, line=line, key=key, prevents=f"{reasons}.", instead="Correct what is named."
        ) from error


def _in_words(fault: Any) -> str:
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{place}: unknown field"
    if fault["type"] == "missing":
        return f"{place}: is missing"
    said = fault["msg"].removeprefix("Value error, ")
    return f"{place}: {said}" if place else said
