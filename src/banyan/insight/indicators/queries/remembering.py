"""Answers that are made once for each state of facts and packs, whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.kit import charts, memory


def remembered(name: str, parts: Sequence[Any], make: Callable[[], Any], *, in_words: bool = True) -> Any:
    """An answer that depends on facts and packs only: made once for each state of both, then remembered.

    What else it rests on (reference figures) belongs into `parts`. One that holds no words (`in_words=False`) is the
    same in every language.
    """
    state = (facts.state(), policy.load(settings.BANYAN_PACKS).hash[:16], get_language() if in_words else "")
    key = charts.digest({"name": name, "parts": [str(part) for part in parts], "state": [str(one) for one in state]})
    return memory.kept(key, make)
