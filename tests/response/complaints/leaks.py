"""A run over an empty data folder in a process of its own: messages by form and clerk, notes, firm, facts, exports.

`test_personal_data.py` starts it and then reads every byte that it left behind.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

PLANTED = {
    "name": "尉迟琳琅试", "telephone": "13955512340", "contact": "weichi-planted@example.org",
    "words": "水壶漏电烫伤孩子，店主慕容老板不理，请打13955512340找尉迟琳琅试",
    "note": "承办人笔记：来信人情绪激动，单位电话059188887777",
    "later": "还没有解决，我叫尉迟琳琅试，另一电话13955567890",
}  # fmt: skip
FRAGMENTS = (
    *("尉迟琳琅试", "慕容老板", "13955512340", "13955567890", "059188887777"),
    *("weichi-planted", "情绪激动", "水壶漏电烫伤"),
)
SPOKEN = "we take it back"
"""What is no secret and does lie on the disk: by it the search is known to find."""
DAY = date(2025, 6, 3)


def main(folder: Path) -> None:
    """Do the run: what a city would do with one message of each way."""
    import django

    django.setup()
    from django.test import Client
    from tests.town import make_city, make_people

    from banyan.config.daily import daily
    from banyan.kit import clock, tables

    tables.make_missing()
    with clock.fixed_at(DAY):
        city, people = make_city(), make_people()
        said = {name: PLANTED[name] for name in ("name", "telephone", "contact", "words")}
        said |= {"tracks": ["complaint", "report"], "county": "gulou", "product_name": "电水壶"}
        public = Client(headers={"accept-language": "en"})
        refused = public.post("/complaints/", {**said, "telephone": ""})
        assert refused.status_code == 422, refused.status_code
        address = public.post("/complaints/", said).url
        office = Client(headers={"accept-language": "en"})
        office.force_login(people.officer_gulou)
        form = office.post("/office/complaints/complaint/new/file_message/", {**said, "channel": "telephone"})
        assert form.status_code == 302, form.content.decode()[:2000]
        _handled(city, people, public, address)
        for number, key in enumerate(_keys()):
            office.get(f"/office/complaints/{key}/opened/")
            office.get(f"/office/complaints/complaint/{key}/change/")
            for kind in ("csv", "xlsx"):
                file = office.get("/office/complaints/complaint/export/", {"as": kind})
                (folder / f"export-{number}.{kind}").write_bytes(b"".join(file.streaming_content))
        office.get("/office/complaints/complaint/", {"q": PLANTED["telephone"]})
        failed = [outcome for outcome in daily(on=DAY) if outcome.error]
        assert not failed, failed


def _handled(city: object, people: object, public: object, address: str) -> None:
    from django.core.files.base import ContentFile

    from banyan.response.complaints import actions
    from banyan.response.complaints.models import Complaint

    officer = {"by": people.officer_gulou, "on": DAY}
    complaint = Complaint.objects.filter(channel="web", track="complaint").get()
    file = ContentFile(PLANTED["note"].encode(), name=f"{PLANTED['name']}.txt")
    actions.write_note(complaint=complaint, words=PLANTED["note"], file=file, **officer)
    actions.classify_complaint(complaint=complaint, subject="safety", firm=city.gulou_firm, **officer)
    actions.offer_to_firm(complaint=complaint, **officer)
    actions.answer(complaint=complaint, answer=SPOKEN, by=people.gulou_firm, on=DAY)
    public.post(address, {"complaint": complaint.pk, "say": "accept"})
    public.post(address, {"complaint": complaint.pk, "say": "not_solved", "words": PLANTED["later"]})


def _keys() -> list[str]:
    from banyan.response.complaints.models import Complaint

    return list(Complaint.objects.order_by("key").values_list("pk", flat=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
