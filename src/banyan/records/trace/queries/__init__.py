"""Reads of the trace, and the door for other rooms."""

from banyan.records.trace.queries.drawing import Drawing, drawing, short
from banyan.records.trace.queries.findings import Account, Balance, Gap, balance, balances, gaps
from banyan.records.trace.queries.goods import Goods, recent_goods
from banyan.records.trace.queries.index import Index, opened
from banyan.records.trace.queries.movements import Movement, movements
from banyan.records.trace.queries.published import lot_of, published_trace, way_of
from banyan.records.trace.queries.sheet import sheet
from banyan.records.trace.queries.telling import Telling, direction_in_words
from banyan.records.trace.queries.traced import Link, Trace, Traced
from banyan.records.trace.queries.tracing import backward, common, forward, seen_index

__all__ = [
    "Account",
    "Balance",
    "Drawing",
    "Gap",
    "Goods",
    "Index",
    "Link",
    "Movement",
    "Telling",
    "Trace",
    "Traced",
    "backward",
    "balance",
    "balances",
    "common",
    "direction_in_words",
    "drawing",
    "forward",
    "gaps",
    "lot_of",
    "movements",
    "opened",
    "published_trace",
    "recent_goods",
    "seen_index",
    "sheet",
    "short",
    "way_of",
]
