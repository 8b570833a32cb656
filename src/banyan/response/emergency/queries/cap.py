"""A bulletin as CAP 1.2: the Common Alerting Protocol of OASIS, as other systems of warning read it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from lxml import etree

from banyan.base.registry.queries import code_on
from banyan.kit import clock
from banyan.kit.texts import legible
from banyan.response.emergency.models import Bulletin
from banyan.response.emergency.models.words import kind_in_words, roles_in_words
from banyan.response.emergency.queries.plans import category_of

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
LANGUAGES = {"zh-hans": "zh-CN", "en": "en-US"}
NOT_IN_NAMES = re.compile(r"[\s,<&]+")
"""What the standard forbids in `sender` and `identifier`."""


def cap_of(bulletin: Bulletin, *, page: str = "", photo: str = "") -> bytes:
    """The bulletin as a CAP message in the language of the city, sent by the site: the same bytes for everybody.

    An exercise has the status Exercise and is never Public. `page` and `photo` are the paths where people find both.
    """
    with translation.override(settings.LANGUAGE_CODE):
        alert = _alert(bulletin, urlsplit(settings.BANYAN_ADDRESS).netloc, page, photo)
    written: bytes = etree.tostring(alert, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _alert(bulletin: Bulletin, sender: str, page: str, photo: str) -> Any:
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    is_open = bulletin.is_public and not bulletin.is_drill
    _add(alert, "identifier", NOT_IN_NAMES.sub("_", bulletin.number))
    _add(alert, "sender", NOT_IN_NAMES.sub("_", sender))
    _add(alert, "sent", moment(bulletin.issued_at))
    _add(alert, "status", "Exercise" if bulletin.is_drill else "Actual")
    _add(alert, "msgType", bulletin.sort)
    _add(alert, "scope", "Public" if is_open else "Restricted")
    if not is_open:
        _add(alert, "restriction", roles_in_words(bulletin.roles) or "—")
    if bulletin.is_drill:
        _add(alert, "note", bulletin.activation.title if bulletin.activation else "Exercise")
    if bulletin.replaces is not None:
        before = bulletin.replaces
        _add(alert, "references", ",".join(
            (NOT_IN_NAMES.sub("_", sender), NOT_IN_NAMES.sub("_", before.number), moment(before.issued_at))
        ))  # fmt: skip
    address, picture = (settings.BANYAN_ADDRESS + path if path else "" for path in (page, photo))
    _inform(etree.SubElement(alert, f"{{{NAMESPACE}}}info"), bulletin, sender, address, picture)
    return alert


def moment(at: datetime) -> str:
    """A moment as the standard writes it: whole seconds, and the offset as -00:00 where it is none."""
    said = at.astimezone(clock.zone()).replace(microsecond=0).isoformat()
    return f"{said[:-6]}-00:00" if said.endswith("+00:00") else said


def _inform(info: Any, bulletin: Bulletin, sender: str, address: str, photo: str) -> None:
    day: date = bulletin.issued_on
    _add(info, "language", LANGUAGES.get(settings.LANGUAGE_CODE.lower(), settings.LANGUAGE_CODE))
    _add(info, "category", category_of(bulletin.kind, on=day))
    _add(info, "event", kind_in_words(bulletin.kind))
    _add(info, "responseType", "AllClear" if bulletin.sort == Bulletin.Sort.CANCEL else "Execute")
    _add(info, "urgency", bulletin.urgency)
    _add(info, "severity", bulletin.severity)
    _add(info, "certainty", bulletin.certainty)
    if bulletin.roles and (bulletin.is_drill or not bulletin.is_public):
        _add(info, "audience", roles_in_words(bulletin.roles))
    _add(info, "effective", moment(bulletin.issued_at))
    _add(info, "expires", moment(bulletin.expires_at))
    _add(info, "senderName", sender)
    _add(info, "headline", bulletin.headline)
    _add(info, "description", bulletin.description)
    _add(info, "instruction", bulletin.measures)
    if address:
        _add(info, "web", address)
    _add(info, "contact", bulletin.contact)
    for name in ("product_name", "brand", "model", "lots", "gtin"):
        if bulletin.is_of_goods and (value := getattr(bulletin, name)):
            _named(info, "parameter", name, value)
    if photo and bulletin.photo:
        resource = etree.SubElement(info, f"{{{NAMESPACE}}}resource")
        _add(resource, "resourceDesc", bulletin.product_name or bulletin.headline)
        _add(resource, "mimeType", bulletin.photo_type)
        _add(resource, "uri", photo)
    area = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(area, "areaDesc", bulletin.area)
    if code := code_on(region=bulletin.county, on=day):
        _named(area, "geocode", "GB/T 2260", code.code)


def _named(parent: Any, tag: str, name: str, value: str) -> None:
    found = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    _add(found, "valueName", name)
    _add(found, "value", value)


def _add(parent: Any, tag: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}").text = legible(text)
