"""Letters as tests read them: when the morning is, what a round of sending came to, and who got which subject."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from alerts.actions import send_news
from tests.alerts.conftest import ENGINE

MORNING = datetime(2026, 10, 10, 7, tzinfo=UTC)
"""The morning after the tests happen, where nobody chose another."""


def sent(at: datetime, channel: int | None = None) -> dict[str, int]:
    counts = send_news(actor=ENGINE, at=at, channel=channel)
    return {state: number for state, number in counts.items() if number}


def subjects(mailoutbox: list[Any]) -> list[tuple[str, str]]:
    return [(mail.to[0].partition("@")[0], mail.subject) for mail in mailoutbox]
