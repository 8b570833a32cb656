"""Pages of the directory: the search of firms, a firm's public file, and the code that leads to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from banyan.base.registry import queries as registry
from banyan.edge.directory import queries
from banyan.kit import clock, pictures, recent
from banyan.kit.fair import fair
from banyan.kit.pages import knows

BARCODES = (8, 12, 13, 14)


@require_safe
@fair
@knows("q")
def firms(request: HttpRequest) -> HttpResponse:
    """Firms by name, pinyin or code; a bar code leads to the page of its product."""
    text = request.GET.get("q", "").strip()[:60]
    digits = text.replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) in BARCODES and registry.product_by_gtin(gtin=digits):
        return redirect("portal:pack", digits.zfill(14))
    key = ("firms", text, get_language())
    found = recent.made(key, lambda: registry.public_find(text=text), small=True) if text else None
    return render(request, "directory/firms.html", {"section": "firms", "q": text, "found": found})


@require_safe
@fair
@knows()
def firm(request: HttpRequest, code: str) -> HttpResponse:
    """All that is public of a firm today, to read, to print, or to reach by the code that it can put up."""
    name, address, file = recent.made(("file of a firm", code, get_language()), lambda: _written(code), small=True)
    if address != code:
        return redirect("directory:firm", address)
    return render(request, "directory/firm.html", {"section": "firms", "name": name, "file": file})


def _written(code: str) -> tuple[str, str, str]:
    """The name of a firm, what stands for it in addresses, and its public file as a piece of a page."""
    found = queries.firm_of(code)
    address = queries.address_of(found)
    if address != code:
        return found.name, address, ""
    file = queries.file_of(found, on=clock.today())
    return found.name, address, render_to_string("directory/file.html", {"file": file, "address": address})


@require_safe
@fair
@knows()
@cache_control(public=True, max_age=86400)
def firm_code(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code of a firm's public page, as a picture."""
    path = reverse("directory:firm", args=[queries.address_of(queries.firm_of(code))])
    return HttpResponse(pictures.code_picture(request.build_absolute_uri(path)), content_type="image/svg+xml")
