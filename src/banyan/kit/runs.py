"""Runs: what ran for a day, up to which event, how long each step took, what failed."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from banyan.kit import clock, events
from banyan.kit.models import Run, RunStep


@dataclass(frozen=True)
class Step:
    """A named step of a flow; `do(on=, cut=)` returns a short dict of what it did and may be repeated.

    One that `follows_packs` is done again, up to the same cut, where other packs are installed on the day of its run.
    """

    name: str
    do: Callable[..., dict[str, Any]]
    follows_packs: bool = False


@dataclass(frozen=True)
class Outcome:
    """What one step did in a run."""

    step: str
    seconds: float
    result: dict[str, Any]
    error: str


def start(*, name: str, on: date, packs: str = "", anew: bool = False) -> Run:
    """The run of a flow for a day. Its cut is fixed when it first starts; a repeat gets the same run.

    `anew` begins a further round of the day, with a cut of its own, once the last one is finished.
    """
    with transaction.atomic():
        last = latest(name=name, on=on)
        number = last.round + (anew and last.finished_at is not None) if last else 1
        run, _made = Run.objects.get_or_create(
            name=name, on=on, round=number,
            defaults={"cut": events.last_number(), "started_at": clock.now(), "packs": packs},
        )  # fmt: skip
    return run


def latest(*, name: str, on: date | None = None) -> Run | None:
    """The last run of a flow, finished or not: of a day, or of all."""
    rows = Run.objects.filter(name=name) if on is None else Run.objects.filter(name=name, on=on)
    return rows.order_by("-on", "-round").first()


def last_finished(*, name: str) -> Run | None:
    """The run of a flow that went furthest in the records and came to its end."""
    return Run.objects.filter(name=name, finished_at__isnull=False).order_by("-cut", "-pk").first()


def left(run: Run, steps: Sequence[Step], *, packs: str = "") -> list[Step]:
    """The steps that `go` would do now: not done yet, failed, or to be done again by other packs."""
    done = set(run.steps.filter(error="").values_list("name", flat=True))
    again = _has_other_packs(run, packs)
    return [step for step in steps if step.name not in done or (again and step.follows_packs)]


def _has_other_packs(run: Run, packs: str) -> bool:
    """Whether other packs are installed on the day of a run than it used: a past day is left as it was."""
    return run.packs != packs and run.on == clock.today()


def go(run: Run, steps: Sequence[Step], *, packs: str = "") -> Iterator[Outcome]:
    """Do the steps of a run in order, recording each; a step that fails ends the run and is shown with its error.

    A step that this run has already done is not done again: its recorded outcome is given.
    """
    if _has_other_packs(run, packs):
        run.steps.filter(name__in=[step.name for step in steps if step.follows_packs]).delete()
        run.packs = packs
        run.save(update_fields=["packs"])
    done = {step.name: step for step in run.steps.filter(error="")}
    for step in steps:
        if step.name in done:
            before = done[step.name]
            yield Outcome(step.name, before.seconds or 0.0, json.loads(before.outcome), "")
            continue
        begun, clock_at = time.perf_counter(), clock.now()
        result: dict[str, Any] = {}
        error = ""
        try:
            result = step.do(on=run.on, cut=run.cut)
        except Exception:
            error = traceback.format_exc(limit=20)
        seconds = time.perf_counter() - begun
        RunStep.objects.filter(run=run, name=step.name).delete()
        RunStep.objects.create(
            run=run, name=step.name, started_at=clock_at, seconds=seconds,
            outcome=events.canonical(result).decode(), error=error,
        )  # fmt: skip
        yield Outcome(step.name, seconds, result, error)
        if error:
            return
    if run.finished_at is None:
        run.finished_at = clock.now()
        run.save(update_fields=["finished_at"])
