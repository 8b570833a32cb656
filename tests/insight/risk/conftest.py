"""A town whose two firms make rice and helmets, and the reference data that may lie beside the repository."""

import pytest
from tests.science.conftest import shared_file

from banyan.base.registry import actions
from banyan.kit.rights import System

__all__ = ["shared_file"]


@pytest.fixture
def makers(city):
    """The town, in which firm-g makes rice and firm-c helmets."""
    actions.enter_products(
        records=[
            {"name": "rice", "maker_id": "firm-g", "product_class": city.rice},
            {"name": "helmet", "maker_id": "firm-c", "product_class": city.helmet},
        ],
        by=System("test"), on=city.today,
    )  # fmt: skip
    return city
