"""The office's pages of spot checks: forms that do verbs, papers, a firm's panel, the laboratory's desk."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from tests.kit.test_pictures import jpeg
from tests.records.inspection.world import HOUSE, plan_of, result_of

from banyan.kit import clock
from banyan.kit.documents import texts_of
from banyan.kit.models import Person
from banyan.records.inspection import actions
from banyan.records.inspection.models import Correction, Evidence, Objection, Result, Sample, Task
from banyan.records.inspection.queries import papers, sheets

DAY = date(2024, 3, 4)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def browser(world):
    """Browsers of the world's people, on the day of the tests."""

    def sign_in(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(world.people[name])
        return client

    with clock.fixed_at(DAY):
        yield sign_in


def again(record):
    """The record as it is now."""
    return type(record).objects.get(key=record.key)


def test_a_sampler_fills_in_the_sampling_form_with_pictures(world, browser):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)
    content = {
        "product_name": "lamp", "brand": "Star", "model": "A60", "standard": "GB 7000.1", "maker": "maker",
        "place": "shelf 3", "stage": "sold", "sampled_on": "2024-03-04", "seal": "S1", "spare_seal": "S2",
        "price": "12.50", "latitude": "26.075", "longitude": "119.3",
        "photos": [SimpleUploadedFile("a.jpg", jpeg()), SimpleUploadedFile("b.jpg", jpeg(width=320))],
    }  # fmt: skip

    answer = browser("sampler_a").post(f"/office/inspection/task/{task.key}/do/take_samples/", content)

    assert answer.status_code == 302, answer.content.decode()
    sample = Sample.objects.get()
    assert (sample.state, sample.seal, sample.level, str(sample.price)) == ("sampled", "S1", "city", "12.50")
    assert Evidence.objects.filter(sample=sample).count() == 2
    assert again(task).state == "sampled"


def test_a_refusal_is_shown_on_the_form_and_nothing_is_written(world, browser):
    world.sample(on=DAY, brand="Star", model="A60", standard="GB 7000.1")
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)
    content = {
        "product_name": "lamp", "brand": "Star", "model": "A60", "standard": "GB 7000.1", "maker": "maker",
        "sampled_on": "2024-03-04", "seal": "S1",
    }  # fmt: skip

    answer = browser("sampler_a").post(f"/office/inspection/task/{task.key}/do/take_samples/", content)

    assert answer.status_code == 409
    assert "checked the same product" in answer.content.decode()
    assert Sample.objects.count() == 1


def test_a_laboratory_reports_by_hand(world, browser):
    sample = world.sample(on=DAY)
    actions.receive_samples(samples=[sample], by=HOUSE, on=DAY)
    address = f"/office/inspection/sample/{sample.key}/do/report_results/"
    content = {"conclusion": "failed", "grade": "general", "report_number": "R-1"}

    wrong = browser("chemist").post(address, content | {"items": "lead; 0.9; mg/kg"})
    right = browser("chemist").post(
        address, content | {"items": "lead; 0.9; mg/kg; ≤0.5; GB 5009.12; failed\nsocket；good；；；；passed"}
    )

    assert wrong.status_code == 422
    assert "Line 1" in wrong.content.decode()
    assert right.status_code == 302, right.content.decode()
    assert list(Result.objects.get().items.values_list("item", "rejudged")) == [
        ("lead", "agrees"),
        ("socket", "cannot"),
    ]
    assert again(sample).conclusion == "failed"


def test_verbs_on_a_selected_list(world, browser):
    samples = [world.judged("failed", on=DAY) for _count in range(3)]
    address = "/office/inspection/sample/selected/serve_results/"

    answer = browser("county_officer").post(address, {"key": [one.key for one in samples], "manner": "post"})

    assert answer.status_code == 302, answer.content.decode()
    assert set(Sample.objects.values_list("state", flat=True)) == {"result_served"}


