"""The pages of credit: the firm and the office read the same explanation, and how grades fall is counted right."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from typer.testing import CliRunner

from banyan.base.facts import actions as facts
from banyan.base.registry import actions as registry
from banyan.base.registry.models import Organisation
from banyan.edge.rules import queries as drafts
from banyan.judgement.access.models import Access
from banyan.judgement.credit import actions, forms, queries
from banyan.judgement.credit.models import Objection
from banyan.kit import clock, rights, verbs
from banyan.kit.refusals import Refused
from banyan.response.casework.models import Case

PENALTIES = (("firm-g", 300_000), ("firm-g", 4_000), ("firm-c", 30_000))


@pytest.fixture
def penalised(city, people, tmp_path):
    """The town, in which firm-g was fined twice and firm-c once, weighed by the night."""
    before, settings.BANYAN_DATA_DIR = settings.BANYAN_DATA_DIR, tmp_path
    registered = dict(verbs.REGISTRY)
    enter = verbs.verb("test.cases", right="test.enter")(lambda deed, *, records: deed.add_many(records))
    cases = [
        Case(key=f"k{place}", number=f"k{place}", title="-", cause="sample", rules_on=city.today, party_id=firm,
             county_id="gulou", filed_on=city.today, decided_on=city.today, outcome="penalty", fine=fine,
             state="closed")
        for place, (firm, fine) in enumerate(PENALTIES)
    ]  # fmt: skip
    enter(records=cases, by=rights.System("test"), on=city.today)
    facts.collect(only=("casework.fined",))
    actions.weigh(on=city.today)
    yield city
    settings.BANYAN_DATA_DIR = before
    verbs.REGISTRY.clear()
    verbs.REGISTRY.update(registered)


def page(person, address):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(person)
    return browser.get(address)


def test_the_firm_and_the_office_read_the_same_explanation_and_other_firms_none(penalised, people):
    address = "/office/firms/firm-g/credit/"
    own, office = (page(person, address) for person in (people.gulou_firm, people.planner))

    for answer in (own, office):
        text = answer.content.decode()
        assert "100 less 35 points makes a score of 65" in text
        assert "Rules on publishing penalties in market regulation" in text
        assert "What would lift it" in text
    assert "/office/casework/case/k0/change/" in office.content.decode()
    assert "/office/casework/case/k0/change/" not in own.content.decode()
    assert page(people.changle_firm, address).status_code == 404
    panel = page(people.gulou_firm, "/office/registry/organisation/firm-g/change/").content.decode()
    assert "credit-c" in panel
    assert address in panel


def test_a_day_before_the_scale_is_refused_in_words(penalised, people):
    answer = page(people.planner, "/office/firms/firm-g/credit/?on=2019-05-01")

    assert answer.status_code == 200
    assert "No scale of grades was in force on that day" in answer.content.decode()


def test_interface_and_command_say_what_the_page_says(penalised, people):
    from banyan.config.commands.credit import credit as command

    told = page(
        people.planner, f"/api/v1/credit/firm-g?on={penalised.today}&known_at={penalised.today}&purpose=funding"
    ).json()
    printed = CliRunner().invoke(command, ["show", "firm-g", "--on", str(penalised.today), "--json"])
    said = json.loads(printed.output)

    assert (told["grade"], told["score"], [line["now"] for line in told["lines"]]) == ("C", "65", ["30", "5"])
    assert (said["grade"], said["score"], [line["record"] for line in said["lines"]]) == ("C", "65", ["k0", "k1"])
    grades = page(people.officer_changle, "/api/v1/credit/grades?purpose=supervision").json()["items"]
    assert [(one["firm"], one["grade"]) for one in grades] == [("firm-c", "A")]


def test_how_grades_fall_counts_every_firm_once_in_each_group(penalised, people):
    told = queries.fairness(on=penalised.today)

    firms = Organisation.objects.exclude(kind="laboratory").count()
    assert told.all.firms == firms == 2
    assert (told.all.found, told.all.points, told.all.grades) == (2, 4500, {"C": 1, "A": 1})
    for by in queries.BY:
        assert sum(one.firms for one in told.groups[by]) == firms
        assert sum(one.points for one in told.groups[by]) == 4500
    by_county = {one.unit: one for one in told.groups["county"]}
    assert (by_county["gulou"].below, by_county["changle"].below) == (1.0, 0.0)
    assert page(people.planner, "/office/credit/fairness/").status_code == 200
    own = page(people.officer_gulou, "/office/credit/fairness/").content.decode()
    assert "Changle" not in own


def test_a_draft_says_which_firms_it_would_grade_otherwise_before_it_is_adopted(penalised):
    text = "points: {fixed: 11}\nmonths: 24\n"
    days = drafts.Bounds(date(2025, 1, 1), penalised.today)
    with clock.fixed_at(penalised.today):
        found = drafts.compare(rule="credit.penalty", definition=text, days=days, tell=lambda _done, _steps: None)

    counted = found["counts"]["grades"]
    assert (counted["asked"], counted["changed"], counted["better"], counted["worse"]) == (2, 2, 1, 1)
    assert counted["moves"] == [["A → B", 1], ["C → B", 1]]
    assert counted["county"] == [["changle", 1], ["gulou", 1]]
    assert [(line["firm"], line["after"]["points"]) for line in found["grades"]] == [
        ("firm-c", 11.0),
        ("firm-g", 22.0),
    ]


def test_a_firm_objects_to_one_line_and_it_is_upheld_only_when_its_record_was_corrected(penalised, people):
    told = queries.explained(firm="firm-g", on=penalised.today)
    line = next(one for one in told.lines if one.record == "k1")
    given = {"organisation": penalised.gulou_firm, "line": f"{line.rule}:{line.source}", "words": "We paid another."}
    on = {"on": penalised.today}

    objection = actions.object_line(**given, by=people.gulou_firm, **on)

    with pytest.raises(Refused, match="open already"):
        actions.object_line(**given, by=people.gulou_firm, **on)
    with pytest.raises(Refused, match="no such record"):
        actions.object_line(**given, by=people.changle_firm, **on)
    registry.merge_organisation(
        organisation=Organisation.objects.get(pk="firm-g"), into=Organisation.objects.get(pk="firm-c"),
        by=rights.System("migration"), **on,
    )  # fmt: skip
    facts.collect(only=("registry.firm_merged",))
    with pytest.raises(Refused, match="open already"):
        actions.object_line(**(given | {"organisation": penalised.changle_firm}), by=people.changle_firm, **on)
    assert (
        "/office/credit/objection/co-"
        not in page(people.changle_firm, "/office/firms/firm-c/credit/").content.decode()
    )
    with pytest.raises(Refused, match="still says"):
        actions.uphold_objection(objection=objection, by=people.officer_gulou, reason="It is so.", **on)
    shown = page(people.gulou_firm, "/office/firms/firm-g/credit/").content.decode()
    assert f"/office/credit/objection/{objection.pk}/change/" in shown
    assert "/office/credit/objection/new/object_line/?organisation=firm-g" in shown
    case = Case.objects.get(pk="k1")
    case.fine = 0
    change = verbs.verb("test.mended", right="test.mend")(lambda deed, *, record: deed.save(record, "fine"))
    change(record=case, by=rights.System("test"), **on)
    actions.uphold_objection(objection=objection, by=people.officer_gulou, reason="Entered twice.", **on)
    facts.collect(only=("casework.fined",))

    after = queries.explained(firm="firm-g", on=penalised.today)
    assert (told.points, after.points) == (35, 32)
    assert Objection.objects.get().state == "upheld"


def test_a_merged_firm_keeps_its_file_and_both_files_lead_to_each_other(penalised, people):
    merged, into = Organisation.objects.get(pk="firm-g"), Organisation.objects.get(pk="firm-c")
    registry.merge_organisation(organisation=merged, into=into, by=rights.System("migration"), on=penalised.today)
    facts.collect(only=("registry.firm_merged",))

    of_merged, of_survivor = (
        page(people.planner, f"/office/firms/{key}/credit/").content.decode() for key in ("firm-g", "firm-c")
    )

    assert "100 less 35 points makes a score of 65" in of_merged
    assert "/office/firms/firm-c/credit/" in of_merged
    assert "Firms that it took over" in of_survivor
    assert f"found at {merged}, for which this firm answers" in of_survivor
    assert "/office/firms/firm-g/credit/" in of_survivor
    told, gone = (
        page(people.planner, f"/api/v1/credit/{key}?purpose=supervision").json() for key in ("firm-c", "firm-g")
    )
    assert (told["took_over"], told["merged_into"]) == (["firm-g"], "")
    assert (gone["took_over"], gone["merged_into"]) == ([], "firm-c")
    assert sum(float(line["now"]) for line in told["lines"] if line["found_at"] == "firm-g") == 35
    assert {line["counts_from"] for line in told["lines"] if line["found_at"]} == {str(penalised.today)}
    assert "/firms/firm-g/" in Client().get("/firms/firm-c/", follow=True).content.decode()
    own = page(people.changle_firm, "/office/firms/firm-c/credit/").content.decode()
    assert str(merged) in own
    assert "k1 · " in own  # its record is named, though its page is not this firm's
    read = Access.objects.filter(organisation="firm-g", by=people.planner.username, what="explained").count()
    assert read == 4  # its own file by page and API, and its findings in the successor's, twice too
    assert "/office/firms/firm-g/credit/" not in own


def test_whose_grade_stood_in_a_list_a_file_or_a_page_sees_who_read_it(penalised, people):
    officer = people.officer_gulou
    Access.objects.all().delete()

    for address in (
        "/office/credit/grade/",
        "/office/credit/grade/export/?as=csv",
        "/office/credit/grade/firm-g/change/",
    ):
        before = Access.objects.filter(organisation="firm-g").count()
        assert page(officer, address).status_code == 200
        kept = Access.objects.filter(organisation="firm-g").order_by("-pk")
        assert kept.count() == before + 1, address
        assert (kept[0].by, kept[0].purpose, kept[0].what) == ("officer_gulou", "supervision", "grade")
    page(people.gulou_firm, "/office/credit/grade/")
    assert not Access.objects.filter(by="gulou_firm").exists(), "a firm is no stranger to itself"


def test_of_a_file_that_is_refused_as_too_long_no_reading_is_kept(penalised, people, monkeypatch):
    Access.objects.all().delete()
    monkeypatch.setattr("banyan.kit.office.export.MOST_ROWS", 0)

    assert page(people.officer_gulou, "/office/credit/grade/export/?as=csv").status_code == 409
    assert not Access.objects.exists()


def test_a_firm_chooses_the_line_that_it_objects_to_in_the_form_itself(penalised, people):
    address = "/office/credit/objection/new/object_line/"
    told = queries.explained(firm="firm-g", on=penalised.today)
    line = next(one for one in told.lines if one.record == "k1")

    asked = page(people.gulou_firm, address).context["form"]
    led = page(people.gulou_firm, f"{address}?organisation=firm-g&line={line.rule}:{line.source}").context["form"]

    offered = dict(asked.fields["line"].choices)
    assert set(offered) == {"", *(f"{one.rule}:{one.source}" for one in told.lines)}
    assert asked.fields["organisation"].initial == "firm-g"
    assert led["line"].value() in offered
    other = forms.ObjectLine(
        {"organisation": "firm-g", "words": "No."}, person=people.gulou_firm, right="credit.object"
    )
    assert "line" in other.errors
