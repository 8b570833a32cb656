"""What the public's pages show: clauses with published figures, rows with names, charts, search."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import yaml
from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Enclosure
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banyan import epcis, policy
from banyan.base.registry import queries as registry
from banyan.edge.cockpit import queries as cockpit
from banyan.edge.rules.queries import KINDS
from banyan.insight.indicators import queries as indicators
from banyan.judgement.lists import queries as lists
from banyan.kit import charts, clock, log, terms, titles
from banyan.kit.models import LogEntry, LogKey
from banyan.kit.refusals import BadRequest
from banyan.kit.scope import models_of_nouns
from banyan.kit.texts import legible
from banyan.records.inspection import queries as inspection
from banyan.records.trace import queries as trace
from banyan.response.emergency import queries as emergency
from banyan.response.recall import queries as recall

VERDICTS = ("met", "not met", "cannot be told", "reference missing", "not published", "record missing")


def tally(lines: Sequence[indicators.TargetLine]) -> list[tuple[str, int]]:
    """How many targets have each verdict."""
    counts = Counter(line.verdict for line in lines)
    return [(verdict, counts[verdict]) for verdict in VERDICTS]


def clause_lines(*, published_by: date) -> list[cockpit.ClauseView]:
    """Every clause with its targets, judged by what was published."""
    lines = indicators.published_target_lines(published_by=published_by)
    return cockpit.clause_views(lines, on=published_by)


def titled(publications: Iterable[Any]) -> list[Any]:
    """Publications with their indicator and what they are broken down by, in the language of the page."""
    titles = {entry.key: indicators.in_language(entry.title) for entry in _indicators()}
    found = indicators.with_groups(publications)
    for publication in found:
        publication.indicator_title = titles.get(publication.indicator, publication.indicator)
    return found


def _indicators() -> Any:
    return policy.load(settings.BANYAN_PACKS).entries("indicator", None)


def chart_of(figures: indicators.Figures, rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Dots with intervals for a breakdown; none for a single figure or for counts."""
    shown = [row for row in rows if row["value"] is not None and row["low"] is not None]
    if len(shown) < 2 or figures.receipt["level"] is None:
        return None
    titles = indicators.chart_titles()
    return charts.intervals(shown[:40], label="label", titles=titles, threshold=figures.receipt["threshold"])


def search(text: str, *, language: str) -> dict[str, Any]:
    """What answers to a text: clauses, indicators, organisations (name, code and county only)."""
    book = policy.load(settings.BANYAN_PACKS)
    wanted = text.casefold()

    def matches(*words: Any) -> bool:
        return any(wanted in str(part).casefold() for word in words for part in (word.zh, word.en))

    return {
        "clauses": [line.clause for line in book.clauses() if matches(line.clause.title, line.clause.says)],
        "indicators": [entry for entry in book.entries("indicator") if matches(entry.title, entry.says)],  # type: ignore[attr-defined]
        "organisations": registry.public_find(text=text, limit=20),
        "listings": list(lists.public_listings(text=text)[:20]),
    }


IN_THE_HEADING = {
    *("kind", "title", "status", "origin", "reference", "confidence", "since", "until", "former", "says", "values"),
    "replaces",
}
ROWS_OF_A_TABLE = 300


def kinds_there_are() -> list[tuple[str, str]]:
    """The kinds of which the packs have rules, with their words."""
    there = {entry.kind for entry in policy.load(settings.BANYAN_PACKS).entries(None, status=None)}
    return [(name, str(words)) for name, words in KINDS.items() if name in there]


