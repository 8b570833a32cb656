"""Machines sign in by OAuth 2 client credentials: each acts as a person of its own, within its scopes."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from urllib.parse import unquote_plus, urlencode

from django.apps import apps
from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauthlib.oauth2 import BackendApplicationServer, RequestValidator

from banyan.kit import people, tries
from banyan.kit.models import Machine, Person
from banyan.kit.refusals import NotAllowed, Refused
from banyan.kit.verbs import verb

API = "api"
LIVES = 3600  # seconds of a token
TOKENS = "machine.token"
CHALLENGE = {"WWW-Authenticate": "Bearer"}
"""What an answer with status 401 says of how to sign in."""
WRITTEN = "RFC 6749, 4.4; RFC 6750"


class NotSignedIn(Refused):
    """A token that is none of ours, is too old, or belongs to a machine that was suspended or given a new secret."""

    code, status = "sign-in", 401


def scopes() -> dict[str, Any]:
    """What a machine may be let in for, in words: `/api/v1`, and what rooms with interfaces of their own declare."""
    declared = (getattr(config, "scopes", {}) for config in apps.get_app_configs())
    return {API: gettext_lazy("everything of /api/v1 that its role may do")} | {
        name: words for several in declared for name, words in several.items()
    }


# ---------------------------------------------------------------- verbs


@verb("people.machine.entered", right=people.MANAGE, title=gettext_lazy("Machine entered"))
def enter_machine(
    deed: Any, *, username: str, scopes: Collection[str], role: str, from_on: date, display_name: str = "",
    dimension: str = "", path: str = "", until_on: date | None = None,
) -> Machine:  # fmt: skip
    """Let a program sign in, with a role as a person has it. Its secret is told once, in `told_once`."""
    person = people.new_person(deed, username=username, display_name=display_name)
    people.new_grant(
        deed, person=person, role=role, from_on=from_on, dimension=dimension, path=path, until_on=until_on
    )
    machine = Machine(person=person, client_id=secrets.token_hex(12), scopes=_known(scopes))
    _give_secret(machine)
    added: Machine = deed.add(machine)
    return added


@verb("people.machine.secret_renewed", right=people.MANAGE, title=gettext_lazy("Secret renewed"))
def renew_secret(deed: Any, *, machine: Machine) -> Machine:
    """Give a machine a new secret; the old one and every token given for it end at once."""
    _give_secret(machine)
    saved: Machine = deed.save(machine, "secret")
    return saved


@verb("people.machine.scopes_set", right=people.MANAGE, title=gettext_lazy("Scopes set"))
def set_scopes(deed: Any, *, machine: Machine, scopes: Collection[str]) -> Machine:
    """Change what a machine is let in for, from its next request on."""
    machine.scopes = _known(scopes)
    saved: Machine = deed.save(machine, "scopes")
    return saved


def _known(wanted: Collection[str]) -> list[str]:
    known = scopes()
    if not wanted or set(wanted) - set(known):
        raise Refused(
            _("A machine was to be let in for: %(scopes)s.") % {"scopes": ", ".join(sorted(wanted)) or "—"},
            _("There is no such scope."), _("Choose of: %(known)s.") % {"known": ", ".join(known)},
        )  # fmt: skip
    return sorted(wanted)


def _give_secret(machine: Machine) -> None:
    secret = secrets.token_urlsafe(32)
    machine.secret = make_password(secret)
    machine.told_once = _("Told this once, and kept nowhere: client %(client)s, secret %(secret)s") % {
        "client": machine.client_id, "secret": secret,
    }  # fmt: skip


# ---------------------------------------------------------------- tokens


class _Register(RequestValidator):  # type: ignore[misc]
    """What the protocol asks of us: who a client is, and what it may be let in for."""

    def __init__(self, web: HttpRequest) -> None:
        self.web = web

    def authenticate_client(self, request: Any, *_args: Any, **_named: Any) -> bool:
        """Whether the secret is the client's. Raises TooManyTries."""
        client, secret = _credentials(request)
        tries.demand_left(self.web, client)
        machine = _machine(client)
        if not check_password(secret, machine.secret if machine else ""):
            tries.note_failed(self.web, client)
            return False
        tries.forget(self.web, client)
        request.client = machine
        return True

    def validate_grant_type(self, client_id: Any, grant_type: str, *_args: Any, **_named: Any) -> bool:
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id: Any, request: Any, *_args: Any, **_named: Any) -> list[str]:
        return list(request.client.scopes)

    def validate_scopes(self, client_id: Any, scopes: Iterable[str], client: Any, *_args: Any, **_named: Any) -> bool:
        return set(scopes) <= set(client.scopes)

    def save_bearer_token(self, *_args: Any, **_named: Any) -> None:
        """Nothing is kept: a token is signed and says itself whose it is."""


def _credentials(request: Any) -> tuple[str, str]:
    """Client and secret, from the header (RFC 6749, 2.3.1) or the body."""
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.client_id or "", request.client_secret or ""
    try:
        client, _colon, secret = b64decode(said, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(client), unquote_plus(secret)


def _machine(client: str) -> Machine | None:
    found = Machine.objects.select_related("person").filter(
        client_id=client.replace("\0", ""), person__is_active=True
    )
    return found.first()


def _mark(machine: Machine) -> str:
    """What changes with the secret, so that tokens of an older one end."""
    return hashlib.sha256(machine.secret.encode()).hexdigest()[:16]


def _token(request: Any) -> str:
    return signing.dumps([request.client.client_id, sorted(request.scopes), _mark(request.client)], salt=TOKENS)


@csrf_exempt  # it carries its own secret, and no cookie counts here
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """
    The token endpoint of OAuth 2, for client credentials; its refusals are those of RFC 6749, 5.2.

    After too many failed tries for a client it answers 429, even to the right secret.
    """
    server = BackendApplicationServer(_Register(request), token_generator=_token, token_expires_in=LIVES)
    form = [(name, value) for name, values in request.POST.lists() for value in values]  # as lenient as any form
    try:
        told, body, status = server.create_token_response(
            request.build_absolute_uri(), "POST", urlencode(form), dict(request.headers)
        )
    except tries.TooManyTries as refusal:
        said = {"error": "invalid_client", "error_description": refusal.sentence}
        return JsonResponse(said, status=refusal.status, headers=refusal.headers)
    return HttpResponse(body, status=status, headers=told)


def admitted(request: HttpRequest, *scopes: str) -> Person | None:
    """The person that the machine of a request acts as; None where it carries no token.

    It needs one of the scopes, if any are named. Raises NotSignedIn or NotAllowed.
    """
    scheme, _space, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        client, given, mark = signing.loads(said.strip(), salt=TOKENS, max_age=LIVES)
    except signing.BadSignature:
        client, given, mark = "", [], ""
    machine = _machine(client)
    if machine is None or mark != _mark(machine):
        raise NotSignedIn(
            _("A token was given."), _("It is none of ours, has ended, or was taken back."),
            _("Ask /oauth/token for another one."), WRITTEN,
        )  # fmt: skip
    if scopes and not set(scopes) & set(given) & set(machine.scopes):
        raise NotAllowed(
            _("A machine asked for “%(path)s”.") % {"path": request.path},
            _("Its token is not for any of: %(scopes)s.") % {"scopes": ", ".join(scopes)},
            _("Ask for a token with that scope, or the administrator to let the machine in for it."), WRITTEN,
            code="insufficient-scope",
        )  # fmt: skip
    return machine.person
