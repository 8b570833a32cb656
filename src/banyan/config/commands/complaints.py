"""`banyan complaints`: learn the subjects of complaints from labelled texts, and tell how well that goes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

complaints = typer.Typer(help="Subjects of complaints: learnt, and how well told apart.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="A table (CSV, XLSX) of texts with their classes.", exists=True)]
Text = Annotated[str, typer.Option(help="Columns of the text, with commas between them.")]
Label = Annotated[str, typer.Option(help="Column of the class.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(complaints, name="complaints")


@complaints.command("train")
def train(
    file: File, text: Text, label: Label, as_json: AsJson = False,
    only_try: Annotated[bool, typer.Option("--try", help="Tell how well it goes, and keep nothing.")] = False,
) -> None:  # fmt: skip
    """Learn from three quarters of the texts of each class, print how well the rest is told apart, and learn all."""
    from banyan.kit import clock
    from banyan.response.complaints import actions

    texts, labels = _read(file, text=text, label=label)
    if only_try:
        _model, scores = actions.trained(texts, labels)
    else:
        scores = actions.learn_from_file(texts, labels, on=clock.today())
    _tell(scores, as_json=as_json)


@complaints.command("score")
def score(file: File, text: Text, label: Label, as_json: AsJson = False) -> None:
    """Print how well what was learnt tells the texts of a file apart."""
    from banyan.response.complaints.queries import classifying
    from banyan.science import text_classes

    if classifying.learned() is None:
        typer.echo("nothing was learnt yet: the words of the packs suggest subjects", err=True)
    texts, labels = _read(file, text=text, label=label)
    found = [one.key or "—" for one in classifying.subjects_of(texts)]
    _tell(text_classes.score(labels, found), as_json=as_json)


def _read(file: Path, *, text: str, label: str) -> tuple[list[str], list[str]]:
    from banyan.kit.sheets import read_tables

    columns = [one.strip() for one in text.split(",")]
    texts, labels = [], []
    for table in read_tables(file, expected=[*columns, label]):
        if missing := [one for one in (*columns, label) if one not in table.columns]:
            raise typer.BadParameter(f"there is no column {missing[0]}; there are: {', '.join(table.columns)}.")
        places = [table.columns.index(one) for one in columns]
        own = table.columns.index(label)
        for row in table.rows:
            if row.cells[own].strip():
                texts.append(" ".join(row.cells[place] for place in places))
                labels.append(row.cells[own].strip())
    if not texts:
        raise typer.BadParameter("no row has a text with a class.")
    return texts, labels


def _tell(scores: Any, *, as_json: bool) -> None:
    rows = [
        {"class": name, "texts": int(texts), "found": int(found), "right": int(right),
         "recall": round(right / texts, 3) if texts else None,
         "precision": round(right / found, 3) if found else None}
        for name, texts, found, right in zip(scores.classes, scores.texts, scores.found, scores.right, strict=True)
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps({"accuracy": round(scores.accuracy, 3), "classes": rows}, ensure_ascii=False))
        return
    typer.echo("class\ttexts\tright\trecall\tprecision")
    for row in rows:
        typer.echo(f"{row['class']}\t{row['texts']}\t{row['right']}\t{row['recall']}\t{row['precision']}")
    typer.echo(f"accuracy {scores.accuracy:.3f} of {int(scores.texts.sum())} texts held back or given")