def rules(*, text: str, kind: str, on: date) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rules that answer to a text, by the document that they are written in, in the order of its articles."""
    book, wanted, names = policy.load(settings.BANYAN_PACKS), text.casefold(), KINDS
    by_document: dict[str, list[dict[str, Any]]] = {}
    for entry in book.entries(kind or None, status=None):
        reference = next(iter(entry.references()), None)
        document = book.documents[reference.document] if reference else None
        said = " ".join(
            [entry.key, entry.title.zh, entry.title.en]
            + ([document.number, document.title.zh, document.title.en, reference.clause or ""] if reference else [])
            + ([reference.says.zh, reference.says.en] if reference and reference.says else [])
        )
        if all(part in said.casefold() for part in wanted.split()):
            line = {
                "entry": entry, "kind": names[entry.kind], "clause": terms.article_of(reference),
                "now": in_force_now(entry, on=on), "confirmed": all(spell["confirmed"] for spell in spells(entry)),
                "holds": entry.holds(on),
            }  # fmt: skip
            title = document.title.in_language(get_language() or "") if document else _("the house's own rules")
            by_document.setdefault(title, []).append(line)
    for lines in by_document.values():
        lines.sort(key=lambda line: _in_order(line["clause"]))
    return sorted(by_document.items())


def in_force_now(entry: Any, *, on: date) -> str:
    """What a term or a value says on a day, in a few words; "" for other kinds and where nothing holds."""
    if not entry.holds(on):
        return ""
    if entry.kind == "deadline":
        return str(entry.on_day(on).says.in_language(get_language() or ""))
    if entry.kind == "parameter":
        return _said_of_value(entry, entry.value_on(on).value)
    return _said_of_target(entry.on(on))


def _said_of_target(entry: Any) -> str:
    """What a target asks for, in a few words; "" for other kinds and where it compares with another figure."""
    if entry.kind != "target" or hasattr(entry.value, "reference"):
        return ""
    return f"{entry.op} {entry.value} {entry.unit.in_language(get_language() or '')}"


def spells(entry: Any) -> list[dict[str, Any]]:
    """What a rule says from which day to which: value, where it is written, and whether that was seen in the text."""
    if not hasattr(entry, "at"):
        days = [entry.since] if not entry.former else list(entry.changes())
        said = [entry.on(day) if entry.former else entry for day in days]
        return [
            _spell(
                one,
                one.since,
                one.until,
                one.reference,
                one.confidence,
                _said_of_target(one) or (_said(one) if entry.former else ""),
            )
            for one in reversed(said)
        ]
    found = []
    for start in sorted((day for day, item in entry.values.items() if item is not None), reverse=True):
        after = min((day for day in entry.values if day > start), default=None)
        item = entry.values[start]
        value = ""
        if entry.kind == "deadline" and entry.status != "draft":
            value = entry.on_day(start).says.in_language(get_language() or "")
        elif entry.kind == "parameter":
            value = _said_of_value(entry, item.value)
        until = after - timedelta(days=1) if after else None
        found.append(_spell(item, start, until, entry.reference_of(item), entry.confidence_of(item), value))
    return found


def _said(entry: Any) -> str:
    """What a definition says of itself in words; "" for kinds that have none."""
    words = getattr(entry, "says", None)
    return words.in_language(get_language() or "") if words else ""


def _spell(item: Any, since: Any, until: Any, reference: Any, confidence: str, value: str) -> dict[str, Any]:
    return {
        "item": item, "since": since, "until": until, "value": value, "written": terms.cited(reference),
        "says": reference.says if reference else None, "confirmed": confidence == "verified",
    }  # fmt: skip


def definition_of(entry: Any) -> str:
    """All that a rule declares beside its heading, as its pack writes it, in the language of the page."""
    plain = _plain(entry.model_dump(mode="json", exclude=IN_THE_HEADING, exclude_defaults=True))
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)) if plain else ""


def table_of(entry: Any, *, on: date) -> dict[str, Any] | None:
    """The rows of a table on a day, without the words of the other language."""
    if entry.kind != "table" or not entry.holds(on):
        return None
    rows = entry.rows_on(on)
    other = "en" if (get_language() or "").startswith("zh") else "zh"
    heads = [name for name in (rows[0] if rows else {}) if name != other and not name.endswith(f"_{other}")]
    shown = [[row[name] for name in heads] for row in rows[:ROWS_OF_A_TABLE]]
    return {"heads": heads, "rows": shown, "more": max(0, len(rows) - ROWS_OF_A_TABLE)}


def cases_of(key: str) -> list[dict[str, Any]]:
    """The cases that test a rule: the day, what is given, what it must then say."""
    return [
        {
            "name": case.name, "on": case.on, "given": _flat(case.given), "expect": _flat(case.expect),
        }
        for case in (located.case for located in policy.load(settings.BANYAN_PACKS).cases) if case.entry == key
    ]  # fmt: skip


def _said_of_value(entry: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value} {entry.unit}"


def _flat(said: Any) -> str:
    """What is given or expected, on one line; nothing where nothing is."""
    return ", ".join(f"{name}: {json.dumps(part, ensure_ascii=False, default=str)}" for name, part in said.items())


def _plain(value: Any) -> Any:
    """A part of a rule with its words in the language of the page."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return value["zh" if (get_language() or "").startswith("zh") else "en"]
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _in_order(clause: str) -> list[tuple[int, str]]:
    """Articles in the order of their numbers: 9 before 10."""
    return [(int(part), "") if part.isdigit() else (10**9, part) for part in re.findall(r"\d+|\D+", clause)]


