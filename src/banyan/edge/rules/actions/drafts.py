"""Drafts: begun from the rule in force, edited, adopted by a second person for a later day, given up, revoked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from banyan import policy
from banyan.edge.rules import queries
from banyan.edge.rules.models import FLOW, Draft
from banyan.edge.rules.queries.drafts import amendment_of
from banyan.kit import keys, layer, titles
from banyan.kit.refusals import Refused
from banyan.kit.terms import demand_reason
from banyan.kit.verbs import Deed, verb
from banyan.policy import amending

WRITTEN = gettext_lazy("the house's own rules, changes of rules")
CITED = ("document_number", "document_on", "document_zh", "document_en", "clause", "says_zh", "says_en")


@verb("rules.draft.made", right="rules.draft", title=gettext_lazy("Drafted"))
def draft_rule(deed: Deed, *, rule: str, definition: str | None = None) -> Draft:
    """Begin a draft from what a rule says today, or from a definition that is given. The reason says what for."""
    entry = queries.entry_of(rule)
    demand_reason(deed.reason, _("A draft of “%(rule)s”") % {"rule": rule})
    text = queries.text_in_force(rule, on=deed.on) if definition is None else definition
    demand_definition(rule, text)
    return deed.add(
        Draft(key=keys.fresh("d"), rule=rule, kind=entry.kind, definition=text, why=deed.reason,
              drafted_by=deed.by.username, drafted_on=deed.on)
    )  # fmt: skip


@verb("rules.draft.edited", right="rules.draft")
def edit_draft(deed: Deed, *, draft: Draft, definition: str, **cited: Any) -> Draft:
    """Change what a draft says, or which document orders it. Its earlier previews no longer count."""
    return _edit(deed, draft, "edit_draft", definition, cited)


@verb("rules.draft.rewritten", right="rules.draft")
def edit_text(deed: Deed, *, draft: Draft, definition: str) -> Draft:
    """Write a draft's whole definition as the YAML of a pack."""
    return _edit(deed, draft, "edit_text", definition, {})


def _edit(deed: Deed, draft: Draft, move: str, definition: str, cited: dict[str, Any]) -> Draft:
    FLOW.move(draft, move)
    draft.definition = amending.written(demand_definition(draft.rule, definition))
    for name in CITED:
        setattr(draft, name, cited.get(name, getattr(draft, name)))
    if deed.by.username not in (draft.drafted_by, *draft.edited_by):
        draft.edited_by = [*draft.edited_by, deed.by.username]
    return deed.save(draft, "definition", "edited_by", *CITED)


@verb("rules.draft.adopted", right="rules.adopt")
def adopt_draft(deed: Deed, *, draft: Draft, in_force_on: date, **cited: Any) -> Draft:
    """Adopt a draft that somebody else wrote: it is what the rule says from a later day on.

    It must have been previewed as it is now, and name the document that orders it.
    """
    FLOW.move(draft, "adopt_draft")
    for name in CITED:
        setattr(draft, name, cited.get(name, getattr(draft, name)))
    asked = _("The draft of “%(rule)s” was to be adopted from %(day)s on.") % {"rule": draft.rule, "day": in_force_on}
    if deed.by.username in (draft.drafted_by, *draft.edited_by):
        raise Refused(asked, _("You have written it yourself."), _("Ask somebody else with this right to adopt it."),
                      str(WRITTEN), code="own-draft")  # fmt: skip
    if in_force_on <= deed.on:
        raise Refused(
            asked, _("That day is not after today: what was judged until today was judged by the rule in force."),
            _("Name a later day, %(day)s at the earliest.") % {"day": deed.on + timedelta(days=1)}, str(WRITTEN),
            code="not-later",
        )  # fmt: skip
    if missing := [name for name in CITED if name != "clause" and not getattr(draft, name)]:
        names = titles.listed(getattr(Draft._meta.get_field(name), "verbose_name", name) for name in missing)
        raise Refused(
            asked, _("The document that orders it is not named in full: %(names)s.") % {"names": names},
            _("Fill these in; they are what the rule's page will cite."), str(WRITTEN), code="no-document",
        )  # fmt: skip
    if queries.preview_that_counts(draft) is None:
        raise Refused(asked, _("Nobody has seen yet what it would have changed in the past."),
                      _("Run the preview on the draft's page, look at it, then adopt."), str(WRITTEN),
                      code="no-preview")  # fmt: skip
    book = policy.load(settings.BANYAN_PACKS)
    draft.in_force_on, draft.adopted_by, draft.adopted_on = in_force_on, deed.by.username, deed.on
    draft.packs_before, draft.packs_after = book.hash, _book_with(draft, book, asked).hash
    transaction.on_commit(layer.refresh)
    return deed.save(draft, "state", "in_force_on", "adopted_by", "adopted_on", "packs_before", "packs_after", *CITED)


