"""Statistics and other mathematics of quality: arrays in, frozen results out. No Django, no I/O, no clock."""
