"""The public log: what enters it, what its proofs show, and what an outsider finds when somebody meddles with it."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import urllib.error
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.test import Client
from django.utils import timezone, translation

from banyan import policy
from banyan.base.registry import actions
from banyan.edge.portal.queries import subject_in_words
from banyan.kit import clock, events, log
from banyan.kit.log import verify
from banyan.kit.models import Event, LogEntry, LogHead, LogKey, LogNode
from banyan.kit.rights import System
from banyan.kit.verbs import REGISTRY

pytestmark = pytest.mark.django_db
BY = System("test")


@pytest.fixture
def public(city, monkeypatch):
    """Every event of the small city is public; the first six are in the log."""
    names = tuple(Event.objects.values_list("name", flat=True).distinct())
    monkeypatch.setattr(log.terms, "column", lambda *_, **__: names)
    log.extend(on=clock.today(), cut=6)
    return city


def read(address):
    """What an outsider reads, who is not signed in."""
    answer = Client().get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def grow():
    return log.extend(on=clock.today(), cut=events.last_number())


def test_every_public_event_of_the_packs_is_a_verb():
    for config in apps.get_app_configs():
        if config.name.startswith("banyan.") and find_spec(f"{config.name}.actions"):
            import_module(f"{config.name}.actions")
    book = policy.load()
    named = {row["event"] for row in book.table("log.public_events", on=clock.today())}

    assert named
    assert named <= set(REGISTRY)


def test_the_log_takes_each_public_event_once_and_signs_a_head_when_it_grew(public):
    first = grow()
    again = grow()

    assert first["entries"] == events.last_number() == LogEntry.objects.count()
    assert again == {"appended": 0, "entries": first["entries"]}
    assert [one.size for one in LogHead.objects.order_by("size")] == [6, first["entries"]]
    assert list(log.faults()) == []


def test_no_person_and_no_reason_is_in_an_entry(public):
    said = json.loads(LogEntry.objects.first().content)

    assert sorted(said) == ["at", "digest", "event", "hash", "name", "on", "rows", "subject"]
    assert len({one.salt for one in LogEntry.objects.all()}) == LogEntry.objects.count()


def test_an_outsider_who_watches_each_day_is_content(public):
    state = verify.check_log(read, {})
    grow()
    later = verify.check_log(read, state)

    assert state["head"]["size"] == 6
    assert later["head"]["size"] == events.last_number()
    assert verify.check_log(read, later)["head"]["size"] == later["head"]["size"]


def forge(change):
    """Somebody with the key and the database changes the entries and builds the whole log anew."""
    entries = list(LogEntry.objects.order_by("number"))
    for table in (LogEntry, LogNode, LogHead):
        table.objects.all().delete()
    change(entries)
    for number, one in enumerate(entries):
        one.number = number
    log._append(entries)
    log._sign(len(entries), events.last_number())


def date_back(entries):
    said = json.loads(entries[-1].content)
    said["at"] = (clock.now() - timedelta(days=400)).isoformat()
    entries[-1].content = json.dumps(said)


def rename(entries):
    entries[2].content += " "


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda entries: entries.pop(2), "does not grow out of"),
        (rename, "does not grow out of"),
        (lambda entries: entries.insert(2, LogEntry(event=10**6, salt="00" * 16, content=entries[2].content)),
         "does not grow out of"),
        (date_back, "is dated back"),
        (lambda entries: entries.__delitem__(slice(2, None)), "entries were deleted: 2 of 6 are left"),
        (lambda entries: entries.clear() or entries.append(LogEntry(event=1, salt="00" * 16, content='{"at":"z"}')),
         "entries were deleted"),
    ],
)  # fmt: skip
def test_an_outsider_finds_what_was_deleted_altered_put_in_or_dated_back(public, change, said):
    state = verify.check_log(read, {})
    grow()
    forge(change)

    with pytest.raises(verify.Fault, match=said):
        verify.check_log(read, state)


def test_another_key_and_an_unsigned_head_are_found(public):
    state = verify.check_log(read, {})
    with pytest.raises(verify.Fault, match="key is not the one"):
        verify.check_log(read, {**state, "key": "00" * 32})

    LogHead.objects.update(signature="00" * 64)
    with pytest.raises(verify.Fault, match="not signed"):
        verify.check_log(read, state)
    assert any("not signed" in what for what in log.faults())


def test_the_house_itself_finds_an_event_that_no_longer_says_what_the_log_says(public):
    Event.objects.filter(number=3).update(rows=99)

    assert list(log.faults()) == ["entry 2: it does not say what event 3 says"]


def test_a_proof_that_was_downloaded_is_checked_by_the_script_alone(public, tmp_path):
    (tmp_path / "verify.py").write_bytes(Client().get("/log/verify.py").content)
    proof = read("log/entries/3/proof")
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    (tmp_path / "log.state").write_text(json.dumps(verify.check_log(read, {})))
    proof["entry"]["content"] = proof["entry"]["content"].replace("registry", "elsewhere")
    (tmp_path / "altered.json").write_text(json.dumps(proof))
    (tmp_path / "forged.json").write_text(json.dumps(forged_proof()))

    good, alone, altered, forged, nothing = (
        subprocess.run(
            [sys.executable, "-I", "-S", "verify.py", *names],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )
        for names in (
            ["proof.json", "log.state"], ["proof.json"], ["altered.json", "log.state"], ["forged.json", "log.state"],
            ["missing.json"],
        )
    )  # fmt: skip

    assert (good.returncode, good.stdout[:34], "brought" in good.stdout) == (
        0,
        "entry 3 is in the log of 6 entries",
        False,
    )
    assert (alone.returncode, f"a key that the proof brought itself: {proof['key']}" in alone.stdout) == (0, True)
    assert (altered.returncode, altered.stdout) == (1, "FAULT: entry 3 is not in the tree of the head\n")
    assert (forged.returncode, "which is no key of the city" in forged.stdout) == (1, True)
    assert (nothing.returncode, nothing.stdout[:44]) == (3, "missing.json could not be read as a proof: [")


def forged_proof():
    """What somebody makes who has a key of his own: an entry that never was, alone in a tree, under a signed head."""
    key = Ed25519PrivateKey.generate()
    entry = {"number": 0, "salt": "00" * 16, "content": '{"name":"casework.penalty.published"}'}
    head = {"size": 1, "root": verify.leaf_hash(entry).hex(), "at": "2025-12-31T00:00:00+00:00"}
    head["signature"] = key.sign(verify.message_of(head)).hex()
    return {"key": key.public_key().public_bytes_raw().hex(), "head": head, "entry": entry, "path": []}


def asked(address, timeout):
    """The city's own answer to the script, as urllib gives it."""
    answer = Client().get(address.removeprefix("http://city.invalid"))
    if answer.status_code != 200:
        raise urllib.error.HTTPError(address, answer.status_code, "", {}, None)
    return io.BytesIO(answer.content)


