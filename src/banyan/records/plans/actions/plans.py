"""Plans: draft, cost, rules, publication; and the interests that bar a sampler."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import Refused, keys, rights, terms
from banyan.kit.verbs import Deed, verb
from banyan.records.plans.models import PLAN_FLOW, Plan, PlanLine, Quota, Tie
from banyan.records.plans.queries.ranking import makers_by_county, risks
from banyan.science import sampling_design


@verb("plans.plan.drafted", right="plans.edit")
def draft_plan(deed: Deed, *, plan: Plan, lines: Sequence[PlanLine] = (), quotas: Sequence[Quota] = ()) -> Plan:
    """Enter a plan with its lines and quotas (unsaved records that point at each other)."""
    plan.key = plan.key or keys.fresh("plan")
    plan.state, plan.cost_spent = "draft", Decimal(0)
    for line in lines:
        line.key = line.key or f"{plan.key}.{line.product_class_id}"
        line.plan = plan
    for quota in quotas:
        quota.key = quota.key or f"{quota.line.key}.{quota.county_id}"
        quota.line = quota.line
    plan.cost_planned = cost_of(lines)
    deed.add(plan)
    deed.add_many(lines)
    deed.add_many(quotas)
    deed.subject = f"{plan.noun}:{plan.key}"
    return plan


@verb("plans.plan.line_set", right="plans.edit", title=gettext_lazy("Plan line set"))
def set_line(deed: Deed, *, line: PlanLine, quotas: Sequence[Quota] = ()) -> PlanLine:
    """Enter a line of a draft plan, or change one, with its quotas per county (unsaved; they replace the old)."""
    plan = _draft(line.plan_id)
    if line._state.adding:
        line.key = line.key or f"{plan.key}.{line.product_class_id}"
        deed.add(line)
    else:
        deed.save(line)
    _replace_quotas(deed, line, quotas)
    _cost_again(deed, plan)
    return line


@verb("plans.plan.line_withdrawn", right="plans.edit")
def withdraw_line(deed: Deed, *, line: PlanLine) -> PlanLine:
    """Take a line out of a draft plan, with a reason."""
    terms.demand_reason(deed.reason, _("Withdrawing a plan line"))
    plan = _draft(line.plan_id)
    deed.withdraw(line)
    _cost_again(deed, plan)
    return line


@verb("plans.rules.published", right="plans.edit")
def publish_rules(deed: Deed, *, lines: Sequence[PlanLine], rules: str, published_on: date | None = None) -> Any:
    """Record that the sampling and testing rules of plan lines are public."""
    day = published_on or deed.on
    terms.demand_order(what=gettext_lazy("The publication"), of=rules, day=day, earliest=None, latest=deed.on)
    for line in lines:
        line.rules, line.rules_published_on = rules or line.rules, day
        if not line.rules:
            raise Refused(
                _("Publishing the rules of %(line)s was asked for.") % {"line": line},
                _("The rules have no name."),
                _("Name the sampling and testing rules."),
                code="rules-missing",
            )
    return deed.save_many(lines, "rules", "rules_published_on")


@verb("plans.plan.published", right="plans.publish")
def publish_plans(deed: Deed, *, plans: Sequence[Plan]) -> Sequence[Plan]:
    """Publish plans whose lines have quotas that add up. A draw may be begun from then on."""
    lines_of: dict[str, list[PlanLine]] = defaultdict(list)
    for line in PlanLine.objects.filter(plan__in=plans, withdrawn_on=None):
        lines_of[line.plan_id].append(line)
    quotas = Quota.objects.filter(line__plan__in=plans, line__withdrawn_on=None, withdrawn_on=None)
    sums = dict(quotas.values_list("line").annotate(batches=Sum("batches")))
    for plan in plans:
        PLAN_FLOW.move(plan, "publish_plan")
        asked = _("Publishing %(plan)s was asked for.") % {"plan": plan}
        if not lines_of[plan.pk]:
            raise Refused(
                asked, _("It has no line."), _("Add the products that are to be checked."), PLAN_FLOW.written,
                code="plan-empty",
            )  # fmt: skip
        for line in lines_of[plan.pk]:
            if sums.get(line.pk, line.batches) != line.batches:
                raise Refused(
                    asked,
                    _("The quotas of “%(line)s” add up to %(sum)s, the line plans %(batches)s batches.")
                    % {"line": line.product_class, "sum": sums[line.pk], "batches": line.batches},
                    _("Correct the quotas or the number of batches."),
                    code="quotas-differ",
                )
        plan.published_on = deed.on
    return deed.save_many(plans, "state", "published_on")


@verb("plans.plan.closed", right="plans.edit")
def close_plan(deed: Deed, *, plan: Plan) -> Plan:
    """Close a plan; no further draw or task may be made from it."""
    PLAN_FLOW.move(plan, "close_plan")
    return deed.save(plan, "state")


@verb("plans.plan.cancelled", right="plans.edit")
def cancel_plan(deed: Deed, *, plan: Plan) -> Plan:
    """Cancel a draft, with a reason."""
    terms.demand_reason(deed.reason, _("Cancelling a plan"))
    PLAN_FLOW.move(plan, "cancel_plan")
    return deed.save(plan, "state")


@verb("plans.cost.recorded", right="plans.edit")
def record_cost(deed: Deed, *, line: PlanLine, amount: Decimal, what: str, borne_by: str = "authority") -> PlanLine:
    """Record what was spent on a plan line, or with a minus take back what was entered too much.

    A firm that is checked pays nothing.
    """
    if borne_by != "authority":
        _allowed, where = terms.value("spot_check.firm_may_be_charged", on=deed.on)
        raise Refused(
            _("A cost of %(amount)s CNY was to be borne by the firm that is checked.") % {"amount": amount},
            _("No fee may be put on a firm for a supervision check."),
            _("Enter it as a cost of the authority; only the loser of a re-test pays for that test."),
            where,
            code="no-fee",
        )
    _spend(deed, [line], {line.pk: amount}, what)
    deed.subject = f"{line.noun}:{line.pk}"
    return line


@verb("plans.costs.recorded", right="plans.edit", title=gettext_lazy("Costs recorded"))
def record_costs(
    deed: Deed, *, lines: Sequence[PlanLine], amounts: Mapping[str, Decimal], what: str
) -> Sequence[PlanLine]:
    """Record what was spent on many plan lines, the amounts by the lines' keys."""
    _spend(deed, lines, amounts, what)
    return lines


