"""What an indicator is in SDMX 3.0: a dataflow, its data structure, the concepts and code lists that it names.

Each indicator has a structure of its own: FREQ, its dimensions, TIME_PERIOD. A figure of one breakdown has `_T` in
all other dimensions, and `_X` stands for a group that the records do not state.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.base.facts import queries as facts
from banyan.base.registry import queries as registry
from banyan.insight.indicators import queries as indicators
from banyan.kit import clock
from banyan.kit.templatetags.banyan import verdict_words
from banyan.policy.kinds.indicator import Indicator

LANGUAGES = {"en": "en", "zh": "zh-hans"}
VERSION = "1.0.0"
CONCEPTS = "CS_INDICATORS"
CONCEPT_WORDS = _("concepts of the indicators")
TOTAL, NOT_STATED = "_T", "_X"
CODE = re.compile(r"[A-Za-z0-9_@$-]+")
VERDICTS = {"met": "MET", "not met": "NOT_MET", "cannot be told": "CANNOT_BE_TOLD",
            "reference missing": "REFERENCE_MISSING"}  # fmt: skip

Names = Mapping[str, str]


@dataclass(frozen=True)
class Code:
    """One code with its name in each language."""

    id: str
    names: Names


@dataclass(frozen=True)
class Codelist:
    """A list of codes; `codes` is drawn up once, when a message needs it."""

    id: str
    names: Names
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class Component:
    """A dimension, the measure or an attribute: its concept, and its code list or the type of its text."""

    id: str
    names: Names
    codelist: str = ""
    text: str = "String"
    is_mandatory: bool = False


@dataclass(frozen=True)
class Flow:
    """An indicator as a dataflow with a data structure of the same version."""

    indicator: Indicator
    agency: str

    @property
    def id(self) -> str:
        return self.indicator.key.upper()

    @property
    def structure_id(self) -> str:
        return f"DSD_{self.id}"

    @property
    def version(self) -> str:
        return f"{self.indicator.version}.0.0"

    @property
    def names(self) -> Names:
        return {"en": self.indicator.title.en, "zh": self.indicator.title.zh}

    @property
    def says(self) -> Names:
        return {"en": self.indicator.says.en, "zh": self.indicator.says.zh}

    @cached_property
    def dimensions(self) -> tuple[Component, ...]:
        """FREQ and the indicator's dimensions in order; TIME_PERIOD stands apart."""
        return tuple(FREQ if name == "FREQ" else _dimension(name) for name in ("FREQ", *self.indicator.by))

    @property
    def codelists(self) -> tuple[str, ...]:
        """The code lists that its components name."""
        named = (one.codelist for one in (*self.dimensions, *ATTRIBUTES) if one.codelist)
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Structures:
    """What one structure message holds."""

    agency: str
    flows: tuple[Flow, ...] = ()
    structures: tuple[Flow, ...] = ()
    codelists: tuple[Codelist, ...] = ()
    concepts: tuple[Component, ...] = ()


def in_languages(text: Any) -> dict[str, str]:
    """A translatable text in each language of the messages."""
    found = {}
    for name, language in LANGUAGES.items():
        with translation.override(language):
            found[name] = str(text() if callable(text) else text)
    return found


def agency() -> str:
    """The agency that keeps the structures: the highest pack, as an SDMX id."""
    return re.sub(r"[^A-Z0-9_]", "_", settings.BANYAN_PACKS[-1].upper())


def flows() -> tuple[Flow, ...]:
    """Every indicator in force whose records are kept here."""
    today, book = clock.today(), policy.load(settings.BANYAN_PACKS)
    entries: Any = book.entries("indicator")
    kept = (entry for entry in entries if entry.holds(today) and indicators.is_recorded(entry))
    return tuple(Flow(book.indicator(entry.key, on=today), agency()) for entry in kept)


def flow_of(id: str) -> Flow | None:
    """The dataflow of an id, upper or lower case."""
    return next((flow for flow in flows() if flow.id == id.upper()), None)


def code_of(value: str | None) -> str:
    """The code of a group: its key where that is a code, else a digest of it; `_X` where it is not stated."""
    if value is None:
        return NOT_STATED
    return value if CODE.fullmatch(value) else "H" + hashlib.sha256(value.encode()).hexdigest()[:12].upper()


def structures_of(kind: str, chosen: Sequence[Flow], *, references: str, id: str = "*") -> Structures:
    """What a question for structures asks: artefacts of a kind, and with `references` those that they name."""
    whole = references != "none"
    with_flows = kind in ("dataflow", "*") or (whole and references in ("all", "parents"))
    with_dsds = kind in ("datastructure", "*") or (whole and kind == "dataflow")
    deep = kind == "*" or (whole and references in ("all", "descendants", "children"))
    deep = deep and not (kind == "dataflow" and references == "children")
    lists: Iterable[str] = ()
    if kind == "codelist":
        lists = [name for name in _all_codelists() if id in ("*", name)]
    elif deep and kind != "conceptscheme":
        lists = dict.fromkeys(name for flow in chosen for name in flow.codelists)
    with_concepts = kind in ("conceptscheme", "*") or (deep and kind in ("dataflow", "datastructure"))
    is_of_flows = kind in ("dataflow", "datastructure", "*")
    return Structures(
        agency(),
        tuple(chosen) if with_flows and is_of_flows else (),
        tuple(chosen) if with_dsds and is_of_flows else (),
        tuple(codelist(name) for name in lists),
        concepts() if with_concepts else (),
    )


