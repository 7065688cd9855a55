"""What stands on sheets, handed out number by number to readings over timeframes that no sheet holds.

One query for each version and basis a reading asks for, over all units it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Min

from ledger.models import Account
from ledger.periods import Calendar, rolling
from metrics import roles
from metrics.above import MASKED
from metrics.arrangement import reported_first, stored_names
from metrics.declaration import Metric
from metrics.formula import Context
from metrics.formula.functions import NO_UNIT_ABOVE
from metrics.formula.syntax import GROUP
from metrics.querysets import reading, sheets
from metrics.timeframes import Book, Stored, Timeframe
from units.models import Unit
from units.places import OtherDays, other_days
from units.scope import Scope

OWN = "own_"
HERE = OtherDays()


def book(metrics: Mapping[str, Metric]) -> Book:
    """What figures mean on the chart of accounts as it stands."""
    accounts = list(Account.objects.select_related("parent").order_by("position", "pk"))
    chart = [
        roles.Node(each.code, each.parent.code if each.parent else "", each.kind, each.weight, each.role)
        for each in accounts
    ]
    return Book(metrics, {each.code: each.time_rollup for each in accounts}, roles.terms(chart))


def opened(mark: int) -> dict[str, int]:
    """The first period each version has sheets for: the company's, whoever asks; it says nothing of any unit."""
    everything = sheets(Scope.system("timeframes")).standing_at(mark).of_basis("month").order_by()
    return dict(everything.values_list("version").annotate(first=Min("period__ordinal")))


def context_of(basis: str, version: str) -> Context:
    """Where a formula stands for a basis as people ask for it: `rolling:3` are its last three periods, `own_ytd` is
    the year to date in a calendar of its own."""
    number = rolling(basis)
    return Context(version, f"last:{number}" if number else basis.removeprefix(OWN))


class Shelf:
    """The sheets of some units at one mark, within a scope; periods from `first` to `last` are read at once.

    `is_now` reads them on the tree of today.
    """

    def __init__(
        self, scope: Scope, *, mark: int, units: Collection[int], first: int, last: int, is_now: bool = False
    ) -> None:
        self.scope, self.mark, self.units, self.is_now = scope, mark, units, is_now
        self.span = range(first, last + 1)
        self._read: dict[tuple[str, str, int | None], dict[tuple[int, int], Any]] = {}
        self._others: dict[int, Shelf] = {}
        self._paths: dict[int, list[tuple[int, int]]] = {}
        self._elsewhere: dict[int, OtherDays] | None = None

    def timeframe(
        self, unit: int, ordinal: int, *, calendar: Calendar, book: Book, opened: Mapping[str, int], own: bool = False
    ) -> Timeframe:
        """The figures of a unit as of a period; `own` reads the quarters and years of its own calendar."""

        def above(which: str, at: int) -> Timeframe | str:
            higher = self._top(unit) if which == GROUP else self._parent(unit, calendar.at(at).ends)
            if isinstance(higher, str):
                return higher
            shelf = self if higher in self.units else self._of(higher)
            return shelf.timeframe(higher, ordinal, calendar=calendar, book=book, opened=opened)

        return Timeframe(book, calendar, ordinal, partial(self._stored, unit, own), opened, above=above)

    def _of(self, unit: int) -> Shelf:
        """The shelf of a unit that this one was not asked for."""
        if unit not in self._others:
            first, last = self.span[0], self.span[-1]
            self._others[unit] = Shelf(
                self.scope, mark=self.mark, units=[unit], first=first, last=last, is_now=self.is_now
            )
        return self._others[unit]

    def _top(self, unit: int) -> int | str:
        """The unit at the top; why there is none to read."""
        path = self._path(unit)
        return path[-1][0] if path and path[-1][1] == 0 else MASKED

    def _parent(self, unit: int, day: date) -> int | str:
        """The unit right above on a day (as is now: today); why there is none to read.

        A unit that moved has a share of the parent of each period, and of one that may not be seen none.
        """
        path = self._path(unit)
        if not path:
            return MASKED
        if path[0][1] == 0:
            return NO_UNIT_ABOVE
        if self._elsewhere is None:
            self._elsewhere = {} if self.is_now else other_days(self.scope, self.mark, self.units)
        elsewhere = self._elsewhere.get(unit, HERE).parent_on(day)
        if elsewhere is not None:
            return elsewhere if Unit.objects.within(self.scope).filter(pk=elsewhere).exists() else MASKED
        return path[1][0] if len(path) > 1 else MASKED

    def _path(self, unit: int) -> list[tuple[int, int]]:
        """The unit itself and all above it today that may be seen, nearest first, each with its depth."""
        if unit not in self._paths:
            own = Unit.objects.within(self.scope).filter(pk=unit).values_list("left", "right").first() or (0, 0)
            path = Unit.objects.within(self.scope).filter(left__lte=own[0], right__gte=own[1]).order_by("-left")
            self._paths[unit] = list(path.values_list("pk", "depth"))
        return self._paths[unit]

    def _stored(self, unit: int, own: bool, version: str, basis: str, ordinal: int, code: str) -> Stored | None:
        basis = f"{OWN}{basis}" if own and basis in ("qtd", "ytd") else basis
        sheet = self._sheets(version, basis, ordinal).get((unit, ordinal))
        if sheet is None:
            return None
        read = reading(sheet, code)
        have, _, of = read.coverage.partition(" of ")
        return Stored(read.number, read.reason, int(have or 0), int(of or 0))

    def _sheets(self, version: str, basis: str, ordinal: int) -> dict[tuple[int, int], Any]:
        """The sheets of a version and basis: of the whole span, or of a period outside it."""
        outside = None if ordinal in self.span else ordinal
        key = (version, basis, outside)
        if key not in self._read:
            asked = self.span if outside is None else range(outside, outside + 1)
            names = stored_names([version], is_now=self.is_now)
            found = sheets(self.scope).selected(
                mark=self.mark, versions=names, bases=[basis], ordinals=asked, units=self.units
            )
            kept = sorted(found, key=lambda sheet: reported_first(sheet.version))
            self._read[key] = {(sheet.unit_id, sheet.period.ordinal): sheet for sheet in kept}
        return self._read[key]
