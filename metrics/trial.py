"""A metric tried out before it is saved: what its formula amounts to over stored figures, beside what stands.

Read within a scope and at one mark, computed with the evaluator for plain numbers; nothing is written. What a formula
reads of other metrics is read from their sheets, so the trial says what the next recompute will store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.periods import Calendar
from ledger.querysets import fiscal_calendar, is_closed
from metrics.cutoffs import CLOSES_MONTHLY
from metrics.declaration import Metric
from metrics.definitions import definitions
from metrics.querysets import sheets
from metrics.shelf import Shelf, book, context_of, opened
from metrics.timeframes import Book, Stored, Timeframe
from metrics.vetting import Definition, as_metric, users_of
from units.models import Unit
from units.scope import Scope

ACTUAL = "actual"
MONTHS = 12
MOST_UNITS = 300
NOT_DEFINED = Stored(None, "not_applicable: not defined yet")


@dataclass(frozen=True)
class Tried:
    """One figure as it stands and as the proposed formula has it, both as sheets hold them; `of` names its place."""

    of: str
    before: Stored
    after: Stored

    @property
    def difference(self) -> int | float | None:
        """What is added or taken away; None where one of the two is missing."""
        before, after = self.before.number, self.after.number
        if before is None or after is None or isinstance(before, str) or isinstance(after, str):
            return None
        return after - before

    @property
    def is_other(self) -> bool:
        """Whether a reader finds another number, or another reason for none."""
        return (self.before.number, self.before.reason) != (self.after.number, self.after.reason)


@dataclass(frozen=True)
class Trial:
    """What a definition would do to one unit over the last closed months, and to the units below it in the newest.

    `units` begins with what changes most; `left_out` counts units below that were not tried. `users` are the metrics
    whose formula or impact names this one.
    """

    metric: Metric
    unit: Unit
    basis: str
    is_new: bool
    months: tuple[Tried, ...] = ()
    units: tuple[Tried, ...] = ()
    left_out: int = 0
    users: tuple[str, ...] = ()


def try_out(scope: Scope, definition: Definition, *, unit: Unit, basis: str, mark: int) -> Trial:
    """Try a definition that was vetted, on a unit the scope may read; without months where the unit has no figures."""
    known, calendar = definitions(), fiscal_calendar()
    metric = as_metric(definition)
    is_new = metric.code not in known
    users = tuple(users_of(metric.code, known))
    newest = _newest(scope, unit, mark)
    if newest is None:
        return Trial(metric, unit, basis, is_new, users=users)
    trying = _Trying(scope, metric, basis, is_new, calendar, book({**known, metric.code: metric}), opened(mark), mark)
    below = Unit.objects.within(scope).filter(left__gt=unit.left, right__lt=unit.right).order_by("depth", "left")
    below = below.exclude(kind=Unit.Kind.ELIMINATION)
    return Trial(
        metric,
        unit,
        basis,
        is_new,
        months=trying.over_months(unit, range(newest - MONTHS + 1, newest + 1)),
        units=trying.over_units(list(below[:MOST_UNITS]), newest),
        left_out=max(0, below.count() - MOST_UNITS),
        users=users,
    )


def _newest(scope: Scope, unit: Unit, mark: int) -> int | None:
    """The last closed month with figures of the unit; the last at all where it does not close month by month."""
    found = sheets(scope).standing_at(mark).of_version(ACTUAL).of_basis("month").of_units([unit.pk])
    ordinals = found.order_by("-period__ordinal").values_list("period__ordinal", flat=True)
    recent: list[int] = list(ordinals[: CLOSES_MONTHLY + 1])
    return next((ordinal for ordinal in recent if is_closed(unit, ordinal)), recent[0] if recent else None)


@dataclass(frozen=True)
class _Trying:
    """One definition in one basis, ready to be read for any unit and month."""

    scope: Scope
    metric: Metric
    basis: str
    is_new: bool
    calendar: Calendar
    book: Book
    opened: Mapping[str, int]
    mark: int

    def over_months(self, unit: Unit, months: range) -> tuple[Tried, ...]:
        first = months[0] - self.calendar.periods_in_year
        shelf = Shelf(self.scope, mark=self.mark, units=[unit.pk], first=first, last=months[-1])
        return tuple(
            self._tried(self.calendar.at(month).code, self._timeframe(shelf, unit.pk, month)) for month in months
        )

    def over_units(self, units: Sequence[Unit], month: int) -> tuple[Tried, ...]:
        """What changes most first: numbers that appear or go, then the largest differences."""
        shelf = Shelf(self.scope, mark=self.mark, units=[unit.pk for unit in units], first=month, last=month)
        found = [self._tried(str(unit), self._timeframe(shelf, unit.pk, month)) for unit in units]
        return tuple(sorted(found, key=_size, reverse=True))

    def _timeframe(self, shelf: Shelf, unit: int, month: int) -> Timeframe:
        return shelf.timeframe(unit, month, calendar=self.calendar, book=self.book, opened=self.opened)

    def _tried(self, of: str, timeframe: Timeframe) -> Tried:
        context = context_of(self.basis, ACTUAL)
        before = NOT_DEFINED if self.is_new else timeframe.level(self.metric.code, context)
        return Tried(of, before, timeframe.computed(self.metric, context))


def _size(tried: Tried) -> tuple[bool, float]:
    """How much a figure changes; one that was not there before counts by its own size."""
    difference, after = tried.difference, tried.after.number
    appears_or_goes = tried.is_other and difference is None and tried.before is not NOT_DEFINED
    size = after if tried.before is NOT_DEFINED and isinstance(after, int | float) else difference
    return appears_or_goes, abs(size or 0)
