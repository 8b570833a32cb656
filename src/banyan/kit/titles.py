"""How keys read: entries of packs by their titles, what limits a grant, a place by its name; how words are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from banyan import policy

DIMENSIONS = {
    "": _("everywhere"), "region": _("region"), "organisation": _("organisation"), "laboratory": _("laboratory"),
}  # fmt: skip
LOOK_UPS = {"path", "key"}
METHODS = {
    "wilson": _("Wilson's score interval"), "clopper-pearson": _("exact interval (Clopper and Pearson)"),
    "jeffreys": _("Jeffreys interval"), "agresti-coull": _("interval of Agresti and Coull"),
    "logit": _("logit interval"), "census": _("everything was counted: no interval"),
    "stratified_rate": _("weighted by stratum and probability of inclusion, logit interval"),
    "clustered_rate": _("weighted, units drawn in clusters, logit interval"),
    "weighted_rate": _("weighted by probability of inclusion, logit interval"),
}  # fmt: skip
SAID_BY: dict[str, Callable[[str], str]] = {}
"""How keys read that rooms above declare: each room puts its own way here when it is ready."""


_reasons_of_the_house: set[str] = set()


def by_house(reason: str) -> str:
    """A reason that the house itself gives for a verb: kept in English, read in the language of the page.

    Said once where a module is read, so that every process knows it.
    """
    _reasons_of_the_house.add(reason)
    return reason


def reason_in_words(reason: str) -> str:
    """A reason as people read it: what a person wrote as it stands, what the house says in the page's language."""
    return gettext(reason) if reason in _reasons_of_the_house else reason


TERM_IS_OVER = by_house(gettext_noop("The term is over."))
OBJECTIONS_ARE_OVER = by_house(gettext_noop("The term to object is over."))


def title(key: str) -> str:
    """An entry of the packs by its title; what they do not know, or know no longer, by its key."""
    try:
        return policy.load(settings.BANYAN_PACKS).entry(key).title.in_language(get_language() or "zh")
    except policy.UnknownEntry:
        return key


def document(key: str) -> str:
    """A document that rules cite by its title; what the packs do not know by its key."""
    found = policy.load(settings.BANYAN_PACKS).documents.get(key)
    return found.title.in_language(get_language() or "zh") if found else key


def method(key: str) -> str:
    """A method of an interval or estimate in words; one that has none here by its key."""
    return str(METHODS.get(key, key))


def said(what: str, keys: str) -> str:
    """Keys with commas between them in the words of the room that declares them; as they are where none does."""
    way = SAID_BY.get(what, str)
    return listed(way(key.strip()) for key in keys.split(","))


def dimension(key: str) -> str:
    """What limits a grant."""
    return str(DIMENSIONS.get(key, key))


class Placed:
    """Paths of regions and keys of organisations by the names of these; what the registry does not know as it is."""

    def __call__(self, path: str) -> str:
        return self.of_all([path])[0]

    def of_all(self, paths: Sequence[str]) -> list[str]:
        """The same of many, in one question for each kind of place."""
        from banyan.kit import recent  # stands on the nouns, whose fields are told here

        wanted = frozenset(one for one in paths if one)
        found = recent.made(("places", get_language(), wanted), lambda: _names(wanted)) if wanted else {}
        return [found.get(one, one) for one in paths]


def _names(paths: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for model in apps.get_models():
        reach = getattr(model, "reach", {})
        look_ups = {one for limits in DIMENSIONS for one in LOOK_UPS.intersection(reach.get(limits, ()))}
        for look_up in look_ups:
            named = model._default_manager.filter(**{f"{look_up}__in": list(paths)})
            found |= {getattr(one, look_up): str(one) for one in named}
    return found


place = Placed()


def listed(many: Iterable[Any]) -> str:
    """Many as one line, with the mark that the language of the page puts between them."""
    return gettext(", ").join(str(one) for one in many)


def paired(name: Any, what: Any) -> str:
    """A name and what is said of it, with the colon of the language of the page."""
    return gettext("%(name)s: %(what)s") % {"name": name, "what": what}


def strung(many: Iterable[Any]) -> str:
    """Many that hold commas themselves as one line."""
    return gettext("; ").join(str(one) for one in many)


def sentences(many: Iterable[Any]) -> str:
    """Many, each as a sentence of its own; the last one ends as it was written."""
    return gettext(". ").join(str(one) for one in many)
