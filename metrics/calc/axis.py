"""The fiscal axis: the rows of every matrix. A `row` is a place on it, never an ordinal or a database id."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ledger.periods import FiscalPeriod

from .matrix import Flags, Ints


@dataclass(frozen=True)
class Axis:
    """Consecutive fiscal periods, whole fiscal years: the rows of every matrix.

    `restates`: a year before is compared as if its periods had as many weeks as this year's.
    """

    periods: tuple[FiscalPeriod, ...]
    periods_per_year: int
    restates: bool = False

    def __len__(self) -> int:
        return len(self.periods)

    def row(self, ordinal: int) -> int:
        """The row of an ordinal; it may lie outside the axis."""
        return ordinal - self.periods[0].ordinal

    @cached_property
    def days(self) -> Ints:
        return np.array([(period.ends - period.starts).days + 1 for period in self.periods], dtype=np.int64)

    def restating(self, years: int) -> tuple[Ints, Ints]:
        """By row the weeks of the period so many years later and its own, which flows are restated by; the same twice
        where there is nothing to restate."""
        own = np.array([period.weeks for period in self.periods], dtype=np.int64)
        later = np.arange(len(self)) + years * self.periods_per_year
        return np.where(later < len(self), own[np.minimum(later, len(self) - 1)], own), own

    def is_restated(self, first: Ints, last: Ints, years: int) -> Flags:
        """Which windows have a period in them that is restated."""
        later, own = self.restating(years)
        running = np.concatenate([[0], np.cumsum(later != own)])
        start, stop = np.clip(first, 0, len(self)), np.clip(last + 1, 0, len(self))
        found: Flags = running[np.maximum(stop, start)] > running[start]
        return found

    @cached_property
    def weeks_of_ltm(self) -> Ints:
        """The weeks of the last regular year's worth of periods as of each row; 0 in a calendar of months."""
        running = np.cumsum([0, *(period.weeks for period in self.periods)])
        stop = np.arange(1, len(self) + 1)
        found: Ints = running[stop] - running[np.maximum(stop - self.periods_per_year, 0)]
        return found

    @cached_property
    def _first_of_year(self) -> Ints:
        return np.array([row - period.number + 1 for row, period in enumerate(self.periods)], dtype=np.int64)

    @cached_property
    def _last_of_year(self) -> Ints:
        lasts = {period.year: row for row, period in enumerate(self.periods)}
        return np.array([lasts[period.year] for period in self.periods], dtype=np.int64)

    @cached_property
    def _first_of_quarter(self) -> Ints:
        firsts: dict[tuple[int, int], int] = {}
        return np.array(
            [firsts.setdefault((p.year, p.quarter), row) for row, p in enumerate(self.periods)], dtype=np.int64
        )

    def window(self, basis: str, rows: Ints) -> tuple[Ints, Ints]:
        """First and last row that a basis covers, as of each of these rows.

        Rows outside the axis keep a window outside it. `basis` is month, qtd, ytd, ltm, year or last:N; or several of
        them with spaces between, each for an equal part of the rows.
        """
        if " " in basis:
            bases = basis.split()
            windows = [self.window(*each) for each in zip(bases, np.split(rows, len(bases)), strict=True)]
            return np.concatenate([first for first, _ in windows]), np.concatenate([last for _, last in windows])
        if basis == "month":
            return rows, rows
        if basis == "ltm":
            return rows - self.periods_per_year + 1, rows
        if basis.startswith("last:"):
            return rows - int(basis[5:]) + 1, rows
        inside = (rows >= 0) & (rows < len(self))
        safe = np.where(inside, rows, 0)
        firsts = (self._first_of_quarter if basis == "qtd" else self._first_of_year)[safe]
        firsts = np.where(inside, firsts, rows)
        if basis == "year":
            return firsts, np.where(inside, self._last_of_year[safe], rows)
        return firsts, rows

    def holds(self, first: Ints, last: Ints) -> Flags:
        """Where a window lies on the axis."""
        return (first >= 0) & (last < len(self))
