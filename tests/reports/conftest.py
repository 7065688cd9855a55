"""The company with its sheets computed, as pages find it; and the group that is hard to explain."""

from __future__ import annotations

from datetime import UTC, datetime

from metrics.recompute import recompute
from tests.company import Company
from tests.prepared import prepared
from tests.reports.group import Group, build_group

COMPUTED = datetime(2026, 10, 9, 8, 0, tzinfo=UTC)


@prepared
def computed(company: Company) -> Company:
    recompute(actor="process:test", clock=lambda: COMPUTED)
    return company


@prepared
def group() -> Group:
    return build_group()
