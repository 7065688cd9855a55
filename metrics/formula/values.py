"""Values and their arithmetic: exact amounts, floats, and numbers that are missing with a reason.

A value is exact (a Python int in ten-thousandths: money, counts) or a float in plain units. Sums,
differences, signs, choices among exact values and their product with a whole literal stay exact; every
other product or quotient is a float: amounts are taken to plain units first (int / 10,000).

Missing is not zero. The truth table, with m, n missing and reasons given as letters:

    m + 1, 1 + m, m × 0, m / 2, 1 / m    missing, m's reason; of two missing, the left one's
    1 / 0, 0 / 0                         missing, "not_applicable: division by zero"
    m < 1, m = m                         missing, never true and never false
    false and m, m and false             false        true and m    missing
    true or m, m or true                 true         false or m    missing
    not m, if(m, a, b), when(m, a)       missing, m's reason
    min, max, abs of m                   missing, m's reason
    optional(m), total(m, 1)             0 and 1 where m's reason begins with "not_applicable: no account",
                                         else missing
    mean of 2, m, 4                      3: a missing month does not count, a real 0 does

Absent rows of a delivered slice are 0 before they come here; that is the roll-up's doing, not a formula's.
A condition is a value too: exact 1 (10,000) where it holds, 0 where it does not.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

SCALE = 10_000
LARGEST = 2**63 - 1

NO_ACCOUNT = "not_applicable: no account"
DIVISION_BY_ZERO = "not_applicable: division by zero"
OUTSIDE_CALENDAR = "not_applicable: outside the calendar"
TOO_LARGE = "error: the number is too large"


@dataclass(frozen=True, slots=True)
class Value:
    """One number, or the reason why there is none. `exact` says which sort it is, missing or not."""

    number: int | float | None
    exact: bool
    reason: str = ""

    @property
    def plain(self) -> float | None:
        """The number in plain units, exact or not."""
        if self.number is None:
            return None
        return self.number / SCALE if self.exact else float(self.number)


def amount(number: int) -> Value:
    """An exact value from ten-thousandths; what int64 cannot hold is missing with an error."""
    return Value(number, True) if abs(number) <= LARGEST else missing(TOO_LARGE, exact=True)


def ratio(number: float) -> Value:
    """A float value in plain units; what is not finite is missing with an error."""
    return Value(number, False) if math.isfinite(number) else missing(TOO_LARGE, exact=False)


def missing(reason: str, *, exact: bool) -> Value:
    return Value(None, exact, reason)


def truth(holds: bool) -> Value:
    return Value(SCALE if holds else 0, True)


def literal(number: Decimal) -> Value:
    """A literal of up to four decimals is exact, a longer one a float."""
    scaled = number * SCALE
    if scaled == scaled.to_integral_value():
        return amount(int(scaled))
    return ratio(float(number))


def negate(value: Value) -> Value:
    return value if value.number is None else Value(-value.number, value.exact)


def absolute(value: Value) -> Value:
    return value if value.number is None else Value(abs(value.number), value.exact)


def add(left: Value, right: Value) -> Value:
    return _linear(operator.add, left, right)


def subtract(left: Value, right: Value) -> Value:
    return _linear(operator.sub, left, right)


def times(value: Value, factor: int) -> Value:
    """A value times a whole literal: exact stays exact."""
    if value.number is None:
        return value
    return amount(int(value.number) * factor) if value.exact else ratio(value.number * factor)


def multiply(left: Value, right: Value) -> Value:
    return _in_floats(operator.mul, left, right)


def divide(left: Value, right: Value) -> Value:
    if left.number is not None and right.number == 0:
        return missing(DIVISION_BY_ZERO, exact=False)
    return _in_floats(operator.truediv, left, right)


_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compare(sign: str, left: Value, right: Value) -> Value:
    """Exact against exact in ten-thousandths, anything else as floats in plain units, to the last bit."""
    if reason := _reason(left, right):
        return missing(reason, exact=True)
    one, other = _alike(left, right)
    return truth(_COMPARE[sign](one, other))


def both(left: Value, right: Value) -> Value:
    if left.number == 0 or right.number == 0:
        return truth(False)
    reason = _reason(left, right)
    return missing(reason, exact=True) if reason else truth(True)


def either(left: Value, right: Value) -> Value:
    if left.number or right.number:
        return truth(True)
    reason = _reason(left, right)
    return missing(reason, exact=True) if reason else truth(False)


def opposite(condition: Value) -> Value:
    return condition if condition.number is None else truth(condition.number == 0)


def choose(condition: Value, then: Value, otherwise: Value) -> Value:
    """`if`: the chosen branch; the other one may be missing. Exact only where both branches are."""
    exact = then.exact and otherwise.exact
    if condition.number is None:
        return missing(condition.reason, exact=exact)
    return _as(then if condition.number else otherwise, exact=exact)


def when(condition: Value, value: Value, *, unmet: str) -> Value:
    """`when`: the value where the condition holds, else missing with the reason `unmet`."""
    if condition.number is None:
        return missing(condition.reason, exact=value.exact)
    return value if condition.number else missing(unmet, exact=value.exact)


def least(values: Sequence[Value]) -> Value:
    return _pick(min, values)


def greatest(values: Sequence[Value]) -> Value:
    return _pick(max, values)


def optional(value: Value) -> Value:
    return _as(amount(0), exact=value.exact) if _has_no_account(value) else value


def total(parts: Sequence[Value]) -> Value:
    """The sum of the parts that some account carries; with none of them, missing with the first's reason."""
    exact = all(part.exact for part in parts)
    present = [part for part in parts if not _has_no_account(part)]
    if not present:
        return missing(parts[0].reason, exact=exact)
    sum_ = present[0]
    for part in present[1:]:
        sum_ = add(sum_, part)
    return _as(sum_, exact=exact)


