"""Signing in by a provider: a real one over HTTP, which signs its identity tokens, and one that is unfair."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from banyan.kit import Refused
from banyan.kit.models import Binding, Event, Person, Visit
from banyan.kit.sign_in import provider

pytestmark = pytest.mark.django_db
BACK = "/office/login/provider/back/"


class Provider:
    """An OpenID provider with one user; `changed` changes what its tokens say, `key` what signs them."""

    def __init__(self) -> None:
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.changed: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.used: set[str] = set()
        outer = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.say(outer.described() if self.path.endswith("configuration") else outer.keys())

            def do_POST(self) -> None:
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                told = outer.token({name: values[0] for name, values in sent.items()})
                self.say(told, status=200 if "id_token" in told else 400)

            def say(self, what: dict[str, Any], *, status: int = 200) -> None:
                body = json.dumps(what).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Nothing is said of it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/ask", "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint": f"{self.issuer}/token", "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        return KeySet([self.published]).as_dict(private=False)

    def signs_in(self, address: str) -> dict[str, str]:
        """Somebody signs in here, sent by an address: what the browser brings back."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return {"code": "a-code", "state": self.asked["state"]}

    def token(self, sent: dict[str, str]) -> dict[str, Any]:
        verifier = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        is_right = (
            sent.get("code") == "a-code" and sent["code"] not in self.used
            and sent.get("client_secret") == "the secret" and sent["redirect_uri"] == self.asked["redirect_uri"]
            and urlsafe_b64encode(verifier).rstrip(b"=").decode() == self.asked["code_challenge"]
        )  # fmt: skip
        if not is_right:
            return {"error": "invalid_grant"}
        self.used.add(sent["code"])
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": "banyan", "sub": "officer-7", "iat": now, "exp": now + 300,
            "nonce": self.asked["nonce"],
        } | self.changed  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        return {
            "id_token": jwt.encode({"alg": "RS256", "kid": "one"}, said, self.key),
            "token_type": "Bearer",
        }


@pytest.fixture(name="city_provider")
def provider_of_the_city(settings) -> Iterator[Provider]:
    made = Provider()
    settings.BANYAN_OIDC = {
        "issuer": made.issuer,
        "client": "banyan",
        "secret": "the secret",
        "name": "City identity",
    }
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(name="staff")
def staff_of_the_city(people, city, city_provider):
    provider.bind_subject(person=people.planner, subject="officer-7", by=people.administrator, on=city.today)
    return people


def signed_in(city_provider, **changed: Any) -> tuple[Client, Any]:
    client = Client(headers={"accept-language": "en"})
    sent = client.get("/office/login/provider/", {"next": "/office/account/"})
    brought = city_provider.signs_in(sent["Location"])
    return client, client.get(BACK, brought | changed)


def test_the_person_bound_to_the_subject_is_let_in(staff, city_provider):
    client, answer = signed_in(city_provider)

    assert answer.status_code == 302, answer.content.decode()[-900:]
    assert answer["Location"] == "/office/account/"
    page = client.get("/office/account/").content.decode()
    assert "officer-7" in page
    assert Visit.objects.get().proofs == ["provider"]
    assert (city_provider.asked["scope"], city_provider.asked["code_challenge_method"]) == ("openid", "S256")
    assert "City identity" in Client().get("/office/login/").content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"nonce": "another"}, "nonce"), ({"nonce": None}, "nonce"), ({"aud": "another"}, "aud"),
        ({"aud": ["banyan", "another"]}, "another client"), ({"iss": "https://elsewhere.example"}, "iss"),
        ({"exp": 1_700_000_000}, "expired"), ({"exp": None}, "exp"), ({"iat": 4_000_000_000}, ""),
        ({"sub": None}, "sub"),
        ({"sub": "officer-8"}, "No administrator has bound"), ({"sub": "officer-7\0"}, ""), 
        ({"sub": ["officer-7"]}, ""),
    ],
)  # fmt: skip
def test_a_token_that_says_something_else_lets_nobody_in(staff, city_provider, changed, words):
    city_provider.changed = changed
    if changed == {"sub": "officer-7\0"}:
        Binding.objects.update(subject="officer-9")

    client, answer = signed_in(city_provider)

    assert answer.status_code == 403, answer
    assert words in answer.content.decode()
    assert client.get("/office/account/").status_code == 302
    assert not Visit.objects.exists()


def test_a_token_signed_by_another_key_or_by_none_lets_nobody_in(staff, city_provider):
    city_provider.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    assert signed_in(city_provider)[1].status_code == 403

    city_provider.used.clear()
    city_provider.token = lambda sent: {"id_token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvZmZpY2VyLTcifQ."}

    assert signed_in(city_provider)[1].status_code == 403


@pytest.mark.parametrize(
    "changed", [{"state": "another"}, {"state": ""}, {"code": "another"}, {"code": ""}, {"error": "access_denied"}]
)
def test_an_answer_that_fits_no_question_lets_nobody_in(staff, city_provider, changed):
    assert signed_in(city_provider, **changed)[1].status_code == 403
    assert Client().get(BACK, {"code": "a-code", "state": "made-up"}).status_code == 403


def test_an_answer_counts_once(staff, city_provider):
    client, _answer = signed_in(city_provider)
    again = {"code": "a-code", "state": city_provider.asked["state"]}

    assert client.get(BACK, again).status_code == 403


def test_nobody_is_entered_by_signing_in_and_a_suspended_or_released_one_stays_outside(staff, city_provider, city):
    known = Person.objects.count()
    binding = Binding.objects.get()
    staff.planner.is_active = False
    staff.planner.save()
    assert signed_in(city_provider)[1].status_code == 403
    staff.planner.is_active = True
    staff.planner.save()
    city_provider.used.clear()
    assert signed_in(city_provider)[1].status_code == 302

    provider.release_subject(binding=binding, by=staff.administrator, on=city.today)

    assert not Visit.objects.filter(ended_at=None).exists()
    city_provider.used.clear()
    assert signed_in(city_provider)[1].status_code == 403
    assert Person.objects.count() == known
    assert Event.objects.filter(name="people.sign_in.failed").count() == 2


def test_a_subject_belongs_to_one_person_and_only_administrators_bind_it(staff, city):
    with pytest.raises(Refused, match="bound to a person already"):
        provider.bind_subject(person=staff.auditor, subject="officer-7", by=staff.administrator, on=city.today)
    with pytest.raises(Refused, match="right"):
        provider.bind_subject(person=staff.planner, subject="mine", by=staff.planner, on=city.today)


def test_without_a_provider_there_is_no_such_way(people, city):
    assert Client().get("/office/login/provider/").status_code == 404
    assert Client().get(BACK).status_code == 404
