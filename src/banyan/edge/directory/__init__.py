"""Directory: a firm as everyone may look it up, by name, pinyin, code or bar code, on one page and over the API.

Owns: nothing. Takes: the registry and what other rooms hold public today. Gives: search, a firm's public file, its QR
code. Written rules: MISSION rows 9.11 and 9.14; each part of a file ends to be public by the rule of its room.
"""
