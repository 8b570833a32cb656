"""The office as a site: signing in, the side bar, the page of work to do, choices for forms."""

from __future__ import annotations

import functools
from typing import Any

from django.contrib import admin
from django.contrib.auth import forms as auth_forms
from django.http import Http404, HttpRequest, JsonResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from banyan.kit import clock, rights
from banyan.kit.office.panels import contributions, work_of
from banyan.kit.office.rows import named_with
from banyan.kit.refusals import NotAllowed

PAGE = 20
NOT_OFFERED = {"autocomplete", "view_on_site", "search"}


class SignIn(AuthenticationForm):
    """Everyone with an active account signs in here; what they may do is in their grants."""

    def confirm_login_allowed(self, user: Any) -> None:
        auth_forms.AuthenticationForm.confirm_login_allowed(self, user)


class OfficeSite(UnfoldAdminSite):
    """The one site that all rooms' screens are registered with."""

    index_title = _("To do")
    login_form = SignIn
    index_template = "office/index.html"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_active)

    def get_urls(self) -> list[Any]:
        """Django's pages without those that know no rights, and the choices of forms."""
        urls = [one for one in super().get_urls() if getattr(one, "name", "") not in NOT_OFFERED]
        choices = path(
            "choices/<slug:app_label>/<slug:model_name>/", self.admin_view(self.choices_view), name="choices"
        )
        return [choices, *urls]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page's frame; in a demonstration it says which day it is."""
        day = clock.today().isoformat() if clock.is_demonstration() else ""
        return super().each_context(request) | {"demonstration_day": day}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The rooms and lists that the person may see, found once for a page."""
        if app_label is not None:
            return super().get_app_list(request, app_label)
        if not hasattr(request, "_banyan_app_list"):
            request._banyan_app_list = super().get_app_list(request)  # type: ignore[attr-defined]
        return request._banyan_app_list  # type: ignore[attr-defined]

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """What waits for the person who is signed in."""
        extra = {
            "work": work_of(request.user, on=clock.today()),
            "has_grants": bool(rights.roles_of(request.user)),
        }
        return super().index(request, extra | (extra_context or {}))

    def choices_view(self, request: HttpRequest, app_label: str, model_name: str) -> JsonResponse:
        """Rows of a noun that a text finds, for the choices of forms and filters."""
        screen = next(
            (
                one
                for model, one in self._registry.items()
                if (model._meta.app_label, model._meta.model_name) == (app_label, model_name)
            ),
            None,
        )
        if screen is None:
            raise Http404(model_name)
        if not screen.has_view_permission(request):
            raise NotAllowed(
                _("Choices were asked for."),
                _("You may not see these records."),
                _("Ask the administrator of your office."),
            )
        number = request.GET.get("page", "1")
        start = PAGE * (max(1, int(number)) - 1) if number.isdigit() else 0
        rows, _twice = screen.get_search_results(request, screen.get_queryset(request), request.GET.get("term", ""))
        found = list(rows.select_related(*named_with(screen.model))[start : start + PAGE + 1])
        return JsonResponse(
            {
                "results": [{"id": row.pk, "text": str(row)} for row in found[:PAGE]],
                "pagination": {"more": len(found) > PAGE},
            },
            json_dumps_params={"ensure_ascii": False},
        )

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The side bar: work to do, the rooms' pages, then each room's lists, as far as the person may see them."""
        groups: dict[str, dict[str, Any]] = {}

        def add(group: Any, title: Any, link: str, icon: str) -> None:
            row = {"title": title, "link": link, "icon": icon, "has_permission": True}
            row["active"] = self._get_is_active(request, link)
            groups.setdefault(str(group), {"title": group, "items": [], "separator": bool(groups)})
            groups[str(group)]["items"].append(row)

        add("", _("To do"), reverse("office:index"), "inbox")
        for page in contributions().pages:
            if not page.right or rights.has(request.user, page.right):
                try:
                    add(page.group, page.title, reverse(page.url_name), page.icon)
                except NoReverseMatch:
                    raise RuntimeError(f"the page {page.url_name} has no address") from None
        for app in self.get_app_list(request):
            for model in app["models"]:
                icon = getattr(self._registry[model["model"]], "icon", "list_alt")
                add(app["name"], model["name"], model["admin_url"], icon)
        return list(groups.values())


office = OfficeSite(name="office")
register = functools.partial(admin.register, site=office)
