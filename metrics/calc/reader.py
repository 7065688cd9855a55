"""Reading books: an account or a role in a version and a basis, as a level for all rows and units asked for.

A figure of a window is there as soon as one slice that carries it was delivered in the window: partial windows
and partial groups are numbers with their coverage. It is missing with one of these reasons

    not_applicable: no account …      nobody carries it in this version for the unit, or for any below it
    not_applicable: no figures …      before the first or after the last delivered period, or for a unit that is
                                      not in the company or never delivered it (`no budget` in budgets)
    not_applicable: fewer than N periods    twelve months, or the last N, that would reach before the first period
    not_applicable: the last N periods have W weeks    twelve months in weeks, around a short or a long year
    late                              expected and not delivered
    not_due                           the close of a fiscal year that is still under way
    error: …                          an entry in it cannot be translated
    not_applicable: not additive over units    a group's score or reported ratio
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np

from metrics.formula.values import NO_ACCOUNT
from metrics.rates import is_constant

from .books import Book, Terms
from .company import Company
from .coverage import Coverage, least_complete, uncounted
from .levels import Arithmetic, Level
from .matrix import Flags, Ints
from .standings import Marks, Standing

LATE, NOT_DUE = "late", "not_due"
NOT_ADDITIVE = "not_applicable: not additive over units"
FLOW, STOCK, AVERAGE = "sum", "last", "average"
WEEKS_OF_A_YEAR = (52, 53)


Counted = tuple[tuple[int, bool], ...]
"""The carriages behind some accounts, each with whether it is counted at the end of a window only."""


@dataclass(frozen=True, eq=False)
class Window:
    """The rows of a basis in a book: running sums from `start` up to `stop`, one window for each row asked for.

    `inside` says where the book has such a period at all, `due` where the window does not end after the last one,
    `unfit` why flows say nothing there: it reaches back before the first one, or makes no year. 0 where they do.
    """

    asked: Ints
    start: Ints
    stop: Ints
    inside: Flags
    due: Flags
    unfit: Marks

    @cached_property
    def closing(self) -> Ints:
        """Where the last row of each window starts."""
        return np.maximum(self.stop - 1, 0)

    def rows(self, *, is_stock: bool) -> Iterator[tuple[Ints, Flags]]:
        """Window by window the first row, the second …, with where there is such a row; of a stock the last alone."""
        first = self.closing if is_stock else self.start
        for at in range(int((self.stop - first).max(initial=0))):
            there = first + at < self.stop
            yield np.where(there, first + at, 0), there


class Reader:
    """The bottom of every formula: figures of some of the units, in any version, basis and period.

    Accounts that the same carriages stand behind are missing in the same places: how they stand is worked out once.
    """

    def __init__(self, books: Mapping[str, Book], *, company: Company, columns: Ints, arithmetic: Arithmetic) -> None:
        self.books = books
        self.company = company
        self.columns = columns
        self.arithmetic = arithmetic
        self._books: dict[str, Book] = {}
        self._windows: dict[tuple[str, str, bytes], Window] = {}
        self._coverages: dict[tuple[Window, int, bool], Coverage] = {}
        self._standings: dict[tuple[Window, Counted], tuple[Standing, Flags | None]] = {}

    def level(self, code: str, *, version: str, basis: str, rows: Ints, years: int = 0) -> Level:
        """`role:X` or `account:CODE` of a version in a basis, as of some rows of the axis; always exact.

        `years` restates flows to the weeks of the periods so many years later.
        """
        shape = len(rows), len(self.columns)
        if version not in self.books:
            return self.arithmetic.missing(nothing_in(version), shape, exact=True)
        book = self._book(version)
        terms = book.terms(code) or ()
        if not terms:
            return self.arithmetic.missing(_no_account(code), shape, exact=True)
        window = self._window(book, basis, rows)
        standing = self._standing(book, code, terms, window)
        if standing.is_empty:
            return Level(np.zeros(shape, dtype=np.int64), standing)
        return self.arithmetic.level(self._sum(book, terms, window, years), standing)

    def taking_part(self, version: str, basis: str, rows: Ints) -> Coverage:
        """Unit-periods in which any source delivered, of those in which any was expected."""
        book = self._book(version)
        return self._coverage(book, book.anybody, self._window(book, basis, rows))

    def _book(self, version: str) -> Book:
        if version not in self._books:
            self._books[version] = self.books[version].of_units(self.columns)
        return self._books[version]

    def _standing(self, book: Book, code: str, terms: Terms, window: Window) -> Standing:
        """Where and why the sum of some accounts is missing. Where a unit has figures, but none of a source that
        carries these, that is the reason."""
        counted: Counted = tuple(
            dict.fromkeys((each, _is_stock(book, place)) for place, _ in terms for each in book.behind[place])
        )
        standing, others_only = self._delivered(book, window, counted)
        known = self.arithmetic.standings
        mistaken = [place for place, _ in terms if place in book.mistaken]
        if mistaken:
            error = reduce(_first, [self._errors(book, place, window) for place in mistaken])
            wrong = (error > 0) & window.inside[:, None]
            standing = known.of(np.where(wrong, error, standing.reason), standing.coverage)
        if others_only is not None:
            chosen = others_only & ~standing.present
            standing = known.because(standing, chosen, self._number(_no_account(code, book.version)))
        return standing

    def _delivered(self, book: Book, window: Window, counted: Counted) -> tuple[Standing, Flags | None]:
        """How figures stand that these carriages stand behind, and where a unit has others only (None: nowhere)."""
        if (window, counted) not in self._standings:
            places = [each for each, _ in counted]
            reached = book.reaches(places, window.asked)
            others_only = book.reaches([book.anybody], window.asked) & ~reached
            standing = self._counted(book, window, counted, reached)
            self._standings[window, counted] = standing, others_only if others_only.any() else None
        return self._standings[window, counted]

    def _counted(self, book: Book, window: Window, counted: Counted, reached: Flags) -> Standing:
        parts = [self._coverage(book, each, window, is_stock=is_stock) for each, is_stock in counted]
        coverage = reduce(least_complete, parts) if parts else uncounted(reached.shape)
        there = reduce(np.logical_or, [part.have > 0 for part in parts], np.zeros(reached.shape, dtype=bool))
        expected = np.where(window.due, self._number(LATE), self._number(NOT_DUE))[:, None]
        nothing = self._number(nothing_in(book.version))
        reason = np.where(there, 0, np.where(coverage.of > 0, expected, nothing))
        if not any(book.carriages[each].additive for each, _ in counted):
            is_group = ~self.company.tree.is_leaf[self.columns]
            reason = np.where(is_group & ~there & reached, self._number(NOT_ADDITIVE), reason)
        if not all(is_stock for _, is_stock in counted):
            unfit = window.unfit[:, None]
            reason = np.where((unfit > 0) & reached, unfit, reason)
        reason = np.where(window.inside[:, None], reason, nothing)
        return self.arithmetic.standings.of(reason, coverage)

    def _sum(self, book: Book, terms: Terms, window: Window, years: int) -> Ints:
        (place, factor), *others = terms
        values = factor * self._values(book, place, window, years)
        for place, factor in others:
            values += factor * self._values(book, place, window, years)
        return values

    def _window(self, book: Book, basis: str, rows: Ints) -> Window:
        """Where a basis lies in a book, as of rows of the axis, cut to the rows the book has."""
        key = book.version, basis, rows.tobytes()
        if key not in self._windows:
            first, last = self.company.axis.window(basis, rows)
            size = book.last - book.first + 1
            start = np.minimum(np.maximum(first - book.first, 0), size)
            bases = basis.split()
            parts = zip(bases, np.split(rows, len(bases)), np.split(first, len(bases)), strict=True)
            self._windows[key] = Window(
                asked=rows,
                start=start,
                stop=np.maximum(np.minimum(last - book.first + 1, size), start),
                inside=(rows >= book.opened) & (rows <= book.newest),
                due=last <= book.newest,
                unfit=np.concatenate([self._unfit(book, *part) for part in parts]),
            )
        return self._windows[key]

    def _values(self, book: Book, account: int, window: Window, years: int) -> Ints:
        running, rollup = book.running[account], book.rollup(account)
        if rollup == STOCK:
            return running[window.stop] - running[window.closing]
        if rollup == FLOW and years:
            running = self._restated(running, book, years)
        found = running[window.stop] - running[window.start]
        return _mean(found, self._months(book, account, window)) if rollup == AVERAGE else found

    def _restated(self, running: Ints, book: Book, years: int) -> Ints:
        """Running sums of months each restated to the weeks of its counterpart, rounded half-even once a month."""
        later, own = (weeks[book.first : book.last + 1, None] for weeks in self.company.axis.restating(years))
        months = np.diff(running, axis=0)
        restated = np.where(later == own, months, _mean(months * later, own))
        return np.concatenate([running[:1], running[:1] + np.cumsum(restated, axis=0)])

    def _months(self, book: Book, account: int, window: Window) -> Ints:
        """In how many months of each window the account was delivered by anybody."""
        number = np.zeros((len(window.start), len(self.columns)), dtype=np.int64)
        delivered = [book.carriages[each].running.have for each in book.behind[account]]
        for row, there in window.rows(is_stock=False) if delivered else ():
            here = reduce(np.logical_or, [have[row + 1] > have[row] for have in delivered])
            number += here & there[:, None]
        return number

    def _errors(self, book: Book, account: int, window: Window) -> Marks:
        """The number of the first error in each window; 0 where there is none."""
        assert book.errors is not None
        found = np.zeros((len(window.start), len(self.columns)), dtype=np.int32)
        for row, there in window.rows(is_stock=_is_stock(book, account)):
            found = _first(found, book.errors[account][row] * there[:, None])
        return found

    def _coverage(self, book: Book, carriage: int, window: Window, *, is_stock: bool = False) -> Coverage:
        key = window, carriage, is_stock
        if key not in self._coverages:
            running, start = book.carriages[carriage].running, window.closing if is_stock else window.start
            counts = (each[window.stop] - each[start] for each in (running.have, running.of))
            self._coverages[key] = Coverage(*counts).where(window.inside[:, None])
        return self._coverages[key]

    def _unfit(self, book: Book, basis: str, rows: Ints, first: Ints) -> Marks:
        """Where the last so many periods reach back too far, or make no year of 52 or 53 weeks (after a short one)."""
        axis, found = self.company.axis, np.zeros(len(rows), dtype=np.int32)
        if basis != "ltm" and not basis.startswith("last:"):
            return found
        if basis == "ltm" and axis.weeks_of_ltm.any():
            weeks = axis.weeks_of_ltm[np.clip(rows, 0, len(axis) - 1)]
            for odd in np.unique(weeks[~np.isin(weeks, WEEKS_OF_A_YEAR)]).tolist():
                said = f"not_applicable: the last {axis.periods_per_year} periods have {odd} weeks, not 52 or 53"
                found[weeks == odd] = self._number(said)
        periods = str(axis.periods_per_year) if basis == "ltm" else basis.removeprefix("last:")
        found[first < book.opened] = self._number(f"not_applicable: fewer than {periods} periods")
        return found

    def _number(self, reason: str) -> int:
        return self.arithmetic.reasons.number(reason)


def _is_stock(book: Book, account: int) -> bool:
    return book.rollup(account) == STOCK


def _first(errors: Marks, others: Marks) -> Marks:
    return np.where(errors == 0, others, errors)


def _no_account(code: str, version: str = "") -> str:
    """Why nobody has a figure: the chart has no such account, or it has, and nobody carries it in a version."""
    sort, _, name = code.partition(":")
    named = f"with role {name}" if sort == "role" else name
    return f"{NO_ACCOUNT} {named}{' in ' if version else ''}{version}"


def nothing_in(version: str) -> str:
    """Why a version has no number where it has no figures."""
    if is_constant(version):
        return "not_applicable: not kept at these rates"
    sort = version.partition("-")[0]
    return f"not_applicable: no {sort}" if sort in ("budget", "forecast") else "not_applicable: no figures"


def _mean(sums: Ints, months: Ints) -> Ints:
    """The mean of the months that were delivered, rounded half-even to ten-thousandths; 0 where none was."""
    number = np.maximum(months, 1)
    whole, rest = np.divmod(sums, number)
    above = (2 * rest > number) | ((2 * rest == number) & (whole % 2 == 1))
    found: Ints = whole + above
    return found
