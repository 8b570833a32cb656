"""Banyan (榕质) carries a city's quality policy: records in, honest numbers out, each with its receipt."""

__version__ = "0.1.0"
