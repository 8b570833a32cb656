"""Time rank intervals of 13 counties × 40 indicators over 10,000 draws, against one draw after another.

The peer that runs here is the plain way in numpy: per draw, normalise, weight, take the means up the tree, rank.
COINr's own sensitivity analysis would be the peer of choice; it needs R packages that the distribution does not
carry, so it is not run. Its published example regenerates once in about 0.15 s, which is not measured here and
not used in the ratio. Limit: 50 times the plain way.
"""

from __future__ import annotations

import platform
import sys
import time

import numpy as np

from banyan.science import composite

UNITS, INDICATORS, GROUPS, DRAWS, LIMIT, PLAIN_DRAWS = 13, 40, 8, 10_000, 50.0, 500
NOISE = 0.25
MEANS = ("arithmetic", "geometric")
SCALES = ({"normalisation": "minmax", "scale": (1, 100)}, {"normalisation": "zscore", "scale": (100, 15)})


def made_up() -> tuple[np.ndarray, composite.Tree]:
    """Return a seeded data set and a tree of 40 indicators in 8 groups in 2 halves."""
    codes = [f"i{k:02d}" for k in range(INDICATORS)]
    parent = {code: f"g{k % GROUPS}" for k, code in enumerate(codes)}
    parent |= {f"g{g}": f"h{g % 2}" for g in range(GROUPS)} | {"h0": "all", "h1": "all"}
    direction = dict.fromkeys(codes[::5], -1)
    tree = composite.index_tree(codes, parent=parent, direction=direction)
    return np.random.default_rng(7).gamma(4.0, 3.0, (UNITS, INDICATORS)), tree


def plain_rank(values: np.ndarray, tree: composite.Tree, random: np.random.Generator) -> np.ndarray:
    """Return the ranks of one draw, made from the raw figures as in a textbook."""
    mean, scale = MEANS[random.integers(2)], random.integers(2)
    x = values * tree.direction
    if scale == 0:
        x = 1 + 99 * (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))
    else:
        x = 100 + 15 * (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    for level, weight in enumerate(tree.weights):
        noisy = weight * (1 + NOISE * (2 * random.random(len(weight)) - 1))
        groups = []
        for g in range(len(tree.codes[level + 1])):
            held = tree.parents[level] == g
            w = noisy[held] / noisy[held].sum()
            groups.append(x[:, held] @ w if mean == "arithmetic" else np.exp(np.log(x[:, held]) @ w))
        x = np.column_stack(groups)
    score = x[:, 0]
    return 1 + (score[None, :] > score[:, None]).sum(axis=1)


def main() -> int:
    """Run both, compare their means, print the figures; return 1 when the limit is missed."""
    values, tree = made_up()
    alternatives = {"means": [{"aggregation": m} for m in MEANS], "scales": list(SCALES)}

    def ours() -> composite.RankIntervals:
        return composite.rank_intervals(
            values,
            tree=tree,
            recipe=composite.Recipe(scale=(1, 100)),
            weight_noise=NOISE,
            alternatives=alternatives,
            random=np.random.default_rng(1),
            draws=DRAWS,
        )

    ours()
    random = np.random.default_rng(2)
    times, plain_times, plain = [], [], []
    for _ in range(3):
        start = time.perf_counter()
        found = ours()
        times.append(time.perf_counter() - start)
        start = time.perf_counter()
        plain += [plain_rank(values, tree, random) for _ in range(PLAIN_DRAWS)]
        plain_times.append(time.perf_counter() - start)
    fast, slow = min(times), min(plain_times) * DRAWS / PLAIN_DRAWS
    gap = np.abs(np.mean(plain, axis=0) - found.mean).max()
    if gap > 0.35:
        raise SystemExit(f"the two ways disagree by {gap:.2f} ranks: the benchmark measures nothing")
    print(f"Python {platform.python_version()}, numpy {np.__version__}; one thread, warm, best of 3")
    print(f"{UNITS} counties × {INDICATORS} indicators × {DRAWS:,} draws, 2 scales × 2 means × weights ± {NOISE:.0%}")
    print(f"  rank_intervals               {fast:8.3f} s")
    print(f"  plain numpy, draw by draw    {slow:8.3f} s   (from {PLAIN_DRAWS:,} draws)   {slow / fast:.0f} times")
    print("  COINr                        not run: not in the distribution")
    kept = slow >= LIMIT * fast
    print(f"largest difference of mean ranks {gap:.2f}; limit {LIMIT:g} times: {'kept' if kept else 'MISSED'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
