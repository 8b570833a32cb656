"""A small world of recalls: one lead of the rice firm, and the steps that lead from it to any state."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.base import File

from banyan.insight.risk import actions as risk
from banyan.response.recall import actions
from banyan.response.recall.models import Holding, Lead, Recall

DAY = date(2024, 3, 4)
SCENARIO = {"name": "cord strangles", "steps": ["1/2", "1/10", "1/50"], "severity": 4}


def photo() -> File:
    """A picture of one red pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    return File(BytesIO(content + chunk(b"IEND", b"")), name="pixel.png")


def a_lead(city: Any, **fields: Any) -> Lead:
    """A consumer's lead about a cord of the Gulou firm, not yet entered."""
    given = {
        "source": "consumer", "product_name": "blind with a cord", "brand": "Banyan", "model": "B-2", "lots": "L1 L2",
        "gtin": "4006381333931", "maker": city.gulou_firm, "defect": "the cord forms a loop",
        "hazard": "a child may strangle", "received_on": DAY,
    }  # fmt: skip
    return Lead(**given | fields)


def notified(city: Any, people: Any, *, on: date = DAY, **fields: Any) -> Recall:
    """A recall whose notice was served, after inquiry, assessment and review."""
    officer = {"by": people.officer_gulou, "on": on}
    (lead,) = actions.enter_leads(leads=[a_lead(city, **fields)], **officer)
    inquiry = actions.open_inquiry(lead=lead, report_by=date(on.year, 12, 31), **officer)
    assessment = actions.assess_risk(inquiry=inquiry, scenarios=[SCENARIO], **officer)
    risk.review_assessment(assessment=assessment, is_upheld=True, by=people.planner, on=on)
    return actions.notify_recall(inquiry=inquiry, **officer)


def running(city: Any, people: Any, *, on: date = DAY) -> Recall:
    """A recall with an accepted notice, a plan and a public notice."""
    recall = notified(city, people, on=on)
    actions.accept_notice(recall=recall, by=people.gulou_firm, on=on)
    actions.file_plan(recall=recall, by=people.gulou_firm, on=on, **PLAN)
    actions.publish_notice(recall=recall, photo=photo(), by=people.officer_gulou, on=on)
    return Recall.objects.get(pk=recall.pk)


PLAN = {
    "measures": "cords are cut and replaced free of charge", "contact": "0591-0000 0000", "schedule": "until June",
}  # fmt: skip


def stated(city: Any, people: Any, recall: Recall, *, on: date = DAY) -> tuple[Holding, Holding]:
    """The scope as the maker states it: 100 made, all of them gone to the Changle firm. Gives maker and seller."""
    lines = [(city.gulou_firm, "", Decimal(100)), (city.changle_firm, "", Decimal(100))]
    actions.state_scope(recall=recall, lines=lines, by=people.planner, on=on)
    return holding(recall, "firm-g"), holding(recall, "firm-c")


def holding(recall: Recall, party: str) -> Holding:
    return Holding.objects.get(recall=recall, party=party)
