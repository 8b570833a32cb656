"""What other rooms may ask of recalls."""

from banyan.response.recall.models import Holding, Lead, Notice, Recall
from banyan.response.recall.queries.figures import figures
from banyan.response.recall.queries.matching import told_otherwise
from banyan.response.recall.queries.notices import lines_of_notice, notice_of, notices_of, published_notices
from banyan.response.recall.queries.reconciling import (
    Difference,
    Totals,
    differences,
    differences_at,
    holdings_of,
    lines_of_scope,
    table,
    totals,
)
from banyan.response.recall.queries.work import (
    late,
    leads_of,
    mover,
    next_move,
    notices_past_objection,
    open_work_of,
    whose_move,
)

__all__ = [
    "Difference",
    "Holding",
    "Lead",
    "Notice",
    "Recall",
    "Totals",
    "differences",
    "differences_at",
    "figures",
    "holdings_of",
    "late",
    "leads_of",
    "lines_of_notice",
    "lines_of_scope",
    "mover",
    "next_move",
    "notice_of",
    "notices_of",
    "notices_past_objection",
    "open_work_of",
    "published_notices",
    "table",
    "told_otherwise",
    "totals",
    "whose_move",
]
