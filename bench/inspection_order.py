"""How much earlier inspections in order of risk find critical violations: Chicago's food inspections, 2011-2013.

Every window of 60 days is ordered by a model that was fitted on the days before it alone, and compared with the order
of the real dates. The city published a mean gain of 7.4 days for its own model, which uses the inspector, over two
months of 2014; the days here are others, so that figure is a mark and no bound. The data are not part of this
project: BANYAN_SHARED names the folder that holds them, and without it nothing is measured.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from banyan.science import risk

SHARED = Path(os.environ.get("BANYAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FILE = SHARED / "data" / "chicago-inspections-2011-2013" / "inspections.csv.gz"
START, PUBLISHED = date(2012, 9, 1).toordinal(), 7.4
INSPECTORS = ("blue", "brown", "green", "orange", "purple", "yellow")
DISTRICT = "past of the district"
LEAST_FINDINGS = 20  # of a district whose recall is compared


@dataclass(frozen=True)
class Inspections:
    """The inspections as arrays, with features known before each of them."""

    day: np.ndarray
    found: np.ndarray
    district: np.ndarray
    features: np.ndarray
    names: list[str]
    sign: list[int]
    inspector: np.ndarray
    inspector_names: list[str]


def read(path: Path = FILE) -> Inspections:
    """The city's file; what an inspection found never enters its own features."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    def number(column: str) -> np.ndarray:
        return np.array([float(r[column]) if r[column] not in ("", "NA") else np.nan for r in rows])

    def text(column: str) -> np.ndarray:
        return np.array([r[column] for r in rows], object)

    day = np.array([date.fromisoformat(r["Inspection_Date"]).toordinal() for r in rows])
    found = (number("criticalCount") > 0).astype(float)
    own = risk.earlier(text("License"), day=day, found=found)
    columns = {
        "critical last time": (np.sqrt(number("pastCritical")), 1),
        "serious last time": (np.sqrt(number("pastSerious")), 1),
        "failed last time": (number("pastFail"), 1),
        "years since the last": (number("timeSinceLast"), 0),
        "age": (np.log1p(np.maximum(number("ageAtInspection"), 0)), 0),
        "tobacco": (number("tobacco_retail_over_counter"), 0),
        "consumption on premises": (number("consumption_on_premises_incidental_activity"), 0),
        "sanitation complaints": (np.minimum(number("heat_sanitation"), 70), 1),
        "own share": (own.findings / (own.inspections + 2), 1),
        "facility": (risk.past_log_odds(text("Facility_Type"), day=day, found=found), 1),
        "high-risk kind": ((text("Risk") == "Risk 1 (High)").astype(float), 0),
        DISTRICT: (risk.past_log_odds(text("Zip"), day=day, found=found), 1),
    }
    inspector, inspector_names = risk.categories(text("Inspector_Assigned"), name="inspector", known=INSPECTORS)
    return Inspections(
        day, found, text("Zip"), np.column_stack([held for held, _ in columns.values()]), list(columns),
        [sign for _, sign in columns.values()], inspector, list(inspector_names),
    )  # fmt: skip


def judged(data: Inspections, *, inspectors: str, district: bool) -> risk.Backtest:
    """The backtest of one model: without inspectors, with them explaining only, or with them ranking too."""
    kept = [i for i, name in enumerate(data.names) if district or name != DISTRICT]
    features, names = data.features[:, kept], [data.names[i] for i in kept]
    sign = [data.sign[i] for i in kept]
    if inspectors == "left out":
        return risk.backtest(features, data.found, day=data.day, names=names, sign=sign, start=START)
    return risk.backtest(
        np.hstack((features, data.inspector)), data.found, day=data.day,
        names=[*names, *data.inspector_names], sign=[*sign, *[0] * len(data.inspector_names)], start=START,
        nuisance=data.inspector_names if inspectors == "explain" else (),
    )  # fmt: skip


def main() -> int:
    if not FILE.exists():
        print(f"not measured: {FILE.name} is missing; name the folder of reference data in BANYAN_SHARED")
        return 0
    data = read()
    print(
        f"{len(data.day):,} inspections, {data.found.mean():.1%} with a critical violation; windows of 60 days from ",
        end="",
    )
    print(f"{date.fromordinal(START)}; published by the city for other days: {PUBLISHED} days")
    for inspectors in ("left out", "explain", "rank too"):
        for district in (False, True):
            print(f"inspectors {inspectors}, past of the district {'used' if district else 'left out'}")
            show(judged(data, inspectors=inspectors, district=district), data)
    return 0


def show(model: risk.Backtest, data: Inspections) -> None:
    """Print what one model gains, how well it is calibrated and how it falls on districts."""
    lows = [gained.mean for gained in model.gained]
    best = np.average([gained.best for gained in model.gained], weights=[gained.findings for gained in model.gained])
    findings = sum(gained.findings for gained in model.gained)
    halves = np.average(
        [(g.first_half, g.first_half_actual) for g in model.gained],
        axis=0,
        weights=[g.findings for g in model.gained],
    )
    print(f"  days gained {model.gain:5.2f} over {findings} findings in {len(lows)} windows ", end="")
    print(f"({min(lows):.1f} to {max(lows):.1f}; knowing all: {best:.1f})")
    print(f"  found in the first half of a window {halves[0]:.0%}, by dates {halves[1]:.0%}")
    p, c = model.precision, model.calibration
    for share, k, value, low, high, lift in zip(
        (0.1, 0.25, 0.5), p.k, p.precision, p.low, p.high, p.lift, strict=True
    ):
        print(f"  precision of the first {share:4.0%} ({k:5,d}) {value:.3f} [{low:.3f}, {high:.3f}], lift {lift:.2f}")
    print(f"  calibration: mean gap {c.mean_gap:.4f}, Brier {c.brier:.4f}, skill {c.skill:+.3f}")
    fair = fairness(model, data)
    known = fair.seen * fair.n >= LEAST_FINDINGS
    print(f"  {known.sum()} districts with {LEAST_FINDINGS} findings or more, a quarter visited: ", end="")
    print(f"visited {fair.visit_rate[known].min():.0%} to {fair.visit_rate[known].max():.0%}, ", end="")
    print(f"recall {fair.recall[known].min():.0%} to {fair.recall[known].max():.0%}, ", end="")
    gap = fair.stated[known] - fair.seen[known]
    print(f"stated less seen {gap.min():+.3f} to {gap.max():+.3f}")


def fairness(model: risk.Backtest, data: Inspections) -> risk.Fairness:
    """How the first quarter by probability falls on the districts (postal codes)."""
    here = ~np.isnan(model.probability)
    return risk.fairness(data.found[here], model.probability[here], group=data.district[here], k=int(here.sum() // 4))


if __name__ == "__main__":
    sys.exit(main())
