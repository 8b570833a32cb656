"""Complaints and reports of the demonstration: of invented people, a wave that is one and copies that are none."""

from __future__ import annotations

import itertools
import random as chance
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from banyan.demo.city import LAST_DAY, City, Firm, Kind
from banyan.kit import clock
from banyan.response.complaints import actions
from banyan.response.complaints.queries import Channel, Complaint, Message, Track

BEGINS = date(2023, 2, 1)
EACH_MONTH, EACH_MONTH_OF_LIGHT = 90, 600
"""Messages a month in the whole city; a light one, where nobody handles them, has enough for series of counts."""
STORIES = (
    ("food", "买的{good}打开后发霉变质，有异味，要求退货退款"), ("food", "{good}里吃出异物，孩子腹泻，商家不认账"),
    ("quality", "{good}用了三天就开裂，质量太差，店家拒绝处理"),
    ("after_sale", "{good}要求退货退款，商家一直拖延不办"),
    ("price", "{good}收银时多收钱，与价签价格不一致"), ("label", "{good}没有生产日期和厂名厂址，怀疑三无产品"),
    ("measure", "{good}缺斤短两，净含量明显不足"), ("advertising", "{good}广告宣传的功效夸大，涉嫌虚假宣传"),
    ("safety", "{good}使用时冒烟漏电，差点触电受伤"), ("licence", "这家店无证无照经营{good}，请查处"),
)  # fmt: skip
WAVE = (
    ("food", "{good}吃了以后全家腹泻呕吐，怀疑变质，请尽快检查同一批"),
    ("food", "孩子吃了{good}发烧拉肚子，小区里好几家都这样"), ("safety", "多人食用{good}后身体不适，要求停售检查"),
)  # fmt: skip
CHANNELS = (*[Channel.HOTLINE] * 5, *[Channel.WEB] * 3, Channel.TELEPHONE, Channel.LETTER, Channel.VISIT, "12365")
WAVE_WEEKS, WAVES_FROM, WAVES_UNTIL = 6, date(2025, 2, 3), date(2025, 10, 6)
WAVE_OF_WEEKS, FEWEST_OF_WAVE = 4, 4
"""At effect 2 a wave brings as many messages as the county has of all goods in four weeks, but a few at least."""
COPIES, MOST_COMPLAINED = 12, 30
LONGEST_KEPT = timedelta(days=28)
"""A small city takes its messages in by the quarter: none is then said to have come long before."""
SETTLED, REFUSED, NAMED = 0.7, 0.08, 0.85


