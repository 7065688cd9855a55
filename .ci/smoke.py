#!/usr/bin/env python3
"""Starts `make run` in a copy of the project, as a newcomer would, signs in with a printed password, and stops it.

The copy has no `.venv` and a data folder and port of its own. Asserted: the demonstration loads, the first page leads
to the sign-in, printed passwords open it, a second start is quick, SIGTERM ends every process, nothing is written
beside the data folder.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
FIRST_START, SECOND_START, STOP = 600.0, 30.0, 40.0  # seconds; generous, machines are noisy


class Start:
    """One run of `make run` and what it prints."""

    def __init__(self, copy: Path, data: Path, port: int) -> None:
        self.log = data.parent / f"run-{time.monotonic_ns()}.log"
        self.port = port
        self.address = f"http://127.0.0.1:{port}/"
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "DEMO"}}
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                ["make", "run", f"PORT={port}", f"PLUMBLINE_VAR={data}"],
                cwd=copy, env=kept, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float) -> float:
        """How long it took to print its address."""
        began = time.monotonic()
        while self.address not in self.printed:
            if self.process.poll() is not None:
                raise AssertionError(f"make run ended with {self.process.returncode} before it answered.")
            if time.monotonic() - began > seconds:
                raise AssertionError(f"make run did not answer within {seconds:g} s.")
            time.sleep(0.2)
        return time.monotonic() - began

    def stop(self) -> None:
        """SIGTERM to make itself; then nothing of it is left."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP)
        left = [line for line in processes() if str(self.log.parent) in line]
        assert not left, f"These processes outlived SIGTERM: {left}"
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", self.port)) != 0, "Something still listens on the port."


def processes() -> list[str]:
    """Command line and environment of every other process we may look at."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        if place.name == str(os.getpid()):
            continue
        try:
            told = (place / "cmdline").read_bytes() + b" " + (place / "environ").read_bytes()
        except OSError:
            continue
        found.append(f"{place.name} {told.decode(errors='replace')}".replace("\0", " "))
    return found


def copy_of_the_project(target: Path) -> Path:
    """The files git knows or would take, nothing that was made here."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=BASE, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (BASE / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(BASE / name, target / name)
    return target


def sign_ins(printed: str) -> list[tuple[str, str]]:
    """Names and passwords of the printed table: three columns (role, sign-in, password), two spaces apart."""
    _, _, table = printed.partition("Sign in as")
    lines = [re.split(r"\s{2,}", line.strip()) for line in table.splitlines()[1:]]
    found = [(cells[1], cells[2]) for cells in lines if len(cells) == 3]
    assert len(found) >= 7, f"There should be a sign-in for each role, and there are {len(found)}."
    return found


def sign_in(address: str, name: str, password: str) -> str:
    """Follow the first page to the sign-in, fill in the form, and give the page behind it."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    with browser.open(address, timeout=30) as page:
        assert "login" in page.url, f"The first page should lead to the sign-in, not to {page.url}."
        form, place = page.read().decode(), page.url
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token, "The sign-in page has no form."
    fields = {"login": name, "password": password, "csrfmiddlewaretoken": token[1]}
    request = urllib.request.Request(place, urllib.parse.urlencode(fields).encode(), {"Referer": place})
    with browser.open(request, timeout=60) as page:
        assert page.status == 200 and "login" not in page.url, f"{name} was not let in: {page.url}"
        return page.read().decode()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="plumbline-smoke-") as folder:
        copy = copy_of_the_project(Path(folder) / "copy")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        runs: list[Start] = []
        try:
            runs.append(Start(copy, Path(folder) / "data", port))
            print(f"first page after {runs[0].wait(FIRST_START):.0f} s")
            with urllib.request.urlopen(f"{runs[0].address}health/", timeout=30) as answer:
                assert answer.read() == b"ok", "The health address does not say ok."
            people = sign_ins(runs[0].printed)
            for name, password in people[:3]:
                page = sign_in(runs[0].address, name, password)
                print(f"{name} signed in and was shown {len(page):,} characters")
            runs[0].stop()
            runs.append(Start(copy, Path(folder) / "data", port))
            print(f"second start after {runs[1].wait(SECOND_START):.1f} s")
            assert not any(password in runs[1].printed for _, password in people), "A password was printed twice."
            runs[1].stop()
            assert not (copy / "var").exists(), "Something was written beside the data folder."
        except BaseException:
            for run in runs:
                sys.stderr.write(run.printed)
            raise
        finally:
            for run in runs:
                if run.process.poll() is None:
                    os.killpg(run.process.pid, signal.SIGTERM)


if __name__ == "__main__":
    main()
