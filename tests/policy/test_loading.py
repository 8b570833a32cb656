"""Packs are loaded whole or refused, and the refusal names file, entry and what to do."""

import datetime as dt

import pytest

from banyan import policy
from banyan.policy import NotInForce, UnknownEntry
from banyan.policy.mappings import apply


def test_a_value_is_looked_up_by_day_and_says_where_it_is_written(pack):
    found = pack.load().value("speed", on=dt.date(2023, 5, 1))

    assert (found.value, found.unit) == (50, "km/h")
    assert (found.since, found.until) == (dt.date(2022, 1, 1), dt.date(2023, 12, 31))
    assert found.reference.says.en == "Fifty."
    assert found.is_confirmed
    assert found.entry.key == "speed"


@pytest.mark.parametrize(("on", "words"), [("2019-12-31", "first value holds from"), ("2024-06-01", "it ended on")])
def test_a_day_without_a_value_is_answered_in_words(pack, on, words):
    with pytest.raises(NotInForce, match=words):
        pack.load().value("speed", on=dt.date.fromisoformat(on))


def test_an_unknown_key_is_answered_with_the_nearest_ones(pack):
    with pytest.raises(UnknownEntry, match="Did you mean speed"):
        pack.load().value("sped", on=dt.date(2023, 1, 1))


def test_an_entry_asked_for_as_another_kind_is_refused(pack):
    with pytest.raises(UnknownEntry, match=r"as deadline.*it is a parameter"):
        pack.load().deadline("speed", on=dt.date(2023, 1, 1))


def test_the_cases_of_the_small_pack_hold_and_nothing_is_to_mend(pack):
    book = pack.load()

    results = policy.verify(book)

    assert len(results) == 6
    assert all(result.holds for result in results)
    assert policy.lint(book) == []


def test_a_case_that_does_not_hold_says_what_was_found(pack):
    pack.change("expect: {value: 50}", "expect: {value: 60}", file="speed.cases.yaml")

    broken = [result for result in policy.verify(pack.load()) if not result.holds]

    assert [result.name for result in broken] == [
        "From the change on it is fifty",
        "On its last day it is still fifty",
    ]
    assert broken[0].found == {"value": 50}
    assert broken[0].line == 14


def test_a_change_without_a_case_on_both_sides_is_remarked(pack):
    pack.change("on: 2021-12-31", "on: 2021-12-30", file="speed.cases.yaml")

    assert [remark.text for remark in policy.lint(pack.load())] == [
        "No case stands on 2021-12-31, the day before a change."
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: parameter", "kind: parametre", "kind is 'parametre'"),
        ("  kind: parameter\n", "", "kind is missing"),
        ("unit: km/h", "unit: km/h\n  colour: red", "colour: unknown field"),
        ("  unit: km/h\n", "", "unit: is missing"),
        ("unit: km/h", "unit: km/h\n  origin: {}", "gives origin"),
        ("{zh: 速度, en: Speed}", "{zh: 速度}", "title.en: is missing"),
        ("{zh: 速度, en: Speed}", "{zh: Speed, en: Speed}", "zh: holds no Chinese"),
        ("{zh: 速度, en: Speed}", "{zh: 速度, en: 速度}", "en: holds Chinese"),
        ("in_force", "adopted", "status"),
        ("value: 30", "value: [30]", "value"),
        ("value: 30, ", "", "value: is missing"),
        ("    2020-01-01: {value: 30,", "    2020: {value: 30,", "neither a name nor a date"),
        ("    2024-01-01: null", "    2024-01-01: null\n    2025-01-01: null", "nothing held before it"),
        ("unit: km/h", "unit: km/h\n  since: 2020-01-01", "give the days in values"),
        (
            "document: trial-rules, says: {zh: 三十。",
            "document: other-rules, says: {zh: 三十。",
            "'other-rules', which is",
        ),
        (", reference: {document: trial-rules, says: {zh: 三十。, en: Thirty.}}", "", "without a reference"),
        (", says: {zh: 三十。, en: Thirty.}", "", "does not say what the text says"),
    ],
)
def test_what_is_not_whole_is_refused_and_named(pack, old, new, words):
    pack.change(old, new)

    refusal = pack.refusal()

    assert words in str(refusal)
    assert refusal.path.name == "speed.yaml"
    assert refusal.instead


