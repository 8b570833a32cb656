"""Approval: the data of a period are approved level by level, and what is approved is locked on every way to write.

Owns: how far each unit's data of a period are approved, and late entries that wait until a period is open.
Takes: which facts a period holds and who approves (packs, facts), the writes of all verbs (kit.locks).
Gives: the lock itself, the state of any day's data, the facts as they were approved. Written rules: the house's own,
approval; MISSION 3.06.
"""
