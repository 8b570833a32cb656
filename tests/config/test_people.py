"""`banyan people`: the first administrator of an empty installation comes to be by a command."""

import pytest
from typer.testing import CliRunner

from banyan.kit import Refused, rights
from banyan.kit.models import Person

pytestmark = pytest.mark.django_db


def run(*words, password="a-long-password-9"):
    from banyan.config.commands.people import people

    return CliRunner().invoke(people, [*words, "--password-stdin"], input=f"{password}\n", catch_exceptions=False)


def test_an_administrator_is_entered_and_may_sign_in(client, today):
    answer = run("add", "root", "--role", "administrator")

    assert answer.exit_code == 0
    person = Person.objects.get(username="root")
    assert rights.has(person, "people.manage", on=today)
    assert client.login(username="root", password="a-long-password-9")


def test_a_role_may_hold_within_a_county_only(today):
    run("add", "ben", "--role", "county_officer", "--within", "region", "--path", "/fujian/fuzhou/gulou")

    found = rights.reaches(Person.objects.get(username="ben"), "intake.run", on=today)

    assert found == (rights.Reach("region", "/fujian/fuzhou/gulou"),)


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (("add", "root", "--role", "king"), "a-long-password-9", "The packs know no such role."),
        (("add", "root", "--role", "administrator"), "short", "Choose a longer or less common one."),
    ],
)
def test_what_cannot_be_entered_is_refused_and_nobody_is(today, words, password, said):
    with pytest.raises(Refused) as refused:
        run(*words, password=password)

    assert said in refused.value.sentence
    assert not Person.objects.exists()
