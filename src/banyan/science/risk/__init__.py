"""Risk: injury scenarios through a matrix, and the order of inspections with its evaluation."""

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
from banyan.science.risk.ranking import Ranked, RankingModel, fit_ranking
from banyan.science.risk.scenarios import (
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
