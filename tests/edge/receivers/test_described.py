"""The operations of receivers answer their own machine as the OpenAPI file says, whatever it sends."""

from __future__ import annotations

import schemathesis
from hypothesis import given
from schemathesis.checks import load_all_checks
from tests.edge.receivers.conftest import list_firm, repair
from tests.house.test_openapi import FILES, UNHURRIED, Faults, calls_of

from banyan.edge.receivers import actions


def test_a_receivers_own_calls_are_answered_as_described_and_none_is_a_mistake_of_ours(city, enter, program):
    load_all_checks()
    client = program(enter("Bank", "listings", "grades"))
    repair(list_firm(on=city.today), on=city.today)
    actions.deliver(post=lambda *_told: None)
    changes = [one["id"] for one in client.get("/api/v1/exchange/changes").json()["items"]]
    schema = schemathesis.openapi.from_dict(FILES["/api/v1"]())
    schema.config.update(base_url="http://testserver")
    faults = Faults({"Authorization": client.defaults["HTTP_AUTHORIZATION"]})

    for operation in (found.ok() for found in schema.include(path_regex="/exchange/").get_all_operations()):
        UNHURRIED(given(case=calls_of(operation, (*changes, "listings", "0", "1-1")))(faults.call))()

    assert len(faults.called) == 3
    assert not faults.found, "\n\n".join(["", *faults.found.values()])
