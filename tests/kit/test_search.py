"""Search by characters, pinyin and codes: what is found, in which order, and what is forgotten."""

import random

import pytest

from banyan.base.registry.models import Organisation, OrganisationName
from banyan.kit import search
from banyan.kit.models import SearchEntry
from banyan.kit.search import finding
from banyan.kit.search.spelling import holds_nearly

pytestmark = pytest.mark.django_db
NOUN = "test.firm"
FIRMS = {
    "a": "福州榕江食品有限公司",
    "b": "长乐区榕江机械厂",
    "c": "江榕贸易",
    "d": "榕江",
    "e": "GB 5009 检测 (ISO) 实验室",
    "f": "重庆银行福州分行",
}


@pytest.fixture(autouse=True)
def firms(db):
    entries = [search.Entry(key, name) for key, name in FIRMS.items()]
    codes = [search.Entry("a", "91350100MA2T3X0Q68", search.CODE), search.Entry("a", "MA2T3X0Q6", search.CODE)]
    search.index_many(noun=NOUN, entries=[*entries, *codes])


def found(text, **named):
    return search.find(noun=NOUN, text=text, **named)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("榕江", ["d", "b", "a"]),
        ("榕", ["d", "c", "b", "a"]),
        ("司", ["a"]),
        ("江食品", ["a"]),
        ("福州 食品", ["a"]),
        ("食 福", ["a"]),
        ("江榕江", []),
        ("91350100", ["a"]),
        ("91350100ma2t", ["a"]),
        ("ma2t", ["a"]),
        ("2T3X", []),
        ("fzrjsp", ["a"]),
        ("rjsp", ["a"]),
        ("rongjiang", ["a", "b", "d"]),
        ("rongjiangsh", ["a"]),
        ("changle", ["b"]),
        ("cqyh", ["f"]),
        ("yinhang", ["f"]),
        ("iso", ["e"]),
        ("gb 5009", ["e"]),
        ("5009", ["e"]),
        ("检测", ["e"]),
        ("没有", []),
        ("", []),
        ("  ", []),
        ("%", []),
        ("' OR 1=1", []),
        ('"*', []),
        ("榕江 AND", []),
    ],
)
def test_a_text_finds(text, keys):
    ordered = found(text)

    assert sorted(ordered) == sorted(keys)
    if text == "榕江":
        assert ordered == keys  # whole name first, then the shortest


def test_many_texts_at_once_find_what_each_finds_by_itself(monkeypatch):
    texts = ["榕江", "榕", "食 福", "fzrjsp", "rongjiang", "iso", "福州", "", "  ", "没有这家", "91350100", '"*', "%"]
    slips = [one[:at] + "某" + one[at + 1 :] for one in ("榕江食品", "榕江机械厂", "江榕贸易") for at in range(4)]
    for together in (400, 3):
        monkeypatch.setattr(finding, "TOGETHER", together)
        for candidates in (1000, 2):
            monkeypatch.setattr("banyan.kit.search.finding.CANDIDATES", candidates)
            monkeypatch.setattr("banyan.kit.search.together.CANDIDATES", candidates)
            monkeypatch.setattr("banyan.kit.search.spelling.CANDIDATES", candidates)
            for limit in (20, 1):
                assert search.near_many(noun=NOUN, texts=["榕某食品"], limit=limit)["榕某食品"] == ["a"]
                told = {"noun": NOUN, "limit": limit}
                at_once = search.find_many(texts=texts, **told)
                assert {text: at_once.get(text, []) for text in texts} == {
                    text: search.find(text=text, **told) for text in texts
                }
                nearly = search.near_many(texts=texts + slips, **told)
                assert {text: nearly.get(text, []) for text in texts + slips} == {
                    text: search.near(text=text, **told) for text in texts + slips
                }


def test_the_subquery_finds_the_same_as_the_list():
    for text in ("榕江", "榕", "江食品", "rjsp", "rongjiang", "91350100", "iso", "福州 食品", "没有"):
        keys = set(search.matching(noun=NOUN, text=text).values_list("key", flat=True))
        assert keys == set(found(text)), text


def test_a_record_is_found_by_its_present_texts_only():
    search.index(noun=NOUN, key="a", names=["闽江食品"], codes=["X1"])

    assert found("榕江食品") == found("rjsp") == found("91350100") == []
    assert found("闽江") == found("mjsp") == found("x1") == ["a"]


