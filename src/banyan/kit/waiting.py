"""Uploaded files that wait, kept by their digest: while a refused form is asked again, or with a late entry."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from banyan.kit.durable import write_durably
from banyan.kit.refusals import Refused

MOST_BYTES = 40 * 2**20
KEPT_SECONDS = 24 * 3600
FIELD = "waiting"
SALT = "banyan.kit.waiting"

Told = dict[str, Any]
"""A file as it is told: its digest, name, type and size."""


def told(file: File) -> Told:
    """What is told of a file; it is read to its end and set back to its beginning."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    media_type = getattr(file, "content_type", None) or "application/octet-stream"
    name = Path(file.name or "").name[-160:]
    return {"digest": digest.hexdigest(), "name": name, "type": media_type, "size": file.size}


def hold(files: Iterable[File]) -> list[Told]:
    """Keep files under their digests, each once. Raises Refused where they are too large to wait together."""
    given = [(file, told(file)) for file in files]
    if sum(one["size"] for _file, one in given) > MOST_BYTES:
        raise Refused(
            _("%(count)d files were to wait until the period is open.") % {"count": len(given)},
            _("Together they have more than %(most)d MB.") % {"most": MOST_BYTES // 2**20},
            _("Send fewer of them, or smaller copies."),
            code="too-much-to-wait",
        )
    for file, one in given:
        path = _path(one["digest"])
        if path.exists():
            path.touch()
        else:
            write_durably(path, lambda part, file=file: _copy(file, part))  # type: ignore[misc]
    return [one for _file, one in given]


def opened(said: Mapping[str, Any]) -> SimpleUploadedFile:
    """A file that waits, as a form gets one. Raises FileNotFoundError where it is gone."""
    return SimpleUploadedFile(said["name"], _path(said["digest"]).read_bytes(), said["type"])


def ticket(files: Mapping[str, Iterable[File]]) -> str:
    """Keep the files of a refused form; a signed text by which the form, sent again, brings them with it."""
    names = [(field, file) for field, several in files.items() for file in several]
    held = hold([file for _field, file in names])
    return signing.dumps([[field, one] for (field, _file), one in zip(names, held, strict=True)], salt=SALT)


def files_of(request: HttpRequest) -> MultiValueDict[str, Any]:
    """The files of a form that was sent: those chosen now, else those that a ticket of its last try names."""
    files: MultiValueDict[str, Any] = request.FILES.copy()
    try:
        kept = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return files
    for field, said in kept:
        if field not in request.FILES and _path(said["digest"]).exists():
            files.appendlist(field, opened(said))
    return files


def sweep(wanted: Collection[str]) -> int:
    """Remove the files that nobody waits for and that no form of the last day may name; how many."""
    gone = 0
    for path in _folder().glob("*"):
        if path.name not in wanted and time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _copy(file: File, part: Path) -> None:
    with part.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    file.seek(0)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "waiting"


def _path(digest: str) -> Path:
    return _folder() / digest
