"""Reads numbers and units the way laboratories and notices print them, keeping every possible reading."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = str.maketrans(
    {
        "µ": "μ", "≦": "≤", "⩽": "≤", "≧": "≥", "⩾": "≥", "﹤": "<", "﹥": ">",
        "—": "~", "–": "~", "〜": "~", "−": "-", "﹣": "-", "✕": "×", "╳": "×", "•": "·", "∙": "·", "⋅": "·",
        "“": '"', "”": '"', "　": " ", "\u00a0": " ", "\u200b": None, "\ufeff": None,
    }
)  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[.,]\d+|\d+|\.\d+)"
_POWER = r"(?:[×xX*·]10\^\(?(?P<caret>[+-]?\d{1,3})\)?|[eE](?P<e>[+-]?\d{1,3})|[×xX*·](?P<flat>10\d*))"
_QUANTITY = re.compile(
    rf"(?P<minus>[+-]?)(?P<number>{_NUMBER})(?:\^\(?(?P<raised>[+-]?\d{{1,3}})\)?|{_POWER})?"
    rf"(?P<spread>(?:±|\+/?-)(?P<half>{_NUMBER})(?P<half_unit>%?))?"
    r"(?P<unit>[^\d<>≤≥=~±;,.+-][^<>≤≥=~±;,]*)?"
)
_MASSES = {"kg": 9, "g": 6, "mg": 3, "μg": 0, "ug": 0, "mcg": 0, "ng": -3, "pg": -6}
_VOLUMES = {"m3": 9, "l": 6, "dl": 5, "ml": 3, "cm3": 3, "μl": 0, "ul": 0}
_AREAS = {"m2": 4, "dm2": 2, "cm2": 0}
_COUNTED = {"cfu": 0, "mpn": 0, "个": 0, "meq": 0, "mmol": 0, "bq": 0, "kbq": 3, "iu": 0, "kj": 0}
_RATIOS = {
    "%": ("mass/mass", -2), "‰": ("mass/mass", -3), "ppm": ("mass/mass", -6), "ppb": ("mass/mass", -9),
    "%vol": ("volume/volume", -2), "vol%": ("volume/volume", -2), "%(v/v)": ("volume/volume", -2),
}  # fmt: skip
_CHINESE_UNITS = (
    ("毫克", "mg"), ("微克", "μg"), ("纳克", "ng"), ("千克", "kg"), ("公斤", "kg"), ("克", "g"),
    ("毫升", "ml"), ("升", "l"), ("每", "/"), ("%", "%"),
)  # fmt: skip
_OF_QUANTITIES = frozenset(
    " ".join(
        (
            "pa hpa kpa mpa bar mmhg n kn mn cn kgf n/m n/mm n/cm n/cm2 n/mm2 n·m n/50mm n/5cm mpa·s mm2/s",
            "j kj j/m2 kj/m2 mj/kg w kw kwh wh va v mv kv a ma μa ω kω mω gω ω·m hz khz mhz μs/cm ms/m",
            "db db(a) lx lm lm/w cd cd/m2 ntu °c ℃ k °f ° ′ ″ rad m mm cm μm um nm km mm2 s ms min h d",
            "g mg kg t ml l m3 g/m2 g/cm3 kg/m3 kg/l m/s m/s2 mm/s mm/min r/min m3/h l/min l/s ml/min g/min",
            "级 度 分 次 个 只 件 片 根 倍 秒 分钟 小时 天 毫米 厘米 米",
        )
    ).split()
)
"""What else results are printed in: units of quantities that no other unit is converted into here."""
_PER_AMOUNT = re.compile(r"/\d*\.?\d*(?:kg|mg|g|l|ml|dm2|cm2|m2|m3|cm3|个|只|件|片|瓶|枚|份|皿)")
_ASKED_PER = re.compile(r"(?P<count>\d*\.?\d*)(?P<unit>[a-zμ]+[23]?)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit reduced to a dimension and a factor; unknown words are a dimension of their own."""

    dimension: str
    factor: Decimal
    known: bool

    @property
    def counts_germs(self) -> bool:
        """Whether the unit counts colonies, where a lost superscript (10⁴ printed as 104) is possible."""
        return self.dimension.startswith(("cfu/", "mpn/", "个/"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with all its possible readings, its unit (None when not printed) and printed uncertainty."""

    readings: tuple[Decimal, ...]
    unit: Unit | None
    spread: Decimal | None = None
    superscript_lost: bool = False  # the last reading takes a bare 104 as 10⁴


def plain(text: str) -> str:
    """The text with HTML, superscripts, full-width forms and look-alike signs in one form, stripped."""
    if text.isascii() and "<" not in text and "&" not in text:
        return " ".join(text.split())
    text = html.unescape(text)
    text = re.sub(r"<sup>\s*([^<]*?)\s*</sup>", r"^\1", text, flags=re.I)
    text = re.sub(r"</?[a-zA-Z][^<>]*>", "", text)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda found: "^" + found.group().translate(_SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    return re.sub(r"\s+", " ", text).strip()


def compact(text: str) -> str:
    """The plain form without any space, which is what numbers are read from."""
    return plain(text).replace(" ", "")


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit | None:
    """The unit in a printed text such as ``(μg/kg)`` or ``mg/kg - ppm``; None when there is none."""
    name = compact(text).rstrip("。.;,、:")
    while name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    if name.count(")") > name.count("("):
        name = name.rstrip(")")
    if not name or name in {"/", "-", "~"}:
        return None
    name = re.sub(r"[-~(](ppm|ppb)\)?$", "", name.lower())
    for chinese, latin in _CHINESE_UNITS:
        name = name.replace(chinese, latin)
    if name in _RATIOS:
        dimension, power = _RATIOS[name]
        return Unit(dimension, Decimal(1).scaleb(power), True)
    head, slash, tail = name.partition("/")
    above = _scaled(head)
    below = _scaled("".join(tail.split("(")[:1])) if slash else None
    if above and below:
        factor = Decimal(1).scaleb(above[1]) / (below[2] * Decimal(1).scaleb(below[1]))
        return Unit(f"{above[0]}/{below[0]}", factor, True)
    return Unit(f"word:{name}", Decimal(1), False)


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    """Whether a text in place of a unit is one: of a content (``μg/kg``), per amount (``/25g``), of a quantity."""
    unit = read_unit(text)
    if unit is None or unit.known:
        return True
    name = unit.dimension.removeprefix("word:").replace("^", "")
    return name in _OF_QUANTITIES or _PER_AMOUNT.fullmatch(name) is not None


def _scaled(text: str) -> tuple[str, int, Decimal] | None:
    """Kind, power of ten and count of one side of a unit: ``100ml`` is (volume, 3, 100)."""
    if text in _COUNTED:
        return ("bq" if text == "kbq" else text), _COUNTED[text], Decimal(1)
    match = _ASKED_PER.fullmatch(text.replace("^", ""))
    if not match:
        return None
    for kind, table in (("mass", _MASSES), ("volume", _VOLUMES), ("area", _AREAS)):
        if match["unit"] in table:
            count = Decimal(match["count"]) if match["count"] else Decimal(1)
            return (kind, table[match["unit"]], count) if count > 0 else None
    return None


def read_quantity(text: str, *, unit: Unit | None = None, germs: bool = False) -> Quantity | None:
    """
    The quantity a text holds, or None when it holds something else.

    Parameters
    ----------
    text
        ``1.2×10⁴ CFU/g``, ``0,05 ± 0,01``, ``1.0E+4``, ``10,000``, ``2.43×104μg/kg`` (superscript lost).
    unit
        The unit stated elsewhere (column, item name), used when the text prints none.
    germs
        The number is known to count colonies, so that a bare ``104`` may be 10⁴.

    Notes
    -----
    Where print leaves more than one reading, all are kept: a comma followed by three digits groups thousands
    or marks decimals; a bare ``104`` of colonies is 104 or 10⁴. A verdict is given only if every reading
    leads to it.
    """
    match = _QUANTITY.fullmatch(compact(text))
    if not match:
        return None
    own = read_unit(match["unit"]) if match["unit"] else None
    if match["unit"] and own is None:
        return None
    own = own or unit
    germs = germs or bool(own and own.counts_germs)
    comma_is_decimal = bool(match["half"] and match["half"].startswith("0,"))
    bases = _base_readings(match["number"], comma_is_decimal=comma_is_decimal)
    if germs and len(bases) > 1:  # colonies are whole, so the comma groups thousands
        bases = bases[:1]
    power = _power(match)
    superscript_lost = False
    if power is not None:
        readings = tuple(base.scaleb(power) for base in bases)
    elif match["raised"]:
        readings = tuple(base ** int(match["raised"]) for base in bases if base)
    elif match["flat"]:
        readings = tuple(base * Decimal(match["flat"]) for base in bases)
    else:
        lost = re.fullmatch(r"10([2-9])", match["number"]) if germs else None
        readings = (*bases, Decimal(10) ** int(lost[1])) if lost else bases
        superscript_lost = bool(lost)
    if match["minus"] == "-":
        readings = tuple(-reading for reading in readings)
    half = _base_readings(match["half"], comma_is_decimal=comma_is_decimal)[0] if match["half"] else None
    return Quantity(readings, own, half, superscript_lost) if readings else None


def _power(match: re.Match[str]) -> int | None:
    if match["caret"] or match["e"]:
        return int(match["caret"] or match["e"])
    if match["flat"] and re.fullmatch(
        r"10[1-9]\d?", match["flat"]
    ):  # 2.4×104 is never 2.4 times one hundred and four
        return int(match["flat"][2:])
    return None


def _base_readings(number: str, *, comma_is_decimal: bool = False) -> tuple[Decimal, ...]:
    if "," not in number:
        return (Decimal(number),)
    grouped, decimal = number.replace(",", ""), number.replace(",", ".", 1)
    if comma_is_decimal and number.count(",") == 1 and "." not in number:
        return (Decimal(decimal),)
    if number.count(",") > 1 or "." in number:
        return (Decimal(grouped),)
    if number.startswith("0") or not re.fullmatch(r"\d{1,3},\d{3}", number):
        return (Decimal(decimal),)
    return (Decimal(grouped), Decimal(decimal))


def common_scale(first: Quantity, second: Quantity) -> tuple[tuple[tuple[Decimal, Decimal], ...], bool] | None:
    """
    Pairs of comparable numbers, one for each combination of readings, and whether a unit had to be assumed.

    None when the units measure different things. A missing unit is taken from the other side; a bare number
    against a percentage is read both as a percentage and as the fraction a spreadsheet stores for it.
    """
    pairs = tuple(itertools.product(first.readings, second.readings))
    if first.unit is None and second.unit is None:
        return pairs, False
    if first.unit is None or second.unit is None:
        stated = second.unit or first.unit
        if stated is not None and stated.known and stated.factor == Decimal("0.01"):
            hundred = Decimal(100)
            if first.unit is None:
                pairs += tuple((a * hundred, b) for a, b in pairs if a <= 1)
            else:
                pairs += tuple((a, b * hundred) for a, b in pairs if b <= 1)
        return pairs, True
    if first.unit.dimension != second.unit.dimension:
        return None
    return tuple((a * first.unit.factor, b * second.unit.factor) for a, b in pairs), False