def entries_in_words(entries: Iterable[LogEntry]) -> list[dict[str, Any]]:
    """Entries of the public log as their pages show them: what each says, and what the event is called."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    titles = {row["event"]: row[language] for row in terms.rows(log.PUBLIC, on=clock.today())}
    nouns = {noun: str(model._meta.verbose_name) for noun, model in models_of_nouns().items()}
    nouns[log.KEY] = str(LogKey._meta.verbose_name)
    told = [(entry.number, json.loads(entry.content)) for entry in entries]
    return [
        {
            "number": number, "said": said, "title": titles.get(said["name"], said["name"]),
            "subject": subject_in_words(said["subject"], nouns),
        }
        for number, said in told
    ]  # fmt: skip


def subject_in_words(subject: str, nouns: Mapping[str, str]) -> str:
    """What an event is about: the kind of a record and its key, or a rule of the packs and what of it."""
    kind, _colon, key = subject.partition(":")
    words = nouns.get(kind, kind)
    with contextlib.suppress(policy.UnknownEntry):
        words = policy.load(settings.BANYAN_PACKS).entry(kind).title.in_language(get_language() or "zh")
    return f"{words} {key}".strip()


# ---------------------------------------------------------------- a pack, by the code on it

SAMPLES_SHOWN = 10
LINKSET = "application/linkset+json"
LINK_TYPES = ("gs1:defaultLink", "gs1:pip", "gs1:traceability", "gs1:recallStatus")
MADE = "11"
DATES = {"15": gettext_lazy("best before"), "17": gettext_lazy("use by"), MADE: gettext_lazy("made on")}


def identified(*, gtin: str, lot: str = "", serial: str = "") -> epcis.Identifier:
    """What the code on a pack names. Raises BadRequest for one that breaks GS1's rules, such as a typing error."""
    qualifier = f"/10/{quote(lot, safe='')}" if lot else f"/21/{quote(serial, safe='')}" if serial else ""
    try:
        return epcis.identify(f"{epcis.DOMAIN}/01/{quote(gtin, safe='')}{qualifier}")
    except epcis.BadIdentifier as wrong:
        raise BadRequest(
            _("The pack with bar code %(code)s was asked for.") % {"code": gtin[:40]}, str(wrong),
            _("Scan the code again, or type the digits below the bars."), "GS1 General Specifications",
            code="bad-identifier",
        ) from wrong  # fmt: skip


