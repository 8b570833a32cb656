"""Keeps the Chinese catalogues whole: takes the source strings out of code and pages, compares, merges, compiles."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polib
from django.apps import apps
from django.conf import settings
from django.utils.translation import template

Said = tuple[str | None, str, str]
LOCALE = "zh_Hans"
OWN = settings.PACKAGE / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
LIBRARIES = settings.PACKAGE / "locale" / "libraries" / LOCALE / "LC_MESSAGES" / "django.po"
# Sentences that rooms without Django keep in plain tables, and that are translated where they are shown.
TABLES = (
    "banyan.science.early_warning.reasons:REASONS",
    "banyan.science.rates.design_intervals:NONE_OR_ALL",
    "banyan.science.rates.design_intervals:NO_FREEDOM",
    "banyan.science.rates.design_intervals:NO_VARIANCE",
)
# What is the same in both languages, or is made of placeholders only.
SAME_IN_BOTH = frozenset({"n", "z", "PDF", "API", "CSV", "XLSX", "Word", "OK", "%(title)s, %(article)s"})
SUFFIXES = frozenset({".py", ".html", ".txt", ".typ"})
# What the arguments of each call are, in their order.
CALLS = {"_": "text", "gettext": "text", "Said": "text", "ngettext": "text plural",
         "pgettext": "context text", "npgettext": "context text plural"}  # fmt: skip
LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
CALL = re.compile(rf"\b(?P<name>_|n?p?gettext)\((?P<texts>(?:\s*,?\s*u?(?:{LITERAL.pattern}))+)")
WIDTH = 114
CHINESE = re.compile(r"[\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]")  # characters and full-width marks
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)%(?:%%)*[sd]|\{\w*(?::[^}]*)?\}")
HEADER = {
    "Language": LOCALE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A string of a catalogue that does not hold, and why."""

    msgid: str
    what: str


def extract(folder: Path, *, without: Iterable[Path] = ()) -> polib.POFile:
    """The source strings of the code and the pages below a folder, each with the files that say it."""
    found = polib.POFile()
    known: dict[tuple[str | None, str], polib.POEntry] = {}
    closed = set(without)
    for path in sorted(folder.rglob("*")):
        if path.suffix not in SUFFIXES or closed.intersection(path.parents):
            continue
        text = path.read_text(encoding="utf-8")
        says = _said_in_code if path.suffix == ".py" else _said_on_page
        for context, singular, plural in says(text):
            entry = known.get((context, singular))
            if entry is None:
                entry = known[context, singular] = polib.POEntry(msgctxt=context, msgid=singular)
                found.append(entry)
            entry.msgid_plural = plural or entry.msgid_plural
            entry.occurrences.append((path.relative_to(folder).as_posix(), ""))
    return found


def _said_in_code(text: str) -> Iterator[Said]:
    """What the calls of gettext say in a file of code; a text that is computed is marked where it stands."""
    if "gettext" not in text and "Said(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield from _said(name, texts)


def _said_on_page(text: str) -> Iterator[Said]:
    """What the tags of a page say; Django writes them as calls for us."""
    if "{% load" in text or "{% trans" in text or "_(" in text:
        for call in CALL.finditer(template.templatize(text)):
            yield from _said(call["name"], [ast.literal_eval(one) for one in LITERAL.findall(call["texts"])])


def _said(name: str, texts: list[str]) -> Iterator[Said]:
    kind = CALLS.get(name.removesuffix("_lazy").removesuffix("_noop"))
    if kind is not None and len(texts) >= len(kind.split()):
        parts = dict(zip(kind.split(), texts, strict=False))
        yield parts.get("context"), parts["text"], parts.get("plural", "")


def own_strings() -> polib.POFile:
    """The source strings of Banyan, with those that lie in plain tables."""
    found = extract(settings.PACKAGE)
    known = {entry.msgid for entry in found}
    for place in TABLES:
        module, _, name = place.partition(":")
        table = getattr(importlib.import_module(module), name)
        for text in [table] if isinstance(table, str) else table.values():
            if text and text not in known:
                known.add(text)
                found.append(polib.POEntry(msgid=text, occurrences=[(module.replace(".", "/") + ".py", "")]))
    return found