def test_one_record_that_may_not_refuses_the_whole_selection_by_name(world, browser):
    failed, passed = world.judged("failed", on=DAY), world.judged("passed", on=DAY)

    answer = browser("county_officer").post(
        "/office/inspection/sample/selected/serve_results/", {"key": [failed.key, passed.key]}
    )

    assert answer.status_code == 409
    assert passed.number in answer.content.decode()
    assert again(failed).state == "failed"


def test_a_firm_objects_for_itself_and_cannot_decide(world, browser):
    sample = world.served(on=DAY)
    owner = browser("owner")

    filed = owner.post(
        f"/office/inspection/sample/{sample.key}/do/file_objections/",
        {"party": "maker", "kind": "retest", "grounds": "tested wrongly"},
    )
    objection = Objection.objects.get()
    page = owner.get(f"/office/inspection/objection/{objection.key}/change/")
    decided = owner.post(f"/office/inspection/objection/{objection.key}/do/grant_retests/", {"decision": "yes"})

    assert filed.status_code == 302, filed.content.decode()
    assert page.status_code == 200
    assert "Grant re-test" not in [str(one["title"]) for one in page.context["offers"]]
    assert decided.status_code == 403
    assert again(objection).state == "filed"


def test_amending_by_the_form_changes_only_what_differs(world, browser):
    sample = world.sample(on=DAY)
    address = f"/office/inspection/sample/{sample.key}/do/amend_samples/"
    client = browser("planner")
    begun = client.get(address).context["form"].initial
    content = {name: getattr(value, "pk", value) for name, value in begun.items() if value not in (None, "")}

    answer = client.post(address, content | {"place": "cellar", "reason": "typed wrongly"})

    assert answer.status_code == 302, answer.content.decode()
    assert (again(sample).place, again(sample).brand) == ("cellar", sample.brand)


def test_the_firms_page_shows_its_samples_within_ones_office(world, browser):
    world.judged("failed", on=DAY)
    address = "/office/registry/organisation/maker/change/"

    officer = browser("county_officer").get(address).content.decode()

    assert "1 samples: 0 passed, 1 failed." in officer


def test_late_work_stands_on_the_page_of_work_to_do(world, browser):
    sample = world.served(on=date(2024, 2, 5))
    Sample.objects.filter(key=sample.key).update(due_on=date(2024, 2, 20))

    page = browser("county_officer").get("/office/").content.decode()

    assert sample.number in page


def test_late_work_says_whose_move_it_is_and_to_whom_it_went_up(world, browser):
    sample = world.served(on=date(2024, 2, 5))
    Sample.objects.filter(key=sample.key).update(
        due_on=date(2024, 2, 20), escalated_on=date(2024, 2, 21), assignee=world.people["county_leader"]
    )

    todo = browser("county_leader").get("/office/").content.decode()
    record = browser("county_leader").get(f"/office/inspection/sample/{sample.key}/change/").content.decode()

    assert "to move: firm" in todo
    assert "went up to county_leader on 2024-02-21" in todo
    assert "overdue since 2024-02-20" in record


def test_a_sampler_is_not_told_of_late_moves_of_others(world, browser):
    sample = world.served(on=date(2024, 2, 5))
    Sample.objects.filter(key=sample.key).update(due_on=date(2024, 2, 20))

    assert sample.number not in browser("sampler_a").get("/office/").content.decode()


def test_a_refusal_waits_for_the_officer_until_it_is_handed_to_enforcement(world, browser):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)
    actions.record_refusals(tasks=[task], note="closed the door", witness="Neighbour", by=HOUSE, on=DAY)
    officer = browser("county_officer")

    before = officer.get("/office/").content.decode()
    officer.post(f"/office/inspection/task/{task.key}/do/open_refusal_case/", {"case": "2024-17"})

    assert "Refusals to hand over" in before
    assert str(task.organisation) in before
    assert "Refusals to hand over" not in officer.get("/office/").content.decode()


