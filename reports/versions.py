"""The moments that a reader asks figures as known on by name: when those of a period came, changed and were closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from ledger.models import Period
from ledger.querysets import closings_over
from metrics.models import Sheet
from units.models import Unit

MOST = 6
CLOSES = 3
"""Closes of periods that are offered beside the one looked at, the newest."""


@dataclass(frozen=True)
class Moment:
    """What came about, and when."""

    label: str
    at: datetime


def dated(periods: QuerySet[Period], unit: Unit, sheets: QuerySet[Sheet]) -> QuerySet[Period]:
    """The periods with the times at which a unit's actuals of each were first computed, last changed, and closed.

    `sheets` are those of the unit in the period of the outer query, within the reader's scope; that a unit above is
    closed closes this one.
    """
    told = sheets.filter(version="actual", basis="month")
    closed = closings_over(unit).filter(period=OuterRef("pk"))
    return periods.annotate(
        first_known=Subquery(told.order_by("from_mark").values("run__ended")[:1]),
        last_known=Subquery(told.order_by("-from_mark").values("run__ended")[:1]),
        closed_at=Subquery(closed.order_by("at").values("at")[:1]),
    )


def moments(periods: Sequence[Any], looked_at: Any) -> tuple[Moment, ...]:
    """Of periods that are `dated` what happened to the one looked at, and the newest closes of others; newest first."""
    others = [each for each in periods if each != looked_at and each.closed_at][-CLOSES:]
    found = [*_of(looked_at), *(Moment(f"{_named(each)} closed", each.closed_at) for each in others)]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True)[:MOST])


def _of(period: Any) -> Iterator[Moment]:
    if period.first_known:
        yield Moment(f"{_named(period)} first figures", period.first_known)
    if period.last_known and period.last_known != period.first_known:
        yield Moment(f"{_named(period)} last change", period.last_known)
    if period.closed_at:
        yield Moment(f"{_named(period)} closed", period.closed_at)


def _named(period: Any) -> str:
    return period.code if "-P" in period.code else f"{period.ends:%b %Y}"
