"""Risk: whom to inspect first by what earlier samples found, with reasons, and how such an order would have done.

Owns: nothing. Takes: judged samples from the facts; firms and their goods from the registry; the share of a draw that
stays random from the packs. Gives: the order with its reasons, its back-test on days that it had not seen.
Written rules: BLUEPRINT 4; MISSION row 7.23.
"""
