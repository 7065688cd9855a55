"""A clock that only moves when told, kinds of work for the tests, and a queue one can look into."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from jobs import registry
from jobs.registry import GiveUp, Work, handles


class Hands:
    """A clock whose hands the test moves; calling it tells the time."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def hands(at: datetime) -> Hands:
    return Hands(at)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Work]]:
    """What the handlers of three kinds were given: `test.works`, `test.breaks` (its worker's fault), `test.refuses`."""
    given: list[Work] = []
    monkeypatch.setattr(registry, "_HANDLERS", dict(registry._HANDLERS))

    @handles("test.works")
    def works(work: Work) -> dict[str, int]:
        given.append(work)
        return {"rows": 12}

    @handles("test.breaks")
    def breaks(work: Work) -> None:
        given.append(work)
        raise ConnectionResetError("the line went dead")

    @handles("test.refuses")
    def refuses(work: Work) -> None:
        given.append(work)
        raise GiveUp("The period 2026-09 is closed.")

    return given


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids that would have travelled, in order."""
    sent: list[int] = []
    for place in ("jobs.relay.send", "jobs.sweeping.send"):
        monkeypatch.setattr(place, lambda job_id: sent.append(job_id) or True)
    return sent
