"""What stands on sheets, handed out number by number to readings over timeframes that no sheet holds.

One query for each version and basis a reading asks for, over all units it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.db.models import Min

from ledger.models import Account
from ledger.periods import Calendar, rolling
from metrics import roles
from metrics.declaration import Metric
from metrics.formula import Context
from metrics.querysets import reading, sheets
from metrics.timeframes import Book, Stored, Timeframe
from units.scope import Scope

OWN = "own_"


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
    """The sheets of some units at one mark, within a scope; periods from `first` to `last` are read at once."""

    def __init__(self, scope: Scope, *, mark: int, units: Collection[int], first: int, last: int) -> None:
        self.scope, self.mark, self.units = scope, mark, units
        self.span = range(first, last + 1)
        self._read: dict[tuple[str, str, int | None], dict[tuple[int, int], Any]] = {}

    def timeframe(
        self, unit: int, ordinal: int, *, calendar: Calendar, book: Book, opened: Mapping[str, int], own: bool = False
    ) -> Timeframe:
        """The figures of a unit as of a period; `own` reads the quarters and years of its own calendar."""
        return Timeframe(book, calendar, ordinal, partial(self._stored, unit, own), opened)

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
            found = sheets(self.scope).selected(
                mark=self.mark, versions=[version], bases=[basis], ordinals=asked, units=self.units
            )
            self._read[key] = {(sheet.unit_id, sheet.period.ordinal): sheet for sheet in found}
        return self._read[key]
