"""Commands of Django that the house does its own way."""
