"""A running Plumbline with the demonstration company, and browsers signed in to it.

The server, its worker and its beat run as processes of their own on a folder of their own, as a user runs them, so
that nothing a journey does touches the tests' database.
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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
UNSAFE = ("script-src-elem", "style-src-elem", "script-src ", "Refused to execute", "Refused to load")


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


@dataclass
class Visit:
    """A page and what the browser complained about while it was open."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def goto(self, path: str) -> Page:
        self.page.goto(self.site.address + path)
        return self.page


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("company")
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


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """`visit("executive@…")` signs in and gives a page; afterwards the browser must not have complained."""
    opened: list[tuple[BrowserContext, Visit]] = []

    def sign_in(email: str, *, width: int = 1440, theme: str = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        page = context.new_page()
        here = Visit(page, site)
        page.on("console", lambda message: here.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: here.complaints.append(f"script: {error}"))
        here.goto("/account/login/")
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", site.passwords[email])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/account/login" not in url)
        opened.append((context, here))
        return here

    yield sign_in
    for context, here in opened:
        context.close()
        serious = [text for text in here.complaints if text.startswith("script:") or any(u in text for u in UNSAFE)]
        assert serious == []
