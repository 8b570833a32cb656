"""Risk: injury scenarios through a matrix, and the order of inspections with its evaluation.

How dangerous a product is and what that hangs on; whom to visit first and whether that order deserves trust.

Examples
--------
A cord can strangle a child in three steps. Half of a tenth of a fiftieth is one in a thousand, exactly:

>>> import numpy as np
>>> from banyan.science import risk
>>> matrix = risk.risk_matrix(
...     levels=["low", "medium", "serious"],
...     bands=[("above 1/100", "1/100"), ("above 1/10,000", "1/10000"), ("less", 0)],
...     cells={"above 1/100": ["medium", "serious"], "above 1/10,000": ["low", "medium"], "less": ["low", "low"]},
... )
>>> cord = risk.scenario("cord strangles", steps=["1/2", "1/10", "1/50"], severity=2)
>>> product = risk.assess([cord], matrix=matrix)
>>> cord.probability, product.level, product.robust
(Fraction(1, 1000), 'medium', False)

The level is not robust: one assumption moved by one step changes it. The last step, alone, may be wrong tenfold:

>>> risk.step_at_which_level_changes(cord, step=2, matrix=matrix)
(Fraction(1, 500), Fraction(1, 5))

Whom to visit first: a model of 3,000 inspections, in which more findings never lower the risk, gives reasons too:

>>> random = np.random.default_rng(1)
>>> before = random.poisson(1.0, 3000)
>>> found, day = random.random(3000) < 1 / (1 + np.exp(2.5 - before)), np.arange(3000) // 10
>>> known = {"day": day, "names": ["findings before"], "sign": [1]}
>>> ranked = risk.fit_ranking(before[:, None], found, **known).rank([[0], [3], [1]])
>>> ranked.rank.tolist(), ranked.probability.round(2).tolist()
([3, 1, 2], [0.07, 0.66, 0.17])

Judged on days that each model had not seen: findings come 11.7 days earlier than by date, and the first tenth of the
visits finds 2.9 times the average. `bench/inspection_order.py` prints the same of 17,823 real inspections:

>>> judged = risk.backtest(before[:, None], found, start=120, **known)
>>> round(judged.gain, 1), judged.precision.lift.round(1).tolist()
(11.7, [2.9, 2.2, 1.5])
"""

from banyan.science.risk.backtests import Backtest, backtest
from banyan.science.risk.evaluation import (
    Calibration,
    DaysGained,
    Fairness,
    Precision,
    calibration,
    days_gained,
    fairness,
    precision_at,
)
from banyan.science.risk.history import Earlier, categories, earlier, past_log_odds
from banyan.science.risk.ranking import LEAST_FOUND, Ranked, RankingModel, fit_ranking
from banyan.science.risk.scenarios import (
    DIGITS,
    Assessed,
    Matrix,
    ProductRisk,
    Scenario,
    Shift,
    assess,
    exact,
    risk_matrix,
    scenario,
    step_at_which_level_changes,
)

__all__ = [
    "DIGITS",
    "LEAST_FOUND",
    "Assessed",
    "Backtest",
    "Calibration",
    "DaysGained",
    "Earlier",
    "Fairness",
    "Matrix",
    "Precision",
    "ProductRisk",
    "Ranked",
    "RankingModel",
    "Scenario",
    "Shift",
    "assess",
    "backtest",
    "calibration",
    "categories",
    "days_gained",
    "earlier",
    "exact",
    "fairness",
    "fit_ranking",
    "past_log_odds",
    "precision_at",
    "risk_matrix",
    "scenario",
    "step_at_which_level_changes",
]
