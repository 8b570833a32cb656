"""Space-time scan: is there a group of neighbouring regions with too many cases in the latest weeks?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from banyan.science import arguments
from banyan.science.arguments import Floats
from banyan.science.early_warning import inputs
from banyan.science.early_warning.inputs import Indices

WINDOWS_TOGETHER = 4_000_000
Stretches = tuple[Indices, Indices]


@dataclass(frozen=True)
class Cluster:
    """A group of regions over some times with more cases than expected.

    Attributes
    ----------
    regions : (n,) int
        Indices of the regions, in ascending order.
    start, end : int
        First and last time.
    observed, expected : float
    relative_risk : float
        Cases per expected case inside over the same outside; infinite if all cases lie inside.
    log_likelihood_ratio : float
    p_value : float
        Rank of the ratio among the largest ratios of the simulated maps.
    gumbel_p_value : float
        The same from a Gumbel distribution fitted to these; tells very small probabilities apart.
    """

    regions: np.ndarray
    start: int
    end: int
    observed: float
    expected: float
    relative_risk: float
    log_likelihood_ratio: float
    p_value: float
    gumbel_p_value: float


@dataclass(frozen=True)
class Scan:
    """Clusters from the most to the least likely, none sharing a region with one before it.

    `simulated` are the largest ratios of the simulated maps, `windows` the number of groups × stretches of time
    looked at, `reason` why there is no cluster (empty if there is one).
    """

    clusters: tuple[Cluster, ...]
    simulated: np.ndarray
    windows: int
    method: str
    reason: str


def scan(
    counts: ArrayLike,
    *,
    expected: ArrayLike,
    seed: int,
    location: ArrayLike | None = None,
    zones: ArrayLike | None = None,
    longest: int | None = None,
    widest: float = 0.5,
    prospective: bool = True,
    simulations: int = 999,
    most: int = 5,
) -> Scan:
    """Find the regions and times with the most surprising excess of cases, by Kulldorff's Poisson scan.

    One map a call: its simulations share the zones and totals of that map alone.

    Parameters
    ----------
    counts : (regions, time) array
        Cases per region (county, say) and time (week, say); whole numbers.
    expected : (regions, time) array
        What would be expected without a cluster, in any unit: population, number tested, or the expected counts
        of a regression. It is scaled to the total of the cases.
    seed : int
        Seed of the simulated maps; the same seed gives the same p-values.
    location : (regions, 2) array
        Where the regions lie, on a plane. The groups are then each region with its nearest neighbours.
    zones : (groups, regions) bool array
        The groups of regions themselves, instead of locations.
    longest : int, optional
        Longest stretch of time of a cluster; half of the times when left out.
    widest : float
        Largest share of the expected cases that a group of regions may hold.
    prospective : bool
        Whether only clusters that still last at the last time are looked for, or those of any time.
    simulations : int
        Simulated maps; p-values are multiples of 1 / (simulations + 1).
    most : int
        How many clusters are told at most.

    Returns
    -------
    Scan

    Raises
    ------
    ValueError
        If shapes do not fit, a count is no whole number, or an expected value is missing, zero everywhere or zero
        where there are cases; the place is named.

    Notes
    -----
    With c cases inside, e expected inside, and C cases in all, the log likelihood ratio is
    c ln(c / e) + (C - c) ln((C - c) / (C - e)) for c > e, else 0. The simulated maps share the C cases out over the
    cells in proportion to what is expected. Secondary clusters are ranked against the same largest ratios,
    which makes their p-values too large rather than too small.

    References
    ----------
    Kulldorff (1997). A spatial scan statistic. Communications in Statistics, Theory and Methods 26, 1481-1496.
    Kulldorff (2001). Prospective time periodic geographical disease surveillance using a scan statistic. Journal of
    the Royal Statistical Society A 164, 61-72.

    Examples
    --------
    >>> import numpy as np
    >>> cases = np.full((4, 10), 2)
    >>> cases[1:3, 7:] = 9
    >>> found = scan(cases, expected=np.ones((4, 10)), location=[[0, 0], [0, 1], [0, 2], [0, 9]], seed=1)
    >>> first = found.clusters[0]
    >>> first.regions.tolist(), first.start, first.end, round(first.relative_risk, 2), first.p_value
    ([1, 2], 7, 9, 4.5, 0.001)
    """
    cases = inputs.count_matrix(arguments.counts(counts, name="counts"))
    awaited = inputs.count_matrix(expected, name="expected")
    if awaited.shape != cases.shape:
        raise ValueError(f"expected has shape {awaited.shape}: that of counts, {cases.shape}, is expected")
    impossible = (cases > 0) & (awaited == 0)
    arguments.refuse_where(
        impossible, name="expected", fault="there are cases where none is expected", values=awaited
    )
    if not awaited.any():
        raise ValueError("expected is zero everywhere: there is nothing to compare with")
    length = cases.shape[1]
    longest = max(1, length // 2) if longest is None else inputs.whole(longest, name="longest", least=1)
    simulations = inputs.whole(simulations, name="simulations", least=1)
    most = inputs.whole(most, name="most", least=1)
    total = float(cases.sum())
    method = f"Kulldorff Poisson scan, {'prospective' if prospective else 'retrospective'}"
    widest = inputs.share(widest, name="widest")
    if location is not None and zones is None:
        groups = _nearest_groups(awaited.sum(axis=1), location, widest)
    elif zones is not None and location is None:
        groups = _given_groups(zones, cases.shape[0])
    else:
        raise ValueError("location and zones: exactly one of them is needed")
    stretches = _stretches(length, min(longest, length), prospective)
    windows = groups.size * stretches[0].size
    if not total:
        return Scan((), np.zeros(0), windows, method, "There is not one case in all regions.")
    share = awaited / awaited.sum()
    inside = _window_sums(share[None], groups, stretches)[0] * total
    ratios = _ratios(_window_sums(cases[None], groups, stretches)[0], inside, total)
    simulated = _simulated(share, int(total), groups, stretches, inside, simulations, seed)
    clusters = _told(cases, ratios, inside, groups, stretches, simulated, most)
    reason = "" if clusters else "No group of regions has more cases than expected."
    return Scan(clusters, arguments.sealed(simulated), windows, method, reason)


@dataclass(frozen=True)
class _Groups:
    """Groups of regions: each region with its 0, 1, 2, ... nearest, or rows of a matrix.

    `order` (regions, most) lists for each region all regions from the nearest on, itself first; `held` says which of
    these groups are looked at. `matrix` (groups, regions) replaces both where the caller gives the groups.
    """

    order: Indices
    held: np.ndarray
    matrix: Floats | None

    @property
    def size(self) -> int:
        return int(self.held.sum()) if self.matrix is None else self.matrix.shape[0]

    def sums(self, values: Floats) -> Floats:
        """Sums over each group of (maps, regions, stretches): (maps, groups, stretches); 0 for groups left out."""
        if self.matrix is not None:
            return self.matrix @ values
        sums = np.cumsum(values[:, self.order], axis=2) * self.held[:, :, None]
        return sums.reshape(values.shape[0], -1, values.shape[2])

    def members(self, group: int) -> Indices:
        """Regions of one group, in ascending order."""
        if self.matrix is not None:
            return np.flatnonzero(self.matrix[group])
        centre, size = divmod(group, self.order.shape[1])
        return np.sort(self.order[centre, : size + 1])

    def touching(self, regions: Indices) -> np.ndarray:
        """Which groups hold one of the regions."""
        if self.matrix is not None:
            return np.any(self.matrix[:, regions], axis=1).ravel()
        return np.logical_or.accumulate(np.isin(self.order, regions), axis=1).ravel()


def _given_groups(zones: ArrayLike, regions: int) -> _Groups:
    matrix = arguments.real(zones, name="zones", ndim=2)
    if matrix.shape[1] != regions:
        raise ValueError(f"zones has shape {matrix.shape}: (groups, {regions}) is expected")
    wrong = (matrix != 0) & (matrix != 1)
    arguments.refuse_where(wrong, name="zones", fault="true or false (1 or 0) is needed", values=matrix)
    if not matrix.any():
        raise ValueError("zones holds no region: at least one group of one region is needed")
    return _Groups(np.zeros((0, 0), np.int64), np.zeros((0, 0), bool), matrix[matrix.any(axis=1)])


def _nearest_groups(weight: Floats, location: ArrayLike, widest: float) -> _Groups:
    place = arguments.real(location, name="location", ndim=2)
    if place.shape != (weight.size, 2):
        raise ValueError(f"location has shape {place.shape}: ({weight.size}, 2) is expected, one pair per region")
    distance = np.hypot(*(place[:, None, :] - place[None, :, :]).transpose(2, 0, 1))
    distance[np.diag_indices_from(distance)] = -1.0  # itself first, also among regions in the same place
    order = np.argsort(distance, axis=1, kind="stable")
    held = np.cumsum(weight[order], axis=1) <= widest * weight.sum() * (1.0 + 1e-12)
    held[:, 0] = True  # a region heavier than the widest share is still looked at by itself
    most = int(held.sum(axis=1).max())
    return _Groups(order[:, :most], held[:, :most], None)


def _stretches(length: int, longest: int, prospective: bool) -> Stretches:
    """First times, and the times after the last, of every stretch looked at."""
    ends = np.arange(length, length + 1) if prospective else np.arange(1, length + 1)
    pairs = [(end - size, end) for end in ends.tolist() for size in range(1, min(longest, end) + 1)]
    start, end = np.array(pairs).T
    return start, end


def _window_sums(maps: Floats, groups: _Groups, stretches: Stretches) -> Floats:
    """Sums of (maps, regions, time) over every group and stretch: (maps, groups, stretches)."""
    total = np.cumsum(np.pad(maps, ((0, 0), (0, 0), (1, 0))), axis=2)
    return groups.sums(total[:, :, stretches[1]] - total[:, :, stretches[0]])


def _ratios(inside: Floats, expected: Floats, total: float) -> Floats:
    """Log likelihood ratios of windows with `inside` cases where `expected` are expected."""
    risen = inside > expected * (1.0 + 1e-12)
    outside = np.maximum(total - expected, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = special.xlogy(inside, inside / expected) + special.xlogy(total - inside, (total - inside) / outside)
    return np.where(risen, ratio, 0.0)


def _simulated(
    share: Floats, total: int, groups: _Groups, stretches: Stretches, inside: Floats, simulations: int, seed: int
) -> Floats:
    """Largest ratio of each simulated map, a few maps at a time."""
    needs = "a whole number of 0 or more, by which the draws can be repeated,"
    random = np.random.default_rng(arguments.whole(seed, name="seed", needs=needs, least=0))
    together = max(1, WINDOWS_TOGETHER // max(inside.size, share.size))
    largest = np.empty(simulations)
    for first in range(0, simulations, together):
        size = min(together, simulations - first)
        maps = random.multinomial(total, share.ravel(), size=size).reshape(size, *share.shape).astype(float)
        ratios = _ratios(_window_sums(maps, groups, stretches), inside, total)
        largest[first : first + size] = ratios.max(axis=(1, 2))
    return largest


def _told(
    cases: Floats, ratios: Floats, inside: Floats, groups: _Groups, stretches: Stretches, simulated: Floats, most: int
) -> tuple[Cluster, ...]:
    """The best windows, each without the regions of those before it."""
    clusters: list[Cluster] = []
    total, left = float(cases.sum()), ratios.copy()
    while len(clusters) < most and left.max() > 0:
        group, stretch = divmod(int(left.argmax()), left.shape[1])
        regions = groups.members(group)
        start, end = int(stretches[0][stretch]), int(stretches[1][stretch])
        seen, awaited = float(cases[regions, start:end].sum()), float(inside[group, stretch])
        outside = (total - seen) / (total - awaited) if total > awaited else 0.0
        ratio = float(left[group, stretch])
        clusters.append(
            Cluster(
                regions=arguments.sealed(regions),
                start=start,
                end=end - 1,
                observed=seen,
                expected=awaited,
                relative_risk=seen / awaited / outside if outside else float("inf"),
                log_likelihood_ratio=ratio,
                p_value=float((1 + (simulated >= ratio - 1e-9).sum()) / (simulated.size + 1)),
                gumbel_p_value=_gumbel(ratio, simulated),
            )
        )
        left[groups.touching(regions)] = 0.0
    return tuple(clusters)


def _gumbel(ratio: float, simulated: Floats) -> float:
    """Upper tail of the Gumbel distribution with the mean and spread of the simulated largest ratios."""
    spread = float(simulated.std(ddof=1)) if simulated.size > 1 else 0.0
    if not spread:
        return float("nan")
    scale = spread * np.sqrt(6.0) / np.pi
    return float(-np.expm1(-np.exp(-(ratio - float(simulated.mean())) / scale - np.euler_gamma)))
