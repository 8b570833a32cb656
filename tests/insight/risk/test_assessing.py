"""Assessments of risk: of goods and of alerts, with evidence that is never replaced, reviewed by a second person."""

import re
import time
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation
from tests.insight.alerts.test_actions import alert
from tests.response.complaints.world import png

from banyan.insight.risk import actions, queries
from banyan.insight.risk.models import Assessment, Evidence
from banyan.insight.risk.queries import papers
from banyan.kit.refusals import Refused

pytestmark = pytest.mark.django_db
CHOKING = {"name": "a child swallows a magnet", "severity": 4, "steps": ["1/10", "1/50", "1/2"]}
SCRATCH = {"name": "an edge scratches", "severity": 1, "steps": ["1/5"]}


def assessed(city, people, **more):
    given = {"goods": "magnetic toy", "scenarios": [CHOKING, SCRATCH], "county": city.gulou, **more}
    return actions.assess_goods(**given, by=people.officer_gulou, on=city.today)


def test_the_level_is_that_of_the_worst_scenario_and_says_what_would_change_it(city, people):
    one = assessed(city, people)

    # 1/10 × 1/50 × 1/2 = 1/1000, which belongs to the band below its edge: P4 at severity 4 is serious
    assert (one.level, one.worst) == ("serious", CHOKING["name"])
    assert one.matrix == "risk.matrix"
    assert one.scenarios[0]["steps"] == ["1/10", "1/50", "1/2"]
    assert one.is_robust is not any(shift["level"] != one.level for shift in one.shifts)
    assert not queries.level_of(one)


def test_it_counts_once_a_second_person_upheld_it_and_nobody_reviews_the_own_one(city, people):
    warned = alert(city, product=city.rice)
    one = actions.assess_alert(alert=warned, scenarios=[SCRATCH], by=people.officer_gulou, on=city.today)

    with pytest.raises(Refused, match="does not review it"):
        actions.review_assessment(assessment=one, is_upheld=True, by=people.officer_gulou, on=city.today)
    assert queries.level_of(warned) == ""
    with pytest.raises(Refused, match="needs a reason"):
        actions.review_assessment(assessment=one, is_upheld=False, by=people.planner, on=city.today)
    actions.review_assessment(assessment=one, is_upheld=True, by=people.planner, on=city.today)

    assert queries.level_of(warned) == one.level == "medium"
    assert (one.goods, one.county, one.product_class) == (str(city.rice), city.gulou, city.rice)
    assert [found.pk for found in queries.assessments_of(warned, person=people.planner)] == [one.pk]
    with pytest.raises(Refused, match="reviewed already"):
        actions.review_assessment(assessment=one, is_upheld=True, by=people.planner, on=city.today)