def dates_of(query: Mapping[str, str], *, on: date) -> list[tuple[str, date, bool]]:
    """The days that the code itself tells, by the numbers that GS1 gives them, and whether each has passed.

    A wrong one is left out.
    """
    found = []
    for number, words in DATES.items():
        text = query.get(number, "")
        if re.fullmatch(r"\d{6}", text):
            year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
            with contextlib.suppress(ValueError):
                if day:
                    told = date(year, month, day)
                else:  # GS1 writes the last day of a month as 00
                    told = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
                found.append((str(words), told, number != MADE and told < on))
    return found


def published_samples(product: Any) -> list[Any]:
    """The latest samples of a product whose results were published; nothing of any other is told."""
    rows = inspection.Sample.objects.filter(product=product, withdrawn_on=None, published_on__lte=clock.today())
    return list(rows.select_related("county").order_by("-published_on", "-pk")[:SAMPLES_SHOWN])


def way_of(found: epcis.Identifier) -> dict[str, Any] | None:
    """The published way of a lot with names for keys; None where nothing of it is public."""
    way = trace.published_trace(found.canonical)
    if way is None:
        return None
    counties = {one.pk: registry.name_in_language(one) for one in registry.counties()}
    goods = registry.Product.objects.filter(pk__in={one["product"] for one in way.sources if one["product"]})
    products = {one.pk: registry.name_in_language(one) for one in goods}
    return {
        "published": way, "made_in": counties.get(way.county_id, ""),
        "sources": [
            {
                "on": one["on"] or "", "county": counties.get(one["county"], ""),
                "what": products.get(one["product"]) or _("raw material"),
            }
            for one in way.sources
        ],
        "districts": [counties.get(key, key) for key in way.districts],
    }  # fmt: skip


def recalls_of(found: epcis.Identifier, *, lot: str) -> list[dict[str, Any]]:
    """The published recalls of a pack's product, those of its own lot first.

    `concerns` is True where the notice names the lot or names none, False where it names other single lots, and None
    where the code tells no lot or the notice speaks of spans or in words: then the shopper has to compare.
    """
    notices = recall.published_notices().filter(
        gtin__in={found.gtin.lstrip("0").zfill(size) for size in (8, 12, 13, 14)}
    )
    lines = []
    for notice in notices.order_by("-published_on", "-number")[:SAMPLES_SHOWN]:
        lots = [part.rpartition("/10/")[2] for part in re.split(r"[\s,;，；、]+", notice.lots) if part]
        are_single = all(part.isascii() and part.isalnum() for part in lots)
        concerns = True if not lots or lot in lots else False if lot and are_single else None
        lines.append({"notice": notice, "lots": titles.listed(lots), "concerns": concerns})
    return sorted(lines, key=lambda line: (True, None, False).index(line["concerns"]))


def linkset(page: str, *, title: str) -> dict[str, Any]:
    """Where what is known of a pack can be read, as GS1 Digital Link and RFC 9264 have it."""
    targets = [
        {"href": page, "title": title, "type": "text/html", "hreflang": ["zh", "en"]},
    ]
    return {"linkset": [{"anchor": page, **{f"https://gs1.org/voc/{name[4:]}": targets for name in LINK_TYPES}}]}


def feed_of(bulletins: Sequence[emergency.Bulletin], *, address: Callable[[str], str]) -> str:
    """Bulletins as an Atom feed; `address` makes a path of the site the address of its page."""
    feed = Atom1Feed(
        title=_("Alerts of the city"), link=address(reverse("portal:alerts")), description="",
        feed_url=address(reverse("portal:alert_feed")), language=get_language(),
    )  # fmt: skip
    for one in bulletins:
        message = address(reverse("portal:alert_message", args=[one.number]))
        feed.add_item(
            title=legible(titles.paired(one.get_sort_display(), one.headline)), description=legible(one.description),
            link=address(reverse("portal:alert", args=[one.number])), unique_id=message,
            pubdate=one.issued_at, updateddate=one.issued_at,
            enclosures=[Enclosure(message, str(len(one.description)), emergency.CAP)],
        )  # fmt: skip
    return feed.writeString("utf-8")
