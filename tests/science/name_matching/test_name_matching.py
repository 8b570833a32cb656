"""Tests of name matching: parts, levels, weights, candidates; the slow obvious way beside the fast one."""

from __future__ import annotations

import csv
import math
import pickle
import random
from pathlib import Path

import numpy as np
import pytest
from bench import name_sets
from hypothesis import given, settings
from hypothesis import strategies as some

from banyan.science import name_matching as names
from banyan.science.name_matching.bounding import Bounds, Side
from banyan.science.name_matching.characters import is_within, slips, sound_alike
from banyan.science.name_matching.comparing import _place_to_cut

ROOT = Path(__file__).resolve().parents[3]
PLACES = names.Places(
    [("350000", "福建省"), ("350100", "福州市"), ("350102", "鼓楼区"), ("350103", "台江区"), ("350104", "仓山区"),
     ("350111", "晋安区"), ("350112", "长乐区"), ("350182", "长乐市"), ("350181", "福清市"), ("350121", "闽侯县"),
     ("350122", "连江县"), ("350200", "厦门市"), ("350203", "思明区"), ("350500", "泉州市"), ("350300", "莆田市"),
     ("350600", "漳州市"), ("330000", "浙江省"), ("330100", "杭州市"), ("330200", "宁波市"), ("440000", "广东省"),
     ("440100", "广州市"), ("440300", "深圳市"), ("320000", "江苏省"), ("320100", "南京市"), ("320106", "鼓楼区"),
     ("320500", "苏州市"), ("310000", "上海市"), ("110000", "北京市"), ("460000", "海南省"), ("469007", "东方市"),
     ("433100", "湘西土家族苗族自治州"), ("450000", "广西壮族自治区")]
)  # fmt: skip


def weights() -> names.Weights:
    text = (ROOT / "src/banyan/packs/house/matching/weights.csv").read_text(encoding="utf-8")
    table = list(csv.DictReader(text.splitlines()))
    m, u = (
        {
            name: {row["level"]: float(row[which]) for row in table if row["feature"] == name}
            for name in names.FEATURES
        }
        for which in ("m", "u")
    )
    return names.Weights(m, u)


WEIGHTS = weights()


def parts(name):
    return names.parts_of(name, PLACES)


def levels(left, right):
    judged = names.judge(parts(left), parts(right), WEIGHTS, names.Frequencies())
    return {one.feature: one.level for one in judged.explained}


def best(name, *register):
    search = names.Search([name], places=PLACES, weights=WEIGHTS)
    search.read([(firm, firm) for firm in register])
    return search.found()[0]


@pytest.mark.parametrize(
    ("name", "region", "trade_name", "trade", "kind", "branch"),
    [
        ("福州榕质电子科技有限公司", "福州", "榕质", "电子科技", "limited", ""),
        ("福建省福州市鼓楼区榕质电子有限责任公司", "福建省福州市鼓楼区", "榕质", "电子", "limited", ""),
        ("榕质（福州）电子股份有限公司", "福州", "榕质", "电子", "stock", ""),
        ("榕質(福州)電子有限公司金山分公司", "福州", "榕质", "电子", "limited", "金山分公司"),
        ("福州\u200b榕\u202e质　电子 公司", "福州", "榕质", "电子", "company", ""),
        ("广西榕质商贸集团有限公司", "广西", "榕质", "商贸", "limited", ""),
        ("福州市食品公司", "福州市", "", "食品", "company", ""),
        ("东方彩印有限公司", "", "东方", "彩印", "limited", ""),
        ("福州东方彩印有现公司", "福州", "东方", "彩印", "limited", ""),
        ("中国榕质银行股份有限公司福州大学城支行", "中国", "榕质", "银行", "stock", "福州大学城支行"),
    ],
)
def test_a_name_is_cut_into_its_parts(name, region, trade_name, trade, kind, branch):
    found = parts(name)

    assert found[2:3] + found[4:6] == (region, trade_name, trade)
    assert (found.form_kind, found.branch) == (kind, branch)


def test_a_county_of_a_name_that_two_cities_have_is_the_one_of_the_city_named():
    assert parts("福州鼓楼榕质电子公司").region == {"350102"}
    assert parts("鼓楼区榕质电子公司").region == {"350102", "320106"}


