"""The pages of signing in and of one's own account: factors, password, sessions, proof of identity."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as keys
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from unfold.widgets import INPUT_CLASSES

from banyan.kit import clock, people, tries, visits
from banyan.kit.office.site import office
from banyan.kit.pages import demand_known
from banyan.kit.refusals import Refused
from banyan.kit.sign_in import door, factors, provider, rules

SECRET = {"autocomplete": "current-password", "class": " ".join(INPUT_CLASSES)}
NEW = {"autocomplete": "new-password", "class": " ".join(INPUT_CLASSES)}
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": " ".join(INPUT_CLASSES)}
NAME = {"class": " ".join(INPUT_CLASSES)}


class ChangePassword(forms.Form):
    now = forms.CharField(label=gettext_lazy("present password"), widget=forms.PasswordInput(SECRET))
    password = forms.CharField(label=gettext_lazy("new password"), widget=forms.PasswordInput(NEW))
    again = forms.CharField(label=gettext_lazy("new password again"), widget=forms.PasswordInput(NEW))

    def __init__(self, *args: Any, person: Any, **named: Any):
        super().__init__(*args, **named)
        self.fields["password"].help_text = rules.PacksPassword().get_help_text()
        if not person.has_usable_password():
            del self.fields["now"]

    def clean(self) -> Any:
        data = super().clean() or self.cleaned_data
        if data.get("password") != data.get("again"):
            self.add_error("again", _("The two are not the same."))
        return data


def own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for whoever is signed in, about that account alone; kept by no cache."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        demand_known(request.GET, ("next",))
        return view(request, *args, **named)

    return never_cache(office.admin_view(run))


def proved(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that only who proved recently who they are may open."""
    from banyan.kit.sign_in.guard import ProofNeeded

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not rules.is_proved(request):
            raise ProofNeeded(request.path)
        return view(request, *args, **named)

    return own(run)


def page(request: HttpRequest, template: str, title: str, **more: Any) -> TemplateResponse:
    """A page in the office's frame."""
    request.current_app = office.name
    return TemplateResponse(
        request, f"sign_in/{template}.html", office.each_context(request) | {"title": title, **more}
    )


# ---------------------------------------------------------------- the second step of signing in


@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="office:login")  # type: ignore[untyped-decorator]
def second_factor(request: HttpRequest) -> HttpResponse:
    """The page that asks for a code or a key, after the password was right."""
    stage = request._login_stage  # type: ignore[attr-defined]
    person = stage.login.user
    form = code_form(request, person)
    if request.method == "POST" and is_right(request, person, form):
        with transaction.atomic():
            form.save()
            return stage.exit()
    return page(request, "factor", _("Second factor"), form=form, **key_asked(person), cancel=reverse("office:login"))


def code_form(request: HttpRequest, person: Any) -> Any:
    """The form that was sent: that of a key, or that of a code."""
    data = request.POST if request.method == "POST" else None
    if data is not None and "credential" in data:
        return AuthenticateWebAuthnForm(user=person, data=data)
    form = AuthenticateForm(user=person, data=data)
    form.fields["code"].widget.attrs.update(CODE | {"placeholder": "", "autofocus": True})
    form.fields["code"].label = _("Code of the application, or a recovery code")
    return form


def is_right(request: HttpRequest, person: Any, form: Any) -> bool:
    """Whether a code or key is right and new, unless too many tries failed; a wrong one is counted."""
    try:
        door.demand_left(request, person.username)
    except ValidationError as refusal:
        form._errors = forms.utils.ErrorDict()
        form.cleaned_data = {}
        form.add_error(None, refusal)
        return False
    if form.is_valid() and not factors.is_reused(person, form.cleaned_data.get("code", "")):
        return True
    if form.is_valid():
        form.add_error(None, get_adapter().validation_error("incorrect_code"))
    door.note_failed(request, person.username)
    return False


def key_asked(person: Any) -> dict[str, Any]:
    """What the browser needs to ask a key; nothing where the person has none."""
    if not Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists():
        return {}
    return {
        "key_form": AuthenticateWebAuthnForm(user=person),
        "asked": {"request_options": keys.begin_authentication(person)},
    }


