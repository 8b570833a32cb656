"""`banyan policy`: drafts of rules, what they would have changed in the past, and what was adopted."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

rules = typer.Typer(help="Drafts of rules: written, previewed over the past, exported.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Key = Annotated[str, typer.Argument(help="Key of the draft.")]
Day = typer.Option(formats=["%Y-%m-%d"], metavar="DAY")


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(rules, name="policy")


@rules.command("drafts")
def list_drafts(
    rule: Annotated[str, typer.Option(help="Only drafts of this rule.")] = "", as_json: AsJson = False
) -> None:
    """List drafts with their state, the latest first."""
    from banyan.edge.rules import queries

    names = ("pk", "rule", "kind", "state", "drafted_by", "drafted_on", "in_force_on", "adopted_by")
    found = [{name: getattr(one, name) for name in names} for one in queries.drafts_of(_system(), rule=rule)]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
        return
    for one in found:
        typer.echo(f"{one['pk']:26} {one['state']:8} {one['in_force_on'] or '-'!s:10} {one['rule']}")


@rules.command("draft")
def draft(
    rule: Annotated[str, typer.Argument(help="Key of the rule.")],
    reason: Annotated[str, typer.Option(help="What the change is for.")],
    definition: Annotated[Path | None, typer.Option("--from", help="YAML file; else the rule in force.")] = None,
    as_json: AsJson = False,
) -> None:
    """Begin a draft from the rule in force, or from a definition in a file."""
    from banyan.edge.rules import actions
    from banyan.kit import clock

    text = definition.read_text(encoding="utf-8") if definition else None
    made = actions.draft_rule(rule=rule, definition=text, by=_system(), on=clock.today(), reason=reason)
    told = {"draft": made.pk, "rule": made.rule, "definition": made.definition}
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{made.pk}\n{made.definition}")


@rules.command("preview")
def preview(
    key: Key,
    first: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
    last: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a draft would have changed in the past: verdicts, figures, alerts, terms, and for whom."""
    from banyan.edge.rules import actions, queries

    found = actions.preview_now(
        draft=queries.draft_of(_system(), key=key), by=_system(), first=first.date() if first else None,
        last=last.date() if last else None,
    )  # fmt: skip
    if found.trouble:
        typer.echo(found.trouble, err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps({"key": found.pk} | (found.result or {}), ensure_ascii=False))
        return
    _print(found)


@rules.command("export")
def export(
    folder: Annotated[Path | None, typer.Argument(help="Folder of a pack to write; else YAML is printed.")] = None,
) -> None:
    """Export what was adopted as whole entries of a pack, each with its former definitions."""
    from banyan.edge.rules import queries
    from banyan.policy import amending

    found = queries.exported()
    text = amending.written(found["entries"]) if found["entries"] else "# nothing was adopted\n"
    lines = [_document(one) for one in found["documents"]]
    if folder is None:
        typer.echo(text + "".join(f"# documents.csv: {line}\n" for line in lines), nl=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adopted.yaml").write_text(text, encoding="utf-8")
    (folder / "documents.adopted.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    typer.echo(f"{len(found['entries'])} entries, {len(lines)} documents, pack {found['packs'][:12]}")


def _document(one: Any) -> str:
    """A document as a line of a pack's documents.csv."""
    import csv
    import io

    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([
        one.id, one.kind, one.number, one.title.zh, one.title.en, one.issuer.zh, one.issuer.en, one.since,
        one.until or "", one.confidence,
    ])  # fmt: skip
    return line.getvalue()


def _print(found: Any) -> None:
    from banyan.edge.rules import queries

    typer.echo(json.dumps(found.result["counts"], ensure_ascii=False))
    for word, names in queries.whom_in_words(found):
        typer.echo(f"{word}: {names}")
    for _sort, title, heads, rows in queries.table_of(found, limit=20):
        if rows:
            typer.echo(f"\n{title}\n" + " | ".join(heads))
            for row in rows:
                typer.echo(" | ".join("" if cell is None else str(cell) for cell in row))


def _system() -> Any:
    from banyan.kit.rights import System

    return System("command line")
