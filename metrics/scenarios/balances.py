"""What changed lines and changed days do to cash: the difference to the cash that is forecast anyway.

As in the cash forecast itself: customers owe the sales of the last so many months, suppliers are owed the purchases
(all cost but own staff) of the last so many, staff is paid in the month. A changed number of days holds from its first
month on, so its whole effect comes in that month. Without a lag the balance stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from metrics.readings import Level
from metrics.scenarios.acting import nth_month
from metrics.scenarios.base import Base
from metrics.scenarios.drivers import DAYS_A_MONTH, ONE, Setting
from metrics.statement import LINES, weights

STAFF = "personnel_cost"
MonthsOfFlow = Mapping[int, int]


def cash_added(base: Base, lines: Mapping[str, MonthsOfFlow], settings: Sequence[Setting]) -> dict[int, Level]:
    """What is added to cash at the end of each month to come, by ordinal, exact ten-thousandths.

    `lines` are those of the case, by line and ordinal. What customers pay, what is paid out and staff are each rounded
    half-even once a month. Missing where a closed month that changed days reach back to is not known.
    """
    before = {code: _numbers(base, code) for code in LINES}
    after = {code: {**before[code], **lines.get(code, {})} for code in LINES}
    collected = _moved(base, _sales(before), _sales(after), "collection", settings)
    paid = _moved(base, _purchases(before), _purchases(after), "payment", settings)
    found, total = {}, Level(0)
    for month in base.months:
        staff = after[STAFF].get(month, 0) - before[STAFF].get(month, 0)
        total = _plus(_plus(total, collected[month], 1), paid[month], -1)
        total = _plus(total, Level(staff), -1)
        found[month] = total
    return found


def _numbers(base: Base, code: str) -> dict[int, int]:
    months = base.lines.get(code, {})
    return {month: level.number for month, level in months.items() if isinstance(level.number, int)}


def _sales(lines: Mapping[str, MonthsOfFlow]) -> MonthsOfFlow:
    return lines["revenue"]


def _purchases(lines: Mapping[str, MonthsOfFlow]) -> dict[int, int]:
    """All cost but own staff, of months of which any is known; the parts and their weights are the statement's."""
    parts = {code: weight for code, weight in weights()["total_cost"].items() if code != STAFF}
    months = {month for code in parts for month in lines[code]}
    return {month: sum(weight * lines[code].get(month, 0) for code, weight in parts.items()) for month in months}


def _moved(
    base: Base, before: MonthsOfFlow, after: MonthsOfFlow, name: str, settings: Sequence[Setting]
) -> dict[int, Level]:
    """By month what more is received (or paid) than in the base: the flow's difference less that of the balance."""
    lag = _lag(base, name)
    open_balance: Level = Level(0)
    found = {}
    for month in base.months:
        flow = after.get(month, 0) - before.get(month, 0)
        changed = _changed_lag(base, name, lag, settings, month)
        balance = _difference(before, after, lag, changed, month)
        found[month] = _rounded(_plus(_plus(Level(flow), balance, -1), open_balance, 1))
        open_balance = balance
    return found


def _lag(base: Base, name: str) -> Fraction:
    """How many months are owed; none where that is not known, which leaves the balance as it is."""
    number = base.lags[name].number if name in base.lags else None
    return Fraction(0) if number is None else Fraction(str(number))


def _changed_lag(base: Base, name: str, lag: Fraction, settings: Sequence[Setting], month: int) -> Fraction:
    days = sum(each.value for each in settings if each.kind == name and nth_month(each, base, month))
    return max(Fraction(0), lag + Fraction(days, ONE) / DAYS_A_MONTH)


def _difference(before: MonthsOfFlow, after: MonthsOfFlow, lag: Fraction, changed: Fraction, month: int) -> Level:
    """The balance as it would be less the balance of the base. What stands in both alike need not be known."""
    total = Fraction(0)
    for back in range(max(math.ceil(lag), math.ceil(changed))):
        at, part, other = month - back, _part(lag, back), _part(changed, back)
        if at not in before:
            if part != other:
                return Level(None, "not_applicable: the days reach back to a month that is not known")
            continue
        total += other * after[at] - part * before[at]
    return Level(total)  # type: ignore[arg-type]  # exact until the month is rounded


def _part(lag: Fraction, back: int) -> Fraction:
    """How much of the month so many months back is in the balance, 0 to 1."""
    return min(Fraction(1), max(Fraction(0), lag - back))


def _plus(level: Level, other: Level, sign: int) -> Level:
    if level.number is None or other.number is None:
        return level if level.number is None else other
    return Level(level.number + sign * other.number)


def _rounded(level: Level) -> Level:
    return level if level.number is None else Level(round(level.number))
