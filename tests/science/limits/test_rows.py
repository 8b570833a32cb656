"""A row of a notice is taken apart into items with their own limit, unit and result."""

from banyan.science.limits import split_items


def items(*, name, limit="", result="", unit=""):
    return [(one.name, one.limit, one.result, one.unit) for one in split_items(name, limit, result, unit)]


def test_the_limit_behind_the_name_is_taken_from_it():
    assert items(name="甲拌磷（≤0.01mg/kg）", result="0.12mg/kg") == [("甲拌磷", "≤0.01mg/kg", "0.12mg/kg", "")]


def test_brackets_that_are_no_limit_stay_with_the_name():
    assert items(name="6-苄基腺嘌呤(6-BA)（不得检出）") == [("6-苄基腺嘌呤(6-BA)", "不得检出", "", "")]
    assert items(name="砷(As)", limit="3mg/kg") == [("砷(As)", "3mg/kg", "", "")]


def test_a_unit_behind_the_name_counts_as_the_unit():
    assert items(name="谷氨酸钠(%)（≥99.0）", result="71.9") == [("谷氨酸钠", "≥99.0", "71.9", "%")]


def test_several_items_in_one_cell_are_paired_with_their_results():
    assert items(name="1.甲（≤1）;2.4-乙（不得使用）", result="2;0.3") == [
        ("甲", "≤1", "2", ""),
        ("4-乙", "不得使用", "0.3", ""),
    ]


def test_semicolons_inside_a_germ_plan_do_not_split_the_items():
    name = "菌落总数（n=5，c=2，m=5×103CFU/mL，M=5×104CFU/mL）;氮（≥0.4g/100mL；标签≥0.7g/100mL）"

    taken = items(name=name, result="8CFU/mL；1CFU/mL；2CFU/mL；2CFU/mL；2CFU/mL;0.63g/100mL")

    assert [one[0] for one in taken] == ["菌落总数", "氮"]
    assert taken[0][2] == "8CFU/mL；1CFU/mL；2CFU/mL；2CFU/mL；2CFU/mL"
    assert taken[1][1:3] == ("≥0.4g/100mL；标签≥0.7g/100mL", "0.63g/100mL")


def test_results_that_cannot_be_paired_say_so():
    assert {one.problem for one in split_items("甲（≤1）;乙（≤2）", "", "2;3;4")} == {"results_not_paired"}