@pytest.mark.parametrize(
    ("left", "right", "feature", "level"),
    [
        ("福州榕质电子有限公司", "福州榕志电子有限公司", "trade_name", "sound"),
        ("福州未央电子有限公司", "福州末央电子有限公司", "trade_name", "look"),
        ("福州榕质电子有限公司", "福州榕中电子有限公司", "trade_name", "half"),
        ("福州榕通质电子有限公司", "福州榕质电子有限公司", "trade_name", "slip"),
        ("福州世纪长城大酒店", "福州世纪城长大酒店", "trade_name", "long_slip"),
        ("福州榕质电子有限公司", "福州榕质贸易有限公司", "trade", "other"),
        ("福州榕质电子科技有限公司", "福州榕质电子有限公司", "trade", "shortened"),
        ("福州榕质电子有限公司", "福洲榕质电子有限公司", "region", "slip"),
        ("福州榕质电子有限公司", "榕质电子有限公司", "region", "absent"),
        ("福州鼓楼榕质公司", "福州台江榕质公司", "region", "other"),
        ("福建榕质电子公司", "福州榕质电子公司", "region", "within"),
        ("福建榕质电子公司", "福建福州榕质电子公司", "region", "deeper"),
        ("长乐市榕质电子公司", "福州市长乐区榕质电子公司", "region", "same"),
        ("福州榕质电子有限公司", "福州榕质电子有限责任公司", "form", "alike"),
        ("福州榕质通电子有限公司", "福州榕志通电子有限公司", "trade_name", "long_sound"),
        ("福州榕质通电子有限公司", "福州榕金通电子有限公司", "trade_name", "wrong"),
        ("福州榕质通达电子公司", "福州榕质金达电子公司", "trade_name", "long_wrong"),
        ("福州榕质通", "福州榕质通风味小馆有限公司", "trade_name", "begins"),
        ("榕质公司金山分", "榕质公司金山分公司", "branch", "alike"),
        ("榕质公司福州分公司", "榕质公司福州市分公司", "branch", "alike"),
        ("榕质集团玻璃公司", "榕质集团玻璃有限公司", "branch", "alike"),
        ("榕质公司金山分公司", "榕质公司东街分公司", "branch", "other"),
        ("福州第一机械厂", "福州第二机械厂", "numbers", "other"),
        ("福州第二机械厂", "福州第2机械厂", "numbers", "same"),
    ],
)
def test_each_way_in_which_names_differ_has_its_level(left, right, feature, level):
    assert levels(left, right)[feature] == level
    assert levels(right, left)[feature] == level


def test_a_branch_that_is_not_said_differs_from_one_that_is_not_registered():
    firm, branch = "福州榕质电子有限公司", "福州榕质电子有限公司金山分公司"

    assert levels(firm, branch)["branch"] == "unsaid"
    assert levels(branch, firm)["branch"] == "absent"


@pytest.mark.parametrize(
    ("name", "region", "trade_name"),
    [
        ("福建长乐香米业有限公司", "福建", "长乐香"),
        ("福建省福州鼓楼电子有限公司", "福建省福州鼓楼", ""),
        ("福州国际旅行社有限公司", "福州", ""),
        ("广西省榕质电子有限公司", "广西省", "榕质"),
    ],
)
def test_a_county_is_no_region_where_it_begins_a_trade_name(name, region, trade_name):
    found = parts(name)

    assert (found.region_text, found.trade_name) == (region, trade_name)


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        ("福州榕质银行股分有限公司东街支行", "福州榕质银行股份有限公司东街支行"),
        ("福州榕质供销合社作东街门市部", "福州榕质供销合作社东街门市部"),
        ("连江县榕质专合业作社", "连江县榕质专业合作社"),
        ("福州榕质集团有限公司金山分", "福州榕质集团有限公司金山分公司"),
        ("鼓楼五金机械厂", "福州市鼓楼五金机械厂"),
        ("福州融质电子颗技有限公司", "福州榕质电子科技有限公司"),
        ("榕质集团玻璃工程公司", "福州榕质集团玻璃工程有限公司"),
    ],
)
def test_a_slip_in_form_or_branch_or_two_of_sound_do_not_hide_the_firm(written, registered):
    others = [one.name for one in name_sets.invented(500, seed=3)]

    found = best(written, registered, *others)

    assert found[0].key == registered
    assert found[0].probability > 0.8


