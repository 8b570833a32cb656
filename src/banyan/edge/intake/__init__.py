"""Intake: files of other offices become records, row by row, or are refused with a reason.

Owns: imports and what their rows said. Takes: tables of kit, mappings of packs, verbs of the lower rooms.
Gives: `banyan intake`, pages in the office. Written rules: MISSION row 0.07.
"""
