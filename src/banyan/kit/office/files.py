"""The screen of records that keep a file, such as evidence: the file as it was handed in, or without its place."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header

from banyan.kit.office.screens import Screen
from banyan.kit.pages import demand_known
from banyan.kit.pictures import without_place

PUBLIC = "public"


class FileScreen(Screen):
    """A screen whose records have a `file` with `name` and `media_type`: it lies at `…/<key>/file/`."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.file_view)
        name = f"{self.model._meta.app_label}_{self.model._meta.model_name}_file"
        return [path("<path:key>/file/", view, name=name), *super().get_urls()]

    def file_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """The file as it was handed in; with `copy=public` a picture without the place, time and device in it."""
        demand_known(request.GET, ("copy",))
        one = self.get_queryset(request).filter(pk=key).first() if self.has_view_permission(request) else None
        if one is None or not one.file or request.GET.get("copy", PUBLIC) != PUBLIC:
            raise Http404(key)
        with one.file.open("rb") as opened:
            content = opened.read()
        is_copy = "copy" in request.GET and one.media_type.startswith("image/")
        answer = HttpResponse(without_place(content) if is_copy else content, content_type=one.media_type)
        answer["Content-Disposition"] = content_disposition_header(True, one.name)
        return answer
