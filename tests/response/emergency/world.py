"""A small world of emergencies: food poisoning in Gulou, a resource, and a bulletin that lacks nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from banyan.kit import clock, rights
from banyan.response.emergency import actions
from banyan.response.emergency.models import Activation, Bulletin, Resource

DAY = date(2025, 6, 2)
HOUSE = rights.System("test")


def an_activation(city: Any, **fields: Any) -> Activation:
    """A response at level IV to food poisoning in Gulou, not yet activated."""
    given = {
        "kind": "food", "level": "IV", "title": "canteen poisoning", "happened": "forty pupils are ill",
        "county": city.gulou, "place": "No. 1 school",
    }  # fmt: skip
    return Activation(**given | fields)


def activated(city: Any, *, by: Any = HOUSE, on: date = DAY, **fields: Any) -> Activation:
    """A response under way."""
    return actions.activate(activation=an_activation(city, **fields), by=by, on=on)


def ended(city: Any, *, by: Any = HOUSE, on: date = DAY, **fields: Any) -> Activation:
    """A response that has ended and is to be reviewed."""
    activation = activated(city, by=by, on=on, **fields)
    return actions.end_response(activation=again(activation), by=by, on=on, reason="nobody else fell ill")


def a_resource(city: Any, **fields: Any) -> Resource:
    """Three sampling cars of Gulou."""
    given = {
        "kind": "car", "name": "sampling car", "county": city.gulou, "quantity": Decimal(3),
        "measured_in": "vehicles", "holder": "Gulou bureau", "contact": "duty room", "telephone": "0591-0000 0000",
    }  # fmt: skip
    return Resource(**given | fields)


def entered(city: Any, **fields: Any) -> Resource:
    """The same, entered."""
    return actions.enter_resources(resources=[a_resource(city, **fields)], by=HOUSE, on=DAY)[0]


def a_bulletin(city: Any, **fields: Any) -> Bulletin:
    """A public bulletin about the food of the canteen, to the officers of the counties; not of named goods."""
    given = {
        "kind": "food", "county": city.gulou, "roles": ["county_officer"], "is_public": True,
        "headline": "Do not eat school lunch boxes of Monday", "description": "forty pupils are ill",
        "measures": "throw them away", "contact": "12315", "expires_at": clock.now() + timedelta(days=1),
    }  # fmt: skip
    return Bulletin(**given | fields)


GOODS = {
    "is_of_goods": True, "product_name": "lunch box", "brand": "Banyan", "model": "B-2", "lots": "L1",
    "gtin": "4006381333931",
}  # fmt: skip


def later(minutes: int) -> datetime:
    """So many minutes after the first activation."""
    return datetime(2025, 6, 2, 9, tzinfo=clock.zone()) + timedelta(minutes=minutes)


def again(record: Any) -> Any:
    """A record as it is now."""
    return type(record).objects.get(pk=record.pk)
