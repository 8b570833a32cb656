"""Leadership: what counties and officers are told to do, and the interviews with firms and offices that fall behind.

Owns: tasks of supervision by programme, product, county and named officer; interviews and what was promised in them.
Takes: firms, products and places of the registry; cases and alerts as triggers; programmes of the packs.
Gives: verbs from task to result and from notice to follow-up, what is late a level up, facts of tasks and promises.
Written rules: BLUEPRINT 2, 6; MISSION rows 7.19, 7.20; docs/how-to/casework.md.
"""
