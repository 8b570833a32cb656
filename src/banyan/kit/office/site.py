"""The office as a site: signing in, the side bar, the page of work to do, choices for forms."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from banyan.kit import clock, recent, rights
from banyan.kit.office.panels import contributions, work_of
from banyan.kit.office.rows import named_with
from banyan.kit.pages import demand_known
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


class OfficeSite(UnfoldAdminSite):
    """The one site that all rooms' screens are registered with."""

    index_title = _("To do")
    index_template = "office/index.html"
    enable_nav_sidebar = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._frame: dict[str, Any] | None = None
        self._entries: dict[str, list[Entry]] = {}

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        """The page where people sign in: by password, or by the provider where one is configured."""
        from banyan.kit.sign_in import door, provider

        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("office:index"))
        then = request.POST.get("next") or request.GET.get("next", "")
        form = door.SignIn(request, data=request.POST or None)
        if request.method == "POST" and form.is_valid():
            return door.enter(request, form.get_user(), proof="password", then=then)
        request.current_app = self.name  # type: ignore[attr-defined]
        context = self.each_context(request) | {
            "title": _("Log in"), "form": form, "next": then, "app_path": request.get_full_path(),
            "providers": provider.configured(), "is_demonstration": clock.is_demonstration(),
        }  # fmt: skip
        return TemplateResponse(request, "sign_in/login.html", context)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseRedirect:  # type: ignore[override]
        """The framework's own form knows no events: the account page has one that does."""
        return HttpResponseRedirect(reverse("account_password"))

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
        demand_known(request.GET, ())
        request.current_app = self.name  # type: ignore[attr-defined]
        context = self.each_context(request) | {
            "title": self.index_title,
            "subtitle": None,
            "work": work_of(request.user, on=clock.today()),
            "has_grants": bool(rights.roles_of(request.user)),
        }
        return TemplateResponse(request, self.index_template, context | (extra_context or {}))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> TemplateResponse:
        """The lists of a room, as far as the person may see them: how much is in each and what can be made there."""
        from banyan.kit.office.listing import MOST_COUNTED

        of_room = [(model, screen) for model, screen in self._registry.items() if model._meta.app_label == app_label]
        if not of_room:
            raise Http404(app_label)
        lists = []
        for model, screen in sorted(of_room, key=lambda one: str(one[0]._meta.verbose_name_plural)):
            if not screen.has_view_permission(request):
                continue
            count = screen.get_queryset(request).order_by()[: MOST_COUNTED + 1].count()
            name = f"office:{model._meta.app_label}_{model._meta.model_name}_changelist"
            lists.append({
                "title": capfirst(str(model._meta.verbose_name_plural)), "link": reverse(name),
                "count": min(count, MOST_COUNTED), "is_cut_off": count > MOST_COUNTED,
                "makers": screen.makers(request),  # type: ignore[attr-defined]
            })  # fmt: skip
        if not lists:
            raise PermissionDenied(app_label)
        title = of_room[0][0]._meta.app_config.verbose_name  # type: ignore[union-attr]
        request.current_app = self.name  # type: ignore[attr-defined]
        return TemplateResponse(
            request, "office/room.html", self.each_context(request) | {"title": title, "lists": lists}
        )

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
        start = PAGE * (max(1, int(number)) - 1) if number.isascii() and number.isdigit() and len(number) <= 9 else 0
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

    def get_sidebar_list(self, request: HttpRequest) -> list[SafeString]:
        """The side bar as it is written: work to do, the rooms' pages, then the lists that the person may see.

        Django's frame asks for a list; this one holds the whole bar, written once for a person until the next event.
        """
        home, here, who = reverse("office:index"), request.path, (request.user.pk, get_language())
        entries = recent.made(("side bar", *who), lambda: self._entries_of(request.user))
        links = [one.link for one in entries]
        leading_here = [link for link in links if here == link or (link != home and here.startswith(link))]
        active = sorted(leading_here, key=len)[-1:]

        def write() -> SafeString:
            groups = [
                {"title": title, "entries": list(lines)}
                for title, lines in itertools.groupby(entries, key=lambda one: one.group)
            ]
            return render_to_string("office/side_bar.html", {"groups": groups, "active": active})

        return [recent.made(("side bar written", *who, *active), write)]

    def _entries_of(self, person: Any) -> list[Entry]:
        """The lines of the side bar that a person may see, in the language of the page."""
        language = get_language() or ""
        if language not in self._entries:
            self._entries[language] = [*self._pages(), *self._lists()]
        seen = [one for one in self._entries[language] if not one.right or rights.has(person, one.right)]
        groups = list(dict.fromkeys(one.group for one in seen))
        return sorted(seen, key=lambda one: groups.index(one.group))

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
