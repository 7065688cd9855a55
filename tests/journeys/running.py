"""A running Plumbline, most often with the demonstration company.

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
        return program(self.environment, "manage.py", *arguments)


def prepare(folder: Path) -> Path:
    """Make of a folder one that holds what every company begins with, and no company."""
    program(on(folder) | {"DEMO": "0"}, "manage.py", "prepare")
    return folder


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """The demonstration company, served from this prepared folder until the end of the block."""
    environment = on(folder)
    loaded = program(environment, "manage.py", "demo", "--json")
    passwords = {each["email"]: each["password"] for each in json.loads(loaded)["people"]}
    with serving(folder, environment, passwords) as site:
        yield site


def on(folder: Path) -> dict[str, str]:
    """The environment of processes that work on the database in this folder, and serve it on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {
        **kept,
        "PLUMBLINE_VAR": str(folder),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "a-key-that-only-journeys-use-" * 3,
        "SEAL_KEY": "a-seal-that-only-journeys-use-" * 3,
    }


@contextmanager
def serving(folder: Path, environment: dict[str, str], passwords: dict[str, str], *parts: str) -> Iterator[Site]:
    """Whatever company stands in the database there, until the end of the block; only these parts, if any are named."""
    command = [sys.executable, "manage.py", "up", "--no-prepare", *parts]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    address = f"http://127.0.0.1:{environment['PORT']}"
    try:
        _wait_for(address, server)
        yield Site(address, folder, passwords, environment)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def program(environment: dict[str, str], *arguments: str) -> str:
    """What a program of ours prints."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


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
