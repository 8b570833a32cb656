"""Personal fields: sealed under one key per subject, so that destroying the key purges every copy."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.refusals import Refused

BATCH = 2000
PREFIX = "sealed:1:"
MASTER_KEY_FILE = "master.key"


def seal_fields(records: Sequence[Any]) -> None:
    """Seal the personal fields of records of one noun, in place; what is sealed already stays as it is."""
    names = records[0].personal if records else ()
    if not names:
        return
    open_ones = [one for one in records if any(_is_open(getattr(one, name)) for name in names)]
    if not open_ones:
        return
    keys = _subject_keys([subject_of(one) for one in open_ones])
    for one in open_ones:
        subject = subject_of(one)
        for name in names:
            if _is_open(text := getattr(one, name)):
                setattr(one, name, _seal(keys[subject], subject, text))


def subject_of(record: Any) -> str:
    """The subject whose key seals a record's personal fields."""
    return f"{record.noun}:{record.pk}"


def purge(*, subject: str) -> None:
    """Destroy the key of a subject: every sealed copy, in registers, versions, events, is unreadable from now."""
    from banyan.kit.models import SubjectKey

    SubjectKey.objects.filter(subject=subject).update(wrapped="", destroyed_at=clock.now())


def _seal(key: bytes, subject: str, text: str) -> str:
    nonce = os.urandom(12)
    cipher = AESGCM(key).encrypt(nonce, text.encode(), subject.encode())
    return PREFIX + base64.urlsafe_b64encode(nonce + cipher).decode()


def _is_open(text: str) -> bool:
    return bool(text) and not text.startswith(PREFIX)


def unseal(*, subject: str, token: str) -> str | None:
    """The personal text again, or None once the key of its subject has been destroyed."""
    if not token.startswith(PREFIX):
        return token
    from banyan.kit.models import SubjectKey

    row = SubjectKey.objects.filter(subject=subject).first()
    if row is None or row.destroyed_at is not None:
        return None
    raw = base64.urlsafe_b64decode(token.removeprefix(PREFIX))
    try:
        return AESGCM(_unwrap(row.wrapped, subject)).decrypt(raw[:12], raw[12:], subject.encode()).decode()
    except InvalidTag:
        return None


def sealed_content(*, subject: str, content: bytes) -> bytes:
    """The content of a file, sealed under the key of a subject: it ends with that key."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_subject_keys([subject])[subject]).encrypt(nonce, content, subject.encode())


def unsealed_content(*, subject: str, content: bytes) -> bytes | None:
    """The content of a sealed file again, or None once the key of its subject has been destroyed."""
    from banyan.kit.models import SubjectKey

    row = SubjectKey.objects.filter(subject=subject, destroyed_at=None).first()
    if row is None:
        return None
    return AESGCM(_unwrap(row.wrapped, subject)).decrypt(content[:12], content[12:], subject.encode())


def mark_of(text: str) -> str:
    """A keyed mark of a text, such as a telephone number: equal texts have equal marks, whatever the width of their
    digits, and nobody without the installation's key can tell the text from the mark or try numbers until one fits.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return hmac.new(_master_key(), b"mark:" + plain.encode(), hashlib.sha256).hexdigest()[:32] if plain else ""


def mask_number(number: str) -> str:
    """A telephone number for lists: the first three and the last two digits."""
    return number[:3] + "*" * max(len(number) - 5, 0) + number[-2:] if len(number) > 5 else "*" * len(number)


TELLING = re.compile(
    r"(?<!\d)\d{17}[\dXx](?!\d)"  # identity number
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile telephone
    r"|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"  # telephone with area code
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # address of mail
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. ]?[A-Z0-9]{5,6}"  # number plate
)


def screened(text: str, *, names: Iterable[str] = ()) -> str:
    """A text without what tells who wrote it: numbers, addresses of mail, plates, and the names given."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, mask(name) if len(name) < 7 else mask_number(name))
    return TELLING.sub("***", text)


def mask(name: str) -> str:
    """A person's name for the public: the family name, the rest as stars."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def _subject_keys(subjects: list[str]) -> dict[str, bytes]:
    """The open keys of subjects; missing ones are made. A destroyed key refuses."""
    from banyan.kit.models import SubjectKey

    keys: dict[str, bytes] = {}
    for start in range(0, len(subjects), BATCH):
        part = subjects[start : start + BATCH]
        for row in SubjectKey.objects.filter(subject__in=part):
            if row.destroyed_at is not None:
                raise Refused(
                    _("Personal data of %(subject)s were to be stored.") % {"subject": row.subject},
                    _("They were purged and their key was destroyed."),
                    _("Enter the person as a record of its own."),
                )
            keys[row.subject] = _unwrap(row.wrapped, row.subject)
        fresh = {subject: AESGCM.generate_key(bit_length=256) for subject in part if subject not in keys}
        SubjectKey.objects.bulk_create(
            SubjectKey(subject=subject, wrapped=_wrap(key, subject)) for subject, key in fresh.items()
        )
        keys |= fresh
    return keys


def _wrap(key: bytes, subject: str) -> str:
    nonce = os.urandom(12)
    return base64.b64encode(nonce + AESGCM(_master_key()).encrypt(nonce, key, subject.encode())).decode()


def _unwrap(wrapped: str, subject: str) -> bytes:
    raw = base64.b64decode(wrapped)
    return AESGCM(_master_key()).decrypt(raw[:12], raw[12:], subject.encode())


def _master_key() -> bytes:
    """The installation's key: from the environment, else a file that only its owner may read."""
    return key_from(os.environ.get("BANYAN_MASTER_KEY", ""), Path(settings.BANYAN_DATA_DIR) / MASTER_KEY_FILE)


@functools.lru_cache(maxsize=4)
def key_from(environment: str, path: Path) -> bytes:
    """A key of 32 bytes: from the environment (base64), else from a file that is made where there is none."""
    if environment:
        return base64.b64decode(environment)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(AESGCM.generate_key(bit_length=256)))
            file.flush()
            os.fsync(file.fileno())
    return base64.b64decode(path.read_bytes())
