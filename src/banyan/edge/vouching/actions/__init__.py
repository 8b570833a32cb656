"""What is done about vouching: codes are screened and results frozen; credentials are taken and revoked."""

from banyan.edge.vouching.actions.credentials import TAKE, revoke_credential, run_clocks, take_credential
from banyan.edge.vouching.actions.screening import (
    SCREEN,
    begin_screening,
    enqueue,
    enqueue_unfinished,
    finish_screening,
    go_on,
    result_of,
    screen_now,
    stop_screening,
    upload,
)

__all__ = [
    "SCREEN", "TAKE", "begin_screening", "enqueue", "enqueue_unfinished", "finish_screening", "go_on", "result_of",
    "revoke_credential", "run_clocks", "screen_now", "stop_screening", "take_credential", "upload",
]  # fmt: skip