def _book_with(draft: Draft, book: policy.Book, asked: str) -> policy.Book:
    """The rules with the draft adopted. Raises Refused where they would not hold together."""
    try:
        after = amending.amended(book, [amendment_of(draft)])
    except ValidationError as error:
        told = [(one["loc"], *policy.fault_of(one)) for one in error.errors()[:4]]
        faults = "; ".join(
            f"{queries.label_of([*map(str, loc), *filter(None, [field])])}: {queries.in_language(text)}"
            for loc, field, text in told
        )
        raise Refused(
            asked, _("Its document is not well named: %(faults)s.") % {"faults": faults},
            _("Give Chinese texts in Chinese and English ones in English."), code="no-document",
        ) from error  # fmt: skip
    except policy.PolicyError as error:
        raise Refused(
            asked, queries.faults_in_words(error), _("Correct the fields that are named."), code="bad-definition"
        ) from error  # fmt: skip
    if after.hash == book.hash:
        raise Refused(
            asked, _("The rule says something else from that day, or a later one, on already."),
            _("Choose a later day, or revoke what is to come first."), str(WRITTEN), code="not-later",
        )  # fmt: skip
    return after


@verb("rules.draft.dropped", right="rules.draft")
def drop_draft(deed: Deed, *, draft: Draft) -> Draft:
    """Give a draft up; it stays with the reason."""
    return deed.settle(draft, FLOW, "drop_draft")


@verb("rules.draft.revoked", right="rules.adopt")
def revoke_draft(deed: Deed, *, draft: Draft) -> Draft:
    """Revoke what was adopted before it comes in force. Afterwards only a new version changes the rule."""
    deed.settle(draft, FLOW, "revoke_draft")
    if draft.in_force_on is None or draft.in_force_on <= deed.on:
        raise Refused(
            _("The version of “%(rule)s” from %(day)s was to be revoked.")
            % {"rule": draft.rule, "day": draft.in_force_on},
            _("It is in force, and figures were judged by it."),
            _("Draft a new version that says what is to hold from a later day on."), str(WRITTEN), code="in-force",
        )  # fmt: skip
    transaction.on_commit(layer.refresh)
    return draft


def demand_definition(rule: str, text: str) -> dict[str, Any]:
    """The fields of a definition that the rule may have. Raises Refused, naming each field at fault."""
    entry = queries.entry_of(rule)
    book = policy.load(settings.BANYAN_PACKS)
    try:
        amending.as_if(book, rule, text)
        said = amending.read(text, entry)
        _demand_options(entry, said, book)
    except policy.PolicyError as error:
        raise Refused(
            _("A definition of “%(rule)s” was to be kept.") % {"rule": rule}, queries.faults_in_words(error),
            _("Correct the fields that are named; the present definition shows their form."), code="bad-definition",
        ) from error  # fmt: skip
    return said


def _demand_options(entry: Any, said: dict[str, Any], book: policy.Book) -> None:
    """An alert rule has the settings of its method: those that a rule in force with this method has."""
    if entry.kind != "alert_rule":
        return
    rules: list[Any] = [entry, *book.entries("alert_rule")]
    like = next((one for one in rules if one.method == said.get("method")), None)
    if like is None:
        raise policy.BadDefinition(entry, (("method", policy.Said("no rule in force uses it")),))
    if missing := sorted(like.options.keys() - said.get("options", {}).keys()):
        raise policy.BadDefinition(entry, tuple((f"options.{name}", policy.Said("is missing")) for name in missing))
    if strange := sorted(said["options"].keys() - like.options.keys()):
        raise policy.BadDefinition(
            entry, tuple((f"options.{name}", policy.Said("unknown field")) for name in strange)
        )