def test_the_refusal_names_the_entry_and_its_line(pack):
    pack.change("  unit: km/h\n", "")

    refusal = pack.refusal()

    assert (refusal.key, refusal.line) == ("speed", 2)


def test_an_entry_in_force_without_a_case_is_refused(pack):
    pack.write("speed.cases.yaml", "[]\n")

    assert "in force without a case" in str(pack.refusal())


def test_a_draft_needs_neither_reference_nor_case_and_never_counts(pack):
    pack.change("status: in_force", "status: draft")
    pack.write("speed.cases.yaml", "[]\n")

    book = pack.load()

    assert book.entries() == ()
    assert [entry.key for entry in book.entries(status="draft")] == ["speed"]
    with pytest.raises(NotInForce, match="a draft never counts"):
        book.value("speed", on=dt.date(2023, 1, 1))


def test_the_cases_of_a_draft_are_tried_as_if_it_were_in_force(pack):
    pack.change("status: in_force", "status: draft")

    assert all(result.holds for result in policy.verify(pack.load()))


def test_a_case_for_an_unknown_entry_is_refused(pack):
    pack.change("entry: speed", "entry: haste", file="speed.cases.yaml")

    refusal = pack.refusal()

    assert (refusal.key, refusal.path.name, refusal.line) == ("haste", "speed.cases.yaml", 2)


def test_a_case_is_named_by_a_sentence(pack):
    pack.change("name: The speed begins at thirty", "name: speed", file="speed.cases.yaml")

    assert "write a whole sentence" in str(pack.refusal())


def test_a_case_that_gives_what_nobody_reads_does_not_hold(pack):
    pack.change("on: 2020-01-01\n", "on: 2020-01-01\n  given: {weather: fine}\n", file="speed.cases.yaml")

    broken = [result for result in policy.verify(pack.load()) if not result.holds]

    assert "a parameter understands nothing" in broken[0].found["error"]


def test_the_same_key_in_two_files_of_a_pack_is_refused(pack):
    pack.write(
        "zz.yaml",
        "speed: {kind: parameter, title: {zh: 快, en: Fast}, status: draft, unit: m, values: {2020-01-01: 1}}",
    )

    refusal = pack.refusal()

    assert refusal.path.name == "zz.yaml"
    assert "stands in speed.yaml, line 2, too" in str(refusal)


OVERRIDE = """
speed:
  kind: parameter
  title: {zh: 速度, en: Speed}
  status: in_force
  replaces: speed
  unit: km/h
  values: {2021-01-01: {value: 25, reference: {document: trial-rules, says: {zh: 二十五。, en: Twenty-five.}}}}
"""
OVERRIDE_CASE = "- {name: The city lets nobody go faster than 25, entry: speed, on: 2022-06-01, expect: {value: 25}}"


def test_an_upper_pack_replaces_a_key_only_by_naming_it(pack, upper_pack):
    upper_pack.write("speed.yaml", OVERRIDE)
    upper_pack.write("speed.cases.yaml", OVERRIDE_CASE)

    book = pack.load("trial", "upper")

    assert book.value("speed", on=dt.date(2022, 6, 1)).value == 25
    assert [result.name for result in policy.verify(book)] == ["The city lets nobody go faster than 25"]
    assert pack.load("trial").value("speed", on=dt.date(2022, 6, 1)).value == 50


