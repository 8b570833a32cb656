"""The base classes of all screens: lists, records, verbs, exports, each limited by rights."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import label_for_field, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from banyan.kit import clock, privacy, rights, search
from banyan.kit.office.buttons import Button, offered
from banyan.kit.office.doing import ask_for_bulk, do_to_many, do_to_one, make_new
from banyan.kit.office.export import export
from banyan.kit.office.fields import groups_of
from banyan.kit.office.filters import filter_for
from banyan.kit.office.listing import (
    MOST_COUNTED,
    MOST_REFERRED,
    BoundedPaginator,
    Listing,
    found_among,
    found_before,
    refers_to_many,
)
from banyan.kit.office.panels import contributions, link, notes_above, panels_of
from banyan.kit.office.rows import named_with, read_with
from banyan.kit.office.timeline import timeline_of
from banyan.kit.office.values import in_words, shown
from banyan.kit.pages import page_asked
from banyan.kit.scope import demand_scoped, scoped
from banyan.kit.workflow import Workflow

MOST_FOUND = 200


class ReadOnly:
    """No adding, changing or deleting by Django: every change is a verb."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rights.has(request.user, rights.view_right(self.model))  # type: ignore[attr-defined]


class Inline(ReadOnly, TabularInline):
    """Records that hang on the record of the page, limited by rights: `model`, `fields`, `fk_name`, `per_page`.

    `is_compact` writes the fields of a row one after the other where the screen is narrow, below the first one.
    """

    per_page = 20
    is_compact = False
    show_change_link = True

    def prepare(self, rows: list[Any]) -> None:
        """What is to be looked up for all rows at once before they are shown, such as names for keys."""

    def files(self, row: Any) -> Sequence[tuple[str, str]]:
        """The files of a row: the ending of each with its address. They stand in its last cell."""
        return ()

    def table(self, record: Any, request: HttpRequest) -> dict[str, Any] | None:
        """The table as the page draws it; None where nothing hangs on the record or the person may see nothing."""
        if not self.has_view_permission(request):
            return None
        name = self.fk_name or next(
            field.name for field in self.model._meta.concrete_fields if field.related_model is type(record)
        )
        columns = [self.model._meta.get_field(one) for one in self.fields or ()]
        rows = scoped(self.model, request.user).filter(**{name: record}).select_related(*read_with(columns))
        rows = rows.order_by(*(self.ordering or self.model._meta.ordering or ("-pk",)))
        asked = f"page_of_{self.model._meta.model_name}"
        page = page_asked(rows, request.GET, size=self.per_page, name=asked)
        found = list(page)
        self.prepare(found)
        if not found:
            return None
        files = [self.files(row) for row in found]
        linked = self.show_change_link and bool(link(found[0]))
        return {
            "title": self.verbose_name_plural,
            "heads": [field.verbose_name for field in columns],
            "rows": [
                {"url": link(row) if linked else "", "cells": [shown(row, one) for one in columns], "files": told}
                for row, told in zip(found, files, strict=True)
            ],
            "has_files": any(files),
            "page": page,
            "asked": asked,
            "is_compact": self.is_compact,
        }