def test_a_proof_is_checked_by_the_keys_and_the_log_that_the_city_shows_now(public, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(verify.urllib.request, "urlopen", asked)
    (tmp_path / "proof.json").write_text(json.dumps(read("log/entries/3/proof")))
    (tmp_path / "forged.json").write_text(json.dumps(forged_proof()))
    grow()

    assert verify.main([str(tmp_path / "proof.json"), "http://city.invalid"]) == 0
    assert verify.main([str(tmp_path / "forged.json"), "http://city.invalid"]) == 1
    forge(rename)
    assert verify.main([str(tmp_path / "proof.json"), "http://city.invalid"]) == 1

    assert "does not grow out of" in capsys.readouterr().out


def test_a_head_is_signed_each_day_and_says_up_to_where_it_holds(public, monkeypatch):
    state = verify.check_log(read, {})
    monkeypatch.setattr(log.terms, "column", lambda *_, **__: ())
    grow()
    later = verify.check_log(read, state)

    assert (state["head"]["size"], state["head"]["event"]) == (6, 6)
    assert (later["head"]["size"], later["head"]["event"]) == (6, events.last_number())
    assert later["head"]["until"] == Event.objects.last().at.astimezone(UTC).isoformat()
    assert list(log.faults()) == []


def dated(days, **said_too):
    """A change of entries: one more, so many days behind the last, that says as well what is given."""

    def change(entries):
        said = json.loads(entries[-1].content) | said_too
        said["at"] = (datetime.fromisoformat(said["at"]) + timedelta(days=days)).isoformat()
        entries.append(LogEntry(event=10**6, salt="00" * 16, content=json.dumps(said)))

    return change


def test_an_outsider_finds_what_is_dated_into_a_quiet_time(public, monkeypatch):
    """Behind the last entry, yet before what the head remembered was signed to hold."""
    state = verify.check_log(read, {})
    early = Event.objects.get(number=6).at - timedelta(days=30)
    state["head"]["last"] = early.isoformat()

    forge(dated(-10, event=10**6))

    with pytest.raises(verify.Fault, match="is dated back"):
        verify.check_log(read, state)


def test_an_outsider_finds_an_event_that_the_head_before_should_have_held(public):
    grow()
    state = verify.check_log(read, {})

    forge(dated(1))

    with pytest.raises(verify.Fault, match="is put in"):
        verify.check_log(read, state)


@pytest.mark.parametrize(("name", "less"), [("at", "1999-01-01T00:00:00+00:00"), ("until", None), ("event", 1)])
def test_an_outsider_finds_a_head_that_is_dated_back(public, name, less):
    state = verify.check_log(read, {})

    with pytest.raises(verify.Fault, match=f"the head is dated back: {name}"):
        verify.check_growth(read, state["head"], {**state["head"], name: less})


def test_a_head_from_before_heads_said_what_they_hold_is_still_good(public):
    LogHead.objects.update(event=None, until=None)
    one = LogHead.objects.get()
    one.signature = log._key().sign(verify.message_of(log.told(one))).hex()
    one.save()

    state = verify.check_log(read, {})
    grow()

    assert verify.message_of(state["head"]).startswith(b"banyan log head 1\n")
    assert verify.check_log(read, state)["head"]["event"] == events.last_number()


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (urllib.error.URLError("no route"), 3, "could not be asked"),
        (b"<html>", 1, "FAULT: http://city.invalid/api/v1/log answers what is no JSON"),
        (b"{}", 1, "FAULT: not what a log or a proof says"),
    ],
)
def test_the_script_ends_in_a_sentence_where_the_city_does_not_answer_as_it_should(
    answer, status, said, monkeypatch, capsys
):
    def urlopen(address, timeout):
        if isinstance(answer, Exception):
            raise answer
        return io.BytesIO(answer)

    monkeypatch.setattr(verify.urllib.request, "urlopen", urlopen)

    assert verify.main(["http://city.invalid"]) == status
    assert said in capsys.readouterr().out


