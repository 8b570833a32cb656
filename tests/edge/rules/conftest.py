"""A rule that somebody drafted and somebody else may adopt, over a small world of samples."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.edge.conftest import TODAY

from banyan import policy
from banyan.edge.rules import actions, queries
from banyan.edge.rules.models import Draft
from banyan.kit import layer
from banyan.policy import amending

TARGET = "spot-provincial"
CITED = {
    "document_number": "榕质办〔2024〕7号", "document_on": date(2024, 6, 20), "document_zh": "关于调整目标的通知",
    "document_en": "Notice on changed targets", "clause": "2", "says_zh": "目标调整。", "says_en": "Targets change.",
}  # fmt: skip
LATER = TODAY + timedelta(days=10)


def changed(rule: str, **fields: Any) -> str:
    """The definition of a rule in force with other values."""
    book = policy.load()
    return amending.written(amending.definition(book.entry(rule), TODAY) | fields)


@pytest.fixture
def office(judged: Any) -> Any:
    """The world with its people, and short names for what is done to drafts."""

    class Office:
        people, on = judged.people, judged.on

        def draft(self, rule: str = TARGET, **fields: Any) -> Draft:
            return actions.draft_rule(
                rule=rule, definition=changed(rule, **fields), by=self.people.planner, on=TODAY, reason="stricter"
            )

        def preview(self, draft: Draft, **days: Any) -> dict[str, Any]:
            found = actions.preview_now(draft=draft, by=self.people.planner, **days)
            assert not found.trouble, found.trouble
            return found.result or {}

        def adopt(
            self, draft: Draft, *, since: date = LATER, by: Any = None, on: date = TODAY, **cited: Any
        ) -> Draft:
            made = actions.adopt_draft(
                draft=draft, in_force_on=since, by=by or self.people.leader, on=on, **CITED | cited
            )
            layer.refresh()
            return made

    return Office()


__all__ = ["CITED", "LATER", "TARGET", "changed", "office", "queries"]
