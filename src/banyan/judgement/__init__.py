"""Standing decisions: what is held of whom, and what follows from it."""