def mean(values: Sequence[Value]) -> Value:
    """The mean of the values that are there, a float; with none of them, missing with the first's reason."""
    present = [value for value in values if value.number is not None]
    if not present:
        return missing(values[0].reason, exact=False)
    if all(value.exact for value in values):
        return ratio(sum(int(value.number or 0) for value in present) / SCALE / len(present))
    return ratio(sum(value.plain or 0.0 for value in present) / len(present))


def compound(values: Sequence[Value]) -> Value:
    """1 − Π(1 − x), a float: what is lost when each month loses x of what the month before left.

    Added up as x + lost − x·lost, so that one month alone is x to the last bit. Missing where one is.
    """
    lost = 0.0
    for value in values:
        if value.plain is None:
            return missing(value.reason, exact=False)
        lost = lost + value.plain * (1.0 - lost)
    return ratio(lost)


def _reason(left: Value, right: Value) -> str:
    if left.number is None:
        return left.reason
    return right.reason if right.number is None else ""


def _alike(left: Value, right: Value) -> tuple[float, float]:
    """Two numbers of one sort: ten-thousandths where both are exact, plain units where one is not."""
    if left.exact and right.exact:
        return left.number or 0, right.number or 0
    return left.plain or 0.0, right.plain or 0.0


def _linear(compute: Callable[[float, float], float], left: Value, right: Value) -> Value:
    exact = left.exact and right.exact
    if reason := _reason(left, right):
        return missing(reason, exact=exact)
    number = compute(*_alike(left, right))
    return amount(int(number)) if exact else ratio(number)


def _in_floats(compute: Callable[[float, float], float], left: Value, right: Value) -> Value:
    if reason := _reason(left, right):
        return missing(reason, exact=False)
    return ratio(compute(left.plain or 0.0, right.plain or 0.0))


def _pick(pick: Callable[..., Value], values: Sequence[Value]) -> Value:
    exact = all(value.exact for value in values)
    for value in values:
        if value.number is None:
            return missing(value.reason, exact=exact)
    alike = [_as(value, exact=exact) for value in values]
    return pick(alike, key=lambda value: value.number)


def _as(value: Value, *, exact: bool) -> Value:
    """The same value as a float where its company is not exact."""
    return value if value.exact == exact else Value(value.plain, exact, value.reason)


def _has_no_account(value: Value) -> bool:
    return value.number is None and value.reason.startswith(NO_ACCOUNT)
