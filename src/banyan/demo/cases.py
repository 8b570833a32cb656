"""Cases of the demonstration: one of each way that a case may go, step by step, and many that were handled before."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.base import ContentFile

from banyan.demo.city import LAST_DAY, City, Firm
from banyan.records.inspection.queries import Correction
from banyan.response.casework import actions
from banyan.response.casework.queries import Case, Cause, Clue, Transfer, range_of

PROVED = ((0, "file"), (6, "prove"), (18, "conclude"), (22, "review"))
ANNOUNCED = (*PROVED, (25, "announce"))
DECIDED = (*ANNOUNCED, (29, "state"), (33, "decide"), (37, "serve"))
WAYS: dict[str, tuple[tuple[int, str], ...]] = {
    "paid": (*DECIDED, (45, "pay"), (46, "publish"), (50, "close")),
    "late": (*DECIDED, (46, "publish"), (58, "demand"), (65, "pay_part"), (90, "enforce"), (95, "close")),
    "heard": (*ANNOUNCED, (28, "call_hearing"), (36, "hold_hearing"), (40, "decide"), (44, "serve"), (50, "pay"),
              (51, "publish"), (55, "close")),
    "dropped": (*PROVED, (26, "drop"), (30, "close")),
    "police": (*PROVED, (24, "propose"), (26, "approve"), (27, "hand_over"), (28, "receipt"), (30, "accepted"),
               (34, "close")),
    "returned": (*PROVED, (24, "propose"), (26, "approve"), (27, "hand_over"), (28, "receipt"), (30, "returned"),
                 (32, "take_back"), (40, "conclude"), (44, "review"), (48, "drop"), (52, "close")),
    "stopped": ((0, "file"), (6, "prove"), (8, "suspend"), (38, "resume"), (44, "conclude"), (48, "review"),
                (52, "drop"), (56, "close")),
    "slow": ((0, "file"),),
}  # fmt: skip
"""What is done to a case so many days after its filing. What lies after the last day of the city is still open."""

BEGUN = (
    ("paid", date(2023, 3, 6), Cause.SAMPLE), ("heard", date(2024, 2, 26), Cause.REPORT),
    ("police", date(2024, 6, 3), Cause.SAMPLE), ("slow", date(2025, 7, 7), Cause.COMPLAINT),
    ("late", date(2025, 10, 27), Cause.SAMPLE), ("heard", date(2025, 12, 1), Cause.SAMPLE),
    ("police", date(2025, 12, 3), Cause.SAMPLE), ("stopped", date(2025, 12, 15), Cause.INSPECTION),
    ("paid", date(2025, 12, 15), Cause.TRANSFER), ("paid", date(2025, 12, 29), Cause.REPORT),
)  # fmt: skip
ALSO = (
    ("dropped", date(2023, 9, 11), Cause.INSPECTION), ("returned", date(2024, 8, 12), Cause.TRANSFER),
    ("late", date(2025, 1, 6), Cause.SAMPLE), ("stopped", date(2025, 3, 10), Cause.REPORT),
    ("paid", date(2025, 11, 24), Cause.REPORT),
)  # fmt: skip
"""What a city that is not small has beside them."""
SMALL = 0.1
HANDLED_A_QUARTER = 110
"""Cases of the whole city that another system handled and that are entered at once, quarter by quarter."""
GOODS, HEARD, SOLD = Decimal(20_000), Decimal(80_000), Decimal(86_000)
MATTERS = ("以次充好（示例）", "不符合强制性标准（示例）", "以不合格冒充合格（示例）", "掺杂掺假（示例）")
UNLIKE, MINOR = 0.04, 0.2


@dataclass
class Matter:
    """One case with what its steps hand on."""

    way: str
    cause: str
    firm: Firm
    clue: Clue | None = None
    case: Case | None = None
    transfer: Transfer | None = None


@dataclass
class Cases:
    """What is to be done to which case on which day."""

    city: City

    def __post_init__(self) -> None:
        self.random = self.city.random("cases")
        self._order = count()
        self._due: list[tuple[date, int, str, Matter]] = []
        self._firms = [firm for firm in self.city.makers if not firm.closed and firm.products]
        begun = (*BEGUN, *ALSO) if self.city.scale >= SMALL else BEGUN
        for way, day, cause in begun if self._firms else ():
            matter = Matter(way, cause, self.random.choice(self._firms))
            self._put(day - timedelta(days=6), "find", matter)
            for days, step in WAYS[way]:
                self._put(day + timedelta(days=days), step, matter)

    def live(self, day: date) -> None:
        """Do what falls on a day, or on a free day before it."""
        while self._due and self._due[0][0] <= day:
            _on, _number, step, matter = heapq.heappop(self._due)
            getattr(self, f"_{step}")(matter, day)

    def end_quarter(self, day: date) -> None:
        """Enter what another system handled in the quarter; what is late goes up a level."""
        if self._firms:
            handled = [self._handled(day) for _one in range(self.city.count(HANDLED_A_QUARTER, least=2))]
            actions.enter_cases(cases=handled, **self._by(day, "planner"))
            self.city.counts["cases"] += len(handled)
            actions.run_clocks(by=self.city.system("daily"), on=day)

    def _put(self, day: date, step: str, matter: Matter) -> None:
        if day <= LAST_DAY:
            heapq.heappush(self._due, (day, next(self._order), step, matter))

    def _by(self, day: date, who: str) -> dict[str, Any]:
        return {"by": self.city.system(who), "on": day}

    def _officer(self, matter: Matter, day: date) -> dict[str, Any]:
        return {"case": matter.case, **self._by(day, f"officer_{matter.firm.county.pk}")}

    def _leader(self, matter: Matter, day: date) -> dict[str, Any]:
        return {"case": matter.case, **self._by(day, f"leader_{matter.firm.county.pk}")}

    # ------------------------------------------------------------ the clue and the investigation

    def _find(self, matter: Matter, day: date) -> None:
        """A clue: of a failed sample whose firm was ordered to correct, or entered by an officer."""
        order = self._order_to_correct(day) if matter.cause == Cause.SAMPLE else None
        if order is not None:
            matter.firm = next((one for one in self._firms if one.key == order.party_id), matter.firm)
            matter.clue = actions.make_clue_of_order(correction=order, **self._by(day, "planner"))
            return
        good = matter.firm.products[0]
        clue = Clue(
            cause=matter.cause, title=f"{good.kind.record.name}{self.random.choice(MATTERS)}",
            party=matter.firm.record, product_class=good.kind.record, product_name=good.record.name,
            lots=f"{day:%Y%m%d}", detail="线索内容已核对（示例）", county=matter.firm.county,
        )  # fmt: skip
        matter.clue = actions.enter_clues(clues=[clue], **self._by(day, "planner"))[0]

    def _order_to_correct(self, day: date) -> Correction | None:
        """An order of the last months to a maker with an office of this city, of which no clue was made."""
        found = Correction.objects.filter(
            ordered_on__gt=day - timedelta(days=90), ordered_on__lte=day, withdrawn_on=None,
            party__in=[firm.key for firm in self._firms[:500]],
        ).exclude(sample__in=Clue.objects.values("source_key"))  # fmt: skip
        return found.select_related("sample", "party").order_by("-ordered_on", "key").first()

    def _file(self, matter: Matter, day: date) -> None:
        county = matter.firm.county.pk
        matter.case = actions.file_case(
            clue=matter.clue, second_officer=str(self.city.people[f"sampler_{county}"]),
            **self._by(day, f"officer_{county}"),
        )  # fmt: skip
        self.city.counts["cases"] += 1

    def _prove(self, matter: Matter, day: date) -> None:
        """The record of the visit; of the goods of the largest case it is said that they are held."""
        paper = f"%PDF-1.4\n% {matter.case}\n1 0 obj\nendobj\n%%EOF\n".encode()
        actions.add_evidence(
            file=ContentFile(paper, name="record.pdf"), kind="scene", title="现场检查笔录（示例）", taken_on=day,
            taken_by=str(self.city.people[f"officer_{matter.firm.county.pk}"]), place="生产车间（示例）",
            is_held=matter.way == "heard", **self._officer(matter, day),
        )  # fmt: skip

    def _suspend(self, matter: Matter, day: date) -> None:
        actions.suspend_case(cause="testing", **self._officer(matter, day))

    def _resume(self, matter: Matter, day: date) -> None:
        actions.resume_case(**self._officer(matter, day))

    def _conclude(self, matter: Matter, day: date) -> None:
        actions.conclude_investigation(findings="经查，当事人的行为属实（示例）", **self._officer(matter, day))

    def _review(self, matter: Matter, day: date) -> None:
        actions.pass_review(opinion="事实清楚，证据充分，程序合法（示例）", **self._leader(matter, day))

    # ------------------------------------------------------------ penalty, hearing, decision

    def _announce(self, matter: Matter, day: date) -> None:
        goods = HEARD if matter.way == "heard" else GOODS
        actions.announce_penalty(
            breach="pql_50", step="general", fine=goods * Decimal("1.5"), goods_value=goods, confiscated=Decimal(800),
            grounds="违法行为已经证实，处以一般幅度的罚款（示例）", **self._officer(matter, day),
        )  # fmt: skip

    def _state(self, matter: Matter, day: date) -> None:
        actions.record_statement(statement="当事人表示不陈述、不申辩（示例）", **self._officer(matter, day))

    def _call_hearing(self, matter: Matter, day: date) -> None:
        actions.call_hearing(hearing_on=day + timedelta(days=8), **self._officer(matter, day))

    def _hold_hearing(self, matter: Matter, day: date) -> None:
        actions.hold_hearing(record="当事人请求减少罚款（示例）", **self._leader(matter, day))

    def _decide(self, matter: Matter, day: date) -> None:
        assert matter.case is not None
        actions.decide_penalty(fine=matter.case.fine_proposed, **self._leader(matter, day))

    def _drop(self, matter: Matter, day: date) -> None:
        outcome = "no_breach" if matter.way == "returned" else "minor"
        actions.drop_case(outcome=outcome, grounds="情节轻微并及时改正（示例）", **self._leader(matter, day))

    # ------------------------------------------------------------ carrying out

    def _serve(self, matter: Matter, day: date) -> None:
        actions.serve_decision(manner="直接送达", **self._officer(matter, day))

    def _pay(self, matter: Matter, day: date) -> None:
        assert matter.case is not None
        whole = (matter.case.fine or Decimal(0)) + (matter.case.confiscated or Decimal(0))
        actions.record_payment(amount=whole, **self._officer(matter, day))

    def _pay_part(self, matter: Matter, day: date) -> None:
        actions.record_payment(amount=Decimal(5_000), **self._officer(matter, day))

    def _demand(self, matter: Matter, day: date) -> None:
        actions.demand_payment(**self._officer(matter, day))

    def _enforce(self, matter: Matter, day: date) -> None:
        actions.enforce_payment(**self._officer(matter, day))

    def _publish(self, matter: Matter, day: date) -> None:
        actions.publish_penalty(**self._officer(matter, day))

    def _close(self, matter: Matter, day: date) -> None:
        actions.close_case(**self._officer(matter, day))

    # ------------------------------------------------------------ the police

    def _propose(self, matter: Matter, day: date) -> None:
        matter.transfer = actions.propose_transfer(sales=SOLD, **self._officer(matter, day))

    def _with_police(self, matter: Matter, day: date, who: str = "officer") -> dict[str, Any]:
        return {"transfer": matter.transfer, **self._by(day, f"{who}_{matter.firm.county.pk}")}

    def _approve(self, matter: Matter, day: date) -> None:
        actions.approve_transfer(**self._with_police(matter, day, "leader"))

    def _hand_over(self, matter: Matter, day: date) -> None:
        name = matter.firm.county.name
        actions.hand_over(police=f"{name}公安局（示例）", **self._with_police(matter, day))
        actions.copy_to_prosecutor(prosecutor=f"{name}人民检察院（示例）", **self._with_police(matter, day))

    def _receipt(self, matter: Matter, day: date) -> None:
        actions.record_receipt(receipt=f"收字第{next(self._order)}号（示例）", **self._with_police(matter, day))

    def _accepted(self, matter: Matter, day: date) -> None:
        actions.record_answer(is_accepted=True, answer="已立案侦查（示例）", **self._with_police(matter, day))

    def _returned(self, matter: Matter, day: date) -> None:
        actions.record_answer(is_accepted=False, answer="不予立案（示例）", **self._with_police(matter, day))

    def _take_back(self, matter: Matter, day: date) -> None:
        actions.take_back(**self._with_police(matter, day))

    # ------------------------------------------------------------ handled elsewhere

    def _handled(self, day: date) -> Case:
        """A case that was decided, paid, published and closed in the quarter; now and then with an unlike fine."""
        firm = self.random.choice(self._firms)
        good = firm.products[0]
        filed_on = day - timedelta(days=self.random.randrange(60, 120))
        decided_on = filed_on + timedelta(days=self.random.randrange(20, 50))
        goods = Decimal(self.random.randrange(2, 60) * 500)
        if self.random.random() < MINOR:
            return self._minor(firm, filed_on, decided_on)
        found = range_of("pql_50", "general", goods_value=goods, on=filed_on)
        assert found is not None
        share = 0.98 if self.random.random() < UNLIKE else self.random.uniform(0.4, 0.6)
        fine = (found.low + (found.high - found.low) * Decimal(share)).quantize(Decimal(1))
        person = self.city.people[f"officer_{firm.county.pk}"]
        return Case(
            cause=self.random.choice((Cause.SAMPLE, Cause.REPORT, Cause.COMPLAINT, Cause.INSPECTION)),
            title=f"{good.kind.record.name}{self.random.choice(MATTERS)}", party=firm.record,
            party_name=firm.record.name, product_class=good.kind.record, product_name=good.record.name,
            county=firm.county, state="closed", filed_on=filed_on, assignee=person,
            second_officer=str(self.city.people[f"sampler_{firm.county.pk}"]), breach="pql_50", step="general",
            goods_value=goods, fine_proposed=fine, fine=fine, grounds="违法行为已经证实（示例）", outcome="penalty",
            decided_on=decided_on, decided_by=f"leader_{firm.county.pk}", served_on=decided_on, paid=fine,
            paid_on=decided_on + timedelta(days=6), published_on=decided_on + timedelta(days=8),
            closed_on=decided_on + timedelta(days=9),
        )  # fmt: skip

    def _minor(self, firm: Firm, filed_on: date, decided_on: date) -> Case:
        """A case that came to no penalty, since the breach was slight and was put right."""
        good = firm.products[0]
        return Case(
            cause=Cause.INSPECTION, title=f"{good.kind.record.name}{self.random.choice(MATTERS)}", party=firm.record,
            party_name=firm.record.name, product_class=good.kind.record, product_name=good.record.name,
            county=firm.county, state="closed", filed_on=filed_on, grounds="情节轻微并及时改正（示例）",
            assignee=self.city.people[f"officer_{firm.county.pk}"], outcome="minor", decided_on=decided_on,
            second_officer=str(self.city.people[f"sampler_{firm.county.pk}"]),
            decided_by=f"leader_{firm.county.pk}", closed_on=decided_on + timedelta(days=5),
        )  # fmt: skip
