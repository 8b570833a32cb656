"""Names that come without a code: which firm of the register each of them means, decided by machine or by a person.

Owns: matches, each with its explanation. Takes: names and histories of the registry, weights and thresholds of packs.
Gives: answers for names, `banyan registry match`, the Reconciliation Service API. Written rules: none decrees how
names are compared; MISSION rows 9.03, 9.04.
"""
