"""Second factors: codes of an application, keys and passkeys, recovery codes; their owner alone adds them."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit import rights, tries, visits
from banyan.kit.models import Person
from banyan.kit.refusals import NotFound
from banyan.kit.verbs import verb

MANAGE = "people.manage"
NAMES = {
    "totp": gettext_lazy("codes of an application"),
    "webauthn": gettext_lazy("key or passkey"),
    "recovery_codes": gettext_lazy("recovery codes"),
    "password": gettext_lazy("password"),
    "provider": gettext_lazy("sign-in provider"),
}
REUSED_FOR = 120  # seconds for which a code counts nowhere a second time


class Secrets(DefaultMFAAdapter):  # type: ignore[misc]
    """How the library keeps and names what it makes: secrets are sealed, our name stands in the application."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "This is not right, or it was used before. Wait for the next code, or try again."
        ),
    }

    def encrypt(self, text: str) -> str:
        """A secret as it lies in the database: nobody who reads a copy of it alone can make codes."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """What the application shows above the codes."""
        return str(settings.UNFOLD["SITE_TITLE"])

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()


def _box() -> Fernet:
    key = hmac.digest(settings.SECRET_KEY.encode(), b"second factors", hashlib.sha256)
    return Fernet(urlsafe_b64encode(key))


def of_person(person: Person) -> list[Authenticator]:
    """What a person has beside the password, the oldest first."""
    return list(Authenticator.objects.filter(user=person).order_by("created_at"))


def has_one(person: Person) -> bool:
    """Whether a person has a second factor; recovery codes alone are none."""
    return Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def is_reused(person: Person, code: str) -> bool:
    """Whether a code of an application was shown before: all processes ask the same table."""
    plain = "".join(code.split())
    return plain.isdigit() and tries.counted(f"code\n{person.pk}\n{plain}", seconds=REUSED_FOR) > 1


@verb("people.factor.added", right=rights.OWN, title=gettext_lazy("Second factor added"))
def add_codes(deed: Any, *, secret: str) -> list[str]:
    """Let a person sign in by the codes of an application. Gives the recovery codes where they are new."""
    TOTP.activate(deed.by, secret)
    return _noted(deed, "totp")


@verb("people.factor.key_added", right=rights.OWN, title=gettext_lazy("Key or passkey added"))
def add_key(deed: Any, *, name: str, credential: dict[str, Any]) -> list[str]:
    """Let a person sign in by a key or passkey. Gives the recovery codes where they are new."""
    WebAuthn.add(deed.by, name[:60], credential)
    return _noted(deed, "webauthn")


@verb("people.factor.removed", right=rights.OWN, title=gettext_lazy("Second factor removed"))
def remove(deed: Any, *, factor: int) -> None:
    """Remove one of one's own factors; recovery codes go with the last. Raises NotFound."""
    found = Authenticator.objects.filter(user=deed.by, pk=factor).exclude(type=Authenticator.Type.RECOVERY_CODES)
    if not (one := found.first()):
        raise NotFound(
            _("A second factor was to be removed."), _("It is none of yours."), _("Choose one on your account page.")
        )
    deed.reason = deed.reason or str(NAMES[one.type])
    one.delete()
    if not has_one(deed.by):
        Authenticator.objects.filter(user=deed.by).delete()
    deed.subject = _subject(deed.by)


@verb("people.factor.codes_renewed", right=rights.OWN, title=gettext_lazy("Recovery codes renewed"))
def renew_recovery(deed: Any) -> list[str]:
    """New recovery codes; the old ones end."""
    Authenticator.objects.filter(user=deed.by, type=Authenticator.Type.RECOVERY_CODES).delete()
    deed.subject = _subject(deed.by)
    return RecoveryCodes.activate(deed.by).get_unused_codes()


@verb("people.factors.reset", right=MANAGE, title=gettext_lazy("Second factors reset"))
def reset(deed: Any, *, person: Person) -> Person:
    """Take away all factors of a person who lost them, and end all sessions; the next sign-in asks for new ones."""
    Authenticator.objects.filter(user=person).delete()
    visits.end_all(deed, person)
    deed.subject = _subject(person)
    return person


def _noted(deed: Any, kind: str) -> list[str]:
    deed.reason, deed.subject = str(NAMES[kind]), _subject(deed.by)
    had = Authenticator.objects.filter(user=deed.by, type=Authenticator.Type.RECOVERY_CODES).exists()
    return [] if had else RecoveryCodes.activate(deed.by).get_unused_codes()


def _subject(person: Person) -> str:
    return f"{Person.noun}:{person.pk}"