def test_what_was_remembered_is_written_whole_and_a_broken_file_is_named(public, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(verify.urllib.request, "urlopen", asked)
    state = tmp_path / "log.state"

    assert verify.main(["http://city.invalid", str(state)]) == 0
    assert json.loads(state.read_text())["keys"] == [log.public_key()]
    state.write_text('{"key"')
    assert verify.main(["http://city.invalid", str(state)]) == 3

    assert "log.state could not be read as what was remembered" in capsys.readouterr().out
    assert [one.name for one in tmp_path.iterdir()] == ["log.state"]


def test_the_pages_show_head_entry_and_proof_in_words(public):
    browser = Client(headers={"accept-language": "en"})
    page = browser.get("/log/").content.decode()
    entry = browser.get("/log/3/").content.decode()

    assert LogHead.objects.get().root in page
    assert "python verify.py http://testserver log.state" in page
    assert log.inclusion(3, 6)[0] in entry
    assert browser.get("/log/6/").status_code == 404


def test_the_pages_tell_instants_by_the_citys_clock_and_what_an_event_is_about_in_words(public):
    entry = json.loads(LogEntry.objects.get(number=3).content)
    at = timezone.localtime(datetime.fromisoformat(entry["at"]))

    page = Client(headers={"accept-language": "en"}).get("/log/3/").content.decode()

    assert f"<dd>{at:%Y-%m-%d %H:%M}</dd>" in page
    assert entry["at"] not in page
    nouns = {"lists.listing": "listing"}
    with translation.override("en"):
        assert subject_in_words("lists.listing:ls-1", nouns) == "listing ls-1"
        assert subject_in_words("spot_check_data:2025-Q3", nouns) == "Spot-check data 2025-Q3"
        assert subject_in_words("", nouns) == ""


@pytest.mark.parametrize(
    "address", ["log/entries/6/proof", "log/consistency?old=0&new=3", "log/consistency?old=4&new=9"]
)
def test_what_the_log_does_not_hold_is_refused_in_words(public, address):
    answer = Client().get(f"/api/v1/{address}")

    assert answer.status_code in (400, 404)
    assert answer.json()["instead"]


def test_an_empty_log_says_so(db):
    assert read("log")["head"] is None
    assert "The log is empty" in Client(headers={"accept-language": "en"}).get("/log/").content.decode()
    assert verify.check_log(read, {}) == {"key": log.public_key(), "keys": [log.public_key()], "head": None}


def test_a_change_of_the_real_citys_districts_enters_the_log(city):
    actions.load_reference(by=BY, on=clock.today())

    grow()

    names = [json.loads(one.content)["name"] for one in LogEntry.objects.all()]
    assert "registry.reference.loaded" in names
    assert "registry.organisation.entered" not in names


def test_the_house_itself_finds_that_entries_are_gone(public):
    LogEntry.objects.filter(number=5).delete()
    assert list(log.faults()) == ["the head of 6 entries: only 5 are left"]

    LogEntry.objects.filter(number=2).delete()
    assert list(log.faults()) == ["entry 2 is missing"]


# ---------------------------------------------------------------- the key is lost, as after a restore from an export


@pytest.fixture
def rekeyed(public, monkeypatch):
    """The small city remembered by an outsider, then on a machine with another key."""
    state = verify.check_log(read, {})
    monkeypatch.setenv("BANYAN_LOG_KEY", base64.b64encode(b"another key of thirty-two bytes!").decode())
    return state


def test_a_head_is_judged_by_the_key_of_its_time(rekeyed):
    assert log.public_key() != rekeyed["key"]
    assert list(log.faults()) == []
    assert read("log")["key"] == rekeyed["key"]
    assert verify.check_proof(read("log/entries/3/proof")).startswith("entry 3 is in the log of 6")
    assert verify.check_log(read, rekeyed) == rekeyed


def test_another_key_signs_from_its_own_event_on_and_outsiders_follow_it(rekeyed):
    grow()
    newest = log.head()

    seen = read("log")
    later = verify.check_log(read, rekeyed)

    change = json.loads(LogEntry.objects.order_by("-number").first().content)
    assert (change["name"], change["subject"]) == ("log.key.changed", f"log.key:{log.public_key()}")
    assert [(one["key"], one["after"]) for one in seen["keys"]] == [(rekeyed["key"], 0), (log.public_key(), 6)]
    assert seen["key"] == later["key"] == log.public_key()
    assert later["head"]["size"] == newest.size == LogEntry.objects.count()
    assert list(log.faults()) == []
    assert list(events.faults()) == []
    assert grow()["appended"] == 0
    assert log.public_key() in Client().get("/log/").content.decode()


def test_the_change_of_key_is_printed_to_who_watches(rekeyed, tmp_path, monkeypatch, capsys):
    grow()
    (tmp_path / "log.state").write_text(json.dumps(rekeyed))
    monkeypatch.setattr(verify.urllib.request, "urlopen", asked)

    assert verify.main(["http://city.invalid", str(tmp_path / "log.state")]) == 0
    first = capsys.readouterr().out
    assert verify.main(["http://city.invalid", str(tmp_path / "log.state")]) == 0

    assert f"THE KEY CHANGED from {rekeyed['key']} to {log.public_key()}" in first
    assert "KEY CHANGED" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (lambda shown: shown.pop("keys"), "key is not the one"),
        (lambda shown: shown["keys"].pop(0), "key is not the one"),
        (lambda shown: shown["keys"][1].update(after=3), "key is not the one"),
        (lambda shown: shown["keys"].insert(1, {"key": "11" * 32, "after": 6}), "no entry tells of it"),
    ],
)
def test_a_key_that_does_not_follow_on_the_one_remembered_is_not_accepted(rekeyed, meddle, said):
    grow()

    def meddled(address):
        answer = read(address)
        if address == "log":
            meddle(answer)
        return answer

    with pytest.raises(verify.Fault, match=said):
        verify.check_log(meddled, rekeyed)


def test_who_takes_the_key_and_rewrites_the_log_is_still_found(rekeyed):
    grow()
    forge(rename)

    with pytest.raises(verify.Fault, match="does not grow out of"):
        verify.check_log(read, rekeyed)


def test_a_key_that_was_put_in_without_its_event_is_a_fault(public):
    LogKey.objects.create(after=6, key="11" * 32, on=clock.today())

    assert list(log.faults()) == ["the key 1111111111111111… of heads after 6 entries: no event tells of it"]


def test_a_log_from_before_keys_were_noted_keeps_its_key_or_says_what_to_put_back(rekeyed, monkeypatch):
    LogKey.objects.all().delete()
    (said,) = log.faults()
    assert "the log.key (or BANYAN_LOG_KEY) of the city that signed it" in said

    monkeypatch.delenv("BANYAN_LOG_KEY")
    log.note_key()

    assert list(log.faults()) == []
    assert [(one.key, one.after) for one in log.noted_keys()] == [(rekeyed["key"], 0)]
