"""What a message is about: product class, subject and place, each with how sure that is, as learnt so far."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from banyan.base.registry.queries import counties, names_of, product_classes
from banyan.kit import clock
from banyan.kit.terms import DISTRICT
from banyan.response.complaints.models import Complaint
from banyan.response.complaints.queries.naming import subject_in_words, words_of_subjects
from banyan.response.complaints.queries.opening import plain
from banyan.science import text_classes

BY_WORDS = 0.5
"""How sure a suggestion is that rests on words of the packs alone: as good as nothing was measured of it."""
FORMAT = 1


@dataclass(frozen=True)
class Guess:
    """A class and how sure it is, 0 to 1."""

    key: str
    confidence: float


def model_path() -> Path:
    """Where what was learnt is kept: numbers and names of classes, no code and no text."""
    return Path(settings.BANYAN_DATA_DIR) / "complaints" / "subjects.npz"


def base_path() -> Path:
    """Where what was learnt from a file is kept, to which the handlers' own words are added."""
    return model_path().with_name("subjects-base.npz")


def learned() -> text_classes.Learned | None:
    """What was learnt of subjects; None where nothing was yet."""
    return _of(model_path())


def base() -> text_classes.Learned | None:
    """What was learnt from a file of labelled texts; None where there was none."""
    return _of(base_path())


def confirmed() -> Any:
    """The matters whose subject a person confirmed and whose words are still kept, the latest first."""
    rows = Complaint.objects.filter(is_classified=True, withdrawn_on=None, message__purged_on=None)
    return rows.exclude(subject="").select_related("message").order_by("-received_on", "-key")


def texts_of(complaints: Sequence[Complaint]) -> list[str]:
    """What matters are told apart by: product and words, opened for the moment."""
    return [f"{one.product_name} {plain(one.message, 'words')}" for one in complaints]


def _of(path: Path) -> text_classes.Learned | None:
    return _read(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> text_classes.Learned:
    with np.load(path, allow_pickle=False) as file:
        about = json.loads(bytes(file["about"]))
        if about["format"] != FORMAT:
            raise ValueError(f"{path} has format {about['format']}, and {FORMAT} is read here; train it anew.")
        return text_classes.Learned(
            tuple(about["classes"]), file["counts"].astype(float), file["documents"].astype(float),
            about["smoothing"], about["temperature"],
        )  # fmt: skip


def stored(model: text_classes.Learned, path: Path) -> None:
    """Write what was learnt to a file that holds arrays and JSON only."""
    about = {
        "format": FORMAT,
        "classes": model.classes,
        "smoothing": model.smoothing,
        "temperature": model.temperature,
    }
    with path.open("wb") as file:
        np.savez_compressed(
            file, counts=model.counts.astype(np.float32), documents=model.documents,
            about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        )  # fmt: skip


def subjects_of(texts: Sequence[str], *, on: date | None = None) -> list[Guess]:
    """The likeliest subject of each text: as learnt, else by the words of the packs; an empty key for none."""
    model = learned()
    if model is not None:
        found = text_classes.classify(model, text_classes.pieces(texts))
        return [
            Guess(label, round(float(sure), 3)) for label, sure in zip(found.labels, found.confidence, strict=True)
        ]
    words = words_of_subjects(on=on or clock.today())
    return [_by_words(text, words) for text in texts]


def _by_words(text: str, words: dict[str, list[str]]) -> Guess:
    hits = {key: sum(map(text.count, some)) for key, some in words.items()}
    best = max(hits, key=lambda key: hits[key], default="")
    total = sum(hits.values())
    return Guess(best, round(BY_WORDS * hits[best] / total, 3)) if best and total else Guess("", 0.0)


def product_finder() -> Any:
    """A function that finds the product class that a text names; the longest name wins. Make it once for many."""
    names = {name: key for key, one in product_classes().items() for name in (one.name, one.name_en) if len(name) > 1}
    return _finder(names)


def place_finder() -> Any:
    """A function that finds the county that a text names anywhere; in full surer than in short."""
    names = {}
    for one in counties():
        names[one.name] = one.pk
        if len(one.name) > 2:
            names.setdefault(one.name[:-1], one.pk)
    return _finder(names)


def _finder(names: dict[str, str]) -> Any:
    longest_first = sorted(names, key=len, reverse=True)

    def find(text: str) -> Guess:
        found = [name for name in longest_first if name in text]
        if not found:
            return Guess("", 0.0)
        others = {names[name] for name in found if not any(name in other and name != other for other in found)}
        return Guess(names[found[0]], round(0.9 / len(others | {names[found[0]]}), 3))

    return find


def in_words(guesses: dict[str, Any]) -> list[dict[str, Any]]:
    """Suggestions as a page shows them: what, the class by its name, how sure."""
    names = names_of(
        (dimension, guesses[name][0])
        for name, dimension in (("product", "product"), ("place", "county"))
        if name in guesses
    )
    called = {
        "subject": lambda key: subject_in_words(key), "product": lambda key: names.get(("product", key), key),
        "place": lambda key: names.get(("county", key), key),
    }  # fmt: skip
    titles = {"subject": _("subject of the message"), "product": _("product class"), "place": DISTRICT}
    return [
        {"title": titles[name], "said": called[name](key), "confidence": sure}
        for name, (key, sure) in guesses.items()
        if name in called
    ]
