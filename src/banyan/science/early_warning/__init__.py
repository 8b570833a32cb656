"""Early warning on counts over time: many series at once, each cell with a verdict or the reason for none."""

from banyan.science.early_warning.cusum import binomial_cusum, cusum
from banyan.science.early_warning.ears import ears
from banyan.science.early_warning.farrington import farrington, farrington_flexible
from banyan.science.early_warning.likelihood import glr, outbreak_p
from banyan.science.early_warning.recent import bayes, rki
from banyan.science.early_warning.result import Surveillance

__all__ = [
    "Surveillance",
    "bayes",
    "binomial_cusum",
    "cusum",
    "ears",
    "farrington",
    "farrington_flexible",
    "glr",
    "outbreak_p",
    "rki",
]
