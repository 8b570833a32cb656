"""Rows that name a firm without a code: matched in bulk, decided by a person where in doubt, joined, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.edge.intake.conftest import PASSED
from tests.edge.intake.test_command import DAY, HOUSE, taken, written

from banyan.base.matching import actions as matching
from banyan.base.matching.models import NameMatch
from banyan.base.registry import actions as registry
from banyan.config import clocks
from banyan.edge.intake import actions
from banyan.edge.intake.actions import naming
from banyan.edge.intake.models import ImportedName
from banyan.kit.models import Version
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.models import Sample

pytestmark = pytest.mark.django_db
SURE, IN_DOUBT, NOBODY, WHOLE = "福州榕質电子科技公司", "海舟食品", "福州从未有过水泥有限公司", "福州霁岚贸易有限公司"


@pytest.fixture
def firms(city) -> dict[str, Any]:
    names = (
        "福州榕质电子科技有限公司",
        WHOLE,
        "福州海舟食品有限公司",
        "厦门海舟食品有限公司",
        "福州筠溪彩印有限公司",
    )
    made = registry.enter_organisations(
        records=[{"name": name, "county": city.gulou} for name in names], by=HOUSE, on=city.today
    )
    return {one.name: one for one in made}


def row(name: str, lot: str, **more: str) -> dict[str, str]:
    return PASSED | {"标称生产企业名称": name, "批号": lot} | more


ROWS = [row(SURE, "A"), row(SURE, "B"), row(IN_DOUBT, "C"), row(NOBODY, "D"), row(WHOLE, "E")]


def makers() -> dict[str, str | None]:
    return dict(Sample.objects.filter(withdrawn_on=None).order_by("lot").values_list("lot", "maker__name"))


def test_a_certain_name_is_joined_a_doubtful_one_goes_before_a_person_and_all_rows_are_accepted(
    city, firms, tmp_path
):
    answer, _record = taken(written(tmp_path, ROWS))

    assert (answer["accepted"], answer["refused"]) == (5, 0)
    assert answer["names"] == {"joined": 1, "to_be_decided": 1, "unknown": 2}, "the seller is in no register either"
    assert makers() == {
        "A": "福州榕质电子科技有限公司", "B": "福州榕质电子科技有限公司", "C": None, "D": None, "E": WHOLE,
    }  # fmt: skip
    sure, doubtful = NameMatch.objects.order_by("state")
    assert (sure.name, sure.state, sure.is_by_machine) == (SURE, "accepted", True)
    assert (doubtful.name, doubtful.state) == (IN_DOUBT, "proposed")
    assert doubtful.source.endswith("food.csv")
    assert [one["feature"] for one in sure.candidates[0]["features"]][:2] == ["trade_name", "trade"]
    assert sorted(ImportedName.objects.values_list("name", flat=True)) == sorted([SURE, IN_DOUBT])
    last = Version.objects.filter(noun="inspection.sample", key=Sample.objects.get(lot="A").pk).order_by("id").last()
    assert firms["福州榕质电子科技有限公司"].pk in last.state, "facts are made of what the version says"


def test_what_a_person_decides_reaches_the_samples_by_the_clocks_and_leaves_them_when_it_is_undone(
    city, people, firms, tmp_path
):
    taken(written(tmp_path, ROWS))
    match = NameMatch.objects.get(state="proposed")

    matching.accept_match(name_match=match, by=people.planner, on=city.today)
    assert makers()["C"] is None
    assert clocks.run(on=city.today)["samples joined by name"] == 1
    chosen = match.candidates[0]["name"]
    assert makers()["C"] == chosen
    assert clocks.run(on=city.today)["samples joined by name"] == 0, "what is done needs doing no more"

    match.refresh_from_db()
    other = firms["厦门海舟食品有限公司" if chosen.startswith("福州") else "福州海舟食品有限公司"]
    matching.undo_match(name_match=match, by=people.planner, on=city.today, reason="Another town")
    actions.join_decided(on=city.today)
    assert makers()["C"] is None
    match.refresh_from_db()
    matching.choose_match(name_match=match, organisation=other, by=people.planner, on=city.today)
    actions.join_decided(on=city.today)
    assert makers()["C"] == other.name


def test_a_match_by_machine_is_taken_back_from_all_its_samples_but_not_from_those_amended_since(
    city, people, firms, tmp_path
):
    taken(written(tmp_path, ROWS))
    kept, amended = Sample.objects.get(lot="A"), Sample.objects.get(lot="B")
    inspection.amend_samples(
        samples=[amended], changes={amended.pk: {"maker_id": firms[WHOLE].pk}}, by=HOUSE, on=city.today, reason="Seen"
    )

    match = NameMatch.objects.get(name=SURE)
    matching.undo_match(name_match=match, by=people.planner, on=city.today, reason="Not they")

    assert actions.join_decided(on=city.today) == 1
    kept.refresh_from_db()
    amended.refresh_from_db()
    assert (kept.maker_id, amended.maker_id) == (None, firms[WHOLE].pk)


def test_a_name_that_was_decided_before_is_not_asked_again(city, people, firms, tmp_path):
    taken(written(tmp_path, ROWS))
    match = NameMatch.objects.get(state="proposed")
    matching.accept_match(name_match=match, by=people.planner, on=city.today)

    answer, _record = taken(written(tmp_path, [row(IN_DOUBT, "F"), row(SURE, "G")], name="more.csv"))

    assert NameMatch.objects.count() == 2
    assert answer["names"] == {"joined": 2, "unknown": 1}
    assert makers()["F"] == match.candidates[0]["name"]
    assert makers()["G"] == "福州榕质电子科技有限公司"


def test_undoing_the_import_takes_its_names_from_the_desk_and_withdraws_the_joined_samples(
    city, people, firms, tmp_path
):
    _answer, record = taken(written(tmp_path, ROWS))

    actions.undo_import(record=record, by=HOUSE, on=DAY, reason="Another city")
    record = actions.go_on(key=record.pk)

    assert (record.state, record.counts["withdrawn"], record.counts.get("kept", 0)) == ("undone", 5, 0)
    assert not NameMatch.objects.filter(withdrawn_on=None).exists()
    assert not ImportedName.objects.exists()
    again, _record = taken(written(tmp_path, ROWS))
    assert again["names"] == {"joined": 1, "to_be_decided": 1, "unknown": 2}


def test_an_import_that_was_cut_off_before_its_names_were_matched_is_gone_on_with_in_the_night(
    city, firms, tmp_path, monkeypatch
):
    with monkeypatch.context() as killed:
        killed.setattr(naming, "_known_before", lambda _names: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            taken(written(tmp_path, ROWS))
    assert makers()["A"] is None
    assert not NameMatch.objects.exists()

    assert actions.run_clocks(on=city.today) == {"samples joined by name": 2}

    assert makers()["A"] == "福州榕质电子科技有限公司"
    assert NameMatch.objects.count() == 2


def test_ten_times_the_rows_ask_the_database_no_oftener_for_their_names(city, firms, tmp_path):
    def asked(count: int, name: str) -> int:
        rows = [row(f"福州第{number}号霁岚货栈{name}", f"{name}{number}") for number in range(count)]
        path = written(tmp_path, rows, name=f"{name}.csv")
        with CaptureQueriesContext(connection) as found:
            taken(path)
        return len(found)

    asked(3, "x")
    few = asked(20, "y")

    assert asked(200, "z") <= few + 2


def test_the_pages_of_the_name_and_of_the_sample_show_each_other(city, people, firms, tmp_path, browser):
    _answer, record = taken(written(tmp_path, ROWS))
    match = NameMatch.objects.get(name=SURE)

    of_name = browser("planner").get(f"/office/matching/namematch/{match.pk}/change/").content.decode()
    sample = Sample.objects.get(lot="C")
    of_sample = browser("planner").get(f"/office/inspection/sample/{sample.pk}/change/").content.decode()

    assert f"Import {record.number}" in of_name
    assert "its samples stand with 福州榕质电子科技有限公司" in of_name
    assert IN_DOUBT in of_sample
    assert NameMatch.objects.get(name=IN_DOUBT).pk in of_sample
    assert (
        "wait for a person to decide" in browser("planner").get(f"/office/intake/{record.number}/").content.decode()
    )


def test_marks_that_stand_for_no_name_are_no_names(city, firms, tmp_path):
    taken(written(tmp_path, [row("/", "A"), row("----", "B"), row("无", "C")]))

    assert not NameMatch.objects.exists()
    assert not ImportedName.objects.exists()
