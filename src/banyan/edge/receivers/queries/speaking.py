"""A change as it goes over the wire: CloudEvents in one document or by headers, and the signature over all of it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson

STRUCTURED = "application/cloudevents+json; charset=utf-8"
PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
SIGNATURE = "Banyan-Signature"


def body_of(content: Any) -> bytes:
    """JSON in which Chinese stays readable; days and amounts are text."""
    return orjson.dumps(content, default=str)


def message(event: Mapping[str, Any], *, form: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of an event, in the form that its receiver wants."""
    if form != "binary":
        return {"Content-Type": STRUCTURED}, body_of(event)
    context = {name: value for name, value in event.items() if name not in ("data", "datacontenttype")}
    told = {f"ce-{name}": quote(str(value), safe=PRINTABLE) for name, value in context.items()}
    return {"Content-Type": event["datacontenttype"]} | told, body_of(event["data"])


def signed(secret: str, *, headers: Mapping[str, str], body: bytes, seconds: int) -> dict[str, str]:
    """The headers with the signature: HMAC with SHA-256 over the instant, what the headers tell, and the body."""
    code = hmac.new(secret.encode(), _signed_text(headers, body, seconds), hashlib.sha256).hexdigest()
    return {**headers, SIGNATURE: f"t={seconds},v1={code}"}


def _signed_text(headers: Mapping[str, str], body: bytes, seconds: int) -> bytes:
    """What is signed, line by line; docs/how-to/verify_changes.py says the same with the standard library alone."""
    lower = {name.lower(): value for name, value in headers.items()}
    lines = [str(seconds), lower["content-type"], *(f"{name}:{lower[name]}" for name in sorted(lower) if
             name.startswith("ce-"))]  # fmt: skip
    return "\n".join(lines).encode() + b"\n\n" + body
