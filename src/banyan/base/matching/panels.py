"""What the matching of names shows: why a name may mean a firm, the names that mean a firm, what is to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from banyan.base.matching import queries
from banyan.base.matching.models import NameMatch
from banyan.base.registry.queries import organisations
from banyan.kit.office import Panel, Todo, TodoItem, link

SHOWN = 8
FEATURES: dict[str, Any] = {
    "trade_name": _("trade name"), "trade": _("line of trade"), "region": _("region"), "form": _("legal form"),
    "branch": _("branch"), "numbers": _("numbers"),
}  # fmt: skip
LEVELS: dict[str, Any] = {
    "same": _("the same"), "sound": _("sounds the same"), "look": _("easily taken for it"),
    "long_sound": _("one character sounds the same or is easily taken for it"),
    "clipped": _("one character is missing"),
    "long_wrong": _("one character is another"), "wrong": _("one character is another"),
    "begins": _("the other one begins with it"), "unsaid": _("the name does not say it"),
    "long_slip": _("one character off"), "slip": _("one slip of the pen"), "half": _("one of two characters differs"),
    "near": _("one character differs"), "shortened": _("shortened"), "two_slips": _("two characters off"),
    "akin": _("akin"), "deeper": _("goes on to a smaller region"), "within": _("one lies in the other"),
    "alike": _("means the same"), "absent": _("only one of the names says it"),
    "none": _("neither of the names says it"), "other": _("contradicts"),
}  # fmt: skip
KNOWN = _("but another firm is called so")
# From how many bits on a weight is called so; each bit doubles the odds.
WORDS = (
    (8, _("speaks very strongly for it")), (3, _("speaks strongly for it")), (0.5, _("speaks for it")),
    (-0.5, _("says nothing")), (-3, _("speaks against it")), (-8, _("speaks strongly against it")),
)  # fmt: skip
AGAINST = _("speaks very strongly against it")


def in_words(bits: float) -> Any:
    """A weight as a person reads it."""
    return next((word for least, word in WORDS if bits >= least), AGAINST)


def why(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The candidates of a name side by side with it, feature by feature, as far as the person may see the firms."""
    keys = [one["key"] for one in record.candidates]
    seen = {one.pk: one for one in organisations(person=person).filter(pk__in=keys)}
    rows = []
    for one in record.candidates:
        firm = seen.get(one["key"])
        rows.append({
            "name": firm.name if firm else one["name"], "bore": one["name"], "url": link(firm) if firm else "",
            "uscc": firm.uscc if firm else "", "share": f"{one['probability']:.1%}",
            "features": [_feature(each) for each in one["features"] if each["left"] or each["right"]],
        })  # fmt: skip
    return {"rows": rows, "asked": record.name}


def _feature(one: dict[str, Any]) -> dict[str, Any]:
    level, known, _rest = one["level"].partition("_known")
    said = LEVELS.get(level, level)
    return {
        "feature": FEATURES.get(one["feature"], one["feature"]), "left": one["left"], "right": one["right"],
        "level": f"{said}, {KNOWN}" if known else said, "words": in_words(one["bits"]), "bits": f"{one['bits']:+.1f}",
    }  # fmt: skip


def names_of_firm(record: Any, *, person: Any, on: date) -> dict[str, Any] | None:
    """The names from elsewhere that were matched with a firm."""
    rows = queries.name_matches(person=person).filter(organisation=record, state="accepted", withdrawn_on=None)
    shown = [{"record": one, "url": link(one)} for one in rows.order_by("-came_on", "key")[:SHOWN]]
    return {"rows": shown} if shown else None


def to_decide(*, person: Any, on: date, limit: int) -> Sequence[TodoItem]:
    """Names between the thresholds, which a person decides."""
    rows = queries.name_matches(person=person, right="matching.handle").filter(state="proposed", withdrawn_on=None)
    return [
        TodoItem(text=one.name, url=link(one), due_on=None, is_overdue=False, note=one.source)
        for one in rows.order_by("came_on", "key")[:limit]
    ]


PANELS = (
    Panel(NameMatch.noun, _("Why"), "matching/why.html", why, right="matching.view", order=1),
    Panel("registry.organisation", _("Names from elsewhere"), "matching/of_firm.html", names_of_firm,
          right="matching.view", order=60),
)  # fmt: skip
TODO = (Todo(_("Names without a code: to be decided"), to_decide, "matching.handle", order=40),)
