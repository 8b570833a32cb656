"""Traces as people see them: drawn, in words, on paper; and the goods of a firm or product on its page.

Owns: nothing. Takes: traces, gaps and balances from records/trace, events from traceability, names of the registry.
Gives: the page, its sheet and files, panels of goods. Written rules: GS1 Global Traceability Standard; MISSION 7.14.
"""
