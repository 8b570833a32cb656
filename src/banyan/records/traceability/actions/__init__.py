"""What can be done in traceability: capture documents, name places, share with partners, state a purpose."""

from banyan.records.traceability.actions.capturing import WrongDocument, capture, load
from banyan.records.traceability.actions.partners import enter_locations, share_events, state_purpose, stop_sharing
from banyan.records.traceability.actions.preparing import Prepared, prepared

__all__ = [
    "Prepared",
    "WrongDocument",
    "capture",
    "enter_locations",
    "load",
    "prepared",
    "share_events",
    "state_purpose",
    "stop_sharing",
]
