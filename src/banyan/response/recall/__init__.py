"""Recall: from a lead to the last unit that came back, with the terms of the law and units that must agree.

Owns: leads, inquiries, assessments of risk, recalls, their frozen scope, what each firm held, reports and notices.
Takes: firms, products and places of the registry; failed samples; trace events; terms and the matrix of the packs.
Gives: verbs from lead to closure, public notices, the difference of units by holder, figures of recalls.
Written rules: BLUEPRINT 2, 6; MISSION rows 7.11, 7.16, 7.17; SAMR order 19; docs/how-to/recall.md.
"""
