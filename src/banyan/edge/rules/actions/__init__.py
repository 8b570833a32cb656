"""What is done to rules: drafts written, previewed over the past, adopted by a second person or given up."""

from banyan.edge.rules.actions.drafts import (
    adopt_draft,
    draft_rule,
    drop_draft,
    edit_draft,
    edit_text,
    revoke_draft,
)
from banyan.edge.rules.actions.previews import ask_preview, enqueue, go_on, preview_now

__all__ = [
    "adopt_draft", "ask_preview", "draft_rule", "drop_draft", "edit_draft", "edit_text", "enqueue", "go_on",
    "preview_now", "revoke_draft",
]  # fmt: skip
