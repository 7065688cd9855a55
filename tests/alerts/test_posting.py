"""Posting to typed addresses: the public internet, over TLS, to the address that was looked at, and nowhere else."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from alerts.telling import posting
from alerts.telling.posting import AddressRefused, NotTaken, is_public, post, public_address, target_of

INSIDE = re.findall(
    r"\S+",
    """
    127.0.0.1 127.1.2.3 0.0.0.0 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 169.254.169.254
    100.64.0.1 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1
    ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:7f00:1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2002:a00:1::
    ::127.0.0.1 2001:0:7f00:1::1 fec0::1 100::1 localhost 0x7f.1 2130706433
""",
)


@pytest.mark.parametrize("address", INSIDE)
def test_no_inside_address_is_public_however_it_is_written(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("found", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], []])
def test_one_inside_address_among_those_of_a_host_is_enough_to_refuse(found):
    with pytest.raises(AddressRefused, match="inside"):
        public_address(target_of("https://hooks.example.com/"), lambda host, port: found)


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "hooks.example.com",
        "https://",
        "https://user:word@hooks.example.com/",
        "https://hooks.example.com@127.0.0.1/",
        "https://hooks.example.com:22/",
        "https://hooks.example.com:6379/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/a\r\nHost: inside",
        "https://hooks.example.com/ä",
        "https://[::1",
        "https://a..b/",
        "https://.example.com/",
        "https://hooks.example.com../",
        "https://hooks example.com/",
        "https://hooks_example.com%00/",
        f"https://{'a' * 64}.example.com/",
        f"https://{'a.' * 127}com/",
    ],
)
def test_what_is_no_plain_https_address_is_refused(address):
    with pytest.raises(AddressRefused):
        post(address, b"", {}, resolve=lambda host, port: pytest.fail("the name service was asked"))


def test_only_named_hosts_where_hosts_are_named(settings):
    settings.WEBHOOK_HOSTS = frozenset({"hooks.slack.com"})

    assert target_of("https://HOOKS.slack.com./services/x?y=1").path == "/services/x?y=1"
    with pytest.raises(AddressRefused, match="WEBHOOK_HOSTS"):
        target_of("https://hooks.example.com/")


# --- a server that listens on this machine, where the name service says it is elsewhere -----------------


@dataclass
class Server:
    """What came in, and what is answered."""

    port: int
    came: list[bytes] = field(default_factory=list)


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[Server]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(listening.getsockname()[1])

    def serve() -> None:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        with line:
            line.settimeout(5)
            try:
                server.came.append(line.recv(65_536))
                answer(line)
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.close()
        thread.join(5)


class Plain(ssl.SSLContext):
    """No TLS: what is under test here is which line is taken, and for how long."""

    def wrap_socket(self, sock: socket.socket, *args: object, **terms: object) -> socket.socket:  # type: ignore[override]  # hands the line back as it is
        return sock


@pytest.fixture
def to(monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], None]:
    """`to(server)` posts to a host that is public by name and stands on this machine."""

    def send(server: Server) -> None:
        monkeypatch.setattr(posting, "PORTS", frozenset({server.port}))
        monkeypatch.setattr(posting, "is_public", lambda address: True)
        trust = Plain(ssl.PROTOCOL_TLS_CLIENT)
        address = f"https://hooks.example.com:{server.port}/in?to=us"
        post(address, b'{"id":1}', {"Idempotency-Key": "k"}, resolve=lambda host, port: ["127.0.0.1"], trust=trust)

    return send


def answering(text: str) -> Callable[[socket.socket], None]:
    return lambda line: line.sendall(text.replace("\n", "\r\n").encode())


def test_it_goes_to_the_address_that_was_looked_at_under_the_hosts_name(to):
    with serving(answering("HTTP/1.1 204 No Content\n\n")) as server:
        to(server)

    head, _, body = server.came[0].partition(b"\r\n\r\n")
    lines = head.decode().splitlines()
    assert lines[0] == "POST /in?to=us HTTP/1.1"
    assert f"Host: hooks.example.com:{server.port}" in lines
    assert {"Idempotency-Key: k", "User-Agent: Plumbline"} <= set(lines)
    assert body in (b'{"id":1}', b"")  # what follows the head may come in a packet of its own


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 429, 500, 503])
def test_any_other_answer_than_taken_is_a_failure_and_no_redirect_is_followed(to, status):
    said = f"HTTP/1.1 {status} No\nLocation: https://10.0.0.1/\nContent-Length: 0\n\n"
    with serving(answering(said)) as server, pytest.raises(NotTaken, match=str(status)):
        to(server)


def test_no_more_of_an_answer_is_read_than_anybody_needs(to):
    def pour(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        for _ in range(100):
            line.sendall(b"x" * 65_536)

    with serving(pour) as server:
        to(server)


def test_who_answers_drop_by_drop_is_cut_off(to, monkeypatch):
    monkeypatch.setattr(posting, "AT_MOST", 0.3)

    def drip(line: socket.socket) -> None:
        for _ in range(100):
            line.sendall(b"H")
            threading.Event().wait(0.05)

    with serving(drip) as server, pytest.raises(OSError):
        to(server)


def test_looking_up_the_name_is_part_of_the_time(monkeypatch):
    monkeypatch.setattr(posting, "AT_MOST", 0.05)
    monkeypatch.setattr(posting.socket, "create_connection", lambda *terms: pytest.fail("a line was taken"))

    def slow(host: str, port: int) -> list[str]:
        threading.Event().wait(0.2)
        return ["8.8.8.8"]

    with pytest.raises(TimeoutError, match="name service"):
        post("https://hooks.example.com/", b"", {}, resolve=slow)


def test_a_name_that_the_name_service_cannot_spell_is_a_refusal():
    def misspelt(host: str, port: int) -> list[str]:
        raise UnicodeError("label too long")

    with pytest.raises(AddressRefused, match="no name of a host"):
        post("https://hooks.example.com/", b"", {}, resolve=misspelt)


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]", "xn--bcher-kva.example", "a" * 63 + ".example"])
def test_hosts_that_can_be_asked_for(host):
    assert target_of(f"https://{host}/").host == host.strip("[]")


def test_what_is_no_answer_of_a_web_server_is_a_failure(to):
    with serving(answering("220 mail.example.com ESMTP\n")) as server, pytest.raises(NotTaken, match="web server"):
        to(server)


def test_a_certificate_of_another_host_is_a_failure(monkeypatch):
    monkeypatch.setattr(posting, "is_public", lambda address: True)
    with serving(answering("HTTP/1.1 200 OK\n\n")) as server:
        monkeypatch.setattr(posting, "PORTS", frozenset({server.port}))
        with pytest.raises(OSError):
            post(f"https://hooks.example.com:{server.port}/", b"", {}, resolve=lambda host, port: ["127.0.0.1"])
