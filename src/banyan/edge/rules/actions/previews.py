"""Previews: asked for, made in the background with progress, kept until dropped."""

from __future__ import annotations

import logging
import time
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from banyan import policy
from banyan.edge.rules import queries
from banyan.edge.rules.models import Draft, Preview
from banyan.kit import clock, keys, rights
from banyan.kit.refusals import Refused

RIGHT = "rules.view"
TOLD_EVERY = 1.0
KEPT = 5
logger = logging.getLogger(__name__)


def ask_preview(*, draft: Draft, by: Any, first: date | None = None, last: date | None = None) -> Preview:
    """Ask what a draft would have changed between two days; the background worker makes it. Raises Refused."""
    rights.demand(by, RIGHT)
    preview = _begin(draft, by, first, last)
    enqueue(preview)
    return preview


def preview_now(*, draft: Draft, by: Any, first: date | None = None, last: date | None = None) -> Preview:
    """The same, made at once: for the command line."""
    rights.demand(by, RIGHT)
    return go_on(key=_begin(draft, by, first, last).pk)


def enqueue(preview: Preview) -> None:
    """Hand a preview to the background worker."""
    from banyan.edge.rules.tasks import preview_draft

    preview_draft.enqueue(preview.pk)


def go_on(*, key: str) -> Preview:
    """Make a preview that was asked for. What stopped it stands in `trouble`."""
    preview = Preview.objects.select_related("draft").get(pk=key)
    if not preview.is_working:
        return preview
    told = 0.0

    def tell(done: int, steps: int) -> None:
        nonlocal told
        if time.monotonic() - told >= TOLD_EVERY:
            told = time.monotonic()
            Preview.objects.filter(pk=key).update(done=done, steps=steps)

    try:
        days = queries.Bounds(preview.first, preview.last)
        found = queries.compare(rule=preview.draft.rule, definition=preview.definition, days=days, tell=tell)
    except Refused as refusal:
        Preview.objects.filter(pk=key).update(trouble=refusal.sentence)
    except policy.PolicyError as error:
        Preview.objects.filter(pk=key).update(trouble=queries.faults_in_words(error))
    except Exception:
        logger.exception("preview %s failed", key)
        Preview.objects.filter(pk=key).update(trouble=_("This was our mistake; it was logged. Ask for it again."))
        raise
    else:
        Preview.objects.filter(pk=key).update(result=found, seconds=found["seconds"], packs=found["packs"])
    preview.refresh_from_db()
    return preview


def _begin(draft: Draft, by: Any, first: date | None, last: date | None) -> Preview:
    days = queries.range_of(first, last)
    if not queries.is_known(draft.kind):
        raise Refused(
            _("A preview of “%(rule)s” was asked for.") % {"rule": draft.rule},
            _("Nothing of the past is computed from a rule of this kind yet."),
            _("Look at the difference of the texts."),
        )
    old = draft.previews.order_by("-asked_at").values_list("pk", flat=True)[KEPT - 1 :]
    Preview.objects.filter(pk__in=list(old)).delete()
    return Preview.objects.create(
        key=keys.fresh("pv"), draft=draft, definition=draft.definition, first=days.first, last=days.last,
        packs=policy.load(settings.BANYAN_PACKS).hash, asked_by=by.username, asked_at=clock.now(),
    )  # fmt: skip
