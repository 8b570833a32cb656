"""Texts of every kind that a name may hold or a stranger may send: nothing that takes one answers with a fault.

Old forms, characters of GB 18030 outside the plane that most fonts know, marks that turn the direction or show
nothing, half a character, the character that databases cannot keep, and much too much of anything.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from banyan.kit.api import assembled
from banyan.kit.office import office

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ODD = {
    "traditional": "福州榕質食品廠",
    "outside the plane": "𠮷田𡈽地㕔𬴊𰻝食品厂",
    "compatibility form": "福州市\uf967\ufa0e食品",  # 不 and a character that only looks like its neighbour
    "direction turned": "厂\u202e品食\u202c\u2067州福\u2069",
    "nothing to see": "福\u200b州\u200d食\ufeff品\u00ad厂\u2060",
    "variation": "葛\U000e0100飾区",
    "marks without a letter": "\u0301\u0489\u20dd" * 20,
    "no character at all": "福\0州",
    "control characters": "福\x01州\x1b[31m\x7f\x85",
    "no character of Unicode": "\uffff\ufdd0",
    "signs of a pattern": "%_[a-z]*?\\' OR 1=1 --\" \u2018{{ 7*7 }}${7*7}<script>",
    "nothing but space": " \u3000\t\n",
    "far too long": "福" * 5000,
}
ALONE = ("no character at all", "nothing but space", "far too long")
# Each is fed by itself where that is quick; to every address there is, what can stand together stands together.
FED = {name: ODD[name] for name in ALONE} | {"all others": " ".join(ODD[name] for name in ODD if name not in ALONE)}
HALF = '"\\ud842"'  # half of a character outside the plane, as JSON may hold it
LISTS = [f"/office/{model._meta.app_label}/{model._meta.model_name}/" for model in office._registry]
PAGES = (
    *("/search/?q=", "/penalties/?q=", "/recalls/?q=", "/equipment/?code=", "/complaints/published/?q="),
    *("/lists/?q=", "/rules/?q="),
)
PLACES = (
    "/rules/{}/", "/clauses/{}/", "/penalties/{}/", "/equipment/{}/", "/01/{}", "/01/{}/10/{}", "/qr/01/{}",
    "/qr/equipment/{}", "/complaints/firms/{}/", "/complaints/progress/{}/", "/office/kit/person/{}/",
)  # fmt: skip


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    described = assembled().get_openapi_schema(path_prefix="/api/v1/")
    return [(path, method, one) for path, methods in described["paths"].items() for method, one in methods.items()]


@pytest.fixture(scope="module")
def callers(twins) -> dict[str, Client]:
    return {name: twins.browser(name) for name in ("planner", "anonymous")}


@pytest.mark.parametrize("text", FED.values(), ids=FED)
def test_every_parameter_of_the_api_takes_it_or_says_why_not(callers, text):
    wrong = []
    for path, method, operation in operations():
        if method != "get":
            continue
        parameters = operation.get("parameters", ())
        place = path
        for one in parameters:
            if one["in"] == "path":
                place = place.replace(f"{{{one['name']}}}", quote(text[:200], safe=""))
        names = [one["name"] for one in parameters if one["in"] == "query" and takes_text(one["schema"])]
        for query in [{}, *({name: text} for name in names)] if place == path else [{}]:
            answer = callers["planner"].get(place, query)
            if answer.status_code >= 500 or answer.status_code not in map(int, operation["responses"]):
                wrong.append((path, list(query), answer.status_code))

    assert not wrong


def takes_text(schema: dict[str, Any]) -> bool:
    """Whether a parameter may be any text; what is wrong with numbers and days, the run over the whole file tries."""
    return schema.get("type") == "string" and "format" not in schema and "enum" not in schema


@pytest.mark.parametrize("text", [json.dumps(text) for text in ODD.values()] + [HALF], ids=[*ODD, "half a character"])
def test_every_body_of_the_api_takes_it_or_says_why_not(callers, text):
    described = assembled().get_openapi_schema(path_prefix="/api/v1/")
    wrong = []
    for path, method, operation in operations():
        sent_as = operation.get("requestBody", {}).get("content", {})
        if method == "get" or "application/json" not in sent_as:  # the run over the whole file fills forms and files
            continue
        shape = sent_as["application/json"]["schema"]
        names = described["components"]["schemas"][shape["$ref"].rpartition("/")[2]]["properties"]
        body = "{" + ", ".join(f'"{name}": {text}' for name in names) + "}"
        plain = body.replace(text, '"2025-06-02"', 1)
        for key in ("firm-g", "draft-0", "alert-0"):
            for caller in callers.values():
                for sent in (body, plain):
                    where = path.replace("{key}", key)
                    answer = caller.generic(method.upper(), where, sent, content_type="application/json")
                    if answer.status_code >= 500 or answer.status_code not in map(int, operation["responses"]):
                        wrong.append((where, sent[:200], answer.status_code, answer.content[:200]))

    assert not wrong


@pytest.mark.parametrize("text", FED.values(), ids=FED)
def test_every_search_and_address_for_people_takes_it_or_says_why_not(callers, text):
    asked = quote(text)
    named = quote(text[:200], safe="")
    addresses = [f"{page}{asked}" for page in PAGES] + [place.replace("{}", named) for place in PLACES]
    lists = [f"{one}?q={asked}" for one in LISTS]
    choices = [f"/office/choices/{'/'.join(one.split('/')[2:4])}/?term={asked}" for one in LISTS]
    wrong = [
        (address[:120], answer.status_code)
        for caller, places in (("planner", lists + choices), ("anonymous", addresses))
        for address in places
        if (answer := callers[caller].get(address)).status_code >= 500
    ]

    assert not wrong


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_forms_that_everyone_may_send_take_it_or_say_why_not(callers, text):
    names = (
        *(
            "username",
            "password",
            "words",
            "name",
            "telephone",
            "contact",
            "product_name",
            "gtin",
            "firm_name",
            "place",
        ),
        *("county", "tracks", "client_id", "client_secret", "scope", "token", "grant_type"),
    )
    sent = dict.fromkeys(names, text)
    places = ("/office/login/", "/complaints/", "/oauth/token", "/complaints/progress/x/", "/i18n/setlang/")
    statuses = {
        place: callers["anonymous"].post(place, sent | {"next": text, "language": text}).status_code
        for place in places
    }

    assert not {place: status for place, status in statuses.items() if status >= 500}
