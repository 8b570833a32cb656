"""Printed limits and results are judged as a chemist would, and never judged where nothing follows."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import limits
from banyan.science.limits import (
    AGREES,
    CANNOT,
    CONFORMS,
    DIFFERS,
    FAILS,
    REASONS,
    compare,
    judge,
    judge_row,
    judge_rows,
)

CASES = [
    # limit, result, outcome
    ("≤0.5 g/kg", "0.5g/kg", CONFORMS),
    ("≤0.5 g/kg", "500 mg/kg", CONFORMS),
    ("≤0.5 g/kg", "0.51g/kg", FAILS),
    ("≦0．5g/kg", "0.6g/kg", FAILS),
    ("＜0.5", "0.5", FAILS),
    ("≥99.0%", "96.2%", FAILS),
    ("≥3.5g/100mL", "35 g/L", CONFORMS),
    ("6.0~9.0", "9.0", CONFORMS),
    ("6.0-9.0", "9.1", FAILS),
    ("6.0～9.0", "5.9", FAILS),
    ("0.2≤x≤0.5 g/kg", "0.1g/kg", FAILS),
    ("≥0.2g/kg，≤0.5g/kg", "0.3 g/kg", CONFORMS),
    ("100±5 g", "106g", FAILS),
    ("100±5 g", "95 g", CONFORMS),
    ("不得超过0.1mg/kg", "0.2mg/kg", FAILS),
    ("最大使用量0.5g/kg", "0.4g/kg", CONFORMS),
    ("10 mg/kg以下", "11mg/kg", FAILS),
    ("≤-18℃", "-12℃", FAILS),
    ("≤1.5×10<sup>4</sup> CFU/g", "2.1×10⁴CFU/g", FAILS),
    ("≤10^4CFU/g", "1.0E+4 CFU/g", CONFORMS),
    ("≤10⁴ CFU/g", "10001 CFU/g", FAILS),
    ("≤100CFU/g", "1.5×103CFU/g", FAILS),
    ("≤103(CFU/g)", "900(CFU/g)", CONFORMS),
    ("≤10,000 CFU/g", "9,999 CFU/g", CONFORMS),
    ("≤0.02mg/kg", "15 μg/kg", CONFORMS),
    ("≤0.02mg/kg", "25ug/kg", FAILS),
    ("≤0.25g/100g", "原检值0.38g/100g，复检值0.20g/100g", CONFORMS),
    ("≤30%", "0.4", CANNOT),
    ("≤30%", "52.4%", FAILS),
    ("50μg/kg", "1.2×102μg/kg", FAILS),
    ("食品安全国家标准≥0.4g/100mL；产品标签明示值≥0.7g/100mL", "0.63g/100mL", FAILS),
    ("不得检出", "未检出", CONFORMS),
    ("不得检出", "1.45μg/kg", FAILS),
    ("不得检出", "检出", FAILS),
    ("不得检出", "＜0.05", CANNOT),
    ("不得使用", "0.35g/kg", FAILS),
    ("不得使用", "0", CONFORMS),
    ("非法添加", "0.19g/kg", FAILS),
    ("阴性", "阳性", FAILS),
    ("Absence /25g", "PRESENCE IN ONE OUT OF FIVE SUBUNITS", FAILS),
    ("≤0.5mg/kg", "ND", CONFORMS),
    ("≤0.5mg/kg", "未检出（检出限：0.05mg/kg）", CONFORMS),
    ("≤0.01mg/kg", "未检出(＜0.05mg/kg)", CANNOT),
    ("≤0.05mg/kg", "＜0.05mg/kg", CONFORMS),
    ("≥0.5%", "未检出", FAILS),
    ("≤ 0.05%", "＞0.05%", FAILS),
    ("＜20%", "＞0.1%", CANNOT),
    ("n=5,c=2,m=10²,M=10³", "90;80;120;95;70 CFU/g", CONFORMS),
    ("n=5,c=2,m=10²,M=10³CFU/g", "900;900;900;10;10CFU/g", FAILS),
    ("n=5,c=2,m=100,M=1000CFU/g", "10;10;10;10;1001CFU/g", FAILS),
    ("n=5，c=2，m=5×103CFU/mL，M=5×104CFU/mL", "6.2×103，7.8×104，6.1×103，4.2×103，1.1×104CFU/mL", FAILS),
    ("n=5,c=2,m=104,M=105", "1.8×104;1.7×104;1.6×104;1.1×104;1.7×104CFU/g", FAILS),
    ("n=5,c=0,m=0/25g", "未检出;未检出;未检出;未检出;未检出", CONFORMS),
    ("n=5,c=0,m=0/25g,M=-", "未检出;未检出;检出;未检出;未检出", FAILS),
    ("n=5 c=1 m=10 M=10^2", "<10、<10、<10、<10、20 CFU/g", CONFORMS),
    ("n=5,c=2,m=100,M=1000", "10;10;10 CFU/g", CANNOT),
]


@pytest.mark.parametrize(("limit", "result", "outcome"), CASES)
def test_a_printed_result_is_judged_against_its_printed_limit(limit, result, outcome):
    assert judge(limit=limit, result=result).outcome == outcome


@pytest.mark.parametrize(
    ("limit", "result", "reason"),
    [
        ("", "0.981", "no_limit"),
        ("/", "0.981", "no_limit"),
        ("≤0.5", "", "no_result"),
        ("≤0.5", "/", "no_result"),
        ("符合GB 29924规定要求", "标签中未标注成分", "limit_in_words"),
        ("具有正常色泽", "0.1", "limit_in_words"),
        ("≤abc0", "0.1", "limit_unreadable"),
        ("99%", "96.2%", "no_direction"),
        ("3.5g/100mL", "2g/100mL", "no_direction"),
        ("≤0.5", "有异味", "result_in_words"),
        ("≤0.5", "1.2.3", "result_unreadable"),
        ("≤0.5", "不合格", "result_is_verdict"),
        ("≤0.5mg/kg", "3mg/L", "units_differ"),
        ("≤0.5mg/kg", "＜0.6mg/kg", "beyond_bound"),
        ("≤10mg/kg", "1,575mg/kg", "several_readings"),
        ("≤0.5mg/kg", "检出", "only_found"),
        ("n=5,c=2,m=10,M=100", "1;1;1;1CFU/g", "too_few_values"),
        ("n=5,c=2,m=10,M=100", "1;1;1;1;1;1CFU/g", "too_many_values"),
    ],
)
def test_where_nothing_follows_the_reason_is_named_in_words(limit, result, reason):
    judged = judge(limit=limit, result=result)

    assert (judged.outcome, judged.reason) == (CANNOT, reason)
    assert judged.words == REASONS[reason]


def test_a_cell_with_several_items_fails_when_one_of_them_fails():
    item = "苯甲酸（不得使用）;山梨酸（≤1.0g/kg）"

    assert judge_row(item=item, limit="", result="未检出;0.9g/kg").outcome == CONFORMS
    assert judge_row(item=item, limit="", result="未检出;1.1g/kg").outcome == FAILS
    assert judge_row(item=item, limit="", result="1.1g/kg").reason == "results_not_paired"


def test_the_authority_and_the_outcome_agree_differ_or_cannot_be_compared():
    assert compare(passed=False, outcome=FAILS) == AGREES
    assert compare(passed=True, outcome=CONFORMS) == AGREES
    assert compare(passed=True, outcome=FAILS) == DIFFERS
    assert compare(passed=True, outcome=CANNOT) == CANNOT
    assert compare(passed=None, outcome=FAILS) == CANNOT


def test_columns_are_judged_row_by_row_and_counted():
    judged = judge_rows(limits=["≤1", "≤1", "≤1"], results=["2", "1", ""])

    assert judged.outcome.tolist() == [FAILS, CONFORMS, CANNOT]
    assert judged.reason.tolist() == ["", "", "no_result"]
    assert judged.counts == {(FAILS, ""): 1, (CONFORMS, ""): 1, (CANNOT, "no_result"): 1}


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="rows: 1 expected"):
        judge_rows(limits=["≤1"], results=["2", "1"])


numbers = st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False)
SCALES = {"g/kg": 3, "mg/kg": 0, "μg/kg": -3, "ng/kg": -6}


@given(
    limit=numbers,
    value=numbers,
    limit_unit=st.sampled_from(sorted(SCALES)),
    unit=st.sampled_from(sorted(SCALES)),
)
def test_conversion_of_units_never_changes_the_verdict(limit, value, limit_unit, unit):
    expected = value.scaleb(SCALES[unit]) <= limit.scaleb(SCALES[limit_unit])

    judged = judge(limit=f"≤{limit}{limit_unit}", result=f"{value} {unit}")

    assert judged.outcome == (CONFORMS if expected else FAILS)


@given(limit=numbers, value=numbers)
def test_a_maximum_and_its_strict_minimum_are_opposites(limit, value):
    assert (judge(limit=f"≤{limit}", result=f"{value}").outcome == CONFORMS) == (
        judge(limit=f">{limit}", result=f"{value}").outcome == FAILS
    )


@given(low=numbers, width=numbers, value=numbers)
def test_a_range_holds_exactly_between_its_ends(low, width, value):
    expected = low <= value <= low + width

    assert judge(limit=f"{low}~{low + width}", result=str(value)).outcome == (CONFORMS if expected else FAILS)


@given(mantissa=st.integers(1, 99), exponent=st.integers(1, 7), limit=st.integers(1, 10**8))
def test_every_way_to_print_a_power_of_ten_is_the_same_number(mantissa, exponent, limit):
    value = mantissa * 10**exponent
    raised = str(exponent).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    prints = [
        f"{mantissa}×10{raised}",
        f"{mantissa}×10<sup>{exponent}</sup>",
        f"{mantissa}×10^{exponent}",
        f"{mantissa}E+{exponent}",
        f"{mantissa}x10{exponent}",
        str(value),
    ]

    outcomes = {judge(limit=f"≤{limit}CFU/100cm2", result=f"{text}CFU/100cm2").outcome for text in prints}

    ambiguous = str(value) in {f"10{n}" for n in range(2, 10)} or str(limit) in {f"10{n}" for n in range(2, 10)}
    assert ambiguous or outcomes == {CONFORMS if value <= limit else FAILS}


@given(bound=numbers, limit=numbers)
def test_a_result_below_a_bound_never_fails_a_maximum(bound, limit):
    outcome = judge(limit=f"≤{limit}", result=f"<{bound}").outcome

    assert outcome == (CONFORMS if bound <= limit else CANNOT)


@given(values=st.lists(st.integers(0, 2000), min_size=5, max_size=5), c=st.integers(0, 4))
def test_a_germ_plan_counts_like_the_slow_obvious_way(values, c):
    values = [0 if 102 <= value <= 109 else value for value in values]  # 104 could be 10⁴ in print

    judged = judge(limit=f"n=5,c={c},m=100,M=1000CFU/g", result="；".join(map(str, values)) + "CFU/g")

    fails = any(value > 1000 for value in values) or sum(value > 100 for value in values) > c
    assert judged.outcome == (FAILS if fails else CONFORMS)


@given(text=st.text(max_size=40), other=st.text(max_size=40))
def test_any_text_at_all_gets_an_outcome_and_never_an_error(text, other):
    for limit, result in (
        (text, other),
        ("≤0.5mg/kg", text),
        (text, "0.5mg/kg"),
        ("n=5,c=2,m=10,M=100", text),
    ):
        judged = judge(limit=limit, result=result)

        assert judged.outcome in {CONFORMS, FAILS, CANNOT}
        assert (judged.outcome == CANNOT) == bool(judged.reason)


def test_a_printed_uncertainty_does_not_move_the_verdict():
    assert judge(limit="≤1,0 mg/kg", result="0,950 ± 0,315", unit="mg/kg - ppm").outcome == CONFORMS
    assert judge(limit="≤1,0 mg/kg", result="1,575 ± 0,315", unit="mg/kg - ppm").outcome == FAILS
    assert Decimal("1.575") > 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: limits.judge_rows(limits=["≤1", None], results=["1", "2"]),
            r"limits\[1\] is None: the text",
        ),
        (lambda: limits.judge_rows(limits=["≤1"], results=[float("nan")]), r"results\[0\] is nan"),
        (lambda: limits.judge_rows(limits=["≤1"], results=["1"], units=[None]), r"units\[0\] is None"),
        (lambda: limits.judge_rows(limits=["≤1"], results=[]), "results has 0 rows: 1 expected"),
        (lambda: limits.judge(limit="≤1", result=1), "result is 1: the text as printed"),
        (lambda: limits.judge_row(item=None, limit="≤1", result="1"), "item is None"),
        (lambda: limits.compare(passed=True, outcome="good"), "outcome is 'good': it must be one of conforms"),
    ],
)
def test_what_is_no_text_is_refused_by_column_and_row(call, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
