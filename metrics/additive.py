"""Which accounts add up over units: scores and reported ratios are their own unit's and never summed. Pure."""

from __future__ import annotations

from metrics.catalogue import CATALOGUE
from metrics.declaration import REPORTED_ROLES

OWN_ONLY_ROLES = frozenset(REPORTED_ROLES) | {
    metric.formula.removeprefix("role:") for metric in CATALOGUE if metric.unit_rollup == "none"
}
OWN_ONLY_MEASURES = frozenset({"ratio", "percent", "points", "days", "months", "score", "index"})


def adds_up(role: str, measure: str) -> bool:
    """Whether an account of this role and unit of measure may be summed over units."""
    return role not in OWN_ONLY_ROLES and measure not in OWN_ONLY_MEASURES
