"""Evidence: pictures and papers of a visit, checked, bounded, with their digest; the place kept or taken out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from banyan.kit import Refused
from banyan.kit.pictures import NoPicture, examined, without_place
from banyan.kit.verbs import Deed, verb
from banyan.records.inspection.models import Evidence, Sample, Task
from banyan.records.inspection.queries import terms

PAPERS = (Evidence.Kind.FORM, Evidence.Kind.PROOF, Evidence.Kind.REPORT)
MOST_FILES = 40
MOST_BYTES = 10 * 2**20


@verb("inspection.evidence.added", right="inspection.sample")
def add_evidence(
    deed: Deed,
    *,
    files: Sequence[Any],
    kind: str = Evidence.Kind.PHOTO,
    sample: Sample | None = None,
    task: Task | None = None,
) -> Sequence[Evidence]:
    """Keep files (uploaded) as evidence of a sample or task: JPEG or PNG, for papers also PDF."""
    return keep_files(deed, files=files, kind=kind, sample=sample, task=task)


@verb("inspection.evidence.withdrawn", right="inspection.amend")
def withdraw_evidence(deed: Deed, *, evidence: Evidence) -> Evidence:
    """Withdraw a picture or paper, with a reason; the file stays, for it was part of the record."""
    terms.demand_reason(deed.reason, _("Withdrawing evidence"))
    return deed.withdraw(evidence)


def keep_files(
    deed: Deed, *, files: Sequence[Any], kind: str, sample: Sample | None, task: Task | None
) -> Sequence[Evidence]:
    """Check and keep files within another verb's deed. Raises NoPicture, or Refused for too many or a repeat."""
    standing = Evidence.objects.filter(sample=sample, task=task)
    known = set(standing.values_list("digest", flat=True))
    if len(known) + len(files) > MOST_FILES:
        raise Refused(
            _("%(count)s files were handed in.") % {"count": len(files)},
            _("One record keeps at most %(most)s.") % {"most": MOST_FILES},
            _("Choose those that show what matters."),
            code="too-many-files",
        )
    keeps_place, _where = terms.value("spot_check.keeps_place_of_pictures", on=deed.on)
    kept = []
    for number, file in enumerate(files, start=len(known) + 1):
        one = _examined(file, kind, keeps_place=bool(keeps_place))
        if one.digest in known:
            raise Refused(
                _("“%(name)s” was handed in.") % {"name": one.name},
                _("The same file is kept already."),
                _("Leave it out."),
                code="file-twice",
            )
        known.add(one.digest)
        owner = sample or task
        one.key = f"{owner.pk if owner else 'e'}.e{number}-{one.digest[:8]}"
        one.sample, one.task, one.kind, one.taken_on = sample, task, kind, deed.on
        deed.add(one)
        kept.append(one)
    return kept


def _examined(file: Any, kind: str, *, keeps_place: bool) -> Evidence:
    name = str(file.name)[-160:]
    content = file.read(MOST_BYTES + 1)
    if kind in PAPERS and content.startswith(b"%PDF-"):
        if len(content) > MOST_BYTES:
            raise NoPicture(
                _("The paper “%(name)s” was handed in.") % {"name": name},
                _("It has more than %(most)s MB.") % {"most": MOST_BYTES // 2**20},
                _("Hand in a smaller copy."),
            )
        found = Evidence(media_type="application/pdf")
        ending = "pdf"
    else:
        picture = examined(content, name=name)
        content = content if keeps_place else without_place(content)
        found = Evidence(media_type=picture.media_type)
        if keeps_place:
            found.latitude, found.longitude = picture.latitude, picture.longitude
        ending = "png" if picture.media_type == "image/png" else "jpg"
    found.name, found.size = name, len(content)
    found.digest = hashlib.sha256(content).hexdigest()
    found.file.save(f"{found.digest}.{ending}", ContentFile(content), save=False)
    return found
