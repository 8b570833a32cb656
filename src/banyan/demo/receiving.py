"""Receivers of the demonstration: six invented bodies, of which one refuses, one is late, one lost its copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from banyan.demo.city import ENTERED_ON, LAST_DAY, City, at_work
from banyan.edge.receivers import actions, queries
from banyan.edge.receivers.queries import Delivery, Receiver
from banyan.kit import events

LATE_FROM = date(2025, 9, 1)
CORRECTED_FROM = date(2025, 12, 1)
BODIES = (
    ("bank", "榕江农商银行（示例）", ("listings",)),
    ("tax", "福州市税务局（示例）", ("listings",)),
    ("commerce", "福州市商务局（示例）", ("listings",)),
    ("inspection", "福州市质量检验中心（示例）", ("listings", "corrections")),
    ("insurer", "闽海财产保险公司（示例）", ("listings",)),
    ("platform", "信用福建平台（示例）", ("listings",)),
)
BASES = {
    "listings": "《市场监督管理严重违法失信名单管理办法》规定的管理措施（示例）",
    "corrections": "《政务数据共享条例》第二十六条，核实更正（示例）",
}
REFUSES, LATE = "tax", "insurer"


@dataclass
class Receivers:
    """What receivers are told on the days on which something of a list became public, and what they answer."""

    city: City
    bodies: dict[str, Receiver] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with at_work(ENTERED_ON):
            self._enter(ENTERED_ON)

    def live(self, day: date) -> None:
        """Send what changed; each receiver answers the same day, one of them that it refuses, and one seldom."""
        actions.deliver(post=_takes)
        rows = (
            queries.without_receipt()
            .filter(state="taken")
            .exclude(receiver=self.bodies[LATE], happened_on__gte=LATE_FROM)
        )
        waiting = list(rows.order_by("version", "key"))
        if waiting:
            said = {one.pk: self._answer(one, day) for one in waiting}
            actions.give_receipts(deliveries=waiting, said=said, **self._do(day, "exchange"))
            self.city.counts["execution receipts"] += len(waiting)

    def end(self) -> None:
        """The platform holds what we do; the bank has lost what it was told."""
        with at_work(LAST_DAY):
            self.live(LAST_DAY)
            event = events.last_number()
            digest, count = queries.ours("listings", upto=event)
            empty, _count = queries.digest_of([])
            for kind, held, stands in (("platform", digest, count), ("bank", empty, 0)):
                actions.report_copy(
                    receiver=self.bodies[kind], topic="listings", event=event, count=stands, digest=held,
                    **self._do(LAST_DAY, "exchange"),
                )  # fmt: skip

    def _enter(self, day: date) -> None:
        by = self._do(day, "administrator")
        for place, (kind, name, topics) in enumerate(BODIES, start=1):
            self.bodies[kind] = receiver = actions.enter_receiver(
                name=name, kind=kind, region=self.city.regions["city"],
                endpoint=f"http://127.0.0.1:{9400 + place}/changes", form="binary" if place == 1 else "structured",
                keeps=["inspection.sample"] if kind == "inspection" else [], **by,
            )  # fmt: skip
            for topic in topics:
                first = CORRECTED_FROM if topic == "corrections" else day
                actions.grant_access(receiver=receiver, topic=topic, basis=BASES[topic], from_on=first, **by)

    def _answer(self, delivery: Delivery, day: date) -> Mapping[str, Any]:
        refuses = delivery.receiver_id == self.bodies[REFUSES].pk and delivery.kind == "ended"
        if refuses:
            return {"outcome": "refused", "on": day, "words": "本单位登记簿中无此企业（示例）"}
        return {"outcome": "executed", "on": day, "reference": f"回执{delivery.event}号"}

    def _do(self, day: date, who: str) -> dict[str, Any]:
        return {"by": self.city.system(who), "on": day}


def _takes(*_message: object) -> None:
    """A network of the demonstration: no message leaves this machine, and each arrives."""
