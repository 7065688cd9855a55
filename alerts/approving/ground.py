"""What stands at a moment, read once, so that many proposals are held against it without another query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from django.conf import settings

from alerts.judging.inheritance import Edition
from alerts.judging.manual import Manual
from alerts.judging.touched import NEW, Moved, judged_from, moved
from alerts.models import Threshold, ThresholdVersion
from alerts.planned import Planned
from alerts.rulebook import edition_of, manual, spot_of, times
from ledger.company import group_currency
from ledger.models import Account, Period, Rate
from units.marks import standing_at
from units.models import Unit
from units.scope import Scope

DRAFT = 0
"""The version of what is no version yet."""


@dataclass(frozen=True)
class Ground:
    """All thresholds, the units they judge, and what their money is held against.

    It holds the whole company: what a second person approves is the same whoever looks at it. Rows are narrowed to
    the reader where they are shown.
    """

    units: Mapping[int, Unit]
    versions: tuple[ThresholdVersion, ...]
    periods: Mapping[int, Period]
    newest: int | None
    book: Manual
    money: frozenset[str]
    rates: Mapping[str, Fraction]
    currency: str
    limit: int

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        return tuple(edition_of(version) for version in self.versions)

    @cached_property
    def standing(self) -> Mapping[str, ThresholdVersion]:
        """By the code of a threshold the version that stands now."""
        return {each.threshold.code: each for each in self.versions if each.until_mark is None}

    @cached_property
    def codes(self) -> Mapping[int, str]:
        """By the id of a threshold its code."""
        return {each.threshold_id: each.threshold.code for each in self.versions}

    @cached_property
    def tops(self) -> Mapping[int, Unit]:
        """By their ids the units that thresholds stand on, and those they may judge."""
        return {each.threshold.unit_id: each.threshold.unit for each in self.versions} | dict(self.units)

    def code_of(self, ordinal: int | None) -> str:
        """The code of a period; empty for none."""
        return "" if ordinal is None else self.periods[ordinal].code

    @property
    def newest_period(self) -> Period | None:
        return None if self.newest is None else self.periods[self.newest]

    def is_default(self, version: ThresholdVersion) -> bool:
        """Whether it holds for the whole company: it stands on the top of the tree and inherits."""
        unit = version.threshold.unit
        return version.inherits and unit.depth == 0 and not unit.tree

    def after(self, change: Planned) -> ThresholdVersion:
        """The version a change would make, as no row."""
        threshold = change.before.threshold if change.before else Threshold(pk=NEW, code=change.code, unit=change.unit)
        return ThresholdVersion(threshold=threshold, from_mark=NEW, **change.given)

    def moved(self, change: Planned) -> list[Moved]:
        """The units that other terms would judge, with those of today and those to be."""
        version = self.after(change)
        version.pk = DRAFT
        draft = edition_of(version)
        spots = [spot_of(unit) for unit in self.units.values()]
        return moved(spots, self.editions, draft, at=judged_from(draft, newest=self.newest))


def ground(*, at: datetime) -> Ground:
    """What stands now, in as many queries whatever its size."""
    engine = Scope.system("alerts")
    versions = ThresholdVersion.objects.within(engine).select_related(
        "threshold__unit", "valid_from", "valid_until", "owner"
    )
    known = times(engine, at=at)
    began = None if known.newest is None else known.periods[known.newest].starts
    units = Unit.objects.within(engine).exclude(kind=Unit.Kind.ELIMINATION).order_by("left")
    book = manual()
    return Ground(
        units={unit.pk: unit for unit in units if began is None or unit.ends is None or unit.ends >= began},
        versions=tuple(versions.order_by("from_mark")),
        periods={period.ordinal: period for period in Period.objects.all()},
        newest=known.newest,
        book=book,
        money=_in_money(book),
        rates=_budget_rates(),
        currency=group_currency(),
        limit=settings.APPROVAL_ABOVE,
    )


def _in_money(book: Manual) -> frozenset[str]:
    """The codes of everything that is measured in money: metrics and accounts."""
    accounts = Account.objects.filter(unit_of_measure="money").values_list("code", flat=True)
    metrics = (code for code, metric in book.metrics.items() if metric.kind == "money")
    return frozenset([*metrics, *(f"account:{code}" for code in accounts)])


def _budget_rates() -> dict[str, Fraction]:
    """By currency the newest budget rate: what one unit of it is in the group's currency."""
    found = Rate.objects.filter(standing_at(None), kind=Rate.Kind.BUDGET).order_by("period__ordinal")
    return {currency: Fraction(rate) for currency, rate in found.values_list("currency", "rate")}
