"""Values as matrices: the same arithmetic as `metrics.formula.values`, for all rows and units at once.

A level is rows × units. Where `reason` is 0 the number stands in `values`: int64 ten-thousandths where the
level is exact, float64 plain units where it is not. Elsewhere `reason` is a place in the list of reasons
and `values` holds a 0 that means nothing. The truth table of `metrics.formula.values` holds here word for
word; a property test compares the two. Besides, a level knows its coverage, and of several operands it is the
least complete one's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from metrics.formula.values import DIVISION_BY_ZERO, LARGEST, NO_ACCOUNT, SCALE, TOO_LARGE

from .coverage import Coverage, least_complete, uncounted
from .matrix import Flags, Ints

Numbers = npt.NDArray[Any]
Marks = npt.NDArray[np.int32]

NEAR_THE_EDGE = float(2**62)


class Reasons:
    """Sentences numbered as they turn up; 0 means that there is a number."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._numbers: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def lacking_an_account(self) -> Flags:
        """For each reason whether it says that no account carries the figure."""
        return self._beginning(NO_ACCOUNT)

    def not_applicable(self) -> Flags:
        """For each reason whether it says that the figure does not apply."""
        return self._beginning("not_applicable")

    def _beginning(self, start: str) -> Flags:
        found: Flags = np.array([text.startswith(start) for text in self.texts], dtype=bool)
        return found


@dataclass(frozen=True)
class Level:
    """One figure for rows × units."""

    values: Numbers
    reason: Marks
    coverage: Coverage

    @property
    def exact(self) -> bool:
        return bool(self.values.dtype == np.int64)

    @property
    def present(self) -> Flags:
        found: Flags = self.reason == 0
        return found

    @property
    def plain(self) -> npt.NDArray[np.float64]:
        """The numbers in plain units, exact or not."""
        return self.values / SCALE if self.exact else self.values.astype(np.float64, copy=False)

    def take(self, rows: Ints) -> Level:
        """The level at some of its rows."""
        return Level(self.values[rows], self.reason[rows], self.coverage.take(rows))

    def picked(self, columns: Ints) -> Level:
        """Row by row the level of some of its columns, which may be asked for many times: rows × places."""
        values, reason, have, of = (
            np.take_along_axis(each, columns, axis=1)
            for each in (self.values, self.reason, self.coverage.have, self.coverage.of)
        )
        return Level(values, reason, Coverage(have, of))


