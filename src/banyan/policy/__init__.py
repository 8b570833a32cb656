"""Reads packs: what did rule R say on day D, and where is it written? No Django."""

from banyan.policy import amending, calendar
from banyan.policy.amending import Amendment, BadDefinition
from banyan.policy.book import Book, CitedDocument, ClauseLine, Manifest
from banyan.policy.cases import CaseResult, verify
from banyan.policy.entries import Entry, Reference, Words
from banyan.policy.errors import NotInForce, PackRefused, PolicyError, UnknownEntry
from banyan.policy.kinds.deadline import Deadline, Due
from banyan.policy.kinds.parameter import Value
from banyan.policy.linting import Remark, lint
from banyan.policy.loading import forget, language, lay_on, load, timezone, trying
from banyan.policy.said import Said, fault_of

__all__ = [
    "Amendment",
    "BadDefinition",
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
    "Said",
    "UnknownEntry",
    "Value",
    "Words",
    "amending",
    "calendar",
    "fault_of",
    "forget",
    "language",
    "lay_on",
    "lint",
    "load",
    "timezone",
    "trying",
    "verify",
]
