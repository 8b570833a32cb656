"""Reads of the interface for events: what is spoken, what is asked, what is answered."""