class Arithmetic:
    """The operations on levels; `reasons` is shared by everything that is evaluated together."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons
        self.too_large = reasons.number(TOO_LARGE)
        self.division_by_zero = reasons.number(DIVISION_BY_ZERO)

    def constant(self, number: int | float, shape: tuple[int, int], *, exact: bool) -> Level:
        dtype = np.int64 if exact else np.float64
        return Level(np.full(shape, number, dtype=dtype), np.zeros(shape, dtype=np.int32), uncounted(shape))

    def missing(self, reason: str, shape: tuple[int, int], *, exact: bool) -> Level:
        """Nothing at all, for one reason."""
        found = self.constant(0, shape, exact=exact)
        return replace(found, reason=np.full(shape, self.reasons.number(reason), dtype=np.int32))

    def where(self, level: Level, chosen: Flags, reason: str) -> Level:
        """The level, but missing for this reason at the places chosen."""
        return self._made(level.values, np.where(chosen, self.reasons.number(reason), level.reason), level, level)

    def negate(self, level: Level) -> Level:
        return replace(level, values=-level.values)

    def absolute(self, level: Level) -> Level:
        return replace(level, values=np.abs(level.values))

    def add(self, left: Level, right: Level) -> Level:
        return self._linear(np.add, left, right)

    def subtract(self, left: Level, right: Level) -> Level:
        return self._linear(np.subtract, left, right)

    def times(self, level: Level, factor: int) -> Level:
        """Times a whole literal: exact stays exact."""
        if not level.exact:
            return self._float(level.values * float(factor), level.reason, level, level)
        within = np.int64(max(-LARGEST, min(LARGEST, factor)))
        with np.errstate(over="ignore"):
            product = level.values * within
        return self._exact(product, level.plain * float(factor), level.reason, level, level)

    def scale(self, level: Level, factor: int, *, over: Ints) -> Level:
        """Times a factor, divided by a number of its own for each row; a float."""
        return self._float(level.plain * factor / np.maximum(over, 1)[:, None], level.reason, level, level)

    def multiply(self, left: Level, right: Level) -> Level:
        with np.errstate(over="ignore", invalid="ignore"):
            product = left.plain * right.plain
        return self._float(product, _first_reason(left, right), left, right)

    def divide(self, left: Level, right: Level) -> Level:
        """0 / 0 and 1 / 0 are not applicable; a missing operand keeps its own reason."""
        zero = left.present & right.present & (right.values == 0)
        reason = np.where(zero, self.division_by_zero, _first_reason(left, right))
        with np.errstate(all="ignore"):
            quotient = left.plain / right.plain
        return self._float(quotient, reason, left, right)

    def compare(self, sign: str, left: Level, right: Level) -> Level:
        """Exact against exact in ten-thousandths, anything else as floats in plain units."""
        alike = left.exact and right.exact
        one, other = (left.values, right.values) if alike else (left.plain, right.plain)
        return self._truth(_COMPARE[sign](one, other), _first_reason(left, right), left, right)

    def both(self, left: Level, right: Level) -> Level:
        false = (left.present & (left.values == 0)) | (right.present & (right.values == 0))
        return self._truth(~false, np.where(false, 0, _first_reason(left, right)), left, right)

    def either(self, left: Level, right: Level) -> Level:
        true = (left.present & (left.values != 0)) | (right.present & (right.values != 0))
        return self._truth(true, np.where(true, 0, _first_reason(left, right)), left, right)

    def opposite(self, condition: Level) -> Level:
        return self._truth(condition.values == 0, condition.reason, condition, condition)

    def choose(self, condition: Level, then: Level, otherwise: Level) -> Level:
        """`if`: the chosen branch; the other one may be missing. Exact only where both branches are."""
        then, otherwise = alike((then, otherwise))
        holds = condition.values != 0
        reason = np.where(holds, then.reason, otherwise.reason)
        reason = np.where(condition.present, reason, condition.reason)
        values = np.where(holds, then.values, otherwise.values)
        found = self._made(values, reason, then, otherwise)
        return replace(found, coverage=least_complete(condition.coverage, found.coverage))

    def when(self, condition: Level, level: Level, *, unmet: str) -> Level:
        """`when`: the level where the condition holds, else missing with the reason `unmet`."""
        reason = np.where(condition.values != 0, level.reason, self.reasons.number(unmet))
        reason = np.where(condition.present, reason, condition.reason)
        return self._made(level.values, reason, level, condition)

    def least(self, levels: Sequence[Level]) -> Level:
        return self._pick(np.minimum, levels)

    def greatest(self, levels: Sequence[Level]) -> Level:
        return self._pick(np.maximum, levels)

    def optional(self, level: Level) -> Level:
        """The level, and 0 where no account carries it."""
        lacking = self.reasons.lacking_an_account()[level.reason]
        return self._made(level.values, np.where(lacking, 0, level.reason), level, level)

    def total(self, levels: Sequence[Level]) -> Level:
        """The sum of the parts that some account carries; with none of them, missing with the first's reason."""
        parts = alike(levels)
        carried = ~self.reasons.lacking_an_account()
        sum_, any_carried = parts[0], carried[parts[0].reason]
        for part in parts[1:]:
            here = carried[part.reason]
            added = self.add(self._zero_unless(any_carried, sum_), self._zero_unless(here, part))
            reason = np.where(any_carried | here, added.reason, sum_.reason)
            sum_ = replace(added, reason=reason.astype(np.int32))
            any_carried = any_carried | here
        return sum_

    def mean(self, levels: Sequence[Level], counted: Sequence[Flags]) -> Level:
        """The mean of what is there, a float; with nothing there, missing with the first's reason.

        `counted` says per level where it takes part at all; the first one does everywhere.
        """
        masks = [each.present & here for each, here in zip(levels, counted, strict=True)]
        number = np.sum(masks, axis=0)
        if all(each.exact for each in levels):
            summed = np.sum([np.where(m, each.values, 0) for m, each in zip(masks, levels, strict=True)], axis=0)
            summed = summed / SCALE
        else:
            summed = np.zeros(levels[0].values.shape)
            for mask, each in zip(masks, levels, strict=True):
                summed = summed + np.where(mask, each.plain, 0.0)
        reason = np.where(number > 0, 0, levels[0].reason)
        found = self._float(summed / np.maximum(number, 1), reason, levels[0], levels[0])
        return replace(found, coverage=_summed(levels, counted))

    def compound(self, levels: Sequence[Level], counted: Sequence[Flags]) -> Level:
        """1 − Π(1 − x), a float, over the levels that are counted; missing where one of those is."""
        lost = np.zeros(levels[0].values.shape)
        reason = np.zeros(lost.shape, dtype=np.int32)
        with np.errstate(over="ignore", invalid="ignore"):
            for each, here in zip(levels, counted, strict=True):
                reason = np.where((reason == 0) & here, each.reason, reason)
                lost = np.where(here & each.present, lost + each.plain * (1.0 - lost), lost)
        return replace(self._float(lost, reason, levels[0], levels[0]), coverage=_summed(levels, counted))

    def counted_back(self, covered: Numbers, reason: Marks, coverages: Sequence[Coverage]) -> Level:
        """Days found by counting back, as a level as complete as the least complete figure it took."""
        found = Level(np.where(reason == 0, covered, 0.0), reason.astype(np.int32), coverages[0])
        return replace(found, coverage=reduce(least_complete, coverages))

    def chosen(self, places: Flags, then: Level, otherwise: Level) -> Level:
        """One level at the places chosen, another one elsewhere, each with its own coverage."""
        then, otherwise = alike((then, otherwise))
        return Level(
            np.where(places, then.values, otherwise.values),
            np.where(places, then.reason, otherwise.reason),
            then.coverage.where(places) + otherwise.coverage.where(~places),
        )

    def _zero_unless(self, chosen: Flags, level: Level) -> Level:
        """The level where chosen, else a plain 0 that nothing is known or expected of."""
        return Level(
            np.where(chosen, level.values, 0).astype(level.values.dtype),
            np.where(chosen, level.reason, 0).astype(np.int32),
            level.coverage.where(chosen),
        )

    def _linear(self, compute: Callable[..., Numbers], left: Level, right: Level) -> Level:
        reason = _first_reason(left, right)
        if left.exact and right.exact:
            rough = compute(left.values.astype(np.float64), right.values) / SCALE
            return self._exact(compute(left.values, right.values), rough, reason, left, right)
        with np.errstate(over="ignore", invalid="ignore"):
            return self._float(compute(left.plain, right.plain), reason, left, right)

    def _pick(self, pick: Callable[..., Numbers], levels: Sequence[Level]) -> Level:
        found, *rest = alike(levels)
        for each in rest:
            found = self._made(pick(found.values, each.values), _first_reason(found, each), found, each)
        return found

    def _truth(self, holds: Flags, reason: Marks, left: Level, right: Level) -> Level:
        return self._made(np.where(holds, SCALE, 0).astype(np.int64), reason, left, right)

    def _exact(self, values: Numbers, rough: Numbers, reason: Marks, left: Level, right: Level) -> Level:
        """What int64 cannot hold is missing with an error; `rough` is the result in plain units, as a float."""
        if rough.size and np.abs(rough).max() * SCALE >= NEAR_THE_EDGE:
            reason = np.where((reason == 0) & (np.abs(rough) * SCALE > LARGEST), self.too_large, reason)
        return self._made(values, reason, left, right)

    def _float(self, values: Numbers, reason: Marks, left: Level, right: Level) -> Level:
        """What is not finite is missing with an error."""
        infinite = ~np.isfinite(values)
        if infinite.any():
            reason = np.where((reason == 0) & infinite, self.too_large, reason)
        return self._made(values, reason, left, right)

    def _made(self, values: Numbers, reason: Marks, left: Level, right: Level) -> Level:
        """A level in canonical form: what is missing holds 0, coverage is the least complete operand's."""
        reason = reason.astype(np.int32, copy=False)
        values = np.where(reason == 0, values, values.dtype.type(0))
        return Level(values, reason, least_complete(left.coverage, right.coverage))


_COMPARE: dict[str, Callable[..., Flags]] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def alike(levels: Sequence[Level]) -> list[Level]:
    """Levels of one sort: all as floats where one of them is not exact."""
    if all(level.exact for level in levels):
        return list(levels)
    return [replace(level, values=level.plain) for level in levels]


def _first_reason(left: Level, right: Level) -> Marks:
    """The left operand's reason, else the right one's."""
    return np.where(left.reason != 0, left.reason, right.reason)


def _summed(levels: Sequence[Level], counted: Sequence[Flags]) -> Coverage:
    """The coverage of several months together: what was delivered in all of what was expected."""
    parts = [each.coverage.where(here) for each, here in zip(levels, counted, strict=True)]
    return reduce(Coverage.__add__, parts)
