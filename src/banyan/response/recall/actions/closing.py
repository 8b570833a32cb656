"""Verbs that end a recall: the final summary, the check of its effect, recalling again, and the closure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.recall.actions.plans import demand_words
from banyan.response.recall.actions.recalls import order
from banyan.response.recall.actions.units import retrace
from banyan.response.recall.models import RECALL_FLOW, Recall
from banyan.response.recall.queries import reconciling, terms

NAMED = 12
"""How many differences the refusal to close names; the page lists all."""


@verb("recall.summary.filed", right="recall.answer")
def file_summary(deed: Deed, *, recall: Recall, summary: str) -> Recall:
    """File the maker's final summary. A late one is recorded as late."""
    RECALL_FLOW.demand(recall, "file_summary")
    demand_words(recall, summary, _("what came of the recall"))
    recall.summary, recall.summarised_on = summary, deed.on
    terms.stop_clock(recall)
    return deed.save(recall, "summary", "summarised_on", *terms.CLOCK)


@verb("recall.effect.passed", right="recall.decide")
def find_effective(deed: Deed, *, recall: Recall, found: str) -> Recall:
    """Record that the authority checked the effect of a completed recall and found it enough."""
    RECALL_FLOW.demand(recall, "find_effective")
    demand_words(recall, found, _("what was checked"))
    recall.checked_on, recall.check_found = deed.on, found
    return deed.save(recall, "checked_on", "check_found")


@verb("recall.ordered_again", right="recall.decide")
def recall_again(deed: Deed, *, recall: Recall, ordered_by: str, found: str) -> Recall:
    """Order to recall again, because the scope was wrong or the measures had no effect: a new plan is due."""
    RECALL_FLOW.move(recall, "recall_again")
    demand_words(recall, found, _("what was checked"))
    recall.check_found, recall.checked_on = found, None
    recall.completed_on = recall.summarised_on = recall.complete_by = None
    order(deed, recall, ordered_by)
    return deed.save(recall)


@verb("recall.closed", right="recall.decide")
def close_recall(deed: Deed, *, recall: Recall) -> Recall:
    """Close a recall: effect checked, summary filed, and units that agree with the trace at every holder.

    The trace is asked again first. Refused while units disagree; the refusal names the differences by holder.
    """
    RECALL_FLOW.demand(recall, "close_recall")
    asked = _("Closing %(recall)s was asked for.") % {"recall": recall}
    if recall.checked_on is None or recall.summarised_on is None:
        missing = [
            *([] if recall.checked_on else [_("the check of its effect")]),
            *([] if recall.summarised_on else [_("the final summary")]),
        ]
        raise Refused(
            asked,
            _("These are missing: %(missing)s.") % {"missing": ", ".join(missing)},
            _("Enter them first."),
            _("SAMR order 19, art. 21-22"),
            code="recall-unfinished",
        )
    holdings = retrace(deed, recall)
    if apart := reconciling.differences(recall, holdings):
        named = "; ".join(one.sentence for one in apart[:NAMED])
        more = _(" and %(count)s more") % {"count": len(apart) - NAMED} if len(apart) > NAMED else ""
        raise Refused(
            asked,
            _("The units do not agree: %(named)s%(more)s.") % {"named": named, "more": more},
            _("Let the holders correct what they stated, or have the missing events captured."),
            str(RECALL_FLOW.written),
            code="units-disagree",
        )
    RECALL_FLOW.move(recall, "close_recall")
    recall.closed_on = deed.on
    recall.settled = reconciling.totals(recall, holdings).settled
    kept = terms.due(recall, "keep_records", start=deed.on)
    recall.keep_until = kept.on if kept else None
    terms.stop_clock(recall)
    return deed.save(recall, "state", "closed_on", "keep_until", "settled", *terms.CLOCK)
