"""The demonstration, loaded once for the tests that read it."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

from django.core.management import call_command

from tests.prepared import prepared


def answer(*words: str) -> Any:
    """The document that a command prints with --json."""
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


@prepared
def halden() -> dict[str, Any]:
    """What `demo --json` said when it loaded."""
    found: dict[str, Any] = answer("demo")
    return found