def test_the_firm_is_led_from_its_work_to_the_order_that_it_must_answer(world, browser):
    sample = world.served(on=date(2024, 2, 5))
    actions.let_objections_lapse(samples=[sample], by=HOUSE, on=DAY)
    (order,) = actions.order_corrections(samples=[sample], by=HOUSE, on=DAY)

    todo = browser("owner").get("/office/").content.decode()
    page = browser("owner").get(f"/office/inspection/correction/{order.key}/change/").content.decode()

    assert f"/office/inspection/correction/{order.key}/change/" in todo
    assert "record_corrections" in page
    assert "record_restart" not in page


def test_the_work_of_somebody_on_leave_is_handed_over_on_one_form(world, browser):
    task = world.task(on=DAY, assignee=world.people["sampler_a"])
    Person.objects.filter(username="sampler_a").update(is_present=False)
    world.people["county_officer"].grants.update(path="/fujian/fuzhou")

    asked = browser("planner").get("/office/inspection/task/new/hand_over_work/").content.decode()
    browser("planner").post(
        "/office/inspection/task/new/hand_over_work/", {"person": "sampler_a", "to": "county_officer"}
    )

    assert asked.count('value="sampler_a"') == 1, "who is on leave is offered as the one whose work it is, only"
    assert 'value="owner"' not in asked, "a firm takes over no work"
    assert again(task).assignee == world.people["county_officer"]


def test_nothing_is_chosen_beforehand_where_a_wrong_choice_would_count(world, browser):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)

    answer = browser("sampler_a").post(f"/office/inspection/task/{task.key}/do/record_not_sampled/", {"why": ""})

    assert answer.status_code == 422
    assert again(task).state == "notified"


def test_after_a_verb_on_a_selection_the_list_is_filtered_as_before(world, browser):
    sample = world.judged("passed", on=DAY)

    answer = browser("planner").post(
        "/office/inspection/sample/selected/notify_results/?state__exact=passed", {"key": [sample.key]}
    )

    assert answer.headers["location"] == "/office/inspection/sample/?state__exact=passed"


# ---------------------------------------------------------------- papers


def test_the_four_papers_say_what_they_must_in_both_languages(world):
    sample = world.served(on=DAY)
    actions.let_objections_lapse(samples=[sample], by=HOUSE, on=date(2024, 3, 20))
    (order,) = actions.order_corrections(samples=[sample], by=HOUSE, on=date(2024, 3, 20))
    sample, order = again(sample), Correction.objects.get(key=order.key)

    for language in ("en", "zh-hans"):
        with translation.override(language):
            said = {name: texts_of(build(one)) for name, build, one in (
                ("notice", papers.notice, Task.objects.get(key=sample.task_id)),
                ("form", papers.sampling_form, sample),
                ("result", papers.result_notice, sample),
                ("order", papers.order_to_correct, order),
            )}  # fmt: skip
        assert "sampler_a" in said["notice"]
        assert sample.seal in said["form"]
        assert "2024-03-19" in said["result"]
        assert "2024-05-20" in said["order"]
        assert "0.9" in said["result"]


def test_a_refusal_is_reported_with_what_the_law_provides_and_gets_its_case(world):
    task = world.task(on=DAY)
    actions.notify_tasks(tasks=[task], by=HOUSE, on=DAY)
    actions.record_refusals(tasks=[task], note="The door stayed closed.", witness="Wang Fang", by=HOUSE, on=DAY)
    with translation.override("en"):
        before = texts_of(papers.refusal(Task.objects.get(key=task.key)))
        actions.open_refusal_case(task=Task.objects.get(key=task.key), case="Case 31", by=HOUSE, on=DAY)
        after = texts_of(papers.refusal(Task.objects.get(key=task.key)))

    assert "The door stayed closed." in before
    assert "Warning and order to correct" in before
    assert "Wang Fang" not in before, "a firm may read the paper: the witness is named in the office only"
    assert "Case 31" in after
    assert papers.papers_of(Task.objects.get(key=task.key))[-1][0] == "refusal"


