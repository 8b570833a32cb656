"""Labelled sets of company names for linkage: invented registers, documented corruptions, names outside the register.

Everything follows from the seed. A name is cut here by rules of this file alone, written down before the matcher
(region words of the register's own columns, forms by a short list), so that the matcher is not judged by itself.
"""

from __future__ import annotations

import random as chance
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pypinyin import lazy_pinyin

from banyan.science.name_matching.traditional import SIMPLIFIED, TRADITIONAL

FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团公司|总公司|公司)$")
REGION = re.compile(r"^(?:[一-龥]{2,3}省)?(?:[一-龥]{2,4}市)?(?:[一-龥]{2,3}[县区])?")
TRADITIONAL_OF = dict(reversed(list(zip(SIMPLIFIED, TRADITIONAL, strict=True))))
# Characters that are common in trade names; by these, invented names meet as real ones do.
COMMON = (
    "华鑫兴达盛福金海东新宏丰恒诚建中天隆泰大源顺德安永昌龙瑞成通利光辉明荣祥和美佳信嘉润创联亚腾伟富飞宇科凯博正元国世"
    "方远山江春星宝林森阳百康长万益汇乐庆友众力杰航捷鸿锦亿智云景禾欧优吉同晟翔旺合立文榕闽融三五一博雅尚艺绿青蓝红银玉石"
    "川湖洋波港桥城市园家人民生活力健卫英雄豪杰贵宾悦逸舒静思维志远鹏鹰凤麟虎狮马牛羊双双圣神帝皇冠名品味香甜清纯真善诺"
)
# What one may type or read for a character. Written for these sets; the matcher has its own table.
LOOKS = dict(
    zip(
        "未土日己大入天王东车兴光宏宠金全盛诚峰锋洋祥泽江河海洲州园圆达运通顺龙飞凤鹏阳旭昌晶明月亿永源清精科利和福富裕泰春秦",
        "末士曰已太人夭玉车东光兴宠宏全金诚盛蜂峰泮样译汪何悔州洲圆园运达诵须尤气风朋阴旧冒品朋用忆水原请清料和利幅福浴秦秦泰",
        strict=True,
    )
)  # fmt: skip
_TRADES = """
    贸易 商贸 电子 电子科技 科技 信息技术 食品 水产 建材 建筑工程 装饰工程 机械设备 五金 塑胶 纺织 服装 鞋业 包装
    印刷 彩印 物流 运输 广告 文化传播 投资 投资管理 房地产开发 物业管理 餐饮管理 酒店 旅行社 汽车服务 汽车配件 医药
    医疗器械 生物科技 环保科技 园林绿化 农业开发 茶业 家具 化工 石材 陶瓷 电器 照明 安防 咨询 实业 工贸 进出口
    网络科技 软件 教育咨询 人力资源 保洁服务 石化 矿业
"""
TRADES = _TRADES.split()
PLACES = (
    *[("福建省", "福州市", county) for county in ("鼓楼区", "台江区", "仓山区", "晋安区")],
    *[("福建省", "福州市", county) for county in ("福清市", "长乐市", "闽侯县", "连江县")],
    ("福建省", "厦门市", "思明区"), ("福建省", "泉州市", "晋江市"), ("福建省", "莆田市", ""),
    ("福建省", "漳州市", ""), ("浙江省", "杭州市", ""), ("浙江省", "宁波市", ""),
    ("广东省", "广州市", ""), ("广东省", "深圳市", ""), ("江苏省", "苏州市", ""),
    ("江苏省", "南京市", ""), ("山东省", "青岛市", ""), ("四川省", "成都市", ""),
    ("湖北省", "武汉市", ""), ("湖南省", "长沙市", ""), ("河南省", "郑州市", ""),
    ("陕西省", "西安市", ""), ("上海市", "上海市", ""), ("北京市", "北京市", ""),
    ("江西省", "南昌市", ""),
)  # fmt: skip
FORMS = ("有限公司",) * 14 + ("有限责任公司",) * 3 + ("股份有限公司", "公司", "厂")


