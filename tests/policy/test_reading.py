"""YAML is read strictly: what could mislead or harm is refused with its line."""

import datetime as dt
import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.policy import PackRefused
from banyan.policy.reading import DEEPEST_NESTING, LARGEST_FILE, read_yaml

PLAIN = st.recursive(
    st.integers(-(10**6), 10**6) | st.booleans() | st.none() | st.text("abc中文 -", max_size=8).map(str.strip),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abcdef", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


def written(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_numbers_are_exact_days_are_days_and_words_stay_words(tmp_path):
    text = "on: 2012-11-05\nshare: 0.10\nanswer: no\nclock: 12:30\nyear: 2012\nflag: true\nnothing:\nold: 010\n"

    found = read_yaml(written(tmp_path, text)).content

    assert found == {
        "on": dt.date(2012, 11, 5),
        "share": Decimal("0.10"),
        "answer": "no",
        "clock": "12:30",
        "year": 2012,
        "flag": True,
        "nothing": None,
        "old": "010",
    }
    assert str(found["share"]) == "0.10"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "given twice"),
        ("a:\n  x: 1\n  x: 2\n", 3, "given twice"),
        ("a: &x [1]\nb: 2\n", 1, "anchor"),
        ("a: &x [1]\nb: *x\n", 1, "anchor"),
        ("ok: 1\na: !!python/object/apply:os.system [echo]\n", 2, "tag"),
        ("ok: 1\na: !!binary aGk=\n", 2, "tag"),
        ("1.2: a\n", 1, "neither a name nor a date"),
        ("? [a]\n: b\n", 1, "neither a name nor a date"),
        ("ok: 1\non: 2023-02-30\n", 2, "not a day"),
        ("a: b: c\n", 1, "not YAML"),
        ("ok: 1\na: 1.0e+999999999999\n", 2, "more than 20 digits"),
        ("ok: 1\na: 1.0e-999999999999\n", 2, "more than 20 digits"),
        (f"ok: 1\na: {'9' * 5000}\n", 2, "more than 20 digits"),
        ("a: [1, 2\n", 2, "not YAML"),
        ("a: " + "[" * (DEEPEST_NESTING + 1) + "]" * (DEEPEST_NESTING + 1), 1, "nested deeper"),
        (b"ok: 1\na: \xff\n", 2, "UTF-8"),
    ],
)
def test_what_could_mislead_is_refused_with_its_line(tmp_path, text, line, words):
    path = written(tmp_path, text)

    with pytest.raises(PackRefused) as caught:
        read_yaml(path)

    assert caught.value.line == line
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.instead


def test_a_merge_key_is_an_ordinary_name_and_merges_nothing(tmp_path):
    assert read_yaml(written(tmp_path, "a:\n  <<: {x: 1}\n")).content == {"a": {"<<": {"x": 1}}}


def test_a_very_deep_file_is_refused_and_does_not_exhaust_the_stack(tmp_path):
    with pytest.raises(PackRefused, match="nested deeper"):
        read_yaml(written(tmp_path, "[" * 5_000))


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path):
    with pytest.raises(PackRefused, match="bytes"):
        read_yaml(written(tmp_path, b"a" * (LARGEST_FILE + 1)))


def test_a_byte_order_mark_and_an_empty_file_do_no_harm(tmp_path):
    assert read_yaml(written(tmp_path, b"\xef\xbb\xbfa: 1\n")).content == {"a": 1}
    assert read_yaml(written(tmp_path, "# nothing\n")).content is None


def test_lines_are_known_for_keys_and_for_items(tmp_path):
    assert read_yaml(written(tmp_path, "# x\na: 1\n\nb: 2\n")).line_of("b") == 4
    assert read_yaml(written(tmp_path, "- 1\n- 2\n")).line_of(1) == 2


@given(content=PLAIN)
def test_plain_data_is_read_back_as_it_was_written(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("read") / "a.yaml"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    assert read_yaml(path).content == content


@given(raw=st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\" \n#?0", max_size=40).map(str.encode))
def test_whatever_is_in_a_file_it_is_read_or_refused(raw, tmp_path_factory):
    path = tmp_path_factory.mktemp("any") / "a.yaml"
    path.write_bytes(raw)

    with suppress(PackRefused):
        assert read_yaml(path).path == path
