"""A case: the base with drivers laid on, one after the other, and what each of them adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from metrics.catalogue import METRICS
from metrics.formula import Context, Name, Node, Value, evaluate, parse
from metrics.formula.values import NO_ACCOUNT, amount, missing
from metrics.readings import Level
from metrics.scenarios.acting import adds, idle
from metrics.scenarios.balances import cash_added
from metrics.scenarios.base import ALL_LINES, Base
from metrics.scenarios.drivers import Setting
from metrics.statement import NoTime, weights

PROFIT = "operating_income"
STATEMENT = (
    "revenue",
    "cost_of_sales",
    "gross_profit",
    "personnel_cost",
    "contractor_cost",
    "marketing_cost",
    "cloud_cost",
    "other_operating_cost",
    "operating_cost",
    "operating_income",
    "gross_margin",
    "operating_margin",
)
"""The figures of a case, each by the catalogue's formula over its lines."""

NOTHING = (NO_ACCOUNT, "not_applicable: no cash")
"""Reasons of a figure that is missing because there is nothing of the kind."""

Lines = dict[str, dict[int, int]]


@dataclass(frozen=True)
class Part:
    """What one setting adds, on top of those before it: to operating income by month, and to cash at month ends.

    `reason` says why it cannot act, where it cannot; then it adds nothing.
    """

    setting: Setting
    profit: Mapping[int, int]
    cash: Mapping[int, Level]
    reason: str = ""

    def profit_over(self, months: Iterable[int]) -> int:
        """What it adds to the operating income of some months."""
        return sum(self.profit.get(month, 0) for month in months)

    def cash_at(self, month: int) -> Level:
        return self.cash.get(month, Level(0))


@dataclass(frozen=True)
class Case:
    """What the months of a unit come to if the settings hold. `added` is by line and month, `cash_added` by month."""

    base: Base
    parts: tuple[Part, ...]
    added: Mapping[str, Mapping[int, int]]
    cash_added: Mapping[int, Level]

    def line(self, code: str, month: int) -> Level:
        """A line of the case; missing exactly where the base is."""
        level = self.base.line(code, month)
        more = self.added.get(code, {}).get(month, 0)
        return level if level.number is None or not more else Level(level.number + more)

    def cash(self, month: int) -> Level:
        """Cash at the end of a month; missing where the base is, or where what is added is not known."""
        level, more = self.base.cash_at(month), self.cash_added.get(month, Level(0))
        if level.number is None or more.number is None:
            return level if level.number is None else more
        return Level(level.number + more.number)

    def figures(self, months: Sequence[int], *, of_base: bool = False) -> Mapping[str, Level]:
        """STATEMENT over some months together; lines are summed first, the formulas are applied after."""
        return figures(self.totals(months, of_base=of_base))

    def totals(self, months: Sequence[int], *, of_base: bool = False) -> dict[str, Level]:
        """ALL_LINES summed over some months; the first month that is missing says why there is no sum."""
        line = self.base.line if of_base else self.line
        return {each: _sum(line(each, month) for month in months) for each in ALL_LINES}


def figures(lines: Mapping[str, Level]) -> Mapping[str, Level]:
    """The statement, given its lines; what is missing follows the truth table of formulas."""
    context, calendar = Context("actual", "month"), NoTime()
    known = {code: _value(level) for code, level in lines.items()}

    def resolve(name: Name, context: Context) -> Value:
        if name.code not in known:
            known[name.code] = evaluate(_tree(name.code), context, resolve=resolve, calendar=calendar)
        return known[name.code]

    found = {code: resolve(Name(code, None, 0), context) for code in STATEMENT}
    return {code: Level(value.number, value.reason) for code, value in found.items()}


def _value(level: Level) -> Value:
    return missing(level.reason, exact=True) if level.number is None else amount(int(level.number))


@dataclass(frozen=True)
class LeftOver:
    """STATEMENT of what is left of a unit, and its cash at the end of the last month."""

    figures: Mapping[str, Level]
    cash: Level


def left_over(case: Case, parts: Iterable[Case], months: Sequence[int], *, of_base: bool) -> LeftOver:
    """What is left of a unit once some of its members are taken out, so that the members and this add up to it.

    Lines and cash are subtracted; ratios follow by their formulas. A line that a member has nothing of takes nothing
    away; where it is missing for another reason, so is what is left.
    """
    lines, last = case.totals(months, of_base=of_base), months[-1]
    cash = case.base.cash_at(last) if of_base else case.cash(last)
    for part in parts:
        totals = part.totals(months, of_base=of_base)
        lines = {each: _without(level, totals[each]) for each, level in lines.items()}
        cash = _without(cash, part.base.cash_at(last) if of_base else part.cash(last))
    return LeftOver(figures(lines), cash)


