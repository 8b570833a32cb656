"""The worked examples in the docstrings of the mathematics run and give what they say."""

import doctest
import importlib
import pkgutil

import pytest

from banyan import science

MODULES = sorted(m.name for m in pkgutil.walk_packages(science.__path__, "banyan.science."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name))

    assert outcome.failed == 0
