"""What other rooms may ask of complaints."""

from banyan.response.complaints.models import Channel, Complaint, Message, Track
from banyan.response.complaints.queries.duplicates import Likely, known_at_source, likely_duplicates
from banyan.response.complaints.queries.letters import letters_of, written
from banyan.response.complaints.queries.naming import firm_named, ground_in_words, grounds, subject_in_words, subjects
from banyan.response.complaints.queries.opening import masked, messages_by_telephone, opened, words_for_firm
from banyan.response.complaints.queries.public import (
    MOVES_OF_SENDER,
    message_by_token,
    progress,
    published,
    published_of,
    rates_of,
    sender_can,
    steps,
)
from banyan.response.complaints.queries.work import (
    late,
    messages_to_purge,
    next_move,
    open_complaints,
    open_work_of,
    past_answer,
    whose_move,
    without_office,
)

__all__ = [
    "MOVES_OF_SENDER",
    "Channel",
    "Complaint",
    "Likely",
    "Message",
    "Track",
    "firm_named",
    "ground_in_words",
    "grounds",
    "known_at_source",
    "late",
    "letters_of",
    "likely_duplicates",
    "masked",
    "message_by_token",
    "messages_by_telephone",
    "messages_to_purge",
    "next_move",
    "open_complaints",
    "open_work_of",
    "opened",
    "past_answer",
    "progress",
    "published",
    "published_of",
    "rates_of",
    "sender_can",
    "steps",
    "subject_in_words",
    "subjects",
    "whose_move",
    "without_office",
    "words_for_firm",
    "written",
]  # fmt: skip
