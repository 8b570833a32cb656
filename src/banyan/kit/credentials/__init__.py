"""Verifiable credentials (W3C VC 2.0) secured by JOSE (`vc+jwt`, ES256), and Bitstring Status Lists to revoke them.

The issuer's key is made and kept like that of the public log: from the environment, else a file of its owner's alone.
"""

from __future__ import annotations

import base64
import functools
import gzip
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from joserfc import jws
from joserfc.jwk import ECKey

from banyan.kit import privacy

ALGORITHM, TYPE = "ES256", "vc+jwt"
MEDIA_TYPE = "application/vc+jwt"
CONTEXT = "https://www.w3.org/ns/credentials/v2"
KEY_FILE = "credentials.key"
LIST_LENGTH = 131_072
"""Bits of a status list: the least that the recommendation allows, so that a place tells nothing."""
SCRIPT = Path(__file__).parent / "verify.py"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def signed(claims: Mapping[str, Any]) -> str:
    """A credential as a compact JWS."""
    key = _key()
    header = {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": TYPE, "cty": "vc"}
    content = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, content, key, algorithms=[ALGORITHM])


def key_set() -> dict[str, Any]:
    """The public key of the issuer, as a JWK set."""
    key = _key()
    named = {"kid": key.thumbprint(), "alg": ALGORITHM, "use": "sig"}
    return {"keys": [{**key.as_dict(private=False), **named}]}


def status_list(
    *, address: str, issuer: Any, revoked: Iterable[int], at: datetime, until: datetime
) -> dict[str, Any]:
    """The claims of a status list: bit N, from the left, is set where the credential of place N is revoked."""
    return {
        "@context": [CONTEXT], "id": address, "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer, "validFrom": instant(at), "validUntil": instant(until),
        "credentialSubject": {
            "id": f"{address}#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
    }  # fmt: skip


def status_entry(*, address: str, place: int) -> dict[str, str]:
    """Where a credential is looked for in a status list."""
    return {"id": f"{address}#{place}", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": str(place), "statusListCredential": address}  # fmt: skip


def encoded(places: Iterable[int]) -> str:
    """The bits of a status list: gzip, then base64url, marked by a `u` as multibase asks for."""
    bits = bytearray(LIST_LENGTH // 8)
    for place in places:
        bits[place // 8] |= 128 >> place % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()


def instant(at: datetime) -> str:
    """A point in time as credentials write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def script() -> str:
    """The outsider's script; it needs `cryptography` and nothing of ours."""
    return SCRIPT.read_text(encoding="utf-8")


def _key() -> ECKey:
    raw = privacy.key_from(os.environ.get("BANYAN_CREDENTIAL_KEY", ""), Path(settings.BANYAN_DATA_DIR) / KEY_FILE)
    return _key_of(raw)


@functools.lru_cache(maxsize=4)
def _key_of(raw: bytes) -> ECKey:
    """The private key on P-256 that 32 random bytes stand for."""
    private = ec.derive_private_key(int.from_bytes(raw) % (ORDER - 1) + 1, ec.SECP256R1())
    key: ECKey = ECKey.import_key(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key
