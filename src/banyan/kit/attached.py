"""Files that are attached to a record as evidence: a JPEG, PNG or PDF by its content, whole, with its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from banyan.kit.pictures import examined
from banyan.kit.refusals import BadRequest

MOST_BYTES = 10 * 2**20
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class NoEvidence(BadRequest):
    """The file is none that is kept as evidence."""

    code = "no-evidence"


@dataclass(frozen=True)
class Attached:
    """A file that was handed in: its name, its bytes and what they are, and whether it says where it was taken."""

    name: str
    content: bytes
    media_type: str
    has_place: bool

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.content).hexdigest()

    def keep_in(self, record: Any) -> None:
        """Lay the file down in a record that has `file`, `name`, `media_type`, `size` and `digest`."""
        record.name, record.media_type, record.size = self.name, self.media_type, len(self.content)
        record.file.save(f"{record.digest}.{ENDINGS[self.media_type]}", ContentFile(self.content), save=False)


def attached(file: Any) -> Attached:
    """What was handed in, told by its bytes and not by its name. Raises NoEvidence or NoPicture for anything else."""
    content, name = file.read(MOST_BYTES + 1), str(file.name)[-160:]
    if not content.startswith(b"%PDF-"):
        picture = examined(content, name=name)
        return Attached(name, content, picture.media_type, picture.latitude is not None)
    if len(content) > MOST_BYTES or b"%%EOF" not in content[-2048:]:
        raise NoEvidence(
            _("The paper “%(name)s” was handed in.") % {"name": name},
            _("It has more than %(most)s MB, or it is cut off.") % {"most": MOST_BYTES // 2**20},
            _("Hand in a smaller or whole copy."),
        )
    return Attached(name, content, "application/pdf", has_place=False)
