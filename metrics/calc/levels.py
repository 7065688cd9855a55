"""Values as matrices: the same arithmetic as `metrics.formula.values`, for all rows and units at once.

A level is rows × units. Where a number is there it stands in `values`: int64 ten-thousandths where the level is
exact, float64 plain units where it is not. Elsewhere its standing says why, and `values` holds a 0 that means
nothing. The truth table of `metrics.formula.values` holds here word for word; a property test compares the two.
Besides, a level knows its coverage, and of several operands it is the least complete one's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from metrics.formula.values import DIVISION_BY_ZERO, LARGEST, NO_ACCOUNT, SCALE, TOO_LARGE

from .coverage import Coverage, least_complete
from .matrix import Flags, Ints
from .standings import Marks, Shape, Standing, Standings

Numbers = npt.NDArray[Any]
Whole = TypeVar("Whole", np.int64, np.int32)

NEAR_THE_EDGE = 2**62


class Reasons:
    """Sentences numbered as they turn up; 0 means that there is a number."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._numbers: dict[str, int] = {"": 0}
        self._found: dict[tuple[str, int], Flags] = {}

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
        key = start, len(self.texts)
        if key not in self._found:
            self._found[key] = np.array([text.startswith(start) for text in self.texts], dtype=bool)
        return self._found[key]


@dataclass(frozen=True, eq=False)
class Level:
    """One figure for rows × units. `values` are never changed in place."""

    values: Numbers
    standing: Standing

    @property
    def exact(self) -> bool:
        return bool(self.values.dtype == np.int64)

    @property
    def reason(self) -> Marks:
        return self.standing.reason

    @property
    def coverage(self) -> Coverage:
        return self.standing.coverage

    @property
    def present(self) -> Flags:
        return self.standing.present

    @cached_property
    def plain(self) -> npt.NDArray[np.float64]:
        """The numbers in plain units, exact or not."""
        return self.values / SCALE if self.exact else self.values

    @cached_property
    def size(self) -> int:
        """The largest of the numbers of an exact level, without its sign."""
        return max(int(self.values.max(initial=0)), -int(self.values.min(initial=0)))

    @cached_property
    def zero(self) -> Flags | None:
        """Where the values are 0; None where none is."""
        found: Flags = self.values == 0
        return found if found.any() else None

    def take(self, rows: Ints) -> Level:
        """The level at some of its rows."""
        return Level(self.values[rows], self.standing.take(rows))

    def picked(self, columns: Ints) -> Level:
        """Row by row the level of some of its columns, which may be asked for many times: rows × places."""
        values, reason, have, of = (
            np.take_along_axis(each, columns, axis=1)
            for each in (self.values, self.reason, self.coverage.have, self.coverage.of)
        )
        return Level(values, Standing(reason, Coverage(have, of)))


