"""Special equipment: what stands where and under whom, when it is to be inspected, and what happens to it.

Owns: equipment, its placements, inspections, instructions, operators with licences, incidents, rescues.
Takes: organisations and places of the registry; rules of inspection, licences and arrival of the packs.
Gives: verbs from registration to scrapping, what is due and overdue, the public answer to a code.
Written rules: BLUEPRINT 2, 6; MISSION row 7.18; TSG T7001-2023, TSG 08-2017; docs/how-to/special-equipment.md.
"""
