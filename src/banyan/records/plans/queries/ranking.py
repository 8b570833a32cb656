"""Ranking: which products a plan should look at first, told in numbers that anyone can recompute."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count

from banyan.base.facts.queries import facts
from banyan.base.registry.queries import Product, ProductClass
from banyan.kit import terms
from banyan.records.plans.models import Scheme

KIND = "inspection.sample_judged"


@dataclass(frozen=True)
class Risk:
    """Why a product class stands where it stands: `score` = `rate` × `makers`, the makers expected to fail.

    `rate` is the failure rate shrunk towards that of all classes of the scheme, so that three samples without a
    failure do not make a product safe; a serious failure counts as two where the rules grade failures. It is
    None, and the makers alone decide, where nothing of the scheme was judged yet.
    """

    product_class: str
    score: float
    rate: float | None
    makers: int
    judged: int
    failed: int
    serious: int

    @property
    def reasons(self) -> dict[str, Any]:
        """What the plan line keeps, so that the rank can be followed."""
        return ({} if self.rate is None else {"rate": round(self.rate, 6)}) | {
            "makers": self.makers, "judged": self.judged, "failed": self.failed,
            "serious": self.serious,
        }  # fmt: skip


def risks(*, scheme: str, region: Any, on: date, classes: Collection[str] | None = None) -> list[Risk]:
    """The product classes made in a region, the one with most failing makers to expect first.

    Only checks of the same scheme count, and only those of the years before `on` that the packs name.
    """
    made = makers_by_class(region=region)
    if classes is None:
        made = {key: makers for key, makers in made.items() if key in classes_of(scheme)}
    wanted = sorted(set(made) if classes is None else set(classes))
    if not wanted:
        return []
    years, _where = terms.value("plans.years_looked_back", on=on)
    past = failures_by_class(scheme=scheme, since=date(on.year - int(years or 3), 1, 1), before=on)
    judged = np.array([past.get(key, (0, 0, 0))[0] for key in wanted])
    failed = np.array([past.get(key, (0, 0, 0))[1] for key in wanted])
    serious = np.array([past.get(key, (0, 0, 0))[2] for key in wanted])
    if judged.sum():
        from banyan.science import rates  # heavy: most commands rank nothing

        passing = rates.beta_binomial(judged - failed, judged).value
        share = np.divide(serious, failed, out=np.zeros(len(wanted)), where=failed > 0)
        weighted = ((1 - passing) * (1 + share)).tolist()
    else:
        weighted = [None] * len(wanted)
    found = [
        Risk(key, made.get(key, 0) * (1.0 if rate is None else rate), rate, made.get(key, 0), int(judged[i]),
             int(failed[i]), int(serious[i]))
        for i, (key, rate) in enumerate(zip(wanted, weighted, strict=True))
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.score, one.product_class))


def classes_of(scheme: str) -> frozenset[str]:
    """The product classes that a scheme may check: food by the schemes for food, all else by product supervision."""
    found = ProductClass.objects.filter(withdrawn_on=None)
    if scheme in (Scheme.FOOD_SUPERVISION, Scheme.FOOD_EVALUATION, Scheme.PRODUCT_SUPERVISION):
        found = found.filter(is_food=scheme != Scheme.PRODUCT_SUPERVISION)
    return frozenset(found.values_list("pk", flat=True))


def makers_by_class(*, region: Any) -> dict[str, int]:
    """How many open firms of a region make each class of product."""
    return dict(_made_in(region).values_list("product_class").annotate(makers=Count("maker", distinct=True)))


def makers_by_county(*, region: Any, product_class: str) -> dict[str, int]:
    """How many open firms make a class of product in each county of a region."""
    made = _made_in(region).filter(product_class=product_class)
    return dict(
        made.values_list("maker__county").annotate(makers=Count("maker", distinct=True)).order_by("maker__county")
    )


def failures_by_class(*, scheme: str, since: date, before: date) -> dict[str, tuple[int, int, int]]:
    """Samples judged, failed and gravely failed per class of product, of one scheme, by the facts."""
    told = facts([KIND], years=range(since.year, before.year + 1))
    told = told.filter(told.scheme == scheme, told.happened_on >= since, told.happened_on < before)
    told = told.filter(told["product"].notnull())
    table = told.group_by("product").agg(
        judged=told.count(), failed=(~told.passed).sum(), serious=(told.grade == "serious").sum()
    )
    rows = table.to_pyarrow().to_pylist()
    return {row["product"]: (row["judged"], row["failed"] or 0, row["serious"] or 0) for row in rows}


def _made_in(region: Any) -> Any:
    return Product.objects.filter(
        withdrawn_on=None, maker__withdrawn_on=None, maker__closed_on=None,
        maker__county__path__startswith=region.path,
    ).order_by()  # fmt: skip