def concepts() -> tuple[Component, ...]:
    """The concepts of all structures, each once."""
    found = [FREQ, TIME_PERIOD, OBS_VALUE, *ATTRIBUTES]
    found += [_dimension(name) for flow in flows() for name in flow.indicator.by]
    return tuple({one.id: one for one in found}.values())


def codelist(id: str) -> Codelist:
    """A code list of this agency."""
    if id in FIXED:
        names, codes = FIXED[id]
        return Codelist(id, in_languages(names), tuple(Code(code, in_languages(said)) for code, said in codes))
    dimension = id.removeprefix("CL_").lower()
    found: tuple[Code, ...] = facts.remembered("sdmx-codes", (dimension,), lambda: _codes(dimension),
                                                    in_words=False)  # fmt: skip
    return Codelist(id, _dimension(dimension).names, found)


def _codes(dimension: str) -> tuple[Code, ...]:
    """Every group of a dimension that records name, and the registry's places whether named or not."""
    column = {"county": ("county", "origin_county")}.get(dimension, (dimension,))
    kinds = sorted({kind for flow in flows() for kind in flow.indicator.fact_kinds})
    told = facts.facts(kinds)
    stated = [name for name in column if name in told.columns]  # else no fact of those kinds is there yet
    keys = {row for name in stated for row in told.select(name).distinct().to_pyarrow()[name].to_pylist() if row}
    places: dict[str, Callable[[], Any]] = {"county": registry.counties, "park": registry.parks}
    keys |= {one.pk for one in places.get(dimension, tuple)()}
    ordered = sorted(keys)

    def names() -> dict[str, str]:
        said = registry.names_of({(column[0], key) for key in ordered})
        return {key: indicators.label(column[0], key, said) for key in ordered}

    named = {}
    for name, language in LANGUAGES.items():
        with translation.override(language):
            named[name] = names()
    codes = [Code(code_of(key), {name: named[name][key] for name in LANGUAGES}) for key in ordered]
    return (Code(TOTAL, in_languages(_("total"))), Code(NOT_STATED, in_languages(_("not stated"))), *codes)


def _dimension(name: str) -> Component:
    words = in_languages(lambda: indicators.dimension_words().get(name, name))
    return Component(name.upper(), words, "CL_COUNTY" if name == "origin_county" else f"CL_{name.upper()}")


def _all_codelists() -> list[str]:
    return list(dict.fromkeys(name for flow in flows() for name in flow.codelists))


def _attribute(id: str, words: Any, codelist: str = "", text: str = "String", **more: bool) -> Component:
    return Component(id, _Lazy(words), codelist, text, **more)


class _Lazy(dict[str, str]):
    """Names that are put into each language when they are read: translations are not loaded at import."""

    def __init__(self, words: Any) -> None:
        super().__init__()
        self._words = words

    def items(self) -> Any:
        return in_languages(self._words).items()

    def __getitem__(self, language: str) -> str:
        return in_languages(self._words)[language]


FREQ = _attribute("FREQ", _("frequency"), "CL_FREQ")
TIME_PERIOD = _attribute("TIME_PERIOD", _("period"), text="ObservationalTimePeriod")
OBS_VALUE = _attribute("OBS_VALUE", _("value"), text="Double")
ATTRIBUTES = (
    _attribute("OBS_STATUS", _("observation status"), "CL_OBS_STATUS", is_mandatory=True),
    _attribute("CONF_STATUS", _("confidentiality status"), "CL_CONF_STATUS", is_mandatory=True),
    _attribute("LOWER_BOUND", _("lower limit"), text="Double"),
    _attribute("UPPER_BOUND", _("upper limit"), text="Double"),
    _attribute("CONF_LEVEL", _("confidence level"), text="Double"),
    _attribute("N", _("n"), text="Integer"),
    _attribute("PASSED", _("passed"), text="Integer"),
    _attribute("REFUSED", _("refused"), text="Integer"),
    _attribute("NOT_SAMPLED", _("not sampled"), text="Integer"),
    _attribute("VERDICT", _("verdict"), "CL_VERDICT"),
    _attribute("PROBABILITY_MET", _("probability met"), text="Double"),
    _attribute("SINCE", _("first day counted"), text="GregorianDay"),
    _attribute("UNTIL", _("last day counted"), text="GregorianDay", is_mandatory=True),
    _attribute("KNOWN_ON", _("as known on"), text="GregorianDay", is_mandatory=True),
    _attribute("RULE_VERSION", _("version of the definition"), text="Integer"),
    _attribute("RECEIPT", _("receipt"), is_mandatory=True),
    _attribute("METHOD", _("method")),
    _attribute("UNIT_MEASURE", _("unit"), is_mandatory=True),
)
FIXED: Mapping[str, tuple[Any, tuple[tuple[str, Any], ...]]] = {
    "CL_FREQ": (_("frequency"), (("A", _("yearly")), ("Q", _("quarterly")))),
    "CL_OBS_STATUS": (
        _("observation status"),
        (("A", _("normal value")), ("E", _("estimated value")), ("P", _("provisional value")),
         ("M", _("missing value: nothing was counted")), ("Q", _("missing value: suppressed"))),
    ),
    "CL_CONF_STATUS": (
        _("confidentiality status"), (("F", _("free")), ("C", _("confidential: too few, or another could be told"))),
    ),
    "CL_VERDICT": (_("verdict"), tuple((code, lambda said=said: verdict_words(said)) for said, code in
                                        VERDICTS.items())),
}  # fmt: skip
"""Lists that no record fills; codes of frequency, status and confidentiality are those of SDMX's own lists."""
