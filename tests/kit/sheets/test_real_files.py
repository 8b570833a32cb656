"""Every row of the real files is accepted or refused with a reason, as CSV and as XLSX, and in flat memory."""

import csv
import datetime as dt
import os
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
import xlsxwriter

from banyan.kit.sheets import RejectsWriter, read_tables
from banyan.policy.loading import load
from banyan.policy.mappings import Accepted, FileRefused, Grouper, Mapping, bind
from banyan.science.limits import CANNOT, FAILS, judge, split_items

SHARED = Path(os.environ.get("BANYAN_SHARED") or Path(__file__).resolve().parents[4] / "shared") / "data"
FOOD = sorted((SHARED / "cn-food-spotcheck-2015-2021").glob("*.csv"))
COMPANIES = SHARED / "fuzhou-company-register" / "fuzhou_companies.csv.gz"
RECALLS = SHARED / "fda-recalls-2009-2013" / "RecallsDataSet.csv"
ON = dt.date(2022, 1, 31)

shared = [pytest.mark.shared, pytest.mark.skipif(not FOOD, reason="the reference data is not beside the project")]


def names_of(mapping):
    return [name for column in mapping.fields.values() for name in column.named]


def split(values):
    parts = split_items(*(str(values[field] or "") for field in ("item", "limit", "value", "unit")))
    return [(part.name, (part.limit, part.result, part.unit)) for part in parts]


def take_in(paths, mapping, *, rejects=None, split=None):
    """Read, map and group every row; what was counted, and the values of the rows that stay."""
    grouper, counts, taken, notes = Grouper(mapping, split=split), Counter(), [], Counter()
    for path in paths:
        for table in read_tables(path, expected=names_of(mapping)):
            bound = bind(mapping, columns=table.columns, on=ON)
            for row in table.rows:
                counts["read"] += 1
                fate = bound.apply(row.cells)
                if isinstance(fate, Accepted):
                    fate = grouper.take(fate, file=table.file, number=row.number)
                if isinstance(fate, Accepted):
                    counts["accepted"] += 1
                    taken.append(fate.values)
                    notes.update(fate.notes)
                    continue
                counts["refused"] += 1
                counts[fate.code] += 1
                if rejects:
                    rejects.write(
                        file=table.file,
                        sheet=table.sheet,
                        number=row.number,
                        columns=table.columns,
                        cells=row.cells,
                        code=fate.code,
                        words=fate.words,
                    )
    counts["records"] = grouper.records
    return counts, taken, notes


@pytest.fixture(scope="module")
def food():
    started = time.process_time()
    counts, taken, notes = take_in(FOOD, load().entry("cn-food-spotcheck"), split=split)
    print(
        f"\nfood: {dict(counts)} notes {dict(notes)}; {counts['read'] / (time.process_time() - started):,.0f} rows/s"
    )
    return counts, taken


