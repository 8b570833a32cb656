"""Shared machinery (rights, events, versions, time, office, API) without a word of the domain."""

from banyan.kit.refusals import Refused

__all__ = ["Refused"]
