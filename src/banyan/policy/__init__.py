"""Reads packs: what did rule R say on day D, and where is it written? No Django."""
