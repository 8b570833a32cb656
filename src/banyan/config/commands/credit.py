"""`banyan credit`: the grade of a firm with what makes it, how grades fall, screenings of many codes, credentials."""

from __future__ import annotations

import dataclasses
import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

credit = typer.Typer(help="Quality credit: why a firm has its grade, and how grades fall.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day (default: today).")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(credit, name="credit")


@credit.command("show")
def show(
    key: Annotated[str, typer.Argument(help="Key or unified social credit code of the firm.")],
    on: On = None,
    known_at: Annotated[
        datetime | None, typer.Option("--known-at", formats=["%Y-%m-%d"], help="As known at the end of this day.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show score and grade of a firm. What was recorded since the last daily flow is collected first."""
    from banyan.base.facts import actions as facts
    from banyan.base.registry import queries as registry
    from banyan.judgement.credit import queries
    from banyan.kit import clock

    firm = registry.organisation_by_code(code=key) or registry.organisation(key=key)
    facts.collect()
    told = queries.explained(
        firm=firm.pk, on=on.date() if on else clock.today(), known_on=known_at.date() if known_at else None
    )
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(told) | {"name": firm.name}, ensure_ascii=False, default=str))
        return
    typer.echo(f"{firm.name}  {told.on}  {told.grade} {told.title}  {told.score:f} / {told.start:f}")
    for line in told.lines:
        days = f"{line.counts_from} – {line.ends}"
        found = f"{line.record} ({line.found_at} {line.begins})" if line.found_at else line.record
        typer.echo(f"{-line.now:>+8} ({-line.points:+})  {days}  {line.title}  {line.written}  {found}")
    for one in told.ahead:
        typer.echo(f"→ {one.on}  {one.grade} {one.title}  {one.score:f}")


@credit.command("screen")
def screen(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with a column of codes, or one code a line.")],
    purpose: Annotated[str, typer.Option("--purpose", help="A purpose of the packs' `access.purposes`.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Where a copy of the result goes.")] = None,
    on_behalf: Annotated[str, typer.Option("--on-behalf", help="For whom it is asked.")] = "",
    as_json: AsJson = False,
) -> None:
    """Screen up to 100,000 codes, freeze the result, and print its receipt."""
    from banyan.edge.vouching import actions, queries
    from banyan.kit import clock, rights

    def tell(done: int) -> None:
        if not as_json:
            typer.echo(f"{done:,}", err=True)

    with file.open("rb") as content:
        record = actions.screen_now(
            chunks=iter(lambda: content.read(2**20), b""), name=file.name, purpose=purpose, on_behalf=on_behalf,
            by=rights.System("command"), on=clock.today(), tell=tell,
        )  # fmt: skip
    if record.trouble:
        typer.echo(record.trouble, err=True)
        raise typer.Exit(1)
    if out:
        with actions.result_of(record) as result, out.open("wb") as copy:
            shutil.copyfileobj(result, copy)
    told = {"number": record.number, "codes": record.rows, "counts": record.counts, "digest": record.result_digest}
    if as_json:
        typer.echo(json.dumps(told | queries.evidence_of(record)))
        return
    for name, said in queries.OUTCOMES.items():
        typer.echo(f"{record.counts.get(name, 0):>9,}  {said}")
    typer.echo(f"{record.number}  {record.result_digest}")


@credit.command("credential")
def credential(
    number: Annotated[str, typer.Argument(help="Number of a credential; none with --script or --keys.")] = "",
    script: Annotated[bool, typer.Option("--script", help="Print the outsider's script instead.")] = False,
    keys: Annotated[bool, typer.Option("--keys", help="Print the public key instead.")] = False,
    status: Annotated[int, typer.Option("--status", help="Print the status list of this number instead.")] = 0,
) -> None:
    """Print a credential that a firm took, or what verifies it: script, key, status list."""
    from banyan.edge.vouching import queries
    from banyan.edge.vouching.models import Credential
    from banyan.kit import credentials

    if script or keys:
        typer.echo(credentials.script() if script else json.dumps(credentials.key_set()), nl=not script)
        return
    said = queries.status_list(status) if status else Credential.objects.filter(number=number).first()
    if said is None:
        typer.echo("there is none", err=True)
        raise typer.Exit(1)
    typer.echo(said if isinstance(said, str) else said.token)


@credit.command("fairness")
def fairness(on: On = None, as_json: AsJson = False) -> None:
    """Print how grades fall on firms of each size, county and trade."""
    from banyan.judgement.credit import queries
    from banyan.kit import clock

    told = queries.fairness(on=on.date() if on else clock.today())
    rows: list[tuple[str, Any]] = []
    if told:
        rows = [("", told.all), *((by, one) for by in queries.BY for one in told.groups[by])]
    if as_json:
        fields = ("unit", "firms", "found", "points", "samples", "grades", "below", "low", "high")
        typer.echo(json.dumps([{"by": by} | {name: getattr(one, name) for name in fields} for by, one in rows]))
        return
    for by, one in rows:
        grades = " ".join(f"{grade} {one.grades[grade]}" for grade in (told.grades if told else ()))
        share = f"{one.below:6.1%} [{one.low:.1%}, {one.high:.1%}]" if one.below is not None else ""
        typer.echo(f"{by:9} {one.unit:16} {one.firms:>8,}  {share}  {grades}")
