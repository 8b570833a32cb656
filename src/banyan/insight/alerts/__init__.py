"""Alerts: what the facts warn of, by rules of the packs, each with its numbers and the records behind it.

Owns: alerts and up to which week each rule has watched. Takes: facts; alert rules of the packs; the tile grid of
the registry. Gives: alerts with explanation and receipt, verbs to investigate, keep an eye on or dismiss them.
Written rules: BLUEPRINT 4, 7; MISSION rows 7.05, 7.06.
"""
