"""Verbs of intake: begin, take in, undo."""

from banyan.edge.intake.actions.imports import begin_import, finish_import, import_files
from banyan.edge.intake.actions.running import UnderWay, rejects_of

__all__ = ["UnderWay", "begin_import", "finish_import", "import_files", "rejects_of"]
