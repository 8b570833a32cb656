"""The pages of drafts and previews: who sees them, what a form refuses, and where each line leads."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation
from tests.edge.conftest import TODAY
from tests.edge.rules.conftest import CITED, LATER, TARGET

from banyan import policy
from banyan.edge.portal.queries import IN_THE_HEADING
from banyan.edge.rules import actions, queries
from banyan.edge.rules.models import Draft, Preview
from banyan.edge.rules.queries import label_of, words
from banyan.insight.alerts import actions as alert_actions
from banyan.insight.alerts.models import ALERT_FLOW, Alert
from banyan.kit import layer
from banyan.kit.rights import System


def test_an_officer_drafts_previews_and_another_adopts_on_the_pages(office: Any, browse: Any) -> None:
    planner, leader = browse(office.people.planner), browse(office.people.leader)
    made = planner.post("/office/rules/draft/new/draft_rule/?rule=spot-provincial", {"rule": TARGET, "reason": "why"})
    draft = Draft.objects.get()
    page = f"/office/rules/draft/{draft.pk}/"
    form = planner.get(f"{page}do/edit_draft/")
    fields = {name: value for name, value in form.context["form"].initial.items() if value} | {
        name: field.initial for name, field in form.context["form"].fields.items() if field.initial is not None
    }

    assert made.status_code == 302
    assert fields["value"] == 93
    refused = planner.post(f"{page}do/edit_draft/", fields | {"value": "much", "op": "=>"})
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"value", "op"}
    for far in ("1e999999", "1e-999999", "9" * 400):
        refused = planner.post(f"{page}do/edit_draft/", fields | CITED | {"value": far})
        assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"value"})
    assert planner.post(f"{page}do/edit_draft/", fields | CITED | {"value": "80"}).status_code == 302
    draft.refresh_from_db()
    assert [line for line in queries.difference_of(draft, on=TODAY) if line[0] in "+-"] == [
        "-value: 93",
        "+value: 80",
    ]
    asked = planner.post(f"/office/rules/drafts/{draft.pk}/preview/", {"first": "2024-01-01", "last": str(TODAY)})
    assert "This page fills itself" in planner.get(asked["Location"]).content.decode()
    actions.go_on(key=Preview.objects.get().pk)
    shown = planner.get(asked["Location"]).content.decode()
    assert "verdicts would be otherwise" in shown
    assert "/office/indicators/provincial_pass_rate/records/?on=2024-06-28" in shown
    assert "Entry(group=" not in shown
    record = leader.get(f"{page}change/").content.decode()
    assert "+value: 80" in record
    assert f"/office/rules/drafts/{draft.pk}/preview/" in record
    assert "of the draft as it is" in record
    adopted = leader.post(f"{page}do/adopt_draft/", CITED | {"in_force_on": LATER.isoformat()})
    assert adopted.status_code == 302
    layer.refresh()
    assert policy.load().target(TARGET, on=LATER).value == 80


def test_each_line_of_the_workbook_is_a_line_of_the_preview(office: Any, browse: Any) -> None:
    draft = office.draft(value=80)
    result = office.preview(draft, first=date(2024, 1, 1))
    address = f"/office/rules/previews/{Preview.objects.get().pk}/"
    book = openpyxl.load_workbook(io.BytesIO(browse(office.people.auditor).get(f"{address}table.xlsx").content))

    assert book["verdicts"].max_row == 3 + len(result["verdicts"])
    told = browse(office.people.leader).get(f"/api/v1/rules/previews/{Preview.objects.get().pk}").json()
    assert told["result"] == result


@pytest.mark.parametrize("name", ["officer_gulou", "sampler", "gulou_firm", "administrator", "newcomer"])
def test_who_has_no_right_to_rules_sees_no_preview(office: Any, browse: Any, name: str) -> None:
    office.preview(office.draft(value=80), first=TODAY)
    browser, preview = browse(getattr(office.people, name)), Preview.objects.get()

    for address in (
        f"previews/{preview.pk}/",
        f"previews/{preview.pk}/table.xlsx",
        f"previews/{preview.pk}/alerts/0/",
    ):
        assert browser.get(f"/office/rules/{address}").status_code == 403
    assert browser.post(f"/office/rules/drafts/{preview.draft_id}/preview/").status_code == 403
    assert browser.get(f"/api/v1/rules/previews/{preview.pk}").status_code == 403


def test_a_preview_of_days_to_come_or_of_too_many_years_is_refused(office: Any, browse: Any) -> None:
    draft = office.draft(value=80)
    browser = browse(office.people.planner)

    for first, last in (("2024-06-01", "2031-01-01"), ("1999-01-01", str(TODAY)), (str(TODAY), "2024-01-01")):
        answer = browser.post(f"/office/rules/drafts/{draft.pk}/preview/", {"first": first, "last": last})
        assert answer.status_code == 409
    assert browser.post(f"/office/rules/drafts/{draft.pk}/preview/", {"first": "soon"}).status_code == 400
    assert not Preview.objects.exists()


def test_the_text_for_experts_is_refused_in_place_and_never_runs(office: Any, browse: Any) -> None:
    draft = office.draft(value=80)
    address = f"/office/rules/draft/{draft.pk}/do/edit_text/"
    browser = browse(office.people.planner)

    for text in ("value: [", "!!python/object:os.system x", "value: 90\nvalue: 91", "op: '>='\nvalue: 95", "- 1"):
        answer = browser.post(address, {"definition": text})
        assert answer.status_code == 422, text
        assert answer.context["form"].errors
    assert Draft.objects.get().definition == draft.definition


FAULTS = (
    "value: many", "due: soon", "op: '=>'", "per_cent: maybe", "unit: {zh: only, en: English}", "colour: green",
    "indicator: No Such", "needs: {zh: 记录, en: Records}", "also: [{indicator: export_pass_rate}]",
    "value: 90\nvalue: 91",
    "value: [", "value: &a 1", "value: !!str x", "- 1",
)  # fmt: skip
OF_ALERTS = (
    "a_week: 0", "a_week: many", "method: guess", "grade: loud", "options: {history: 9999}", "options: {windows: x}",
    "options: {colour: 1}", "every: hour", "tell: []", "ladder: [{method: scan, history: 999}]", "when: {term: x}",
)  # fmt: skip


@pytest.mark.parametrize(("rule", "texts"), [(TARGET, FAULTS), ("failing_cluster", OF_ALERTS)])
def test_on_a_chinese_page_what_is_wrong_with_a_definition_is_said_in_chinese(
    office: Any, browse: Any, rule: str, texts: tuple[str, ...]
) -> None:
    draft = office.draft(rule)
    browser = browse(office.people.planner, "zh-hans")
    whole = {line.split(":")[0]: line for line in draft.definition.splitlines() if not line.startswith(" ")}

    for text in texts:
        name = text.split(":")[0]
        others = [line for line in draft.definition.splitlines() if name not in whole or line != whole[name]]
        definition = text if text == "- 1" else "\n".join([text, *others])
        address = f"/office/rules/draft/{draft.pk}/do/edit_text/"
        answer = browser.post(address, {"definition": definition})
        assert answer.status_code == 422, text
        said = [one for errors in answer.context["form"].errors.values() for one in errors]
        assert said, text
        for one in said:
            assert re.search("[\u4e00-\u9fff]", one.partition(": ")[2] or one), (text, one)


def test_who_edits_an_alert_rule_sees_how_good_its_alerts_were(office: Any, browse: Any) -> None:
    warned = {
        "rule": "failing_cluster", "grade": "serious", "county_id": "east", "observed": 9, "expected": 2.0,
        "bound": 6, "n": 40, "p_value": 0.001, "score": 5.0, "from_on": TODAY - timedelta(days=40), "known_on": TODAY,
        "noticed_on": TODAY - timedelta(days=10),
    }  # fmt: skip
    taken_up, none = (Alert.objects.create(**warned, key=f"a-{n}") for n in range(2))
    alert_actions.investigate(alert=taken_up, by=System("test"), on=TODAY, reason="samples taken again")
    alert_actions.dismiss(alert=none, by=System("test"), on=TODAY, reason="chance")
    planner = browse(office.people.planner)
    page = "/office/rules/draft/{}/change/".format

    of_alerts = planner.get(page(office.draft(rule="failing_cluster", a_week=1).pk)).content.decode()
    of_target = planner.get(page(office.draft(value=80).pk)).content.decode()

    assert "1 of 2 alerts that people decided on were investigated (50%)" in of_alerts
    assert "How good its alerts were" not in of_target


def test_every_decision_on_an_alert_has_words():
    assert all(words._decision(state) == str(title) for state, title in ALERT_FLOW.choices)


def test_every_field_of_a_rule_has_words():
    def names(content):
        if isinstance(content, dict):
            for name, value in content.items():
                yield str(name)
                yield from names(value)
        elif isinstance(content, list):
            for one in content:
                yield from names(one)

    kinds = ("indicator", "alert_rule", "deadline", "check", "approval", "credit_scale")
    entries = [one for kind in kinds for one in policy.load(settings.BANYAN_PACKS).entries(kind)]
    plain = [one.model_dump(mode="json", exclude=IN_THE_HEADING, exclude_defaults=True) for one in entries]
    with translation.override("zh-hans"):
        lacking = {name for one in plain for name in names(one) if name != "options" and label_of([name]) == name}

    assert len(entries) > 50
    assert not {name for name in lacking if not name[:1].isdigit()}


def test_an_empty_list_of_drafts_says_once_what_to_do(office: Any, browse: Any) -> None:
    page = browse(office.people.planner).get("/office/rules/draft/").content.decode()

    assert "No rule is to change." in page
    assert page.count("with the button above") == 1