@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("福州榕质通达电子有限公司", "福州榕质通达电子有限公司金山分公司"),
        ("福州榕质通达电子有限公司东街分公司", "福州榕质通达电子有限公司金山分公司"),
        ("福州榕质通达电子有限公司东街分公司", "福州榕质通达电子有限公司"),
    ],
)
def test_another_branch_or_the_firm_of_a_branch_is_laid_before_a_person_at_most(name, registered):
    others = [one.name for one in name_sets.invented(3000, seed=3)]

    found = best(name, registered, *others)

    assert not found or found[0].probability <= 0.3


def test_a_name_that_another_firm_bears_is_less_likely_a_slip_the_more_firms_bear_it():
    frequencies = names.Frequencies(10_000)
    written, registered = parts("福州华兴电子公司"), parts("福州华星电子公司")

    def bits(bearers):
        frequencies.counts["trade_name"]["华兴"] = bearers
        return names.judge(written, registered, WEIGHTS, frequencies).explained[0].bits

    assert bits(0) > bits(2) > bits(40)
    assert bits(2) - bits(4) == pytest.approx(1.0)


def test_trade_and_region_say_more_where_few_firms_of_the_trade_have_no_trade_name():
    frequencies = names.Frequencies(10_000)
    frequencies.counts["trade"]["食品"] = 400
    firm = parts("福州市食品公司")

    def bits(nameless):
        frequencies.counts["nameless"]["食品"] = nameless
        return names.judge(firm, parts("福州市食品总公司"), WEIGHTS, frequencies).explained[0].bits

    assert bits(4) > bits(40) > bits(400) > -0.1


def test_the_beginning_of_a_name_says_less_the_more_names_begin_so():
    frequencies = names.Frequencies(10_000)
    said, registered = parts("福州榕质通"), parts("福州榕质通风味小馆有限公司")

    def bits(begun):
        frequencies.counts["begins"]["榕质通"] = begun
        return names.judge(said, registered, WEIGHTS, frequencies).explained[0].bits

    assert bits(1) - bits(8) == pytest.approx(3.0)


@pytest.mark.parametrize(
    "written",
    ["榕质电子科技有限公司", "福建省福州榕质电子科技有限公司", "福州榕质电子科技公司", "福州榕质电子科技",
     "榕质（福州）电子科技有限公司", "福州榕質電子科技有限公司", "福州榕治电子科技有限公司",
     "福洲榕质电子科技有限公司",
     "福州榕质电子科技有限责任公司", "福州榕质电子可技有限公司", "福州榕\u200b质电子科技有限公司", "榕质电子科技"],
)  # fmt: skip
def test_a_name_written_otherwise_finds_its_firm_among_others(written):
    others = [one.name for one in name_sets.invented(500, seed=3)]

    found = best(written, "福州榕质电子科技有限公司", *others)

    assert found[0].key == "福州榕质电子科技有限公司"
    assert found[0].probability > 0.9


@pytest.mark.parametrize(
    "other",
    ["福州台江榕质电子科技有限公司", "福州鼓楼榕质电子科技有限公司金山分公司", "厦门榕质电子科技有限公司",
     "福州鼓楼榕质房地产开发有限公司", "福州鼓楼第二榕质电子科技有限公司"],
)  # fmt: skip
def test_what_contradicts_is_another_firm(other):
    others = [one.name for one in name_sets.invented(500, seed=3)]

    found = best("福州鼓楼榕质电子科技有限公司", other, *others)

    assert not found or found[0].probability < 0.9


def test_two_firms_that_a_short_name_may_mean_share_the_probability():
    found = best(
        "榕质电子",
        "福州榕质电子有限公司",
        "厦门榕质电子有限公司",
        *(one.name for one in name_sets.invented(300, seed=3)),
    )

    assert [one.probability for one in found[:2]] == pytest.approx([0.5, 0.5], abs=0.1)


def test_a_firm_that_bears_the_very_name_leaves_no_doubt():
    found = best("福州榕质电子（有限公司）", "福州榕质电子有限公司", "福州榕志电子有限公司")

    assert [(one.key, one.probability) for one in found] == [("福州榕质电子有限公司", 1.0)]


def test_a_rare_trade_name_weighs_more_than_a_common_one():
    frequencies = names.Frequencies()
    for number in range(1000):
        frequencies.add(parts(f"福州{'华兴' if number % 2 else chr(0x4E00 + number) + '质'}电子有限公司"))

    common = names.judge(parts("华兴电子"), parts("福州华兴电子有限公司"), WEIGHTS, frequencies)
    rare = names.judge(parts("丂质电子"), parts("福州丂质电子有限公司"), WEIGHTS, frequencies)

    assert rare.explained[0].bits - common.explained[0].bits > 8


