"""Names without a code in the demonstration: letters of other offices name firms shortly, or with a slip."""

from __future__ import annotations

from banyan.base.matching import actions
from banyan.demo.city import LAST_DAY, City, at_work
from banyan.demo.words import CHARACTERS, FORMS

FIRMS = 24
SOURCE = "来信来访登记（示例）"


def write_letters(city: City) -> None:
    """Match what letters of the last day call some makers: shortened, with a slip, cut short, with another trade."""
    random = city.random("names without a code")
    open_ones = [firm for firm in city.makers if not firm.closed]
    firms = random.sample(open_ones, k=min(FIRMS, len(open_ones)))
    names = [_as_written(firm.record.name, place, random.choice(CHARACTERS)) for place, firm in enumerate(firms)]
    with at_work(LAST_DAY):
        rows = actions.match_names(
            names=list(dict.fromkeys(names)), source=SOURCE, county=city.regions["city"],
            by=city.system("planner"), on=LAST_DAY,
        )  # fmt: skip
    city.counts["names without a code"] = len(rows)


def _as_written(name: str, place: int, other: str) -> str:
    """A firm's name as a letter has it: without its form, without its place too, with a slip, or cut short."""
    short = next((name.removesuffix(form) for form in FORMS.values() if form and name.endswith(form)), name)
    core = short[2:]
    written = (short + "公司", core[:2] + "公司", core[:1] + other + core[2:], core[1:3] + "公司", core[:3] + "商行")
    return written[place % len(written)]
