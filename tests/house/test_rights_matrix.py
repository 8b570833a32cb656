"""The matrix of roles and addresses: who gets which answer, and how many rows, over two of everything.

`rights_matrix.txt` has a line per address. A number below 200 is the number of rows shown (with status 200), one
from 200 on is the status. The line of an office list stands for its choices and its exported file too. An
address that no line covers fails: whoever adds a page says who may see what.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from tests.town import HOLDERS

from banyan import policy
from banyan.kit.office import faults, office

pytestmark = pytest.mark.django_db

ROLES = (*HOLDERS, "newcomer", "anonymous")
LINES = [
    line.split()
    for line in (Path(__file__).parent / "rights_matrix.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]
MATRIX = {line[0]: dict(zip(ROLES, map(int, line[1:]), strict=True)) for line in LINES}
# What the framework itself offers to everyone, or to everyone who is signed in; it shows no rows.
WITHOUT_ROWS = {
    *("office:login", "office:logout", "office:password_change", "office:password_change_done", "office:jsi18n"),
    *(
        "office:app_list",
        "office:None",
        "set_language",
        "account_login",
        "mfa_authenticate",
        "provider_login",
        "provider_back",
        "token",
        "api:openapi-json",
        "api:openapi-view",
        "api:api-root",
    ),
}
# One's own account alone, whoever asks: the tests of signing in.
OF_ONESELF = {
    *("account", "account_reauthenticate", "account_password", "account_codes", "account_key", "account_recovery"),
    *("account_remove_factor", "account_end_session"),
}
# Pages of one published figure: there is none until one is published, which the tests of their rooms do.
NEED_A_PUBLICATION = {
    *("portal:figure", "cockpit:receipt", "api:show_publication", "api:show_receipt", "api:show_as_published"),
}
# The file of a draw that was drawn, open to everyone: the tests of draws make one.
NEED_A_DRAW = {"api:show_bundle"}
# The photograph of a recall notice, open to everyone, and the files of a message: the tests of their rooms make some.
NEED_A_PHOTO = {
    *("portal:recall_photo", "portal:alert_photo", "complaints:photo", "complaints:note_file", "complaints:letter"),
}
# Penalties and complaints that are public today: the tests of their rooms publish some, and show what is gone.
NEED_PUBLICITY = {"portal:penalty", "api:show_public_penalty", "api:show_published_complaint"}
# What became of a message, under the address that its sender was told: the tests of complaints send one.
NEED_A_SECRET = {"complaint:progress"}
# Bulletins that stand for everyone: the tests of emergencies issue some, and show that others answer nobody.
NEED_A_BULLETIN = {
    *("portal:alert", "portal:alert_message"),
    *("api:list_public_bulletins", "api:show_public_bulletin", "api:show_cap"),
}
# Listings that are public: the tests of lists publish some, and show that ended ones answer nobody.
NEED_A_LISTING = {"listing:one", "api:show_public_listing"}
# The feed of receivers, which their machines alone may read: its own tests let some in.
NEED_A_RECEIVER = {"api:list_changes"}
# Entries of the public log, open to everyone: its own tests make some.
NEED_AN_ENTRY = {"portal:log_entry", "api:show_log_proof", "api:show_log_consistency"}
# What an import that was uploaded offers: the tests of intake upload one.
NEED_AN_IMPORT = {"intake:rejects", "intake:do"}
# What a preview of a rule's draft shows: its own tests make one, and ask for it as each role.
# Kept queries, which are their owner's alone, single events, and what is only let go of: the tests of the interface.
NEED_AN_EVENT = {
    *("epcis:query", "epcis:query_events", "epcis:subscriptions", "epcis:subscription", "epcis:next_page_token"),
    *("epcis:event", "epcis:member"),
}
NEED_A_PREVIEW = {"rules:ask", "rules:preview", "rules:table", "rules:alert", "api:show_preview"}
# What everyone may see by design: published figures, the public log, and draws, so that nothing can be hidden.
OPEN_TO_ALL = (
    "/api/v1/draws", "/api/v1/publications", "/api/v1/log", "/api/v1/public/", "/api/v1/recall-notices",
)  # fmt: skip
# Parts of an office screen that the line of its list stands for, or that the tests of verbs below walk over.
PARTS_OF_A_SCREEN = ("_export", "_new", "_selected", "_do", "_change", "_paper", "_file")
MADE_FIRST = ("/office/reports/2025-Q1.docx",)
"""Files that are made when they are asked for: who may have them gets the page that tells how far they are."""
NOT_YET = ("/office/screenings/number-0/result.csv", "/api/v1/screenings/number-0/result")
"""Results of work that has not ended: who may have them is told so."""


def names_of(resolver: URLResolver, space: str = "") -> list[str]:
    found = []
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            found.append(f"{space}{one.name}")
        else:
            found += names_of(one, space + (f"{one.namespace}:" if one.namespace else ""))
    return found


def is_screen(address: str) -> bool:
    return resolve(address.split("?")[0]).view_name.endswith("_changelist")


def rows_shown(answer) -> int | None:
    """How many rows an answer shows; None where it is a page without a list."""
    if answer.headers["Content-Type"].startswith("application/json"):
        content = answer.json()
        return len(content["items"]) if isinstance(content, dict) and "items" in content else None
    listing = answer.context.get("cl") if answer.context else None
    return len(listing.result_list) if listing is not None else None


def test_every_address_has_its_line():
    wanted = {
        name
        for name in names_of(get_resolver())
        if name
        not in WITHOUT_ROWS
        | OF_ONESELF
        | NEED_A_PUBLICATION
        | NEED_A_DRAW
        | NEED_AN_IMPORT
        | NEED_AN_ENTRY
        | NEED_A_LISTING
        | NEED_A_RECEIVER
        | NEED_A_PREVIEW
        | NEED_A_PHOTO
        | NEED_PUBLICITY
        | NEED_A_SECRET
        | NEED_A_BULLETIN
        | NEED_AN_EVENT
        and not (name.startswith("office:") and name.endswith(PARTS_OF_A_SCREEN))
    }
    covered = {resolve(address.split("?")[0]).view_name for address in MATRIX} | {"office:choices"}
    # Routes of the API that only write are walked over by the tests of verbs of their room.
    reading = {name for name in wanted if not (name.startswith("api:") and not reads(name))}

    assert not reading - covered, "no line in rights_matrix.txt for: " + ", ".join(sorted(reading - covered))


def reads(name: str) -> bool:
    from banyan.kit.api import api

    return any(
        "GET" in operation.methods and operation.view_func.__name__ == name.removeprefix("api:")
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    )


@pytest.mark.parametrize("address", MATRIX)
def test_everyone_gets_the_answer_of_the_matrix(twins, address):
    found = {}
    for name in ROLES:
        answer = twins.browser(name).get(address)
        shown = rows_shown(answer) if answer.status_code == 200 else None
        found[name] = answer.status_code if shown is None else shown
        if answer.streaming:  # read to its end, as a browser would; the test client closes it then
            b"".join(answer.streaming_content)

    assert found == MATRIX[address]


@pytest.fixture
def unwritten(monkeypatch):
    """Pages and refusals are answered, but not written: what is asked is only who gets them, and with what.

    Each is written for everyone where the answer of the matrix is asked.
    """

    def page(_request, _template, status, **_context):
        return HttpResponse(status=status)

    monkeypatch.setattr(TemplateResponse, "rendered_content", "")
    monkeypatch.setattr(faults, "_page", page)


@pytest.mark.parametrize("address", [address for address in MATRIX if is_screen(address)])
def test_choices_and_files_hold_what_the_list_shows(twins, address, unwritten):
    room, noun = address.strip("/").split("/")[1:3]
    for name, expected in MATRIX[address].items():
        client = twins.browser(name)
        file = client.get(f"{address}export/", {"as": "csv"})
        choices = client.get(f"/office/choices/{room}/{noun}/", {"term": ""})

        if expected >= 200:
            assert (file.status_code, choices.status_code) == (expected, expected), name
            continue
        text = b"".join(file.streaming_content).decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(text)))) - 1 == expected, name
        assert len(choices.json()["results"]) == min(expected, 20), name


@pytest.mark.parametrize("model", list(office._registry), ids=lambda model: model._meta.label)
def test_filters_of_a_list_offer_only_what_may_be_seen(twins, model, unwritten):
    screen = office._registry[model]
    address = f"/office/{model._meta.app_label}/{model._meta.model_name}/"
    for name in ROLES:
        answer = twins.browser(name).get(address)
        if answer.status_code != 200:
            continue
        for spec in answer.context_data["cl"].filter_specs:
            if (allowed := getattr(spec, "choices_allowed", None)) is None or not hasattr(allowed.model, "noun"):
                continue
            other = office._registry.get(allowed.model)
            seen = {row.pk for row in other.get_queryset(answer.wsgi_request)} if other else set()
            assert {row.pk for row in allowed} <= seen or not seen, (screen, name, spec.title)


def may(name: str, right: str) -> bool:
    if name not in HOLDERS:
        return False
    return right in policy.load(("house",)).role(HOLDERS[name][0]).rights


@pytest.mark.parametrize("model", list(office._registry), ids=lambda model: model._meta.label)
def test_a_verb_opens_for_those_with_its_right_within_their_reach(twins, model, unwritten):
    """The form of every verb on every row: 200 or 409 (not in this state) within right and reach, else 403 or 404."""
    screen = office._registry[model]
    stem = f"/office/{model._meta.app_label}/{model._meta.model_name}/"
    rows = list(model._default_manager.order_by("pk")[:4])
    for name in ROLES:
        client = twins.browser(name)
        for button in screen.all_buttons():
            right = button.declared.right
            if button.where == "list":
                answer = client.get(f"{stem}new/{button.name}/")
                sees = may(name, right) and may(name, getattr(model, "view_right", "") or view_right(model))
                assert answer.status_code == (200 if sees else 302 if name == "anonymous" else 403), (name, button)
                continue
            for row in rows if may(name, right) else rows[:1]:
                status = client.get(f"{stem}{row.pk}/do/{button.name}/").status_code
                if name == "anonymous":
                    assert status == 302, button
                elif not may(name, right):
                    assert status in (403, 404), (name, button, row)
                else:
                    assert status in (200, 404, 409), (name, button, row)


def view_right(model) -> str:
    return f"{model.noun.split('.')[0]}.view"


def test_every_line_has_a_role_that_sees_rows_and_one_that_does_not():
    one_sided = [
        address
        for address, row in MATRIX.items()
        if set(row.values()) != {302, 405}  # what is only sent to shows nothing to anybody
        if not any(
            0 < value <= 200 or (value == 404 and address in MADE_FIRST) or (value == 409 and address in NOT_YET)
            for value in row.values()
        )
        or (
            address.startswith(("/office/", "/api/"))
            and not address.startswith(OPEN_TO_ALL)
            and not any(value == 0 or value > 200 for value in row.values())
        )
    ]

    assert not one_sided