def test_the_weights_add_up_and_a_bit_doubles_the_odds():
    judged = names.judge(parts("榕质电子"), parts("福州榕质电子有限公司"), WEIGHTS, names.Frequencies())

    assert judged.bits == pytest.approx(sum(one.bits for one in judged.explained))
    one, more = (names.probabilities([bits], total=100, among=0.5)[0] for bits in (5.0, 6.0))
    assert more / (1 - more) == pytest.approx(2 * one / (1 - one))


def test_the_register_may_be_read_in_pieces_and_gives_the_same():
    firms = name_sets.invented(400, seed=5)
    asked = [one.name for one in name_sets.corrupted(firms, each=5, seed=1).asked]
    whole, first, second = (names.Search(asked, places=PLACES, weights=WEIGHTS) for _ in range(3))

    whole.read([(one.key, one.name) for one in firms])
    first.read([(one.key, one.name) for one in firms[:150]])
    second.read([(one.key, one.name) for one in firms[150:]])
    first.join(pickle.loads(pickle.dumps(second)))  # as it comes back from another process

    def said(search):
        return [[(one.key, round(one.probability, 9)) for one in answer[:1]] for answer in search.found()]

    assert said(whole) == said(first)


def test_candidates_lose_none_that_comparing_all_with_all_would_accept():
    firms = name_sets.invented(300, seed=8)
    labelled = name_sets.corrupted(firms, each=6, seed=2)
    search = names.Search([one.name for one in labelled.asked], places=PLACES, weights=WEIGHTS)
    search.read([(one.key, one.name) for one in labelled.register])
    lost = []
    for asked, found in zip(search.asked, search.found(), strict=True):
        if found and found[0].probability == 1.0:
            continue
        every = [names.judge(asked, parts(one.name), WEIGHTS, search.frequencies).bits for one in labelled.register]
        chances = names.probabilities(every, total=len(every), among=0.5)
        top = int(np.argmax(chances))
        if chances[top] > 0.9 and (not found or found[0].key != labelled.register[top].key):
            lost.append((asked.name, labelled.register[top].name))

    assert not lost


def test_of_invented_names_the_accepted_are_right_and_few_are_missed():
    labelled = name_sets.corrupted(name_sets.invented(3000, seed=21), each=40, seed=4)
    search = names.Search([one.name for one in labelled.asked], places=PLACES, weights=WEIGHTS)
    search.read([(one.key, one.name) for one in labelled.register])

    accepted = right = meant = 0
    for asked, found in zip(labelled.asked, search.found(), strict=True):
        meant += asked.truth is not None
        if found and found[0].probability >= 0.8:
            accepted += 1
            right += found[0].key == asked.truth

    assert right / accepted > 0.975
    assert right / meant > 0.9


def test_expectation_maximisation_finds_the_m_and_u_that_made_the_pairs():
    generator = np.random.default_rng(4)
    m, u = [(0.9, 0.08, 0.02), (0.8, 0.2), (0.95, 0.05)], [(0.05, 0.15, 0.8), (0.1, 0.9), (0.3, 0.7)]
    is_match = generator.random(20_000) < 0.2
    rows = np.column_stack(
        [np.where(is_match, generator.choice(len(a), 20_000, p=a), generator.choice(len(b), 20_000, p=b))
         for a, b in zip(m, u, strict=True)]
    )  # fmt: skip

    found = names.maximise_expectation(rows, [3, 2, 2])

    assert found.share == pytest.approx(0.2, abs=0.02)
    for column in range(3):
        assert found.m[column] == pytest.approx(m[column], abs=0.03)
        assert found.u[column] == pytest.approx(u[column], abs=0.03)


def test_expectation_maximisation_refuses_fewer_pairs_than_levels():
    with pytest.raises(ValueError, match="more pairs"):
        names.maximise_expectation(np.zeros((3, 2), int), [3, 2])


def test_weights_are_learnt_by_counting():
    same = [("same", "same", "same", "same", "none", "none")] * 3 + [
        ("other", "same", "absent", "same", "none", "none")
    ]

    learnt = names.learn(same, WEIGHTS.u, smoothing=0.0)

    assert learnt.m["trade_name"]["same"] == 0.75
    assert learnt.bits["trade_name"]["same"] == pytest.approx(math.log2(0.75 / WEIGHTS.u["trade_name"]["same"]))


