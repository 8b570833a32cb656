"""Reads packs: what did rule R say on day D, and where is it written? No Django."""

from banyan.policy import calendar
from banyan.policy.book import Book, CitedDocument, ClauseLine, Manifest
from banyan.policy.cases import CaseResult, verify
from banyan.policy.entries import Entry, Reference, Words
from banyan.policy.errors import NotInForce, PackRefused, PolicyError, UnknownEntry
from banyan.policy.kinds.deadline import Deadline, Due
from banyan.policy.kinds.parameter import Value
from banyan.policy.linting import Remark, lint
from banyan.policy.loading import forget, load

__all__ = [
    "Book",
    "CaseResult",
    "CitedDocument",
    "ClauseLine",
    "Deadline",
    "Due",
    "Entry",
    "Manifest",
    "NotInForce",
    "PackRefused",
    "PolicyError",
    "Reference",
    "Remark",
    "UnknownEntry",
    "Value",
    "Words",
    "calendar",
    "forget",
    "lint",
    "load",
    "verify",
]
