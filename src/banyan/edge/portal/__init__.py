"""The public's pages: targets and clauses, published figures, search, receipts. No log-in, no live tables.

Owns: nothing. Takes: publications, packs, names of organisations, products with published samples and recalls,
equipment by its code, bulletins of emergencies.
Gives: pages of what is public today.
Written rules: MISSION rows 0.01, 0.05; publicity that has ended is in no public answer.
"""
