"""Samplers: who may take a sample, and who is barred from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext as _

from banyan.kit import Refused
from banyan.kit.models import Person
from banyan.records.inspection.models import Task
from banyan.records.inspection.queries import terms
from banyan.records.plans.queries import ties_of


def demand_samplers(tasks: Sequence[Task], *, on: date) -> None:
    """Refuse unless each task has samplers enough, none tied to the firm and none of the testing laboratory."""
    least, where = terms.value("spot_check.min_samplers", on=on)
    everyone = {name for task in tasks for name in task.samplers}
    present, laboratories = at_work(everyone, on=on)
    ties = ties_of(everyone, on=on) if any(task.organisation_id for task in tasks) else {}
    cleared: set[tuple[Any, ...]] = set()
    for task in tasks:
        asked = (*task.samplers, task.organisation_id, task.laboratory_id)
        if asked in cleared:
            continue
        cleared.add(asked)
        if least is not None and len(set(task.samplers)) < least:
            raise Refused(
                _asked(task),
                _("It has %(found)s sampler(s), at least %(least)s are needed.")
                % {"found": len(set(task.samplers)), "least": least},
                _("Name one more sampler."), where, code="too-few-samplers",
            )  # fmt: skip
        for name in task.samplers:
            if name not in present:
                raise Refused(
                    _asked(task), _("“%(name)s” is not among the people of this office.") % {"name": name},
                    _("Name a sampler who can sign in."), code="sampler-unknown",
                )  # fmt: skip
            if task.organisation_id in ties.get(name, ()):
                raise Refused(
                    _asked(task), _("%(name)s has declared an interest in the firm.") % {"name": name},
                    _("Name another sampler."), _("SAMR order 18, art. 14"), code="sampler-tied",
                )  # fmt: skip
            if task.laboratory_id and task.laboratory_id in laboratories.get(name, ()):
                raise Refused(
                    _asked(task),
                    _("%(name)s belongs to the laboratory that is to test the sample.") % {"name": name},
                    _("Who samples does not test: name another sampler or another laboratory."),
                    _("SAMR order 18, art. 9"), code="sampler-tests",
                )  # fmt: skip


def _asked(task: Task) -> str:
    return _("Work on %(task)s was asked for.") % {"task": task}


def at_work(usernames: set[str], *, on: date) -> tuple[set[str], dict[str, set[str]]]:
    """Who of some people may sign in, and the laboratories that each of them works for on a day."""
    lasting = Q(grants__from_on__lte=on) & (Q(grants__until_on__isnull=True) | Q(grants__until_on__gte=on))
    own = FilteredRelation("grants", condition=lasting & Q(grants__dimension="laboratory"))
    people = Person.objects.annotate(own=own).filter(username__in=usernames)
    present: set[str] = set()
    laboratories: dict[str, set[str]] = defaultdict(set)
    for name, is_active, laboratory in people.values_list("username", "is_active", "own__path"):
        if is_active:
            present.add(name)
        if laboratory:
            laboratories[name].add(laboratory)
    return present, laboratories
