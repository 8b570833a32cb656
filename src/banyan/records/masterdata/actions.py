"""What is told of master data is kept within the deed that keeps its document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from banyan.base.registry.queries import Organisation
from banyan.kit import bulk, clock, keys
from banyan.records.masterdata import queries
from banyan.records.masterdata.models import ElementAttribute, ElementPart, ElementReader, VocabularyElement

PART = 500  # SQLite takes no more than a thousand values in a question


def tell(
    deed: Any, *, organisation: Organisation, vocabularies: Sequence[Mapping[str, Any]], capture: str,
    partners: Collection[str], holders_of: Callable[[Iterable[str]], Mapping[str, str]],
) -> int:  # fmt: skip
    """
    Keep the checked master data of a document; how many entries of it are new or say something else than before.

    `partners` may read them, and so may whoever answers for a place, which `holders_of` knows. An entry that says the
    same as the present one changes nothing; another one replaces it, which stays, withdrawn.
    """
    told: dict[tuple[str, str], VocabularyElement] = {}
    now = clock.now()
    for vocabulary in vocabularies:
        for content in vocabulary.get("vocabularyElementList") or ():
            kind = queries.kind_of(vocabulary["type"])
            form, gtin = queries.form_of(content["id"], kind)
            told[vocabulary["type"], form] = VocabularyElement(
                key=keys.fresh("voc"), organisation=organisation, vocabulary=vocabulary["type"], kind=kind,
                identifier=form, gtin=gtin, told_at=now, capture=capture, content=dict(content),
            )  # fmt: skip
    before = _present(organisation, {form for _vocabulary, form in told})
    fresh = [one for place, one in told.items() if place not in before or before[place].content != one.content]
    replaced = [before[one.vocabulary, one.identifier] for one in fresh if (one.vocabulary, one.identifier) in before]
    for old in replaced:
        old.withdrawn_on, old.withdrawn_reason = deed.on, _("Told anew: %(capture)s") % {"capture": capture}
    deed.save_many(replaced, "withdrawn_on", "withdrawn_reason")
    deed.add_many(fresh)
    holders = holders_of([one.identifier for one in fresh])
    readers = {one.pk: {*partners, holders.get(one.identifier, "")} for one in fresh}
    _index(fresh, readers, organisation.pk)
    return len(fresh)


def share(*, organisation: Organisation, partner: Organisation) -> None:
    """Let a partner read the present master data of a firm, within the verb that shares its events."""
    shown = ElementReader.objects.filter(organisation=partner).values("element_id")
    rows = VocabularyElement.objects.filter(organisation=organisation, withdrawn_on=None).exclude(pk__in=shown)
    bulk.insert_rows(
        ElementReader, ("element", "organisation"), [(key, partner.pk) for key in rows.values_list("pk", flat=True)]
    )


def _present(organisation: Organisation, forms: Iterable[str]) -> dict[tuple[str, str], VocabularyElement]:
    """The firm's present statements on some identifiers, by vocabulary and identifier."""
    asked = sorted(forms)
    found: dict[tuple[str, str], VocabularyElement] = {}
    for start in range(0, len(asked), PART):
        rows = VocabularyElement.objects.filter(
            organisation=organisation, withdrawn_on=None, identifier__in=asked[start : start + PART]
        )
        found.update({(one.vocabulary, one.identifier): one for one in rows})
    return found


def _index(fresh: Sequence[VocabularyElement], readers: Mapping[str, set[str]], teller: str) -> None:
    attributes: list[tuple[str, str, str]] = []
    parts: list[tuple[str, str]] = []
    shown: list[tuple[str, str]] = []
    for one in fresh:
        attributes += [(one.pk, name, value) for name, value in queries.attributes_of(one.content)]
        children = dict.fromkeys(queries.form_of(child, one.kind)[0] for child in one.content.get("children") or ())
        parts += [(one.pk, child) for child in children]
        shown += [(one.pk, key) for key in sorted(readers[one.pk] - {"", teller})]
    bulk.insert_rows(ElementAttribute, ("element", "name", "value"), attributes)
    bulk.insert_rows(ElementPart, ("element", "identifier"), parts)
    bulk.insert_rows(ElementReader, ("element", "organisation"), shown)
