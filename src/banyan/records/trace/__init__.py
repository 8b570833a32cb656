"""Trace: which goods came from which, and where they went, in order of time and with their quantities.

Owns: an index of the stream of events, in files that are mapped into memory; nothing in the database.
Takes: events and things from traceability, closures from `science.lineage`.
Gives: traces forward and backward, common sources, balances and gaps, to recalls and whoever asks. Written rules:
GS1 EPCIS 2.0, GS1 Global Traceability Standard; MISSION 7.14.
"""