def test_evidence_is_hashed_taken_once_and_closed_by_the_review(city, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    one = assessed(city, people)
    do = {"by": people.officer_gulou, "on": city.today}
    kept = actions.add_risk_evidence(assessment=one, file=png(), title="the toy, open", **do)

    with pytest.raises(Refused, match="same file"):
        actions.add_risk_evidence(assessment=one, file=png(), title="again", **do)
    with pytest.raises(Refused, match="neither a JPEG nor a PNG"):
        actions.add_risk_evidence(assessment=one, file=ContentFile(b"MZ", name="toy.exe"), title="no picture", **do)
    actions.review_assessment(assessment=one, is_upheld=True, by=people.planner, on=city.today)
    with pytest.raises(Refused, match="reviewed already"):
        actions.add_risk_evidence(assessment=one, file=png(beside=b"more"), title="late", **do)

    assert len(kept.digest) == 64
    with Evidence.objects.get().file.open("rb") as stored:
        assert stored.read() == png().read()


@pytest.mark.parametrize("line", ["magnet; 4", "magnet; four; 1/2", "magnet; 5; 1/2", "magnet; 4; 3/2"])
def test_what_is_no_scenario_is_refused_in_words(city, people, line):
    with pytest.raises(Refused, match="assessment of risk was asked for"):
        assessed(city, people, scenarios=queries.scenarios_of(line))


def test_scenarios_are_read_as_they_are_written(city):
    read = queries.scenarios_of("a child swallows a magnet; 4; 1/10；1/50; 1/2\n\nan edge scratches; 1; 1/5\n")

    assert read == [CHOKING, SCRATCH]


def test_the_office_assesses_from_an_alert_and_a_colleague_finds_it_to_review(city, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    receipt = {"kind": "inspection.sample_judged", "method": "scan", "first_facts": []}
    warned = alert(city, product=city.rice, counties=["gulou"], receipt=receipt)
    officer, planner = Client(headers={"accept-language": "en"}), Client(headers={"accept-language": "en"})
    officer.force_login(people.officer_gulou)
    planner.force_login(people.planner)
    page = f"/office/alerts/alert/{warned.pk}/"

    wrong = officer.post(f"{page}do/assess_alert/", {"scenarios": "mould; 2"})
    right = officer.post(f"{page}do/assess_alert/", {"scenarios": "mould; 2; 1/10; 1/20", "hazard": "mould"})
    one = Assessment.objects.get()
    own = f"/office/risk/assessment/{one.pk}/"
    sent = officer.post(f"{own}do/add_risk_evidence/", {"title": "mould", "file": png()})

    assert (wrong.status_code, right.status_code, sent.status_code) == (422, 302, 302)
    assert "at least one probability" in wrong.content.decode()
    assert str(one.pk) in officer.get(f"{page}change/").content.decode()
    shown = planner.get(f"{own}change/").content.decode()
    assert page in shown
    assert "review_assessment" in shown
    assert "review_assessment" not in officer.get(f"{own}change/").content.decode()
    assert str(one) in planner.get("/office/").content.decode()
    evidence = Evidence.objects.get()
    assert planner.get(f"/office/risk/evidence/{evidence.pk}/file/").content == png().read()
    assert planner.get(f"{own}paper/assessment-of-risk.pdf").content.startswith(b"%PDF")


def test_the_list_is_filtered_by_levels_in_words(city, people):
    assessed(city, people)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(people.planner)

    shown = client.get("/office/risk/assessment/").content.decode()
    with translation.override("zh-hans"):
        said = Assessment.spoken["level"]("serious")

    assert "?level=serious" in shown
    assert re.search(rf"\?level=serious[^<]*>\s*{said}\s*<", shown), "the level by its name, not by its key"


def test_the_paper_says_scenarios_evidence_and_what_would_change_the_level(city, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    one = assessed(city, people, users="children under three")
    actions.add_risk_evidence(
        assessment=one, file=png(), title="the toy, open", by=people.officer_gulou, on=city.today
    )

    with translation.override("en"):
        told = str(papers.assessment_of_risk(one))

    for words in ("magnetic toy", "children under three", "1/10 × 1/50 × 1/2", "the toy, open"):
        assert words in told


def test_assessments_of_inquiries_move_with_all_that_they_said():
    moving, made = import_module("banyan.response.recall.migrations.0009_assessments_to_risk"), []
    said = dict.fromkeys(moving.KEPT) | {"level": "high", "scenarios": [SCRATCH], "worst": "an edge scratches"}
    inquiry = SimpleNamespace(product_name="blind", product_class_id="goods", county_id="gulou", hazard="a loop")

    class Old:
        objects = Rows([SimpleNamespace(pk="ra-1", inquiry=inquiry, inquiry_id="in-1", **said)])

    class New(SimpleNamespace):
        objects = SimpleNamespace(bulk_create=made.extend)

    models = {"recall": Old, "risk": New}
    moving.forward(
        SimpleNamespace(all_models={"recall": {"assessment": Old}}, get_model=lambda app, _: models[app]), None
    )

    (moved,) = made
    assert vars(moved) == said | {
        "key": "ra-1", "goods": "blind", "product_class_id": "goods", "county_id": "gulou", "hazard": "a loop",
        "about_noun": "recall.inquiry", "about_key": "in-1", "matrix": "risk.matrix",
    }  # fmt: skip
    assert set(vars(moved)) <= {field.attname for field in Assessment._meta.fields}


class Rows(list):
    """Rows as a migration reads them."""

    def select_related(self, *_names):
        return self

    order_by = select_related


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("触电；5；1/10", "情景“触电”的严重程度是5，而矩阵只有1至4"),
        ("触电；3；1/10；1/0", "情景“触电”第2步的概率写成了“1/0”"),
        ("触电；3；1e9999999", "情景“触电”第1步的概率写成了“1e9999999”"),
        ("触电；3；0.1234567890123", "两边各不超过12位数字"),
        ("触电；3；3/2", "概率在0和1之间"),
        ("触电；3；" + "；".join(["1/2"] * 21), "情景“触电”有21步"),
        ("触" * 201 + "；3；1/2", "有201个字"),
        ("\n".join(["触电；3；1/2"] * 51), "共有51个情景"),
        ("触电；" + "9" * 5000 + "；1/2", "第1行"),
    ],
)
def test_what_cannot_be_assessed_is_refused_at_once_in_the_language_of_the_page(city, people, line, says):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(people.officer_gulou)
    sent = {"goods": "插座", "county": "gulou", "scenarios": line}

    began = time.monotonic()
    answer = client.post("/office/risk/assessment/new/assess_goods/", sent)

    assert answer.status_code == 422
    assert time.monotonic() - began < 5
    told = answer.content.decode()
    assert says in told
    assert "is needed" not in told
    assert not Assessment.objects.exists()


def test_digits_of_full_width_are_digits(city):
    assert queries.scenarios_of("触电；３；１／５０")[0] == {"name": "触电", "severity": 3, "steps": ["1/50"]}


def test_an_officer_of_a_county_has_it_chosen_and_names_one_where_the_city_s_officer_need_not(city, people):
    officer, planner = Client(headers={"accept-language": "zh-hans"}), Client(headers={"accept-language": "zh-hans"})
    officer.force_login(people.officer_gulou)
    planner.force_login(people.planner)
    page, sent = "/office/risk/assessment/new/assess_goods/", {"goods": "插座", "scenarios": "触电；3；1/10"}

    form = officer.get(page).context["form"]
    without, whole = officer.post(page, sent), planner.post(page, sent)

    assert form.fields["county"].required
    assert form["county"].value() == city.gulou.pk
    assert (without.status_code, whole.status_code) == (422, 302)
    assert list(without.context["form"].errors) == ["county"]
    assert Assessment.objects.get().county is None
