"""Rates: intervals, survey estimates, comparisons, shrinkage, funnels, verdicts and suppression.

What a count of passed among tested says, and what it does not.

Examples
--------
Three counties tested 100, 50 and 12 batches. Is the target of 95 % met? No interval says so; the odds differ:

>>> from banyan.science import rates
>>> passed, tested = [97, 48, 12], [100, 50, 12]
>>> low, high = rates.binomial_interval(passed, tested)
>>> low.round(3).tolist(), high.round(3).tolist()
([0.915, 0.865, 0.758], [0.99, 0.989, 1.0])
>>> rates.verdict(low, high, 0.95).tolist()
['cannot be told', 'cannot be told', 'cannot be told']
>>> rates.probability_target_met(passed, tested, target=0.95).round(3).tolist()
[0.819, 0.59, 0.738]

Twelve of twelve is no 100 %: among its like, the third county is drawn towards the common rate:

>>> rates.beta_binomial(passed, tested).value.round(3).tolist()
[0.967, 0.956, 0.973]

Firms drawn with unequal probabilities are weighted, and all of stratum b was drawn, so it adds no variance:

>>> drawn = rates.stratified_rate(
...     [1, 1, 0, 1, 1, 1, 1, 0], stratum=list("aaaabbbb"), weight=[50] * 4 + [1] * 4, population={"a": 200, "b": 4}
... )
>>> round(drawn.value, 3), round(drawn.low, 3), round(drawn.high, 3)
(0.75, 0.112, 0.986)

Better than last year? Many comparisons are judged together. And what stands out among laboratories of all sizes?

>>> gap = rates.difference([97, 48], [100, 50], [85, 47], [100, 50])
>>> gap.value.round(3).tolist(), rates.benjamini_hochberg(gap.p_value).rejected.tolist()
([0.12, 0.02], [True, False])
>>> rates.funnel([18, 95, 150, 480], [20, 100, 200, 500]).outside[0].tolist()
[0, 0, -1, 1]

A small count in a published table is hidden with three others, so that nobody works it out from the totals:

>>> table = rates.suppress([[20, 30, 2], [25, 40, 35], [15, 18, 9]], threshold=5)
>>> int(table.hidden.sum()), float(table.low[0, 2]), float(table.high[0, 2])
(4, 0.0, 11.0)
"""

from banyan.science.rates.blocks import closes_circle, hide_block, hide_cells, hide_growth, hide_line
from banyan.science.rates.calibration import CalibratedWeights, calibrated_weights, post_stratified_rate
from banyan.science.rates.comparisons import Comparison, difference, ratio
from banyan.science.rates.designs import RateEstimate
from banyan.science.rates.funnel import Funnel, FunnelLimits, funnel, funnel_limits
from banyan.science.rates.intervals import binomial_interval
from banyan.science.rates.shrinkage import ShrunkRates, beta_binomial
from banyan.science.rates.small_areas import FayHerriot, fay_herriot
from banyan.science.rates.standardised import Standardised, standardised
from banyan.science.rates.suppression import Suppression, suppress, with_totals
from banyan.science.rates.surveys import rate_from_sums, stratified_rate
from banyan.science.rates.targets import Discoveries, benjamini_hochberg, probability_target_met, verdict

__all__ = [
    "CalibratedWeights",
    "Comparison",
    "Discoveries",
    "FayHerriot",
    "Funnel",
    "FunnelLimits",
    "RateEstimate",
    "ShrunkRates",
    "Standardised",
    "Suppression",
    "benjamini_hochberg",
    "beta_binomial",
    "binomial_interval",
    "calibrated_weights",
    "closes_circle",
    "difference",
    "fay_herriot",
    "funnel",
    "funnel_limits",
    "hide_block",
    "hide_cells",
    "hide_growth",
    "hide_line",
    "post_stratified_rate",
    "probability_target_met",
    "rate_from_sums",
    "ratio",
    "standardised",
    "stratified_rate",
    "suppress",
    "verdict",
    "with_totals",
]
