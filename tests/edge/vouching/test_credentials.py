"""A credential is verified from files alone; an altered, expired, revoked or foreign one is named as what it is."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.edge.vouching.test_screening import folder
from tests.judgement.access.test_access import signed_in
from typer.testing import CliRunner

from banyan.edge.vouching import actions, queries
from banyan.edge.vouching.models import Credential
from banyan.judgement.credit.models import Grade
from banyan.judgement.lists.models import Listing
from banyan.kit import clock, credentials, rights
from banyan.kit.credentials import verify
from banyan.kit.refusals import NotAllowed, Refused

__all__ = ["folder"]
HOUSE = rights.System("test")


@pytest.fixture
def record(city, people) -> Credential:
    """What firm-g took along today."""
    return actions.take_credential(organisation=city.gulou_firm, by=people.gulou_firm, on=city.today)


def faults(record: Credential, token: str = "", *, keys=None, status: str = "", at: datetime | None = None):
    told = status or Client().get(f"/credentials/status/{record.status_list}").content.decode()
    now = at or clock.now()
    return verify.verify(token or record.token, keys or Client().get("/.well-known/jwks.json").json(), told, now)[1]


def test_what_it_says_is_the_status_of_the_day_in_the_model_of_the_recommendation(city, record):
    claims, found = verify.opened(record.token, credentials.key_set())
    header = json.loads(verify.unpacked(record.token.split(".")[0]))

    assert found == []
    assert (header["typ"], header["alg"]) == ("vc+jwt", "ES256")
    assert claims["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert claims["credentialSubject"] == {
        "id": f"urn:uscc:{city.gulou_firm.uscc}", "legalName": "福州榕江食品有限公司",
        "unifiedSocialCreditCode": city.gulou_firm.uscc, "creditGrade": "A", "listings": [],
    }  # fmt: skip
    assert (claims["validFrom"], claims["validUntil"]) == (
        credentials.instant(record.valid_from), credentials.instant(record.valid_from + timedelta(days=90)),
    )  # fmt: skip
    entry = claims["credentialStatus"]
    assert entry["statusListCredential"] == f"{queries.issuer()}/credentials/status/1"
    assert int(entry["statusListIndex"]) == record.place < credentials.LIST_LENGTH


def test_one_that_stands_holds_and_every_way_to_fail_is_named(city, people, record, settings, tmp_path):
    assert faults(record) == []
    head, body, seal = record.token.split(".")
    altered = json.loads(verify.unpacked(body))
    altered["credentialSubject"]["creditGrade"] = "A+"
    forged = base64.urlsafe_b64encode(json.dumps(altered).encode()).rstrip(b"=").decode()
    assert faults(record, f"{head}.{forged}.{seal}") == ["altered"]
    flipped = base64.urlsafe_b64encode(bytes([verify.unpacked(seal)[0] ^ 1, *verify.unpacked(seal)[1:]]))
    assert faults(record, f"{head}.{body}.{flipped.rstrip(b'=').decode()}") == ["altered"]
    assert faults(record, f"{body}.{seal}") == ["form"]
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"vc+jwt"}').rstrip(b"=").decode()
    assert faults(record, f"{none}.{body}.") == ["form"]
    stood = Client().get("/credentials/status/1").content.decode()
    assert faults(record, at=record.valid_until + timedelta(seconds=1), status=stood) == ["expired", "status-expired"]
    assert faults(record, at=record.valid_from - timedelta(days=1)) == ["not-yet-valid"]
    keys = credentials.key_set()
    settings.BANYAN_DATA_DIR = tmp_path / "another"
    other = credentials.key_set()
    assert faults(record, keys=other, status=stood) == ["unknown-key"]
    swapped = {"keys": [{**other["keys"][0], "kid": keys["keys"][0]["kid"]}]}
    assert faults(record, keys=swapped, status=stood) == ["altered"]


def test_one_that_the_firm_revokes_is_revoked_at_once_and_its_neighbours_are_not(city, people, record):
    other = actions.take_credential(organisation=city.gulou_firm, by=people.gulou_firm, on=city.today)
    with pytest.raises(Refused):
        actions.revoke_credential(credential=record, by=people.gulou_firm, on=city.today)
    actions.revoke_credential(
        credential=record, by=people.gulou_firm, on=city.today, reason="Sent to the wrong bank."
    )

    assert faults(record) == ["revoked"]
    assert faults(other) == []
    token = Client().get("/credentials/status/1").content.decode()
    body = token.split(".")[1]
    assert faults(record, status=token.replace(body, body[:-4] + "AAAA")) in (["status-altered"], ["status-form"])
    assert faults(other, status=other.token) == ["status-of-another"]
    assert Client().get("/credentials/status/2").status_code == 404


def test_the_night_revokes_what_is_no_longer_so(city, people, record):
    listed = actions.take_credential(organisation=city.changle_firm, by=people.changle_firm, on=city.today)
    assert actions.run_clocks(by=HOUSE, on=city.today) == {"credentials revoked": 0}
    Grade.objects.create(key="firm-g", organisation=city.gulou_firm, grade="C", score=60, since_on=city.today)
    steps = dict.fromkeys(("noticed_on", "approved_on", "decided_on", "published_on", "proposed_on"), city.today)
    Listing.objects.bulk_create(
        [Listing(key="l", number="LS-1", list="local", organisation=city.changle_firm, county=city.changle,
                 state="published", **steps)]
    )  # fmt: skip

    assert actions.run_clocks(by=HOUSE, on=city.today) == {"credentials revoked": 2}
    assert actions.run_clocks(by=HOUSE, on=city.today) == {"credentials revoked": 0}
    assert (faults(record), faults(listed)) == (["revoked"], ["revoked"])
    again = actions.take_credential(organisation=city.changle_firm, by=people.changle_firm, on=city.today)
    assert again.listings == ["LS-1"]
    assert actions.run_clocks(by=HOUSE, on=city.today) == {"credentials revoked": 0}


def test_nobody_but_the_firm_takes_it(city, people, record):
    for person in (people.planner, people.auditor, people.changle_firm):
        with pytest.raises(Refused) as refused:
            actions.take_credential(organisation=city.gulou_firm, by=person, on=city.today)
        assert refused.value.status in (403, 404)
    with pytest.raises(NotAllowed):
        actions.take_credential(organisation=city.gulou_firm, by=people.sampler, on=city.today)
    assert signed_in(people.changle_firm).get(f"/office/credentials/{record.pk}.jwt").status_code == 404


def test_the_firms_page_offers_file_and_code_and_what_verifies_them(city, people):
    own = signed_in(people.gulou_firm)
    assert "take_credential" in own.get("/office/registry/organisation/firm-g/change/").content.decode()
    own.post("/office/vouching/credential/new/take_credential/", {"organisation": "firm-g"})
    record = Credential.objects.get()
    page = own.get(f"/office/vouching/credential/{record.pk}/change/").content.decode()

    assert "data:image/svg+xml" in page
    assert "/.well-known/jwks.json" in page
    file = own.get(f"/office/credentials/{record.pk}.jwt")
    assert (file.content.decode(), file.headers["Content-Type"]) == (record.token, "application/vc+jwt")
    assert len(record.token) < 2900  # what a code holds


def test_the_script_verifies_from_three_files_with_nothing_of_ours(city, people, record, tmp_path):
    from banyan.config.commands.credit import credit as command

    script = tmp_path / "verify_credential.py"
    script.write_text(CliRunner().invoke(command, ["credential", "--script"]).output)
    assert script.read_text() == Client().get("/credentials/verify_credential.py").content.decode()
    (tmp_path / "c.jwt").write_text(CliRunner().invoke(command, ["credential", record.number]).output)
    (tmp_path / "k.json").write_text(CliRunner().invoke(command, ["credential", "--keys"]).output)
    (tmp_path / "s.jwt").write_text(CliRunner().invoke(command, ["credential", "--status", "1"]).output)
    words = [sys.executable, "-I", str(script), *(str(tmp_path / name) for name in ("c.jwt", "k.json", "s.jwt"))]
    at = credentials.instant(clock.now())

    holds = subprocess.run([*words, at], capture_output=True, text=True, check=False)
    late = subprocess.run([*words, "2030-01-01T00:00:00Z"], capture_output=True, text=True, check=False)

    assert (holds.returncode, holds.stderr) == (0, "")
    assert "holds: signature, term, status list" in holds.stdout
    assert "legalName: 福州榕江食品有限公司" in holds.stdout
    assert (late.returncode, "FAILS: expired" in late.stdout) == (1, True)


def test_bits_of_a_status_list_are_counted_from_the_left():
    told = credentials.encoded([0, 9, credentials.LIST_LENGTH - 1])

    assert [place for place in (0, 1, 8, 9, credentials.LIST_LENGTH - 1) if verify.is_set(told, place)] == [
        0, 9, credentials.LIST_LENGTH - 1,
    ]  # fmt: skip
    # The example of the recommendation: a list of 131,072 bits of which none is set (section 3.2 and appendix).
    assert not any(verify.is_set(credentials.encoded([]), place) for place in range(0, 131_072, 997))
    with pytest.raises(ValueError, match="131072"):
        verify.is_set(told, credentials.LIST_LENGTH)
