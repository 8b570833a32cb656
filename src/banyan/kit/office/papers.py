"""Letters and forms of a record as files, made on demand in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header

from banyan.kit.documents import FORMS
from banyan.kit.office.screens import Screen


class PaperScreen(Screen):
    """A screen whose records have papers.

    `papers` is what knows them: `papers_of(record)` gives (name in addresses, title), `written(paper, record, form=)`
    the file and its media type.
    """

    papers: ClassVar[Any]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.paper_view)
        return [path("<path:key>/paper/<slug:paper>.<slug:form>", view, name=_name(self.model)), *super().get_urls()]

    def paper_view(self, request: HttpRequest, key: str, paper: str, form: str) -> HttpResponse:
        """One paper of a record within the person's rights, as PDF or Word."""
        record = self.get_queryset(request).filter(pk=key).first() if self.has_view_permission(request) else None
        if record is None or form not in FORMS or paper not in dict(self.papers.papers_of(record)):
            raise Http404(key)
        content, media_type = self.papers.written(paper, record, form=form)
        answer = HttpResponse(content, content_type=media_type)
        answer["Content-Disposition"] = content_disposition_header(True, f"{paper}-{key}.{form}")
        return answer


def papers_panel(papers: Any) -> Callable[..., dict[str, Any] | None]:
    """What a panel shows of the papers that can be made of a record: with the template `office/papers.html`."""

    def show(record: Any, *, person: Any, on: Any) -> dict[str, Any] | None:
        rows = [{"title": title, "files": files} for title, files in files_of(record, papers)]
        return {"rows": rows} if rows else None

    return show


def files_of(record: Any, papers: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """The papers of a record: the title of each, and the ending of each of its files with the address."""
    name = f"office:{_name(type(record))}"
    return [
        (title, [(form, reverse(name, args=[record.pk, paper, form])) for form in FORMS])
        for paper, title in papers.papers_of(record)
    ]


def _name(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_paper"