class TestFood:
    pytestmark = shared

    def test_every_row_is_accepted_or_refused_with_a_reason(self, food):
        counts, taken = food

        assert counts["read"] == 5681
        assert counts["read"] == counts["accepted"] + counts["refused"]
        assert counts["foreign_notice"] == 87
        assert counts["repeat"] + counts["conflict"] + counts["foreign_notice"] == counts["refused"]
        assert counts["conflict"] < 20
        assert 4_600 <= counts["records"] <= counts["accepted"] == len(taken)

    def test_what_the_files_do_not_say_stays_unknown(self, food):
        _, taken = food

        assert {(one["scheme"], one["level"], one["drawn"]) for one in taken} == {
            ("food_supervision", "unknown", "unknown")
        }
        assert all(one["made_on"] is None or one["made_on"] != one["published_on"] for one in taken)
        assert {one["conclusion"] for one in taken} == {"passed", "failed"}

    def test_failures_that_stay_are_judged_to_fail_again(self, food):
        _, taken = food
        outcomes = Counter()
        for one in taken:
            if one["value"]:
                parts = split_items(*(str(one[field] or "") for field in ("item", "limit", "value", "unit")))
                judged = [judge(limit=part.limit, result=part.result, unit=part.unit).outcome for part in parts]
                outcomes[FAILS if FAILS in judged else CANNOT if CANNOT in judged else judged[0]] += 1

        print(f"\naccepted rows with a value, judged again: {dict(outcomes)}")
        assert outcomes[FAILS] >= 0.93 * outcomes.total()
        assert set(outcomes) == {FAILS, CANNOT}

    def test_the_same_rows_as_workbooks_give_the_same_counts(self, food, tmp_path):
        expected, _ = food
        paths = []
        for path in FOOD:
            paths.append(tmp_path / f"{path.stem}.xlsx")
            book = xlsxwriter.Workbook(str(paths[-1]), {"strings_to_urls": False})
            sheet = book.add_worksheet()
            sheet.write(0, 0, "附件：监督抽检结果")
            with path.open(encoding="utf-8-sig", newline="") as lines:
                for number, cells in enumerate(csv.reader(lines), start=1):
                    for place, cell in enumerate(cells):
                        sheet.write_string(number, place, cell)
            book.close()

        counts, _, _ = take_in(paths, load().entry("cn-food-spotcheck"), split=split)

        assert counts == expected

    def test_refused_rows_keep_their_cells_in_the_rejects_file(self, tmp_path):
        mapping, path = load().entry("cn-food-spotcheck"), tmp_path / "rejects.csv"
        with RejectsWriter(path, columns=["物料名称", "判定", "发布单位", "发布日期"]) as rejects:
            counts, _, _ = take_in(FOOD[:3], mapping, rejects=rejects)

        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
        assert len(rows) - 1 == counts["refused"] > 80
        assert all(row[4].endswith(".") for row in rows[1:])


class TestCompanies:
    pytestmark = shared

    def test_every_company_is_taken_in_and_most_have_their_county(self):
        started = time.process_time()

        counts, taken, notes = take_in([COMPANIES], load().entry("fuzhou-companies"))

        speed = counts["read"] / (time.process_time() - started)
        print(f"\ncompanies: {dict(counts)} notes {dict(notes)}; {speed:,.0f} rows/s")
        assert counts["read"] == counts["accepted"] == counts["records"] == 13_569
        assert notes["county.unknown"] < 0.15 * counts["read"]
        assert {one["county"] for one in taken} - {None} == set(
            load().entry("fuzhou-companies").fields["county"].places.values()
        )


class TestRecalls:
    pytestmark = shared

    def test_a_header_shifted_against_its_values_is_refused_by_name(self):
        words = {"zh": "说明", "en": "Words"}
        mapping = Mapping.model_validate(
            {
                "kind": "mapping",
                "title": words,
                "status": "draft",
                "says": words,
                "into": "recall",
                "origin": {"key": "fda", "pack": "test", "path": "fda.yaml"},
                "fields": {
                    "company": {"named": ["company"]},
                    "announced_on": {"named": ["date"], "type": "date", "required": True},
                    "reason": {"named": ["reason"]},
                    "product": {"named": ["product_descrpition"]},
                    "brand": {"named": ["brand_name"]},
                    "link": {"named": ["url"]},
                },
                "not_taken": {"index": words},
                "record": {"key": ["company", "product", "announced_on"]},
            }
        )
        for table in read_tables(RECALLS, expected=names_of(mapping)):
            bound = bind(mapping, columns=table.columns, on=ON)
            with pytest.raises(FileRefused) as refused:
                bound.check_header([row.cells for row in table.rows])

        assert (refused.value.code, refused.value.column) == ("shifted_header", "date")


def peak(path):
    """The most memory held while all rows of a file are read, beyond what was held before."""
    tracemalloc.start()
    count = sum(1 for table in read_tables(path) for _ in table.rows)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return count, most


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_stays_flat_however_many_rows_there_are(tmp_path, kind):
    peaks = []
    for rows in (10_000, 60_000):
        path = tmp_path / f"{rows}.{kind}"
        cells = ["名称", "判定", "日期", "备注"]
        lines = ([f"产品{number}", "合格", "2021-03-05", "备注" * 10] for number in range(rows))
        if kind == "csv":
            with path.open("w", encoding="gb18030", newline="") as stream:
                csv.writer(stream).writerows([cells, *lines])
        else:
            book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
            sheet = book.add_worksheet()
            for number, line in enumerate([cells, *lines]):
                sheet.write_row(number, 0, line)
            book.close()
        count, most = peak(path)
        assert count == rows
        peaks.append(most)

    assert peaks[1] < 1.3 * peaks[0]
