"""Nouns of emergencies, one file per family."""

from banyan.response.emergency.models.activations import ACTIVATION_FLOW, Activation, Entry, Level, Measure
from banyan.response.emergency.models.bulletins import Bulletin
from banyan.response.emergency.models.means import Duty, Reservation, Resource
from banyan.response.emergency.models.messages import Message, Receipt
from banyan.response.emergency.models.reviews import FINDING_FLOW, Finding

__all__ = [
    "ACTIVATION_FLOW", "FINDING_FLOW", "Activation", "Bulletin", "Duty", "Entry", "Finding", "Level", "Measure",
    "Message", "Receipt", "Reservation", "Resource",
]  # fmt: skip
