"""Reads a legal limit as printed (``≤0.5 g/kg``, ``6.0~9.0``, ``不得检出``, ``n=5,c=2``) into its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from banyan.science.limits.quantities import Quantity, Unit, compact, plain, read_quantity


@dataclass(frozen=True, slots=True)
class Bound:
    """The value must stand in this relation to the quantity."""

    relation: str  # one of < ≤ > ≥
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Absence:
    """Nothing may be found (or used)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Sampling plan for germs: of n samples at most c may exceed m, and none may exceed M."""

    n: int
    c: int
    m: Quantity
    M: Quantity | None


@dataclass(frozen=True, slots=True)
class Limit:
    """What a printed limit asks for: every part must hold. `problem` says why it could not be read."""

    parts: tuple[Bound | Absence | Plan, ...] = ()
    problem: str = ""

    @property
    def plan(self) -> Plan | None:
        """The germ plan among the parts, if there is one."""
        return next((part for part in self.parts if isinstance(part, Plan)), None)


_NOTHING = {
    "",
    "/",
    "-",
    "--",
    "~",
    "~~",
    "无",
    "none",
    "n/a",
    "na",
    "无要求",
    "不作要求",
    "未规定",
    "无限量",
    "—",
}
_ABSENCE = re.compile(
    r"不得(检出|使用|添加|加入|含有|存在)|不(能|应|可|允许|许)(检出|使用|添加|含有|加入)|(禁止|不允许|严禁)(使用|添加|检出)"
    r"|禁用|非法添加|^未检出|^阴性|\babsen(ce|t)\b|\bno presence\b|\bprohibited\b"
    r"|\bnot (permit+ed|authori[sz]ed|allowed|detected)\b",
    re.I,
)
_DEMAND = re.compile(r"(应当?|须)?(符合|标注|标示|标明|标识|具有|无|按照?|参照|见)")
_WORDS = (
    (r"(不|未)(得|应)?(大于|高于|超过|多于)|至多|最大|最高", "≤"),
    (r"(不|未)(得|应)?(小于|低于|少于)|至少|最小|最低", "≥"),
    (r"(大于|高于)(或)?等于", "≥"), (r"(小于|低于)(或)?等于", "≤"),
    (r"大于|高于|超过", ">"), (r"小于|低于", "<"),
)  # fmt: skip
_REMARK = re.compile(r"\((?:以|按|限|仅|占|干基|湿基|干重|鲜重|折|as\b)[^()]*\)", re.I)
_PLAN = re.compile(r"n=(\d{1,3})[,;、]?c=(\d{1,3})[,;、]?m=(.+?)(?:[,;、]?M=(.+?))?[)。.]*$")
_RANGE = re.compile(r"(?P<low>[^~<>≤≥]*?\d[^~<>≤≥-]*?)(?:~|(?<![eE^])-|至|到)(?P<high>\d[^~<>≤≥]*)")
_AROUND = re.compile(r"(?P<middle>[\d.,]+[^±<>≤≥\d]*)±(?P<half>[\d.,]+.*)")
_BOTH_SIDES = re.compile(r"(?P<low>\d[^<>≤≥]*)(?P<first>[≤<])[^<>≤≥\d]{0,12}(?P<second>[≤<])(?P<high>\d[^<>≤≥]*)")
_ONE_SIDE = re.compile(r"[^<>≤≥=]{0,40}?(?P<relation><=|>=|=<|=>|≤|≥|<|>)[:一-鿿]{0,12}(?P<rest>[+-]?[\d.].*)")
_AFTER = re.compile(r"(?P<rest>\d.*?)(?:\(含\))?(?P<word>以下|以内|以上)")
_MAIN_COMPONENT = Decimal("0.01")  # from 1 % (or g/100 mL) upwards a bare figure may be a required content


@lru_cache(maxsize=65536)
def read_limit(text: str, *, unit: Unit | None = None) -> Limit:
    """
    What a printed limit asks for.

    Notes
    -----
    A bare quantity carries no direction. Tables of contaminants, additives and residues (GB 2760, 2761,
    2762, 2763) print maximum levels bare, so a bare concentration is read as a maximum; a bare percentage
    (often a minimum purity) or number is not re-judged.
    """
    words = plain(text)
    if words.lower() in _NOTHING:
        return Limit(problem="no_limit")
    body = _REMARK.sub("", compact(text))
    plan = _PLAN.search(body)
    if plan:
        return _read_plan(plan, unit)
    for pattern, sign in _WORDS:
        body = re.sub(pattern, sign, body)
    if re.search(r"\d", body) is None:
        return Limit((Absence(),)) if _ABSENCE.search(words) else Limit(problem="limit_in_words")
    if _ABSENCE.search(words) and not re.search(r"[<>≤≥]", body):
        return Limit((Absence(),))
    return _read_bounds(body, unit)


def _read_bounds(body: str, unit: Unit | None) -> Limit:
    pieces = [piece for piece in re.split(r"[;、且]|,(?=[^\d])", body) if piece] or [body]
    parts: list[Bound | Absence | Plan] = []
    for piece in pieces:
        if _ABSENCE.search(piece) and not re.search(r"[<>≤≥]", piece):
            parts.append(Absence())
            continue
        bounds = _read_piece(piece, unit)
        if bounds is None:
            return Limit(problem="limit_in_words" if _DEMAND.match(piece) else "limit_unreadable")
        if isinstance(bounds, str):
            return Limit(problem=bounds)
        parts.extend(bounds)
    return Limit(tuple(parts))


def _read_piece(piece: str, unit: Unit | None) -> list[Bound] | str | None:
    """The bounds of one piece, a problem code, or None when nothing readable stands there."""
    both = _BOTH_SIDES.fullmatch(piece)
    if both:
        relation = {"≤": "≥", "<": ">"}[both["first"]]
        return _pair((relation, both["low"]), (both["second"], both["high"]), unit)
    one = _ONE_SIDE.fullmatch(piece)
    if one:
        relation = {"<=": "≤", "=<": "≤", ">=": "≥", "=>": "≥"}.get(one["relation"], one["relation"])
        quantity = read_quantity(one["rest"], unit=unit)
        return [Bound(relation, _restored(quantity))] if quantity and quantity.spread is None else None
    after = _AFTER.fullmatch(piece)
    if after:
        quantity = read_quantity(after["rest"], unit=unit)
        return [Bound("≥" if after["word"] == "以上" else "≤", quantity)] if quantity else None
    around = _AROUND.fullmatch(piece)
    if around:
        return _around(around["middle"], around["half"], unit)
    between = _RANGE.fullmatch(re.sub(r"^[^\d]{0,24}", "", piece))
    pair = _pair(("≥", between["low"]), ("≤", between["high"]), unit) if between else None
    if pair:
        return pair
    quantity = read_quantity(piece, unit=unit)
    if quantity is None:
        return None
    return [Bound("≤", _restored(quantity))] if _is_maximum_by_convention(quantity.unit) else "no_direction"


def _is_maximum_by_convention(unit: Unit | None) -> bool:
    if unit is None or not unit.known:
        return False
    if unit.dimension.startswith(("mass/mass", "mass/volume")):
        return unit.factor < _MAIN_COMPONENT
    return unit.dimension.startswith(("cfu/", "mpn/", "bq/"))


def _restored(quantity: Quantity) -> Quantity:
    """A limit on germs printed as 104 is 10⁴: standards state them as powers of ten, never as 104."""
    if not quantity.superscript_lost:
        return quantity
    return Quantity(quantity.readings[-1:], quantity.unit, superscript_lost=True)


def _pair(low: tuple[str, str], high: tuple[str, str], unit: Unit | None) -> list[Bound] | None:
    """Two bounds; a unit printed only at the upper one holds for both."""
    above = read_quantity(high[1], unit=unit)
    below = read_quantity(low[1], unit=above.unit if above else unit)
    if above is None or below is None:
        return None
    return [Bound(low[0], _restored(below)), Bound(high[0], _restored(above))]


def _around(middle_text: str, half_text: str, unit: Unit | None) -> list[Bound] | None:
    half = read_quantity(half_text, unit=unit)
    middle = read_quantity(middle_text, unit=half.unit if half else unit)
    if middle is None or half is None or len(middle.readings) > 1 or len(half.readings) > 1:
        return None
    low, high = middle.readings[0] - half.readings[0], middle.readings[0] + half.readings[0]
    return [Bound("≥", Quantity((low,), middle.unit)), Bound("≤", Quantity((high,), middle.unit))]


def _read_plan(found: re.Match[str], unit: Unit | None) -> Limit:
    n, c, m_text, upper_text = int(found[1]), int(found[2]), found[3], found[4]
    if upper_text is not None and upper_text.lower() in _NOTHING:
        upper_text = None
    if _ABSENCE.search(m_text):
        m_text = "0"
    upper = read_quantity(upper_text, unit=unit, germs=True) if upper_text else None
    m = read_quantity(m_text, unit=upper.unit if upper else unit, germs=True)
    if m is None or (upper_text and upper is None) or not 0 <= c < n:
        return Limit(problem="limit_unreadable")
    if upper and upper.unit is None and m.unit is not None:
        upper = Quantity(upper.readings, m.unit)
    return Limit((Plan(n, c, _restored(m), _restored(upper) if upper else None),))
