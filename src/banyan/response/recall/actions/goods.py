"""What leads, inquiries and recalls share when they are entered: the goods, whose terms hold, the number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from banyan.base.registry.queries import check_gtin
from banyan.kit.keys import fresh
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed
from banyan.response.recall.models.leads import WRITTEN, Regime
from banyan.response.recall.queries.numbers import LETTERS, next_numbers

SHARED = (
    "regime", "product_name", "brand", "model", "lots", "gtin", "product_id", "product_class_id", "maker_id",
    "maker_name", "county_id", "hazard", "defect",
)  # fmt: skip


def shared_of(goods: Any) -> dict[str, Any]:
    """The fields by which the next record speaks of the same goods."""
    return {name: getattr(goods, name) for name in SHARED}


def complete(goods: Any) -> None:
    """Fill in what the registry knows of the goods. Raises Refused where nothing names them."""
    if product := goods.product:
        goods.product_name = goods.product_name or product.name
        goods.brand, goods.model = goods.brand or product.brand, goods.model or product.model
        goods.gtin = goods.gtin or product.gtin
        goods.product_class_id = goods.product_class_id or product.product_class_id
        goods.maker_id = goods.maker_id or product.maker_id
    if goods.maker_id:
        goods.maker_name = goods.maker_name or goods.maker.name
        goods.county_id = goods.county_id or goods.maker.county_id
    if goods.product_class_id and goods.product_class.is_food and goods.regime == Regime.CONSUMER:
        goods.regime = Regime.FOOD
    goods.gtin = check_gtin(goods.gtin).zfill(14) if goods.gtin else ""
    if not goods.product_name.strip():
        raise Refused(
            _("A record of recalls was to be entered."),
            _("No product is named."),
            _("Name it as it stands on the goods."),
            str(WRITTEN),
            code="product-missing",
        )


def number(deed: Deed, records: Sequence[Any]) -> None:
    """Give records that have none their keys and the next numbers of the year."""
    deed.hold()
    model = type(records[0])
    for record, following in zip(records, next_numbers(model, len(records), on=deed.on), strict=True):
        record.number = record.number or following
        record.key = record.key or fresh(f"r{LETTERS[model].lower()}")
