"""Early warning on many series: `banyan.science.early_warning` beside R `surveillance`, on the same data in one run.

Bounds: Farrington flexible on 1,000 series × 52 weeks, 4 and 5 years back, at least 200 × faster with the same
result; EARS and CUSUM on 100,000 series × 300 weeks at least 300 × faster; 100,000 series in bounded memory.
All times are processor time of one core. R runs on some of the series and its time is scaled up linearly: it takes
them one at a time, so that all of them would take minutes to hours. With the argument `many` the 100,000 series run
alone, without R.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import scipy

from banyan.science import early_warning
from banyan.science.early_warning import Surveillance

INSTALL = "apt-get install -y --no-install-recommends r-base-core r-cran-surveillance"
SERIES, WEEKS, EVALUATED = 1_000, 320, 52
FARRINGTON_IN_R, SHORT_IN_R = 40, 200
MANY, SHORT_WEEKS, BASELINE_WEEKS = 100_000, 300, 52
EARS = ("C1", "C2", "C3")
WORKING_MB = 300
"""What the whole process may hold beside the counts of 100,000 series and their verdicts, libraries included."""

# earsC and cusum are called on the whole matrix, as the package offers it; printing is turned off.
R_SCRIPT = """
suppressMessages(library(surveillance))
folder <- commandArgs(TRUE)[1]
seconds <- function(call) { gc(); sum(system.time(call)[1:2]) }
told <- function(name, took, result) {
  cat(name, took, "\\n", file = file.path(folder, "seconds.txt"), append = TRUE)
  for (part in c("upperbound", "alarm"))
    write.table(1 * slot(result, part), file.path(folder, paste0(name, "_", part, ".txt")),
                row.names = FALSE, col.names = FALSE)
}
weekly <- function(name) sts(t(as.matrix(read.table(file.path(folder, name)))), frequency = 52)
long <- weekly("long.txt")
for (years in 4:5) {
  control <- list(range = (nrow(long) - 51):nrow(long), b = years, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26,
                  pThresholdTrend = 1, weightsThreshold = 2.58, thresholdMethod = "nbPlugin", alpha = 0.05,
                  glmWarnings = FALSE)
  took <- seconds(result <- suppressWarnings(farringtonFlexible(long, control)))
  told(paste0("farrington", years), took, result)
}
short <- weekly("short.txt")
for (method in c("C1", "C2", "C3")) {
  took <- seconds(result <- earsC(short, list(method = method, alpha = 0.001)))
  told(method, took, result)
}
silent <- function(call) { capture.output(result <- call); result }
took <- seconds(result <- silent(cusum(short, list(range = 53:nrow(short), k = 1.04, h = 2.26, trans = "rossi"))))
told("cusum", took, result)
cat("surveillance", as.character(packageVersion("surveillance")), "on", R.version.string,
    file = file.path(folder, "version.txt"))
