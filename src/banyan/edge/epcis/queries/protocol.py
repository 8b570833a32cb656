"""What is spoken: versions, languages, page tokens and errors of EPCIS' REST interface."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import orjson
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from banyan import epcis
from banyan.kit import clock
from banyan.kit.refusals import BadRequest, Refused

VERSION, LOWEST, HIGHEST = "2.0.0", "1.1.0", "2.0.1"
CBV_VERSION, CBV_LOWEST, CBV_HIGHEST = "2.0.0", "1.1.0", "2.0.0"
JSON, JSON_LD, XML = "application/json", "application/ld+json", "application/xml"
LANGUAGES = (JSON, JSON_LD, XML, "text/xml")
EPC_FORMATS = ("Always_GS1_Digital_Link", "No_Preference", "Never_Translates")
WORD_FORMATS = ("Always_URN", "No_Preference")
TOKEN_LIVES = timedelta(hours=1)
TOKENS = "epcis.page"
PER_PAGE, MOST_PER_PAGE = 30, 1000
WRITTEN = "GS1 EPCIS 2.0, 12"


class NotAcceptable(Refused):
    """What was asked for in a header cannot be answered in that form or version."""

    code, status = "not-acceptable", 406


class UnsupportedMediaType(Refused):
    """A document came in a language that is not read."""

    code, status = "unsupported-media-type", 415


class TooMany(Refused):
    """More events answer the question than it allows, or the document is larger than is taken."""

    code, status = "too-large", 413


def most_bytes() -> int:
    """How large a document may be that is captured at once."""
    return int(min(settings.BANYAN_UPLOAD_MB * 2**20, epcis.BYTES_OF_A_DOCUMENT))


# ---------------------------------------------------------------- headers


def headers_of(*, allow: Sequence[str] = ()) -> dict[str, str]:
    """The headers of every answer; with `allow` those that tell what the address can do."""
    spoken = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": CBV_VERSION, "GS1-Extensions": ""}
    if not allow:
        return spoken
    told = {
        "Allow": ", ".join(("OPTIONS", *allow)),
        "GS1-EPCIS-Min": LOWEST,
        "GS1-EPCIS-Max": HIGHEST,
        "GS1-CBV-Min": CBV_LOWEST,
        "GS1-CBV-Max": CBV_HIGHEST,
        "GS1-EPC-Format": ", ".join(EPC_FORMATS),
        "GS1-CBV-XML-Format": ", ".join(WORD_FORMATS),
        "GS1-Vendor-Version": importlib.metadata.version("banyan"),
    }
    return spoken | told


def capture_headers() -> dict[str, str]:
    """What a sender has to know before it captures."""
    return {
        "GS1-EPCIS-Capture-File-Size-Limit": str(most_bytes()),
        "GS1-Capture-Error-Behaviour": "all",
        "GS1-EPCIS-Capture-Error-Behaviour": "all",
    }


def demand_versions(headers: Mapping[str, str]) -> None:
    """Raise NotAcceptable where a client wants versions of EPCIS or CBV that are not spoken here."""
    for name, low, high in (("EPCIS", LOWEST, HIGHEST), ("CBV", CBV_LOWEST, CBV_HIGHEST)):
        wants = {bound: headers.get(f"GS1-{name}-{bound}", "") for bound in ("Version", "Min", "Max")}
        for bound, value in wants.items():
            if value and not re.fullmatch(r"\d+(\.\d+){0,2}", value):
                raise BadRequest(
                    _("GS1-%(name)s-%(bound)s was given as “%(value)s”.")
                    % {"name": name, "bound": bound, "value": value},
                    _("That is no version."), _("Write it as 2.0.0."), WRITTEN,
                )  # fmt: skip
        least, most = wants["Min"] or wants["Version"], wants["Max"] or wants["Version"]
        if (least and _parts(least) > _parts(high)) or (most and _parts(most) < _parts(low)):
            raise NotAcceptable(
                _("%(name)s from %(least)s to %(most)s was asked for.")
                % {"name": name, "least": least or "…", "most": most or "…"},
                _("Spoken here: %(low)s to %(high)s.") % {"low": low, "high": high},
                _("Ask for a version between them."), WRITTEN,
            )  # fmt: skip


def _parts(version: str) -> tuple[int, ...]:
    parts = tuple(int(part) for part in version.split("."))
    return parts + (0,) * (3 - len(parts))


def chosen(headers: Mapping[str, str], offered: Sequence[str] = LANGUAGES) -> str:
    """The language of the answer by the Accept header. Raises NotAcceptable where none of them is spoken."""
    accept = headers.get("Accept", "") or "*/*"
    wanted = []
    for number, part in enumerate(accept.split(",")):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        share = float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else 0.0
        if share > 0:
            wanted.append((-share, number, kind.lower()))
    for _share, _number, kind in sorted(wanted):
        for one in offered:
            if kind in (one, "*/*") or (kind.endswith("/*") and one.startswith(kind[:-1])):
                return one
    raise NotAcceptable(
        _("The answer was asked for as %(accept)s.") % {"accept": accept[:120]}, _("It is not given in that form."),
        _("Ask for one of: %(offered)s.") % {"offered": ", ".join(offered)}, WRITTEN,
    )  # fmt: skip


def epc_format(headers: Mapping[str, str]) -> str:
    """How identifiers are to be written. Raises NotAcceptable for URNs, which cannot be made of every link."""
    return _format(headers, "GS1-EPC-Format", EPC_FORMATS)


def demand_word_format(headers: Mapping[str, str]) -> None:
    """Raise NotAcceptable for words of CBV in XML in another form than the URN."""
    _format(headers, "GS1-CBV-XML-Format", WORD_FORMATS)


def _format(headers: Mapping[str, str], name: str, known: Sequence[str]) -> str:
    found = headers.get(name, "") or known[0]
    if found not in known:
        raise NotAcceptable(
            _("%(name)s was given as “%(value)s”.") % {"name": name, "value": found},
            _("It is not given in that form."), _("Ask for one of: %(offered)s.") % {"offered": ", ".join(known)},
            WRITTEN,
        )  # fmt: skip
    return found


# ---------------------------------------------------------------- page tokens


def token_of(after: str, question: str) -> str:
    """A token for the next page of a question. It holds the place itself, so nothing is kept for it."""
    return signing.dumps([after, _digest(question)], salt=TOKENS)


def place_of(token: str, question: str) -> str:
    """Where the page of a token begins. Raises BadRequest for a token of another question, or one that is too old."""
    if not token:
        return ""
    try:
        after, asked = signing.loads(token, salt=TOKENS, max_age=TOKEN_LIVES)
    except signing.BadSignature:
        asked, after = "", ""
    if asked != _digest(question):
        raise BadRequest(
            _("A next page was asked for."),
            _("The token is none of ours, of another question, or older than an hour."),
            _("Ask for the first page again."), WRITTEN,
        )  # fmt: skip
    return str(after)


def expiry() -> datetime:
    """When a token that is given now ends."""
    return clock.now() + TOKEN_LIVES


def _digest(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:16]


# ---------------------------------------------------------------- errors

BY_STATUS = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    405: "ImplementationException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    415: "UnsupportedMediaTypeException",
    500: "ImplementationException",
    501: "ImplementationException",
}
BY_CODE = {
    "bad-request": "QueryParameterException",
    "bad-identifier": "QueryParameterException",
    "wrong-query": "QueryValidationException",
    "no-such-query": "NoSuchNameException",
    "no-such-subscription": "NoSuchNameException",
    "subscription": "SubscriptionControlsException",
    "too-many-events": "QueryTooLargeException",
    "too-many-elements": "QueryTooLargeException",
}


def plain(value: Any) -> str:
    """A text as XML holds it, without the characters that it lacks."""
    return escape(epcis.NOT_IN_XML.sub("\ufffd", str(value)))


def problem(language: str, *, status: int, code: str, title: str, detail: str, **more: Any) -> tuple[bytes, str]:
    """An error as RFC 9457 has it, with the name that EPCIS gives it, in JSON or XML, and its media type."""
    content = {
        "type": f"epcisException:{BY_CODE.get(code) or BY_STATUS.get(status, 'ImplementationException')}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if language.endswith("xml"):
        parts = "".join(f"<{name}>{plain(value)}</{name}>" for name, value in content.items())
        text = f'<epcis:EPCISException xmlns:epcis="urn:epcglobal:epcis:xsd:2">{parts}</epcis:EPCISException>'
        return text.encode(), "application/problem+xml"
    return orjson.dumps(content | more), "application/problem+json"
