"""What is done to indicators: reference figures entered, figures computed each day, publications frozen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan import policy
from banyan.insight.indicators.models import Computation, Publication, ReferenceFigure
from banyan.insight.indicators.queries import by_receipt, show, show_many
from banyan.insight.indicators.queries.figures import Figures, is_recorded
from banyan.insight.indicators.queries.published import Earlier, as_published, earlier_of, last_shown, publications
from banyan.kit import clock, keys, recent, titles
from banyan.kit.refusals import NotFound, Refused
from banyan.kit.verbs import Deed, verb
from banyan.science import rates

KEEP_COMPUTED_FOR = timedelta(days=800)


@verb(
    "indicators.reference_figure.entered", right="indicators.publish", title=gettext_lazy("Reference figure entered")
)
def enter_reference_figure(
    deed: Deed, *, figure: str, period: int, value: Decimal, source: str, published_on: date, n: int | None = None
) -> ReferenceFigure:
    """Enter a figure that province, nation or base year published. A revised one becomes a new edition."""
    if published_on > deed.on:
        raise Refused(
            _("A figure published on %(day)s was entered.") % {"day": published_on},
            _("That day is still to come."),
            _("Enter it once it is published."),
        )
    editions = ReferenceFigure.objects.filter(figure=figure, period=period).count()
    record = ReferenceFigure(
        key=keys.fresh("rf"), figure=figure, period=period, value=value, n=n, source=source,
        published_on=published_on, edition=editions + 1,
    )  # fmt: skip
    return deed.add(record)


@verb(
    "indicators.reference_figure.withdrawn",
    right="indicators.publish",
    title=gettext_lazy("Reference figure withdrawn"),
)
def withdraw_reference_figure(deed: Deed, *, reference_figure: ReferenceFigure) -> ReferenceFigure:
    """Withdraw a reference figure that was entered wrongly; what was judged by it keeps its receipt."""
    return deed.withdraw(reference_figure)


@verb("indicators.published", right="indicators.publish", title=gettext_lazy("Published"))
def publish(
    deed: Deed,
    *,
    indicator: str,
    figures_on: date,
    title: str,
    breakdowns: Sequence[Sequence[str]] = ((),),
    known_on: date | None = None,
    until_on: date | None = None,
) -> list[Publication]:
    """Publish an indicator's figures: they are frozen with their receipts and never change again.

    Refused where a table would let readers work out small counts from what was published of the same span before:
    too few records came since, or it closes a circle of tables.
    """
    deed.hold()
    known_on = known_on or deed.on
    earlier = _earlier(indicator, on=figures_on, known_on=known_on)
    _demand_no_circle([one.by for one in earlier.same], breakdowns)
    known = last_shown(earlier, indicator=indicator, on=figures_on, known_on=known_on, bys=breakdowns)
    found = show_many(key=indicator, on=figures_on, known_on=known_on, bys=breakdowns, shown=known)
    for figures in found:
        if figures.by in known and known[figures.by].shown:
            _demand_enough_came(figures, earlier.same[-1])
    records = [
        Publication(
            key=keys.fresh("pub"), title=title, indicator=indicator, on=figures_on, known_on=figures.known_on,
            by=list(figures.by), published_on=deed.on, until_on=until_on, figures=figures.as_json(),
            receipt=figures.receipt_key,
        )
        for figures in found
    ]  # fmt: skip
    deed.add_many(records)
    return records


def _earlier(indicator: str, *, on: date, known_on: date) -> Earlier:
    book = policy.load(settings.BANYAN_PACKS)
    if not any(entry.key == indicator and entry.holds(on) for entry in book.entries("indicator")):
        return Earlier((), ())  # who asks for the figures says what is wrong
    entry = book.indicator(indicator, on=on)
    if entry.shows_small_counts or not is_recorded(entry):
        return Earlier((), ())
    return earlier_of(key=indicator, since=entry.period(on)[0] or date.min, on=on, known_on=known_on)


def _demand_no_circle(before: Sequence[Sequence[str]], breakdowns: Sequence[Sequence[str]]) -> None:
    tables = [tuple(by) for by in before if len(by) > 1]
    for by in breakdowns:
        if len(by) > 1 and rates.closes_circle(tables, more=by):
            raise Refused(
                _("Publishing by %(by)s was asked for.") % {"by": " × ".join(by)},
                _("With the tables that were published of the same span it closes a circle, from which small counts "
                  "can be worked out: %(tables)s.")
                % {"tables": ", ".join(" × ".join(one) for one in dict.fromkeys(tables))},
                _("Publish it by one of these dimensions."),
                code="closes-circle",
            )  # fmt: skip
        tables.append(tuple(by))


def _demand_enough_came(figures: Figures, last: Publication) -> None:
    if any(row["n"] is not None for row in figures.rows):
        return
    raise Refused(
        _("Publishing by %(by)s was asked for.") % {"by": " × ".join(figures.by)},
        _("Since figures were published on %(day)s so few records came that the difference would tell them.")
        % {"day": last.published_on},
        _("Wait until more have come; the figure of the whole can be published."),
        code="too-few-came",
    )


@verb("indicators.publication.withdrawn", right="indicators.publish", title=gettext_lazy("Publication withdrawn"))
def withdraw_publication(deed: Deed, *, publication: Publication) -> Publication:
    """Withdraw a publication; it is gone from every public answer, and the office keeps it with the reason."""
    return deed.withdraw(publication)


def compute(*, on: date, cut: int | None = None) -> dict[str, Any]:
    """The daily step: every indicator in force, whole and by each of its dimensions, stored with receipts.

    With a `cut`, what events after it said is left out, so that a run repeated later gives the same figures.
    """
    book = policy.load(settings.BANYAN_PACKS)
    stored: list[Computation] = []
    with recent.reading():
        for entry in book.entries("indicator"):
            if not entry.holds(on) or not is_recorded(entry):  # type: ignore[arg-type]
                continue
            bys = [(), *((dimension,) for dimension in entry.by)]  # type: ignore[attr-defined]
            stored += [_stored(one, book) for one in show_many(key=entry.key, on=on, known_on=on, bys=bys, cut=cut)]
    Computation.objects.bulk_create(stored, update_conflicts=True, unique_fields=["receipt"], update_fields=["where"])
    Computation.objects.filter(on__lt=on - KEEP_COMPUTED_FOR).delete()
    return {"figures": len(stored)}


def keep_figures(figures: Sequence[Figures]) -> None:
    """Keep figures that went out in a report or a message, so that their receipts lead back."""
    book = policy.load(settings.BANYAN_PACKS)
    rows = {one.receipt_key: _stored(one, book, limits=_limits(one, book)) for one in figures}
    Computation.objects.bulk_create(rows.values(), ignore_conflicts=True)


def asked(
    *,
    key: str,
    on: date,
    known_on: date | None = None,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
) -> Figures:
    """The figures that somebody asks for, kept so that the receipt they are given leads back to them."""
    figures = show(key=key, on=on, known_on=known_on, by=by, where=where)
    keep_figures([figures])
    return figures


def resolve(*, key: str) -> Figures:
    """The figures that a receipt key names. Raises NotFound where nobody was given that receipt."""
    figures = by_receipt(key)
    if figures is None:
        raise NotFound(
            _("The receipt “%(key)s” was asked for.") % {"key": key},
            _("No publication, report, daily run or answer gave it."),
            _("Copy the whole receipt, or ask for the figure itself by indicator and day."),
        )
    return figures


def published(*, key: str, published_by: date, by: Sequence[str]) -> Figures:
    """A table as last published by a day. Raises NotFound where none was, naming the first that was."""
    if figures := as_published(key=key, published_by=published_by, by=by):
        return figures
    first = publications().filter(indicator=key).order_by("published_on").first()
    instead = _("Choose another day or breakdown, or ask for the table as known on a day.")
    if first:
        said = _("Its first publication was on %(day)s, by: %(by)s.")
        instead = titles.sentences([said % {"day": first.published_on, "by": first.by or "—"}, instead])
    raise NotFound(
        _("A table of “%(key)s” as published by %(day)s was asked for.") % {"key": key[:120], "day": published_by},
        _("No table with this breakdown was published by then."), instead,
    )  # fmt: skip


def _limits(figures: Figures, book: policy.Book) -> dict[str, Any]:
    """What a question was limited to: groups, and other days than the indicator's own window."""
    limits: dict[str, Any] = {name: list(values) for name, values in figures.where.items()}
    usual, _last = book.indicator(figures.key, on=figures.on).period(figures.on)
    since = figures.receipt["since"]
    return limits if since == (usual or date.min).isoformat() else {**limits, "since": since}


def _stored(figures: Figures, book: policy.Book, *, limits: Mapping[str, Any] | None = None) -> Computation:
    """A row for figures; without limits, even empty ones, it is a daily run's, and only that is read in its place."""
    return Computation(
        receipt=figures.receipt_key, indicator=figures.key, on=figures.on, known_on=figures.known_on,
        by=",".join(figures.by), where="" if limits is None else json.dumps(limits, sort_keys=True),
        packs=book.hash, figures=figures.as_json(), computed_at=clock.now(),
    )  # fmt: skip
