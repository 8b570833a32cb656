"""The office's own view of the city: cockpit, clauses, indicators, and the way down to each record.

Owns: nothing. Takes: figures, targets, facts, work that is late. Gives: pages in the office's frame, each
number with its receipt. Written rules: MISSION rows 0.01, 0.05, 0.08, 1.04, 3.05, 3.08, 3.09, 3.12.
"""
