"""The order of the next inspections: each firm with its probability of a failure and what speaks for it."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from banyan.base.registry.queries import Product
from banyan.insight.risk.queries.enough import TooLittle, demand_findings, telling
from banyan.insight.risk.queries.past import GOODS, LAST, SHARE, SIGNS, SINCE, TARGETED, past_of
from banyan.kit import terms, titles
from banyan.kit.refusals import BadRequest, Refused
from banyan.records.plans.queries import Scheme
from banyan.science import risk

RANDOM_SHARE = "risk.random_share"
SCHEMES = (Scheme.PRODUCT_SUPERVISION, Scheme.FOOD_SUPERVISION, Scheme.FOOD_EVALUATION, Scheme.RISK_MONITORING)
PLACES, MOST_PLACES = 50, 500
LEAST_REASON = 0.05
"""What adds less to the log-odds than this is no reason that anybody needs to read."""


@dataclass(frozen=True)
class Place:
    """A firm's place in the order."""

    rank: int
    firm: str
    county: str
    goods: str
    probability: float
    reasons: tuple[str, ...]


def places_at_random(places: int, *, on: date) -> int:
    """How many of the places of a draw stay random by the rule in force; all of them where there is none."""
    share, _where = random_share(on=on)
    return places if share is None else math.ceil(places * share)


def scheme_asked(given: str) -> str:
    """The scheme that a person asks an order for. Raises BadRequest for one that nothing can be learnt from."""
    if given not in SCHEMES:
        raise BadRequest(
            _("An order for the scheme “%(scheme)s” was asked for.") % {"scheme": given[:40]},
            _("There is no such scheme, or its samples tell nothing of the market."),
            _("Choose one of these: %(schemes)s.")
            % {"schemes": titles.listed([f"{one.label} ({one.value})" for one in SCHEMES])},
        )
    return str(Scheme(given))


def places_asked(given: str) -> int:
    """The places of a draw that a person asks for. Raises BadRequest for what is no such number."""
    if not (given.isdecimal() and len(given) <= len(str(MOST_PLACES)) and 1 <= int(given) <= MOST_PLACES):
        raise BadRequest(
            _("An order of “%(places)s” places was asked for.") % {"places": given[:20]},
            _("A draw has from 1 to %(most)s places.") % {"most": MOST_PLACES},
            _("Give a number between them."),
        )
    return int(given)


def random_share(*, on: date) -> tuple[float | None, str]:
    """The share of a draw that stays random, and where it is written; None where no rule is in force."""
    share, where = terms.value(RANDOM_SHARE, on=on)
    return None if share is None else float(share), where


def order(*, scheme: str, on: date, counties: Collection[str] | None = None) -> list[Place]:
    """The firms that make goods which the scheme sampled before, the one most likely to fail first.

    Learnt from all samples of the scheme known on the day; `counties` limits which firms are told. A firm stands by
    the most dangerous of its goods. Raises Refused where too few samples failed or passed to learn from.
    """
    past = past_of(scheme=scheme, on=on)
    sampled = set(past.goods.tolist())
    made = Product.objects.filter(
        withdrawn_on=None, maker__withdrawn_on=None, maker__closed_on=None, product_class__in=sampled
    )
    pairs = sorted(set(made.values_list("maker", "product_class", "maker__county")))
    if not pairs:
        return []
    firms, goods, places = (np.array([pair[place] or "" for pair in pairs], dtype=object) for place in range(3))
    rows, names, own = past.features(firms=firms.tolist(), goods=goods.tolist(), on=on)
    try:
        demand_findings(past.failed)
        told = telling(rows[: len(past)], names, passive={TARGETED})
    except TooLittle as why:
        raise too_little(scheme, on, why) from why
    rows, names = rows[:, told], [names[place] for place in told]
    model = risk.fit_ranking(
        rows[: len(past)], past.failed, day=past.day, names=names, sign=[SIGNS[name] for name in names],
        nuisance=[name for name in names if name == TARGETED],
    )  # fmt: skip
    ranked = model.rank(rows[len(past) :])
    best: dict[str, Place] = {}
    taken, found = own.inspections[len(past) :], own.findings[len(past) :]
    for one in np.argsort(ranked.rank).tolist():
        if firms[one] not in best:
            best[firms[one]] = Place(
                len(best) + 1, firms[one], places[one], goods[one], float(ranked.probability[one]),
                _reasons(names, ranked.contribution[one], rows[len(past) + one], int(taken[one]), int(found[one])),
            )  # fmt: skip
    return [one for one in best.values() if counties is None or one.county in counties]


def too_little(scheme: str, on: date, why: TooLittle) -> Refused:
    """That samples do not suffice to learn an order from, in words."""
    return Refused(
        _("The order of inspections of the scheme “%(scheme)s” on %(day)s was asked for.")
        % {"scheme": Scheme(scheme).label, "day": on},
        _("Its judged samples do not suffice to learn from: %(why)s.") % {"why": why},
        _("Draw at random until more samples were judged."),
        code="too-few-samples",
    )


def _reasons(names: Any, contribution: Any, row: Any, taken: int, found: int) -> tuple[str, ...]:
    """What raises a firm above the average, the strongest first."""
    value = dict(zip(names, row.tolist(), strict=True))
    words = {
        SHARE: _("%(found)s of its %(taken)s samples failed") % {"found": found, "taken": taken},
        LAST: _("its last sample failed"), GOODS: _("its goods fail more often than others"),
        SINCE: _("last sampled %(years).1f years ago") % {"years": value.get(SINCE, math.nan)} if taken else "",
    }  # fmt: skip
    order_ = np.argsort(-contribution).tolist()
    told = [words.get(names[one], "") for one in order_ if contribution[one] >= LEAST_REASON]
    return tuple(filter(None, told)) or (_("nothing raises it above the average"),)