# ---------------------------------------------------------------- proof of identity


@own
def prove(request: HttpRequest) -> HttpResponse:
    """The page that asks again who one is, for a code or key of whoever has one, and leads back."""
    person: Any = request.user
    then = door.safe(request, request.GET.get("next", "")) or reverse("account")
    types = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    has_factor = Authenticator.objects.filter(user=person, type__in=types).exists()
    form: Any = code_form(request, person) if has_factor else None
    secret = forms.CharField(label=_("password"), widget=forms.PasswordInput(SECRET))
    said: Any = type("Password", (forms.Form,), {"password": secret})(
        request.POST if "password" in request.POST else None
    )
    is_shown = is_right if has_factor else _is_password
    if request.method == "POST" and is_shown(request, person, form if has_factor else said):
        tries.forget(request, person.username)
        request.session[rules.PROVED] = time.time()
        visits.note_proved(by=person, on=clock.today())
        return HttpResponseRedirect(then)
    by_password = person.has_usable_password() and not has_factor
    return page(
        request, "factor", _("Confirm that it is you"), form=form, password_form=said if by_password else None,
        **key_asked(person), cancel=reverse("office:index"), again=True,
        providers=provider.configured() if not person.has_usable_password() and not has_factor else (),
    )  # fmt: skip


def _is_password(request: HttpRequest, person: Any, form: Any) -> bool:
    try:
        door.demand_left(request, person.username)
    except ValidationError as refusal:
        form.is_valid()
        form.add_error(None, refusal)
        return False
    if form.is_valid() and person.check_password(form.cleaned_data["password"]):
        return True
    door.note_failed(request, person.username)
    form.add_error(None, _("This is not your password."))
    return False


# ---------------------------------------------------------------- the account


@own
def account(request: HttpRequest) -> HttpResponse:
    """What a person signs in with, and where the person is signed in."""
    person: Any = request.user
    here = request.session.session_key
    found = factors.of_person(person)
    recovery = [one for one in found if one.type == Authenticator.Type.RECOVERY_CODES]
    return page(
        request, "account", _("Your account"),
        factors=[
            {"pk": one.pk, "kind": factors.NAMES[one.type], "added": one.created_at, "used": one.last_used_at,
             "name": one.data.get("name", "")}
            for one in found if one not in recovery
        ],
        has_codes=any(one.type == Authenticator.Type.TOTP for one in found),
        recovery_left=len(recovery[0].wrap().get_unused_codes()) if recovery else None,
        visits=[
            {"pk": one.pk, "visit": one, "is_here": one.session == here,
             "proofs": ", ".join(str(factors.NAMES.get(name, name)) for name in one.proofs)}
            for one in visits.open_visits(person)[:50]
        ],
        bindings=person.bindings.filter(ended_on=None), must=request.session.get(rules.MUST, ()),
        needs_factor=rules.needs_factor(person), is_demonstration=clock.is_demonstration(),
        hours=rules.number("session_hours"), minutes=rules.number("idle_minutes"),
    )  # fmt: skip


