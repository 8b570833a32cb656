"""The demonstration city: invented, seeded, built through actions and bulk verbs only."""
