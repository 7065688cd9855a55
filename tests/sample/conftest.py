"""The demonstration, loaded once for the tests that read it; nothing of it stays in the test database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction


def answer(*words: str) -> Any:
    """The document that a command prints with --json."""
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture(scope="module")
def halden(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """What `demo --json` said when it loaded; everything is undone at the end of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield answer("demo")
        transaction.set_rollback(True)
