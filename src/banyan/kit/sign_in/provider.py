"""Signing in by a provider (OpenID Connect): the code flow with PKCE, the identity token checked whole.

The library's own provider believes an identity token without its signature and sends no nonce; this one checks
issuer, audience, time, nonce and signature by the provider's keys. A subject that nobody has bound lets nobody in.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from banyan.kit import clock, visits
from banyan.kit.models import Binding, Person
from banyan.kit.refusals import NotAllowed, Refused
from banyan.kit.sign_in import door
from banyan.kit.verbs import verb

ASKED = "provider_asked"
"""Where a session keeps what the provider's answer must fit: state, nonce, verifier, and where to go then."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LARGEST, SECONDS, LEEWAY, LASTS = 2**20, 10, 60, 600
WRITTEN = "OpenID Connect Core 1.0, 3.1"


class NotLetIn(NotAllowed):
    """A provider's answer that does not fit, or a subject that is nobody here."""

    code = "not-let-in"


class _NoRedirects(HTTPRedirectHandler):
    """A provider is asked where it was configured, and nowhere else."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def configured() -> tuple[str, ...]:
    """The name of the provider that people may sign in by; nothing where none is configured."""
    asked = settings.BANYAN_OIDC
    return (asked["name"] or urlsplit(asked["issuer"]).netloc,) if asked["issuer"] else ()


def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider, with what its answer must fit kept in the session."""
    if not configured():
        raise Http404
    found, verifier = _described(), secrets.token_urlsafe(48)
    asked = {
        "state": secrets.token_urlsafe(24), "nonce": secrets.token_urlsafe(24), "verifier": verifier,
        "then": request.GET.get("next", "")[:500], "at": time.time(),
    }  # fmt: skip
    request.session[ASKED] = asked
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    question = {
        "response_type": "code", "scope": "openid", "client_id": settings.BANYAN_OIDC["client"],
        "redirect_uri": request.build_absolute_uri(reverse("provider_back")), "state": asked["state"],
        "nonce": asked["nonce"], "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    if request.user.is_authenticated:  # a proof of identity: the provider asks again, whoever is signed in there
        question |= {"prompt": "login", "max_age": "0"}
    joined = "&" if "?" in found["authorization_endpoint"] else "?"
    return HttpResponseRedirect(f"{found['authorization_endpoint']}{joined}{urlencode(question)}")


def back(request: HttpRequest) -> HttpResponse:
    """The provider's answer: who it says it is, if everything fits, is let in as the person bound to that subject."""
    if not configured():
        raise Http404
    asked = request.session.pop(ASKED, None)
    if not asked or time.time() - asked["at"] > LASTS or not secrets.compare_digest(
        asked["state"].encode(), request.GET.get("state", "").encode()
    ):  # fmt: skip
        raise _refused(_("Its answer belongs to no question that was asked from this browser, or came too late."))
    if request.GET.get("error") or not request.GET.get("code"):
        raise _refused(_("The provider says that you were not signed in there."))
    answer = _asked_for_token(request, asked["verifier"])
    claims = claims_of(str(answer.get("id_token", "")), nonce=asked["nonce"])
    person = person_of(claims["sub"])
    if person is None:
        visits.note_failed(person=None, by=visits.SIGN_IN, on=clock.today())
        raise _refused(
            _("No administrator has bound this subject to a person here: %(subject)s.") % {"subject": claims["sub"]}
        )
    if request.user.is_authenticated:
        return _proved(request, person, asked["then"])
    return door.enter(request, person, proof="provider", then=asked["then"])


def _proved(request: HttpRequest, person: Person, then: str) -> HttpResponse:
    from banyan.kit.sign_in import rules

    if person.pk != request.user.pk:
        raise _refused(_("The provider knows you as somebody else."))
    request.session[rules.PROVED] = time.time()
    visits.note_proved(by=person, on=clock.today())
    return HttpResponseRedirect(door.safe(request, then) or reverse("account"))


def claims_of(token: str, *, nonce: str) -> dict[str, Any]:
    """What an identity token says, once everything about it was checked. Raises NotLetIn."""
    found = _described()
    try:
        published: Any = _fetched(found["jwks_uri"])
        read = jwt.decode(token, KeySet.import_key_set(published), algorithms=ALGORITHMS)
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY, iss={"essential": True, "value": settings.BANYAN_OIDC["issuer"]},
            aud={"essential": True, "value": settings.BANYAN_OIDC["client"]}, sub={"essential": True},
            exp={"essential": True}, iat={"essential": True}, nonce={"essential": True, "value": nonce},
        ).validate(read.claims)  # fmt: skip
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(
            _("Its word does not fit: %(why)s.") % {"why": str(error)[:120] or type(error).__name__}
        ) from error
    claims: dict[str, Any] = read.claims
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if len(audiences) > 1 and claims.get("azp") != settings.BANYAN_OIDC["client"]:
        raise _refused(_("Its word was given for another client."))
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise _refused(_("It names no subject."))
    return claims


