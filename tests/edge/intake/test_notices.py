"""Notices of authorities become leads: as files come, twice without doubling, placed by a person alone."""

from __future__ import annotations

import gzip
import json
import os
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.edge.intake.test_command import rejects, taken
from tests.edge.intake.test_office import do, uploaded

from banyan.edge.intake.queries import FormRefused
from banyan.kit import Refused
from banyan.response.recall import actions
from banyan.response.recall.models import Lead
from banyan.response.recall.queries.matching import matches

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 2)
SHARED = Path(os.environ.get("BANYAN_SHARED") or Path(__file__).resolve().parents[4] / "shared") / "data"
RASFF = ";NUMBER;CLASSIF;DATE_CASE;REF;NOT_COUNTRY;SUBJET;PROD_CAT;TYPE;RISK_DECISION;PRODUCT;HAZARDS;COUNT_ORIGEN"
NOTICE = {
    "title": "Fair Foods recalls croquettes", "notification_dttm": "2025-05-04T00:00:00+00:00",
    "recall_reason": "Misbranding", "company_name": "Fair Foods", "brand_name": "Banyan",
    "product_description": "17 oz bags", "impacted_states": ["NY", "US"], "agency": "USDA", "uid": "abc-1",
    "recall_url": "https://a.example/1", "notice_id_number": "036-2025", "recall_type": "Active Recall",
    "recall_classification": "Class I",
}  # fmt: skip


def notices(*records, name="notices.json"):
    return SimpleUploadedFile(name, json.dumps(records).encode())


