"""Early warning on counts over time: many series at once, each cell with a verdict or the reason for none.

Which week has more cases than its past explains, how sure that is among thousands of series, what it costs in false
alarms, and where the cases lie.

Examples
--------
Failed samples a week in three counties over six years, with a season; in the last three weeks the second has nine
failures more a week, and the third began to report only this year:

>>> import numpy as np
>>> from banyan.science import early_warning
>>> random, week = np.random.default_rng(27), np.arange(312)
>>> usual = 6 + 2 * np.cos(2 * np.pi * (week - 30) / 52)
>>> failures = random.poisson(usual, (3, 312))
>>> failures[1, 309:] += 9
>>> failures[2, :290] = 0
>>> verdict = early_warning.farrington_flexible(failures, at=[309, 310, 311], alpha=0.01)
>>> verdict.alarm.tolist()
[[False, False, False], [True, False, True], [False, False, False]]
>>> verdict.expected[1].round(1).tolist(), verdict.upper[1].round(1).tolist(), failures[1, 309:].tolist()
([5.0, 4.9, 4.9], [11.0, 11.0, 11.0], [13, 11, 12])
>>> str(verdict.reason[2, 0])
'All counts in the reference window are zero: there is nothing to compare with.'

Of many series some are high by chance. With at most one in twenty alarms false:

>>> told = early_warning.control_alarms(verdict.p_value, evaluated=verdict.reason_code == 0, rate=0.05)
>>> told.alarm.any(axis=1).tolist()
[False, True, False]

Small lasting rises add up, and where cases lie close together the map shows:

>>> early_warning.cusum(failures[:2], at=np.arange(300, 312), baseline=6.0).alarm[:, -1].tolist()
[False, True]
>>> places = [[0, 0], [0, 1], [5, 5]]
>>> found = early_warning.scan(failures[:, -8:], expected=np.full((3, 8), 6.0), location=places, seed=1)
>>> found.clusters[0].regions.tolist(), found.clusters[0].p_value
([1], 0.001)

What a method is worth on outbreaks that are known:

>>> outbreak = np.zeros((2, 52), bool)
>>> outbreak[1, 49:] = True
>>> judged = early_warning.farrington_flexible(failures[:2], at=np.arange(260, 312), alpha=0.01)
>>> worth = early_warning.evaluate(judged.alarm, outbreak)
>>> worth.sensitivity, worth.median_delay, worth.false_alarms
(1.0, 0.0, 0)
"""

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
