"""Messages posted to addresses outside: to the public network only, and in bounded time."""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from banyan.kit import clock
from banyan.kit.refusals import BadRequest, Refused

PATIENCE = 10  # seconds for a whole exchange
FAULTS = (Refused, OSError, http.client.HTTPException)
"""What may go wrong with a message, and is no mistake of ours."""
INTO_OTHERS = tuple(
    ipaddress.ip_network(net) for net in ("::/96", "64:ff9b::/96", "2002::/16", "fec0::/10")
)  # addresses that hold one of IPv4 or of a site: nobody can tell from outside where they lead


class WrongAddress(BadRequest):
    """An address that no message may go to."""

    code = "address"


class Target(NamedTuple):
    """Where a message goes: the host's name, its port, the network address that was found safe, and the path."""

    host: str
    port: int
    address: str
    path: str
    is_secured: bool = True


def addresses(host: str, port: int) -> list[str]:
    """The network addresses of a host."""
    try:
        return list(
            dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        )
    except (OSError, UnicodeError):
        return []


def is_public(address: str) -> bool:
    """Whether a network address lies in the public network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast and not any(found in net for net in INTO_OTHERS)


def may_loop_back() -> bool:
    """Whether http to this machine itself is allowed: in a demonstration and in tests, nowhere else."""
    return clock.is_demonstration() or clock.is_set()


def target_of(dest: Any, *, loopback: bool = False) -> Target:
    """Where a message for an address goes.

    Raises WrongAddress unless it is https to a host all of whose addresses lie in the public network: nobody reaches
    a machine behind the fire wall through us. The address found is the one to connect to, so that a name which
    changes its mind in between gains nothing. With `loopback` http to this machine itself is let through where
    `may_loop_back` says so.
    """
    asked = _("Messages were to be sent to “%(dest)s”.") % {"dest": str(dest)[:200]}
    try:
        parts = urlsplit(str(dest))
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        parts, port = urlsplit(""), 0
    written = re.fullmatch(r"[!-~]{1,500}", str(dest))  # one of other letters is written in its ASCII form
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    plain = bool(written and parts.hostname) and not parts.username and not parts.fragment
    if plain and loopback and parts.scheme == "http" and parts.hostname == "127.0.0.1" and may_loop_back():
        return Target("127.0.0.1", port, "127.0.0.1", path, is_secured=False)
    if not plain or parts.scheme != "https" or not parts.hostname:
        raise WrongAddress(
            asked, _("Events go to an address that begins with https:// and has no name or password in it."),
            _("Give such an address."),
        )  # fmt: skip
    whole = all(0 < len(label) < 64 for label in parts.hostname.removesuffix(".").split("."))
    found = addresses(parts.hostname, port) if whole else []
    if not found or not all(is_public(one) for one in found):
        raise WrongAddress(
            asked, _("%(host)s is not found in the public network.") % {"host": parts.hostname},
            _("Give an address that can be reached from outside; ones of an internal network are not served."),
        )  # fmt: skip
    return Target(parts.hostname, port, found[0], path)


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> None:
    """Post a message. Raises one of FAULTS where it was not taken with a status from 200 to 299."""
    connection = Pinned(target.host, target.port, target.address) if target.is_secured else Plain(
        target.host, target.port, timeout=PATIENCE
    )  # fmt: skip
    try:
        connection.request("POST", target.path, body, dict(headers))
        answer = connection.getresponse()
        status = answer.status
        answer.close()
    finally:
        connection.close()
    if not 200 <= status < 300:  # a redirection is not followed: it could lead inside
        raise Refused(_("A message was sent to %(host)s.") % {"host": target.host}, f"HTTP {status}", "")


class Hurried:
    """A socket whose exchange ends at one instant, however many small pieces the other side sends."""

    ends = 0.0
    settimeout: Any

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        """Receive what there is, or TimeoutError when the time is up."""
        self._hurry()
        return super().recv_into(*arguments, **named)  # type: ignore[misc]

    def send(self, *arguments: Any, **named: Any) -> int:
        """Send a part, or TimeoutError when the time is up."""
        self._hurry()
        return super().send(*arguments, **named)  # type: ignore[misc]

    def _hurry(self) -> None:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("The exchange took too long")
        self.settimeout(left)


class Secured(Hurried, ssl.SSLSocket):
    """An encrypted one."""


class Plain(http.client.HTTPConnection):
    """A connection to this machine itself, for demonstrations and tests."""


class Pinned(http.client.HTTPSConnection):
    """A connection to the address that was found safe, with the certificate of the host's name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self._address = address

    def connect(self) -> None:
        """Connect to the address and nowhere else."""
        ends = time.monotonic() + PATIENCE
        context = ssl.create_default_context()
        context.sslsocket_class = Secured
        raw = socket.create_connection((self._address, self.port), PATIENCE)
        try:
            raw.settimeout(max(0.1, ends - time.monotonic()))
            secured: Any = context.wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise
        secured.ends = ends
        self.sock = secured
