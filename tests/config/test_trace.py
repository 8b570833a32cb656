"""The commands of the trace say in JSON and by their end what they found."""

import json

import pytest
from tests.records.trace.test_tracing import made
from tests.records.traceability.conftest import lot, send, trade
from typer.testing import CliRunner

from banyan.config.commands.trace import trace

__all__ = ["send", "trade"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def milled_and_baked(settings, tmp_path, send):
    settings.BANYAN_DATA_DIR = tmp_path
    send(made(8, lot("grain"), lot("flour")), made(9, lot("flour"), lot("bread")))


def test_a_balance_as_json_ends_as_the_table_does():
    wrong = CliRunner().invoke(trace, ["balance", lot("flour"), "--json"])
    right = CliRunner().invoke(trace, ["balance", lot("bread"), "--json"])

    assert (wrong.exit_code, right.exit_code) == (1, 0)
    told = json.loads(wrong.stdout)
    assert told["is_finding"] is True
    assert [(one["made"], one["used"], one["missing"]) for one in told["accounts"]] == [(8.0, 10.0, 2.0)]
    assert json.loads(right.stdout)["is_finding"] is False


def test_more_out_than_in_is_said_by_the_table_and_by_a_trace():
    table = CliRunner().invoke(trace, ["balance", lot("flour")])
    forward = CliRunner().invoke(trace, ["forward", lot("grain")])
    as_json = json.loads(CliRunner().invoke(trace, ["forward", lot("grain"), "--json"]).stdout)

    assert "2 KGM more out than in" in table.output
    assert f"ALERT\t{as_json['balances'][0]['epc']}" in forward.stdout
    assert [one["is_finding"] for one in as_json["balances"]] == [True, True], (
        "of the grain nobody told where it began"
    )
