"""Fixtures everybody shares. The cast and the company live in their own files."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime

import hypothesis
import pytest
import time_machine
from django.core.cache import caches

from alerts.backtest import keeping

pytest_plugins = ["tests.roomy", "tests.prepared", "tests.company", "tests.cast", "tests.copies", "tests.chromium"]


# The same examples every time, and no clock: a busy machine is no fault of a law.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session")
def at() -> datetime:
    """The moment tests happen at; no test reads the clock."""
    return datetime(2026, 10, 9, 7, 40, tzinfo=UTC)


@pytest.fixture
def clock(at: datetime) -> Iterator[time_machine.Traveller]:
    """Stops the process' clock at `at`; `clock.shift(60)` lets a minute pass. For tests that send requests."""
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    """What one test asks the API does not count against the next; and no past is kept, since marks repeat."""
    caches["counts"].clear()
    keeping.forget()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
