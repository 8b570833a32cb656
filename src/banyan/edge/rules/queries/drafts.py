"""Drafts and what was adopted: as amendments that lie above the packs, beside the rule in force, and as a pack."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from banyan import policy
from banyan.edge.rules.models import Draft, Preview
from banyan.kit import clock
from banyan.kit.refusals import NotFound
from banyan.kit.scope import scoped
from banyan.policy import amending


def amendments() -> Iterator[policy.Amendment]:
    """What was adopted and not revoked, in the order in which it comes in force."""
    for draft in Draft.objects.filter(state="adopted", withdrawn_on=None).order_by("in_force_on", "key"):
        yield amendment_of(draft)


def amendment_of(draft: Draft) -> policy.Amendment:
    """An adopted draft as the policy floor reads it."""
    entry = policy.load(settings.BANYAN_PACKS).entry(draft.rule)
    issuer = _issuer(entry)
    document = {
        "id": f"adopted-{draft.pk}", "kind": "policy", "number": draft.document_number, "issuer": issuer,
        "title": {"zh": draft.document_zh, "en": draft.document_en}, "since": draft.document_on, "until": None,
        "confidence": "verified",
    }  # fmt: skip
    reference = {"document": document["id"], "clause": draft.clause or None,
                 "says": {"zh": draft.says_zh, "en": draft.says_en}}  # fmt: skip
    return policy.Amendment.model_validate({
        "key": draft.rule, "since": draft.in_force_on, "text": draft.definition, "reference": reference,
        "document": document,
    })  # fmt: skip


def _issuer(entry: Any) -> dict[str, str]:
    """Who orders changes of an entry: who issued the text that it is written in, as the packs say."""
    book = policy.load(settings.BANYAN_PACKS)
    place = book.manifests[entry.pack].place
    cited = next((book.documents[one.document].issuer for one in entry.references()), place)
    return {"zh": cited.zh, "en": cited.en}


def may_be_drafted() -> list[Any]:
    """The rules in force that a draft may change."""
    book = policy.load(settings.BANYAN_PACKS)
    return [entry for kind in amending.AMENDED for entry in book.entries(kind)]


def entry_of(rule: str) -> Any:
    """The entry of a rule that a draft may change. Raises NotFound for any other."""
    found = next((entry for entry in may_be_drafted() if entry.key == rule), None)
    if found is None:
        raise NotFound(
            _("The rule “%(key)s” was asked for, to be changed by a draft.") % {"key": rule[:120]},
            _("No rule in force of this key may be changed so."),
            _("Targets, indicators, values, terms, alert rules and weights may; all else is changed in its pack."),
        )
    return found


def text_in_force(rule: str, *, on: date) -> str:
    """What a rule says on a day, as a draft begins: the YAML of its definition."""
    return amending.written(amending.definition(entry_of(rule), on))


def difference_of(draft: Draft, *, on: date) -> list[str]:
    """What a draft writes otherwise than the rule as it stands on a day."""
    return amending.difference(text_in_force(draft.rule, on=on), draft.definition)


def drafts_of(person: Any, *, rule: str = "") -> Any:
    """The drafts that a person may see, the latest first."""
    rows = scoped(Draft, person).filter(withdrawn_on=None)
    return rows.filter(rule=rule) if rule else rows


def draft_of(person: Any, *, key: str) -> Draft:
    """One draft. Raises NotFound."""
    found = drafts_of(person).filter(pk=key).first()
    if found is None:
        raise NotFound(
            _("The draft “%(key)s” was asked for.") % {"key": key[:60]},
            _("There is no such draft."),
            _("`banyan policy drafts` and the list of drafts in the office name them."),
        )
    return found  # type: ignore[no-any-return]


def preview_of(person: Any, *, key: str) -> Preview:
    """One preview of a draft that the person may see. Raises NotFound."""
    found = Preview.objects.select_related("draft").filter(pk=key, draft__in=drafts_of(person)).first()
    if found is None:
        raise NotFound(
            _("The preview “%(key)s” was asked for.") % {"key": key[:60]},
            _("There is no such preview."),
            _("Open the draft; its page lists its previews."),
        )
    return found


def preview_that_counts(draft: Draft) -> Preview | None:
    """The last finished preview of what the draft says now; None where there is none yet."""
    rows = draft.previews.filter(definition=draft.definition, result__isnull=False)
    return rows.order_by("-asked_at").first()


def exported() -> dict[str, Any]:
    """What was adopted, as the files of a pack that lies above the others: documents and whole entries."""
    book = policy.load(settings.BANYAN_PACKS)
    entries, documents = {}, []
    for one in amendments():
        entry = book.entry(one.key)
        if one.since in book.adopted.get(one.key, ()):
            documents.append(one.document)
            content = entry.model_dump(exclude={"origin"}, exclude_defaults=True)
            entries[one.key] = {"kind": entry.kind, "replaces": one.key} | content
    return {"packs": book.hash, "on": clock.today(), "entries": entries, "documents": documents}
