"""Firms that trade and send documents, as in the tests of traceability."""

from tests.records.traceability.conftest import send, trade

__all__ = ["send", "trade"]
