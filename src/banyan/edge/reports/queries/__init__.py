"""Reads of the reports: which periods there are, and the paper of each, written from figures."""

from banyan.edge.reports.queries.periods import Period, period_of, periods
from banyan.edge.reports.queries.writing import SECTIONS, report

__all__ = ["SECTIONS", "Period", "period_of", "periods", "report"]
