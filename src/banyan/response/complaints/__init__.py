"""Complaints and reports: one queue for every channel, from the first word to a closed case that the public may read.

Owns: messages with who sent them (sealed), photographs, complaints and reports, handlers' notes.
Takes: firms, products, places of the registry; terms, subjects and grounds of the packs; text classes of science.
Gives: verbs from receipt to publication, the public form and progress page, facts and figures of complaints.
Written rules: BLUEPRINT 2, 6; MISSION rows 10.01 to 10.08, 10.11; SAMR orders 20 and 121; docs/how-to/complaints.md.
"""
