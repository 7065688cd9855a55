"""What stands at a moment, read once, so that many proposals are held against it without another query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.conf import settings

from alerts.judging.inheritance import Edition
from alerts.judging.manual import Manual
from alerts.judging.touched import NEW, Moved, judged_from, moved
from alerts.models import Threshold, ThresholdVersion
from alerts.planned import Planned
from alerts.rulebook import all_periods, edition_of, in_manual, manual_of, spot_of, times_among
from alerts.together import together
from ledger.models import Period, Rate
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

    def names(self, scope: Scope, ability: str) -> dict[str, str]:
        """By their codes the names of its units, as far as a reader may do something there."""
        return {unit.code: unit.name for unit in self.tops.values() if scope.may(ability, unit)}

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
    """What stands now; five queries, whatever its size."""
    engine = Scope.system("alerts")
    versions = ThresholdVersion.objects.within(engine).select_related(
        "threshold__unit", "valid_from", "valid_until", "owner"
    )
    periods = all_periods(engine)
    known = times_among(periods, at=at)
    began = None if known.newest is None else known.periods[known.newest].starts
    units = list(Unit.objects.within(engine).exclude(kind=Unit.Kind.ELIMINATION).order_by("left"))
    rates = Rate.objects.filter(standing_at(None), kind=Rate.Kind.BUDGET)
    said = together(**in_manual(), rates=(rates, ("period__ordinal", "currency", "rate")))
    book = manual_of(said)
    return Ground(
        units={unit.pk: unit for unit in units if began is None or unit.ends is None or unit.ends >= began},
        versions=tuple(versions.order_by("from_mark")),
        periods={period.ordinal: period for period in periods},
        newest=known.newest,
        book=book,
        money=_in_money(book, said["accounts"]),
        rates={currency: Fraction(rate) for _, currency, rate in sorted(said["rates"])},
        currency=next((unit.currency for unit in units if not unit.depth), ""),
        limit=settings.APPROVAL_ABOVE,
    )


def _in_money(book: Manual, accounts: Iterable[Sequence[Any]]) -> frozenset[str]:
    """The codes of everything that is measured in money: metrics and accounts."""
    metrics = (code for code, metric in book.metrics.items() if metric.kind == "money")
    return frozenset([*metrics, *(f"account:{code}" for _, _, code, *_, measure in accounts if measure == "money")])
