"""What is learnt of subjects: from a file of labelled texts, and from what handlers confirm, by the daily step.

Nothing is recorded: what was learnt is a file of counts beside the data (`queries/classifying.py`), made anew from
the records whenever there are more of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from banyan.kit.durable import write_durably
from banyan.kit.refusals import Refused
from banyan.response.complaints.queries import classifying, naming
from banyan.science import text_classes

LEAST, MOST = 30, 5_000
"""How many confirmed matters are needed to learn anything, and how many of the latest are learnt from."""
HELD_BACK, SEED = 0.25, 7


def trained(texts: Sequence[str], labels: Sequence[str]) -> tuple[text_classes.Learned, text_classes.Scores]:
    """Classes learnt from labelled texts, tempered on a part held back; and how well that part was told apart."""
    rows = text_classes.pieces(texts)
    held = text_classes.held_back(labels, share=HELD_BACK, seed=SEED)
    taught = [label for label, out in zip(labels, held, strict=True) if not out]
    asked = [label for label, out in zip(labels, held, strict=True) if out]
    model = text_classes.tempered(text_classes.learn(rows[~held], taught), rows[held], asked)
    scores = text_classes.score(asked, text_classes.classify(model, rows[held]).labels)
    whole = text_classes.learn(rows, labels)
    return replace(whole, temperature=model.temperature), scores


def learn_from_file(texts: Sequence[str], labels: Sequence[str], *, on: date) -> text_classes.Scores:
    """Learn the subjects of the packs from labelled texts; what handlers confirm is added to that by the daily step.

    Raises Refused for labels that are no subjects of the packs: a suggestion would name what nobody can choose.
    """
    known = {key for key, _name in naming.subjects(on=on)}
    if strangers := sorted(set(labels) - known):
        raise Refused(
            _("%(count)d texts were to be learnt from.") % {"count": len(texts)},
            _("The packs know no subject “%(label)s”.") % {"label": strangers[0]},
            _("Label them with: %(known)s; or only try them.") % {"known": ", ".join(sorted(known))},
            code="subject-unknown",
        )
    model, scores = trained(texts, labels)
    write_durably(classifying.base_path(), lambda part: classifying.stored(model, part))
    _learn(on=on)
    return scores


def learn_from_handlers(*, on: date) -> int:
    """The daily step: learn anew where handlers confirmed more than was learnt from; from how many."""
    count = classifying.confirmed().count()
    model = classifying.learned()
    if count < LEAST or (model and model.documents.sum() >= _expected(count)):
        return 0
    return _learn(on=on)


def _expected(count: int) -> float:
    base = classifying.base()
    return min(count, MOST) + (base.documents.sum() if base else 0)


def _learn(*, on: date) -> int:
    known = {key for key, _name in naming.subjects(on=on)}
    rows: list[Any] = list(classifying.confirmed().filter(subject__in=known)[:MOST])
    model = classifying.base()
    if len(rows) >= LEAST and len({one.subject for one in rows}) > 1:
        own, _scores = trained(classifying.texts_of(rows), [one.subject for one in rows])
        model = replace(model.plus(own), temperature=own.temperature) if model else own
    if model is None:
        return 0
    write_durably(classifying.model_path(), lambda part: classifying.stored(model, part))
    return len(rows)
