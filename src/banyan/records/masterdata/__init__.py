"""Master data: what firms tell of the places, goods and parties that their events name.

Owns: statements on single entries of a vocabulary (attributes, parts) as they were sent; later ones replace them.
Takes: checked headers of EPCIS documents from traceability, organisations from the registry.
Gives: entries by attribute, by their parts and for documents, within what a person may read. Written rules: GS1
EPCIS 2.0 (6.1.1, 6.5, 8.2.7), GS1 CBV 2.0 (9 and 10).
"""
