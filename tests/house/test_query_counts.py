"""How many questions each main page puts to the database: equal on SQLite and PostgreSQL, and however many rows.

A page that asks once per row is found here before it is slow. Who changes a number says why in the same commit.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.house.conftest import example

from banyan.base.registry.queries import Organisation
from banyan.edge.rules.models import Draft
from banyan.insight.alerts.models import Alert
from banyan.insight.approval.models import Approval, LateEntry
from banyan.insight.checks.models import Finding
from banyan.insight.indicators.queries import publications
from banyan.kit import recent
from banyan.records.inspection.queries import Result, Sample, Task
from banyan.records.plans.models import Draw

pytestmark = pytest.mark.django_db

PUBLIC, OFFICE, FIRM = "anonymous", "planner", "gulou_firm"
LOT = "urn:epc:class:lgtin:2000000.000001.L0"
PAGES = {
    "portal home": (PUBLIC, "/", 4),
    "published figures": (PUBLIC, "/figures/", 1),
    "clauses": (PUBLIC, "/clauses/", 3),
    "search": (PUBLIC, "/search/?q=%E9%A3%9F%E5%93%81", 6),
    "to do": (OFFICE, "/office/", 54),
    "account": (OFFICE, "/office/account/", 7),
    "cockpit": (OFFICE, "/office/cockpit/", 18),
    "indicators": (OFFICE, "/office/indicators/", 8),
    "indicator": (OFFICE, "/office/indicators/provincial_pass_rate/?by=county", 19),
    "list of samples": (OFFICE, "/office/inspection/sample/", 14),
    "list of draws": (OFFICE, "/office/plans/draw/", 9),
    "sample": (OFFICE, "/office/inspection/sample/sample-0/change/", 20),
    "list of organisations": (OFFICE, "/office/registry/organisation/", 13),
    "organisation": (OFFICE, "/office/registry/organisation/firm-g/change/", 35),
    "readings of the own credit file": (FIRM, "/office/access/access/", 7),
    "screening": (OFFICE, "/office/screenings/number-0/", 6),
    "credential": (FIRM, "/office/vouching/credential/credential-0/change/", 10),
    "status list of credentials": (PUBLIC, "/credentials/status/1", 2),
    "list of names without a code": (OFFICE, "/office/matching/namematch/", 9),
    "name without a code": (OFFICE, "/office/matching/namematch/namematch-0/change/", 8),
    "manifest of reconciliation": (OFFICE, "/api/v1/reconcile", 3),
    "list of alerts": (OFFICE, "/office/alerts/alert/", 16),
    "alert": (OFFICE, "/office/alerts/alert/alert-0/change/", 11),
    "rule of alerts": (OFFICE, "/rules/failing_cluster/", 4),
    "scores": (OFFICE, "/office/scores/", 13),
    "list of drafts": (OFFICE, "/office/rules/draft/", 8),
    "draft": (OFFICE, "/office/rules/draft/draft-0/change/", 11),
    "desk of approvals": (OFFICE, "/office/approval/desk/", 9),
    "list of approvals": (OFFICE, "/office/approval/approval/", 9),
    "approval": (OFFICE, "/office/approval/approval/approval-0/change/", 7),
    "list of late entries": (OFFICE, "/office/approval/lateentry/", 8),
    "list of findings": (OFFICE, "/office/checks/finding/", 12),
    "finding": (OFFICE, "/office/checks/finding/finding-0/change/", 7),
    "completeness": (OFFICE, "/office/checks/completeness/", 12),
    "structures of SDMX": (OFFICE, "/api/v1/sdmx/structure/dataflow", 3),
    "data of SDMX": (OFFICE, "/api/v1/sdmx/data/dataflow/*/provincial_pass_rate", 5),
    "published data of SDMX": (PUBLIC, "/api/v1/public/sdmx/data/dataflow/*/provincial_pass_rate", 2),
    "list of equipment": (OFFICE, "/office/equipment/equipment/", 9),
    "equipment": (OFFICE, "/office/equipment/equipment/equipment-0/change/", 13),
    "overdue equipment": (OFFICE, "/office/special-equipment/overdue/", 9),
    "public page of equipment": (PUBLIC, "/equipment/code-0/", 1),
    "list of cases": (OFFICE, "/office/casework/case/", 11),
    "case": (OFFICE, "/office/casework/case/case-0/change/", 16),
    "figures of cases": (OFFICE, "/office/cases/figures/", 10),
    "unlike fines": (OFFICE, "/office/cases/unlike/", 5),
    "situation": (OFFICE, "/office/situation/", 7),
    "response": (OFFICE, "/office/situation/activation-0/", 16),
    "readiness": (OFFICE, "/office/readiness/", 11),
    "alerts": (PUBLIC, "/alerts/", 1),
    "trace": (FIRM, f"/office/trace/?epc={LOT}", 9),
    "trace over the API": (FIRM, f"/api/v1/trace/forward?epc={LOT}", 7),
    "firms, searched": (PUBLIC, "/firms/?q=%E9%A3%9F%E5%93%81", 4),
    "public page of a firm": (PUBLIC, "/firms/91350100MA2T3X0Q68/", 10),
    "firm by code over the API": (PUBLIC, "/api/v1/public/firms/91350100MA2T3X0Q68", 3),
    "pack": (PUBLIC, "/01/02000000000015/10/L0", 3),
}
AGAIN = {
    "credential": 9,
    "scores": 12,
    "indicators": 7,
    "portal home": 2,
    "clauses": 1,
    "to do": 6,  # what a receiver does not take moves without an event
    "cockpit": 13,
    "indicator": 14,
    "list of samples": 5,
    "list of draws": 4,
    "sample": 19,
    "list of organisations": 4,
    "list of equipment": 4,
    "list of names without a code": 4,
    "list of cases": 4,
    "figures of cases": 4,
    "unlike fines": 4,
    "list of alerts": 9,
    "alert": 10,
    "list of drafts": 5,
    "draft": 10,
    "desk of approvals": 7,
    "list of approvals": 5,
    "list of late entries": 5,
    "list of findings": 6,
    "completeness": 7,
    "trace": 8,
    "case": 15,
    "firms, searched": 1,
    "public page of a firm": 1,
    "firm by code over the API": 1,
}
MORE = 30


def asked(twins, person: str, address: str) -> list[str]:
    """The questions of a page that was opened before: its figures are remembered, nothing else since the event."""
    browser = twins.browser(person)
    assert browser.get(address).status_code == 200, address
    recent.forget()
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    return [one["sql"] for one in queries.captured_queries]


def add_rows() -> None:
    """Thirty more firms, samples with results, drafts, approvals and so on, all within the planner's sight."""
    nouns = (Organisation, Task, Sample, Result, Draw, Alert, Draft, Approval, LateEntry, Finding)
    for model in (*nouns, publications().model):
        rows = [example(model, place % 2) for place in range(MORE)]
        for place, row in enumerate(rows):
            row.pk = f"{model._meta.model_name}-more-{place}"
            for field in model._meta.concrete_fields:
                if field.unique and not field.primary_key:
                    setattr(row, field.attname, f"{field.name}-more-{place}")
            if model is Sample:
                row.due_on, row.maker_id, row.state = date(2025, 5, 9), "firm-g", "sampled"
            if model is Approval:
                row.workflow = f"workflow-more-{place}"
            if model is Result:
                row.sample_id = f"sample-more-{place}"
        model._default_manager.bulk_create(rows)


def test_each_main_page_puts_as_many_questions_as_its_line_says(twins):
    found = {name: len(asked(twins, person, address)) for name, (person, address, _count) in PAGES.items()}

    assert found == {name: count for name, (_person, _address, count) in PAGES.items()}


def test_what_rests_on_recorded_nouns_is_not_asked_again_before_the_next_event(twins, monkeypatch):
    monkeypatch.setattr(recent, "forget", lambda: None)

    found = {name: len(asked(twins, person, address)) for name, (person, address, _count) in PAGES.items()}

    most = {name: AGAIN.get(name, count) for name, (_person, _address, count) in PAGES.items()}
    assert {name: count for name, count in found.items() if count > most[name]} == {}
    assert sum(found.values()) >= sum(most.values()) - 5, "some line is too generous"


def test_more_rows_are_no_more_questions(twins):
    add_rows()

    found = {name: asked(twins, person, address) for name, (person, address, _count) in PAGES.items()}

    grown = {name: len(found[name]) - count for name, (_p, _a, count) in PAGES.items() if len(found[name]) > count}
    assert grown == {}
