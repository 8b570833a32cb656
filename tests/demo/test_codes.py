"""Invented codes are formed as their standards say."""

import pytest

from banyan.base.registry.queries import check_gtin, check_organisation_code, check_uscc
from banyan.demo import codes


@pytest.mark.parametrize("number", [0, 7, 4711, 1_234_567])
def test_the_registry_accepts_every_invented_code(number):
    assert check_organisation_code(codes.organisation_code(number)) == codes.organisation_code(number)
    assert check_uscc(codes.uscc(number, "350112"))[2:8] == "350112"
    assert check_uscc(codes.uscc(number, "350112", sole_trader=True))[:2] == "92"
    assert check_gtin(codes.gtin(number)).startswith("20")