"""


def invented(series: int, weeks: int, *, seed: int) -> np.ndarray:
    """Negative binomial counts with a season and a slow trend, whole numbers."""
    random, time_axis = np.random.default_rng(seed), np.arange(weeks)
    counts = np.empty((series, weeks))
    for first in range(0, series, 10_000):
        rows = min(10_000, series - first)
        height, shift = random.gamma(2.0, 6.0, (rows, 1)), random.integers(0, 52, (rows, 1))
        season = 0.4 * np.cos(2 * np.pi * (time_axis - shift) / 52) + random.normal(0, 0.001, (rows, 1)) * time_axis
        mean = height * np.exp(season)
        counts[first : first + rows] = random.negative_binomial(4, 4 / (4 + mean))
    return counts


def peer(long: np.ndarray, short: np.ndarray) -> tuple[dict[str, float], dict[str, np.ndarray], str] | None:
    """Seconds and results of R by name, and its version; None where it is missing."""
    program = shutil.which("Rscript")
    asked = [program or "", "-e", "stopifnot(requireNamespace('surveillance', quietly = TRUE))"]
    if not program or subprocess.run(asked, capture_output=True, check=False).returncode:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savetxt(folder / "long.txt", long, fmt="%d")
        np.savetxt(folder / "short.txt", short, fmt="%d")
        (folder / "run.R").write_text(R_SCRIPT)
        subprocess.run([program, str(folder / "run.R"), name], check=True, stdout=subprocess.DEVNULL)
        seconds = dict(line.split() for line in (folder / "seconds.txt").read_text().splitlines())
        results = {file.stem: np.genfromtxt(file).T for file in folder.glob("*_*.txt")}
        return {key: float(value) for key, value in seconds.items()}, results, (folder / "version.txt").read_text()


def processor_time(call: Callable[[], Surveillance], *, rounds: int) -> float:
    """Median processor time of a call, after one that warms memory and caches."""
    taken = []
    for _ in range(rounds + 1):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return median(taken[1:])


def differences(verdict: Surveillance, results: dict[str, np.ndarray], name: str) -> int:
    """How many cells have another alarm than R, or a bound that differs by more than a millionth."""
    upper = results[f"{name}_upperbound"]
    alarm = results[f"{name}_alarm"] == 1
    # R leaves out the first times, which have no baseline.
    ours, shown = (part[: upper.shape[0], -upper.shape[1] :] for part in (verdict.upper, verdict.alarm))
    same = np.isclose(ours, upper, rtol=1e-6, atol=1e-6, equal_nan=True)
    return int((~same | (shown != alarm)).sum())


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    if sys.argv[1:] == ["many"]:  # the 100,000 series alone, without R
        return bool(many_series())
    missed = many_series()  # first, while the peak of memory is still that of this work alone
    long, short = invented(SERIES, WEEKS, seed=20131), invented(MANY, SHORT_WEEKS, seed=20132)
    answer = peer(long[:FARRINGTON_IN_R], short[:SHORT_IN_R])
    if answer is None:
        print(f"R with the package surveillance is missing: {INSTALL}")
        return 1
    seconds, results, version = answer
    print(f"{version}; numpy {np.__version__}, scipy {scipy.__version__}; processor time of one core, median of 3")
    print(f"R on {FARRINGTON_IN_R} of {SERIES:,} series (Farrington) and {SHORT_IN_R} of {MANY:,} (others), ", end="")
    print("scaled linearly")
    latest = np.arange(WEEKS - EVALUATED, WEEKS)
    for years in (4, 5):

        def flexible(counts: np.ndarray = long, years: int = years) -> Surveillance:
            return early_warning.farrington_flexible(counts, at=latest, years_back=years)

        ours, theirs = processor_time(flexible, rounds=3), seconds[f"farrington{years}"] * SERIES / FARRINGTON_IN_R
        wrong = differences(flexible(long[:FARRINGTON_IN_R]), results, f"farrington{years}")
        missed += line(f"Farrington, {years} years", ours, theirs, 200.0, wrong, results[f"farrington{years}_alarm"])

    times = np.arange(BASELINE_WEEKS, SHORT_WEEKS)
    calls = {method: lambda counts, method=method: early_warning.ears(counts, method=method) for method in EARS}
    calls["cusum"] = lambda counts: early_warning.cusum(counts, at=times)
    together, theirs_together = 0.0, 0.0
    for name, call in calls.items():
        ours = processor_time(lambda call=call: call(short), rounds=3)
        theirs = seconds[name] * MANY / SHORT_IN_R
        wrong = differences(call(short[:SHORT_IN_R]), results, name)
        title = f"EARS {name}" if name in EARS else "CUSUM"
        missed += line(title, ours, theirs, None, wrong, results[f"{name}_alarm"])
        if name == "cusum":
            each = theirs / MANY * 1e3
            print(f"{'':<20} (R's cusum is a cumulative sum, {each:.2f} ms a series; the bound is on both)")
        together, theirs_together = together + ours, theirs_together + theirs
    missed += line("EARS and CUSUM", together, theirs_together, 300.0, 0, None)
    print("missed: " + ", ".join(missed) if missed else "all bounds reached")
    return bool(missed)


def line(
    name: str, ours: float, theirs: float, bound: float | None, wrong: int, compared: np.ndarray | None
) -> list[str]:
    """Print one comparison; return its name if a bound is missed or a cell differs."""
    ratio = theirs / ours
    against = " (no bound by itself)" if bound is None else f" (bound {bound:g} ×)"
    cells = "" if compared is None else f"   {wrong} of {compared.size:,} cells differ"
    print(f"{name:<20} ours {ours:7.2f} s   R {theirs:9.1f} s   {ratio:6.0f} × faster{against}{cells}")
    return [name] if wrong or (bound is not None and ratio < bound) else []


def many_series() -> list[str]:
    """Farrington flexible on 100,000 series × 52 weeks: what the whole process needs beside counts and verdicts."""
    counts = invented(MANY, WEEKS, seed=20133)
    start = time.process_time()
    verdict = early_warning.farrington_flexible(counts, at=np.arange(WEEKS - EVALUATED, WEEKS))
    took, held = time.process_time() - start, counts.nbytes / 2**20
    owned = [part for part in vars(verdict).values() if isinstance(part, np.ndarray) and 0 not in part.strides]
    answers = sum(part.nbytes for part in owned) / 2**20
    beside = peak_mb() - held - answers
    print(
        f"{MANY:,} series × {EVALUATED} weeks, 5 years back: {took:.1f} s; peak of the process {peak_mb():,.0f} MB: ",
        end="",
    )
    print(f"{held:,.0f} MB counts, {answers:,.0f} MB verdicts and {beside:,.0f} MB all else (bound {WORKING_MB} MB)")
    return ["memory"] if beside > WORKING_MB else []


if __name__ == "__main__":
    sys.exit(main())
