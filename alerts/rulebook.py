"""The thresholds as stored, read into what the pure half works on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from alerts.inheritance import Edition, Spot
from alerts.models import ThresholdVersion
from alerts.terms import LEVELS, Terms
from ledger.actions.closing import Closed
from ledger.models import Account, Period
from ledger.periods import Calendar
from ledger.querysets import fiscal_calendar
from metrics.declaration import Metric
from metrics.definitions import definitions
from metrics.querysets import sheets
from metrics.roles import Node, terms
from units.scope import Scope


def terms_of(version: ThresholdVersion) -> Terms:
    """A version's terms as the rules read them."""
    return Terms(
        metric=version.metric,
        basis=version.basis,
        comparator=version.comparator,
        measure=version.measure,
        direction=version.direction,
        **{name: getattr(version, name) for name in LEVELS},
        materiality=version.materiality,
        floor_amount=version.floor_amount,
        floor_percent=version.floor_percent,
        periods=version.periods,
    )


def editions(scope: Scope) -> list[Edition]:
    """All versions of all thresholds within a scope, with where in the tree they stand."""
    versions = ThresholdVersion.objects.within(scope).select_related("threshold__unit", "valid_from", "valid_until")
    return [
        Edition(
            version=version.pk,
            threshold=version.threshold_id,
            unit=Spot(version.threshold.unit_id, version.threshold.unit.left, version.threshold.unit.right),
            terms=terms_of(version),
            inherits=version.inherits,
            since=version.valid_from.ordinal if version.valid_from else None,
            until=version.valid_until.ordinal if version.valid_until else None,
            retired=version.retired,
            from_mark=version.from_mark,
            label=version.label,
            action=version.action,
            owner=version.owner_id,
        )
        for version in versions.order_by("from_mark")
    ]


@dataclass(frozen=True)
class Times:
    """Which periods have figures, and which of them are over: by the calendar, or because they were closed."""

    periods: Mapping[int, Period]
    ended: frozenset[int]
    closed: Closed

    def is_finished(self, ordinal: int, left: int) -> bool:
        """Whether the period is over for the unit at this place of the tree."""
        return ordinal in self.ended or self.closed.holds(ordinal, left)

    @cached_property
    def newest(self) -> int | None:
        """The newest period with figures that is over for somebody."""
        over = [ordinal for ordinal in self.periods if ordinal in self.ended or self.closed.spans.get(ordinal)]
        return max(over, default=None)


def times(scope: Scope, *, at: datetime) -> Times:
    """The periods with actual figures, as seen at a moment."""
    figures = sheets(scope).known_at(None).of_version("actual").of_basis("month").filter(period=OuterRef("pk"))
    periods = {period.ordinal: period for period in Period.objects.filter(Exists(figures))}
    today = localdate(at)
    ended = frozenset(ordinal for ordinal, period in periods.items() if period.ends < today)
    return Times(periods, ended, Closed.among(periods))


@dataclass(frozen=True)
class Manual:
    """What figures mean: the metrics in force, the accounts behind roles, and the fiscal calendar."""

    metrics: Mapping[str, Metric]
    roles: Mapping[str, Mapping[str, int]]
    accounts: Mapping[str, str]
    calendar: Calendar

    def codes(self) -> set[str]:
        """Every name a formula may use."""
        return {*self.metrics, *(f"account:{code}" for code in self.accounts)}

    def label(self, code: str) -> str:
        metric = self.metrics.get(code)
        return metric.label if metric else self.accounts.get(code.removeprefix("account:"), code)


def manual() -> Manual:
    """The manual of today."""
    accounts = list(Account.objects.select_related("parent").order_by("position"))
    chart = [
        Node(account.code, account.parent.code if account.parent else "", account.kind, account.weight, account.role)
        for account in accounts
    ]
    return Manual(definitions(), terms(chart), {each.code: each.name for each in accounts}, fiscal_calendar())