def distance(one, other):
    """The slow, obvious way: what is left after each possible first step."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        distance(one[1:], other[1:]) + (one[0] != other[0]),
        distance(one[1:], other) + 1,
        distance(one, other[1:]) + 1,
    ]
    if len(one) > 1 and len(other) > 1 and one[:2] == other[1] + other[0]:
        ways.append(distance(one[2:], other[2:]) + 1)
    return min(ways)


texts = some.text("东方榕质", max_size=5)


@given(texts, texts)
def test_slips_are_counted_as_the_slow_way_counts_them(one, other):
    assert slips(one, other) == distance(one, other) == slips(other, one)


@given(some.text("东方榕质", min_size=2, max_size=4), some.text("东方榕质", min_size=1, max_size=3), texts)
def test_a_core_is_cut_where_trying_every_place_cuts_it(name, trade, other):
    places = range(max(0, len(name) - 1), min(len(other), len(name) + 1) + 1)
    every = min(
        places,
        key=lambda at: (distance(name, other[:at]) + distance(trade, other[at:]), abs(at - len(name))),
        default=0,
    )

    assert _place_to_cut(name, trade, other, distance(name + trade, other)) == every


def said_alike(draw):
    """Two names of one alphabet of parts, so that they meet in some of them, with slips at any place."""
    said = []
    for _side in range(2):
        name = "".join(
            draw(some.sampled_from(choices))
            for choices in (
                ("", "福州", "福州市", "福建省福州市", "杭州", "鼓楼", "福洲"),
                ("榕质", "榕志", "质榕", "东方", "东方榕", "榕质东方", "方", "", "州东方"),
                ("电子", "电子科技", "科技", "食品", "子电", "", "电于"),
                ("有限公司", "公司", "", "厂", "第二厂", "有限公司金山分公司"),
            )
        )
        at = draw(some.integers(0, max(0, len(name) - 1)))
        slip = draw(some.sampled_from(("", "", "东", "州")))
        said.append(name[:at] + slip + name[at + bool(slip) * draw(some.integers(0, 1)) :])
    return said


@settings(max_examples=200)
@given(some.composite(said_alike)(), some.floats(-60, 40))
def test_a_pair_weighs_what_reading_it_in_every_way_says_or_is_left_below_the_floor(said, floor):
    left, right = (parts(one) for one in said)
    slowly = names.judge(left, right, WEIGHTS, names.Frequencies()).bits

    bits = Bounds(WEIGHTS).bits(Side.of(left), Side.of(right), floor=floor)

    assert bits == (slowly if slowly > floor else None)


def test_names_of_a_register_weigh_what_reading_them_in_every_way_says():
    labelled = name_sets.corrupted(name_sets.invented(400, seed=12), each=4, seed=7)
    bounds, register = Bounds(WEIGHTS), [parts(one.name) for one in labelled.register]
    chance = random.Random(3)
    for asked in labelled.asked:
        left = parts(asked.name)
        for right in chance.sample(register, 40) + [one for one in register if one.core[-3:] == left.core[-3:]]:
            slowly = names.judge(left, right, WEIGHTS, names.Frequencies()).bits
            assert bounds.bits(Side.of(left), Side.of(right), floor=-math.inf) == slowly, (left.name, right.name)


@given(some.text(max_size=30))
def test_any_text_has_parts_and_no_mark_that_is_not_seen_changes_them(text):
    found = parts(text)

    assert parts("\u200b".join(text)) == found
    assert set(found.core) <= set(found.name)


def test_characters_beyond_the_basic_plane_are_compared_as_others():
    assert levels("福州𬭚质电子有限公司", "福州𬭚质电子公司")["trade_name"] == "same"


def test_sounds_and_order():
    assert sound_alike("长", "常")
    assert sound_alike("长", "掌")
    assert is_within("福大", "福州大学")
    assert not is_within("大福", "福州大学")


def test_the_labelled_sets_follow_from_their_seed_and_keep_firms_apart():
    firms = name_sets.invented(800, seed=1)
    once, again = (name_sets.corrupted(firms, each=10, seed=2) for _ in range(2))

    assert once == again
    left_out = {one.key for one in firms} - {one.key for one in once.register}
    assert not left_out & {one.truth for one in once.asked}
    assert random.Random(0).choice(once.asked).kind in {*name_sets.KINDS, "outside", "outside_whole"}
