"""Our alarms beside those of R `surveillance` on its own data sets: equal or different, method by method.

The bounds and alarms that the package computed once are read from a file, so that R need not be installed;
`bench/early_warning.py` runs the package itself and has its CUSUM too. The data are not part of this project:
BANYAN_SHARED names the folder that holds them, and without it nothing is compared.
"""

from __future__ import annotations

import csv
import gzip
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from banyan.science import early_warning
from banyan.science.early_warning import Surveillance

SHARED = Path(os.environ.get("BANYAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FOLDER = SHARED / "data" / "surveillance-series"
REFERENCE = "reference_alarms_R_surveillance_1.20.3.csv.gz"
CLOSE = 1e-6

METHODS: dict[str, Callable[[np.ndarray, np.ndarray], Surveillance]] = {
    **{
        f"EARS-{name}": lambda counts, at, name=name: early_warning.ears(counts, method=name, at=at)
        for name in ("C1", "C2", "C3")
    },
    "farrington-b3w3-a0.01": lambda counts, at: early_warning.farrington(counts, at=at, years_back=3, alpha=0.01),
    "farringtonFlexible-b3w3-p10-nbPlugin-a0.01": lambda counts, at: early_warning.farrington_flexible(
        counts, at=at, years_back=3, alpha=0.01
    ),
}


def main() -> int:
    if not (FOLDER / REFERENCE).exists():
        print(f"not compared: {REFERENCE} is missing; name the folder of reference data in BANYAN_SHARED")
        return 0
    wanted: dict[tuple[str, str], list[tuple[int, float, bool]]] = defaultdict(list)
    with gzip.open(FOLDER / REFERENCE, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            upper = float(row["upperbound"]) if row["upperbound"] not in ("", "NA") else np.nan
            wanted[row["method"], row["series"]].append((int(row["t"]) - 1, upper, row["alarm"] in ("1", "TRUE")))
    all_different = 0
    for method, judge in METHODS.items():
        cells = alarms = different = 0
        worst = 0.0
        names = sorted(series for told, series in wanted if told == method)
        for series in names:
            at, upper, alarm = (np.array(part) for part in zip(*wanted[method, series], strict=True))
            told = judge(observed(series)[None, :], at)
            # A week without enough of a past has no bound: R writes 0 or nothing, and gives no alarm.
            judged = np.isfinite(upper) & np.isfinite(told.upper[0])
            away = np.abs(told.upper[0] - upper)[judged] / np.maximum(1.0, np.abs(upper[judged]))
            wrong = np.isfinite(upper) & (upper > 0) & ~np.isfinite(told.upper[0])
            different += int((away > CLOSE).sum() + wrong.sum() + (told.alarm[0] != alarm).sum())
            worst, cells, alarms = max(worst, float(away.max(initial=0))), cells + len(at), alarms + int(alarm.sum())
        verdict = "equal" if not different else f"{different} different"
        print(
            f"{method:<44} {len(names):>2} series {cells:>5} weeks {alarms:>4} alarms  worst {worst:.1e}  {verdict}"
        )
        all_different += different
    return bool(all_different)


def observed(series: str) -> np.ndarray:
    """The counts of a data set, its units added up."""
    with (FOLDER / f"{series}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row["observed"]) for row in rows])


if __name__ == "__main__":
    sys.exit(main())
