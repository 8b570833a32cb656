"""Names for keys: what tables and charts print in place of a key, and what the public may find."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from banyan.base.registry.models import Industry, Organisation, Park, ProductClass, Region, name_in_language
from banyan.kit import search

NOUN_OF_DIMENSION: dict[str, Any] = {
    "county": Region, "origin_county": Region, "park": Park, "industry": Industry, "product": ProductClass,
    "organisation": Organisation, "counterparty": Organisation, "laboratory": Organisation,
}  # fmt: skip


def names_of(pairs: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str | None], str]:
    """The name, in the language of the page, of each (dimension, key). A dimension without a noun is left out."""
    wanted: dict[Any, dict[str, list[str]]] = {}
    for dimension, key in pairs:
        if key is not None and (model := NOUN_OF_DIMENSION.get(dimension)) is not None:
            wanted.setdefault(model, {}).setdefault(key, []).append(dimension)
    found: dict[tuple[str, str | None], str] = {}
    for model, keys in wanted.items():
        for record in model.objects.filter(pk__in=list(keys)):
            for dimension in keys[record.pk]:
                found[dimension, record.pk] = name_in_language(record)
    return found


def public_code(firm: Organisation) -> str:
    """The code of a firm as the public reads it; a sole trader's is left out, since it leads to a person."""
    return "" if firm.kind == Organisation.Kind.SOLE_TRADER else firm.uscc or ""


def public_find(*, text: str, limit: int = 20) -> list[dict[str, str]]:
    """Organisations as the public may find them: name, code, county, and what stands for it in addresses.

    A sole trader's code leads to a person: it finds the firm and is not told.

    Where none answers, those whose names are near to the text.
    """
    noun = Organisation.noun
    keys = search.find(noun=noun, text=text, limit=limit) or search.near(noun=noun, text=text, limit=limit)
    rows = {
        one.pk: one for one in Organisation.objects.filter(pk__in=keys, withdrawn_on=None).select_related("county")
    }
    return [
        {
            "name": one.name,
            "uscc": (code := public_code(one)),
            "county": name_in_language(one.county) if one.county else "",
            "address": code or one.pk,
        }
        for one in (rows[key] for key in keys if key in rows)
    ]
