"""Early warning on counts over time: many series at once, each cell with a verdict or the reason for none."""

from banyan.science.early_warning.cusum import binomial_cusum, cusum
from banyan.science.early_warning.ears import ears
from banyan.science.early_warning.elsewhere import AgainstElsewhere, against_elsewhere
from banyan.science.early_warning.evaluation import Evaluation, evaluate
from banyan.science.early_warning.farrington import farrington, farrington_flexible
from banyan.science.early_warning.likelihood import glr, outbreak_p
from banyan.science.early_warning.multiplicity import ControlledAlarms, control_alarms
from banyan.science.early_warning.recent import bayes, rki
from banyan.science.early_warning.result import Surveillance
from banyan.science.early_warning.scan import Cluster, Scan, scan
from banyan.science.early_warning.truncated import truncated_product

__all__ = [
    "AgainstElsewhere",
    "Cluster",
    "ControlledAlarms",
    "Evaluation",
    "Scan",
    "Surveillance",
    "against_elsewhere",
    "bayes",
    "binomial_cusum",
    "control_alarms",
    "cusum",
    "ears",
    "evaluate",
    "farrington",
    "farrington_flexible",
    "glr",
    "outbreak_p",
    "rki",
    "scan",
    "truncated_product",
]
