"""A million Monte Carlo draws of ten inputs: `uncertainty.monte_carlo` beside numpy drawing and adding the same.

Bound: at most 2 × the time of numpy, although ours also finds mean, standard deviation and coverage interval.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from banyan.science.uncertainty import Input, monte_carlo

DRAWS, BOUND, ROUNDS = 1_000_000, 2.0, 7
INPUTS = {f"x{i}": Input.normal(10.0 + i, 0.1 * (i + 1)) for i in range(7)} | {
    f"x{i}": Input.rectangular(i, 0.5) for i in range(7, 10)
}


def add(**x: np.ndarray) -> np.ndarray:
    return sum(x.values())


def by_numpy() -> np.ndarray:
    random = np.random.default_rng(1)
    total = np.zeros(DRAWS)
    for i in range(7):
        total += random.normal(10.0 + i, 0.1 * (i + 1), DRAWS)
    for i in range(7, 10):
        total += random.uniform(i - 0.5, i + 0.5, DRAWS)
    return total


def turn_about(*calls: Callable[[], object]) -> list[float]:
    """Median wall time of each call, taken in turn so that a busy machine hits all alike."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS + 1):
        for call, times in zip(calls, taken, strict=True):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return [median(times[1:]) for times in taken]


def main() -> int:
    found, reference = monte_carlo(add, INPUTS, seed=1, draws=DRAWS), by_numpy()
    assert abs(found.u / reference.std() - 1) < 5e-3
    ours, theirs = turn_about(lambda: monte_carlo(add, INPUTS, seed=1, draws=DRAWS), by_numpy)
    print(f"{DRAWS:,} draws of {len(INPUTS)} inputs; numpy {np.__version__}; warm, median of {ROUNDS} turns")
    print(f"ours {ours * 1e3:.0f} ms   numpy drawing and adding {theirs * 1e3:.0f} ms   ", end="")
    print(f"{ours / theirs:.2f} × its time (bound {BOUND:g} ×)")
    return int(ours > BOUND * theirs)


if __name__ == "__main__":
    sys.exit(main())
