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

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from metrics.formula.values import NO_ACCOUNT
from metrics.rates import is_constant

from .books import Book, Terms
from .company import Company
from .coverage import Coverage, least_complete, uncounted
from .levels import Arithmetic, Level, Marks
from .matrix import Flags, Ints

LATE, NOT_DUE = "late", "not_due"
NOT_ADDITIVE = "not_applicable: not additive over units"
FLOW, STOCK, AVERAGE = "sum", "last", "average"
WEEKS_OF_A_YEAR = (52, 53)


@dataclass(frozen=True)
class Window:
    """The rows of a basis in a book: running sums from `start` up to `stop`, one window for each row asked for.

    `inside` says where the book has such a period at all, `whole` where the window does not reach back
    before the first period with figures, `due` where it does not end after the last one.
    """

    start: Ints
    stop: Ints
    inside: Flags
    whole: Flags
    due: Flags

    @property
    def closing(self) -> Window:
        """The last row of each window alone."""
        return replace(self, start=np.maximum(self.stop - 1, 0))

    def rows(self) -> list[tuple[Ints, Flags]]:
        """Window by window the first row, the second …, with where there is such a row."""
        longest = int((self.stop - self.start).max(initial=0))
        found = []
        for at in range(longest):
            there = self.start + at < self.stop
            found.append((np.where(there, self.start + at, 0), there))
        return found


