"""Quality credit: what findings cost a firm, by which rule, and which grade that makes on any day.

Owns: the grade of each firm with findings, since when. Takes: rules and scale of the packs, findings from the facts.
Gives: score and grade of a day as known on another, each point with its record and article; what would lift a grade;
how grades fall on sizes, counties and trades. Written rules: packs/cn/credit; MISSION 9.05, 9.06.
"""
