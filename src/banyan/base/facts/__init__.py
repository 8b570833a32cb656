"""The waist: what happened to whom on which day, known when, and how it came about.

Owns: facts in immutable segments, their catalogue, the watermark. Takes: record versions, through kinds
that rooms declare. Gives: one Ibis table, as known on any day, and the versions behind any number.
Written rules: BLUEPRINT 3; MISSION rows 0.05, 0.08, 3.05, 3.08.
"""