def test_an_override_that_does_not_say_so_is_refused(pack, upper_pack):
    upper_pack.write("speed.yaml", OVERRIDE.replace("  replaces: speed\n", ""))
    upper_pack.write("speed.cases.yaml", OVERRIDE_CASE)

    refusal = pack.refusal("trial", "upper")

    assert refusal.path.parent.name == "upper"
    assert "does not say that it replaces it" in str(refusal)
    assert "Write `replaces: speed`" in str(refusal)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("replaces: speed", "replaces: other", "does not say that it replaces it"),
        ("\nspeed:", "\nhaste:", "no lower pack has"),
    ],
)
def test_an_override_of_something_else_is_refused(pack, upper_pack, old, new, words):
    upper_pack.write("speed.yaml", OVERRIDE.replace(old, new))
    upper_pack.write("speed.cases.yaml", OVERRIDE_CASE)

    assert words in str(pack.refusal("trial", "upper"))


def test_an_override_by_another_kind_is_refused(pack, upper_pack):
    as_table = OVERRIDE.replace("unit: km/h", "columns: {a: text}\n  unique: [a]").replace(
        "{value: 25,", "{rows: [],"
    )
    upper_pack.write("speed.yaml", as_table.replace("kind: parameter", "kind: table"))

    assert "it is a table and would replace a parameter" in str(pack.refusal("trial", "upper"))


def test_an_override_does_not_live_on_the_cases_of_what_it_replaced(pack, upper_pack):
    upper_pack.write("speed.yaml", OVERRIDE)

    assert "in force without a case" in str(pack.refusal("trial", "upper"))


def test_the_hash_follows_the_rules_and_not_the_layout(pack):
    before = pack.load()
    pack.change("\nspeed:", "\n# a remark\nspeed:")
    pack.change("The speed begins at thirty", "The speed begins at just thirty", file="speed.cases.yaml")

    same_rules = pack.load()
    pack.change("value: 30", "value: 31")
    pack.change("expect: {value: 30}", "expect: {value: 31}", file="speed.cases.yaml")
    other_rules = pack.load()

    assert same_rules.hash == before.hash
    assert other_rules.hash != before.hash
    assert len(before.hash) == 64
    assert before.hash.startswith(before.short_hash)


def test_a_book_is_kept_until_it_is_forgotten(pack):
    kept = pack.load()

    assert policy.load(("trial",), pack.root) is kept
    policy.forget()
    assert policy.load(("trial",), pack.root) is not kept


def test_a_pack_that_is_not_there_is_refused_with_its_folder(pack):
    assert "no pack with a pack.yaml" in str(pack.refusal("nowhere"))


@pytest.mark.parametrize("name", ["../trial", "Trial", "", "a/b"])
def test_a_name_that_is_no_name_is_refused(pack, name):
    with pytest.raises(ValueError, match="no name of a pack"):
        pack.load(name)


def test_no_pack_and_the_same_pack_twice_are_refused(pack):
    with pytest.raises(ValueError, match="name at least one pack"):
        policy.load((), pack.root)
    with pytest.raises(ValueError, match="each once"):
        policy.load(("trial", "trial"), pack.root)


def test_a_pack_of_ones_own_may_stand_on_the_packs_of_the_house(pack):
    book = pack.load("house", "cn", "trial")

    assert book.names == ("house", "cn", "trial")
    assert book.value("spot_check.min_samplers", on=dt.date(2023, 1, 1)).value == 2
    assert book.value("speed", on=dt.date(2023, 1, 1)).value == 50


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("speed.cases.yaml", "name: x\n", "not a list of cases"),
        ("more.yaml", "- a\n", "not a mapping of keys"),
        ("pack.yaml", "title: {zh: 试城, en: Trial}\n", "level: is missing"),
        ("documents.csv", "id,kind\nx,own\n", "columns are"),
        ("documents.csv", "", "columns are"),
    ],
)
def test_a_file_of_the_wrong_form_is_refused(pack, file, text, words):
    pack.write(file, text)

    assert words in str(pack.refusal())


def test_a_document_is_listed_once(pack, upper_pack):
    upper_pack.write("documents.csv", (pack.root / "trial" / "documents.csv").read_bytes())

    refusal = pack.refusal("trial", "upper")

    assert (refusal.key, refusal.path.name) == ("trial-rules", "documents.csv")


