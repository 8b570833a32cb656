"""Draws: the frame of a plan line, the published file of a draw, and the script that replays it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from banyan.base.facts.queries import facts, live_segments
from banyan.base.registry.queries import Organisation
from banyan.kit import Refused, terms
from banyan.kit.refusals import NotFound
from banyan.records.plans.models import Draw, FrameUnit, PlanLine

FORMAT = "banyan-draw-1"
ALGORITHM = "sha256-pareto-1"
WEIGHTS = "plans.weight_of_grade"
GRADED = "credit.graded"
SCRIPT = Path(__file__).resolve().parents[1] / "templates" / "plans" / "verify_draw.py.txt"


def canonical(value: Any) -> str:
    """JSON text that is the same for equal content, as the outsider's script writes it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def frame_digest(*, design: Mapping[str, Any], frame: Mapping[str, Any]) -> str:
    """The digest that freezes a frame together with its design."""
    return sha256(canonical({"design": design, "frame": frame}))


def draw_seed(*, seed: str, frame_digest: str, beacon: str) -> str:
    """The seed from which the numbers come: nobody can choose a frame to fit it without changing it."""
    return sha256(f"{seed}\n{frame_digest}\n{beacon}")


def frame_units(*, line: PlanLine, on: date) -> list[FrameUnit]:
    """The firms that make the line's class of product in the counties with a quota, one stratum per county.

    Where part of the line is not spread evenly, the credit grade that a firm had the day before is its measure.
    """
    counties = list(line.quotas.filter(withdrawn_on=None, batches__gt=0).values_list("county_id", flat=True))
    makers = (
        Organisation.objects.filter(
            products__product_class=line.product_class_id, county__in=counties, withdrawn_on=None, closed_on=None
        ).exclude(registered_on__gt=on).distinct().order_by("key")
    )  # fmt: skip
    firms = dict(makers.values_list("key", "county_id"))
    weights = weights_of(line, on=on)
    graded = _grades(firms, before=on) if weights else {}
    least = min(weights.values(), default=1.0)
    return [
        FrameUnit(unit=key, county_id=county, stratum=county, measure=weights.get(graded.get(key, ""), least))
        for key, county in firms.items()
    ]


def weights_of(line: PlanLine, *, on: date) -> dict[str, float]:
    """What each credit grade weighs in a draw for a line; nothing where it is spread evenly or no rule holds."""
    if line.random_share >= 1:
        return {}
    return {row["grade"]: float(row["weight"]) for row in terms.rows(WEIGHTS, on=on)}


def _grades(firms: Collection[str], *, before: date) -> dict[str, str]:
    """The grade that each of some firms had by the end of the day before: facts tell it, no room above is asked."""
    if not live_segments([GRADED]):
        return {}
    told = facts([GRADED], known_on=before - timedelta(days=1))
    rows = told.filter(told.organisation.isin(list(firms))).select("organisation", "grade").to_pyarrow().to_pylist()
    return {row["organisation"]: row["grade"] for row in rows}


def frame_of(units: Sequence[FrameUnit]) -> dict[str, Any]:
    """A frame as the published file has it, in the order of keys."""
    subjects = sorted((one for one in units if one.role == FrameUnit.Role.SUBJECT), key=lambda one: one.unit)
    return {
        "subjects": [[one.unit, one.stratum, one.measure] for one in subjects],
        "samplers": sorted(one.unit for one in units if one.role == FrameUnit.Role.SAMPLER),
    }


def result_of(units: Sequence[FrameUnit]) -> list[dict[str, Any]]:
    """The result as the published file has it: each firm's chance, and place and samplers of those drawn."""
    subjects = sorted((one for one in units if one.role == FrameUnit.Role.SUBJECT), key=lambda one: one.unit)
    return [
        {
            "key": one.unit,
            "wanted": one.wanted,
            "probability": one.probability,
            "order": one.order,
            "samplers": one.samplers,
        }
        for one in subjects
    ]


def draw(key: str) -> Draw:
    """The draw with this key. Raises NotFound."""
    found = Draw.objects.select_related("line").filter(pk=key).first()
    if found is None:
        raise NotFound(
            _("The draw “%(key)s” was asked for.") % {"key": key},
            _("There is none with that key."),
            _("Look its key up on the page of its plan."),
        )
    return found


def drawn_units(draw: Draw) -> list[FrameUnit]:
    """The firms that were drawn, in the order of the draw, each with probability, stratum and samplers."""
    return list(FrameUnit.objects.filter(draw=draw, is_drawn=True).order_by("order"))


def announcement(draw: Draw) -> dict[str, Any]:
    """What is public of a draw at any time: the commitment, then the digest of the frame, never the seed."""
    return {
        "format": FORMAT,
        "draw": draw.pk,
        "line": draw.line_id,
        "state": draw.state,
        "algorithm": draw.algorithm,
        "commitment": draw.commitment,
        "committed_at": _instant(draw.committed_at),
        "frozen_at": _instant(draw.frozen_at),
        "drawn_at": _instant(draw.drawn_at),
        "frame_digest": draw.frame_digest,
        "beacon_source": draw.design.get("beacon_source", ""),
    }


def bundle(draw: Draw) -> dict[str, Any]:
    """All that an outsider needs to replay a draw. Refused before the seed is revealed."""
    if draw.state != "drawn":
        raise Refused(
            _("The file of %(draw)s was asked for.") % {"draw": draw},
            _("It was not drawn yet: its state is “%(state)s”.") % {"state": draw.get_state_display()},
            _("The commitment and the digest of the frame are public already; ask again after the draw."),
            code="not-drawn",
        )
    units = list(FrameUnit.objects.filter(draw=draw).order_by("unit"))
    return announcement(draw) | {
        "seed": draw.seed,
        "beacon": draw.beacon,
        "design": draw.design,
        "frame": frame_of(units),
        "result": result_of(units),
        "result_digest": draw.result_digest,
    }


def script() -> str:
    """The outsider's script: one file, standard library only."""
    return SCRIPT.read_text(encoding="utf-8")


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""
