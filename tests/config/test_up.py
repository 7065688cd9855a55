"""What stands in the way of a start: one sentence that says what to do, exit status 3, and no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)


@pytest.fixture
def refusal(tmp_path):
    """Start `manage.py up` with some settings; what it says when it will not."""

    def start(**terms: str) -> str:
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        environment = {**kept, "DJANGO_SETTINGS_MODULE": "config.settings", "PLUMBLINE_VAR": str(tmp_path / "var")}
        environment |= {"ENV_FILE": os.devnull, **terms}
        command = [sys.executable, "manage.py", "up", "--no-prepare"]
        done = subprocess.run(
            command, cwd=BASE, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode in {1, 3}
        assert "Traceback" not in done.stderr
        return " ".join(done.stderr.split())

    return start


def test_a_port_in_use_is_named_with_another_to_try(refusal):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        said = refusal(PORT=str(port))

    assert f"Port {port} on 127.0.0.1 cannot be used (Address already in use)." in said
    assert f"make run PORT={port + 1}" in said


def test_a_database_that_does_not_answer_is_named_without_its_password(refusal):
    said = refusal(DATABASE_URL="postgresql://ann:geheim@127.0.0.1:1/plumb")

    assert "The database at 127.0.0.1/plumb cannot be reached" in said
    assert "Start it, or correct DATABASE_URL." in said
    assert "geheim" not in said


def test_a_redis_that_does_not_answer_is_named_without_its_password(refusal):
    said = refusal(REDIS_URL="redis://:geheim@127.0.0.1:1/0")

    assert "Redis at 127.0.0.1 cannot be reached" in said
    assert "geheim" not in said


def test_a_data_folder_that_cannot_be_written_is_named(refusal, tmp_path):
    (tmp_path / "file").write_text("")

    said = refusal(PLUMBLINE_VAR=str(tmp_path / "file" / "var"), SECRET_KEY="k" * 40, SEAL_KEY="s" * 40)

    assert f"{tmp_path}/file/var" in said
    assert "cannot be written" in said


def test_a_setting_that_makes_no_sense_is_named(refusal):
    assert refusal(PORT="many") == "Plumbline cannot start: PORT is 'many'; write a whole number from 1 on."


def test_an_unsafe_production_is_refused(refusal):
    said = refusal(PRODUCTION="1", ALLOWED_HOSTS="*")

    assert "PRODUCTION is set and the settings are not safe." in said
    assert "ALLOWED_HOSTS names no host, or all." in said
