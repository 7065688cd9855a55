"""The company with its sheets computed, as pages find it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metrics.recompute import recompute
from tests.company import Company

COMPUTED = datetime(2026, 10, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def computed(company: Company) -> Company:
    recompute(actor="process:test", clock=lambda: COMPUTED)
    return company
