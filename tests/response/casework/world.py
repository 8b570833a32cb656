"""A small world of cases: one clue of the Gulou firm, and the steps that lead from it to any state."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.files.base import File

from banyan.kit.models import Grant, Person
from banyan.response.casework import actions
from banyan.response.casework.models import Case, Clue

DAY = date(2025, 3, 3)
GOODS = Decimal(20_000)
PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


def staff(name: str, role: str, path: str) -> Person:
    """Somebody more with a role somewhere."""
    person = Person.objects.create(username=name, password="!", display_name=name)
    Grant.objects.create(
        person=person, role=role, dimension="region" if path else "", path=path, from_on=date(2020, 1, 1)
    )
    return person


def paper(content: bytes = PDF, name: str = "record.pdf") -> File:
    return File(BytesIO(content), name=name)


def a_clue(city: Any, **fields: Any) -> Clue:
    """A clue that the Gulou firm passed goods off as better, not yet entered."""
    given = {"cause": "report", "title": "rice passed off as another sort", "party": city.gulou_firm,
             "product_name": "rice", "lots": "L1", "received_on": DAY}  # fmt: skip
    return Clue(**given | fields)


def entered(city: Any, people: Any, *, on: date = DAY, **fields: Any) -> Clue:
    return actions.enter_clues(clues=[a_clue(city, received_on=on, **fields)], by=people.planner, on=on)[0]


def filed(city: Any, people: Any, *, on: date = DAY, **fields: Any) -> Case:
    clue = entered(city, people, on=on, **fields)
    return actions.file_case(
        clue=clue, second_officer="officer_two", officer=people.officer_gulou, by=people.officer_gulou, on=on
    )


def with_evidence(case: Case, people: Any, *, on: date = DAY, content: bytes = PDF) -> Case:
    actions.add_evidence(
        case=case, file=paper(content), kind="scene", title="record of the visit", taken_on=on,
        taken_by="two officers", by=people.officer_gulou, on=on,
    )  # fmt: skip
    return case


def reviewed(city: Any, people: Any, *, on: date = DAY, **fields: Any) -> Case:
    case = with_evidence(filed(city, people, on=on, **fields), people, on=on)
    actions.conclude_investigation(case=case, findings="two tonnes were relabelled", by=people.officer_gulou, on=on)
    actions.pass_review(case=case, opinion="facts and law are right", by=people.leader, on=on)
    return Case.objects.get(pk=case.pk)


def announced(
    city: Any, people: Any, *, on: date = DAY, fine: Any = 30_000, step: str = "general", **more: Any
) -> Case:
    case = reviewed(city, people, on=on)
    actions.announce_penalty(
        case=case, breach="pql_50", step=step, fine=Decimal(fine), goods_value=GOODS, grounds="relabelled on purpose",
        by=people.officer_gulou, on=on, **more,
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


def decided(city: Any, people: Any, *, on: date = DAY, **more: Any) -> Case:
    """Decided after the party waived its statement."""
    case = announced(city, people, on=on, **more)
    actions.record_statement(case=case, statement="waived", by=people.officer_gulou, on=on)
    actions.decide_penalty(case=case, fine=case.fine_proposed, by=people.leader, on=on)
    return Case.objects.get(pk=case.pk)


def served(city: Any, people: Any, *, on: date = DAY, **more: Any) -> Case:
    case = decided(city, people, on=on, **more)
    actions.serve_decision(case=case, manner="in person", by=people.officer_gulou, on=on)
    return Case.objects.get(pk=case.pk)
