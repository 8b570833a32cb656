"""Whatever the standard's JSON schema refuses is refused: the published examples, spoilt at random, put to both."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from banyan import epcis
from banyan.epcis.vocabulary import GS1_WORDS

pytestmark = pytest.mark.shared
SPOILT = 1_500
WRONG: list[Any] = [
    *(None, True, 0, -1, 1.5, "", "x", "no uri", "2020-01-01", "2020-13-01T00:00:00Z", [], {}, ["x"], [1], {"a": 1}),
    *("ADD", "OBSERVE", "shipping", "urn:epcglobal:cbv:x:y", "https://ns.gs1.org/cbv/x", "http://中文.cn/", "a b:c"),
    *("KGM", "kgm", "+25:00"),
]
NAMES = ("bogus", "a:b", "epcList", "childEPCs", "action", "ilmd", "type")


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, as the names and numbers that lead there."""
    if above:
        yield above
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inside in inner:
        yield from places(inside, (*above, step))


def at(value: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


def spoilt(document: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """A document with one thing taken away, replaced, added or renamed."""
    document = copy.deepcopy(document)
    *above, step = draw.choice(list(places(document)))
    within = at(document, tuple(above))
    way = draw.choice(("take away", "replace", "add", "rename"))
    if way == "take away":
        del within[step]
    elif way == "add" and isinstance(within, list):
        within.append(copy.deepcopy(draw.choice([*within, *WRONG])))
    elif way == "add":
        within[draw.choice(NAMES)] = copy.deepcopy(draw.choice(WRONG))
    elif way == "rename" and isinstance(within, dict):
        within[f"{step}x"] = within.pop(step)
    else:
        within[step] = copy.deepcopy(draw.choice(WRONG))
    return document


def accepted(raw: bytes) -> bool:
    try:
        document = epcis.read(raw, "application/json")
        return not [problem for one in epcis.examine(document) for problem in one.problems] + epcis.around(document)
    except epcis.Unreadable:
        return False


def test_nothing_that_the_schema_refuses_is_accepted(shared_folder):
    import jsonschema_rs

    folder = shared_folder("gs1-epcis-2.0")
    schema = jsonschema_rs.Draft7Validator(
        json.loads((folder / "EPCIS-JSON-Schema.json").read_text()), validate_formats=True
    )
    documents = [json.loads(path.read_text()) for path in sorted((folder / "JSON").rglob("*.jsonld"))]
    short = [document for document in documents if len(json.dumps(document)) < 12_000]
    draw = random.Random(7)
    refused, let_through = 0, []

    for _ in range(SPOILT):
        document = spoilt(draw.choice(short), draw)
        raw = json.dumps(document)
        if GS1_WORDS not in raw and not schema.is_valid(
            document
        ):  # full addresses of words are read here, bare ones there
            refused += 1
            if accepted(raw.encode()):
                let_through.append(raw)

    assert refused > SPOILT / 3
    assert not let_through
