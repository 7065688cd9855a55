"""The company with its sheets computed, as pages find it; and the group that is hard to explain."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from metrics.recompute import recompute
from people.models import Person
from tests.cast import person
from tests.company import Company
from tests.prepared import prepared
from tests.reports.group import Group, build_group
from units.roles import UNIT_LEADER

COMPUTED = datetime(2026, 10, 9, 8, 0, tzinfo=UTC)


@prepared
def computed(company: Company) -> Company:
    recompute(actor="process:test", clock=lambda: COMPUTED)
    return company


@prepared
def group() -> Group:
    return build_group()


@pytest.fixture
def shops_lead(computed: Company) -> Person:
    """Leads Shops alone; Retail's leader is above."""
    return person("Sara Shops", UNIT_LEADER, computed.shops)
