"""`banyan registry`: names without a code, from a file, matched with the register."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

registry = typer.Typer(help="The register: names from elsewhere matched with its firms.", no_args_is_help=True)
COLUMNS = ("name", "企业名称", "单位名称", "名称", "公司名称", "生产企业", "被抽样单位")


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(registry, name="registry")


@registry.command("match")
def match(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, XLS, JSON or XML file with a column of names.")],
    column: Annotated[str, typer.Option("--column", help="Header of the column of names.")] = "",
    keep: Annotated[bool, typer.Option("--keep", help="Keep the matches, so that people decide them.")] = False,
    county: Annotated[str, typer.Option("--county", help="Key of the region whose desk they go to.")] = "",
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day (default: today).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Match the names of a file with the register: which firm each means, how probable that is, and why."""
    from banyan.base.matching import actions, queries
    from banyan.kit import clock, rights

    day = on.date() if on else clock.today()
    places, names = _names_of(file, column, actions.MOST)
    if keep:
        from banyan.base.registry.queries import region_for_names

        rows = actions.match_names(
            names=names, places=places, source=file.name, county=region_for_names(key=county),
            by=rights.System("matching"), on=day,
        )  # fmt: skip
        answers = [(one.name, one.state, one.candidates) for one in rows]
    else:
        actions.demand_names(names, file.name)
        found = queries.matched(names=names, on=day)
        rules = queries.rules_of(on=day)
        answers = [
            (name, queries.verdict(some, rules), [queries.kept_form(one) for one in some[: actions.KEPT]])
            for name, some in zip(names, found, strict=True)
        ]
    told: list[dict[str, Any]] = [
        {"place": place, "name": name, "state": state, "candidates": candidates}
        for place, (name, state, candidates) in zip(places, answers, strict=True)
    ]
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told:
        best = one["candidates"][0] if one["candidates"] else None
        typer.echo(
            f"{one['place']:>6}  {one['state']:9} {one['name']}"
            + (f"  → {best['name']}  {best['probability']:.1%}  {best['key']}" if best else "")
        )
    counts = {state: sum(one["state"] == state for one in told) for state in ("accepted", "proposed", "refused")}
    typer.echo("  ".join(f"{state} {count:,}" for state, count in counts.items()))


def _names_of(file: Path, column: str, most: int) -> tuple[list[str], list[str]]:
    """Rows and names of the column that was named, or of the first that is called as names are."""
    from django.utils.translation import gettext as _

    from banyan.kit import Refused
    from banyan.kit.sheets import read_tables

    wanted = (column,) if column else COLUMNS
    for table in read_tables(file, expected=wanted):
        at = next((table.columns.index(one) for one in wanted if one in table.columns), None)
        if at is None and not column and len(table.columns) == 1:
            at = 0
        if at is None:
            continue
        places, names = [], []
        for row in table.rows:
            name = str(row.cells[at] if at < len(row.cells) and row.cells[at] is not None else "").strip()
            if name:
                places.append(str(row.number))
                names.append(name)
            if len(names) > most:
                break  # the verb says how many can be matched at once
        return places, names
    raise Refused(
        _("Names were to be read from %(file)s.") % {"file": file.name},
        _("It has no column %(names)s.") % {"names": " / ".join(wanted)},
        _("Name the column with --column."),
    )
