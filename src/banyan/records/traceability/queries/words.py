"""Words and identifiers of a question in the form in which events are kept."""

from __future__ import annotations

from django.utils.translation import gettext as _

from banyan import epcis
from banyan.kit.refusals import BadRequest


def bare(word: str, vocabulary: str) -> str:
    """A word of CBV without its address: `shipping` for `https://ref.gs1.org/cbv/BizStep-shipping`."""
    for prefix in (
        f"https://ref.gs1.org/cbv/{vocabulary}-", f"https://ns.gs1.org/cbv/{vocabulary}-", f"cbv:{vocabulary}-",
        f"urn:epcglobal:cbv:{vocabulary.lower()}:",
    ):  # fmt: skip
        if word.startswith(prefix):
            return word.removeprefix(prefix)
    return word


def canonical(identifier: str) -> str:
    """The one form of an identifier. Raises BadRequest for one that breaks its own rules."""
    try:
        return epcis.canonical(identifier.strip())
    except epcis.BadIdentifier as wrong:
        raise BadRequest(
            _("“%(id)s” was asked for.") % {"id": identifier}, str(wrong), _("Copy it from the label or document."),
            "GS1 General Specifications", code="bad-identifier",
        ) from wrong  # fmt: skip
