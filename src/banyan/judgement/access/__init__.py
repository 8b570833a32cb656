"""Access to credit that is not public: under which purpose, with whose consent, and who read what.

Owns: consents of firms, each reading of a credit file, the nightly seals that show when one was taken out.
Takes: purposes with their legal bases from the packs. Gives: the one door to a firm's file.
Written rules: packs/house/access; MISSION 8.06.
"""
