"""A rule is drafted, previewed over the past, adopted by a second person, and the past stays as it was judged."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from tests.edge.conftest import KEY, TODAY
from tests.edge.rules.conftest import CITED, LATER, TARGET, changed
from typer.testing import CliRunner

from banyan import policy
from banyan.config.commands.policy import rules
from banyan.edge.rules import actions, queries
from banyan.edge.rules.models import Draft
from banyan.insight.indicators import actions as indicator_actions
from banyan.insight.indicators import queries as indicators
from banyan.kit import Refused, clock, layer
from banyan.policy import amending


def test_a_draft_begins_with_the_rule_in_force_and_several_lie_side_by_side(office: Any) -> None:
    first, second = office.draft(), office.draft(value=95)

    assert queries.difference_of(first, on=TODAY) == []
    assert [line for line in queries.difference_of(second, on=TODAY) if line[0] in "+-"] == [
        "-value: 93",
        "+value: 95",
    ]
    assert set(queries.drafts_of(office.people.leader)) == {first, second}
    assert policy.load().target(TARGET).value == 93


@pytest.mark.parametrize(
    ("rule", "fields", "named"),
    [
        (TARGET, {"op": "=>"}, "op"),
        (TARGET, {"value": "many"}, "value"),
        (TARGET, {"indicator": "no_such_rate"}, "indicator"),
        (TARGET, {"colour": "green"}, "colour"),
        (TARGET, {"status": "repealed"}, "status"),
        (KEY, {"method": "guess"}, "method"),
        ("spot_check.objection", {"amount": 0}, "amount"),
        ("spot_check.objection", {"unit": "fortnight"}, "unit"),
        ("failing_cluster", {"options": {"windows": "8", "history": 56}}, "options.least"),
        ("failing_cluster", {"a_week": 0}, "a_week"),
    ],
)
def test_a_value_that_the_rule_cannot_have_is_refused_by_the_name_of_its_field(
    office: Any, rule: str, fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(Refused) as refused:
        office.draft(rule, **fields)

    assert named in {name for name, _text in refused.value.__cause__.faults}  # type: ignore[union-attr]
    assert queries.label_of(named.split(".")) in refused.value.prevents
    assert not Draft.objects.exists()


def test_settings_of_detectors_keep_their_bounds(office: Any) -> None:
    options = amending.definition(policy.load().entry("failing_cluster"), TODAY)["options"]

    with pytest.raises(Refused, match="share of false findings allowed: lies between 0 and 1"):
        office.draft("failing_cluster", options=options | {"false_discovery_rate": Decimal("1.5")})


def test_roles_and_clauses_are_changed_in_their_packs(office: Any) -> None:
    for rule in ("planner", "clause.1.2", "log.public_events", "no-such-rule"):
        with pytest.raises(Refused, match="may be changed"):
            actions.draft_rule(rule=rule, by=office.people.planner, on=TODAY, reason="why not")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_refusal_of_wrong_weights_is_made_of_whole_sentences(office: Any, language: str) -> None:
    items = amending.definition(policy.load().entry("county_quality_score"), TODAY)["items"]
    lighter = [one | {"weight": 10} for one in items]

    with translation.override(language), pytest.raises(Refused) as refused:
        office.draft("county_quality_score", items=lighter)

    stop = "。" if language == "zh-hans" else "."
    for part in (refused.value.asked, refused.value.prevents, refused.value.instead):
        assert part.endswith(stop)
        assert not part.endswith(stop * 2)


def test_a_definition_that_is_empty_is_refused_and_is_not_the_rule_in_force(office: Any) -> None:
    for text in ("", "\n", "# nothing but a remark\n"):
        with pytest.raises(Refused, match="no mapping of fields"):
            actions.draft_rule(rule=TARGET, definition=text, by=office.people.planner, on=TODAY, reason="why not")
    assert not Draft.objects.exists()


def test_the_command_asks_for_the_reason_and_refuses_an_empty_file(office: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.touch()
    run = CliRunner().invoke

    without = run(rules, ["draft", TARGET])
    refused = run(rules, ["draft", TARGET, "--from", str(empty), "--reason", "why"])
    made = run(rules, ["draft", TARGET, "--reason", "why"])

    assert without.exit_code == 2
    assert "--reason" in without.output
    assert isinstance(refused.exception, Refused)
    assert made.exit_code == 0, made.output
    assert Draft.objects.get().why == "why"


def test_the_preview_of_a_target_says_which_verdicts_change_and_for_whom(office: Any) -> None:
    result = office.preview(office.draft(value=80), first=date(2024, 1, 1), last=TODAY)
    lines = {(line["on"], line["unit"]): (line["before"], line["after"]) for line in result["verdicts"]}

    # East passed 134 of 140 by June, all of 80 by March; west 30 of 60; the city 169 of 206.
    assert lines[TODAY.isoformat(), "east"] == ("cannot be told", "met")
    assert lines[TODAY.isoformat(), ""] == ("not met", "cannot be told")
    assert (TODAY.isoformat(), "west") not in lines
    assert result["figures"] == []
    assert result["whom"]["county"] == ["east"]
    assert result["counts"]["verdicts"]["changed"] == len(lines)


def test_the_preview_of_an_indicator_says_by_how_much_its_figures_change(office: Any) -> None:
    among = amending.definition(policy.load().indicator(KEY), TODAY)["among"]
    result = office.preview(
        office.draft(KEY, method="clopper-pearson", among=among | {"county": "east"}), first=TODAY, last=TODAY
    )
    city = next(line for line in result["figures"] if line["unit"] == "")

    assert (city["before"]["n"], city["after"]["n"]) == (206, 140)
    assert city["change"] == pytest.approx(134 / 140 - 169 / 206)
    assert city["after"]["value"] == pytest.approx(134 / 140)
    with policy.trying(amending.as_if(policy.load(), KEY, changed(KEY, method="clopper-pearson"))):
        exact = indicators.show(key=KEY, on=TODAY, by=("county",), where={"county": ("east",)}).rows[0]
    assert city["after"]["low"] == pytest.approx(exact["low"])


def test_a_smallest_count_that_rises_hides_cells_that_were_shown(office: Any) -> None:
    result = office.preview(office.draft("disclosure.smallest_count", value=100), first=TODAY, last=TODAY)
    hidden = {line["unit"] for line in result["verdicts"] if line["after"] == "hidden" and line["target"] == TARGET}

    assert "west" in hidden


def test_nobody_adopts_the_own_draft_nor_one_that_nobody_previewed(office: Any) -> None:
    draft = office.draft(value=95)

    with pytest.raises(Refused, match="Nobody has seen yet"):
        office.adopt(draft)
    office.preview(draft, first=TODAY)
    for why, given in (
        ("not after today", {"since": TODAY}),
        ("not named in full", {"document_number": ""}),
        ("not well named", {"document_en": "目标"}),
    ):
        with pytest.raises(Refused, match=why):
            office.adopt(Draft.objects.get(pk=draft.pk), **given)
    with pytest.raises(Refused, match="right"):
        office.adopt(draft, by=office.people.planner)
    Draft.objects.filter(pk=draft.pk).update(edited_by=["leader"])
    with pytest.raises(Refused, match="written it yourself"):
        office.adopt(draft)


def test_an_edited_draft_must_be_previewed_again(office: Any) -> None:
    draft = office.draft(value=95)
    office.preview(draft, first=TODAY)
    actions.edit_text(draft=draft, definition=changed(TARGET, value=96), by=office.people.planner, on=TODAY)

    with pytest.raises(Refused, match="Nobody has seen yet"):
        office.adopt(Draft.objects.get(pk=draft.pk))


def test_an_adopted_version_holds_from_its_day_and_the_page_shows_both(office: Any, browse: Any) -> None:
    draft = office.draft(value=99)
    office.preview(draft, first=TODAY)
    receipt = indicator_actions.asked(key=KEY, on=TODAY, by=("county",))
    remarks = policy.lint(policy.load())
    lines_before = indicators.target_lines(on=TODAY, keys=(TARGET,))
    office.adopt(draft)
    book = policy.load()

    assert [book.target(TARGET, on=day).value for day in (TODAY, LATER - timedelta(days=1), LATER)] == [93, 93, 99]
    assert TARGET in [target.key for target in book.clause("clause.1.2").targets]
    assert policy.lint(book) == remarks
    assert [case.name for case in policy.verify(book) if not case.holds] == []
    assert indicators.show(key=KEY, on=TODAY, by=("county",)).rows == receipt.rows
    assert indicators.by_receipt(receipt.receipt_key) == receipt
    (line,), (before,) = indicators.target_lines(on=TODAY, keys=(TARGET,)), lines_before
    assert (line.parts[0].threshold, line.verdict) == (before.parts[0].threshold, before.verdict)
    with clock.fixed_at(LATER):
        (after,) = indicators.target_lines(on=LATER, keys=(TARGET,))
    assert after.parts[0].threshold == pytest.approx(0.99)
    page = browse().get(f"/rules/{TARGET}/").content.decode()
    assert "Notice on changed targets" in page
    assert (LATER - timedelta(days=1)).isoformat() in page
    kept = browse(office.people.leader).get(f"/office/receipts/{receipt.receipt_key}/").content.decode()
    assert "value: 93" in kept
    assert "value: 99" not in kept


def test_a_term_and_an_alert_rule_change_from_their_day_on(office: Any) -> None:
    from banyan.kit import terms

    before, in_force_today = (terms.due("spot_check.objection", start=day) for day in (LATER, TODAY))
    for rule, fields in (("spot_check.objection", {"amount": 20}), ("failing_cluster", {"a_week": 7})):
        draft = office.draft(rule, **fields)
        actions.preview_now(draft=draft, by=office.people.planner, first=TODAY)
        office.adopt(draft)
    book = policy.load()

    assert before.on < terms.due("spot_check.objection", start=LATER).on
    assert terms.due("spot_check.objection", start=TODAY) == in_force_today
    rule: Any = book.entry("failing_cluster")
    assert (rule.on(TODAY).a_week, rule.on(LATER).a_week) == (3, 7)


def test_what_is_not_yet_in_force_is_revoked_and_what_is_needs_a_new_version(office: Any) -> None:
    draft = office.draft(value=95)
    office.preview(draft, first=TODAY)
    office.adopt(draft)
    revoked = actions.revoke_draft(draft=draft, by=office.people.leader, on=TODAY, reason="the order was withdrawn")
    layer.refresh()

    assert policy.load().target(TARGET, on=LATER).value == 93
    assert revoked.state == "revoked"
    again = office.draft(value=96)
    office.preview(again, first=TODAY)
    office.adopt(again)
    with clock.fixed_at(LATER), pytest.raises(Refused, match="in force"):
        actions.revoke_draft(draft=again, by=office.people.leader, on=LATER, reason="too late")


def test_two_versions_of_one_day_are_refused(office: Any) -> None:
    for value in (95, 96):
        draft = office.draft(value=value)
        office.preview(draft, first=TODAY)
        if value == 95:
            office.adopt(draft)
        else:
            with pytest.raises(Refused, match="already"):
                office.adopt(draft)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_sequence_of_drafts_every_receipt_resolves_and_the_past_is_judged_as_before(
    office: Any, seed: int
) -> None:
    chance = random.Random(seed)
    kept: dict[str, Any] = {}
    known = {day: indicators.show(key=KEY, on=day, known_on=day, by=("county",)).rows for day in (office.on,)}
    drafts: list[Draft] = []
    day = TODAY
    for _step in range(12):
        with clock.fixed_at(day):
            what = chance.choice(["draft", "edit", "adopt", "adopt", "revoke", "drop"])
            open_ = [one for one in drafts if one.state == "drafted"]
            adopted = [one for one in drafts if one.state == "adopted"]
            try:
                if what == "draft" or not drafts:
                    rule = chance.choice([TARGET, KEY])
                    fields = {"value": chance.randint(80, 99)} if rule == TARGET else {"method": "jeffreys"}
                    drafts.append(office.draft(rule, **fields))
                elif what == "edit" and open_:
                    one = chance.choice(open_)
                    text = changed(one.rule, **({"value": chance.randint(80, 99)} if one.rule == TARGET else {}))
                    actions.edit_text(draft=one, definition=text, by=office.people.planner, on=day)
                elif what == "adopt" and open_:
                    one = chance.choice(open_)
                    one.refresh_from_db()
                    office.preview(one, first=day, last=day)
                    office.adopt(one, since=day + timedelta(days=chance.randint(1, 9)), on=day)
                elif what == "revoke" and adopted:
                    actions.revoke_draft(draft=chance.choice(adopted), by=office.people.leader, on=day, reason="no")
                elif what == "drop" and open_:
                    actions.drop_draft(draft=chance.choice(open_), by=office.people.planner, on=day, reason="no")
            except Refused:
                pass  # such as a day that another version has; nothing may have changed then
            layer.refresh()
            drafts = list(Draft.objects.all())
            figures = indicator_actions.asked(key=KEY, on=day, by=("county",))
            kept[figures.receipt_key] = figures
            known[day] = indicators.show(key=KEY, on=day, known_on=day, by=("county",)).rows
        day += timedelta(days=chance.randint(0, 4))
    with clock.fixed_at(day):
        for key, figures in kept.items():
            assert indicators.by_receipt(key) == figures
            assert policy.load().indicator(KEY, on=figures.on).method == figures.receipt["method"]
        for past, rows in known.items():
            assert indicators.show(key=KEY, on=past, known_on=past, by=("county",)).rows == rows


def test_what_was_adopted_is_exported_as_entries_that_a_pack_may_hold(office: Any, tmp_path: Any) -> None:
    draft = office.draft(value=95)
    office.preview(draft, first=TODAY)
    office.adopt(draft)
    entries = queries.exported()["entries"]
    path = tmp_path / "adopted.yaml"
    path.write_text(amending.written(entries), encoding="utf-8")

    from banyan.policy.reading import read_yaml

    content = read_yaml(path).content[TARGET]
    assert (content["replaces"], content["value"], content["former"][0]["value"]) == (TARGET, 95, 93)
    assert content["reference"]["says"]["zh"] == CITED["says_zh"]
