"""Traceability: what partners say happened to their goods, event by event, kept as they said it.

Owns: capture jobs, trace events and the things they name, locations, shares between partners, stated purposes.
Takes: organisations, regions and products from the registry; events in the form of `banyan.epcis`.
Gives: events to whoever may read them, edges to the trace. Written rules: GS1 EPCIS 2.0, CBV 2.0; MISSION 7.14.
"""