def _spend(deed: Deed, lines: Sequence[PlanLine], amounts: Mapping[str, Decimal], what: str) -> None:
    plans = {plan.pk: plan for plan in Plan.objects.select_for_update().filter(pk__in={one.plan_id for one in lines})}
    for line in lines:
        amount = amounts[line.pk]
        if not amount or line.cost_spent + amount < 0:
            raise Refused(
                _("A cost of %(amount)s CNY was to be recorded.") % {"amount": amount},
                _("A cost is not nothing, and no more can be taken back than %(spent)s CNY, which was entered.")
                % {"spent": line.cost_spent},
                _("Correct the amount."),
                code="cost-not-possible",
            )
        line.cost_spent += amount
        plans[line.plan_id].cost_spent += amount
    deed.reason = deed.reason or what
    deed.save_many(lines, "cost_spent")
    deed.save_many(list(plans.values()), "cost_spent")


@verb("plans.tie.declared", right="plans.declare")
def declare_tie(deed: Deed, *, tie: Tie) -> Tie:
    """Declare that somebody is tied to a firm, and so barred from its checks and cases: oneself, or who plans."""
    own = getattr(deed.by, "username", "")
    if tie.username != own and not rights.has(deed.by, "plans.edit", on=deed.on):
        raise Refused(
            _("Declaring an interest of %(person)s was asked for.") % {"person": tie.username},
            _("You may declare your own only."),
            _("Ask that person, or whoever plans the checks."),
            code="not-your-own",
        )
    tie.key = tie.key or keys.fresh("tie")
    return deed.add(tie)


@verb("plans.tie.ended", right="plans.edit")
def end_tie(deed: Deed, *, tie: Tie, until_on: date | None = None) -> Tie:
    """Record that a tie has ended, with a reason."""
    terms.demand_reason(deed.reason, _("Ending a declared interest"))
    tie.until_on = until_on or deed.on
    return deed.save(tie, "until_on")


def cost_of(lines: Any) -> Decimal:
    """What the batches of plan lines cost together."""
    return sum((line.batches * line.cost_per_batch for line in lines), Decimal(0))


def _draft(key: str) -> Plan:
    plan = Plan.objects.select_for_update().get(pk=key)
    if plan.state != "draft":
        raise Refused(
            _("A change of %(plan)s was asked for.") % {"plan": plan},
            _("It is %(state)s.") % {"state": plan.get_state_display()},
            _("Draft a supplementary plan; a published plan stays as it was published."),
            PLAN_FLOW.written,
            code="plan-not-draft",
        )
    return plan


def _replace_quotas(deed: Deed, line: PlanLine, quotas: Sequence[Quota]) -> None:
    if not quotas:
        return
    standing = {quota.county_id: quota for quota in line.quotas.all()}
    fresh, changed = [], []
    for quota in quotas:
        old = standing.pop(quota.county_id, None)
        if old is None:
            quota.key, quota.line = quota.key or f"{line.key}.{quota.county_id}", line
            fresh.append(quota)
        else:
            old.batches, old.withdrawn_on = quota.batches, None
            changed.append(old)
    for gone in standing.values():
        gone.batches = 0
        changed.append(gone)
    deed.add_many(fresh)
    deed.save_many(changed, "batches", "withdrawn_on")


