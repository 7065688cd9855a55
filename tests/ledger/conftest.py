"""Who imports in these tests, and who listens."""

from __future__ import annotations

import pytest

from ledger.signals import figures_changed
from people.models import Person
from tests.ledger.imports import AT
from units.scope import Scope


@pytest.fixture
def admin(finance_admin: Person) -> Scope:
    return Scope.of(finance_admin, at=AT)


@pytest.fixture
def heard() -> list[dict[str, object]]:
    """What `figures_changed` told during the test."""
    news: list[dict[str, object]] = []

    def receiver(sender: object, **told: object) -> None:
        told.pop("signal")
        news.append(told)

    figures_changed.connect(receiver, weak=False)
    yield news
    figures_changed.disconnect(receiver)
