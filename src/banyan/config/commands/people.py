"""`banyan people`: enter someone who signs in, and list who may do what; so the first administrator comes to be."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

people = typer.Typer(help="People who sign in, and their roles.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the sub-command."""
    app.add_typer(people, name="people")


@people.command("add")
def add(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[str, typer.Option("--role", help="Role of the packs, such as administrator or planner.")],
    name: Annotated[str, typer.Option("--name", help="Name shown.")] = "",
    dimension: Annotated[str, typer.Option("--within", help="region, organisation or laboratory.")] = "",
    path: Annotated[str, typer.Option("--path", help="Which one, for a region /fujian/fuzhou/gulou.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from a pipe.")] = False,
) -> None:
    """Enter a person with a role, everywhere or within a part. The password is asked for and not shown."""
    from django.db import transaction

    from banyan.edge.intake import actions as intake
    from banyan.kit import clock, people, rights

    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked()
    by = rights.System("command line")
    with transaction.atomic():
        person = people.enter_person(username=username, display_name=name, password=password, by=by, on=clock.today())
        people.give_role(
            person=person, role=role, from_on=clock.today(), dimension=dimension, path=path, by=by, on=clock.today()
        )
        intake.load_places(on=clock.today())  # so that the first person finds counties to work in
    typer.echo(f"{username} · {role} · {path or '*'}")


@people.command("list")
def show(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Who may sign in, and with which roles today."""
    from banyan.kit import clock, rights
    from banyan.kit.models import Person

    for person in Person.objects.filter(is_active=True).order_by("username"):
        roles = rights.roles_of(person, on=clock.today())
        if as_json:
            typer.echo(json.dumps({"username": person.username, "roles": roles}))
        else:
            typer.echo(f"{person.username:24} {', '.join(roles)}")


def _asked() -> str:
    from django.utils.translation import gettext as _

    return str(typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True))
