"""The assessment of a risk as a paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from banyan.insight.risk.models import Assessment, scenario_in_words
from banyan.insight.risk.queries.assessing import level_in_words, shift_in_words
from banyan.kit.documents import FORMS, Document, Heading, Pairs, Paragraph, Signatures, Table


def written(paper: str, record: Any, *, form: str) -> tuple[bytes, str]:
    """The paper of an assessment as a file, with its media type, in the language that is active."""
    write, media_type = FORMS[form]
    return write(PAPERS[paper](record)), media_type


def assessment_of_risk(assessment: Assessment) -> Document:
    """The assessment of the risk, with its scenarios, what it rests on, and who reviewed it."""
    told = (
        (_("Goods"), assessment.goods), (_("Hazard"), assessment.hazard),
        (_("Who uses the goods, and how"), assessment.users),
        (_("Level of risk"), level_in_words(assessment.level)), (_("Decisive scenario"), assessment.worst),
        (_("Assessed on"), assessment.assessed_on), (_("Reviewed on"), assessment.reviewed_on),
    )  # fmt: skip
    evidence = [(str(one.number), one.title, one.digest) for one in assessment.evidence.filter(withdrawn_on=None)]
    language = "zh" if (translation.get_language() or "zh").startswith("zh") else "en"
    return Document(
        title=_("Assessment of risk"), number=_("No. %(number)s") % {"number": assessment.pk}, language=language,
        blocks=(
            Pairs([(name, str(value)) for name, value in told if value]),
            Table((_("Scenario: probability of each step, severity"),),
                  [(scenario_in_words(one),) for one in assessment.scenarios]),
            *([] if assessment.is_robust else [Heading(_("What would change the level"), 2),
                                                *[Paragraph(shift_in_words(one)) for one in assessment.shifts]]),
            *([Heading(_("Evidence"), 2), Table((_("No."), _("What it shows"), _("Digest (SHA-256)")), evidence)]
              if evidence else []),
            Signatures([_("Assessed by"), _("Reviewed by")]),
        ),
    )  # fmt: skip


PAPERS: Mapping[str, Callable[[Any], Document]] = {"assessment-of-risk": assessment_of_risk}


def papers_of(record: Any) -> list[tuple[str, str]]:
    """Which papers an assessment has: (name in addresses, title)."""
    return [("assessment-of-risk", _("Assessment of risk"))]
