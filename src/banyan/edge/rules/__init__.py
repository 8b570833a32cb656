"""Rules that are to change: drafts beside the packs, what they would have changed in the past, their adoption.

Owns: drafts, the previews of them, and what was adopted, which lies above the packs. Takes: entries of the packs;
figures, detectors of alerts, terms of records. Gives: amendments to kit's layer, previews as page, table and JSON.
Written rules: MISSION rows 0.04, 11.01; docs/how-to/change-a-rule.md.
"""
