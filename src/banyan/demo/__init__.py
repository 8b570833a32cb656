"""The demonstration city: three invented years, from a seed, lived day by day through the verbs of the rooms."""
