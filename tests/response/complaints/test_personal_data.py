"""Personal data: on no disk in plain, in no fact and no export; gone by rule, from versions and files too."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.response.complaints.leaks import FRAGMENTS, SPOKEN
from tests.response.complaints.world import BY, DAY, NAME, TELEPHONE, WORDS, closed, filed, mediated, png, read

from banyan.kit import privacy
from banyan.kit.models import Event, Version
from banyan.response.complaints import actions, queries
from banyan.response.complaints.models import Message

ROOT = Path(__file__).resolve().parents[3]


def forms_of(fragment: str) -> tuple[bytes, ...]:
    """A text as UTF-8, as UTF-16, and as JSON that escapes it."""
    escaped = json.dumps(fragment).strip('"').encode()
    return fragment.encode(), fragment.encode("utf-16-le"), escaped, escaped.upper()


@pytest.mark.slow
def test_a_whole_run_leaves_no_planted_name_and_no_number_anywhere_on_its_disk(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    environment = {
        **os.environ, "BANYAN_DATA_DIR": str(folder), "BANYAN_DATABASE_URL": f"sqlite:///{folder}/banyan.sqlite3",
        "DJANGO_SETTINGS_MODULE": "banyan.config.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }  # fmt: skip

    done = subprocess.run(
        [sys.executable, "-m", "tests.response.complaints.leaks", str(folder)], cwd=ROOT, env=environment,
        capture_output=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told = done.stdout + done.stderr
    files = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    assert len(files) > 10
    assert any(path.suffix == ".parquet" for path in files)
    assert any(SPOKEN.encode() in content for content in files.values())
    leaks = [
        f"{fragment} in {path.name}"
        for path, content in [*files.items(), (Path("output"), told)]
        for fragment in FRAGMENTS
        if any(form in content for form in forms_of(fragment))
    ]
    assert not leaks, leaks


@pytest.mark.django_db
def test_years_after_the_end_the_daily_step_destroys_what_tells_who_it_was(city, people):
    complaint = closed(city, people, photos=[png()])
    actions.write_note(complaint=complaint, words="a note", by=people.officer_gulou, on=DAY)
    still_open = mediated(city, people)
    message, photo = complaint.message, complaint.message.photos.get()
    sealed = [json.loads(one.state) for one in Version.objects.filter(noun="complaints.message", key=message.pk)]

    early = actions.run_clocks(by=BY, on=date(2028, 6, 1))
    done = actions.run_clocks(by=BY, on=date(2028, 6, 2))
    again = actions.run_clocks(by=BY, on=date(2028, 6, 2))

    purged = Message.objects.get(pk=message.pk)
    assert (early["messages purged"], done["messages purged"], again["messages purged"]) == (0, 1, 0)
    assert (purged.name, purged.telephone, purged.words, purged.mark, purged.secret) == ("", "", "", "", "")
    assert privacy.unseal(subject=privacy.subject_of(message), token=sealed[0]["words"]) is None
    assert not photo.file.storage.exists(photo.file.name)
    assert queries.opened(read(complaint), person=people.officer_gulou).notes == []
    assert queries.opened(read(still_open), person=people.officer_gulou).words == WORDS


@pytest.mark.django_db
def test_a_message_one_of_whose_tracks_is_open_is_kept(city, people):
    complaint = closed(city, people)
    actions.split_report(complaint=complaint, by=people.officer_gulou, on=DAY)

    done = actions.run_clocks(by=BY, on=date(2029, 1, 5))

    assert done["messages purged"] == 0


@pytest.mark.django_db
def test_no_event_and_no_version_tells_who_sent_it(city, people):
    complaint = filed(city)
    texts = [*Version.objects.values_list("state", flat=True), *Event.objects.values_list("after", flat=True)]
    texts += Event.objects.values_list("before", flat=True)

    assert any(complaint.pk in text for text in texts)
    assert not [text for text in texts if NAME in text or TELEPHONE in text or "发霉" in text]
    assert not [text for text in texts if complaint.message.mark in text or complaint.message.secret in text]
