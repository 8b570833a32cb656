"""Name matching: which firm of a register a Chinese company name means, when it comes without a code.

A name is cut into region, trade name, trade, legal form, branch and numbers; each agreement has a weight by
Fellegi and Sunter, rare values weigh more, and the weights add up to the probability that one firm is meant.
Nothing is decided here: thresholds are the caller's.

Examples
--------
>>> from banyan.science import name_matching
>>> places = name_matching.Places([("350000", "福建省"), ("350100", "福州市"), ("350102", "鼓楼区")])
>>> parts = name_matching.parts_of("福州市鼓樓區榕質電子科技（集團）有限公司", places)
>>> parts.region_text, parts.trade_name, parts.trade
('福州市鼓楼区', '榕质', '电子科技')
"""

from banyan.science.name_matching.characters import plain
from banyan.science.name_matching.comparing import FEATURES, LEAST_BEGUN
from banyan.science.name_matching.finding import Candidate, Search, levels_of
from banyan.science.name_matching.parts import Parts, Places, parts_of
from banyan.science.name_matching.weighing import (
    Explained,
    Fitted,
    Frequencies,
    Judged,
    Weights,
    judge,
    learn,
    maximise_expectation,
    probabilities,
)

__all__ = [
    "FEATURES",
    "LEAST_BEGUN",
    "Candidate",
    "Explained",
    "Fitted",
    "Frequencies",
    "Judged",
    "Parts",
    "Places",
    "Search",
    "Weights",
    "judge",
    "learn",
    "levels_of",
    "maximise_expectation",
    "parts_of",
    "plain",
    "probabilities",
]
