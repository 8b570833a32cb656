"""Sampling design: budgets over strata, draws that anyone can replay, exact probabilities of inclusion.

Where the samples go, who is drawn, and with what probability, so that rates can be weighted back.

Examples
--------
60 samples over three trades. Risk steers 70 %; 30 % are random whatever the risk, and no trade gets fewer than 5:

>>> from banyan.science import sampling_design
>>> spread = sampling_design.allocate(
...     60, [400, 120, 30], method="risk", risk=[1, 4, 2], random_share=0.3, minimum=5
... )
>>> spread.n.tolist(), spread.random.tolist()
([29, 24, 7], [13, 4, 1])

Two of four firms, in proportion to output. The largest is certain; each stated probability is attained exactly:

>>> firms, output = ["A-1", "A-2", "A-3", "A-4"], [1, 1, 2, 12]
>>> wanted = sampling_design.proportional_probabilities(output, n=2)
>>> wanted.tolist()
[0.25, 0.25, 0.5, 1.0]

The seed is made in public, so that anyone can replay the draw. The weight is one over the probability:

>>> drawn = sampling_design.draw(firms, seed="2026-03 dice 4 1 6", n=2, size=output, method="sampford")
>>> drawn.selected.tolist(), drawn.weight.tolist()
([False, True, False, True], [4.0, 4.0, 2.0, 1.0])

A Pareto draw is simpler to replay by hand, but misses the wanted probabilities; those it attains are known:

>>> sampling_design.pareto_inclusion(wanted).round(4).tolist()
[0.2359, 0.2359, 0.5281, 1.0]
"""

from banyan.science.sampling_design.allocation import Allocation, allocate
from banyan.science.sampling_design.designs import (
    pareto,
    pareto_inclusion,
    proportional_probabilities,
    sampford,
    systematic,
)
from banyan.science.sampling_design.draws import Draw, draw, hash_uniform

__all__ = [
    "Allocation",
    "Draw",
    "allocate",
    "draw",
    "hash_uniform",
    "pareto",
    "pareto_inclusion",
    "proportional_probabilities",
    "sampford",
    "systematic",
]
