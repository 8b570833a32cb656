"""`banyan check`: recompute and compare; name the first thing that does not hold."""

from __future__ import annotations

import json
from typing import Annotated

import typer

check = typer.Typer(
    help="Recompute and compare: events, log, readings, packs, facts, draws, translations.", no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(check, name="check")


@check.command("events")
def check_events(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Walk the chain of events and name the first one altered, deleted or back-dated."""
    from banyan.kit import events

    fault = next(events.faults(), None)
    last = events.last_number()
    if as_json:
        found = {"number": fault.number, "what": fault.what} if fault else None
        typer.echo(json.dumps({"events": last, "fault": found}))
    elif fault:
        typer.echo(f"event {fault.number}: {fault.what}", err=True)
    else:
        typer.echo(f"{last} events, the chain holds")
    raise typer.Exit(1 if fault else 0)


@check.command("log")
def check_log(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Recompute the public log from the events and name what does not hold."""
    from banyan.kit import log

    found, newest = list(log.faults()), log.head()
    size = newest.size if newest else 0
    if as_json:
        typer.echo(json.dumps({"entries": size, "faults": found, "keys": log.told_keys()}))
    else:
        for one in log.noted_keys()[1:]:
            typer.echo(f"since {one.on}, heads of more than {one.after} entries are signed by another key: {one.key}")
        if newest and log.shown_key() != log.public_key():
            typer.echo(
                "the key of the newest head is not here: the next daily flow signs by another and logs the change"
            )
        for what in found:
            typer.echo(what, err=True)
        typer.echo(f"{size} entries, " + (f"{len(found)} faults" if found else "the log holds"))
    raise typer.Exit(1 if found else 0)


@check.command("readings")
def check_readings(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """
    Compare the readings of credit files and those under a purpose with their nightly seals, and name what was changed
    or taken out.
    """
    from banyan.judgement.access import queries
    from banyan.kit import readings
    from banyan.kit.models import Reading

    found = [f"credit files, {fault}" for fault in queries.faults()]
    found += [f"under a purpose, {fault}" for fault in readings.faults()]
    counted = queries.Access.objects.count() + Reading.objects.count()
    if as_json:
        typer.echo(json.dumps({"readings": counted, "faults": found}))
    else:
        for what in found:
            typer.echo(what, err=True)
        typer.echo(f"{counted} readings, " + (f"{len(found)} faults" if found else "the seals hold"))
    raise typer.Exit(1 if found else 0)


@check.command("facts")
def check_facts(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Rebuild the kinds whose segments are damaged.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare every segment with its digest; name what is damaged, and rebuild it from the versions if asked."""
    from banyan.base.facts import actions, queries

    faulty = [(segment.kind, segment.path, what) for segment, what in queries.faulty_segments()]
    rebuilt = [kind for kind in sorted({kind for kind, _path, _what in faulty}) if rebuild]
    for kind in rebuilt:
        actions.rebuild(kind=kind)
    if as_json:
        typer.echo(json.dumps({"faulty": [{"segment": path, "what": what} for _kind, path, what in faulty],
                               "rebuilt": rebuilt}))  # fmt: skip
    else:
        for _kind, path, what in faulty:
            typer.echo(f"segment {path}: {what}", err=True)
        typer.echo(f"{len(faulty)} damaged segments" + (f", rebuilt: {', '.join(rebuilt)}" if rebuilt else ""))
    raise typer.Exit(1 if faulty and not rebuild else 0)


@check.command("packs")
def check_packs(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Run every case of the packs and name those that fail."""
    from django.conf import settings

    from banyan import policy

    results = policy.verify(policy.load(settings.BANYAN_PACKS))
    failed = [result for result in results if not result.holds]
    if as_json:
        typer.echo(json.dumps({"cases": len(results), "failed": [f"{one.entry}: {one.name}" for one in failed]}))
    else:
        for one in failed:
            typer.echo(f"{one.path}: {one.entry}: {one.name}: expected {one.expected}, found {one.found}", err=True)
        typer.echo(f"{len(results)} cases, {len(failed)} failed")
    raise typer.Exit(1 if failed else 0)


@check.command("limits")
def check_limits(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Count items that agree with their own limits, differ, or cannot be judged again; list those that differ."""
    from banyan.kit import rights
    from banyan.records.inspection import queries

    by = rights.System("check")
    counts = queries.rejudged_counts(by)
    differing = [
        {"sample": one.result.sample.number, "item": one.item, "result": one.value, "limit": one.limit,
         "unit": one.unit, "laboratory": str(one.get_conclusion_display())}
        for one in queries.rejudged_items(by).iterator(chunk_size=2000)
    ]  # fmt: skip
    if as_json:
        reasons = dict(queries.rejudged_reasons(by))
        typer.echo(json.dumps({**counts, "cannot_because": reasons, "differing": differing}, ensure_ascii=False))
        return
    for row in differing:
        typer.echo(" · ".join(row.values()))
    typer.echo(", ".join(f"{name} {count}" for name, count in counts.items()))


@check.command("translations")
def check_translations(
    update: Annotated[
        bool, typer.Option("--update", help="First merge the strings as the code says them now.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take the source strings anew and name each one that the Chinese catalogues lack, doubt or leave in English."""
    from banyan.config import translations

    if update:
        translations.update()
    found = translations.faults()
    if as_json:
        typer.echo(json.dumps({"faults": [{"string": one.msgid, "what": one.what} for one in found]},
                              ensure_ascii=False))  # fmt: skip
    else:
        for one in found:
            typer.echo(f"“{one.msgid}” {one.what}", err=True)
        typer.echo(f"{len(found)} faults in the Chinese catalogues")
    raise typer.Exit(1 if found else 0)


@check.command("draw")
def check_draw(
    key: Annotated[str, typer.Argument(help="Key of the draw, as its page shows it.")],
    export: Annotated[str, typer.Option("--export", help="Also write the public file of the draw there.")] = "",
    script: Annotated[str, typer.Option("--script", help="Also write the outsider's script there.")] = "",
    simulate: Annotated[int, typer.Option("--simulate", help="Draw again with so many other seeds.")] = 0,
) -> None:
    """Replay a draw with the script that an outsider would run on its public file."""
    import subprocess
    import sys
    import tempfile
    from pathlib import Path

    from banyan.records.plans import queries

    text = queries.script()
    bundle = json.dumps(queries.bundle(queries.draw(key)), ensure_ascii=False, indent=1)
    for path, content in ((export, bundle), (script, text)):
        if path:
            Path(path).write_text(content, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        program, file = Path(folder, "verify_draw.py"), Path(folder, "draw.json")
        program.write_text(text, encoding="utf-8")
        file.write_text(bundle, encoding="utf-8")
        more = ["--simulate", str(simulate)] if simulate else []
        # Isolated and without site-packages: what runs here is what an outsider runs.
        done = subprocess.run([sys.executable, "-I", "-S", str(program), str(file), *more], check=False)
    raise typer.Exit(done.returncode)
