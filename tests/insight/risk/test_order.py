"""The order of inspections looks back only, keeps places random, and says why a firm stands where it stands."""

import csv
import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest
from django.utils import translation

from banyan.insight.risk import queries
from banyan.insight.risk.queries import judging, placing
from banyan.insight.risk.queries.past import LAST, SHARE, Past
from banyan.kit import Refused

FIRST = date(2024, 1, 1).toordinal()


def past(seed=1, *, firms=("firm-g", "firm-c"), n=900):
    """Samples of some firms: every second one fails one time in three, the others one time in twenty."""
    random = np.random.default_rng(seed)
    day = np.sort(FIRST + random.integers(0, 600, n))
    firm = random.integers(0, len(firms), n)
    return Past(
        day=day, known=day + 30, firm=np.array(firms, object)[firm],
        goods=np.array(["rice", "helmet"], object)[firm % 2],
        county=np.array(["gulou", "changle"], object)[firm % 2], targeted=random.integers(0, 2, n).astype(float),
        failed=(random.random(n) < np.where(firm % 2 == 0, 0.33, 0.05)).astype(float),
    )  # fmt: skip


def test_no_sample_knows_what_became_known_on_its_day_or_later():
    told = past(n=200)
    rows, names, _own = told.features()
    share, last = names.index(SHARE), names.index(LAST)
    changed = dataclasses.replace(told, failed=np.where(told.known >= told.day[120], 1 - told.failed, told.failed))

    others, _names, _own = changed.features()

    assert np.array_equal(rows[:121, [share, last]], others[:121, [share, last]], equal_nan=True)
    assert not np.array_equal(rows[150:, share], others[150:, share])


def test_the_firm_that_failed_more_comes_first_and_is_told_why(makers, monkeypatch):
    monkeypatch.setattr(placing, "past_of", lambda **_asked: past())

    with translation.override("en"):
        first, second = queries.order(scheme="food_supervision", on=date(2025, 12, 1))

    assert (first.firm, first.rank, second.firm, second.rank) == ("firm-g", 1, "firm-c", 2)
    assert first.probability > second.probability
    assert any("samples failed" in reason for reason in first.reasons)


def test_a_county_sees_its_own_firms_at_their_places_in_the_whole_order(makers, monkeypatch):
    monkeypatch.setattr(placing, "past_of", lambda **_asked: past())

    (own,) = queries.order(scheme="food_supervision", on=date(2025, 12, 1), counties={"changle"})

    assert (own.firm, own.rank) == ("firm-c", 2)


def test_three_places_of_ten_stay_random_and_all_before_the_rule():
    assert queries.places_at_random(50, on=date(2025, 12, 1)) == 15
    assert queries.places_at_random(7, on=date(2025, 12, 1)) == 3
    assert queries.places_at_random(50, on=date(2010, 1, 1)) == 50


def test_too_few_samples_are_refused_in_words(makers, monkeypatch):
    monkeypatch.setattr(placing, "past_of", lambda **_asked: past(n=20))

    with pytest.raises(Refused, match="do not suffice to learn from"):
        queries.order(scheme="food_supervision", on=date(2025, 12, 1))


def test_an_order_of_a_table_gains_days_where_the_past_tells_something(tmp_path):
    told = past(3, firms=tuple(f"firm-{one}" for one in range(40)), n=3000)
    file = tmp_path / "visits.csv"
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["day", "subject", "found", "district"])
        for day, firm, found, county in zip(told.day, told.firm, told.failed, told.county, strict=True):
            writer.writerow([date.fromordinal(int(day)), firm, int(found), county])

    judged = queries.judged_file(
        file, day="day", subject="subject", found="found", district="district", known_before=()
    )

    assert judged.gain > 5
    assert judged.precision[0]["lift"] > 1.3
    assert judged.windows[0]["from"] >= date.fromordinal(int(told.day.min())) + timedelta(days=290)
    with pytest.raises(Refused, match="no column “firm”"):
        queries.judged_file(file, day="day", subject="firm", found="found", district="district", known_before=())