def person_of(subject: str) -> Person | None:
    """The person to whom an administrator has bound a subject of the configured provider; None for any other."""
    found = Binding.objects.select_related("person").filter(
        issuer=settings.BANYAN_OIDC["issuer"],
        subject=subject.replace("\0", ""),
        ended_on=None,
        person__is_active=True,
    )
    one = found.first()
    return one.person if one else None


# ---------------------------------------------------------------- asking the provider


def _described() -> dict[str, Any]:
    issuer = settings.BANYAN_OIDC["issuer"]
    found = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise _refused(_("It describes itself as another one."))
    return found


def _asked_for_token(request: HttpRequest, verifier: str) -> dict[str, Any]:
    client, secret = settings.BANYAN_OIDC["client"], settings.BANYAN_OIDC["secret"]
    form = {
        "grant_type": "authorization_code", "code": request.GET["code"], "code_verifier": verifier,
        "redirect_uri": request.build_absolute_uri(reverse("provider_back")), "client_id": client,
    }  # fmt: skip
    found = _described()
    headers = {}
    if "client_secret_post" in found.get("token_endpoint_auth_methods_supported", ()):
        form["client_secret"] = secret
    else:
        known = f"{quote(client, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {urlsafe_b64encode(known.encode()).decode()}"
    return _fetched(found["token_endpoint"], urlencode(form).encode(), headers)


def _fetched(address: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The JSON at an address of the provider, as much of it as is taken. Raises NotLetIn where it cannot be had."""
    local = urlsplit(settings.BANYAN_OIDC["issuer"]).hostname in ("127.0.0.1", "localhost", "::1")
    if urlsplit(address).scheme != "https" and not (local and urlsplit(address).scheme == "http"):
        raise _refused(_("It is not reached by TLS."))
    asked = Request(address, data=body, headers={"Accept": "application/json", **(headers or {})})  # noqa: S310
    try:
        with build_opener(_NoRedirects()).open(asked, timeout=SECONDS) as answer:
            read = json.loads(answer.read(LARGEST))
    except (URLError, OSError, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()
        raise _refused(_("It cannot be reached, or answered what cannot be read.")) from error
    if not isinstance(read, dict):
        raise _refused(_("It cannot be reached, or answered what cannot be read."))
    return read


def _refused(prevents: str) -> NotLetIn:
    return NotLetIn(
        _("Signing in by the provider was asked for."), prevents,
        _("Try again from the sign-in page, or ask the administrator of your office."), WRITTEN,
    )  # fmt: skip


# ---------------------------------------------------------------- who is who


@verb("people.subject.bound", right="people.manage", title=gettext_lazy("Subject bound"))
def bind_subject(deed: Any, *, person: Person, subject: str) -> Binding:
    """Let a person sign in as a subject of the configured provider. Raises Refused where another one does."""
    issuer = settings.BANYAN_OIDC["issuer"]
    asked = _("“%(subject)s” was to be bound to %(person)s.") % {"subject": subject, "person": person}
    if not issuer:
        raise Refused(asked, _("No provider is configured."), _("Set BANYAN_OIDC_ISSUER first."))
    if Binding.objects.filter(issuer=issuer, subject=subject, ended_on=None).exists():
        raise Refused(asked, _("This subject is bound to a person already."), _("End that binding first."))
    bound: Binding = deed.add(Binding(person=person, issuer=issuer, subject=subject))
    return bound


@verb("people.subject.released", right="people.manage", title=gettext_lazy("Binding ended"))
def release_subject(deed: Any, *, binding: Binding) -> Binding:
    """End a binding: the subject lets nobody in from now, and the person's sessions end."""
    binding.ended_on = deed.on
    visits.end_all(deed, binding.person)
    released: Binding = deed.save(binding, "ended_on")
    return released
