"""Write docs/reference/science: one page per family of banyan.science, made from the docstrings.

Each page has the family's own sentence, an index, and for every public name its signature and docstring. The
worked examples in the docstrings are run while the page is made; an example that no longer gives what it says
stops the making.

    python docs/build_science_reference.py            # write the pages
    python docs/build_science_reference.py --check    # fail where a committed page is stale or superfluous
"""

from __future__ import annotations

import argparse
import dataclasses
import doctest
import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference" / "science"
SHARED_BY_FAMILIES = {"arguments"}  # machinery, not a family
SECTION = re.compile(r"^(\w[\w ]*)\n-+$", re.MULTILINE)


def families() -> list[ModuleType]:
    """Every family: the modules and packages directly under banyan.science."""
    science = importlib.import_module("banyan.science")
    names = sorted(module.name for module in pkgutil.iter_modules(science.__path__))
    return [importlib.import_module(f"banyan.science.{name}") for name in names if name not in SHARED_BY_FAMILIES]


def public_names(family: ModuleType) -> list[tuple[str, object]]:
    """Functions and classes that the family offers, functions first."""
    listed = getattr(family, "__all__", None) or [name for name in vars(family) if not name.startswith("_")]
    found = []
    for name in listed:
        thing = getattr(family, name)
        home = getattr(thing, "__module__", "") or ""
        if (inspect.isfunction(thing) or inspect.isclass(thing)) and home.startswith(family.__name__):
            found.append((name, thing))
    return sorted(found, key=lambda pair: (inspect.isclass(pair[1]), pair[0].lower()))


class Plain(str):
    """An annotation shown as written, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return re.sub(r"\b(?:np|arguments)\.", "", str(self))


def signature(name: str, thing: object) -> str:
    """The signature as one reads it: annotations as written, made-up defaults as dots."""
    found = inspect.signature(thing)
    parameters = [
        parameter.replace(annotation=Plain(parameter.annotation))
        if isinstance(parameter.annotation, str)
        else parameter
        for parameter in found.parameters.values()
    ]
    returned = found.return_annotation
    shown = found.replace(
        parameters=parameters, return_annotation=Plain(returned) if isinstance(returned, str) else returned
    )
    return name + re.sub(r"<[^>]*>", "...", str(shown))


def body(docstring: str | None) -> str:
    """A docstring as Markdown: sections become bold lines, parameters lists, examples code blocks."""
    text = inspect.cleandoc(docstring or "").rstrip()
    parts = SECTION.split(text)
    pieces = [parts[0].strip()]
    for title, content in zip(parts[1::2], parts[2::2], strict=True):
        content = content.strip("\n")
        if title == "Examples":
            content = examples(content)
        elif title in {"Parameters", "Returns", "Attributes", "Raises", "Yields"}:
            content = definitions(content)
        pieces.append(f"**{title}**\n\n{content}")
    return "\n\n".join(piece for piece in pieces if piece)


def definitions(content: str) -> str:
    """NumPy's list of definitions as a Markdown list."""
    lines = []
    for line in content.splitlines():
        if not line.strip():
            continue
        if line[0].isspace():
            lines.append("  " + line.strip())
        else:
            lines.append("- " + re.sub(r"^([\w*, ]+?)( :|$)", r"`\1`\2", line.strip()))
    return "\n".join(lines)


def examples(content: str) -> str:
    """Examples as fenced blocks, the sentences between them as text."""
    out, in_code = [], False
    for line in content.splitlines():
        starts = line.startswith(">>>")
        if starts and not in_code:
            out.append("```pycon")
            in_code = True
        elif in_code and not line.strip():
            out.append("```")
            in_code = False
        out.append(line)
    return "\n".join(out) + ("\n```" if in_code else "")


def entry(name: str, thing: object) -> str:
    """One function or class with its public methods."""
    parts = [f"## `{name}`", f"```python\n{signature(name, thing)}\n```", body(inspect.getdoc(thing))]
    if inspect.isclass(thing):
        fields = {field.name for field in dataclasses.fields(thing)} if dataclasses.is_dataclass(thing) else set()
        for attribute, method in vars(thing).items():
            if attribute.startswith("_") or attribute in fields:
                continue
            function = getattr(method, "__func__", method)
            if inspect.isfunction(function) and function.__doc__:
                shown = signature(f"{name}.{attribute}", getattr(thing, attribute))
                parts += [f"### `{name}.{attribute}`", f"```python\n{shown}\n```", body(function.__doc__)]
            elif getattr(method, "__doc__", None) and hasattr(method, "__get__") and not callable(method):
                parts += [f"### `{name}.{attribute}`", body(method.__doc__)]
    return "\n\n".join(part for part in parts if part)


def page(family: ModuleType) -> str:
    """The whole page of a family."""
    short = family.__name__.rsplit(".", 1)[1]
    names = public_names(family)
    index = "\n".join(
        f"- [`{name}`](#{name.lower()}): {inspect.getdoc(thing).splitlines()[0] if inspect.getdoc(thing) else ''}"
        for name, thing in names
    )
    head = f"# `banyan.science.{short}`\n\n<!-- Made by docs/build_science_reference.py; change the docstrings. -->"
    parts = [head, body(family.__doc__), index, *(entry(name, thing) for name, thing in names)]
    return "\n\n".join(parts) + "\n"


def run_examples(family: ModuleType) -> list[str]:
    """Names of the docstrings whose examples do not give what they say, and of functions without an example."""
    wrong = []
    modules = [family]
    if hasattr(family, "__path__"):
        inner = pkgutil.walk_packages(family.__path__, f"{family.__name__}.")
        modules += [importlib.import_module(module.name) for module in inner]
    for module in modules:
        if doctest.testmod(module).failed:
            wrong.append(f"{module.__name__}: an example does not give what it says")
    for name, thing in public_names(family):
        if inspect.isfunction(thing) and ">>>" not in (thing.__doc__ or ""):
            wrong.append(f"{family.__name__}.{name}: no worked example")
    return wrong


def pages() -> tuple[dict[str, str], list[str]]:
    """File name → text of every page, and what is wrong with the examples."""
    made, wrong, rows = {}, [], []
    for family in families():
        short = family.__name__.rsplit(".", 1)[1]
        wrong += run_examples(family)
        made[f"{short}.md"] = page(family)
        rows.append(f"- [`{short}`]({short}.md): {(inspect.getdoc(family) or '').splitlines()[0]}")
    head = "# The mathematics of quality\n\n<!-- Made by docs/build_science_reference.py. -->\n\n"
    lead = "`banyan.science` takes arrays and gives frozen results; it reads no files and knows no clock.\n\n"
    made["index.md"] = head + lead + "\n".join(rows) + "\n"
    return made, wrong


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or compare them with those committed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is stale")
    check = parser.parse_args(arguments).check
    made, wrong = pages()
    held = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")} if PAGES.is_dir() else {}
    stale = sorted(name for name in made.keys() | held.keys() if made.get(name) != held.get(name))
    for line in wrong:
        print(line)
    if check:
        for name in stale:
            print(f"docs/reference/science/{name} is stale: run python docs/build_science_reference.py")
        return bool(wrong or stale)
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in held.keys() - made.keys():
        (PAGES / name).unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    print(f"{len(made)} pages written, {len(stale)} changed")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
