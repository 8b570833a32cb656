"""From a clause to a single test report in one call, within what the person may see."""

from __future__ import annotations

from typing import Any

import pytest
from tests.base.facts.conftest import OFFICE
from tests.edge.conftest import KEY, TODAY

from banyan.records.inspection.models import Result


@pytest.fixture
def reported(judged: Any) -> Any:
    """Each of the latest batches has the report of a laboratory."""
    reports = [
        Result(key=f"r-{key}", sample_id=key, report_number=f"R/{key}", reported_on=TODAY, conclusion="passed")
        for key in judged.world.samples
    ]
    judged.world.enter(records=reports, by=OFFICE, on=TODAY)
    return judged


def parts(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    return {part["indicator"]: part for target in answer.json()["targets"] for part in target["parts"]}


def test_one_call_leads_from_a_clause_to_test_reports(browse: Any, reported: Any) -> None:
    leader = browse(reported.people.leader)
    judged = parts(leader.get("/api/v1/clauses/1.2?records=100"))[KEY]

    assert judged["row"]["n"] == judged["total"] == 206
    assert len(judged["evidence"]) == 100
    for line in judged["evidence"]:
        (report,) = line["reports"]
        assert report["report_number"] == f"R/{line['key']}"
    shown = leader.get(f"/office/inspection/result/{judged['evidence'][0]['reports'][0]['key']}/change/")
    assert shown.status_code == 200


def test_a_county_officer_sees_the_own_countys_evidence_only(browse: Any, reported: Any) -> None:
    judged = parts(browse(reported.people.officer_gulou).get("/api/v1/clauses/1.2?records=100"))[KEY]

    assert judged["total"] == 140
    assert {line["key"].split("-")[0] for line in judged["evidence"]} == {"east"}


def test_each_clause_is_listed_with_verdicts_and_what_is_missing(browse: Any, judged: Any) -> None:
    clauses = browse(judged.people.leader).get("/api/v1/clauses").json()

    targets = [target for clause in clauses for target in clause["targets"]]
    assert len(targets) == 23
    assert all(target["parts"] or target["needs_zh"] for target in targets)
    assert {target["verdict"] for target in targets} >= {"not met", "record missing"}


def test_what_is_not_known_is_refused(browse: Any, judged: Any) -> None:
    leader = browse(judged.people.leader)

    assert leader.get("/api/v1/clauses/9.9").status_code == 404
    assert leader.get("/api/v1/clauses/1.2?records=1000").status_code == 400
    assert leader.get("/api/v1/clauses/1.2?rows=1").status_code == 400
    assert browse(judged.people.gulou_firm).get("/api/v1/clauses").status_code == 403
    assert browse().get("/api/v1/clauses").status_code == 401
