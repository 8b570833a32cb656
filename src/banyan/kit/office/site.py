"""The office as a site: signing in, the side bar, the page of work to do, choices for forms."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.auth import forms as auth_forms
from django.http import Http404, HttpRequest, JsonResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from banyan.kit import clock, rights
from banyan.kit.office.panels import contributions, work_of
from banyan.kit.office.rows import named_with
from banyan.kit.refusals import NotAllowed

PAGE = 20
NOT_OFFERED = {"autocomplete", "view_on_site", "search"}
OF_A_PERSON = {"has_permission", "available_apps", "sidebar_navigation", "log_entries"}


class Entry(NamedTuple):
    """A line of the side bar in one language, and the right that shows it."""

    group: str
    title: str
    right: str
    link: str
    icon: str


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

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._frame: dict[str, Any] | None = None
        self._entries: dict[str, list[Entry]] = {}

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
        """Every page's frame: what is the same for all is read once, the side bar is the person's own."""
        if self._frame is None:
            whole = super().each_context(request)
            self._frame = {name: value for name, value in whole.items() if name not in OF_A_PERSON}
        may_enter = self.has_permission(request)
        return self._frame | {
            "has_permission": may_enter,
            "sidebar_navigation": self.get_sidebar_list(request) if may_enter else [],
            "demonstration_day": clock.today().isoformat() if clock.is_demonstration() else "",
        }

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """What waits for the person who is signed in."""
        request.current_app = self.name  # type: ignore[attr-defined]
        context = self.each_context(request) | {
            "title": self.index_title,
            "subtitle": None,
            "work": work_of(request.user, on=clock.today()),
            "has_grants": bool(rights.roles_of(request.user)),
        }
        return TemplateResponse(request, self.index_template, context | (extra_context or {}))

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
        best = getattr(request, "best_first", None)
        if best is not None:
            rows = rows.filter(pk__in=best[start : start + PAGE + 1])
            start = 0
        found = list(rows.select_related(*named_with(screen.model))[start : start + PAGE + 1])
        if best is not None:
            found.sort(key=lambda row: best.index(row.pk))
        return JsonResponse(
            {
                "results": [{"id": row.pk, "text": str(row)} for row in found[:PAGE]],
                "pagination": {"more": len(found) > PAGE},
            },
            json_dumps_params={"ensure_ascii": False},
        )

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The side bar: work to do, the rooms' pages, then each room's lists, as far as the person may see them."""
        language = get_language() or ""
        if language not in self._entries:
            self._entries[language] = [*self._pages(), *self._lists()]
        groups: dict[str, dict[str, Any]] = {}
        home, here = reverse("office:index"), request.path
        for entry in self._entries[language]:
            if entry.right and not rights.has(request.user, entry.right):
                continue
            group = groups.setdefault(entry.group, {"title": entry.group, "items": [], "separator": bool(groups)})
            active = entry.link == here or (entry.link != home and entry.link in here)
            group["items"].append({"title": entry.title, "link": entry.link, "icon": entry.icon, "active": active})
        return list(groups.values())

    def _pages(self) -> Iterator[Entry]:
        """Work to do and the rooms' pages."""
        yield Entry("", str(_("To do")), "", reverse("office:index"), "inbox")
        for page in contributions().pages:
            try:
                yield Entry(str(page.group), str(page.title), page.right, reverse(page.url_name), page.icon)
            except NoReverseMatch:
                raise RuntimeError(f"the page {page.url_name} has no address") from None

    def _lists(self) -> list[Entry]:
        """The lists of records, by the names of their rooms, then by their own."""
        found = [
            Entry(
                str(model._meta.app_config.verbose_name), capfirst(str(model._meta.verbose_name_plural)),
                rights.view_right(model),
                reverse(f"office:{model._meta.app_label}_{model._meta.model_name}_changelist"),
                getattr(screen, "icon", "list_alt"),
            )
            for model, screen in self._registry.items()
        ]  # fmt: skip
        return sorted(found, key=lambda one: (one.group.lower(), one.title))


office = OfficeSite(name="office")
register = functools.partial(admin.register, site=office)