def library_strings() -> dict[str, str]:
    """The source strings of the installed libraries that no catalogue of theirs or of Django puts into Chinese."""
    shipped = _shipped()
    installed = [config for config in apps.get_app_configs()
                 if not config.name.startswith(("banyan.", "django.contrib."))]  # fmt: skip
    folders = {Path(config.path) for config in installed}
    unused = {path for folder in folders for path in (folder / "contrib").glob("*") if path not in folders}
    wanted: dict[str, str] = {}
    for config in installed:
        inner = folders - {Path(config.path)}
        tests = {Path(config.path) / "tests", Path(config.path) / "migrations"}
        for entry in extract(Path(config.path), without=unused | inner | tests):
            if (entry.msgctxt, entry.msgid) not in shipped:
                wanted.setdefault(entry.msgid, config.name)
    return wanted


def _shipped() -> set[tuple[str | None, str]]:
    """What Django and the installed libraries put into Chinese themselves."""
    django_itself = Path(template.__file__).resolve().parents[2] / "conf" / "locale"
    folders = [django_itself, *(Path(config.path) / "locale" for config in apps.get_app_configs())]
    files = [folder / LOCALE / "LC_MESSAGES" / "django.mo" for folder in folders]
    return {(entry.msgctxt, entry.msgid) for file in files if file.exists()
            for entry in polib.mofile(str(file)) if entry.msgstr or entry.msgstr_plural}  # fmt: skip


def faults() -> list[Fault]:
    """Everything that keeps the catalogues from being whole; empty where nothing does."""
    own, libraries = _read(OWN), _read(LIBRARIES)
    found = [*_missing(own_strings(), own), *entry_faults(own), *entry_faults(libraries)]
    covered = {entry.msgid for entry in [*own, *libraries]}
    found += [Fault(msgid, f"a string of {library} that is in no Chinese catalogue")
              for msgid, library in library_strings().items() if msgid not in covered]  # fmt: skip
    for path, catalogue in ((OWN, own), (LIBRARIES, libraries)):
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
            found.append(Fault(compiled.relative_to(settings.PACKAGE).as_posix(), "is not what its .po compiles to"))
    return found


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else _empty()


def _empty() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = dict(HEADER)
    return catalogue


def _missing(wanted: polib.POFile, catalogue: polib.POFile) -> Iterator[Fault]:
    """What the code says and the catalogue lacks, and what the catalogue keeps that nobody says."""
    have = {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}
    want = {(entry.msgctxt, entry.msgid) for entry in wanted}
    yield from (Fault(msgid, "is not in the catalogue") for _context, msgid in sorted(want - have, key=str))
    yield from (
        Fault(msgid, "is in the catalogue, but nothing says it") for _context, msgid in sorted(have - want, key=str)
    )


def entry_faults(catalogue: polib.POFile) -> Iterator[Fault]:
    """What is wrong with the translations that a catalogue has."""
    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.obsolete:
            yield Fault(entry.msgid, "is obsolete")
        elif entry.fuzzy:
            yield Fault(entry.msgid, "is fuzzy")
        elif not texts or not all(texts):
            yield Fault(entry.msgid, "is not translated")
        elif entry.msgid not in SAME_IN_BOTH and not all(CHINESE.search(text) for text in texts):
            yield Fault(entry.msgid, "has no Chinese in its translation")
        elif any(_holes(text) != _holes(entry.msgid_plural or entry.msgid) for text in texts):
            yield Fault(entry.msgid, "has other placeholders in its translation")
        elif any((text.count("%%") > 0) != ("%%" in entry.msgid) for text in texts if "%(" in entry.msgid):
            yield Fault(entry.msgid, "writes the per cent sign in another way in its translation")


def _holes(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def update() -> int:
    """Merge the strings as the code says them now into our catalogue, compile both; how many are untranslated."""
    before = {(entry.msgctxt, entry.msgid): entry for entry in _read(OWN) if not entry.obsolete}
    merged = _empty()
    for entry in sorted(own_strings(), key=lambda one: (one.msgid, one.msgctxt or "")):
        known: Any = before.get((entry.msgctxt, entry.msgid))
        plural = {"msgid_plural": entry.msgid_plural, "msgstr_plural": {0: ""}} if entry.msgid_plural else {}
        if plural and known and known.msgstr_plural:
            plural["msgstr_plural"] = known.msgstr_plural
        merged.append(
            polib.POEntry(
                msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=known.msgstr if known else "",
                occurrences=sorted({(file, "") for file, _line in entry.occurrences}),
                flags=["python-format"] if "%(" in entry.msgid else [], **plural,
            )
        )  # fmt: skip
    OWN.parent.mkdir(parents=True, exist_ok=True)
    merged.save(str(OWN))
    for path in filter(Path.exists, (OWN, LIBRARIES)):
        path.with_suffix(".mo").write_bytes(_read(path).to_binary())
    return len(merged.untranslated_entries())
