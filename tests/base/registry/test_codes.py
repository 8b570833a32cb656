"""Codes: their plain form, and which character is wrong."""

import pytest

from banyan.base.registry.queries import WrongCode, check_gtin, check_organisation_code, check_uscc


@pytest.mark.parametrize(
    "code",
    ["91110000600037341L", "91350100MA2T3X0Q68", "91350112MA2T3X0Q6L", "N2350112MA2T3X0Q64"],
)
def test_a_unified_code_with_the_right_check_character_is_kept(code):
    assert check_uscc(code) == code


def test_lower_case_spaces_and_full_width_forms_are_made_plain():
    assert check_uscc(" 9135 0100 ma2t3x0q68 ") == "91350100MA2T3X0Q68"
    assert check_uscc("９1350100MA2T3X0Q68") == "91350100MA2T3X0Q68"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91350100MA2T3X0Q69", "Character 18 is “9”, and by the check rule it should be “8”"),
        ("91350100MA2T3X0Q6", "17 characters instead of 18"),
        ("9135O100MA2T3X0Q68", "Character 5 is “O”"),
        ("91A50100MA2T3X0Q68", "Character 3 is “A”"),
        ("", "0 characters instead of 18"),
    ],
)
def test_a_wrong_unified_code_is_refused_naming_the_character(code, words):
    with pytest.raises(WrongCode) as refusal:
        check_uscc(code)

    assert words in refusal.value.sentence
    assert "GB 32100-2015" in refusal.value.sentence


@pytest.mark.parametrize("code", ["59467239-9", "60003734-1", "600037341", "MA2T3X0Q6"])
def test_an_old_organisation_code_is_kept_without_its_hyphen(code):
    assert check_organisation_code(code) == code.replace("-", "")


def test_an_organisation_code_may_end_in_x():
    assert check_organisation_code("00000006-X") == "00000006X"
    with pytest.raises(WrongCode, match="it should be “X”"):
        check_organisation_code("000000061")


def test_a_bar_code_is_checked_in_all_its_lengths():
    assert check_gtin("6901234567892") == "6901234567892"
    assert check_gtin("06901234567892") == "06901234567892"
    with pytest.raises(WrongCode, match="it should be “2”"):
        check_gtin("6901234567893")
    with pytest.raises(WrongCode, match="8, 12, 13 or 14 digits"):
        check_gtin("690123456789A")
