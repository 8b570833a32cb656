"""Checks: what is wrong or missing in the data, by rules of the packs, told every day to those who can mend it.

Owns: findings. Takes: checks of the packs; samples, results, plans and quotas. Gives: each finding once, with its
record, until it holds no more or is explained; how complete and timely the data of a county are. Written rules: the
house's own, checks; MISSION 3.07.
"""