class Reader:
    """The bottom of every formula: figures of some of the units, in any version, basis and period."""

    def __init__(self, books: Mapping[str, Book], *, company: Company, columns: Ints, arithmetic: Arithmetic) -> None:
        self.books = books
        self.company = company
        self.columns = columns
        self.arithmetic = arithmetic

    def shape(self, rows: Ints) -> tuple[int, int]:
        return len(rows), len(self.columns)

    def level(self, code: str, *, version: str, basis: str, rows: Ints, years: int = 0) -> Level:
        """`role:X` or `account:CODE` of a version in a basis, as of some rows of the axis; always exact.

        `years` restates flows to the weeks of the periods so many years later.
        """
        book = self.books.get(version)
        if book is None:
            return self.arithmetic.missing(nothing_in(version), self.shape(rows), exact=True)
        terms = book.terms(code) or ()
        if not terms:
            return self.arithmetic.missing(_no_account(code), self.shape(rows), exact=True)
        return self._uncarried(self._sum(book, terms, basis=basis, rows=rows, years=years), book, code, terms, rows)

    def _uncarried(self, found: Level, book: Book, code: str, terms: Terms, rows: Ints) -> Level:
        """The level; where a unit has figures, but none of a source that carries this one, that is the reason."""
        carriages = {each for account, _ in terms for each in book.behind[account]}
        others_only = book.reaches([book.anybody], rows) & ~book.reaches(carriages, rows)
        chosen = others_only[:, book.at(self.columns)] & ~found.present
        return self.arithmetic.where(found, chosen, _no_account(code, book.version)) if chosen.any() else found

    def taking_part(self, version: str, basis: str, rows: Ints) -> Coverage:
        """Unit-periods in which any source delivered, of those in which any was expected."""
        book = self.books[version]
        return self._coverage(book, book.anybody, self._window(book, basis, rows))

    def _sum(self, book: Book, terms: Terms, *, basis: str, rows: Ints, years: int = 0) -> Level:
        whole = self._window(book, basis, rows)
        values = np.zeros(self.shape(rows), dtype=np.int64)
        error = np.zeros(self.shape(rows), dtype=np.int32)
        counted: dict[tuple[int, bool], None] = {}
        for account, factor in terms:
            is_stock = book.rollup(account) == STOCK
            window = whole.closing if is_stock else whole
            values += factor * self._values(book, account, window, years)
            error = np.where(error == 0, self._errors(book, account, window), error)
            counted.update(dict.fromkeys((carriage, is_stock) for carriage in book.behind[account]))
        parts = [self._coverage(book, each, whole.closing if is_stock else whole) for each, is_stock in counted]
        coverage = reduce(least_complete, parts, uncounted(self.shape(rows)))
        there = reduce(np.logical_or, [part.have > 0 for part in parts], np.zeros(self.shape(rows), dtype=bool))
        reason = self._reason(book.version, whole, there=there, coverage=coverage)
        reached = book.reaches([each for each, _ in counted], rows)[:, book.at(self.columns)]
        if not any(book.carriages[each].additive for each, _ in counted):
            is_group = ~self.company.tree.is_leaf[self.columns]
            reason = np.where(is_group & ~there & reached, self._number(NOT_ADDITIVE), reason)
        if not all(is_stock for _, is_stock in counted):
            reason = np.where(whole.whole[:, None] | ~reached, reason, self._too_short(basis))
            no_year = self._no_year(basis, rows)[:, None]
            reason = np.where((no_year > 0) & whole.whole[:, None] & reached, no_year, reason)
        reason = np.where(error > 0, error, reason)
        reason = np.where(whole.inside[:, None], reason, self._number(nothing_in(book.version))).astype(np.int32)
        return Level(np.where(reason == 0, values, 0), reason, coverage)

    def _window(self, book: Book, basis: str, rows: Ints) -> Window:
        """Where a basis lies in a book, as of rows of the axis, cut to the rows the book has."""
        first, last = self.company.axis.window(basis, rows)
        size = book.last - book.first + 1
        start = np.clip(first - book.first, 0, size)
        reaches_back = basis == "ltm" or basis.startswith("last:")
        return Window(
            start=start,
            stop=np.maximum(np.clip(last - book.first + 1, 0, size), start),
            inside=(rows >= book.opened) & (rows <= book.newest),
            whole=(first >= book.opened) if reaches_back else np.ones(len(rows), dtype=bool),
            due=last <= book.newest,
        )

    def _values(self, book: Book, account: int, window: Window, years: int) -> Ints:
        running = book.running[account][:, book.at(self.columns)]
        if years and book.rollup(account) == FLOW:
            running = self._restated(running, book, years)
        found = running[window.stop] - running[window.start]
        return _mean(found, self._months(book, account, window)) if book.rollup(account) == AVERAGE else found

    def _restated(self, running: Ints, book: Book, years: int) -> Ints:
        """Running sums of months each restated to the weeks of its counterpart, rounded half-even once a month."""
        later, own = (weeks[book.first : book.last + 1, None] for weeks in self.company.axis.restating(years))
        months = np.diff(running, axis=0)
        restated = np.where(later == own, months, _mean(months * later, own))
        return np.concatenate([running[:1], running[:1] + np.cumsum(restated, axis=0)])

    def _months(self, book: Book, account: int, window: Window) -> Ints:
        """In how many months of each window the account was delivered by anybody."""
        number = np.zeros((len(window.start), len(self.columns)), dtype=np.int64)
        delivered = [book.carriages[each].running.have[:, book.at(self.columns)] for each in book.behind[account]]
        for row, there in window.rows() if delivered else ():
            here = reduce(np.logical_or, [have[row + 1] > have[row] for have in delivered])
            number += here & there[:, None]
        return number

    def _errors(self, book: Book, account: int, window: Window) -> Marks:
        """The number of the first error in each window; 0 where there is none."""
        found = np.zeros((len(window.start), len(self.columns)), dtype=np.int32)
        if book.errors is None or not book.errors[account].any():
            return found
        errors = book.errors[account][:, book.at(self.columns)]
        for row, there in window.rows():
            found = np.where((found == 0) & there[:, None], errors[row], found)
        return found

    def _coverage(self, book: Book, carriage: int, window: Window) -> Coverage:
        running, at = book.carriages[carriage].running, book.at(self.columns)
        have, of = running.have[:, at], running.of[:, at]
        found = Coverage(have[window.stop] - have[window.start], of[window.stop] - of[window.start])
        return found.where(window.inside[:, None])

    def _reason(self, version: str, window: Window, *, there: Flags, coverage: Coverage) -> Marks:
        expected = np.where(window.due, self._number(LATE), self._number(NOT_DUE))[:, None]
        return np.where(there, 0, np.where(coverage.of > 0, expected, self._number(nothing_in(version))))

    def _too_short(self, basis: str) -> int:
        periods = str(self.company.axis.periods_per_year) if basis == "ltm" else basis.removeprefix("last:")
        return self._number(f"not_applicable: fewer than {periods} periods")

    def _no_year(self, basis: str, rows: Ints) -> Marks:
        """Where the last periods make no year of 52 or 53 weeks, as after a short one; 0 where they do."""
        axis = self.company.axis
        found = np.zeros(len(rows), dtype=np.int32)
        if basis == "ltm" and axis.weeks_of_ltm.any():
            weeks = axis.weeks_of_ltm[np.clip(rows, 0, len(axis) - 1)]
            for odd in np.unique(weeks[~np.isin(weeks, WEEKS_OF_A_YEAR)]).tolist():
                said = f"not_applicable: the last {axis.periods_per_year} periods have {odd} weeks, not 52 or 53"
                found[weeks == odd] = self._number(said)
        return found

    def _number(self, reason: str) -> int:
        return self.arithmetic.reasons.number(reason)


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
