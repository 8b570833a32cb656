"""Indicators: declared in packs, computed from facts, each with interval, verdict and receipt.

Owns: reference figures, publications, the figures that the daily flow computed. Takes: facts; indicator and
target entries of the packs. Gives: figures with receipts, comparisons, trends, funnels.
Written rules: BLUEPRINT 4; MISSION rows 0.05, 0.08, 1.04, 3.01-3.05, 3.08, 3.09, 3.12.
"""
