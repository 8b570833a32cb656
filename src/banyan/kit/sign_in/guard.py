"""What every request of a session passes: idle ones end, first things come first, grave acts are proved."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.kit import clock, visits
from banyan.kit.office import faults
from banyan.kit.refusals import NotAllowed
from banyan.kit.sign_in import rules

GUARDED = ("/office/", "/api/", "/epcis/")
NOTED_EACH = 60  # seconds after which a session notes anew that it is used
ALWAYS = ("/office/account/", "/office/logout/", "/office/login/", "/office/jsi18n/")
"""Where a person may go who has something to do first."""


class ProofNeeded(Exception):
    """A grave act was asked for by somebody who has not proved for a while who they are."""


def demand_proof(request: HttpRequest, event: str) -> None:
    """Raise ProofNeeded before a verb that the packs call grave, where the last proof is too old."""
    if rules.is_grave(event) and not rules.is_proved(request):
        raise ProofNeeded(event)


class SessionsGuarded:
    """Middleware: idle sessions end, and who has something to do first is led there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_ours = request.path.startswith(GUARDED) and settings.SESSION_COOKIE_NAME in request.COOKIES
        if is_ours and SESSION_KEY in request.session:
            if rules.is_idle(request):
                if visit := visits.of_request(request):
                    visits.end(visit=visit, by=visits.SIGN_IN, on=clock.today(), reason=_("Nothing was done in it."))
                request.session.flush()
            elif request.session.get(rules.MUST) and not request.path.startswith(ALWAYS):
                return self.led(request)
            elif time.time() - request.session.get(rules.SEEN, 0) > NOTED_EACH:
                request.session[rules.SEEN] = time.time()
                visits.seen(request.session.session_key or "")
        return self.get_response(request)

    @staticmethod
    def led(request: HttpRequest) -> HttpResponse:
        """To the account page, from which the page that was asked for comes next, or for programs the reason."""
        if request.path.startswith("/office/"):
            if request.method == "GET" and "HX-Request" not in request.headers:
                request.session[rules.THEN] = request.get_full_path()
            return HttpResponseRedirect(reverse("account"))
        return faults.problem_of(
            NotAllowed(
                _("“%(path)s” was asked for.") % {"path": request.path},
                _("Something must be done first: change the password, or add a second factor."),
                _("Open your account page in a browser."),
            )
        )

    def process_exception(self, request: HttpRequest, exception: Exception) -> Any:
        """Lead to the page that asks for the proof, and from there back."""
        if not isinstance(exception, ProofNeeded):
            return None
        return HttpResponseRedirect(
            f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}"
        )
