"""How long the web process takes for its pages, and how much memory it holds.

    python -m benchmarks.pages                      the demonstration company in a folder of its own
    DATABASE_URL=postgresql://… python -m benchmarks.pages --person NAME --password PASSWORD
                                                    a company that is loaded already (see benchmarks.company)

`manage.py up web` with one worker of four threads on loopback, one client, after a warm-up. `answer` is the same
request for a page that reads no figures (the own account), so `× answer` says what the figures cost.
Compare within one run.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.company import ROOT

PATHS = ("/account/", "/overview/", "/units/{unit}/", "/units/{unit}/explain/operating_income/", "/alerts/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--person", default="executive@halden.example")
    parser.add_argument("--password", default="")
    parser.add_argument("--unit", default="U06")
    parser.add_argument("--requests", type=int, default=40)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "PLUMBLINE_VAR": os.environ.get("PLUMBLINE_VAR", folder)}
        if not options.password:
            environment.pop("DATABASE_URL", None)
            options.password = _demonstration(environment, options.person)
        manage(environment, "collectstatic", "--noinput", "-v0")
        _measure(environment, options)


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def _demonstration(environment: dict[str, str], email: str) -> str:
    """Load the demonstration company; the password of one of its people."""
    manage(environment, "migrate", "-v0")
    people = json.loads(manage(environment, "demo", "--json"))["people"]
    return str(next(person["password"] for person in people if person["email"] == email))


@contextmanager
def serving(environment: dict[str, str], *, workers: int) -> Iterator[tuple[str, int]]:
    """The product's own web process on a free port: its address and the supervisor's process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "manage.py", "up", "web", "--no-prepare"],
        cwd=ROOT,
        env={**environment, "PORT": str(port), "WEB_WORKERS": str(workers)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _measure(environment: dict[str, str], options: argparse.Namespace) -> None:
    with serving(environment, workers=1) as (address, supervisor):
        visitor = Visitor(address)
        visitor.sign_in(options.person, options.password)
        print(
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n\n{'page':46}{'ms':>8}{'KB':>8}{'× answer':>10}"
        )
        base = 0.0
        for path in (each.format(unit=options.unit) for each in PATHS):
            seconds, size = visitor.timed(path, options.requests)
            base = base or seconds
            print(f"{path:46}{seconds * 1000:8.1f}{size / 1024:8.0f}{seconds / base:10.1f}")
        print(f"\nweb worker {_worker_memory(supervisor):.0f} MB resident")


class Visitor:
    """A client with cookies."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def read(self, path: str, data: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.address + path, data=data, headers={"Referer": self.address + path})
        with self.opener.open(request, timeout=60) as answer:
            return bytes(answer.read())

    def sign_in(
        self,
        person: str,
        password: str,
        *,
        path: str = "/account/login/",
        names: tuple[str, str] = ("login", "password"),
    ) -> None:
        for _ in range(100):
            try:
                form = self.read(path).decode()
                break
            except OSError:
                time.sleep(0.2)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None
        fields = {"csrfmiddlewaretoken": token[1], names[0]: person, names[1]: password}
        self.read(path, urllib.parse.urlencode(fields).encode())

    def timed(self, path: str, times: int) -> tuple[float, int]:
        """Median seconds of a request after three to warm up, and the size of the answer."""
        taken, size = [], 0
        for turn in range(times + 3):
            began = time.perf_counter()
            size = len(self.read(path))
            if turn >= 3:
                taken.append(time.perf_counter() - began)
        return median(taken), size


def _worker_memory(supervisor: int) -> float:
    """Megabytes resident in the one worker: the child of gunicorn's arbiter, which is the supervisor's child."""
    worker = supervisor
    for _ in range(2):
        worker = int(Path(f"/proc/{worker}/task/{worker}/children").read_text().split()[0])
    status = Path(f"/proc/{worker}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
