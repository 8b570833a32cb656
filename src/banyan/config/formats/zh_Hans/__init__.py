"""How days are written in this language."""