def test_a_link_to_an_entry_that_is_not_there_is_refused(pack):
    pack.write(
        "target.yaml",
        """
aim:
  kind: target
  title: {zh: 目标, en: Aim}
  status: draft
  clause: "1"
  department: office
  indicator: nothing_such
  op: ">="
  value: 1
  unit: {zh: 个, en: pieces}
  due: 2025-12-31
""",
    )

    assert "names the indicator 'nothing_such', which no pack has" in str(pack.refusal())


AREAS = """
areas:
  kind: table
  title: {zh: 片区, en: Areas}
  status: draft
  columns: {code: text, side: text}
  unique: [code]
  values:
    2020-01-01: {rows: [{code: a1, side: north}]}
    2022-01-01: {rows: [{code: a1, side: north}, {code: b2, side: south}]}
visits:
  kind: mapping
  title: {zh: 到访, en: Visits}
  status: draft
  says: {zh: 每行一次到访。, en: One row a visit.}
  into: inspection
  fields:
    name: {named: [name], required: true}
    county: {named: [area], type: place, listed: {table: areas, named: code, place: side}}
  record: {key: [name]}
"""


def test_a_mapping_reads_its_places_from_the_newest_edition_of_a_table(pack):
    pack.write("areas.yaml", AREAS)
    visits = pack.load().mapping("visits")

    taken = apply(visits, {"name": "one", "area": "b2"}, on=dt.date(2024, 1, 1))

    assert taken.values["county"] == "south"


def test_a_mapping_names_columns_that_its_table_has(pack):
    pack.write("areas.yaml", AREAS.replace("place: side}", "place: quarter}"))

    assert "the table 'areas' has no column quarter" in str(pack.refusal())


def test_an_overview_names_indicators_in_force_only(pack):
    manifest = pack.root / "trial" / "pack.yaml"
    manifest.write_text(manifest.read_text() + "overview: [nothing_measured]\n")

    refused = pack.refusal()

    assert "overview names 'nothing_measured'" in str(refused)
    assert refused.path == manifest


def test_the_highest_pack_says_what_a_district_is_called_and_what_comes_first():
    fuzhou, chicago = policy.load(), policy.load(("house", "chicago"))

    assert fuzhou.overview()[0] == "provincial_pass_rate"
    assert fuzhou.district() is None
    assert chicago.overview() == ("canvass_pass_rate", "critical_free_rate")
    assert chicago.district().en == "side"
    assert policy.load(("house",)).overview() == ()


def test_a_place_has_the_clock_of_the_highest_pack_that_names_one():
    assert policy.timezone(("house", "cn", "fujian", "fuzhou")) == "Asia/Shanghai"
    assert policy.timezone(("house", "chicago")) == "America/Chicago"
    assert policy.timezone(("house",)) == "UTC"


def test_a_place_speaks_the_language_of_the_highest_pack_that_names_one(pack):
    assert policy.language(("house", "cn", "fujian", "fuzhou")) == "zh-hans"
    assert policy.language(("house", "chicago")) == "en"
    assert policy.language(("house",)) == "zh-hans"
    manifest = pack.root / "trial" / "pack.yaml"
    manifest.write_text(manifest.read_text() + "language: fr\n")
    assert "language" in str(pack.refusal())


def test_the_words_of_the_report_are_those_of_the_highest_pack_that_has_some(pack):
    fuzhou, chicago, anywhere = (
        policy.load(names).report()
        for names in (("house", "cn", "fujian", "fuzhou"), ("house", "chicago"), ("house",))
    )

    assert (fuzhou.counted.zh, fuzhou.counted.en) == ("批次", "batches")
    assert (fuzhou.title.zh, fuzhou.title.en) == ("产品质量状况分析报告", "Report on the state of product quality")
    assert [text.en.split()[0] for text in fuzhou.method] == ["A", "National,"]
    assert (chicago.counted.en, chicago.title.en) == ("inspections", "Report on food inspections")
    assert (anywhere.counted.en, anywhere.method) == ("items", ())
    with pytest.raises(UnknownEntry, match="report"):
        pack.load().report()
