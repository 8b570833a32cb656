"""A key that a real browser holds: added on the account page, asked for at the next sign-in; codes likewise."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

pytestmark = pytest.mark.e2e

WHO = "leader"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def with_authenticator(one):
    """A virtual key in a visitor's browser."""
    devtools = one.context.new_cdp_session(one.page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return devtools, made["authenticatorId"]


def local(one):
    """Keys are for names, not for addresses of numbers."""
    one.address = one.address.replace("127.0.0.1", "localhost")
    return one


def begun(one) -> None:
    from banyan.demo.people import PASSWORD

    one.page.goto(f"{one.address}/office/login/")
    one.page.fill("input[name=username]", WHO)
    one.page.fill("input[name=password]", PASSWORD)
    one.page.press("input[name=password]", "Enter")
    one.page.wait_for_url(lambda url: "/factor/" in url or "/login" not in url)


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1400), ("en", 390)])
def test_a_key_is_added_asked_for_and_removed(visitor, language, width):
    one = local(visitor(width=width, language=language))
    devtools, authenticator = with_authenticator(one)
    begun(one)
    one.go("/office/account/key/")
    one.page.click("#make_key")
    one.page.wait_for_selector("#recovery_codes")
    assert one.page.locator("#recovery_codes li").count() == 10
    one.go("/office/account/")
    one.picture("account")
    one.context.clear_cookies(name="sessionid")

    begun(one)
    assert "/office/login/factor/" in one.page.url
    one.picture("second-factor")
    assert one.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    held = devtools.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
    empty = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    one.page.click("#use_key")
    one.page.wait_for_selector("#key_failed:not([hidden])", timeout=60_000)
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": empty})
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    devtools.send("WebAuthn.addCredential", {"authenticatorId": made, "credential": held[0]})
    one.page.click("#use_key")
    one.page.wait_for_url(lambda url: "/login" not in url)

    one.go("/office/account/")
    one.page.click("form[action*='/remove/'] button")
    one.page.wait_for_url(lambda url: url.endswith("/office/account/"))
    assert one.page.locator("form[action*='/remove/']").count() == 0
    assert not one.complaints


def test_codes_of_an_application_are_asked_for_in_a_browser(visitor):
    one = visitor(width=390, language="en")
    begun(one)
    one.go("/office/account/codes/")
    secret = re.search(r"[A-Z2-7=]{16,}", one.page.inner_text("#secret"))[0]
    one.page.fill("input[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    one.page.press("input[name=code]", "Enter")
    one.page.wait_for_selector("#recovery_codes")
    recovery = one.page.locator("#recovery_codes li").all_inner_texts()
    one.context.clear_cookies(name="sessionid")

    begun(one)
    one.page.fill("input[name=code]", recovery[0])
    one.page.press("input[name=code]", "Enter")
    one.page.wait_for_url(lambda url: "/login" not in url)

    one.go("/office/account/")
    one.page.click("form[action*='/remove/'] button")
    one.page.wait_for_load_state()
    assert not one.complaints
