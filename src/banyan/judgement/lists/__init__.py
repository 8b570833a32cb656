"""Lists: serious violations, abnormal operation, the city's own; no step of a listing before the one that it needs.

Owns: listings, from the proposal to the removal, and what is public of them. Takes: penalties from cases, terms and
kinds of lists from the packs. Gives: who is listed on a day, each public change as an entry of the public log.
Written rules: SAMR orders 44 (2021), 107 (2025), SAIC order 68 (2014); MISSION 9.07, 9.08, 9.09, 9.12.
"""
