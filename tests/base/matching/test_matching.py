"""Names without a code: matched, decided between the thresholds, undone; by desk, command and reconciliation."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.town import TODAY
from typer.testing import CliRunner

import banyan.config.urls  # noqa: F401 - signing in is heard once the addresses are known
from banyan.base.matching import actions, panels, queries
from banyan.base.registry import actions as registry
from banyan.config import cli
from banyan.kit import Refused, rights
from banyan.kit.models import Event, Version
from banyan.kit.refusals import NotAllowed, NotFound
from banyan.kit.workflow import NotNow

BY = rights.System("test")
FIRMS = (
    "福州榕质电子科技有限公司", "福州霁岚贸易有限公司", "福州台江霁岚贸易有限公司", "福州海舟食品有限公司",
    "厦门海舟食品有限公司", "福州筠溪彩印有限公司", "福州第一棠机械厂", "福州第二棠机械厂",
)  # fmt: skip


@pytest.fixture
def firms(city):
    made = registry.enter_organisations(
        records=[{"name": name, "county": city.gulou} for name in FIRMS], by=BY, on=city.today
    )
    return {one.name: one for one in made}


@pytest.fixture
def matched(city, firms):
    names = ["福州榕質電子科技公司", "海舟食品", "福州从未有过水泥有限公司"]
    return actions.match_names(names=names, source="信访件", county=city.gulou, by=BY, on=city.today)


def client_of(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def test_above_the_threshold_the_machine_accepts_between_a_person_decides_below_it_is_none(matched, firms):
    sure, open_one, none = matched

    assert (sure.state, sure.is_by_machine, sure.organisation_id) == (
        "accepted", True, firms["福州榕质电子科技有限公司"].pk,
    )  # fmt: skip
    assert (open_one.state, open_one.is_by_machine, open_one.decided_on) == ("proposed", False, None)
    assert {one["name"] for one in open_one.candidates[:2]} == {"福州海舟食品有限公司", "厦门海舟食品有限公司"}
    assert (none.state, none.is_by_machine, none.organisation_id) == ("refused", True, None)


def test_an_explanation_is_kept_feature_by_feature_and_its_weights_add_up(matched):
    best = matched[0].candidates[0]

    assert [one["feature"] for one in best["features"]][:3] == ["trade_name", "trade", "region"]
    assert best["features"][0]["left"] == best["features"][0]["right"] == "榕质"
    assert sum(one["bits"] for one in best["features"]) == pytest.approx(best["bits"], abs=0.05)


def test_a_name_that_the_machine_held_to_be_none_is_proposed_for_nobody_once_that_is_undone(matched, people, city):
    _sure, _open, none = matched

    undone = actions.undo_match(name_match=none, by=people.planner, on=city.today, reason="look again")

    assert (undone.state, undone.organisation_id, undone.probability) == ("proposed", None, None)


def test_a_person_accepts_and_the_decision_is_undone_with_a_reason_everything_back(matched, people, city):
    _sure, row, _none = matched
    before = {name: getattr(row, name) for name in ("state", "organisation_id", "probability", "candidates")}

    decided = actions.accept_match(name_match=row, by=people.planner, on=city.today)
    assert (decided.state, decided.decided_by, decided.decided_on) == ("accepted", "planner", city.today)
    with pytest.raises(NotNow):
        actions.refuse_match(name_match=row, by=people.planner, on=city.today)
    with pytest.raises(Refused, match="reason"):
        actions.undo_match(name_match=row, by=people.planner, on=city.today)
    undone = actions.undo_match(name_match=row, by=people.planner, on=city.today, reason="wrong firm")

    assert {name: getattr(undone, name) for name in before} == before
    assert (undone.decided_on, undone.decided_by, undone.is_by_machine) == (None, "", False)
    names = list(Event.objects.filter(name__startswith="matching.").order_by("number").values_list("name", flat=True))
    assert names == ["matching.names.matched", "matching.match.accepted", "matching.match.undone"]
    assert Version.objects.filter(noun="matching.name_match", key=row.pk).count() == 3


def test_what_the_machine_accepted_can_be_undone_and_another_firm_chosen(matched, firms, people, city):
    row = matched[0]
    actions.undo_match(name_match=row, by=people.planner, on=city.today, reason="it means the printer")

    chosen = actions.choose_match(
        name_match=row, organisation=firms["福州筠溪彩印有限公司"], by=people.planner, on=city.today
    )

    assert (chosen.state, chosen.organisation.name, chosen.probability) == ("accepted", "福州筠溪彩印有限公司", None)


def test_a_name_finds_the_firm_that_bore_it_once(city, firms):
    firm = firms["福州筠溪彩印有限公司"]
    later = city.today + timedelta(days=30)
    registry.rename_organisation(organisation=firm, name="福州翎舟包装有限公司", by=BY, on=later)

    (row,) = actions.match_names(names=["福州筠溪彩印公司"], source="旧账", county=city.gulou, by=BY, on=later)

    assert (row.state, row.organisation_id) == ("accepted", firm.pk)


def test_a_number_that_contradicts_is_another_firm(city, firms):
    (row,) = actions.match_names(names=["福州第三棠机械厂"], source="x", county=city.gulou, by=BY, on=city.today)

    assert row.state != "accepted"


@pytest.mark.parametrize(("names", "source"), [([], "x"), (["福州"], " "), (["字" * 161], "x"), (["福州", ""], "x")])
def test_names_that_are_none_are_refused_in_words(city, names, source):
    with pytest.raises(Refused):
        actions.match_names(names=names, source=source, county=city.gulou, by=BY, on=city.today)


def test_an_officer_of_another_county_neither_sees_nor_decides(matched, people, city):
    row = matched[1]

    assert not queries.name_matches(person=people.officer_changle).exists()
    with pytest.raises(NotFound):
        actions.accept_match(name_match=row, by=people.officer_changle, on=city.today)
    with pytest.raises(NotAllowed):
        actions.accept_match(name_match=row, by=people.auditor, on=city.today)


def test_the_desk_shows_both_names_their_features_and_weights_in_words(matched, people):
    answer = client_of(people.officer_gulou).get(f"/office/matching/namematch/{matched[0].pk}/change/")
    assert answer.status_code == 200, answer.headers
    page = answer.content.decode()

    assert "福州榕質電子科技公司" in page
    assert "福州榕质电子科技有限公司" in page
    assert "speaks very strongly for it" in page or "speaks strongly for it" in page
    assert "Undo the decision" in page


def test_names_are_given_in_the_office_one_on_each_line(city, firms, people):
    client = client_of(people.officer_gulou)

    answer = client.post(
        "/office/matching/namematch/new/match_names/",
        {"source": "投诉材料", "county": "gulou", "names": "福州霁岚商贸\n\n福州榕志电子科技有限公司", "reason": ""},
    )

    assert answer.status_code == 302, answer.content.decode()[:500]
    rows = {one.name: one for one in queries.name_matches(person=people.officer_gulou)}
    assert set(rows) == {"福州霁岚商贸", "福州榕志电子科技有限公司"}
    assert rows["福州榕志电子科技有限公司"].organisation.name == "福州榕质电子科技有限公司"


def test_the_page_of_a_firm_lists_the_names_that_were_matched_with_it(matched, firms, people, city):
    told = panels.names_of_firm(firms["福州榕质电子科技有限公司"], person=people.planner, on=city.today)

    assert [one["record"].name for one in told["rows"]] == ["福州榕質電子科技公司"]
    assert panels.names_of_firm(firms["福州海舟食品有限公司"], person=people.planner, on=city.today) is None


@pytest.mark.parametrize(
    ("bits", "word"),
    [(9, "speaks very strongly for it"), (0, "says nothing"), (-1, "speaks against it"),
     (-12, "speaks very strongly against it")],
)  # fmt: skip
def test_weights_have_words(bits, word):
    assert str(panels.in_words(bits)) == word


def test_every_feature_and_level_has_words_and_a_weight(city):
    from banyan.science import name_matching

    weights = queries.weights(on=city.today)
    for name, levels in name_matching.FEATURES.items():
        assert name in panels.FEATURES
        assert set(weights.bits[name]) == set(levels)
        assert {level.removesuffix("_known") for level in levels} <= set(panels.LEVELS)


# ---------------------------------------------------------------- by command


@pytest.fixture
def command():
    import typer

    program = typer.Typer()
    cli.add_commands(program)
    return lambda *words: CliRunner().invoke(program, ["registry", *words])


def test_a_file_of_names_is_matched_by_command(tmp_path, command, firms):
    file = tmp_path / "names.csv"
    file.write_text("编号,企业名称\n1,福州榕質電子科技公司\n2,福州从未有过水泥有限公司\n", encoding="utf-8")

    told = json.loads(command("match", str(file), "--json").stdout)

    assert [(one["state"], one["place"]) for one in told] == [("accepted", "2"), ("refused", "3")]
    assert told[0]["candidates"][0]["key"] == firms["福州榕质电子科技有限公司"].pk
    assert not Event.objects.filter(name="matching.names.matched").exists()


def test_what_a_command_keeps_lies_on_the_desk(tmp_path, command, firms, people):
    file = tmp_path / "names.csv"
    file.write_text("名称\n海舟食品\n", encoding="gb18030")

    assert "proposed 1" in command("match", str(file), "--keep", "--county", "gulou").stdout

    (todo,) = panels.to_decide(person=people.officer_gulou, on=TODAY, limit=5)
    assert (todo.text, todo.note) == ("海舟食品", "names.csv")


def test_a_file_without_such_a_column_is_refused_in_words(tmp_path, command, firms):
    file = tmp_path / "names.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(Refused, match="column"):
        raise command("match", str(file)).exception


# ---------------------------------------------------------------- by the Reconciliation Service API


@pytest.fixture
def refine(people):
    return client_of(people.planner)


def test_the_manifest_says_what_the_service_is(refine):
    told = refine.get("/api/v1/reconcile").json()

    assert told["versions"] == ["0.2"]
    assert told["defaultTypes"] == [{"id": "organisation", "name": "Organisation"}]
    assert told["view"]["url"].endswith("/office/registry/organisation/{{id}}/change/")
    assert told["suggest"]["entity"]["service_url"].endswith("/api/v1/reconcile")


def test_a_batch_as_openrefine_posts_it_is_answered_under_its_identifiers(refine, firms):
    batch = {
        "q0": {"query": "福州榕質電子科技公司", "type": "organisation", "type_strict": "should", "limit": 3},
        "q1": {"query": "海舟食品", "properties": [{"pid": "county", "v": "鼓楼区"}]},
        "q2": {"query": "福州榕质电子科技有限公司", "type": "person"},
        "q3": {"query": "𠮷\u202e\u200b"},
    }

    told = refine.post("/api/v1/reconcile", {"queries": json.dumps(batch)}).json()

    assert list(told) == list(batch)
    best = told["q0"]["result"][0]
    assert (best["id"], best["match"], best["type"][0]["id"]) == (
        firms["福州榕质电子科技有限公司"].pk, True, "organisation",
    )  # fmt: skip
    assert best["score"] > 90
    assert {"probability", "trade_name", "region"} <= {one["id"] for one in best["features"]}
    assert [one["match"] for one in told["q1"]["result"][:2]] == [False, False]
    assert told["q2"]["result"] == [] == told["q3"]["result"]


def of_q0(client, **query):
    return client.post("/api/v1/reconcile", {"queries": json.dumps({"q0": query})}).json()["q0"]["result"]


def test_a_code_beside_the_name_finds_its_bearer_and_contradicts_all_others(refine, firms):
    records = [{"name": "福州竹屿灯具有限公司", "uscc": "91110000600037341L", "county": firms[FIRMS[0]].county}]
    [bearer] = registry.enter_organisations(records=records, by=BY, on=TODAY)
    alike = firms["福州榕质电子科技有限公司"]

    found = of_q0(refine, query=alike.name, properties=[{"pid": "code", "v": bearer.uscc}])

    assert [(one["id"], one["match"]) for one in found[:2]] == [(bearer.pk, True), (alike.pk, False)]
    assert {"id": "code", "value": 100.0} in found[0]["features"]
    [other] = of_q0(refine, query=bearer.name, limit=1, properties=[{"pid": "code", "v": "91350100M000100Y43"}])
    assert (other["id"], other["match"]) == (bearer.pk, False), "whoever bears that code, it is another firm"
    assert {"id": "code", "value": 0.0} in other["features"]


def test_a_county_beside_the_name_keeps_firms_of_others_from_being_matched(refine, firms):
    firm = firms["福州榕质电子科技有限公司"]
    county = str(firm.county)

    there = of_q0(refine, query=firm.name, properties=[{"pid": "county", "v": [{"id": firm.county_id}]}])[0]
    by_name = of_q0(refine, query=firm.name, properties=[{"pid": "county", "v": county}])[0]
    elsewhere = of_q0(refine, query=firm.name, properties=[{"pid": "county", "v": "长乐区"}])[0]

    assert [(one["id"], one["match"]) for one in (there, by_name, elsewhere)] == [
        (firm.pk, True), (firm.pk, True), (firm.pk, False),
    ]  # fmt: skip


def test_a_full_batch_of_names_is_a_few_questions_more_than_one_name(refine, firms):
    def asked(*names: str) -> tuple[int, dict]:
        batch = {"queries": json.dumps({f"q{at}": {"query": name} for at, name in enumerate(names)})}
        with CaptureQueriesContext(connection) as found:
            told = refine.post("/api/v1/reconcile", batch).json()
        return len(found), told

    asked("海舟食品")
    one, _told = asked("筠溪彩印")
    some, _told = asked(*(f"福州筠溪{sign}彩印厂" for sign in "甲乙丙丁戊"))
    many, told = asked(*(f"福州第{place}棠机械厂" for place in range(49)), "福州榕質电子科技公司")

    assert one < 30
    assert some <= one + 6
    assert many <= one + 12, "400 readings are looked for by one statement"
    best = told["q49"]["result"][0]
    assert (best["id"], best["match"]) == (firms["福州榕质电子科技有限公司"].pk, True)


def test_many_counties_in_a_query_are_no_more_questions_than_one(refine, firms, django_assert_num_queries):
    def batch(*places):
        known = [{"pid": "county", "v": list(places)}]
        return {"queries": json.dumps({"q0": {"query": "海舟食品", "properties": known}})}

    refine.post("/api/v1/reconcile", batch("1号路"))
    with CaptureQueriesContext(connection) as one:
        refine.post("/api/v1/reconcile", batch("2号路"))
    with django_assert_num_queries(len(one)):
        refine.post("/api/v1/reconcile", batch("3号路", "4号路", "350102", "350199", "鼓楼区", "长乐区", "5号路"))


def test_properties_are_given_back_of_firms_within_the_own_office_alone(refine, people, firms):
    firm = firms["福州榕质电子科技有限公司"]
    asked = {"extend": json.dumps({"ids": [firm.pk, "none-such"], "properties": [{"id": "name"}, {"id": "county"}]})}

    told = refine.post("/api/v1/reconcile", asked).json()
    other = client_of(people.officer_changle).post("/api/v1/reconcile", asked).json()

    assert [one["id"] for one in told["meta"]] == ["name", "county"]
    assert told["rows"][firm.pk] == {"name": [{"str": firm.name}], "county": [{"str": str(firm.county)}]}
    assert told["rows"]["none-such"] == {"name": [], "county": []} == other["rows"][firm.pk]
    proposed = refine.get("/api/v1/reconcile/properties").json()["properties"]
    assert "code" in {one["id"] for one in proposed}
    suggested = refine.get("/api/v1/reconcile/suggest/property", {"prefix": "cod"}).json()["result"]
    assert [one["id"] for one in suggested] == ["code"]


@pytest.mark.parametrize(
    "extend", ["[]", "{", '{"ids": "x", "properties": []}', '{"ids": ["x"], "properties": [{"id": "x"}]}']
)
def test_a_question_for_properties_that_is_none_is_refused_in_words(refine, extend):
    answer = refine.post("/api/v1/reconcile", {"extend": extend})

    assert answer.status_code == 400
    assert "Reconciliation" in answer.json()["title"] + answer.json()["detail"]


def test_the_same_batch_may_be_asked_by_get(refine, firms):
    told = refine.get("/api/v1/reconcile", {"queries": json.dumps({"q0": {"query": "福州筠溪彩印"}})}).json()

    assert told["q0"]["result"][0]["name"] == "福州筠溪彩印有限公司"


@pytest.mark.parametrize(
    "queries", ["[]", "{", '{"q0": 1}', '{"q0": {}}', '{"q0": {"query": ""}}', '{"q0": {"query": "a", "limit": "x"}}',
                '{"q0": {"query": "a", "type": 1}}', '{"q0": {"query": "a", "properties": [{"pid": 1, "v": "x"}]}}',
                json.dumps({f"q{n}": {"query": "a"} for n in range(51)})],
)  # fmt: skip
def test_a_batch_that_is_none_is_refused_in_words(refine, queries):
    answer = refine.post("/api/v1/reconcile", {"queries": queries})

    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_an_officer_is_answered_with_firms_of_the_own_county_alone(people, firms):
    officer = client_of(people.officer_changle)

    told = officer.post(
        "/api/v1/reconcile", {"queries": json.dumps({"q0": {"query": "福州榕质电子科技有限公司"}})}
    ).json()

    assert told["q0"]["result"] == []
    assert Client().get("/api/v1/reconcile").status_code == 401


def test_entities_are_suggested_by_the_beginning_of_a_text(refine, firms):
    told = refine.get("/api/v1/reconcile/suggest/entity", {"prefix": "榕质"}).json()

    assert "福州榕质电子科技有限公司" in {one["name"] for one in told["result"]}
