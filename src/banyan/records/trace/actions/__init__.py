"""What can be done in the trace: bring the index of files up to date or anew, publish the way of a lot, tell days."""

from banyan.records.trace.actions.days import tell_days
from banyan.records.trace.actions.publishing import publish_trace, withdraw_trace
from banyan.records.trace.queries.building import rebuild, update

__all__ = ["publish_trace", "rebuild", "tell_days", "update", "withdraw_trace"]
