"""Reports: quarterly and yearly, on the state of quality, as PDF and Word.

Owns: nothing. Takes: figures, trends, comparisons, targets. Gives: a paper whose every figure has its receipt,
the same bytes when made again. Written rules: policy clause 2.2(1); MISSION row 3.10.
"""
