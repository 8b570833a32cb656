"""The door: who passes with a password, a code, a key or a provider's word, and what is noted of it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import forms as auth_forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.forms import AuthenticationForm

from banyan.kit import clock, tries, visits
from banyan.kit.models import Person
from banyan.kit.sign_in import factors, rules


class SignIn(AuthenticationForm):  # type: ignore[misc]
    """
    Everyone with an active account signs in here; what they may do is in their grants.

    After too many failed tries for a name no password is looked at for a while.
    """

    def clean(self) -> Any:
        """Look whether name and password are right, unless too many were wrong before."""
        name = self.cleaned_data.get("username", "")
        demand_left(self.request, name)
        try:
            cleaned = super().clean()
        except ValidationError:
            note_failed(self.request, name)
            raise
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        auth_forms.AuthenticationForm.confirm_login_allowed(self, user)


def demand_left(request: HttpRequest, name: str) -> None:
    """Raise ValidationError where too many tries failed for a name from the address of a request."""
    try:
        tries.demand_left(request, name)
    except tries.TooManyTries as refusal:
        raise ValidationError(refusal.sentence, code=refusal.code) from refusal


def note_failed(request: HttpRequest, name: str) -> None:
    """Count a failed try, and note it for auditors."""
    tries.note_failed(request, name)
    person = Person.objects.filter(username__iexact=name.replace("\0", "")).first()
    visits.note_failed(person=person, by=visits.SIGN_IN, on=clock.today())


def enter(request: HttpRequest, person: Person, *, proof: str, then: str = "") -> HttpResponse:
    """Let in who has proved by a first factor who they are: to the second where there is one, else to the page."""
    with transaction.atomic():
        record_authentication(request, person, method=proof)
        return perform_login(request, Login(user=person, redirect_url=safe(request, then)))


def safe(request: HttpRequest, then: str) -> str | None:
    """An address of ours to go to; None for any other."""
    hosts, secure = {request.get_host()}, request.is_secure()
    return then if then and url_has_allowed_host_and_scheme(then, hosts, require_https=secure) else None


class Ways(DefaultAccountAdapter):  # type: ignore[misc]
    """What happens at the library's steps: nobody registers here, tries are counted, sessions begin and are noted."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are entered by an administrator."""
        return False

    def get_login_stages(self) -> list[str]:
        """The second factor alone: addresses and telephones are not asked for."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Who was suspended while the second factor was asked for begins anew, and fails."""
        return HttpResponseRedirect(reverse("office:login"))

    def add_message(self, *args: Any, **named: Any) -> None:
        """None of the library's own."""

    def post_login(self, request: HttpRequest, user: Any, *, redirect_url: str | None = None, **_named: Any) -> Any:
        """Begin the session: how long it lasts, what must be done first, and the event."""
        tries.forget(request, user.username)
        proofs = [str(one.get("type") or one["method"]) for one in get_authentication_records(request, user)]
        request.session.set_expiry(3600 * rules.number("session_hours") or None)
        must = [rules.PASSWORD] if rules.needs_password(user) else []
        if rules.needs_factor(user) and not factors.has_one(user):
            must.append(rules.FACTOR)
        request.session[rules.MUST] = must
        if not request.session.session_key:
            request.session.create()
        visits.begin(
            session=request.session.session_key or "", address=request.META.get("REMOTE_ADDR", ""),
            browser=request.headers.get("user-agent", ""), proofs=proofs, by=user, on=clock.today(),
        )  # fmt: skip
        return HttpResponseRedirect(redirect_url or reverse("office:index"))
