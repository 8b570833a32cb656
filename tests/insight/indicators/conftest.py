"""The world of samples that the facts' tests use too."""

from tests.base.facts.conftest import world

__all__ = ["world"]
