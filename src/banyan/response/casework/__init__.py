"""Casework: one case for whatever led to it, from the clue to the closure, with its clocks, evidence and papers.

Owns: clues, cases, duties (who had to act by when), evidence, numbered papers, transfers to the police.
Takes: failed samples with their orders, alerts under investigation, declared interests, firms, terms of the packs.
Gives: verbs from clue to closure, panels back to what led to a case, duty sheets, lists of unlike fines, facts.
Written rules: BLUEPRINT 2, 6, 7; SAMR order 2 on the procedure of penalties; docs/how-to/casework.md.
"""
