"""The office's screens of recalls, one file per family."""

from banyan.response.recall.admin import leads, recalls, units

__all__ = ["leads", "recalls", "units"]
