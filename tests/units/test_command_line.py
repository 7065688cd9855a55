"""What somebody at a terminal reads when a command refuses: one sentence, and what to do."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection


def typed(environment: dict[str, str], *words: str) -> tuple[int, str]:
    """What the command line says on standard error, and the exit code."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stderr


def test_on_the_command_line_a_refusal_is_its_sentence_and_nothing_else(own_database):
    assert typed(own_database.environment, "token", "revoke", "plb_nothing") == (2, "There is no token plb_nothing.\n")


@pytest.mark.parametrize("command", [("person", "list"), ("audit_verify",)])
def test_a_database_that_is_not_migrated_is_said_with_the_command_that_migrates(own_database, command):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_person RENAME COLUMN theme TO something_older")
        cursor.execute("ALTER TABLE audit_block RENAME COLUMN digest TO something_older")

    code, said = typed(own_database.environment, *command)

    assert (code, said.count("\n")) == (3, 1)
    assert said.endswith("Run `manage.py migrate`.\n")
