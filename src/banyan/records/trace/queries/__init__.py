"""Reads of the trace, and the door for other rooms."""

from banyan.records.trace.models import receipt_in_words
from banyan.records.trace.queries.findings import Account, Balance, Gap, balance, balances, gaps, gaps_of
from banyan.records.trace.queries.index import Index, opened
from banyan.records.trace.queries.movements import Movement, movements
from banyan.records.trace.queries.published import lot_of, published_trace, way_of
from banyan.records.trace.queries.traced import Link, Trace, Traced, instant
from banyan.records.trace.queries.tracing import backward, common, forward, seen_index

__all__ = [
    "Account",
    "Balance",
    "Gap",
    "Index",
    "Link",
    "Movement",
    "Trace",
    "Traced",
    "backward",
    "balance",
    "balances",
    "common",
    "forward",
    "gaps",
    "gaps_of",
    "instant",
    "lot_of",
    "movements",
    "opened",
    "published_trace",
    "receipt_in_words",
    "seen_index",
    "way_of",
]
