"""Verify a credential of quality credit from files, without its issuer; needs Python 3.9 and `cryptography`.

    python verify_credential.py credential.jwt jwks.json status.jwt
    python verify_credential.py credential.jwt jwks.json status.jwt 2026-03-31T00:00:00Z    as of then

`jwks.json` is the issuer's `/.well-known/jwks.json`, `status.jwt` what stands at the address that the credential
names as its status list; take both from the issuer yourself. It prints what the credential says and what fails of it:
form, altered, unknown-key, not-yet-valid, expired, revoked, status-form, status-altered, status-unknown-key,
status-of-another, status-expired.
It ends with 0 where nothing does and with 1 where something does.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import sys
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

LONGEST_LIST = 2**24  # bytes of a status list once unpacked


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text: str) -> int:
    return int.from_bytes(unpacked(text), "big")


def opened(token: str, keys: Any) -> tuple[dict[str, Any], list[str]]:
    """What a token says, and what fails of its form and signature."""
    try:
        head, body, signature = token.strip().split(".")
        header, claims = json.loads(unpacked(head)), json.loads(unpacked(body))
        seal = unpacked(signature)
        is_form = header["alg"] == "ES256" and header["typ"] == "vc+jwt" and len(seal) == 64
        if not is_form or "crit" in header or not isinstance(claims, dict):
            return {}, ["form"]
    except (ValueError, KeyError, TypeError):
        return {}, ["form"]
    key = next((one for one in keys["keys"] if one.get("kid") == header.get("kid")), None)
    if key is None:
        return claims, ["unknown-key"]
    public = ec.EllipticCurvePublicNumbers(number(key["x"]), number(key["y"]), ec.SECP256R1()).public_key()
    pair = encode_dss_signature(int.from_bytes(seal[:32], "big"), int.from_bytes(seal[32:], "big"))
    try:
        public.verify(pair, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return claims, ["altered"]
    return claims, []


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def is_set(encoded: str, place: int) -> bool:
    """Whether a bit of a status list is set, counted from the left."""
    with gzip.GzipFile(fileobj=io.BytesIO(unpacked(encoded[1:]))) as packed:
        bits = packed.read(LONGEST_LIST)
    if not encoded.startswith("u") or not 0 <= place < 8 * len(bits):
        raise ValueError(place)
    return bool(bits[place // 8] & 128 >> place % 8)


def of_status(claims: dict[str, Any], status: dict[str, Any], now: datetime) -> list[str]:
    """What fails by the status list, whose signature holds."""
    try:
        entry, told = claims["credentialStatus"], status["credentialSubject"]
        is_same = status["id"] == entry["statusListCredential"] and status["issuer"] == claims["issuer"]
        if not is_same or told["statusPurpose"] != entry["statusPurpose"]:
            return ["status-of-another"]
        found = ["revoked"] if is_set(told["encodedList"], int(entry["statusListIndex"])) else []
        return found + (["status-expired"] if now > instant(status["validUntil"]) else [])
    except (KeyError, ValueError, TypeError, OSError, EOFError):
        return ["status-form"]


def verify(token: str, keys: Any, status: str, now: datetime) -> tuple[dict[str, Any], list[str]]:
    """What a credential says, and all that fails of it at a point in time."""
    claims, faults = opened(token, keys)
    if faults:
        return claims, faults
    try:
        if now < instant(claims["validFrom"]):
            faults.append("not-yet-valid")
        if now > instant(claims["validUntil"]):
            faults.append("expired")
    except (KeyError, ValueError, TypeError, AttributeError):
        return claims, ["form"]
    listed, wrong = opened(status, keys)
    if wrong:
        return claims, faults + [f"status-{one}" for one in wrong]
    return claims, faults + of_status(claims, listed, now)


def read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def main(given: list[str]) -> int:
    if len(given) not in (3, 4):
        print(__doc__)
        return 2
    now = instant(given[3]) if len(given) == 4 else datetime.now(UTC)
    claims, faults = verify(read(given[0]), json.loads(read(given[1])), read(given[2]), now)
    for name, value in claims.get("credentialSubject", {}).items():
        print(f"{name}: {value}")
    print(f"valid: {claims.get('validFrom')} to {claims.get('validUntil')}, issued by {claims.get('issuer')}")
    for fault in faults:
        print(f"FAILS: {fault}")
    if not faults:
        print("holds: signature, term, status list")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
