"""Who, what, where; by which text; the facts."""
