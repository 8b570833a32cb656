"""Plans: which products are checked this year, where, at what cost, and whom a public draw picks.

Owns: yearly plans, their lines and quotas, draws with their frames, declared interests of samplers.
Takes: organisations, product classes, regions from the registry; facts for the ranking by risk.
Gives: plan lines and drawn firms to spot checks. Written rules: SAMR order 18 (2019), art. 11-15; MISSION 7.01.
"""
