"""Verbs of intake: upload, check, take in, stop, undo."""

from banyan.edge.intake.actions.imports import (
    begin_import,
    cancel_import,
    confirm_import,
    finish_import,
    import_files,
    load_places,
    resume_import,
    stop_import,
    undo_import,
)
from banyan.edge.intake.actions.naming import join_decided, match_imported, run_clocks
from banyan.edge.intake.actions.running import UnderWay, folder_of, is_worked_at, rejects_of
from banyan.edge.intake.actions.working import enqueue, enqueue_unfinished, go_on, upload

__all__ = [
    "UnderWay",
    "begin_import",
    "cancel_import",
    "confirm_import",
    "enqueue",
    "enqueue_unfinished",
    "finish_import",
    "folder_of",
    "go_on",
    "import_files",
    "is_worked_at",
    "join_decided",
    "load_places",
    "match_imported",
    "rejects_of",
    "resume_import",
    "run_clocks",
    "stop_import",
    "undo_import",
    "upload",
]
