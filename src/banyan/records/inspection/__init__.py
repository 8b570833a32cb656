"""Spot checks: field work, laboratory, objection, publication, correction, re-check.

Owns: tasks, samples, results with their items, objections, orders to correct.
Takes: organisations, products, regions from the registry, lines and draws from plans. Gives: facts of samples
judged, items judged, refusals and not-sampled. Written rules: SAMR order 18 (2019), food sampling order 15;
MISSION 7.01-7.05.
"""