def _without(level: Level, member: Level) -> Level:
    return level if member.reason.startswith(NOTHING) else _minus(level, member)


def lay_on(base: Base, members: Mapping[str, Base], settings: Sequence[Setting]) -> Case:
    """Lay settings on a unit: each acts on the lines of its own unit, which is one of `members`, or this one.

    What is added to a member is added to the unit; what units sell each other is taken to stay as it is. Settings that
    change nothing, or cannot act, add nothing.
    """
    known = {**members, base.unit: base}
    laid: dict[str, list[Setting]] = {}
    lines: dict[str, Lines] = {unit: _known(each) for unit, each in known.items()}
    cash: dict[str, Mapping[int, Level]] = {}
    parts = []
    for setting in settings:
        member = known.get(setting.unit)
        reason = idle(setting, member)
        if reason or member is None or setting.is_neutral:
            parts.append(Part(setting, {}, {}, reason))
            continue
        unit = setting.unit
        before, was = lines[unit], cash.get(unit, {})
        lines[unit] = _after(setting, before, member)
        laid.setdefault(unit, []).append(setting)
        cash[unit] = cash_added(member, lines[unit], laid[unit])
        months = [month for month in base.months if month in member.months]
        parts.append(Part(setting, _profit(before, lines[unit], months), _more(was, cash[unit], base.months)))
    return Case(base, tuple(parts), _added(base, known, lines), _total(base.months, cash.values()))


def _after(setting: Setting, lines: Lines, base: Base) -> Lines:
    """The lines after a setting."""
    found = {code: dict(months) for code, months in lines.items()}
    for month in base.months:
        here = {code: months[month] for code, months in lines.items() if month in months}
        for code, more in adds(setting, here, base, month).items():
            found[code][month] += more
    return found


def _known(base: Base) -> Lines:
    """The lines of the months to come, as far as they are known."""
    return {
        code: {
            month: level.number
            for month, level in base.lines.get(code, {}).items()
            if month in base.months and isinstance(level.number, int)
        }
        for code in ALL_LINES
    }


def _profit(before: Lines, after: Lines, months: Sequence[int]) -> dict[int, int]:
    """What was added to operating income, by the weights its formula gives the lines."""
    parts = weights()[PROFIT]
    return {
        month: sum(weight * (after[code].get(month, 0) - before[code].get(month, 0)) for code, weight in parts.items())
        for month in months
    }


def _more(was: Mapping[int, Level], now: Mapping[int, Level], months: Sequence[int]) -> dict[int, Level]:
    return {month: _minus(_reached(now, month), _reached(was, month)) for month in months}


def _total(months: Sequence[int], cash: Iterable[Mapping[int, Level]]) -> dict[int, Level]:
    every = list(cash)
    return {month: _sum(_reached(each, month) for each in every) for month in months}


def _reached(added: Mapping[int, Level], month: int) -> Level:
    """What has been added by the end of a month; what came before a unit's own months is nothing."""
    return added.get(month, Level(0))


def _added(base: Base, known: Mapping[str, Base], lines: Mapping[str, Lines]) -> dict[str, dict[int, int]]:
    """What all settings together add to the lines of the unit."""
    found: dict[str, dict[int, int]] = {code: {} for code in ALL_LINES}
    for unit, after in lines.items():
        before = _known(known[unit])
        for code in ALL_LINES:
            for month in base.months:
                more = after[code].get(month, 0) - before[code].get(month, 0)
                if more:
                    found[code][month] = found[code].get(month, 0) + more
    return found


def _sum(levels: Iterable[Level]) -> Level:
    """Levels together; the first that is missing says why there is no sum."""
    total = 0
    for level in levels:
        if level.number is None:
            return level
        total += int(level.number)
    return Level(total)


def _minus(level: Level, other: Level) -> Level:
    if level.number is None or other.number is None:
        return level if level.number is None else other
    return Level(int(level.number) - int(other.number))


@cache
def _tree(code: str) -> Node:
    return parse(METRICS[code].formula)
