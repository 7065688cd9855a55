"""A running Plumbline with the demonstration company.

The server, its worker and its beat run as processes of their own on a folder of their own, as a user runs them, so
that nothing done there touches the tests' database.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Site:
    """Where the company is served, and who may sign in with what."""

    address: str
    folder: Path
    passwords: dict[str, str]
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """What a management command prints, run beside the server on the same data."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """The company, served from this folder until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment = {
        **kept,
        "PLUMBLINE_VAR": str(folder),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "a-key-that-only-journeys-use-" * 3,
        "SEAL_KEY": "a-seal-that-only-journeys-use-" * 3,
    }
    run = [sys.executable, "manage.py"]
    subprocess.run([*run, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    loaded = subprocess.run([*run, "demo", "--json"], cwd=ROOT, env=environment, check=True, capture_output=True)
    people = json.loads(loaded.stdout)["people"]
    server = subprocess.Popen([*run, "up"], cwd=ROOT, env=environment, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        passwords = {each["email"]: each["password"] for each in people}
        yield Site(address, folder, passwords, environment)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with {server.returncode}.")
        try:
            with urllib.request.urlopen(f"{address}/account/login/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise RuntimeError("The server does not answer.")