def test_food_has_papers_by_its_own_law_and_a_retest_is_not_offered_twice(world):
    world.line = plan_of(world, scheme="food_supervision")
    sample = world.served(on=DAY, seller=world.firms["maker"])
    objection = world.objection(sample, on=DAY)
    actions.grant_retests(objections=[objection], decision="tested again", by=HOUSE, on=DAY)
    actions.start_retests(objections=[objection], laboratory=world.firms["second_laboratory"], by=HOUSE, on=DAY)
    first = texts_of(papers.result_notice(again(sample)))
    actions.report_retests(
        objections=[again(objection)], results=[result_of(again(sample), "failed")], by=HOUSE, on=DAY
    )
    (order,) = actions.order_corrections(samples=[again(sample)], by=HOUSE, on=DAY)

    with translation.override("en"):
        second = texts_of(papers.result_notice(again(sample)))
        ordered = texts_of(papers.order_to_correct(order))
        notice = texts_of(papers.notice(again(sample.task)))

    assert "2024-03-13" in first
    assert "It is final" in second
    assert "2024-03-13" not in second
    assert "recall what was sold" in ordered
    assert "Correct and report by" not in ordered, "food has no such term, so there is no empty line for it"
    assert "Food Safety Law" in notice
    assert "Product Quality Law" not in notice


def test_a_word_paper_is_a4_and_leaves_room_to_sign_and_to_date(world):
    from docx import Document

    content, _type = papers.written("sampling-form", world.sample(on=DAY), form="docx")

    word = Document(io.BytesIO(content))
    assert round(word.sections[0].page_width.cm, 1) == 21.0
    assert round(word.sections[0].page_height.cm, 1) == 29.7
    assert sum("____" in cell.text for cell in word.tables[-1]._cells) == 2


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_paper_is_made_as_a_file_for_those_who_may_see_the_record(world, browser, form):
    sample = world.sample(on=DAY)
    address = f"/office/inspection/sample/{sample.key}/paper/sampling-form.{form}"

    mine, others = browser("county_officer").get(address), browser("other_officer").get(address)

    assert (mine.status_code, others.status_code) == (200, 404)
    assert mine.content.startswith(b"%PDF" if form == "pdf" else b"PK")


def test_a_paper_that_a_record_does_not_have_yet_is_not_found(world, browser):
    sample = world.sample(on=DAY)

    answer = browser("county_officer").get(f"/office/inspection/sample/{sample.key}/paper/result-notice.pdf")

    assert answer.status_code == 404


# ---------------------------------------------------------------- the laboratory's desk


def filled(rows, language="en"):
    """A template as the laboratory sends it back."""
    book = openpyxl.Workbook()
    with translation.override(language):
        book.active.append([str(title) for title in sheets.COLUMNS.values()])
    for row in rows:
        book.active.append([row.get(name, "") for name in sheets.COLUMNS])
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("batch.xlsx", file.getvalue())


def report(browser, rows, language="en"):
    """A filled file sent, looked through and reported: the page that comes after it."""
    shown = browser.post("/office/laboratory/", {"file": filled(rows, language)})
    return browser.post("/office/laboratory/", {"waiting": shown.context["waiting"], "report": "1"})


def row(sample, **given):
    known = {"number": sample.number, "conclusion": "passed", "item": "lead", "value": "0.1", "limit": "≤0.5",
             "unit": "mg/kg", "item_conclusion": "passed", "report": "R-1"}  # fmt: skip
    return known | given


@pytest.fixture
def received(world):
    samples = [world.sample(on=DAY) for _count in range(3)]
    return list(actions.receive_samples(samples=samples, by=HOUSE, on=DAY))


