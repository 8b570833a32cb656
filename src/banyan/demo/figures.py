"""Figures of others to compare with, and what the city publishes each quarter. All of them are invented."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction

from banyan import policy
from banyan.base.facts import actions as facts
from banyan.demo.city import City
from banyan.insight.indicators import actions
from banyan.kit import Refused

SOURCE = "演示用虚构数值，非真实公布数据"
# key, base, change a year
FIGURES = (
    ("province_average.national_pass_rate", 0.925, 0.004), ("province_average.provincial_pass_rate", 0.921, 0.005),
    ("province_average.food_pass_rate", 0.957, 0.003), ("province_average.export_pass_rate", 0.972, 0.001),
    ("nation_average.national_pass_rate", 0.918, 0.004), ("nation_average.food_national_pass_rate", 0.955, 0.003),
)  # fmt: skip
PUBLISHED = ("provincial_pass_rate", "national_pass_rate", "city_pass_rate", "food_pass_rate", "food_city_pass_rate")
TOO_FEW_CAME = "too-few-came"
VISITS = ("inspection.refused", "inspection.not_sampled")  # told beside each rate of samples


def reference(city: City, *, year: int, on: date) -> None:
    """Enter what province and nation "published" for the year before."""
    random = city.random(f"reference figures {year}")
    for key, base, change in FIGURES:
        value = Decimal(str(round(base + change * (year - 2022) + random.gauss(0, 0.003), 4)))
        actions.enter_reference_figure(
            figure=key, period=year, value=value, n=random.randrange(4_000, 30_000), source=SOURCE,
            published_on=on - timedelta(days=2), by=city.system("planner"), on=on,
        )  # fmt: skip


def publish(city: City, *, quarter_end: date, on: date) -> None:
    """Publish the quarter's figures, three weeks after its end, as they are known by then."""
    book = policy.load(settings.BANYAN_PACKS)
    facts.collect(
        on=on, only={*VISITS, *(kind for key in PUBLISHED for kind in book.indicator(key, on=on).fact_kinds)}
    )
    quarter = (quarter_end.month + 2) // 3
    do: dict[str, Any] = {"by": city.system("planner"), "on": on}
    for key in PUBLISHED:
        title = f"福州市{quarter_end.year}年第{quarter}季度质量状况（示例）"
        what: dict[str, Any] = {"indicator": key, "figures_on": quarter_end, "title": title, **do}
        try:
            with transaction.atomic():
                published = actions.publish(**what, breakdowns=((), ("county",)))
        except Refused as refusal:  # a small city: what few records came to since the last quarter would be told
            if refusal.code != TOO_FEW_CAME:
                raise
            published = actions.publish(**what, breakdowns=((),))
        city.counts["publications"] += len(published)
