"""Clients of the credit query in the demonstration: firms consent, a bank and an insurer read, one revokes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from banyan.base.registry.queries import organisations_by_key
from banyan.demo.city import LAST_DAY, City, Firm, at_work
from banyan.demo.people import CLIENTS
from banyan.edge.vouching import actions as vouching
from banyan.judgement.access import actions
from banyan.judgement.access.queries import Consent, purposes

BEGINS, READS, REVOKES = date(2025, 10, 13), date(2025, 10, 20), date(2025, 11, 17)
FIRMS, SCREENED, OTHERS = 6, 40, 2
BRANCH = "鼓楼支行（示例）"
PURPOSES = {"bank": "lending", "insurer": "insurance", "guarantor": "guarantee"}
UNTIL = timedelta(days=365)


@dataclass
class Clients:
    """What happens between firms and those who would lend to or insure them, from the last autumn on."""

    city: City
    given: list[Consent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = self.city.random("clients")

    def live(self, day: date) -> None:
        """Take the step of a day."""
        if day == BEGINS:
            open_ones = [firm for firm in self.city.makers if not firm.closed]
            firms = self.random.sample(open_ones, k=min(FIRMS, len(open_ones)))
            self.given = [
                self._consent(firm, client, day) for firm, client in zip(firms, 2 * list(CLIENTS), strict=False)
            ]
        elif day == READS:
            self._read(self.given)
        elif day == REVOKES and self.given:
            actions.revoke_consent(consent=self.given.pop(), by=self.city.system("firm"), on=day)

    def serve(self, firms: Sequence[Firm]) -> None:
        """Let the firms that one can sign in for have consents and readers too, on the last day."""
        with at_work(LAST_DAY):
            own = [self._consent(firm, client, LAST_DAY) for firm in firms for client in ("bank", "insurer")]
            self._read(own)
            asked = [*firms, *self.city.makers[:SCREENED]]
            codes = [firm.record.uscc for firm in asked if firm.record.uscc]
            vouching.screen_now(
                chunks=["\n".join(["uscc", *codes]).encode()], name="suppliers.csv", purpose="lending",
                on_behalf=BRANCH, by=self.city.people["bank"], on=LAST_DAY,
            )  # fmt: skip

    def _consent(self, firm: Firm, client: str, day: date) -> Consent:
        self.city.counts["consents"] += 1
        return actions.give_consent(
            organisation=firm.record, client=client, purpose=PURPOSES[client], until_on=day + UNTIL, on=day,
            by=self.city.system("firm"),
        )  # fmt: skip

    def _read(self, consents: Sequence[Consent]) -> None:
        known = {one.key: one for one in purposes()}
        for one in consents:
            actions.note(
                person=self.city.people[one.client], purpose=known[one.purpose], what="explained",
                read=[(one.organisation_id, one.pk)], on_behalf=BRANCH if one.client == "bank" else "",
            )  # fmt: skip


def take_along(city: City) -> None:
    """Let the firms that one can sign in for, and two others, take their status along once all are graded.

    One revokes what it took, as who gave it to a bank in the wrong town would.
    """
    with at_work(LAST_DAY):
        own = [firm.key for firm in city.served]
        others = [firm.key for firm in city.makers if not firm.closed and firm.record.uscc and firm.key not in own]
        firms = organisations_by_key(keys=[*own, *others[:OTHERS]])
        taken = [
            vouching.take_credential(organisation=firm, by=city.system("firm"), on=LAST_DAY)
            for firm in firms.values() if firm.uscc and not firm.closed_on
        ]  # fmt: skip
        if len(taken) > 1:
            vouching.revoke_credential(
                credential=taken[-1], by=city.system("firm"), on=LAST_DAY, reason="误交其他银行网点，予以撤销（示例）"
            )
    city.counts["credentials"] = len(taken)