def written(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_notification_becomes_a_lead_with_what_it_says_and_no_term_runs_yet(city, tmp_path):
    row = "0;1.0;alert;2025-05-13;2025.0001;France;lead in tea from Utopia;tea;food;serious;green tea;lead;Utopia"

    answer, _record = taken(written(tmp_path, f"{RASFF}\n{row}\n", "rasff.csv"), "rasff-notices", "recall")

    assert (answer["read"], answer["accepted"], answer["leads"]) == (1, 1, 1)
    lead = Lead.objects.get()
    assert (lead.product_name, lead.hazard, lead.made_in, lead.origin, lead.reference) == (
        "green tea", "lead", "Utopia", "France", "2025.0001",
    )  # fmt: skip
    assert (lead.source, lead.regime, lead.is_grave, lead.happened_on) == ("foreign", "food", True, date(2025, 5, 13))
    assert "CLASSIF: alert" in lead.defect
    assert (lead.state, lead.due_on, lead.received_on) == ("received", None, DAY)
    assert (lead.source_file, lead.source_row) == ("rasff.csv", 2)


def test_the_same_notices_in_another_file_are_unchanged_and_what_changed_is_refused(city, tmp_path):
    taken(written(tmp_path, json.dumps([NOTICE]), "may.json"), "us-food-recalls", "recall")
    later = [NOTICE, NOTICE | {"uid": "abc-2"}, NOTICE | {"recall_reason": "Glass"}, NOTICE | {"title": ""}]

    answer, record = taken(written(tmp_path, json.dumps(later), "june.json"), "us-food-recalls", "recall")

    assert {name: answer[name] for name in ("read", "accepted", "unchanged", "refused")} == {
        "read": 4, "accepted": 1, "unchanged": 1, "refused": 2,
    }  # fmt: skip
    assert answer["by_reason"] == {"conflict": 1, "missing_value": 1}
    assert Lead.objects.count() == 2
    assert len(rejects(record)) == 2


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Recalls</title>
<item><title>Fair Foods recalls croquettes</title><link>{link}</link><description>17 oz bags</description>
<pubDate>Sun, 04 May 2025 08:00:00 -0400</pubDate><dc:creator>{creator}</dc:creator><guid>{link}</guid></item>
</channel></rss>"""


@pytest.mark.parametrize(
    ("link", "creator", "new"),
    [
        ("http://www.a.example/1/", "Food Safety and Inspection Service", 0),
        ("https://a.example/2", "Food Safety and Inspection Service", 1),
        ("https://a.example/1", "FDA", 1),
    ],
    ids=["the same page", "another page", "another authority"],
)
def test_a_notice_of_the_same_address_in_a_file_of_another_form_is_no_second_lead(city, tmp_path, link, creator, new):
    taken(written(tmp_path, json.dumps([NOTICE]), "may.json"), "us-food-recalls", "recall")

    feed = written(tmp_path, FEED.format(link=link, creator=creator), "feed.xml")
    answer, _record = taken(feed, "recall-feed", "recall")

    assert (answer["accepted"], answer["unchanged"]) == (new, 1 - new)
    assert Lead.objects.count() == 1 + new
    again, _record = taken(written(tmp_path, feed.read_text() + "\n", "again.xml"), "recall-feed", "recall")
    assert again["unchanged"] == 1


def test_a_name_too_long_for_its_field_is_cut_and_stands_whole_with_the_defect(city, tmp_path):
    long = "Sausages " * 40
    taken(written(tmp_path, json.dumps([NOTICE | {"title": long}]), "a.json"), "us-food-recalls", "recall")

    lead = Lead.objects.get()

    assert len(lead.product_name) == 240
    assert lead.product_name.endswith("…")
    assert long.strip() in lead.defect


def test_the_converted_table_with_its_header_shifted_is_refused_as_a_whole(city, tmp_path):
    path = written(tmp_path, "index,reason,company,date\n0,http://a.example,Fair,04/2013\n", "fda.csv")

    with pytest.raises(FormRefused, match="index"):
        taken(path, "fda-recalls", "recall")

    assert not Lead.objects.exists()


def test_notices_are_uploaded_in_the_office_looked_at_and_taken_in(browser):
    planner = browser("planner")

    _answer, record = uploaded(planner, notices(NOTICE, NOTICE | {"uid": "abc-2", "notification_dttm": "2031-01-01"}))

    assert (record.state, record.mapping, record.into) == ("ready", "us-food-recalls", "recall")
    assert not Lead.objects.exists()
    do(planner, record, "confirm_import")
    page = planner.get(f"/office/intake/{record.number}/").content.decode()
    assert "To the leads" in page
    assert "new leads" in page
    lead = Lead.objects.get()
    shown = planner.get(f"/office/recall/lead/{lead.pk}/change/").content.decode()
    assert 'href="https://a.example/1"' in shown


def test_notices_lie_with_the_office_that_takes_them_in(browser, city):
    officer = browser("officer_gulou")

    _answer, record = uploaded(officer, notices(NOTICE))
    do(officer, record, "confirm_import")

    assert record.counts["accepted"] == 1
    assert Lead.objects.get().county == city.gulou_firm.county
    assert NOTICE["title"] in officer.get("/office/recall/lead/").content.decode()
    assert NOTICE["title"] not in browser("officer_changle").get("/office/recall/lead/").content.decode()


def test_undoing_withdraws_the_leads_that_nobody_has_gone_on_with(browser, city, people):
    planner = browser("planner")
    _answer, record = uploaded(planner, notices(NOTICE, NOTICE | {"uid": "abc-2"}))
    do(planner, record, "confirm_import")
    worked_on = Lead.objects.order_by("number").first()
    actions.concern_goods(lead=worked_on, maker=city.gulou_firm, by=people.planner, on=DAY)

    do(planner, record, "undo_import", reason="wrong file")

    assert record.state == "undone"
    assert [key for key, _why in record.kept] == [worked_on.pk]
    assert list(Lead.objects.exclude(withdrawn_on=None).values_list("source_row", flat=True)) == [2]


def test_what_the_registry_knows_is_suggested_with_its_reason_and_taken_over_by_nobody(city, people, tmp_path):
    product = city.actions.enter_product(
        name="Croquettes", maker=city.gulou_firm, product_class=city.rice, brand="BANYAN",
        by=people.planner, on=DAY,
    )  # fmt: skip
    records = [NOTICE | {"company_name": city.gulou_firm.name}, NOTICE | {"uid": "abc-2", "brand_name": ""}]
    answer, _record = taken(written(tmp_path, json.dumps(records), "a.json"), "us-food-recalls", "recall")

    known, unknown = Lead.objects.order_by("number")

    assert answer["likely"] == 1
    assert (known.is_likely, known.maker, known.product) == (True, None, None)
    assert not unknown.is_likely
    found = [(one.record.pk, one.reason) for one in matches(known, person=people.planner)]
    assert ("firm-g", "bears or bore the name of the maker as stated") in found
    assert (product.pk, "the same brand") in found


def test_the_term_begins_when_a_person_says_whom_the_notice_concerns(city, people, tmp_path):
    taken(written(tmp_path, json.dumps([NOTICE]), "a.json"), "us-food-recalls", "recall")
    lead = Lead.objects.get()
    with pytest.raises(Refused) as refused:
        actions.concern_goods(lead=lead, by=people.planner, on=DAY)

    actions.concern_goods(lead=lead, maker=city.gulou_firm, by=people.planner, on=DAY)

    assert refused.value.code == "goods-missing"
    lead.refresh_from_db()
    assert (lead.maker, lead.county, lead.state) == (city.gulou_firm, city.gulou_firm.county, "received")
    assert lead.maker_name == "Fair Foods"
    inquiry = actions.open_inquiry(lead=lead, report_by=date(2025, 7, 1), by=people.planner, on=DAY)
    assert inquiry.maker == city.gulou_firm


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_the_files_of_the_authorities_are_taken_in_whole(city, tmp_path):
    feeds = SHARED / "us-food-recalls-fda-usda"
    files = [
        (SHARED / "rasff-2019" / "2019_RASFF_DATA_16092019.csv", "rasff-notices", 2789, 2789),
        (SHARED / "fda-recalls-2009-2013" / "RecallsDataSet.xml.gz", "fda-recalls", 2000, 1994),
        (feeds / "usda_food_safety_recalls_staged.json.gz", "us-food-recalls", 1982, 1982),
        (feeds / "usda_food_safety_recalls.xml", "recall-feed", 50, 11),
    ]
    for path, mapping, read, accepted in files:
        answer, _record = taken(path, mapping, "recall", on=date(2025, 12, 31))
        assert (answer["read"], answer["accepted"]) == (read, accepted)
    rows = json.loads(gzip.decompress(files[2][0].read_bytes()))
    again = written(tmp_path, json.dumps(rows), "again.json")

    answer, _record = taken(again, "us-food-recalls", "recall", on=date(2025, 12, 31))

    assert (answer["accepted"], answer["unchanged"]) == (0, 1982)
