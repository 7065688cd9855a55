"""What a page shows, as tests read it."""

from __future__ import annotations

from typing import Any

from django.test import Client


def board(client: Client, address: str, **asked: str) -> Any:
    """The board of a page that is there."""
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.context["board"]


def sentence(found: Any) -> str:
    """Its headline as text."""
    return "".join(phrase.text for phrase in found.headline.sentence)