class Screen(ReadOnly, ModelAdmin):
    """The screen of a noun: a list and a page per record.

    A room declares `list_display`, `filters` (names of fields), `fields` or `fieldsets`, `buttons`, `flow`, and
    `finds_by`: "search" where its verbs index the noun, or names of fields that are matched from their beginning;
    a field that refers to an indexed noun is found as that noun is, by any part of a name or by pinyin.
    """

    buttons: ClassVar[tuple[Button, ...]] = ()
    flow: ClassVar[Workflow | None] = None
    filters: ClassVar[tuple[str, ...]] = ()
    finds_by: ClassVar[str | tuple[str, ...]] = ()
    export_fields: ClassVar[tuple[str, ...]] = ()
    empty: ClassVar[Any] = _("Nothing lies within your office yet.")
    icon: ClassVar[str] = "list_alt"
    list_template: ClassVar[str] = ""
    show_timeline: ClassVar[bool] = True
    empty_value_display = "—"
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 25
    list_max_show_all = 200
    list_filter_submit = True
    list_fullwidth = True
    actions_on_top = True
    change_form_template = "office/record.html"
    change_list_template = "office/list.html"

    # ------------------------------------------------------------ what may be seen

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = demand_scoped(scoped(self.model, request.user))
        ordering = self.get_ordering(request) or self.model._meta.ordering or ("-pk",)
        return queryset.order_by(*ordering)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The declared fields, codes in words. A named group appears once anything is in it."""

        def spoken(fields: Any) -> tuple[Any, ...]:
            return tuple(spoken(one) if isinstance(one, tuple) else in_words(self.model, one) for one in fields)

        return [
            (title, {**options, "fields": spoken(options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
            if not title or obj is None or self._tells_anything(obj, options["fields"])
        ]

    def _tells_anything(self, record: Any, fields: Any) -> bool:
        """Whether a field of a group holds more than it begins with; what is worked out decides nothing."""
        names = [name for one in fields for name in (one if isinstance(one, tuple) else (one,))]
        own = [field for field in self.model._meta.concrete_fields if field.name in names]
        return not own or any(
            getattr(record, one.attname) not in (None, "", [], {}, one.get_default()) for one in own
        )  # fmt: skip

    def hanging(self, record: Any, request: HttpRequest) -> list[dict[str, Any]]:
        """The tables of what hangs on a record."""
        tables = [one(self.model, self.admin_site).table(record, request) for one in self.inlines]
        return [table for table in tables if table is not None]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [filter_for(self.model, name) for name in self.filters]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        columns = (
            field for field in self.model._meta.concrete_fields if field.name in self.get_list_display(request)
        )
        return list(dict.fromkeys((*read_with(columns), *named_with(self.model))))

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("pk",) if self.finds_by else ()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        text = search_term.strip()
        if not text or not self.finds_by:
            return queryset, False
        if self.finds_by == "search":
            if getattr(request, "wants_all", False):
                return queryset.filter(pk__in=search.matching(noun=self.model.noun, text=text)), False
            named = {"noun": self.model.noun, "text": text, "limit": MOST_FOUND, "allowed": queryset}
            within = queryset.order_by().values_list("pk")
            keys = found_before(("search", text), within, functools.partial(search.find, **named))
            if not keys:
                keys = found_before(("near", text), within, functools.partial(search.near, **named))
                request.only_near = bool(keys)  # type: ignore[attr-defined]
            request.best_first = keys  # type: ignore[attr-defined]
            return queryset.filter(pk__in=keys), False
        found = found_among(queryset, self.finds_by, text)
        if refers_to_many(self.model, self.finds_by, text):
            said = _("Many names answer to “%(text)s”: only the %(n)s nearest are looked at. Type more of the name.")
            messages.info(request, said % {"text": text, "n": MOST_REFERRED})
        if text != text.upper() and not found_before("any", found, found.exists):  # a code typed in small letters
            found = found_among(queryset, self.finds_by, text.upper())
        return found, False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record within the person's rights, with its personal fields opened, masked or emptied; read once."""
        opened = vars(request).setdefault("opened", {})
        if (self.model, object_id) not in opened:
            opened[self.model, object_id] = self._opened(request, object_id)
        return opened[self.model, object_id]

    def _opened(self, request: HttpRequest, object_id: str) -> Any:
        queryset = self.get_queryset(request).select_related(*read_with(self.model._meta.concrete_fields))
        try:
            record = queryset.get(pk=object_id)
        except (self.model.DoesNotExist, ValidationError, ValueError):
            return None
        may_read = rights.has(request.user, f"{self.model.noun.split('.')[0]}.personal")
        for name in getattr(record, "personal", ()):
            text = privacy.unseal(subject=privacy.subject_of(record), token=getattr(record, name)) or ""
            setattr(record, name, text if may_read else privacy.mask(text))
        return record

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404(object_id)

    # ------------------------------------------------------------ pages

    def get_urls(self) -> list[Any]:
        """Only what the office offers: no adding, deleting or history by Django."""
        meta, wrap = self.model._meta, self.admin_site.admin_view
        stem = f"{meta.app_label}_{meta.model_name}"

        def view(function: Any) -> Any:
            return wrap(functools.partial(function, self))

        return [
            path("", wrap(self.changelist_view), name=f"{stem}_changelist"),
            path("export/", wrap(self.export_view), name=f"{stem}_export"),
            path("new/<slug:name>/", view(make_new), name=f"{stem}_new"),
            path("selected/<slug:name>/", view(do_to_many), name=f"{stem}_selected"),
            path("<path:key>/do/<slug:name>/", view(do_to_one), name=f"{stem}_do"),
            path("<path:object_id>/change/", wrap(self.change_view), name=f"{stem}_change"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        extra = {
            "title": self.model._meta.verbose_name_plural,
            "empty": self.empty,
            "makers": self.makers(request),
            "can_export": self.has_view_permission(request),
            "most_counted": MOST_COUNTED,
            "most_found": MOST_FOUND if self.finds_by == "search" and request.GET.get("q") else 0,
            "list_template": self.list_template,
            "notes": notes_above(self.model.noun, person=request.user, on=clock.today()),
        }
        answer = super().changelist_view(request, extra | (extra_context or {}))
        if (listed := (getattr(answer, "context_data", None) or {}).get("cl")) is not None:
            self.shown(request, listed.result_list.keys)
        return answer

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404(object_id)
        if request.method != "GET":
            raise PermissionDenied
        self.shown(request, [record.pk])
        groups = groups_of(record, self.get_fieldsets(request, record), screen=self, person=request.user)
        extra = {
            "title": str(record),
            "subtitle": None,
            "original": record,
            "record": record,
            "groups": groups,
            "offers": [
                {"name": one.name, "title": one.title(self.flow), "icon": one.icon, "variant": one.variant}
                for one in offered(self.all_buttons(), record, request.user, self.flow)
            ],
            "flow": self.drawn_flow(record),
            "next_move": self.next_move(record),
            "hanging": self.hanging(record, request),
            "panels": panels_of(record, person=request.user, on=clock.today()),
            "timeline": timeline_of(record, titles=self.titles_of_events) if self.show_timeline else (),
        }
        return self.page(request, self.change_form_template, extra | (extra_context or {}))

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The list as it is filtered, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = request.GET.get("as", "xlsx")
        request.GET = request.GET.copy()  # type: ignore[assignment]
        request.GET.pop("as", None)
        request.wants_all = True  # type: ignore[attr-defined]
        rows = self.get_changelist_instance(request).get_queryset(request)
        columns = [(name, str(label_for_field(name, self.model, self))) for name in self.columns_of_export()]
        answer = export(demand_scoped(rows), columns, form=form, name=str(self.model._meta.model_name))
        self.shown(request, demand_scoped(rows).order_by().values_list("pk", flat=True))
        return answer

    def shown(self, request: HttpRequest, keys: Iterable[Any]) -> None:
        """What a screen keeps of who was shown which records in a list, a file or by themselves: here nothing."""

    def columns_of_export(self) -> list[str]:
        """The fields of an exported list: those declared, else the stored ones of the list."""
        stored = {field.name for field in self.model._meta.concrete_fields}
        return [name for name in self.export_fields or self.list_display if name in stored]

    # ------------------------------------------------------------ verbs

    def all_buttons(self) -> tuple[Button, ...]:
        """The screen's own buttons, and those that other rooms add to this noun."""
        return (*self.buttons, *(one for one in contributions().buttons if one.noun == self.model.noun))

    def button(self, name: str) -> Button:
        """The button of a verb. Raises Http404 for a verb that this screen does not offer."""
        for one in self.all_buttons():
            if one.name == name:
                return one
        raise Http404(name)

    def makers(self, request: HttpRequest) -> list[dict[str, Any]]:
        """The verbs that make a new record, as far as the person may."""
        return [
            {"name": one.name, "title": one.title(self.flow), "icon": one.icon or "add"}
            for one in self.all_buttons()
            if one.where == "list" and rights.has(request.user, one.declared.right)
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Listing]:
        return Listing

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Verbs on a selection; each opens its page with what was selected."""
        if "_popup" in request.GET:
            return {}
        return {
            one.name: (functools.partial(ask_for_bulk, name=one.name), one.name, one.title(self.flow))
            for one in self.all_buttons()
            if one.bulk and rights.has(request.user, one.declared.right)
        }

    def response_action(self, request: HttpRequest, queryset: Any) -> Any:
        if not request.POST.getlist("_selected_action"):
            messages.warning(request, _("Select the records first, then the verb."))
            return None
        return super().response_action(request, queryset)

    @functools.cached_property
    def titles_of_events(self) -> dict[str, Any]:
        """What events are called on the timeline: as the button, of this screen or another, that caused them."""
        screens = [one for one in self.admin_site._registry.values() if isinstance(one, Screen)]
        return {
            button.declared.event: button.title(screen.flow)
            for screen in (*screens, self)
            for button in screen.all_buttons()
        }

    def next_move(self, record: Any) -> str:
        """Whose move it is on a record and by when, in words; a room's screen says it where it knows."""
        return ""

    def drawn_flow(self, record: Any) -> dict[str, Any] | None:
        """The workflow as the record's page draws it."""
        if self.flow is None:
            return None
        states = self.flow.states
        return {
            "state": states[record.state],
            "key": record.state,
            "written": self.flow.written,
            "moves": [
                {
                    "label": move.label,
                    "start": [states[one] for one in states if one in move.start],
                    "to": [states[one] for one in states if one in move.to],
                    "is_open": record.state in move.start,
                }
                for move in self.flow.moves.values()
            ],
        }

    def page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
        """A page of this screen within the office's frame."""
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        frame = self.admin_site.each_context(request) | {"opts": self.model._meta, "media": self.media}
        meta = self.model._meta
        return TemplateResponse(
            request, template, frame | {"stem": f"office:{meta.app_label}_{meta.model_name}"} | context
        )
