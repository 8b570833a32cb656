"""Receivers: who is told what changed, in which order, what they did with it, and whether all copies agree.

Owns: receivers, what each may receive, deliveries with their tries, receipts, reports of copies. Takes: public
changes of lists, penalties, recalls, grades and corrected records, by their events. Gives: a feed of changes, signed
CloudEvents, and which removal is in effect everywhere. Written rules: packs/cn/receivers; MISSION 8.02 to 9.10.
"""
