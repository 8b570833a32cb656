"""Verbs of public notices: published when nothing is missing, withdrawn with a reason."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from banyan.kit.pictures import examined, without_place
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.recall.models import RECALL_FLOW, Notice, Recall
from banyan.response.recall.queries import notices_of, terms

MOST_BYTES = 10 * 2**20
COPIED = (
    "product_name", "brand", "model", "lots", "gtin", "maker_id", "maker_name", "level", "hazard", "defect",
    "measures", "contact", "recalled",
)  # fmt: skip
NEEDED = ("product_name", "brand", "model", "lots", "gtin", "photo", "hazard", "defect", "measures", "contact")


@verb("recall.notice.published", right="recall.publish")
def publish_notice(deed: Deed, *, recall: Recall, photo: Any, **said: str) -> Notice:
    """Publish what the public is told of a recall. Refused, naming each, while something that it needs is missing.

    `said` may complete or correct the recall's own fields, from its brand to its contact.
    """
    RECALL_FLOW.demand(recall, "publish_notice")
    for name, value in said.items():
        if value.strip():
            setattr(recall, name, value.strip())
    if missing := missing_in_notice(recall, photo):
        raise Refused(
            _("The notice of %(recall)s was to be published.") % {"recall": recall},
            _("These are missing: %(missing)s.") % {"missing": ", ".join(missing)},
            _("Complete it; a notice that a shopper cannot check goods by is not published."),
            terms.written(recall, "publish", on=deed.on) or str(RECALL_FLOW.written),
            code="notice-incomplete",
        )
    picture, content = _examined(photo)
    digest = hashlib.sha256(content).hexdigest()
    number = notices_of(recall).count() + 1
    notice = Notice(
        key=f"{recall.pk}.n{number}", recall=recall, number=f"{recall.number}-{number}", published_on=deed.on,
        photo_digest=digest, photo_type=picture.media_type, **{name: getattr(recall, name) for name in COPIED},
    )  # fmt: skip
    ending = "png" if picture.media_type == "image/png" else "jpg"
    notice.photo.save(f"{digest}.{ending}", ContentFile(content), save=False)
    for earlier in notices_of(recall).filter(withdrawn_on=None):
        earlier.withdrawn_on, earlier.withdrawn_reason = deed.on, str(_("Replaced by a later notice."))
        deed.save(earlier, "withdrawn_on", "withdrawn_reason")
    deed.add(notice)
    if recall.state == "planned":
        recall.state, recall.published_on = "running", deed.on
        terms.run_clock(recall, "complete" if recall.regime == "food" else "stage_summary", start=deed.on)
        if recall.regime == "food":
            recall.complete_by = recall.due_on
    deed.save(recall, "state", "published_on", "complete_by", *said, *terms.CLOCK)
    return notice


@verb("recall.notice.withdrawn", right="recall.publish")
def withdraw_notice(deed: Deed, *, notice: Notice) -> Notice:
    """Withdraw a notice, with a reason: it stays in the records and is public no more."""
    terms.demand_reason(deed.reason, _("Withdrawing a notice"))
    return deed.withdraw(notice)


def missing_in_notice(recall: Recall, photo: Any) -> list[str]:
    """What a notice lacks, each in words."""
    fields: Any = Recall._meta
    words = {name: fields.get_field(name).verbose_name for name in NEEDED if name != "photo"}
    missing = [str(words[name]) for name in words if not str(getattr(recall, name)).strip()]
    return missing if photo else [*missing, str(_("photograph"))]


def _examined(photo: Any) -> tuple[Any, bytes]:
    content = photo.read(MOST_BYTES + 1)
    picture = examined(content, name=str(photo.name)[-160:])
    return picture, without_place(content)