def test_the_template_names_the_samples_that_wait(world, browser, received):
    answer = browser("chemist").get("/office/laboratory/template.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet["A"]][1:] == sorted(one.number for one in received)
    assert sheet.max_column == len(sheets.COLUMNS)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_filled_file_reports_what_fits_and_names_what_does_not(world, browser, received, language):
    good, contradicting, unknown = received
    rows = [
        row(good), row(good, item="socket", value="good", limit="", unit=""),
        row(contradicting, item_conclusion="failed"),
        row(unknown, number="N-none"),
        row(unknown, item_conclusion="perhaps"),
    ]  # fmt: skip

    answer = report(browser("chemist"), rows, language)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert again(good).state == "passed"
    assert Result.objects.get().items.count() == 2
    assert again(contradicting).state == "received"
    assert [one.number for one in answer.context["batch"].refused] == [4, 5, 6]
    assert [one.where for one in answer.context["batch"].refused] == ["E4", "A5", "M6"]
    assert ">M6<" in page
    assert "one of its items failed" in page
    assert "No sample “N-none” waits" in page
    assert "“perhaps” under" in page


def test_a_filled_file_is_shown_with_what_looks_wrong_before_anything_is_reported(world, browser, received):
    good, too_much, odd_unit = received
    rows = [row(good), row(too_much, value="0.7"), row(odd_unit, unit="mgg/kg")]

    answer = browser("chemist").post("/office/laboratory/", {"file": filled(rows)})

    assert answer.status_code == 200
    assert not Result.objects.exists()
    assert [one["doubts"] for one in answer.context["results"]] == [
        [],
        ["lead: 0.7 by the limit ≤0.5 is not “passed”."],
        ["lead: “mgg/kg” is not among the units that are known here."],
    ]
    assert "Report 3 results" in answer.content.decode()


def test_a_file_of_which_nothing_can_be_reported_offers_nothing_to_confirm(world, browser, received):
    answer = browser("chemist").post("/office/laboratory/", {"file": filled([row(received[0], item="")])})

    assert answer.status_code == 422
    assert not answer.context["waiting"]
    assert 'name="report"' not in answer.content.decode()


def test_a_sample_is_reported_by_all_of_its_rows_or_not_at_all(world, browser, received):
    sample = received[0]
    rows = [row(sample), row(sample, item="")]

    answer = browser("chemist").post("/office/laboratory/", {"file": filled(rows)})

    assert [one.why for one in answer.context["batch"].refused] == [
        "Another row of this sample was refused.", "No item is named.",
    ]  # fmt: skip
    assert again(sample).state == "received"


def test_the_same_file_again_reports_nothing_twice(world, browser, received):
    rows = [row(one) for one in received]
    chemist = browser("chemist")

    first = report(chemist, rows)
    second = chemist.post("/office/laboratory/", {"file": filled(rows)})

    assert (first.status_code, second.status_code) == (200, 422)
    assert Result.objects.count() == 3


def test_another_laboratorys_samples_are_unknown_at_this_desk(world, browser, received):
    answer = browser("second_chemist").post("/office/laboratory/", {"file": filled([row(received[0])])})

    assert answer.status_code == 422
    assert again(received[0]).state == "received"


def test_a_file_that_is_no_table_is_refused_in_words(world, browser):
    file = SimpleUploadedFile("batch.xlsx", b"%PDF-1.7")

    answer = browser("chemist").post("/office/laboratory/", {"file": file})

    assert answer.status_code == 409
    assert "save it as XLSX" in answer.content.decode()


def test_formulas_in_the_template_are_text(world, tmp_path: Path):
    sample = world.sample(on=DAY, product_name="=1+1")

    path = tmp_path / "t.xlsx"
    path.write_bytes(sheets.template([sample]))

    assert openpyxl.load_workbook(path).active["B2"].value == "'=1+1"
    assert result_of(sample, "passed").sample is sample


def test_the_county_publishes_what_it_organised_and_nothing_else(world, browser):
    own = world.judged("passed", on=DAY, organiser=world.regions["gulou"], authority="Gulou bureau")
    citys = world.judged("passed", on=DAY)
    actions.notify_results(samples=[own, citys], by=HOUSE, on=DAY)
    officer = browser("county_officer")

    published = officer.post(f"/office/inspection/sample/{own.key}/do/publish_results/")
    refused = officer.post(f"/office/inspection/sample/{citys.key}/do/publish_results/")

    assert (published.status_code, refused.status_code) == (302, 409)
    assert again(own).published_on == DAY
    assert again(citys).published_on is None
