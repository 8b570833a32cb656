"""Risk: how grave it is that goods harm somebody, by injury scenarios; and whom to inspect first, with reasons.

Owns: assessments of risk with their evidence. Takes: alerts; judged samples from the facts; firms and goods; matrix,
levels, severities and the share of a draw that stays random from the packs. Gives: levels that a second person
upheld, the order of inspections and its back-test. Written rules: BLUEPRINT 4; MISSION rows 7.06, 7.23.
"""
