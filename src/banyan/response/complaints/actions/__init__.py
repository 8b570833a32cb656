"""Verbs of complaints, one file per family.

messages · routing · handling · firms · duties · learning
"""

from banyan.response.complaints.actions.duties import purge_messages, raise_late, reassign, run_clocks
from banyan.response.complaints.actions.firms import (
    accept_offer,
    answer,
    comment,
    decline_offer,
    lapse_firms,
    offer_to_firm,
    publish_complaints,
    send_copy,
    unpublish_complaint,
)
from banyan.response.complaints.actions.handling import (
    accept_complaints,
    ask_materials,
    close_complaints,
    end_mediations,
    extend_check,
    file_case,
    file_no_cases,
    give_up,
    refuse_complaint,
    resume,
    say_not_solved,
    settle_complaints,
    split_report,
    stop_for_test,
    take_materials,
)
from banyan.response.complaints.actions.learning import learn_from_file, learn_from_handlers, trained
from banyan.response.complaints.actions.messages import (
    MOST_BYTES,
    MOST_WORDS,
    Filing,
    TakenAlready,
    demand_not_taken,
    file_message,
    file_messages,
    withdraw_messages,
    write_note,
)
from banyan.response.complaints.actions.routing import (
    classify_complaint,
    join_complaint,
    queue_complaints,
    return_route,
    route_complaints,
)

__all__ = [
    "MOST_BYTES", "MOST_WORDS", "Filing", "TakenAlready", "accept_complaints", "accept_offer", "answer",
    "ask_materials", "classify_complaint", "close_complaints", "comment", "decline_offer", "demand_not_taken",
    "end_mediations", "extend_check", "file_case", "file_message", "file_messages", "file_no_cases", "give_up",
    "join_complaint", "lapse_firms", "learn_from_file", "learn_from_handlers", "offer_to_firm",
    "publish_complaints", "purge_messages", "queue_complaints", "raise_late", "reassign", "refuse_complaint",
    "resume", "return_route", "route_complaints", "run_clocks", "say_not_solved", "send_copy", "settle_complaints",
    "split_report", "stop_for_test", "take_materials", "trained", "unpublish_complaint", "withdraw_messages",
    "write_note",
]  # fmt: skip
