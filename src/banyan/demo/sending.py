"""Events of the supply chains come in month by month, through the city's platform that small firms send by.

What a partner's own system does, a process beside does here: it lets the goods move and writes down, hashed and ready
to be kept, what is to be sent on each day. It touches no database.
"""

from __future__ import annotations

import itertools
import multiprocessing
import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from banyan import epcis
from banyan.base.registry import actions as registry
from banyan.base.registry.queries import Organisation
from banyan.demo import chains, codes, telling
from banyan.demo.city import ENTERED_ON, City, at_work
from banyan.kit import Refused
from banyan.records.trace import actions as trace
from banyan.records.traceability import actions, queries
from banyan.records.traceability.actions import Prepared

PLATFORM = "o-platform"
NUMBER_OF_THE_PLATFORM = 9_000_001
TOGETHER = 500
SHOWN = 60
MEDIA_TYPE = "application/ld+json"


class Sending:
    """What is sent on the given days; leave its context when the last was sent."""

    def __init__(self, city: City, days: Sequence[date]) -> None:
        self._city = city
        self._folder = TemporaryDirectory(prefix="banyan-demo-")
        self._ready, told = multiprocessing.Pipe(duplex=False)
        fork = multiprocessing.get_context("fork")
        self._partners = fork.Process(target=_partners, args=(city, days, Path(self._folder.name), told), daemon=True)
        self._partners.start()
        told.close()
        self._platform: Organisation | None = None

    def __enter__(self) -> Sending:
        return self

    def __exit__(self, *_error: object) -> None:
        self._partners.terminate()
        self._partners.join()
        self._folder.cleanup()

    def send(self, *, on: date) -> None:
        """All that partners sent until a day, which is the next of the given ones."""
        platform = self._platform or self._begin()
        path = Path(self._folder.name, self._ready.recv())
        with at_work(on), path.open("rb") as file:
            job = actions.load(
                organisation=platform, events=_read(file), media_type=MEDIA_TYPE,
                by=self._city.system("planner"), on=on,
            )  # fmt: skip
        path.unlink()
        self._city.counts["events of trade"] += job.stored

    def show(self, *, on: date) -> None:
        """Makers let the public read the way of some of their latest lots; it is told how far goods are traced."""
        lots = queries.Thing.objects.filter(kind=queries.Thing.Kind.LOT).exclude(product=None)
        with at_work(on):
            for lot in lots.select_related("product__maker").order_by("-pk")[: self._city.count(SHOWN, least=3)]:
                with suppress(Refused):  # whoever never told where its lot was made cannot publish it
                    trace.publish_trace(
                        organisation=lot.product.maker, identifier=lot.epc, by=self._city.system("planner"), on=on
                    )
                    self._city.counts["published traces"] += 1
            told = trace.tell_days(by=self._city.system("planner"), on=on)
        self._city.counts["days of trade told"] += told["days_told"]

    def _begin(self) -> Organisation:
        """Enter the platform and every firm that trades, by the number of its place and as a party."""
        glns, truths, counts = self._ready.recv()
        self._city.truths += truths
        self._city.counts.update(counts)
        firms = {firm.key: firm.record for firm in (*self._city.makers, *self._city.sellers)}
        records = [
            {"identifier": write(gln), "organisation": firms[key], "name": firms[key].name}
            for key, gln in glns.items()
            for write in (telling.place_urn, telling.party_urn)
        ]
        with at_work(ENTERED_ON):
            self._platform = _enter_platform(self._city)
            actions.enter_locations(records=records, by=self._city.system("planner"), on=ENTERED_ON)
        return self._platform


def _partners(city: City, days: Sequence[date], folder: Path, ready: Connection) -> None:
    """Let the goods move, and write what is sent until each day into a file of its own. Runs in its own process."""
    city.truths, city.counts = [], type(city.counts)()
    trade = chains.build(city)
    sent = telling.told(city, trade.steps)
    ready.send(({place.firm.key: place.gln for place in trade.places()}, city.truths, city.counts))
    waiting = next(sent, None)
    for day in days:
        with Path(folder, day.isoformat()).open("wb") as file:
            due: list[dict[str, Any]] = []
            while waiting and waiting.sent_on <= day:
                due.append(waiting.event)
                waiting = next(sent, None)
            _write(file, due)
        ready.send(day.isoformat())


def _write(file: BinaryIO, events: Sequence[dict[str, Any]]) -> None:
    ready = (
        actions.prepared(number, event, epcis.event_hash(event), epcis.things(event))
        for number, event in enumerate(events)
    )
    while chunk := list(itertools.islice(ready, TOGETHER)):
        pickle.dump(chunk, file, pickle.HIGHEST_PROTOCOL)


def _read(file: BinaryIO) -> Iterator[Prepared]:
    while True:
        try:
            yield from pickle.load(file)  # noqa: S301 - written by the process beside, a moment ago
        except EOFError:
            return


def _enter_platform(city: City) -> Organisation:
    county = city.counties[0]
    [platform] = registry.enter_organisations(
        records=[{
            "key": PLATFORM, "name": "福州追溯公共平台（示例）", "kind": "platform", "county": county,
            "uscc": codes.uscc(NUMBER_OF_THE_PLATFORM, city.codes[county.pk]), "industry_id": "I",
            "address": f"福州市{county.name}（示例）", "size": "medium", "registered_on": date(2016, 5, 1),
            "representative": city.names.person(),
        }],
        by=city.system("planner"), on=ENTERED_ON,
    )  # fmt: skip
    return platform
