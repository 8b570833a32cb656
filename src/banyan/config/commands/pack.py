"""`banyan pack`: what the rules say on a day, where it is written, and what is to mend in them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

import typer

pack = typer.Typer(help="The packs: keys, values on a day, references, faults.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(pack, name="pack")


@pack.command("list")
def list_entries(
    kind: Annotated[str, typer.Option("--kind", help="Only entries of this kind.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List every key with its kind, status and title."""
    book = _book()
    try:
        entries = book.entries(kind or None, status=None)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--kind") from error
    lines = [{"key": one.key, "kind": one.kind, "status": one.status, "pack": one.pack, "title": _words(one.title)}
             for one in entries]  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"packs": list(book.names), "hash": book.hash, "entries": lines}, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(f"{line['key']:44} {line['kind']:10} {line['status']:9} {line['title']}")
    typer.echo(f"{len(lines)} entries of {', '.join(book.names)}, pack {book.short_hash}")


@pack.command("show")
def show(
    key: Annotated[str, typer.Argument(help="Key of the entry.")],
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day (default: today).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what an entry says on a day and where it is written."""
    from banyan import policy
    from banyan.kit import Refused, clock

    book = _book()
    try:
        answer = _answer(book, book.entry(key), on.date() if on else clock.today())
    except policy.PolicyError as error:
        raise Refused(error.asked, error.prevents, error.instead, error.where, code="pack") from error
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, default=str))
        return
    for name, value in answer.items():
        typer.echo(f"{name:12} {value}")


@pack.command("check")
def check(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Run every case, and name what should be mended."""
    from banyan import policy

    book = _book()
    results = policy.verify(book)
    failed = [f"{one.entry}: {one.name}: expected {one.expected}, found {one.found}"
              for one in results if not one.holds]  # fmt: skip
    remarks = [f"{one.key}: {one.text}" for one in policy.lint(book)]
    if as_json:
        typer.echo(json.dumps({"cases": len(results), "failed": failed, "remarks": remarks}, ensure_ascii=False))
    else:
        for line in (*failed, *remarks):
            typer.echo(line, err=True)
        typer.echo(f"{len(results)} cases, {len(failed)} failed, {len(remarks)} remarks")
    raise typer.Exit(1 if failed or remarks else 0)


def _book() -> Any:
    from django.conf import settings

    from banyan import policy

    return policy.load(settings.BANYAN_PACKS)


def _words(words: Any) -> str:
    from django.utils.translation import get_language

    return str(words.in_language(get_language() or "en"))


def _answer(book: Any, entry: Any, on: date) -> dict[str, Any]:
    """The entry's heading, what it says on the day, and the reference that holds then."""
    reference = entry.reference
    if hasattr(entry, "at"):
        item, since, until = entry.at(on)
        reference, spell = entry.reference_of(item), {"since": since, "until": until}
        confidence = entry.confidence_of(item)
    else:
        present = entry.on(on)
        reference, spell = present.reference, {"since": present.since, "until": present.until}
        confidence = present.confidence
    answer = {"key": entry.key, "kind": entry.kind, "status": entry.status, "title": _words(entry.title), "on": on}
    answer |= spell | _content(book, entry, on) | {"confidence": confidence}
    if reference:
        answer["written"] = _words(book.documents[reference.document].title)
        answer["clause"] = reference.clause
        answer["says"] = _words(reference.says or entry.says)
    return answer | {"pack": f"{entry.pack} {book.short_hash}"}


def _content(book: Any, entry: Any, on: date) -> dict[str, Any]:
    """What the entry holds; an indicator's and a mapping's answers hang on facts and files, so only their form."""
    if entry.kind == "indicator":
        present = entry.on(on)
        return {name: getattr(present, name) for name in ("measure", "unit", "window", "method", "version")}
    return {} if entry.kind == "mapping" else dict(entry.answer(given={}, on=on, book=book))
