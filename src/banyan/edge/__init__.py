"""Where people and systems come in and out."""
