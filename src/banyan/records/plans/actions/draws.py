"""Draws: commit to a seed, freeze the frame, reveal the seed and draw firms and samplers.

The order is what makes a draw honest: the commitment is public before the frame is frozen, the frame before
the seed is revealed. `banyan check draw KEY` replays it with a script that needs nothing of this house.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit import Refused, clock, keys, privacy, terms
from banyan.kit.verbs import Deed, verb
from banyan.records.plans.models import DRAW_FLOW, Draw, FrameUnit, PlanLine
from banyan.records.plans.queries import draws
from banyan.records.plans.queries.ties import ties_of
from banyan.science import sampling_design

SIMPLE, BY_RISK = "simple", "pareto"
STEP = timedelta(microseconds=1)


@verb("plans.draw.committed", right="plans.draw")
def commit_draw(deed: Deed, *, line: PlanLine, key: str = "", seed: str = "") -> Draw:
    """Choose a secret seed and publish its SHA-256. The plan must be published; the seed stays sealed.

    A seed is given by the demonstration and tests only, so that they can be repeated.
    """
    if line.plan.state != "published":
        raise Refused(
            _("A draw for %(line)s was asked for.") % {"line": line},
            _("The plan is %(state)s.") % {"state": line.plan.get_state_display()},
            _("Publish the plan first."),
            DRAW_FLOW.written,
            code="plan-not-published",
        )
    secret = seed or secrets.token_hex(32)
    draw = Draw(
        key=key or keys.fresh("d"), line=line, state="committed", algorithm=draws.ALGORITHM,
        commitment=draws.sha256(secret), sealed_seed=secret, committed_at=clock.now(),
    )  # fmt: skip
    return deed.add(draw)


@verb("plans.draw.frozen", right="plans.draw")
def freeze_frame(
    deed: Deed,
    *,
    draw: Draw,
    samplers: Sequence[str],
    units: Sequence[FrameUnit] | None = None,
    n: Mapping[str, int] | None = None,
    random_share: float | None = None,
    beacon_source: str = "",
) -> Draw:
    """Freeze whom the draw is among and by which design; their digest is public from now on.

    `units` (unsaved) are the registered makers in the counties with a quota unless given, weighted by their credit
    grades of the day before. Measures of size that differ make a draw by risk, of which `random_share` is spread
    evenly (the line's share where none is given). `n` per stratum comes from the quotas unless given.
    `beacon_source` may name a public value that nobody can know yet, such as a lottery's next result.
    """
    DRAW_FLOW.move(draw, "freeze_frame")
    line = draw.line
    subjects = list(units) if units is not None else draws.frame_units(line=line, on=deed.on)
    if not subjects:
        raise Refused(
            _("Freezing the frame of %(draw)s was asked for.") % {"draw": draw},
            _("No firm is in it."),
            _("Register who makes this class of product, or set quotas for the counties where it is made."),
            DRAW_FLOW.written,
            code="frame-empty",
        )
    people = [FrameUnit(unit=name, role=FrameUnit.Role.SAMPLER) for name in dict.fromkeys(samplers)]
    share = float(line.random_share if random_share is None else random_share)
    by_risk = len({one.measure for one in subjects}) > 1 and share < 1
    least, _where = terms.value("spot_check.min_samplers", on=deed.on)
    design = {
        "method": BY_RISK if by_risk else SIMPLE,
        "n": _numbers(line, subjects, n),
        "random_share": share if by_risk else 0.0,
        "samplers_per_firm": int(least or 0),
        "barred": _barred(subjects, samplers, on=deed.on),
        "beacon_source": beacon_source,
    }
    if by_risk and units is None:
        design["grades"] = draws.weights_of(line, on=deed.on)
    _demand_samplers_enough(draw, design, [one.unit for one in people])
    draw.design, draw.frozen_at = design, max(clock.now(), draw.committed_at + STEP)
    draw.frame_digest = draws.frame_digest(design=design, frame=draws.frame_of([*subjects, *people]))
    deed.save(draw, "state", "design", "frame_digest", "frozen_at")
    _number_units(draw, [*sorted(subjects, key=lambda one: one.unit), *people])
    deed.add_many([*subjects, *people])
    deed.subject = f"{draw.noun}:{draw.pk}"
    return draw


@verb("plans.draw.drawn", right="plans.draw")
def draw_units(deed: Deed, *, draw: Draw, beacon: str = "") -> Draw:
    """Reveal the seed and draw: firms with their exact probabilities, and samplers for each of them."""
    DRAW_FLOW.move(draw, "draw_units")
    if bool(draw.design.get("beacon_source")) != bool(beacon.strip()):
        raise Refused(
            _("Drawing %(draw)s was asked for.") % {"draw": draw},
            _("The public value of “%(source)s” is missing, or none was announced.")
            % {"source": draw.design.get("beacon_source") or "—"},
            _("Enter the value exactly as it was published, or leave it empty where none was announced."),
            DRAW_FLOW.written,
            code="beacon-differs",
        )
    seed = privacy.unseal(subject=privacy.subject_of(draw), token=draw.sealed_seed) or ""
    units = list(FrameUnit.objects.filter(draw=draw).order_by("unit"))
    frame = draws.frame_of(units)
    digest = draws.frame_digest(design=draw.design, frame=frame)
    if draws.sha256(seed) != draw.commitment or digest != draw.frame_digest:
        raise Refused(
            _("Drawing %(draw)s was asked for.") % {"draw": draw},
            _("Seed or frame are not what was published."),
            _("Cancel this draw, look into it with `banyan check events`, and begin another."),
            DRAW_FLOW.written,
            code="frame-changed",
        )
    draw.seed, draw.beacon = seed, beacon.strip()
    subjects = [one for one in units if one.role == FrameUnit.Role.SUBJECT]
    _draw(draw, subjects, frame["samplers"])
    draw.drawn_at = max(clock.now(), (draw.frozen_at or draw.committed_at) + STEP)
    draw.result_digest = draws.sha256(draws.canonical(draws.result_of(units)))
    deed.save_many(subjects, "wanted", "probability", "order", "is_drawn", "samplers")
    deed.save(draw, "state", "seed", "beacon", "drawn_at", "result_digest")
    deed.subject = f"{draw.noun}:{draw.pk}"
    return draw


@verb("plans.draw.cancelled", right="plans.draw")
def cancel_draw(deed: Deed, *, draw: Draw) -> Draw:
    """Cancel a draw that was not drawn yet, with a reason; that it was begun stays public."""
    terms.demand_reason(deed.reason, _("Cancelling a draw"))
    DRAW_FLOW.move(draw, "cancel_draw")
    return deed.save(draw, "state")


def _numbers(line: PlanLine, subjects: Sequence[FrameUnit], n: Mapping[str, int] | None) -> dict[str, int]:
    """How many firms each stratum gives: its quota, but never more than there are."""
    held: dict[str, int] = {}
    for one in subjects:
        held[one.stratum] = held.get(one.stratum, 0) + 1
    if n is None:
        n = dict(line.quotas.filter(withdrawn_on=None).values_list("county_id", "batches"))
    return {stratum: min(int(n.get(stratum, 0)), there) for stratum, there in sorted(held.items())}


def _barred(subjects: Sequence[FrameUnit], samplers: Sequence[str], *, on: date) -> list[list[str]]:
    firms = {one.unit for one in subjects}
    ties = ties_of(set(samplers), on=on)
    return sorted([name, firm] for name, where in ties.items() for firm in where & firms)


def _demand_samplers_enough(draw: Draw, design: dict[str, Any], samplers: Sequence[str]) -> None:
    need = design["samplers_per_firm"]
    barred: dict[str, int] = {}
    for _name, firm in design["barred"]:
        barred[firm] = barred.get(firm, 0) + 1
    if len(samplers) - max(barred.values(), default=0) < need:
        raise Refused(
            _("Freezing the frame of %(draw)s was asked for.") % {"draw": draw},
            _("For some firm fewer than %(need)s of the samplers are free of ties.") % {"need": need},
            _("Name more samplers."),
            DRAW_FLOW.written,
            code="too-few-samplers",
        )


def _number_units(draw: Draw, units: Sequence[FrameUnit]) -> None:
    for place, one in enumerate(units, start=1):
        one.key, one.draw = f"{draw.pk}.{place:06d}", draw


def _draw(draw: Draw, subjects: Sequence[FrameUnit], samplers: Sequence[str]) -> None:
    """Set chance, order and samplers of each firm, by the published algorithm."""
    design = draw.design
    seed = draws.draw_seed(seed=draw.seed, frame_digest=draw.frame_digest, beacon=draw.beacon)
    by_risk = design["method"] == BY_RISK
    drawn = sampling_design.draw(
        [one.unit for one in subjects], seed=seed, n=design["n"], stratum=[one.stratum for one in subjects],
        size=[one.measure for one in subjects] if by_risk else None, random_share=design["random_share"],
        method=design["method"],
    )  # fmt: skip
    ranks = drawn.uniform
    if by_risk:
        p = drawn.wanted.clip(1e-300, 1.0)
        ranks = drawn.uniform / (1 - drawn.uniform) * ((1 - p) / p)
    chosen = sorted((place for place in range(len(subjects)) if drawn.selected[place]),
                    key=lambda place: (ranks[place], subjects[place].unit))  # fmt: skip
    for place, one in enumerate(subjects):
        one.wanted, one.probability = float(drawn.wanted[place]), float(drawn.probability[place])
    for order, place in enumerate(chosen, start=1):
        one = subjects[place]
        one.is_drawn, one.order = True, order
        one.samplers = _samplers_for(seed, one.unit, samplers, design)


def _samplers_for(seed: str, firm: str, samplers: Sequence[str], design: dict[str, Any]) -> list[str]:
    barred = {name for name, where in design["barred"] if where == firm}
    able = [name for name in samplers if name not in barred]
    if not able:
        return []
    numbers = sampling_design.hash_uniform(seed, [f"sampler\n{firm}\n{name}" for name in able])
    ranked = sorted(zip(numbers.tolist(), able, strict=True))
    return [name for _number, name in ranked[: design["samplers_per_firm"]]]
