"""The master tables of GB/T 2828.1-2012 (identical to ISO 2859-1:1999), and of MIL-STD-105E where they differ.

Numbers of a published mathematical standard, not of a city's decree: they change with the edition of the
standard, which is named here, and with nothing else. The single plans are printed as in the standard, arrows
included ("v" the first plan below, "^" the first plan above), and resolved by its rule: an arrow changes the
code letter, hence the sample size too.
"""

from __future__ import annotations

from functools import cache

import numpy as np

Stages = dict[int, tuple[tuple[int, int], ...]]

AQLS = (
    *(0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5),
    *(4.0, 6.5, 10.0, 15.0, 25.0, 40.0, 65.0, 100.0, 150.0, 250.0, 400.0, 650.0, 1000.0),
)
"""Preferred acceptance quality limits: percent nonconforming up to 10, nonconformities per 100 units all along."""

LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
SEVERITIES = ("normal", "tightened", "reduced")
LETTERS = "ABCDEFGHJKLMNPQRS"  # S carries one tightened plan only

# Table 1: lots up to this size have these code letters at the levels S-1 .. III.
CODE_LETTERS = (
    (8, "A A A A A A B"),
    (15, "A A A A A B C"),
    (25, "A A B B B C D"),
    (50, "A B B C C D E"),
    (90, "B B C C C E F"),
    (150, "B B C D D F G"),
    (280, "B C D E E G H"),
    (500, "B C D E F H J"),
    (1200, "C C E F G J K"),
    (3200, "C D E G H K L"),
    (10000, "C D F G J L M"),
    (35000, "C D F H K M N"),
    (150000, "D E G J L N P"),
    (500000, "D E G J M P Q"),
    (None, "D E H K N Q R"),
)
SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
REDUCED_SIZES = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)

# Tables 2-A, 2-B, 2-C: acceptance numbers; the rejection number is one more.
PRINTED = {
    "normal": """
        A v v v v v v v v v v v v v v 0 v v 1 2 3 5 7 10 14 21 30
        B v v v v v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 30 44
        C v v v v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 30 44 ^
        D v v v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 30 44 ^ ^
        E v v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 30 44 ^ ^ ^
        F v v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^
        G v v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^
        H v v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^
        J v v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^
        K v v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        L v v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        M v v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        N v v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        P v 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        Q 0 ^ v 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        R ^ ^ 1 2 3 5 7 10 14 21 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
    """,
    "tightened": """
        A v v v v v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27
        B v v v v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27 41
        C v v v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27 41 ^
        D v v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27 41 ^ ^
        E v v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 27 41 ^ ^ ^
        F v v v v v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^
        G v v v v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^
        H v v v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^
        J v v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^
        K v v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        L v v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        M v v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        N v v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        P v v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        Q v 0 v v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        R 0 ^ v 1 2 3 5 8 12 18 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        S . . 1 . . . . . . . . . . . . . . . . . . . . . . .
    """,
    "reduced": """
        A v v v v v v v v v v v v v v 0 v v 1 2 3 5 7 10 14 21 30
        B v v v v v v v v v v v v v 0 ^ v v 1 2 3 5 7 10 14 21 30
        C v v v v v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 14 21 ^
        D v v v v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 14 21 ^ ^
        E v v v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 14 21 ^ ^ ^
        F v v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^
        G v v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^
        H v v v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^
        J v v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^
        K v v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        L v v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        M v v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        N v v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        P v 0 ^ v v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        Q 0 ^ ^ v 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
        R ^ ^ ^ 1 2 3 5 6 8 10 ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^ ^
    """,
}

# Tables 3: acceptance and rejection numbers of the double plan that goes with a single acceptance number; both
# samples have the size of the code letter before. GB/T 2828.1 as recalled; each follows the operating
# characteristic of its single plan within 0.06 (tests), which the values of MIL-STD-105E do not for 3, 7 and 8.
DOUBLE: Stages = {
    1: ((0, 2), (1, 2)),
    2: ((0, 3), (3, 4)),
    3: ((1, 3), (4, 5)),
    5: ((2, 5), (6, 7)),
    6: ((3, 6), (7, 8)),
    7: ((3, 6), (9, 10)),
    8: ((4, 7), (10, 11)),
    10: ((5, 9), (12, 13)),
    12: ((6, 10), (15, 16)),
    14: ((7, 11), (18, 19)),
    18: ((9, 14), (23, 24)),
    21: ((11, 16), (26, 27)),
    27: ((15, 20), (34, 35)),
    30: ((17, 22), (37, 38)),
    41: ((23, 29), (52, 53)),
    44: ((25, 31), (56, 57)),
}
DOUBLE_105E: Stages = DOUBLE | {3: ((1, 4), (4, 5)), 7: ((3, 7), (8, 9)), 8: ((3, 7), (11, 12))}