@dataclass(frozen=True)
class Firm:
    """A firm of a register: its key, name, and the words that its row has for where it is."""

    key: str
    name: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A name as it came: which kind it is, and the firm that it means (none for one outside the register)."""

    name: str
    kind: str
    truth: str | None
    near: str = ""  # for a firm outside: a firm of the register that it must not be taken for


@dataclass
class LabelledSet:
    """A register, the names asked of it, and what they mean."""

    register: list[Firm] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


def invented(count: int, *, seed: int) -> list[Firm]:
    """A register of invented firms: common trade names are common, branches and numbers are among them."""
    random = chance.Random(seed)
    firms: dict[str, Firm] = {}
    while len(firms) < count:
        place = random.choices(PLACES, weights=[6] * 8 + [2] * (len(PLACES) - 8))[0]
        size = random.choices((2, 3, 4), weights=(70, 22, 8))[0]
        word = "".join(COMMON[min(int(random.expovariate(1 / 45)), len(COMMON) - 1)] for _ in range(size))
        begin = random.choice(
            (
                place[1],
                place[1].rstrip("市"),
                place[1].rstrip("市"),
                place[0].rstrip("省市"),
                "".join(place),
                place[0] + place[1].rstrip("市"),
            )
        )
        if place[2] and random.random() < 0.3:
            begin = place[1] + place[2] if random.random() < 0.5 else place[2].rstrip("市县区")
        name = begin + word + random.choice(TRADES) + random.choice(FORMS)
        turn = random.random()
        if turn < 0.05:
            name += random.choice(("福州", "厦门", "杭州", "金山", "东街")) + random.choice(
                ("分公司", "营业部", "门市部")
            )
        elif turn < 0.07:
            name = begin + word + "第" + random.choice("一二三四") + random.choice(("机械厂", "食品厂", "印刷厂"))
        firms.setdefault(name, Firm(f"f{len(firms)}", name, place))
    return list(firms.values())


def cut(firm: Firm) -> tuple[str, str, str]:
    """Region words, core and form of a register name, by the words of its own row."""
    rest = firm.name
    region = ""
    words = sorted(
        {word for place in firm.places if place for word in (place, re.sub("[省市县区]$", "", place))},
        key=len,
        reverse=True,
    )
    found = True
    while found:
        found = False
        for word in words:
            if len(word) >= 2 and rest.startswith(word) and len(rest) > len(word) + 3:
                region, rest, found = region + word, rest[len(word) :], True
                break
    if not region and (match := REGION.match(rest)) and len(rest) > len(match[0]) + 4:
        region, rest = match[0], rest[len(match[0]) :]
    form = FORM.search(rest)
    return (region, rest[: form.start()], form[0]) if form else (region, rest, "")


Corrupt = Callable[[Firm, chance.Random], str | None]


def region_dropped(firm: Firm, random: chance.Random) -> str | None:
    """Without the words for its region."""
    region, core, form = cut(firm)
    return core + form if region and len(core) >= 4 else None


def region_added(firm: Firm, random: chance.Random) -> str | None:
    """With province or city, which the registered name has not."""
    region, core, form = cut(firm)
    province, city = firm.places[:2]
    short = province.rstrip("省市")
    if province not in firm.name and firm.name[: len(short)] != short and not firm.name.startswith("中国"):
        return random.choice((province, short)) + firm.name
    if region in (province, short) and city != province:
        return region + city.rstrip("市") + core + form
    return None


def region_otherwise(firm: Firm, random: chance.Random) -> str | None:
    """The same region by other words: 福州 for 福州市, 福建福州 for 福州."""
    region, core, form = cut(firm)
    if not region:
        return None
    other = (
        region[:-1]
        if region[-1] in "市县" and len(region) == 3
        else region + "市"
        if len(region) == 2 and region + "市" in firm.places
        else ""
    )
    return other + core + form if other else None


def form_shortened(firm: Firm, random: chance.Random) -> str | None:
    """公司 for 有限公司."""
    region, core, form = cut(firm)
    return region + core + "公司" if form.endswith("公司") and form != "公司" else None


def form_otherwise(firm: Firm, random: chance.Random) -> str | None:
    """有限责任公司 for 有限公司, or the other way round."""
    region, core, form = cut(firm)
    other = {"有限公司": "有限责任公司", "有限责任公司": "有限公司"}.get(form)
    return region + core + other if other else None


def form_dropped(firm: Firm, random: chance.Random) -> str | None:
    """Without its legal form."""
    region, core, form = cut(firm)
    return region + core if form and len(core) >= 4 else None


def brackets(firm: Firm, random: chance.Random) -> str | None:
    """The region in brackets behind the core, or brackets of the other width."""
    region, core, form = cut(firm)
    if "(" in firm.name or "（" in firm.name:
        return firm.name.translate(str.maketrans("()（）", "（）()"))
    return f"{core}（{region}）{form}" if region and form and len(core) >= 4 else None


def traditional(firm: Firm, random: chance.Random) -> str | None:
    """In traditional characters."""
    said = "".join(TRADITIONAL_OF.get(one, one) for one in firm.name)
    return said if said != firm.name else None


def marks(firm: Firm, random: chance.Random) -> str | None:
    """With spaces, full-width forms, or marks that are not seen."""
    at = random.randrange(1, len(firm.name))
    return firm.name[:at] + random.choice((" ", "\u3000", "\u200b", "\u202c", "\ufeff")) + firm.name[at:]


_BY_SOUND: dict[str, list[str]] = {}
_SOUND: dict[str, str] = {}


def _sound(one: str) -> str:
    if one not in _SOUND:
        _SOUND[one] = lazy_pinyin(one)[0]
    return _SOUND[one]


def _homophones(one: str) -> list[str]:
    if not _BY_SOUND:
        for code in range(0xB0A1, 0xD7FA):  # the 3,755 common characters of GB 2312
            try:
                character = code.to_bytes(2, "big").decode("gb2312")
            except UnicodeDecodeError:
                continue
            _BY_SOUND.setdefault(_sound(character), []).append(character)
    return [other for other in _BY_SOUND.get(_sound(one), ()) if other != one]


def _where(firm: Firm, random: chance.Random, fits: Callable[[str], bool]) -> int | None:
    """A place in the core, seldom in region or form."""
    region, core, _form = cut(firm)
    size = min(4, len(core)) if random.random() < 0.6 else len(core)
    start = len(region)
    places = [at for at in range(start, start + size) if fits(firm.name[at])]
    return random.choice(places) if places else None


def homophone(firm: Firm, random: chance.Random) -> str | None:
    """One character written as another one that sounds the same."""
    at = _where(firm, random, lambda one: bool(_homophones(one)))
    if at is None:
        return None
    return firm.name[:at] + random.choice(_homophones(firm.name[at])) + firm.name[at + 1 :]


def look_alike(firm: Firm, random: chance.Random) -> str | None:
    """One character written as another one that looks similar."""
    at = _where(firm, random, lambda one: one in LOOKS)
    return None if at is None else firm.name[:at] + LOOKS[firm.name[at]] + firm.name[at + 1 :]


def inserted(firm: Firm, random: chance.Random) -> str | None:
    """One character too many."""
    at = random.randrange(len(cut(firm)[0]), len(firm.name))
    return firm.name[:at] + random.choice(COMMON) + firm.name[at:]


def deleted(firm: Firm, random: chance.Random) -> str | None:
    """One character missing."""
    region, core, _form = cut(firm)
    if len(core) < 5:
        return None
    at = random.randrange(len(region), len(firm.name))
    return firm.name[:at] + firm.name[at + 1 :]


def swapped(firm: Firm, random: chance.Random) -> str | None:
    """Two neighbours in the wrong order."""
    region, core, _form = cut(firm)
    at = len(region) + random.randrange(max(1, len(core) - 1))
    if at + 1 >= len(firm.name) or firm.name[at] == firm.name[at + 1]:
        return None
    return firm.name[:at] + firm.name[at + 1] + firm.name[at] + firm.name[at + 2 :]


def abbreviated(firm: Firm, random: chance.Random) -> str | None:
    """Trade name and trade alone, without region and form."""
    region, core, form = cut(firm)
    return core if form and region and len(core) >= 4 else None


def two_kinds(firm: Firm, random: chance.Random) -> str | None:
    """One typing error, and the form shortened or the region dropped."""
    wrong = random.choice((homophone, look_alike))(firm, random)
    if wrong is None or len(wrong) != len(firm.name):
        return None
    slipped = Firm(firm.key, wrong, firm.places)
    return random.choice((form_shortened, form_dropped, region_dropped))(slipped, random)


KINDS: dict[str, Corrupt] = {
    one.__name__: one
    for one in (
        region_dropped, region_added, region_otherwise, form_shortened, form_otherwise, form_dropped, brackets,
        traditional, marks, homophone, look_alike, inserted, deleted, swapped, abbreviated, two_kinds,
    )
}  # fmt: skip


def corrupted(firms: Sequence[Firm], *, each: int, seed: int, outside: float = 0.3) -> LabelledSet:
    """Set A: `each` names of every kind of corruption; a share of firms is left out of the register.

    The names of those left out, corrupted in the same ways, mean no firm of the register: whatever they are taken for
    is wrong. Among them are firms whose nearest neighbour stays: same trade name elsewhere, another trade, one
    character off, another branch.
    """
    random = chance.Random(seed)
    order = list(firms)
    random.shuffle(order)
    left_out = order[: int(len(order) * outside)]
    inside = order[len(left_out) :]
    names = {one.name for one in inside}
    found = LabelledSet(register=inside)
    for kind, corrupt in KINDS.items():
        for group, truth_of in ((inside, lambda one: one.key), (left_out, lambda one: None)):
            wanted = each if group is inside else each // 2
            made = 0
            for firm in random.sample(group, len(group)):
                name = corrupt(firm, random)
                if name is None or name in names or name == firm.name:
                    continue
                found.asked.append(Asked(name, kind if group is inside else "outside", truth_of(firm)))
                made += 1
                if made == wanted:
                    break
    for firm in random.sample(left_out, min(len(left_out), 4 * each)):
        found.asked.append(Asked(firm.name, "outside_whole", None))
    return found
