"""Subjects and grounds as the packs name them on a day, and the office that a matter goes to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import get_language

from banyan.base.registry import queries as registry
from banyan.base.registry.queries import Region
from banyan.kit import clock, recent, terms

SUBJECTS, GROUNDS = "complaints.subjects", "complaints.refusal_grounds"
CITY = "city"


def subjects(*, on: date | None = None) -> list[tuple[str, str]]:
    """The subjects with their names in the language of the page."""
    return _named(SUBJECTS, "subject", on or clock.today())


def grounds(*, on: date) -> list[tuple[str, str]]:
    """The grounds on which a complaint received on a day is not accepted, with their words."""
    return _named(GROUNDS, "ground", on)


def subject_in_words(key: str) -> str:
    """A subject by its name; the key itself where the packs of today know no such subject."""
    return dict(subjects()).get(key, key) if key else ""


def ground_in_words(key: str, *, on: date) -> str:
    """A ground by its words in the edition of a day."""
    return dict(grounds(on=on)).get(key, key) if key else ""


def words_of_subjects(*, on: date) -> dict[str, list[str]]:
    """The words that suggest a subject before anything was learnt."""
    return {str(row["subject"]): str(row.get("words") or "").split() for row in terms.rows(SUBJECTS, on=on)}


def handled_by_city(*, on: date) -> frozenset[str]:
    """The subjects that the city itself handles."""
    return frozenset(str(row["subject"]) for row in terms.rows(SUBJECTS, on=on) if row["handled_by"] == CITY)


def the_city() -> Region | None:
    """The region of the city itself; None where there is none, or more than one."""
    found = recent.once("the city", lambda: list(Region.objects.filter(level="city", withdrawn_on=None)[:2]))
    return found[0] if len(found) == 1 else None


def office_of(*, subject: str, county: str | None, city: str | None, by_city: frozenset[str]) -> str | None:
    """The key of the office that handles a subject of a place; None while neither says."""
    return city if subject in by_city and city else county


def the_queue() -> Region | None:
    """The region whose people see and route what no office is known for: the city, else the one above all others."""
    if city := the_city():
        return city
    found = list(Region.objects.filter(parent=None, withdrawn_on=None)[:2])
    return found[0] if len(found) == 1 else None


def _named(table: str, key: str, on: date) -> list[tuple[str, str]]:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    rows: Any = terms.rows(table, on=on)
    return [(str(row[key]), str(row[language])) for row in rows]


def firm_named(text: str, *, person: Any) -> str | None:
    """The key of the firm whose exact name or code a sender wrote, as far as a person may see it; None for two."""
    written = text.strip()
    if not written:
        return None
    by_code = registry.organisations_by_code(codes=[written])
    found = {one.pk for one in by_code.values()} or set(
        registry.organisations_by_name(names=[written]).get(written, ())
    )
    seen = registry.organisations(person=person).filter(pk__in=found, withdrawn_on=None) if found else ()
    keys = [str(one.pk) for one in seen]
    return keys[0] if len(found) == len(keys) == 1 else None
