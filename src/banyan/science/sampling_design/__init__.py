"""Sampling design: budgets over strata, draws that anyone can replay, exact probabilities of inclusion."""

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
