"""EPCIS: the repository of events as partners' systems speak to it, by GS1's REST interface 2.0.

Owns: named queries, subscriptions and where their delivery stands. Takes: capture, events, things and captures of
traceability. Gives: every path of GS1's OpenAPI below `/epcis/v2`, and its own OpenAPI file. Written rules: GS1 EPCIS
2.0, 8 and 12; MISSION row 7.13.
"""
