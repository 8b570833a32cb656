"""Emergencies: plans by kind and level, activations with their command log, bulletins, drills and their review.

Owns: activations, measures, entries of the log, resources, duty, messages, bulletins, findings of reviews.
Takes: plans, terms and points of the packs; places of the registry; incidents with equipment.
Gives: verbs from activation to review, the situation, CAP 1.2 of bulletins, scores of drills.
Written rules: BLUEPRINT 2, 6; MISSION rows 7.11, 7.12, 7.22; docs/how-to/emergency.md.
"""