@dataclass
class Messages:
    """What came in since the last turn, and what is still handled."""

    city: City
    is_light: bool = False
    accepted: list[Complaint] = field(default_factory=list)
    ended: list[Complaint] = field(default_factory=list)
    waiting: list[Complaint] = field(default_factory=list)
    since: date = BEGINS

    def __post_init__(self) -> None:
        self.random = self.city.random("complaints")
        self.weights = list(itertools.accumulate(one.weight for one in self.city.kinds))
        self.people = [len(self.city.sellers_of.get(one.pk, ())) + 1 for one in self.city.counties]
        self.each_month = self.city.count(EACH_MONTH_OF_LIGHT if self.is_light else EACH_MONTH, least=2)
        random = self.city.random("waves of complaints")
        common = sorted((one for one in self.city.kinds if one.is_food), key=lambda one: -one.weight)
        goods, counties = random.sample(common[:MOST_COMPLAINED], 2), random.sample(self.city.counties, 2)
        starts = [self._wave_begins(random) for _one in goods]
        self.wave, self.copies = zip(goods, counties, starts, strict=True)
        self.coming = sorted([*self._wave(random), *self._same_again(random)], key=lambda one: one[0])
        self._tell(self.wave, {"kind": "complaint_wave"})
        self._tell(self.copies, {"kind": "control", "of": "copies of a complaint", "beside": "complaint_wave"})

    def _tell(self, planted: tuple[Kind, Any, date], what: dict[str, Any]) -> None:
        kind, county, start = planted
        where = {"product": kind.record.pk, "county": [county.pk]}
        self.city.truths.append(what | where | {"from": start, "until": start + timedelta(weeks=WAVE_WEEKS)})

    def live(self, day: date) -> None:
        """Take in what came since the last turn, decide on it, end what was accepted before, close what has ended."""
        if day < BEGINS:
            return
        do: dict[str, Any] = {"by": self.city.system(), "on": day}
        if self.is_light:
            actions.file_messages(filings=self._filings(day), **do)
            self.since = day
            return
        if self.ended:
            actions.close_complaints(complaints=self.ended, **do)
            self._publish(day)
        self._end(do)
        made = actions.file_messages(filings=self._filings(day), **do)
        self._check([one for one in made if one.track == Track.REPORT], do)
        self._decide([*self.waiting, *(one for one in made if one.track == Track.COMPLAINT)], do)
        self.since = day

    def _check(self, made: list[Complaint], do: dict[str, Any]) -> None:
        """Of the reports, the first leads to a case and the others to none; those of the last turn are still open."""
        if not made or self._is_last(do["on"]):
            return
        actions.file_case(complaint=made[0], **do)
        if made[1:]:
            actions.file_no_cases(complaints=made[1:], decision="经核查，未发现违法事实，不予立案（示例）", **do)
        self.ended += made

    def _decide(self, made: list[Complaint], do: dict[str, Any]) -> None:
        """Most are accepted; of the last turn, some wait, one is with its firm and one in the queue."""
        count = len(made) // 2 if self._is_last(do["on"]) else 1
        taken, self.waiting = made[:-count], made[-count:]
        self.accepted = [one for one in taken if self.random.random() > REFUSED]
        refused = [one for one in taken if one not in self.accepted]
        for one in refused:
            actions.refuse_complaint(
                complaint=one, ground="competence", decision="不属于本部门职责，请向有关部门反映（示例）", **do
            )
        if self.accepted:
            actions.accept_complaints(complaints=self.accepted, **do)
        self.ended += refused
        if self._is_last(do["on"]):
            for one in [one for one in self.waiting if one.firm_id][:2]:
                actions.offer_to_firm(complaint=one, **do)

    def _end(self, do: dict[str, Any]) -> None:
        settled = [one for one in self.accepted if self.random.random() < SETTLED]
        failed = [one for one in self.accepted if one not in settled]
        if settled:
            actions.settle_complaints(complaints=settled, decision="双方达成调解协议，商家退款（示例）", **do)
        if failed:
            actions.end_mediations(
                complaints=failed, decision="未达成协议，终止调解，可向法院起诉（示例）", **do
            )  # fmt: skip
        self.ended, self.accepted = [*settled, *failed], []

    def _is_last(self, day: date) -> bool:
        return day > LAST_DAY - timedelta(days=31)

    def _publish(self, day: date) -> None:
        """One closed complaint each turn goes to the public, its firm silent; one is said to be not solved."""
        do: dict[str, Any] = {"by": self.city.system(), "on": day}
        told = [one for one in self.ended if one.track == Track.COMPLAINT]
        for one in [one for one in told if one.firm_id][:1]:
            actions.send_copy(complaint=one, public_words="消费者反映商品问题，已经办结（示例）", **do)
            actions.comment(complaint=one, comment="已改进进货查验（示例）", **do)
            actions.publish_complaints(complaints=[one], **do)
        for one in told[1:2]:
            actions.say_not_solved(complaint=one, words="退款一直没有到账（示例）", **do)
            self.waiting.append(one)

    def _filings(self, day: date) -> list[actions.Filing]:
        """What came since the last turn: as much as ever, and what is planted of those days."""
        count = int(self.each_month * (day - self.since).days / 30 + self.random.random())
        filings = [self._ordinary()(self._day(day)) for _one in range(count)]
        while self.coming and self.coming[0][0] <= day:
            on, filing = self.coming.pop(0)
            filings.append(filing(_moment(max(on, day - LONGEST_KEPT))))
        return filings

    def _ordinary(self) -> Any:
        (kind,) = self.random.choices(self.city.kinds, cum_weights=self.weights)
        (county,) = self.random.choices(self.city.counties, self.people)
        return self._filing(kind, county, *self.random.choice(STORIES))

    def _wave_begins(self, random: chance.Random) -> date:
        return WAVES_FROM + timedelta(days=random.randrange((WAVES_UNTIL - WAVES_FROM).days))

    def _wave(self, random: chance.Random) -> list[tuple[date, Any]]:
        """Many people on the same goods in one county, more of them in the middle of its weeks than at their ends."""
        kind, county, start = self.wave
        share = self.people[self.city.counties.index(county)] / sum(self.people)
        usual = self.each_month / 30 * 7 * WAVE_OF_WEEKS * share
        many = max(FEWEST_OF_WAVE, round(usual * (self.city.effect - 1))) if self.city.effect > 1 else 0
        days = (start + timedelta(days=int(random.triangular(0, WAVE_WEEKS * 7))) for _one in range(many))
        return [(day, self._filing(kind, county, *random.choice(WAVE))) for day in days]

    def _same_again(self, random: chance.Random) -> list[tuple[date, Any]]:
        """One person again and again, in the same words."""
        kind, county, start = self.copies
        same = self._filing(kind, county, *STORIES[0])
        days = (start + timedelta(days=random.randrange(WAVE_WEEKS * 7)) for _one in range(COPIES))
        return [(day, same) for day in days]

    def _filing(self, kind: Kind, county: Any, subject: str, story: str) -> Any:
        good = self.random.choice(kind.goods).record if kind.goods else None
        sellers: list[Firm] = self.city.sellers_of.get(county.pk, [])
        seller = self.random.choice(sellers) if sellers else None
        is_named, name = self.random.random() < NAMED, self.city.names.person()
        telephone = f"1{self.random.choice('3578')}{self.random.randrange(10**9):09d}"
        tracks = [Track.REPORT] if subject == "licence" else [Track.COMPLAINT]
        if subject in ("safety", "label") and is_named:
            tracks.append(Track.REPORT)
        channel = self.random.choice(CHANNELS)
        words = story.format(good=kind.record.name) + f"（示例{self.random.randrange(1000)}）"

        def filing(at: datetime) -> actions.Filing:
            message = Message(
                channel=channel, received_at=at, words=words, name=name if is_named else "",
                telephone=telephone if is_named else "",
            )  # fmt: skip
            matter = {
                "product_name": good.name if good else kind.record.name, "gtin": good.gtin if good else "",
                "product_id": good.pk if good else None, "product_class_id": kind.record.pk, "subject": subject,
                "firm_id": seller.key if seller else None, "firm_name": seller.record.name if seller else "",
                "county_id": county.pk,
            }  # fmt: skip
            return actions.Filing(message, matter, tracks)

        return filing

    def _day(self, day: date) -> datetime:
        """A moment since the last turn."""
        return _moment(day - timedelta(days=self.random.randrange(max(1, min(day - self.since, LONGEST_KEPT).days))))


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9 + day.toordinal() % 9), tzinfo=clock.zone())
