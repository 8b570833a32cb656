"""Nouns of complaints, one file per family: messages · complaints."""

from banyan.response.complaints.models.complaints import COMPLAINT_FLOW, OPEN, Complaint, Track
from banyan.response.complaints.models.messages import Channel, Message, Note, Photo

__all__ = ["COMPLAINT_FLOW", "OPEN", "Channel", "Complaint", "Message", "Note", "Photo", "Track"]
