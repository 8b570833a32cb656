"""What can be done with receivers: enter and grant, send and send again, receipts and reports of copies."""

from banyan.edge.receivers.actions.making import gather, go_on, replay
from banyan.edge.receivers.actions.receipts import give_receipts, raise_late, report_copy, run_clocks
from banyan.edge.receivers.actions.registering import (
    end_access,
    enter_receiver,
    grant_access,
    move_receiver,
    readmit_receiver,
    renew_signing_secret,
    suspend_receiver,
)
from banyan.edge.receivers.actions.sending import deliver, pass_over, send_again

__all__ = [
    "deliver", "end_access", "enter_receiver", "gather", "give_receipts", "go_on", "grant_access", "move_receiver",
    "pass_over", "raise_late", "readmit_receiver", "renew_signing_secret", "replay", "report_copy", "run_clocks",
    "send_again", "suspend_receiver",
]  # fmt: skip
