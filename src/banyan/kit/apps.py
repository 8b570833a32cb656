"""Starts kit: the site's day, when this installation is a demonstration; and what is noted of sessions."""

import time
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class KitConfig(AppConfig):
    name = "banyan.kit"
    label = "kit"
    verbose_name = _("People and records of work")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.conf import settings

        from banyan.kit import clock

        clock.read_demonstration_day(Path(settings.BANYAN_DATA_DIR))
        user_logged_in.connect(begin_session, dispatch_uid="banyan")
        user_logged_out.connect(end_session, dispatch_uid="banyan")


def begin_session(request: HttpRequest, **_named: Any) -> None:
    """Every session knows when it was last used and its person last proved who they are."""
    from banyan.kit.sign_in import rules

    request.session[rules.SEEN] = request.session[rules.PROVED] = time.time()


def end_session(request: HttpRequest, user: Any, **_named: Any) -> None:
    """Who signs out has ended the session."""
    from banyan.kit import clock, visits

    if user is not None and (visit := visits.of_request(request)):
        visits.end(visit=visit, by=user, on=clock.today())