@verb("plans.plan.lines_proposed", right="plans.edit")
def propose_lines(
    deed: Deed,
    *,
    plan: Plan,
    batches: int,
    random_share: float = 1.0,
    least: int = 1,
    cost_per_batch: Decimal = Decimal(0),
    classes: Collection[str] | None = None,
) -> Sequence[PlanLine]:
    """Write the lines of an empty draft: products ranked by risk, batches spread by it, quotas per county.

    A share of the batches is spread over all products whatever their risk; every product gets at least `least`
    while the budget lasts, the riskiest first.
    """
    PLAN_FLOW.demand(plan, "publish_plan")
    if plan.lines.filter(withdrawn_on=None).exists():
        raise Refused(
            _("Proposing lines for %(plan)s was asked for.") % {"plan": plan},
            _("It has lines already."),
            _("Change those, or withdraw them first."),
            code="plan-not-empty",
        )
    ranked = [one for one in risks(scheme=plan.scheme, region=plan.region, on=deed.on, classes=classes) if one.makers]
    ranked = ranked[: batches // max(least, 1)]
    makers = [one.makers for one in ranked]
    if not ranked or not 0 < batches <= sum(makers) or not 0 < random_share <= 1:
        raise Refused(
            _("Proposing %(batches)s batches for %(plan)s was asked for.") % {"batches": batches, "plan": plan},
            _("There are %(makers)s firms to check in %(region)s.") % {"makers": sum(makers), "region": plan.region},
            _("Plan no more batches than firms, and at least one. Register the products that each firm makes."),
            code="budget-does-not-fit",
        )
    spread = sampling_design.allocate(
        batches,
        makers,
        method="risk",
        risk=[1.0 if one.rate is None else one.rate for one in ranked],
        random_share=random_share,
        minimum=least,
    )
    lines, quotas = [], []
    for rank, (one, n) in enumerate(zip(ranked, spread.n.tolist(), strict=True), start=1):
        line = PlanLine(
            key=f"{plan.key}.{one.product_class}", plan=plan, product_class_id=one.product_class, risk_rank=rank,
            risk_score=one.score, risk_reasons=one.reasons, batches=n, cost_per_batch=cost_per_batch,
        )  # fmt: skip
        lines.append(line)
        quotas += quotas_of(line, region=plan.region)
    plan.cost_planned = cost_of(lines)
    deed.add_many(lines)
    deed.add_many(quotas)
    deed.save(plan, "cost_planned")
    deed.subject = f"{plan.noun}:{plan.key}"
    return lines


def quotas_of(line: PlanLine, *, region: Any) -> list[Quota]:
    """The line's batches spread over the counties in proportion to their makers (unsaved)."""
    makers = makers_by_county(region=region, product_class=line.product_class_id)
    if not makers:
        return []
    spread = sampling_design.allocate(min(line.batches, sum(makers.values())), list(makers.values()))
    return [
        Quota(key=f"{line.key}.{county}", line=line, county_id=county, batches=n)
        for county, n in zip(makers, spread.n.tolist(), strict=True)
        if n
    ]


@verb("plans.line.added", right="plans.edit")
def add_line(
    deed: Deed, *, plan: Plan, product_class: Any, batches: int, random_share: float = 1.0,
    cost_per_batch: Decimal = Decimal(0),
) -> PlanLine:  # fmt: skip
    """Add a product to a draft; its quotas follow the makers in each county."""
    plan = _draft(plan.pk)
    line = PlanLine(
        key=f"{plan.key}.{product_class.pk}", plan=plan, product_class=product_class, batches=batches,
        random_share=random_share, cost_per_batch=cost_per_batch, risk_rank=plan.lines.count() + 1,
    )  # fmt: skip
    deed.add(line)
    deed.add_many(quotas_of(line, region=plan.region))
    _cost_again(deed, plan)
    deed.subject = f"{plan.noun}:{plan.pk}"
    return line


@verb("plans.line.changed", right="plans.edit")
def change_line(
    deed: Deed, *, line: PlanLine, batches: int, random_share: float, cost_per_batch: Decimal
) -> PlanLine:
    """Change a line of a draft; its quotas are spread anew."""
    plan = _draft(line.plan_id)
    line.batches, line.random_share, line.cost_per_batch = batches, random_share, cost_per_batch
    deed.save(line, "batches", "random_share", "cost_per_batch")
    _replace_quotas(deed, line, quotas_of(line, region=plan.region))
    _cost_again(deed, plan)
    deed.subject = f"{line.noun}:{line.pk}"
    return line


@verb("plans.quota.changed", right="plans.edit")
def change_quota(deed: Deed, *, quota: Quota, batches: int) -> Quota:
    """Change how many batches of a draft's line fall to a county."""
    _draft(quota.line.plan_id)
    quota.batches = batches
    return deed.save(quota, "batches")


def _cost_again(deed: Deed, plan: Plan) -> None:
    plan.cost_planned = cost_of(plan.lines.filter(withdrawn_on=None))
    deed.save(plan, "cost_planned")
