"""Pages of the directory: the search of firms, a firm's public file, and the code that leads to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from banyan.base.registry import queries as registry
from banyan.edge.directory import queries
from banyan.kit import clock, pictures
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
    found = registry.public_find(text=text) if text else None
    return render(request, "directory/firms.html", {"section": "firms", "q": text, "found": found})


@require_safe
@fair
@knows()
def firm(request: HttpRequest, code: str) -> HttpResponse:
    """All that is public of a firm today, to read, to print, or to reach by the code that it can put up."""
    found = queries.firm_of(code)
    if (address := queries.address_of(found)) != code:
        return redirect("directory:firm", address)
    context = {"section": "firms", "file": queries.file_of(found, on=clock.today()), "address": address}
    return render(request, "directory/firm.html", context)


@require_safe
@fair
@knows()
@cache_control(public=True, max_age=86400)
def firm_code(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code of a firm's public page, as a picture."""
    path = reverse("directory:firm", args=[queries.address_of(queries.firm_of(code))])
    return HttpResponse(pictures.code_picture(request.build_absolute_uri(path)), content_type="image/svg+xml")
