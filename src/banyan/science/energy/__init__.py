"""Energy: carriers converted, weather-normal baselines and savings, use per product, complete days, meter balance.

Factors, gates and limits are passed in, for they are decreed or agreed; nothing here knows a number of a year.
A missing day, factor or output is refused or named, never an unnoticed gap in a sum. Baselines are fitted to days,
billing periods or hours.

Examples
--------
From readings to a verdict on a measure: whole days, the baseline of the year before, its gates, the saving.

>>> import numpy as np
>>> from banyan.science import energy
>>> random = np.random.default_rng(11)
>>> day = np.arange(730)
>>> weather = 18 + 11 * np.sin(day / 58.1) + random.normal(0, 2, 730)
>>> used = 300 + 14 * np.maximum(weather - 22, 0) + random.normal(0, 12, 730)
>>> used[365:] *= 0.9
>>> before = energy.baseline(used[:365], weather[:365], unit="degC")
>>> before.model[0].item(), before.parameters[0].item(), energy.gates(before, cvrmse=0.2, nmbe=0.005).passed.tolist()
('cdd_only', 3.0, [True])
>>> found = energy.savings(before, used[365:], weather[365:], level=0.9)
>>> bool(found.low[0] < 0.1 * (used[365:] / 0.9).sum() < found.high[0]), found.share.round(2).tolist()
(True, [0.1])

The saving in coal equivalent, by the factor of the day:

>>> table = [energy.Factor("electricity", 0.1229, "kgce/kWh", start="2008-06-01", source="GB/T 2589")]
>>> saved = energy.coal_equivalent(found.value, energy="electricity", unit="kWh", on="2014-12-31", factors=table)
>>> saved.unit, saved.source
('kgce', ('GB/T 2589',))
"""

from banyan.science.energy.balances import Balance, meter_balance
from banyan.science.energy.baselines import Baseline, Loads, baseline
from banyan.science.energy.billing import billing_baseline, billing_savings
from banyan.science.energy.completeness import DayTotals, day_totals, register_days
from banyan.science.energy.conversion import Converted, Factor, carbon_dioxide, coal_equivalent, quantity_used
from banyan.science.energy.day_boundaries import DayShift, day_shift
from banyan.science.energy.fit_quality import FitQuality
from banyan.science.energy.hourly import HourlyBaseline, hourly_baseline
from banyan.science.energy.intensity import Intensity, per_product
from banyan.science.energy.verification import Gates, Savings, gates, savings

__all__ = [
    "Balance",
    "Baseline",
    "Converted",
    "DayShift",
    "DayTotals",
    "Factor",
    "FitQuality",
    "Gates",
    "HourlyBaseline",
    "Intensity",
    "Loads",
    "Savings",
    "baseline",
    "billing_baseline",
    "billing_savings",
    "carbon_dioxide",
    "coal_equivalent",
    "day_shift",
    "day_totals",
    "gates",
    "hourly_baseline",
    "meter_balance",
    "per_product",
    "quantity_used",
    "register_days",
    "savings",
]