class Arithmetic:
    """The operations on levels; `reasons` is shared by everything that is evaluated together."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons
        self.standings = Standings()
        self.too_large = reasons.number(TOO_LARGE)
        self.division_by_zero = reasons.number(DIVISION_BY_ZERO)

    def constant(self, number: int | float, shape: Shape, *, exact: bool) -> Level:
        dtype = np.int64 if exact else np.float64
        return Level(np.full(shape, number, dtype=dtype), self.standings.uncounted(shape))

    def missing(self, reason: str, shape: Shape, *, exact: bool) -> Level:
        """Nothing at all, for one reason."""
        values = np.zeros(shape, dtype=np.int64 if exact else np.float64)
        return Level(values, self.standings.uncounted(shape, self.reasons.number(reason)))

    def level(self, values: Numbers, standing: Standing) -> Level:
        """A level in canonical form: what is missing holds 0."""
        if not standing.is_whole:
            values = np.where(standing.present, values, values.dtype.type(0))
        return Level(values, standing)

    def where(self, level: Level, chosen: Flags, reason: str) -> Level:
        """The level, but missing for this reason at the places chosen."""
        return self.level(level.values, self.standings.because(level.standing, chosen, self.reasons.number(reason)))

    def repeated(self, level: Level, times: int) -> Level:
        """The rows of the level so many times, one after the other."""
        if times == 1:
            return level
        rows = np.tile(np.arange(len(level.values)), times)
        return Level(level.values[rows], self.standings.at(level.standing, rows))

    def negate(self, level: Level) -> Level:
        return Level(-level.values, level.standing)

    def absolute(self, level: Level) -> Level:
        return Level(np.abs(level.values), level.standing)

    def add(self, left: Level, right: Level) -> Level:
        return self._linear(np.add, left, right)

    def subtract(self, left: Level, right: Level) -> Level:
        return self._linear(np.subtract, left, right)

    def times(self, level: Level, factor: int) -> Level:
        """Times a whole literal: exact stays exact."""
        if not level.exact:
            return self._float(level.values * float(factor), level.standing)
        within = np.int64(max(-LARGEST, min(LARGEST, factor)))
        with np.errstate(over="ignore"):
            product = level.values * within
        if level.size * abs(factor) < NEAR_THE_EDGE:
            return Level(product, level.standing)
        return self._exact(product, level.plain * float(factor), level.standing)

    def scale(self, level: Level, factor: int, *, over: Ints) -> Level:
        """Times a factor, divided by a number of its own for each row; a float."""
        return self._float(level.plain * factor / np.maximum(over, 1)[:, None], level.standing)

    def multiply(self, left: Level, right: Level) -> Level:
        with np.errstate(over="ignore", invalid="ignore"):
            product = left.plain * right.plain
        return self._float(product, self.standings.joint(left.standing, right.standing))

    def divide(self, left: Level, right: Level) -> Level:
        """0 / 0 and 1 / 0 are not applicable; a missing operand keeps its own reason."""
        standing = self.standings.joint(left.standing, right.standing)
        if standing.is_empty:
            return Level(np.zeros(left.values.shape), standing)
        if right.zero is None:
            return self._float(left.plain / right.plain, standing)
        by_zero = right.zero & standing.present
        if by_zero.any():
            standing = self.standings.because(standing, by_zero, self.division_by_zero)
        return self._float(left.plain / np.where(right.zero, 1.0, right.plain), standing)

    def compare(self, sign: str, left: Level, right: Level) -> Level:
        """Exact against exact in ten-thousandths, anything else as floats in plain units."""
        alike = left.exact and right.exact
        one, other = (left.values, right.values) if alike else (left.plain, right.plain)
        return self._truth(_COMPARE[sign](one, other), self.standings.joint(left.standing, right.standing))

    def both(self, left: Level, right: Level) -> Level:
        false = (left.present & (left.values == 0)) | (right.present & (right.values == 0))
        return self._truth(~false, self._known_where(false, left, right))

    def either(self, left: Level, right: Level) -> Level:
        true = (left.present & (left.values != 0)) | (right.present & (right.values != 0))
        return self._truth(true, self._known_where(true, left, right))

    def _known_where(self, decided: Flags, left: Level, right: Level) -> Standing:
        """The standing of two conditions, which is known as well where one of them decides alone."""
        joint = self.standings.joint(left.standing, right.standing)
        return joint if joint.is_whole else self.standings.because(joint, decided, 0)

    def opposite(self, condition: Level) -> Level:
        return self._truth(condition.values == 0, condition.standing)

    def choose(self, condition: Level, then: Level, otherwise: Level) -> Level:
        """`if`: the chosen branch; the other one may be missing. Exact only where both branches are."""
        then, otherwise = alike((then, otherwise))
        holds = condition.values != 0
        standing = self.standings.joint(then.standing, otherwise.standing)
        if then.standing is not otherwise.standing:
            standing = self.standings.of(np.where(holds, then.reason, otherwise.reason), standing.coverage)
        standing = self.standings.joint(condition.standing, standing)
        return self.level(np.where(holds, then.values, otherwise.values), standing)

    def when(self, condition: Level, level: Level, *, unmet: str) -> Level:
        """`when`: the level where the condition holds, else missing with the reason `unmet`."""
        holds = condition.values != 0
        reason = np.where(holds, level.reason, self.reasons.number(unmet))
        reason = np.where(condition.present, reason, condition.reason)
        coverage = self.standings.joint(level.standing, condition.standing).coverage
        return self.level(level.values, self.standings.of(reason, coverage))

    def least(self, levels: Sequence[Level]) -> Level:
        return self._pick(np.minimum, levels)

    def greatest(self, levels: Sequence[Level]) -> Level:
        return self._pick(np.maximum, levels)

    def optional(self, level: Level) -> Level:
        """The level, and 0 where no account carries it."""
        lacking = self.reasons.lacking_an_account()[level.reason]
        if not lacking.any():
            return level
        return Level(level.values, self.standings.because(level.standing, lacking, 0))

    def total(self, levels: Sequence[Level]) -> Level:
        """The sum of the parts that some account carries; with none of them, missing with the first's reason."""
        parts = alike(levels)
        carried = ~self.reasons.lacking_an_account()
        sum_, any_carried = parts[0], carried[parts[0].reason]
        for part in parts[1:]:
            here = carried[part.reason]
            added = self.add(self._zero_unless(any_carried, sum_), self._zero_unless(here, part))
            any_carried = any_carried | here
            if not any_carried.all():
                reason = np.where(any_carried, added.reason, sum_.reason)
                added = Level(added.values, self.standings.of(reason, added.coverage))
            sum_ = added
        return sum_

    def mean(self, level: Level, first: Ints, last: Ints) -> Level:
        """The mean of what is there in the rows first … last of each window, a float; with nothing there, missing
        with the last row's reason. Exact figures are added up exactly, others newest first."""
        number = _over(level.present.astype(np.int64), first, last)
        if level.exact:
            summed = _over(level.values, first, last) / SCALE
        else:
            summed = np.zeros(number.shape)
            for rows, there in _newest_first(first, last):
                summed += np.where(there, level.values[rows], 0.0)
        reason = np.where(number > 0, 0, level.reason[last])
        standing = self.standings.of(reason, _summed(level.coverage, first, last))
        return self._float(summed / np.maximum(number, 1), standing)

    def compound(self, level: Level, first: Ints, last: Ints) -> Level:
        """1 − Π(1 − x), a float, over the rows first … last of each window; missing where one of those is."""
        shape = len(first), level.values.shape[1]
        lost, reason = np.zeros(shape), np.zeros(shape, dtype=np.int32)
        with np.errstate(over="ignore", invalid="ignore"):
            for rows, there in _newest_first(first, last):
                reason = np.where((reason == 0) & there, level.reason[rows], reason)
                lost = np.where(there, lost + level.plain[rows] * (1.0 - lost), lost)
        return self._float(lost, self.standings.of(reason, _summed(level.coverage, first, last)))

    def counted_back(self, covered: Numbers, reason: Marks, coverages: Sequence[Coverage]) -> Level:
        """Days found by counting back, as a level as complete as the least complete figure it took."""
        return self.level(covered, self.standings.of(reason, reduce(least_complete, coverages)))

    def chosen(self, places: Flags, then: Level, otherwise: Level) -> Level:
        """One level at the places chosen, another one elsewhere, each with its own coverage."""
        then, otherwise = alike((then, otherwise))
        reason = np.where(places, then.reason, otherwise.reason)
        coverage = then.coverage.where(places) + otherwise.coverage.where(~places)
        return Level(np.where(places, then.values, otherwise.values), self.standings.of(reason, coverage))

    def _zero_unless(self, chosen: Flags, level: Level) -> Level:
        """The level where chosen, else a plain 0 that nothing is known or expected of."""
        if chosen.all():
            return level
        standing = self.standings.of(np.where(chosen, level.reason, 0), level.coverage.where(chosen))
        return Level(np.where(chosen, level.values, level.values.dtype.type(0)), standing)

    def _linear(self, compute: Callable[..., Numbers], left: Level, right: Level) -> Level:
        standing = self.standings.joint(left.standing, right.standing)
        if left.exact and right.exact:
            values = compute(left.values, right.values)
            if left.size + right.size < NEAR_THE_EDGE:
                return Level(values, standing) if left.standing is right.standing else self.level(values, standing)
            return self._exact(values, compute(left.values.astype(np.float64), right.values) / SCALE, standing)
        with np.errstate(over="ignore", invalid="ignore"):
            return self._float(compute(left.plain, right.plain), standing)

    def _pick(self, pick: Callable[..., Numbers], levels: Sequence[Level]) -> Level:
        found, *rest = alike(levels)
        for each in rest:
            standing = self.standings.joint(found.standing, each.standing)
            found = self.level(pick(found.values, each.values), standing)
        return found

    def _truth(self, holds: Flags, standing: Standing) -> Level:
        return self.level(holds * np.int64(SCALE), standing)

    def _exact(self, values: Numbers, rough: Numbers, standing: Standing) -> Level:
        """What int64 cannot hold is missing with an error; `rough` is the result in plain units, as a float."""
        return self.level(values, self._unless_too_large(np.abs(rough) * SCALE > LARGEST, standing))

    def _float(self, values: Numbers, standing: Standing) -> Level:
        """What is not finite is missing with an error."""
        finite = np.isfinite(values)
        if not finite.all():
            standing = self._unless_too_large(~finite, standing)
        return self.level(values, standing)

    def _unless_too_large(self, beyond: Flags, standing: Standing) -> Standing:
        return self.standings.because(standing, beyond & standing.present, self.too_large)


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
    return [Level(level.plain, level.standing) for level in levels]


def _newest_first(first: Ints, last: Ints) -> Iterator[tuple[Ints, Flags]]:
    """The last row of every window, the one before …, with where a window has such a row."""
    for back in range(int((last - first).max()) + 1):
        there = last - back >= first
        yield np.where(there, last - back, last), there[:, None]


def _over(numbers: npt.NDArray[Whole], first: Ints, last: Ints) -> npt.NDArray[Whole]:
    """The sums of the rows first … last of each window."""
    running = np.zeros((len(numbers) + 1, numbers.shape[1]), dtype=numbers.dtype)
    np.cumsum(numbers, axis=0, out=running[1:])
    found: npt.NDArray[Whole] = running[last + 1] - running[first]
    return found


def _summed(coverage: Coverage, first: Ints, last: Ints) -> Coverage:
    """The coverage of several months together: what was delivered in all of what was expected."""
    return Coverage(_over(coverage.have, first, last), _over(coverage.of, first, last))
