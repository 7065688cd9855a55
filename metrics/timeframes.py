"""Figures over timeframes that no sheet holds: rolling windows, parts of a period, restated weeks.

What a sheet holds is read from it. Everything else is made of stored month figures of accounts, and formulas are
applied after, as the engine does: a ratio over three months is a ratio of three months' sums. Pure: `stored`
hands out what stands on sheets.

Weights are for periods of which a part is compared: flows of such a period are multiplied by its weight and
rounded half-even to a ten-thousandth, once for each account and period. Stocks and averages have no parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ledger.periods import Calendar, PeriodUnknown, last, ordinals, restating
from metrics.above import MASKED
from metrics.declaration import Metric
from metrics.formula import BASES, SCALE, Call, Context, Name, Node, Value, evaluate, parse, walk
from metrics.formula.functions import WHOLE_ONLY
from metrics.formula.plain import Calendar as FormulaCalendar
from metrics.formula.values import NO_ACCOUNT, add, amount, missing, times

EXACT = frozenset({"money", "count"})
SUM, LAST = "sum", "last"
NO_FIGURES = "not_applicable: no figures"
NOTHING_THERE = "not_applicable: no "
DIGITS = 12


@dataclass(frozen=True)
class Stored:
    """One number of a sheet or its reason, and the unit-periods delivered and expected behind it."""

    number: int | float | str | None
    reason: str = NO_FIGURES
    have: int = 0
    of: int = 0


Weights = Mapping[tuple[str, int], Fraction]
"""Parts of periods, by version and ordinal."""

Sheets = Callable[[str, str, int, str], Stored | None]
"""What stands on the sheet of a version, basis and ordinal under a code; None where there is no sheet."""


@dataclass(frozen=True)
class CalendarAt(FormulaCalendar):
    """The fiscal calendar as a formula sees it from one period."""

    calendar: Calendar
    ordinal: int

    @property
    def periods_per_year(self) -> int:
        return self.calendar.periods_in_year

    def window(self, context: Context) -> range:
        """The ordinals a basis covers."""
        at = self.ordinal - context.lag
        if context.basis.startswith("last:"):
            return last(int(context.basis[5:]), at)
        return ordinals(self.calendar, at, basis=context.basis)

    def is_restated(self, context: Context) -> bool:
        """Whether some period of the window has other weeks than the one it is compared with."""
        if not context.years or not self.calendar.restates_week_53:
            return False
        try:
            return any(self.restating(each, context) != 1 for each in self.window(context))
        except PeriodUnknown:
            return False

    def restating(self, ordinal: int, context: Context) -> Fraction:
        """What flows of a period are multiplied with, to be compared as the context compares them."""
        return restating(self.calendar, ordinal, years=context.years)

    def periods(self, context: Context) -> int | None:
        return len(self.window(context)) if self.days(context) else None

    def days(self, context: Context) -> int | None:
        try:
            window = self.window(context)
            first, final = self.calendar.at(window[0]), self.calendar.at(window[-1])
        except PeriodUnknown:
            return None
        return (final.ends - first.starts).days + 1


@dataclass(frozen=True)
class Book:
    """What figures mean: metrics by code, how each account adds up over time, the accounts behind each role."""

    metrics: Mapping[str, Metric]
    rollups: Mapping[str, str]
    roles: Mapping[str, Mapping[str, int]]

    def terms(self, code: str) -> Mapping[str, int]:
        """The accounts behind `account:CODE` or `role:X` with their factors."""
        sort, _, name = code.partition(":")
        if sort == "account":
            return {name: 1} if name in self.rollups else {}
        return self.roles.get(name, {})


@dataclass(frozen=True)
class Timeframe:
    """Figures of one unit, as of one period, over any window.

    `opened` is the first period each version has figures for at all; a window that reaches back before it is too
    short. `weights` are parts of periods, by version and ordinal. `above` hands out the timeframe of the unit right
    above or at the top, or the reason why there is none to read.
    """

    book: Book
    calendar: Calendar
    ordinal: int
    stored: Sheets = field(repr=False)
    opened: Mapping[str, int] = field(default_factory=dict)
    weights: Weights = field(default_factory=dict)
    above: Callable[[str, int], Timeframe | str] = field(default=lambda which, ordinal: MASKED, repr=False)

    @property
    def at(self) -> CalendarAt:
        return CalendarAt(self.calendar, self.ordinal)

    def level(self, code: str, context: Context) -> Stored:
        """A metric or `account:CODE` over a window, as a sheet would hold it, with its coverage."""
        metric = self.book.metrics.get(code)
        value = self.value(code, context)
        have, of = self._coverage(code, context)
        if value.number is None:
            return Stored(None, value.reason, have, of)
        return Stored(_as_stored(value, metric), "", have, of)

    def computed(self, metric: Metric, context: Context) -> Stored:
        """What a metric amounts to by its formula, whatever sheets say of it, as one would hold it."""
        value = self._metric(metric, context)
        return Stored(None, value.reason) if value.number is None else Stored(_as_stored(value, metric), "")

    def value(self, code: str, context: Context) -> Value:
        """What a code amounts to; missing with its reason."""
        if context.above:
            whose, there = self.above(context.above, self.ordinal - context.lag), replace(context, above="")
            if isinstance(whose, str):
                return missing(whose, exact=True)
            return whose.weighing(self.weights).value(code, there)
        metric = self.book.metrics.get(code)
        if self.opened and context.version not in self.opened:
            return missing(_nothing_in(context.version), exact=metric is None or metric.kind in EXACT)
        if self._stands(context):
            return self._line(code, context) if metric is None else self._on_sheet(metric, context)
        return self._over_months(code, context) if metric is None else self._metric(metric, context)

    # --- from sheets ----------------------------------------------------------------------------------
    def _stands(self, context: Context) -> bool:
        """Whether a sheet holds the window as it is asked for."""
        if context.basis not in BASES or self.at.is_restated(context):
            return False
        if not self.weights:
            return True
        return not any((context.version, each) in self.weights for each in self.at.window(context))

    def _on_sheet(self, metric: Metric, context: Context) -> Value:
        exact = metric.kind in EXACT or metric.kind == "class"
        found = self._sheet(context, metric.code)
        if found.number is None:
            return missing(found.reason, exact=exact)
        if metric.kind == "class":
            return amount((metric.choices.index(str(found.number)) + 1) * SCALE)
        assert not isinstance(found.number, str)
        return Value(found.number, exact)

    def _sheet(self, context: Context, code: str) -> Stored:
        found = self.stored(context.version, context.basis, self.ordinal - context.lag, code)
        return found or Stored(None, _nothing_in(context.version))

    def _line(self, code: str, context: Context) -> Value:
        """A role or account as the sum of its accounts on a sheet; where no sheet stands there is nothing at all."""
        terms = self.book.terms(code)
        at = context.version, context.basis, self.ordinal - context.lag
        found = [(self.stored(*at, f"account:{account}"), Fraction(factor)) for account, factor in terms.items()]
        if terms and not any(part for part, _ in found):
            return missing(_nothing_in(context.version), exact=True)
        return _added([(part or Stored(None, _nothing_in(context.version)), factor) for part, factor in found], code)

    # --- from months ----------------------------------------------------------------------------------
    def _metric(self, metric: Metric, context: Context) -> Value:
        exact = metric.kind in EXACT
        tree = parse(metric.formula)
        if self.weights and (stopper := self._needs_whole_periods(tree, frozenset({metric.code}))):
            return missing(f"not_applicable: {stopper} is not read over a part of a period", exact=exact)
        value = evaluate(tree, context, resolve=lambda name, at: self.value(name.code, at), calendar=self.at)
        if value.number is None and metric.reported_role:
            reported = self.value(f"role:{metric.reported_role}", context)
            value = reported if reported.number is not None else value
        never = self._never(metric, context)
        return missing(never, exact=exact) if never and value.number is not None else value

    def _never(self, metric: Metric, context: Context) -> str:
        """Why no month of the window has the metric, where none has for one reason of its own: nor has the window."""
        months = [self.stored(context.version, "month", each, metric.code) for each in self.at.window(context)]
        found = {each.reason for each in months if each is not None}
        return NO_FIGURES if found == {NO_FIGURES} else ""

    def _needs_whole_periods(self, tree: Node, seen: frozenset[str]) -> str:
        """The first function behind a formula that counts days or periods, which a part of a period does not have."""
        for node in walk(tree):
            if isinstance(node, Call) and node.function in WHOLE_ONLY:
                return f"{node.function}(…)"
            if isinstance(node, Name) and node.code in self.book.metrics and node.code not in seen:
                below = parse(self.book.metrics[node.code].formula)
                if found := self._needs_whole_periods(below, seen | {node.code}):
                    return found
        return ""

    def _over_months(self, code: str, context: Context) -> Value:
        """A role or account over a window, from months: flows add, stocks are the last, means the mean."""
        window = self.at.window(context)
        total: list[tuple[Stored, Fraction]] = []
        is_flow = False
        for account, factor in self.book.terms(code).items():
            rollup = self.book.rollups[account]
            is_flow |= rollup != LAST
            total.append((self._account(account, rollup, context, window), Fraction(factor)))
        opened = self.opened.get(context.version)
        if is_flow and context.basis.startswith("last:") and opened is not None and window[0] < opened:
            return missing(f"not_applicable: fewer than {len(window)} periods", exact=True)
        if total and not self._has_sheets(code, context, window):
            return missing(_nothing_in(context.version), exact=True)
        return _added(total, code)

    def _has_sheets(self, code: str, context: Context, window: range) -> bool:
        """Whether any month of the window has a sheet with an account of the line."""
        names = [f"account:{account}" for account in self.book.terms(code)]
        return any(self.stored(context.version, "month", month, name) for month in window for name in names)

    def _account(self, account: str, rollup: str, context: Context, window: range) -> Stored:
        months = window[-1:] if rollup == LAST else window
        found = [self.stored(context.version, "month", each, f"account:{account}") for each in months]
        for each in found:
            if each is not None and each.reason.startswith("error"):
                return each
        numbers = [
            (int(each.number), self.weights.get((context.version, month), 1) * self.at.restating(month, context))
            for month, each in zip(months, found, strict=True)
            if each is not None and each.number is not None
        ]
        if not numbers:
            return next((each for each in reversed(found) if each is not None), Stored(None))
        if rollup == SUM:
            return Stored(sum(round(number * weight) for number, weight in numbers), "")
        return Stored(round(Fraction(sum(number for number, _ in numbers), len(numbers))), "")

    def _coverage(self, code: str, context: Context) -> tuple[int, int]:
        """Delivered and expected unit-periods over the window: those of its months together."""
        if self._stands(context):
            found = self._sheet(context, code)
            return found.have, found.of
        months = [self.stored(context.version, "month", each, code) for each in self.at.window(context)]
        return sum(each.have for each in months if each), sum(each.of for each in months if each)

    def holes(self, code: str, context: Context) -> list[int]:
        """The periods of the window in which something was expected and not all of it delivered."""
        months = {each: self.stored(context.version, "month", each, code) for each in self.at.window(context)}
        return [each for each, found in months.items() if found is not None and found.have < found.of]

    def weighing(self, weights: Weights) -> Timeframe:
        """The same, with parts of some periods."""
        return replace(self, weights=weights)


def _added(parts: Sequence[tuple[Stored, Fraction]], code: str) -> Value:
    """The sum of what is there; an error stops it, and with nothing there the first reason that says more counts."""
    if not parts:
        sort, _, name = code.partition(":")
        return missing(f"{NO_ACCOUNT} {f'with role {name}' if sort == 'role' else name}", exact=True)
    for part, _ in parts:
        if part.reason.startswith("error"):
            return missing(part.reason, exact=True)
    total: Value | None = None
    for part, factor in parts:
        if part.number is not None:
            value = times(amount(int(part.number)), int(factor))
            total = value if total is None else add(total, value)
    if total is not None:
        return total
    reasons = [part.reason for part, _ in parts]
    said = next((reason for reason in reasons if not reason.startswith(NOTHING_THERE)), "")
    if not said and code.startswith("role:"):
        return missing(f"{NO_ACCOUNT} of {code} with figures here", exact=True)
    return missing(said or reasons[0], exact=True)


def _as_stored(value: Value, metric: Metric | None) -> int | float | str:
    """A value as sheets hold it: whole ten-thousandths, ratios of twelve digits, classes as words."""
    assert value.number is not None and value.plain is not None
    if metric is not None and metric.kind == "class":
        return metric.choices[round(value.plain) - 1]
    if metric is None or metric.kind in EXACT:
        return int(value.number) if value.exact else round(value.plain * SCALE)
    return float(f"{value.plain:.{DIGITS}g}")


def _nothing_in(version: str) -> str:
    sort = version.partition("-")[0]
    return f"not_applicable: no {sort}" if sort in ("budget", "forecast") else NO_FIGURES
