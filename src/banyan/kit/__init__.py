"""Shared machinery (rights, events, versions, time, office, API) without a word of the domain."""
