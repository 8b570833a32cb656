"""Rows of one record are found together; repeats and contradictions are told apart, whatever the order."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from banyan.policy.loading import load
from banyan.policy.mappings import Accepted, Grouper, Refused, bind

ON = dt.date(2021, 6, 1)
COLUMNS = ("物料名称", "检测项目", "检测结果", "判定", "发布单位", "发布日期")


def row(product="豆芽", item="甲", value="1", conclusion="不合格"):
    mapping = load().entry("cn-food-spotcheck")
    return bind(mapping, columns=COLUMNS, on=ON).apply([product, item, value, conclusion, "某局", "2021-03-05"])


def fates(rows, **options):
    grouper = Grouper(load().entry("cn-food-spotcheck"), **options)
    taken = [grouper.take(one, file="a.csv", number=number) for number, one in enumerate(rows, start=2)]
    return ["taken" if isinstance(one, Accepted) else one.code for one in taken], grouper


def test_items_of_one_sample_are_one_record():
    taken, grouper = fates([row(item="甲"), row(item="乙"), row(product="豆干")])

    assert taken == ["taken", "taken", "taken"]
    assert grouper.records == 2


def test_a_repeat_names_the_row_that_it_repeats():
    grouper = Grouper(load().entry("cn-food-spotcheck"))
    grouper.take(row(), file="a.csv", number=2)

    again = grouper.take(row(), file="b.csv", number=9)

    assert isinstance(again, Refused)
    assert again.code == "repeat"
    assert again.params == {"file": "a.csv", "row": "2"}
    assert "row 2 of “a.csv”" in again.words


def test_a_sample_that_passed_as_a_whole_contradicts_a_failed_item_in_either_order():
    passed = row(item="", value="", conclusion="合格")

    assert fates([passed, row()])[0] == ["taken", "conflict"]
    assert fates([row(), passed])[0] == ["taken", "conflict"]


def test_an_item_that_passed_beside_one_that_failed_is_no_contradiction():
    assert fates([row(item="甲", conclusion="合格"), row(item="乙", conclusion="不合格")])[0] == ["taken", "taken"]


def test_items_of_one_cell_are_compared_one_by_one():
    def split(values):
        pairs = zip(values["item"].split(";"), values["value"].split(";"), strict=True)
        return [(item, (value,)) for item, value in pairs]

    both = row(item="甲;乙", value="1;2")

    assert fates([both, row(item="乙", value="2")], split=split)[0] == ["taken", "repeat"]
    assert fates([both, row(item="乙", value="3")], split=split)[0] == ["taken", "conflict"]
    assert fates([row(item="乙", value="2"), both], split=split)[0] == ["taken", "taken"]


def test_the_key_of_a_record_stays_the_same_from_year_to_year():
    grouper = Grouper(load().entry("cn-food-spotcheck"))

    assert grouper.key(row().values).hex() == "57bfdc0b3b3078877a7598233ccb0f13"


@given(
    st.lists(
        st.tuples(st.sampled_from("甲乙丙"), st.sampled_from("12"), st.sampled_from(["豆芽", "豆干"])), max_size=12
    )
)
def test_taking_rows_again_after_all_of_them_changes_nothing(described):
    rows = [row(product=product, item=item, value=value) for item, value, product in described]

    taken, grouper = fates(rows)
    records = grouper.records
    again = [grouper.take(one, file="b.csv", number=2) for one in rows]

    assert not any(isinstance(one, Accepted) for one in again)
    assert grouper.records == records
    assert taken.count("taken") == len({(item, product) for item, _, product in described})
