"""The shipped catalogue: every figure of the product, as the finance manual states it, a module a chapter.

A metric says what it is called, how it is computed, which way is better, how it compares, and what a
breach of it costs. Formulas are written in the language of `metrics.formula`; the engine rolls accounts up
over units and over time first and applies formulas after, so a ratio is always a ratio of sums.

What the engine supplies besides accounts
    role:X                       as `metrics.roles.terms` defines it; where no account carries X, missing with
                                 a reason that begins with "not_applicable: no account"
    role:elimination_difference  income less expense eliminated on that unit, from the elimination; and the
                                 other lines of consolidation, see `metrics.roles.DERIVED_ROLES`
    reported_role                where a metric names one: for a unit of its own (not a group) whose formula
                                 is missing, the statistical account of that role stands instead

What alerts supply to an impact formula, evaluated at the unit, period and basis of the breach
    value       the metric's value
    limit       the level that was crossed, in the metric's own unit of measure
    target      the level to aim for; where the threshold has none, what it compares with, else its limit
    baseline    the metric in the version or period the threshold compares with, else the approved budget
    baseline.x  another metric there
An impact is money a year and negative where it hurts: on operating income, or on cash where it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from metrics.declaration import REPORTED_ROLES, ROLES, Metric, MetricCycle, check, order

from . import budget, cash, classes, consolidation, customers, growth, market, people, ratios, statement

__all__ = [
    "CATALOGUE",
    "METRICS",
    "REPORTED_ROLES",
    "ROLES",
    "SEVERITY_WORDS",
    "Metric",
    "MetricCycle",
    "check",
    "order",
]

SEVERITY_WORDS: Mapping[str, Literal["high", "medium", "low"]] = MappingProxyType(
    {"emergency": "high", "critical": "high", "warning": "medium", "target": "low"}
)
"""How the levels of a threshold are called on a page."""

CATALOGUE: tuple[Metric, ...] = (
    *statement.CHAPTER,
    *ratios.CHAPTER,
    *people.CHAPTER,
    *budget.CHAPTER,
    *growth.CHAPTER,
    *customers.CHAPTER,
    *cash.CHAPTER,
    *market.CHAPTER,
    *classes.CHAPTER,
    *consolidation.CHAPTER,
)

METRICS: Mapping[str, Metric] = MappingProxyType({metric.code: metric for metric in CATALOGUE})
