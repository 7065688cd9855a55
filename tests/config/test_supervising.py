"""What `manage.py up` becomes: children as they were planned, and the address once somebody answers there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings

from config.supervising import answers, plan
from config.supervisor import Child

SAYS = "import os; print(os.environ['SAID'], os.environ['SECRET_KEY'], flush=True); import time; time.sleep(60)"


class Health(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:  # the library's name for it
        self.send_response(self.status if self.path == "/health/web/" else 404)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """In silence."""


@pytest.fixture
def web() -> Iterator[tuple[str, int]]:
    server = HTTPServer(("127.0.0.1", 0), Health)
    Thread(target=server.serve_forever, daemon=True).start()
    yield "127.0.0.1", server.server_port
    server.shutdown()
    server.server_close()


def child() -> Child:
    return Child("teller", [sys.executable, "-c", SAYS], {**os.environ, "SAID": "It begins."})


def test_of_the_environment_only_what_is_added_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "nobody reads this")

    (planned,) = json.loads(plan([child()], answers_at=None))["children"]

    assert planned["environment"] == {"SAID": "It begins."}
    assert planned["dying_wish"] == signal.SIGTERM


def test_it_runs_the_children_and_says_where_the_web_answers(
    web: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "handed-on")
    command = [sys.executable, "-m", "config.supervising", plan([child()], answers_at=web)]
    with subprocess.Popen(command, cwd=Path(settings.BASE_DIR), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = {running.stdout.readline().strip() for _ in range(4)}
        running.terminate()

    assert {
        "teller | It begins. handed-on",
        f"Plumbline answers at http://127.0.0.1:{web[1]}/  (Ctrl-C stops it)",
    } <= lines
    assert running.returncode == 0


def test_who_answers_in_another_way_or_not_at_all_does_not_answer_yet(
    web: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answers(*web)
    monkeypatch.setattr(Health, "status", 503)
    assert not answers(*web)
    assert not answers("127.0.0.1", 1)
