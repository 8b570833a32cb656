"""Every operation that the OpenAPI files describe, called with whatever they allow and with much that they do not.

No answer is a mistake of ours (5xx), and none has a status, a type or a form that the file does not tell. A person
who holds every role calls, a machine, and nobody. `BANYAN_API_EXAMPLES` is how often each operation is called by each
of them; where it is set (`make fuzz`), each run makes other calls.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ninja import Schema
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from tests.kit.test_machines import ask
from tests.town import HOLDERS

from banyan import policy
from banyan.edge.epcis.queries import description
from banyan.kit import machines
from banyan.kit.api import assembled
from banyan.kit.models import Grant, Person
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("BANYAN_API_EXAMPLES", "10"))
EACH_RUN_ANEW = "BANYAN_API_EXAMPLES" in os.environ
CHECKED = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance"),
)
UNHURRIED = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=not EACH_RUN_ANEW, phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
FILES = {
    "/api/v1": lambda: assembled().get_openapi_schema(path_prefix="/api/v1/"),
    "/epcis/v2": description.openapi,
}


@pytest.fixture(scope="module")
def callers(twins, django_db_blocker) -> Iterator[dict[str, dict[str, str]]]:
    """What each caller sends with its calls: a session with its token against forgery, a machine's token, nothing."""
    day = date(2025, 6, 1)
    with django_db_blocker.unblock(), transaction.atomic():
        whole = Person.objects.create(username="every-role")
        for role in policy.load(("house",)).entries(kind="role"):
            holders = (one for one in HOLDERS.values() if one[0] == role.key)
            everywhere = next(holders, (role.key, "", ""))[1:]
            Grant.objects.create(
                person=whole, role=role.key, from_on=day, dimension=everywhere[0], path=everywhere[1]
            )
        browser = Client()
        browser.force_login(whole)
        forgery = "f" * 32
        machine = machines.enter_machine(
            username="exchange", scopes=tuple(machines.scopes()), role="firm", dimension="organisation",
            path="firm-g", from_on=day, by=System("test"), on=day,
        )  # fmt: skip
        token = ask(machine.client_id, machine.told_once.rpartition(" ")[2]).json()["access_token"]
        yield {
            "every role": {
                "Cookie": f"sessionid={browser.cookies['sessionid'].value}; csrftoken={forgery}",
                "X-CSRFToken": forgery,
            },
            "machine": {"Authorization": f"Bearer {token}"},
            "nobody": {},
        }
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def known(twins) -> tuple[str, ...]:
    """Keys and numbers that there are: a call with one of them comes further than one with any text."""
    nouns = ("firm-g", "lab-e", "gulou", "software", "C14", "rice", "planner", "product_supervision", "2025")
    made = ("sample-0", "plan-0", "draw-0", "case-0", "complaint-0", "listing-0", "recall-0", "alert-0")
    return (*nouns, *made, "draft-0", "preview-0", "provincial_pass_rate", "ObjectEvent", "commissioning", "1", "0")


def calls_of(operation: Any, known: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Calls as the file allows them and as it does not, some of them with keys that there are."""
    kinds = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @st.composite
    def made(draw: Any) -> Any:
        case = draw(kinds)
        for name in case.path_parameters or ():
            if draw(st.booleans()):
                case.path_parameters[name] = draw(st.sampled_from(known))
        if isinstance(case.query, dict):
            for name, value in case.query.items():
                if isinstance(value, str) and draw(st.integers(0, 3)) == 0:
                    case.query[name] = draw(st.sampled_from(known))
        return case

    return made()


class Faults:
    """What was called and answered, and each kind of fault once, with the call that showed it."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        self.handler = WSGIHandler()
        self.checks = [CHECKS.get_one(name) for name in CHECKED]
        self.called: set[str] = set()
        self.found: dict[tuple[Any, ...], str] = {}

    def signed_in(self, environ: dict[str, Any], start: Any) -> Any:
        """The application, to which each call comes as the caller's, whatever else was made up for it."""
        signals = (request_started, request_finished)
        for signal in signals:  # they would close the connection in which the test's rows are
            signal.disconnect(close_old_connections)
        try:
            return self.handler(environ | self.sent, start)
        finally:
            for signal in signals:
                signal.connect(close_old_connections)

    def call(self, case: Any) -> None:
        with transaction.atomic():  # what a call writes is gone before the next
            answer = case.call(app=self.signed_in)
            transaction.set_rollback(True)
        self.called.add(case.operation.label)
        try:
            case.validate_response(answer, checks=self.checks)
        except BaseExceptionGroup as group:
            asked = f"{answer.request.method} {answer.request.url} {answer.request.body!r}"
            for fault in group.exceptions:
                kind = (case.operation.label, answer.status_code, fault.title)
                self.found.setdefault(kind, f"{kind}\n{fault}\n{asked[:600]}\n{answer.content[:300]!r}")


@pytest.mark.slow
@pytest.mark.parametrize("root", FILES)
@pytest.mark.parametrize("who", ["every role", "machine", "nobody"])
def test_every_answer_is_described_and_none_is_a_mistake_of_ours(callers, known, root, who):
    load_all_checks()
    schema = schemathesis.openapi.from_dict(FILES[root]())
    schema.config.update(base_url=f"http://testserver{root if root.startswith('/epcis') else ''}")
    operations = [found.ok() for found in schema.get_all_operations()]
    faults = Faults(callers[who])

    for operation in operations:
        UNHURRIED(given(case=calls_of(operation, known))(faults.call))()

    assert not faults.found, "\n\n".join(["", *faults.found.values()])
    assert faults.called == {operation.label for operation in operations}


def test_no_two_rooms_describe_different_things_under_one_name():
    assembled()
    rooms = [room for name, room in sys.modules.items() if name.startswith("banyan.") and name.endswith(".api")]
    described = [
        name
        for room in rooms
        for name, one in vars(room).items()
        if isinstance(one, type) and issubclass(one, Schema) and one.__module__ == room.__name__
    ]

    twice = [name for name, times in Counter(described).items() if times > 1]

    assert not twice, "the file would tell one of them for both"