@own
def change_password(request: HttpRequest) -> HttpResponse:
    """The form for a new password; all other sessions end with the old one."""
    person: Any = request.user
    form = ChangePassword(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            door.demand_left(request, person.username)
            changed = people.change_password(
                now=form.cleaned_data.get("now", ""), password=form.cleaned_data["password"],
                keep=request.session.session_key or "", by=person, on=clock.today(),
            )  # fmt: skip
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except Refused as refusal:
            if refusal.code == "wrong-password":
                door.note_failed(request, person.username)
            form.add_error(None, refusal.sentence)
        else:
            _stay(request, changed)
            messages.success(request, _("Your password was changed; all other sessions have ended."))
            return HttpResponseRedirect(_done(request, rules.PASSWORD))
    return page(request, "form", _("Change the password"), form=form)


def _stay(request: HttpRequest, person: Any) -> None:
    """Let the session that changed the password live on under it."""
    from django.contrib.auth import HASH_SESSION_KEY

    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()


def _done(request: HttpRequest, what: str) -> str:
    """Note what was to be done first; where to go on: once nothing is left, to the page that was asked for before."""
    request.session[rules.MUST] = [one for one in request.session.get(rules.MUST, ()) if one != what]
    then = "" if request.session[rules.MUST] else request.session.pop(rules.THEN, "")
    return then or reverse("account")


@proved
def add_codes(request: HttpRequest) -> HttpResponse:
    """Show the secret of an application for codes, and take the first code as a proof that it was read."""
    person: Any = request.user
    form = ActivateTOTPForm(request.POST or None, user=person)
    form.fields["code"].widget.attrs.update(CODE | {"placeholder": ""})
    form.fields["code"].label = _("First code that the application shows")
    if Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists():
        return HttpResponseRedirect(reverse("account"))
    if request.method == "POST" and form.is_valid():
        codes = factors.add_codes(secret=form.secret, by=person, on=clock.today())
        factors.is_reused(person, form.cleaned_data["code"])
        clear_totp_secret(request)
        return _added(request, codes)
    address = get_adapter().build_totp_url(person, form.secret)
    picture = b64encode(get_adapter().build_totp_svg(address).encode()).decode()
    return page(request, "codes", _("Add an application for codes"), form=form, secret=form.secret, picture=picture)


@proved
def add_key(request: HttpRequest) -> HttpResponse:
    """Let the browser make a key or passkey for this site, and keep its public half."""
    person: Any = request.user
    form = AddWebAuthnForm(request.POST or None, user=person, initial={"name": _("My key")})
    form.fields["name"].label = _("Name of the key")
    form.fields["name"].widget.attrs.update(NAME)
    if request.method == "POST" and form.is_valid():
        codes = factors.add_key(
            name=form.cleaned_data["name"], credential=form.cleaned_data["credential"], by=person, on=clock.today()
        )
        return _added(request, codes)
    return page(
        request, "key", _("Add a key or passkey"), form=form,
        asked={"creation_options": keys.begin_registration(person, passwordless=False)},
    )  # fmt: skip


def _added(request: HttpRequest, codes: list[str]) -> HttpResponse:
    then = _done(request, rules.FACTOR)
    messages.success(request, _("Added. From now on signing in asks for it."))
    return _codes_shown(request, codes, then=then) if codes else HttpResponseRedirect(then)


def _codes_shown(request: HttpRequest, codes: list[str], *, then: str) -> HttpResponse:
    return page(request, "recovery", _("Recovery codes"), codes=codes, then=then)


@require_POST
@proved
def renew_recovery(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    if not factors.has_one(request.user):  # type: ignore[arg-type]
        raise Http404
    codes = factors.renew_recovery(by=request.user, on=clock.today())
    return _codes_shown(request, codes, then=reverse("account"))


@require_POST
@proved
def remove_factor(request: HttpRequest, factor: int) -> HttpResponse:
    """Remove one of one's own factors; where a role demands one, the last stays."""
    person: Any = request.user
    main = [one for one in factors.of_person(person) if one.type != Authenticator.Type.RECOVERY_CODES]
    if rules.needs_factor(person) and len(main) < 2:
        raise Refused(
            _("Your last second factor was to be removed."), _("One of your roles demands one."),
            _("Add another one first."),
        )  # fmt: skip
    factors.remove(factor=factor, by=person, on=clock.today())
    messages.success(request, _("Removed."))
    return HttpResponseRedirect(reverse("account"))


@require_POST
@own
def end_session(request: HttpRequest, visit: int) -> HttpResponse:
    """End one of one's sessions; 0 stands for all but this one."""
    if visit == 0:
        visits.end_others(keep=request.session.session_key or "", by=request.user, on=clock.today())
    else:
        one = visits.open_visits(request.user).filter(pk=visit).first()  # type: ignore[arg-type]
        if one is None:
            raise Http404(visit)
        visits.end(visit=one, by=request.user, on=clock.today())
    messages.success(request, _("Ended."))
    return HttpResponseRedirect(reverse("account"))
