"""Check that a message of changes is ours, whole and fresh. Standard library alone; copy it into your own system.

    python verify_changes.py headers.json body.bin SECRET

`headers.json` holds the headers of the request as one object. Ends with 0 if the message is genuine.
"""

import hashlib
import hmac
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

WITHIN = 300  # seconds: an older message may be one that somebody kept and sends again


def is_genuine(headers: Mapping[str, str], body: bytes, secret: str, now: float | None = None) -> bool:
    """Whether the signature fits headers and body, and was made within five minutes of `now`."""
    lower = {name.lower(): value for name, value in headers.items()}
    parts = dict(part.split("=", 1) for part in lower.get("banyan-signature", "").split(",") if "=" in part)
    said, code = parts.get("t", ""), parts.get("v1", "")
    if not said.isdecimal() or abs((time.time() if now is None else now) - int(said)) > WITHIN:
        return False
    about = sorted(name for name in lower if name.startswith("ce-"))
    lines = [said, lower.get("content-type", ""), *(f"{name}:{lower[name]}" for name in about)]
    signed = "\n".join(lines).encode() + b"\n\n" + body
    return hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), code)


if __name__ == "__main__":
    told, content, key = sys.argv[1:4]
    sys.exit(0 if is_genuine(json.loads(Path(told).read_text()), Path(content).read_bytes(), key) else 1)