@pytest.mark.shared
def test_critical_violations_of_real_inspections_come_earlier_than_by_their_dates(shared_file):
    file = shared_file("data/chicago-inspections-2011-2013/inspections.csv.gz")

    judged = queries.judged_file(
        file, day="Inspection_Date", subject="License", found="criticalCount", district="Zip", kind="Facility_Type",
        known_before=("timeSinceLast", "ageAtInspection"),
        more_is_worse=("pastCritical", "pastSerious", "pastFail", "heat_sanitation"),
    )  # fmt: skip

    assert judged.gain > 4
    assert all(one["gain"] > 0 for one in judged.windows)
    assert judged.precision[0]["low"] > judged.findings / judged.n
    assert len(judged.districts) >= 15


def table(path, rows, *, encoding="utf-8", head="day,subject,found,district"):
    path.write_bytes("\r\n".join([head, *rows]).encode(encoding))
    return path


def judged(path, **more):
    named = {"day": "day", "subject": "subject", "found": "found", "district": "district", "known_before": ()} | more
    return queries.judged_file(path, **named)


def visits(*, days=600, finds=3, firm="店"):
    """A visit a day from 2020 on: every so many finds something, in the first of two districts more often."""
    first = date(2020, 1, 1)
    return [
        f"{first + timedelta(days=day)},{firm}{day % 7},{int(day % finds == 0)},{'鼓楼' if day % 2 else '长乐'}"
        for day in range(days)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_the_encoding_that_an_office_saved_it_in(tmp_path, encoding):
    file = table(tmp_path / "visits.csv", visits(), encoding=encoding, head="日期,店铺,问题,区")

    found = judged(file, day="日期", subject="店铺", found="问题", district="区")

    assert found.n >= 240
    assert {one["district"] for one in found.districts} == {"鼓楼", "长乐"}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["2020-01-01,a,0,x", "01/02/2020,a,1,x"], "第3行的“day”列是“01/02/2020”，不是日期"),
        (["2020-01-01,a,0,x", "2020-02-30,a,1,x"], "第3行的“day”列是“2020-02-30”，不是日期"),
        (["2020-01-01,a,发现问题,x"], "第2行的“found”列是“发现问题”，不是数字"),
        (["2020-01-01,a,1e999,x"], "第2行的“found”列是“1e999”，不是数字"),
        ([], "没有数据行"),
        (["2020-01-01,a,1,x"] * 50, "它们都在1天之内"),
        ([f"{row.rsplit(',', 2)[0]},0,x" for row in visits()], "没有一个60天的时段发现问题"),
        (visits(days=400, finds=25), "此前的199件中发现问题的有8件"),
    ],
)
def test_a_table_that_cannot_be_judged_is_refused_in_words_with_the_row_and_the_column(tmp_path, rows, says):
    file = table(tmp_path / "visits.csv", rows)

    with translation.override("zh-hans"), pytest.raises(Refused) as refused:
        judged(file)

    assert says in refused.value.sentence
    assert "visits.csv" in refused.value.sentence
    assert "found holds" not in refused.value.sentence


def test_what_never_varied_before_the_windows_is_left_out(tmp_path):
    rows = [f"{row},{7 if place < 590 else 8}" for place, row in enumerate(visits())]
    file = table(tmp_path / "visits.csv", rows, head="day,subject,found,district,grade")

    assert judged(file, known_before=["grade"]).gain == judged(file).gain


def test_too_few_samples_are_told_in_the_language_of_the_reader_with_the_scheme_by_its_name(makers, monkeypatch):
    monkeypatch.setattr(placing, "past_of", lambda **_asked: past(n=20))
    monkeypatch.setattr(judging, "past_of", lambda **_asked: past(n=20))

    for find in (queries.order, queries.judged_facts):
        with translation.override("zh-hans"), pytest.raises(Refused) as refused:
            find(scheme="food_evaluation", on=date(2025, 12, 1))

        assert "评价性抽检" in refused.value.sentence
        assert "发现问题的有" in refused.value.sentence
        assert "food_evaluation" not in refused.value.sentence
        assert "found holds" not in refused.value.sentence