def test_another_noun_is_another_index():
    search.index(noun="test.product", key="p", names=["榕江"])

    assert "p" not in found("榕江")
    assert search.find(noun="test.product", text="榕江") == ["p"]


def test_the_index_can_be_made_anew_from_the_texts():
    search.index(noun=NOUN, key="d", names=["改名"])

    assert search.rebuild() == SearchEntry.objects.count()
    assert found("榕江") == ["b", "a"]
    assert found("gm") == ["d"]


def test_words_of_a_text_overlap():
    words = search.words_of("榕江x1")

    assert {"榕江", "江", "wx1", "irj", "ij", "yrongjiang", "yjiang"} == set(words)


@pytest.mark.parametrize(
    ("slip", "text"),
    [
        ("one is wrong", "福州榕江食铺有限公司"),
        ("the first is wrong", "幅州榕江食品"),
        ("one is missing", "福州榕食品"),
        ("one is too many", "福州榕江的食品"),
        ("two are swapped", "福州江榕食品"),
        ("they sound the same", "福州容江"),
        ("all sound the same", "容姜石品"),
        ("a part of several is wrong", "福州 榕江石品有限"),
        ("three characters, one wrong", "榕汉食"),
    ],
)
def test_a_text_with_a_slip_finds_what_is_near(slip, text):
    assert found(text) == [], slip
    assert search.near(noun=NOUN, text=text)[:1] == ["a"], slip


@pytest.mark.parametrize("text", ["", "榕", "rongjiang", "91350100MA2T3X0Q68", "莫名其妙", "榕江 x1", "' OR 1=1"])
def test_nothing_is_near_to_what_no_slip_explains(text):
    assert search.near(noun=NOUN, text=text) == []


def test_a_text_is_found_nearly_after_any_one_slip():
    names = [name for name in FIRMS.values() if len(name) > 8 and " " not in name]
    draw, others = random.Random(5), "石平岩"
    for _turn in range(300):
        name = draw.choice(names)
        start = draw.randrange(len(name) - 4)
        typed = list(name[start : start + draw.randint(4, 8)])
        at = draw.randrange(len(typed) - 1)
        slip = draw.choice(("wrong", "missing", "too many", "swapped"))
        if slip == "swapped":
            typed[at], typed[at + 1] = typed[at + 1], typed[at]
        else:
            typed[at : at + (slip != "too many")] = "" if slip == "missing" else draw.choice(others)

        assert holds_nearly(name, "".join(typed)), (slip, name, typed)


@pytest.mark.parametrize("part", ["榕江食铺公厂", "品食江榕", "榕", "江榕", "福水品"])
def test_a_text_with_more_than_one_slip_is_not_found_nearly(part):
    assert not holds_nearly(FIRMS["a"], part)


def test_what_a_half_typed_last_syllable_may_become_is_asked_word_by_word():
    """A beginning makes the index gather all that it stands for, however many names hold it, before the first row."""
    from banyan.kit.search.finding import query_of

    (alternatives,) = query_of("rongji")
    words = [word for one in alternatives for word in one.split() if word.startswith("y")]

    assert any({"yrongji", "yrongjia", "yrongjiang"} <= set(word.split("|")) for word in words)
    assert not any("*" in word for word in words)


@pytest.mark.parametrize("few", [1, 1000], ids=["walked, since many answer", "by their keys"])
def test_a_list_is_narrowed_by_a_text_in_its_own_order(city, monkeypatch, few):
    monkeypatch.setattr(search.finding, "CANDIDATES", few)
    firms = Organisation.objects.order_by("-key")

    for text in ("榕江", "榕", "食品", "rongjiang", "没有", "《"):
        narrowed = search.narrowed(firms, text=text, found_by={Organisation.noun: "pk"})
        keys = set(search.find(noun=Organisation.noun, text=text, limit=100))
        assert list(narrowed.values_list("pk", flat=True)) == sorted(keys, reverse=True), text
    assert search.narrowed(firms, text=" ", found_by={Organisation.noun: "pk"}).count() == firms.count()


def test_a_list_is_narrowed_by_what_its_rows_lead_to(city):
    names = OrganisationName.objects.order_by("key")

    narrowed = search.narrowed(names, text=city.gulou_firm.name, found_by={Organisation.noun: "organisation_id"})

    assert narrowed.exists()
    assert {one.organisation_id for one in narrowed} == {city.gulou_firm.pk}
