"""Stories of responses in the browser: a case from clue to closing, evidence taken off line, a task, a consumer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.test_objections import record_of
from tests.e2e.test_office_work import do, first, send

pytestmark = pytest.mark.e2e

CLUES, CASES = "/office/casework/clue/", "/office/casework/case/"
ROW = "#result_list tr:has-text('无标签的食用油') a[href*='/change']"
PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


def made(person: Any, address: str, **fields: str) -> None:
    """Fill in a form that makes a record, and send it."""
    person.go(address)
    for name, value in fields.items():
        field = person.page.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    send(person)
    assert "/new/" not in person.page.url, person.page.inner_text(".office-form")


def found(person: Any, listing: str, question: str) -> str:
    """The page of the first record of a list, asked a question."""
    first(person, f"{listing}?{question}", "#result_list a[href*='/change']")
    return record_of(person)


def test_a_case_goes_from_the_clue_to_its_closing_and_the_public_reads_the_penalty(
    visitor: Callable[..., Any], tmp_path: Path
) -> None:
    handler = visitor(width=1400, language="zh-hans", signed_in_as="planner")
    leader = visitor(width=390, language="zh-hans", signed_in_as="leader")
    proof = tmp_path / "record.pdf"
    proof.write_bytes(PDF + b"% from the clue to the closing")
    made(handler, f"{CLUES}new/enter_clues/", cause="report", title="无标签的食用油", party_name="欧阳试验",
         county="gulou", detail="群众举报")  # fmt: skip
    first(handler, f"{CLUES}?cause__exact=report&state__exact=waiting", ROW)
    do(handler, record_of(handler), "file_case", second_officer="第二名执法人员")
    first(handler, f"{CASES}?cause__exact=report&state__exact=filed", ROW)
    case = record_of(handler)
    handler.go(case.replace("/change/", "/do/add_evidence/"))
    handler.page.set_input_files("[name=file]", str(proof))
    handler.page.fill("[name=title]", "现场笔录")
    handler.page.fill("[name=taken_by]", "两名执法人员")
    send(handler)
    assert hashlib.sha256(proof.read_bytes()).hexdigest() in handler.page.content()

    do(handler, case, "conclude_investigation", findings="经查属实")
    do(leader, case, "pass_review", opinion="事实清楚")
    made(handler, case.replace("/change/", "/do/announce_penalty/"), breach="pql_50", step="general",
         goods_value="20000", fine="30000", grounds="以次充好")  # fmt: skip
    do(handler, case, "record_statement", statement="当事人放弃陈述")
    do(leader, case, "decide_penalty")
    do(handler, case, "serve_decision", manner="直接送达")
    do(handler, case, "record_payment", amount="30000")
    do(handler, case, "publish_penalty")
    do(handler, case, "close_case")

    assert handler.page.inner_text(".office-state") == "已办结"
    handler.picture("case-closed")
    public = visitor(width=390, language="zh-hans")
    public.go("/penalties/")
    public.page.click("a:has-text('欧***')")
    public.page.wait_for_load_state()
    assert "30,000元" in public.page.inner_text("main")
    assert "欧阳试验" not in public.page.content()
    assert not handler.complaints + leader.complaints + public.complaints


def test_evidence_that_is_taken_without_a_connection_arrives_with_the_hash_of_the_spot(
    visitor: Callable[..., Any], tmp_path: Path
) -> None:
    officer = visitor(width=390, language="zh-hans", signed_in_as="planner")
    proof = tmp_path / "shelf.pdf"
    proof.write_bytes(PDF + b"% taken on the spot")
    digest = hashlib.sha256(proof.read_bytes()).hexdigest()
    officer.go("/office/cases/evidence/")
    officer.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    officer.page.reload()
    officer.context.set_offline(True)
    officer.page.reload()

    officer.page.select_option("#case", index=1)
    officer.page.fill("#title", "货架上的产品")
    officer.page.set_input_files("#file", str(proof))
    officer.page.click("#take button")
    officer.page.wait_for_selector(f"#kept >> text={digest}")
    officer.picture("evidence-off-line")
    key = officer.page.input_value("#case")
    officer.context.set_offline(False)
    officer.page.wait_for_selector("#kept .empty", timeout=30_000)

    officer.go(f"{CASES}{key}/change/")
    assert digest in officer.page.content()
    assert [one for one in officer.complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_a_county_officer_reports_a_task_on_the_telephone_and_somebody_else_accepts_it(
    visitor: Callable[..., Any],
) -> None:
    planner = visitor(width=1400, language="zh-hans", signed_in_as="planner")
    officer = visitor(width=390, language="zh-hans", signed_in_as="officer_gulou")
    made(planner, "/office/leadership/task/new/set_tasks/", title="夜市食品专项检查", county="gulou",
         programme="table_safety", assignee="officer_gulou", due_on="2026-03-31")  # fmt: skip
    task = found(officer, "/office/leadership/task/", "state__exact=set&q=夜市食品专项检查")
    do(officer, task, "report_tasks", result="检查四十户，三户限期改正")
    officer.picture("task-reported")
    do(planner, task, "accept_tasks")

    assert planner.page.inner_text(".office-state") == "已验收"
    planner.go("/office/supervision/ledger/")
    assert "鼓楼区" in planner.page.inner_text("#content")
    assert not planner.complaints + officer.complaints


def test_a_consumer_complains_on_the_telephone_follows_it_and_says_that_it_is_not_solved(
    visitor: Callable[..., Any], tmp_path: Path
) -> None:
    consumer = visitor(width=390, language="zh-hans")
    handler = visitor(width=1400, language="zh-hans", signed_in_as="planner")
    picture = tmp_path / "rice.png"
    consumer.go("/complaints/")
    consumer.page.screenshot(path=str(picture))
    consumer.page.fill("[name=words]", "买的大米打开后发霉，商家不肯退款")
    consumer.page.fill("[name=product_name]", "大米")
    consumer.page.select_option("[name=county]", "gulou")
    consumer.page.set_input_files("[name=photos]", str(picture))
    consumer.page.fill("[name=name]", "欧阳试验")
    consumer.page.fill("[name=telephone]", "13900004321")
    with consumer.page.expect_navigation():
        consumer.page.click("button.send")
    number = consumer.page.inner_text("section.card h2").split()[-1]
    progress = record_of(consumer)
    consumer.picture("complaint-progress")

    complaint = found(handler, "/office/complaints/complaint/", f"q={number}")
    do(handler, complaint, "accept_complaints")
    do(handler, complaint, "settle_complaints", decision="商家同意退款")
    do(handler, complaint, "close_complaints")
    consumer.go(progress)
    assert "商家同意退款" in consumer.page.inner_text("main")
    assert consumer.page.evaluate("document.documentElement.scrollWidth") == 390

    consumer.page.fill("textarea[name=words]", "退款没有到账")
    with consumer.page.expect_navigation():
        consumer.page.click("button[value=not_solved]")
    assert "重新" in consumer.page.inner_text("main")
    handler.go(complaint)
    assert handler.page.inner_text(".office-state") != "已办结"
    assert "13900004321" not in handler.page.content()
    assert not consumer.complaints + handler.complaints
