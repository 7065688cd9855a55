"""Posting to an address that a person typed: to the public internet only, once, briefly, and nowhere else.

The name is resolved here, every address it has is looked at, and the connection goes to the one that was looked at,
so that a second answer of the name service cannot lead elsewhere. A redirect is a refusal.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

WAIT = 5.0  # seconds for each step
AT_MOST = 10.0  # seconds for all of it
MOST_BYTES = 64 * 1024
LONGEST_HOST = 253
LABELS = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
PORTS = frozenset({443, 8443})
NAT64 = bytes.fromhex("0064ff9b") + bytes(8)

Resolve = Callable[[str, int], list[str]]


class AddressRefused(ValueError):
    """An address that nothing is posted to; the sentence says why, and never repeats the address."""


class NotTaken(OSError):
    """The other side did not take what was posted."""


@dataclass(frozen=True)
class Target:
    """An address taken apart."""

    host: str
    port: int
    path: str


def target_of(address: str) -> Target:
    """What to connect to and to ask for. Raises AddressRefused, without asking the name service anything."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port or 443
    except ValueError as error:
        raise AddressRefused("This is no address.") from error
    if parts.scheme != "https" or not parts.hostname:
        raise AddressRefused("An address begins with https:// and names a host.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("An address carries no name or password before its host.")
    if port not in PORTS:
        raise AddressRefused("Only the ports 443 and 8443 are posted to.")
    host = parts.hostname.removesuffix(".").lower()
    if not _is_host(host):
        raise AddressRefused("This is no name of a host.")
    if any(not 0x20 < ord(sign) < 0x7F for sign in parts.path + parts.query):
        raise AddressRefused("An address has no blanks and no other signs than a browser would send.")
    allowed = settings.WEBHOOK_HOSTS
    if allowed and host not in allowed:
        raise AddressRefused("This host is not among WEBHOOK_HOSTS.")
    return Target(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _is_host(host: str) -> bool:
    """Whether this can be asked of a name service, or is an address by itself."""
    if len(host) <= LONGEST_HOST and LABELS.fullmatch(host):
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def public_address(target: Target, resolve: Resolve) -> str:
    """The first address of a host, all of which lead to the public internet; raises AddressRefused and OSError."""
    found = resolve(target.host, target.port)
    if not found or not all(is_public(each) for each in found):
        raise AddressRefused("This host is inside: loopback, private, link-local and reserved addresses are refused.")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet, whichever way it is written."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(
        each.is_global and not (each.is_multicast or each.is_reserved or getattr(each, "is_site_local", False))
        for each in _meant(found)
    )


def _meant(found: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """What an address leads to: itself, or the one of the older kind that it carries inside."""
    if isinstance(found, IPv4Address):
        return [found]
    if found.ipv4_mapped is not None:
        return [found.ipv4_mapped]
    if found.packed[:12] == NAT64:
        return [IPv4Address(found.packed[12:])]
    inner = (found.sixtofour, *(found.teredo or ()))
    return [found, *(each for each in inner if each is not None)]


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a host, as the machine's name service says."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolve: Resolve = resolved,
    trust: ssl.SSLContext | None = None,
) -> None:
    """Post once; returns when the other side took it (2xx).

    Raises AddressRefused where nothing was sent, NotTaken for any other answer, OSError for a line that failed.
    """
    target = target_of(address)
    try:
        line = _Pinned(target, resolve, trust or ssl.create_default_context())
        status = _status(line, target.path, body, {"User-Agent": "Plumbline", "Connection": "close", **headers})
    except UnicodeError as error:
        raise AddressRefused("This is no name of a host.") from error
    except HTTPException as error:
        raise NotTaken(f"The other side did not answer as a web server does ({type(error).__name__}).") from error
    if not 200 <= status < 300:
        raise NotTaken(f"The other side answered {status}.")


def _status(line: _Pinned, path: str, body: bytes, headers: dict[str, str]) -> int:
    """What the other side answers, if it does so in time; looking up its name is part of that."""
    alarm = Timer(AT_MOST, line.cut)
    alarm.start()
    try:
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        answer.read(MOST_BYTES)
        return answer.status
    finally:
        alarm.cancel()
        line.close()


class _Pinned(HTTPSConnection):
    """A connection to one address that was looked at, asking for the certificate of the name."""

    def __init__(self, target: Target, resolve: Resolve, trust: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=WAIT, context=trust)
        self.target, self.resolve, self.trust = target, resolve, trust
        self.is_late = False

    def connect(self) -> None:
        address = public_address(self.target, self.resolve)
        if self.is_late:
            raise TimeoutError("The name service took too long.")
        plain = socket.create_connection((address, self.port), WAIT)
        self.sock = self.trust.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End whatever is going on: the other side takes too long."""
        self.is_late = True
        if self.sock is not None:
            self.sock.shutdown(socket.SHUT_RDWR)
