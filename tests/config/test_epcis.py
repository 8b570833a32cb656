"""`banyan epcis load`: documents from files, packed and plain, kept once however often they are loaded."""

import gzip

import pytest
import typer
from tests.records.traceability.conftest import document, event, pack, trade
from typer.testing import CliRunner

from banyan.config.commands import epcis
from banyan.records.traceability.models import CaptureJob, TraceEvent

pytestmark = pytest.mark.django_db
__all__ = ["trade"]


@pytest.fixture(autouse=True)
def folder_of_its_own(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path / "data"


def load(*words):
    app = typer.Typer()
    epcis.register(app)
    return CliRunner().invoke(app, ["epcis", "load", *map(str, words)])


def test_files_are_kept_once_and_the_trace_knows_them(trade, tmp_path):
    plain, packed = tmp_path / "one.jsonld", tmp_path / "two.json.gz"
    plain.write_bytes(document(event(epcList=[pack(1)], action="ADD")))
    packed.write_bytes(gzip.compress(document(*(event(epcList=[pack(n)], action="ADD", hour=9) for n in (2, 3)))))

    first, again = (load(plain, packed, "--for", trade.gulou_firm.pk) for _time in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "1 kept, 0 known, 0 refused" in first.output
    assert "2 kept, 0 known, 0 refused" in first.output
    assert "index of traces: events 1-3" in first.output
    assert "0 kept, 2 known, 0 refused" in again.output
    assert TraceEvent.objects.count() == 3
    assert CaptureJob.objects.count() == 4


def test_what_is_wrong_is_named_and_keeps_its_file_out_unless_asked(trade, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_bytes(document(event(epcList=[pack(1)], action="ADD"), event(epcList=["7"], action="ADD")))

    refused = load(broken, "--for", trade.gulou_firm.pk)
    proceeded = load(broken, "--for", trade.gulou_firm.pk, "--proceed")

    assert (refused.exit_code, proceeded.exit_code) == (1, 1)
    assert "0 kept, 0 known, 1 refused" in refused.output
    assert "/epcisBody/eventList/1/epcList/0" in refused.output
    assert "1 kept, 0 known, 1 refused" in proceeded.output
