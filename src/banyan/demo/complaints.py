"""Complaints and reports of the demonstration: of invented people, a wave that is one and copies that are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from banyan.demo.city import LAST_DAY, City, Firm, Kind
from banyan.kit import clock
from banyan.response.complaints import actions
from banyan.response.complaints.queries import Channel, Complaint, Message, Track

BEGINS = date(2023, 2, 1)
EACH_MONTH = 90
"""Messages a month in the whole city."""
STORIES = (
    ("food", "买的{good}打开后发霉变质，有异味，要求退货退款"), ("food", "{good}里吃出异物，孩子腹泻，商家不认账"),
    ("quality", "{good}用了三天就开裂，质量太差，店家拒绝处理"),
    ("after_sale", "{good}要求退货退款，商家一直拖延不办"),
    ("price", "{good}收银时多收钱，与价签价格不一致"), ("label", "{good}没有生产日期和厂名厂址，怀疑三无产品"),
    ("measure", "{good}缺斤短两，净含量明显不足"), ("advertising", "{good}广告宣传的功效夸大，涉嫌虚假宣传"),
    ("safety", "{good}使用时冒烟漏电，差点触电受伤"), ("licence", "这家店无证无照经营{good}，请查处"),
)  # fmt: skip
WAVE = ("food", "{good}吃了以后全家腹泻呕吐，怀疑变质，请尽快检查同一批")
CHANNELS = (*[Channel.HOTLINE] * 5, *[Channel.WEB] * 3, Channel.TELEPHONE, Channel.LETTER, Channel.VISIT, "12365")
WAVE_WEEKS, WAVE_MONTH, COPIES = 5, date(2025, 8, 1), 12
SETTLED, REFUSED, NAMED = 0.7, 0.08, 0.85


@dataclass
class Messages:
    """What came in since the last turn, and what is still handled."""

    city: City
    accepted: list[Complaint] = field(default_factory=list)
    ended: list[Complaint] = field(default_factory=list)
    waiting: list[Complaint] = field(default_factory=list)
    since: date = BEGINS

    def __post_init__(self) -> None:
        self.random = self.city.random("complaints")
        county = self.random.choice(self.city.counties)
        foods = [kind for kind in self.city.kinds if kind.is_food]
        self.wave = (self.random.choice(foods), county)
        self.copies = (self.random.choice(foods), self.random.choice(self.city.counties))
        self.city.truths += [
            {"kind": "complaint_wave", "product": self.wave[0].record.pk, "county": [county.pk], "from": WAVE_MONTH,
             "until": WAVE_MONTH + timedelta(weeks=WAVE_WEEKS)},
            {"kind": "complaint_copies", "product": self.copies[0].record.pk, "county": [self.copies[1].pk],
             "from": WAVE_MONTH, "until": WAVE_MONTH + timedelta(weeks=WAVE_WEEKS)},
        ]  # fmt: skip

    def live(self, day: date) -> None:
        """Take in what came since the last turn, decide on it, end what was accepted before, close what has ended."""
        if day < BEGINS:
            return
        do: dict[str, Any] = {"by": self.city.system("officer"), "on": day}
        if self.ended:
            actions.close_complaints(complaints=self.ended, **do)
            self._publish(day)
        self._end(do)
        months = max(1, round((day - self.since).days / 30))
        filings = [self._ordinary() for _one in range(self.city.count(EACH_MONTH, least=2) * months)]
        if self.since <= WAVE_MONTH < day:
            filings += self._waves()
        made = actions.file_messages(filings=[one(self._day(day)) for one in filings], **do)
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
        do: dict[str, Any] = {"by": self.city.system("officer"), "on": day}
        told = [one for one in self.ended if one.track == Track.COMPLAINT]
        for one in [one for one in told if one.firm_id][:1]:
            actions.send_copy(complaint=one, public_words="消费者反映商品问题，已经办结（示例）", **do)
            actions.comment(complaint=one, comment="已改进进货查验（示例）", **do)
            actions.publish_complaints(complaints=[one], **do)
        for one in told[1:2]:
            actions.say_not_solved(complaint=one, words="退款一直没有到账（示例）", **do)
            self.waiting.append(one)

    def _ordinary(self) -> Any:
        kind, county = self.random.choice(self.city.kinds), self.random.choice(self.city.counties)
        return self._filing(kind, county, *self.random.choice(STORIES))

    def _waves(self) -> list[Any]:
        """Many people on the same goods in one county; in another, one person again and again in the same words."""
        many = self.city.count(int(EACH_MONTH * self.city.effect / 2), least=4)
        kind, county = self.wave
        found = [self._filing(kind, county, *WAVE) for _one in range(many)]
        kind, county = self.copies
        same = self._filing(kind, county, *STORIES[0])
        return [*found, *[same] * COPIES]

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
        back = self.random.randrange(max(1, min((day - self.since).days, 28)))
        return datetime.combine(day - timedelta(days=back), time(9 + back % 9), tzinfo=clock.zone())
