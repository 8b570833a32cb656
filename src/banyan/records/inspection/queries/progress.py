"""How far a plan has come: what was planned, sampled, refused, judged and spent, line by line."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from banyan.kit.scope import scoped
from banyan.records.inspection.models import Conclusion, Sample, Task
from banyan.records.plans.queries import PlanLine

COUNTED = ("tasks", "sampled", "not_sampled", "refused", "judged", "failed")


def progress_of_plan(plan: Any, *, person: Any) -> list[dict[str, Any]]:
    """A row per line of a plan and one for all, counting the tasks and samples that a person may see."""
    done = _counts(plan, person)
    lines = scoped(PlanLine, person, right="plans.view").filter(plan=plan, withdrawn_on=None)
    rows = [
        {
            "line": line, "title": str(line.product_class), "planned": line.batches,
            "cost_planned": line.batches * line.cost_per_batch, "cost_spent": line.cost_spent, **done[line.pk],
        }
        for line in lines.select_related("product_class").order_by("risk_rank", "key")
    ]  # fmt: skip
    if rows:
        summed = ("planned", "cost_planned", "cost_spent", *COUNTED)
        rows.append({"line": None, "title": _("All")} | {name: sum(row[name] for row in rows) for name in summed})
    return rows


def spent_per_sample(row: dict[str, Any]) -> Decimal | None:
    """What a sample has cost so far; None before the first one."""
    return (Decimal(row["cost_spent"]) / row["sampled"]).quantize(Decimal("0.01")) if row["sampled"] else None


def _counts(plan: Any, person: Any) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    tasks = scoped(Task, person).filter(line__plan=plan, withdrawn_on=None).order_by().values("line")
    for row in tasks.annotate(
        tasks=Count("pk"), sampled=Count("pk", filter=Q(state="sampled")),
        not_sampled=Count("pk", filter=Q(state="not_sampled")),
        refused=Count("pk", filter=Q(state__in=("refused", "case_opened"))),
    ):  # fmt: skip
        found[row.pop("line")] |= row
    judged = (Conclusion.PASSED, Conclusion.FAILED)
    samples = scoped(Sample, person).filter(task__line__plan=plan, withdrawn_on=None).order_by().values("task__line")
    for row in samples.annotate(
        judged=Count("pk", filter=Q(conclusion__in=judged)),
        failed=Count("pk", filter=Q(conclusion=Conclusion.FAILED)),
    ):
        found[row.pop("task__line")] |= row
    return found
