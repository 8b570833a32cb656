"""Rates: intervals, survey estimates, comparisons, shrinkage, funnels, verdicts and suppression."""

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
    "difference",
    "fay_herriot",
    "funnel",
    "funnel_limits",
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
