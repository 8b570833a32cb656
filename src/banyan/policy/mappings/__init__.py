"""Mappings: how the columns of real files become fields of records, and why a row or file is refused."""

from banyan.policy.mappings.binding import Binding, apply, bind
from banyan.policy.mappings.cells import header_key
from banyan.policy.mappings.grouping import Grouper, digest
from banyan.policy.mappings.model import Column, Group, Mapping, StandIn
from banyan.policy.mappings.reasons import FILE_REASONS, ROW_REASONS, Accepted, FileRefused, Refused

__all__ = [
    "FILE_REASONS",
    "ROW_REASONS",
    "Accepted",
    "Binding",
    "Column",
    "FileRefused",
    "Group",
    "Grouper",
    "Mapping",
    "Refused",
    "StandIn",
    "apply",
    "bind",
    "digest",
    "header_key",
]
