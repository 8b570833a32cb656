"""What others may ask of receivers."""

from banyan.edge.receivers.models import Access, Copy, Delivery, Receipt, Receiver
from banyan.edge.receivers.queries.changes import Change, Part, Place, place_of, read, topics_of
from banyan.edge.receivers.queries.copies import agreements, digest_of, ours
from banyan.edge.receivers.queries.effects import (
    Effect,
    effects_of,
    late_receipts,
    receiver_named,
    replay_of,
    without_receipt,
)
from banyan.edge.receivers.queries.speaking import message, signed
from banyan.edge.receivers.queries.telling import told

__all__ = [
    "Access", "Change", "Copy", "Delivery", "Effect", "Part", "Place", "Receipt", "Receiver", "agreements",
    "digest_of", "effects_of", "late_receipts", "message", "ours", "place_of", "read", "receiver_named", "replay_of",
    "signed", "told", "topics_of", "without_receipt",
]  # fmt: skip