# Tables 4: multiple plans, five samples of a quarter of the single size; -1: acceptance not yet permitted.
# GB/T 2828.1 as recalled.
MULTIPLE: Stages = {
    1: ((-1, 2), (-1, 2), (0, 2), (0, 2), (1, 2)),
    2: ((-1, 2), (0, 3), (0, 3), (1, 3), (3, 4)),
    3: ((-1, 3), (0, 3), (1, 4), (2, 5), (4, 5)),
    5: ((-1, 4), (1, 5), (2, 6), (4, 7), (6, 7)),
    7: ((0, 4), (1, 6), (3, 8), (5, 9), (9, 10)),
    10: ((0, 5), (3, 8), (6, 10), (9, 12), (12, 13)),
    14: ((1, 7), (4, 10), (8, 13), (12, 17), (18, 19)),
    21: ((2, 9), (7, 14), (13, 19), (20, 25), (26, 27)),
}
# Acceptance numbers whose printed plan is not at hand as a whole: the first three samples are those of MIL-STD-105E
# and the last that of the double plan, both as in every plan above; the fourth is that of MIL-STD-105E, from which
# those above differ by one at most (for 44 one less, nearer to the single plan). For 6, which that standard does not
# have, the numbers lie between those of 5 and 7. All follow the operating characteristic of their single plan within
# 0.025 (tests).
RECONSTRUCTED: Stages = {
    6: ((0, 4), (1, 6), (2, 7), (4, 8), (7, 8)),
    8: ((0, 4), (2, 7), (4, 9), (6, 11), (10, 11)),
    12: ((0, 6), (3, 9), (7, 12), (10, 15), (15, 16)),
    18: ((1, 8), (6, 12), (11, 17), (16, 22), (23, 24)),
    27: ((3, 10), (10, 17), (17, 24), (24, 31), (34, 35)),
    30: ((4, 12), (11, 19), (19, 27), (27, 34), (37, 38)),
    41: ((6, 15), (16, 25), (26, 36), (37, 46), (52, 53)),
    44: ((6, 16), (17, 27), (29, 39), (40, 48), (56, 57)),
}
# MIL-STD-105E has seven samples.
MULTIPLE_105E: Stages = {
    1: ((-1, 2), (-1, 2), (0, 2), (0, 3), (1, 3), (1, 3), (2, 3)),
    2: ((-1, 2), (0, 3), (0, 3), (1, 4), (2, 4), (3, 5), (4, 5)),
    3: ((-1, 3), (0, 3), (1, 4), (2, 5), (3, 6), (4, 6), (6, 7)),
    5: ((-1, 4), (1, 5), (2, 6), (3, 7), (5, 8), (7, 9), (9, 10)),
    7: ((0, 4), (1, 6), (3, 8), (5, 10), (7, 11), (10, 12), (13, 14)),
    8: ((0, 4), (2, 7), (4, 9), (6, 11), (9, 12), (12, 14), (14, 15)),
    10: ((0, 5), (3, 8), (6, 10), (8, 13), (11, 15), (14, 17), (18, 19)),
    12: ((0, 6), (3, 9), (7, 12), (10, 15), (14, 17), (18, 20), (21, 22)),
    14: ((1, 7), (4, 10), (8, 13), (12, 17), (17, 20), (21, 23), (25, 26)),
    18: ((1, 8), (6, 12), (11, 17), (16, 22), (22, 25), (27, 29), (32, 33)),
    21: ((2, 9), (7, 14), (13, 19), (19, 25), (25, 29), (31, 33), (37, 38)),
    27: ((3, 10), (10, 17), (17, 24), (24, 31), (32, 37), (40, 43), (48, 49)),
    30: ((4, 12), (11, 19), (19, 27), (27, 34), (36, 40), (45, 47), (53, 54)),
    41: ((6, 15), (16, 25), (26, 36), (37, 46), (49, 55), (61, 64), (72, 73)),
    44: ((6, 16), (17, 27), (29, 39), (40, 49), (53, 58), (65, 68), (77, 78)),
}


RECALLED_DOUBLE = frozenset({3, 6, 7, 8})
"""Acceptance numbers whose double plan of GB/T 2828.1 differs from MIL-STD-105E or is not in it."""


def stages(kind: str, standard: str, accept: int) -> tuple[tuple[tuple[int, int], ...], str]:
    """Acceptance and rejection numbers of a double or multiple plan, and how sure they are."""
    if standard == "MIL-STD-105E":
        return (DOUBLE_105E if kind == "double" else MULTIPLE_105E)[accept], "verified"
    if kind == "double":
        return DOUBLE[accept], "recalled" if accept in RECALLED_DOUBLE else "verified"
    if accept in MULTIPLE:
        return MULTIPLE[accept], "recalled"
    return RECONSTRUCTED[accept], "reconstructed"


@cache
def code_letters() -> tuple[np.ndarray, np.ndarray]:
    """Upper ends of the lot ranges, and the letter (as a number) of each range and level."""
    ends = np.array([np.inf if end is None else end for end, _ in CODE_LETTERS])
    letters = [[LETTERS.index(letter) for letter in row.split()] for _, row in CODE_LETTERS]
    return ends, np.array(letters)


@cache
def resolved(severity: str) -> tuple[np.ndarray, np.ndarray]:
    """Letter reached (as a number) and acceptance number for each first letter and AQL, arrows followed."""
    rows = [line.split()[1:] for line in PRINTED[severity].strip().splitlines()]
    letter = np.zeros((16, len(AQLS)), dtype=int)
    accept = np.zeros((16, len(AQLS)), dtype=int)
    for first in range(16):
        for column in range(len(AQLS)):
            row = first
            while not rows[row][column].isdigit():
                row += 1 if rows[row][column] == "v" else -1
            letter[first, column], accept[first, column] = row, int(rows[row][column])
    return letter, accept


@cache
def sizes(severity: str) -> np.ndarray:
    """Sample size of each code letter."""
    return np.array(REDUCED_SIZES if severity == "reduced" else SIZES)
