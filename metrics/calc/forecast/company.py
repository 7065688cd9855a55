"""Forecasts of a company: every unit's own lines are forecast, and everything above is the sum of that.

A unit's *own* part of a line is what its sheets show less what the sheets of the units below it show: for a unit
without others below it all of it, for a group its own bookings, its adjustments and its eliminations. Only own parts
are forecast. A group is the sum of the own parts of everything in it and a subtotal the weighted sum of its lines,
so forecasts consolidate and the statement adds up to the last ten-thousandth, like the actuals.

Units closed to different months are each forecast from their own cut-off. Until the last of a group has reached a
month, the group's figure of that month is actual for some and forecast for the others: its cut-off is the earliest
of its parts, and `cutoffs` counts the parts at each.

Errors add up the same way: the trial of a sum is the sum of the trials of its parts, over those that could be tried,
and gives the sum its own error and interval. The interval takes every part to be as many months ahead as the one
furthest behind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.calc.forecast.choice import METHODS, ORIGINS, Forecasts, Trial, forecasts, within_sign
from metrics.calc.forecast.seasonality import Flags, Floats

OF_UNITS = "sum of the units"
OF_LINES = "sum of the lines"
DIGITS = 6
Weights = Mapping[str, int]
Place = int | slice


@dataclass(frozen=True)
class Tree:
    """The units, each after the one above it; `parents` are places, −1 for none. `cutoffs` are rows of the levels.

    A unit with the cut-off None is not forecast and adds nothing: it has no figures, or has left the company.
    `last` is the last row a unit is in the company for.
    """

    parents: Sequence[int]
    cutoffs: Sequence[int | None]
    last: Sequence[int]

    @property
    def left(self) -> list[int]:
        """The units that have left the company: nothing of theirs is still to come.

        Their months stay in the groups above while those wait for others; they are not forecast themselves, hold
        nobody's cut-off back and speak for nobody's error.
        """
        newest = max((each for each in self.cutoffs if each is not None), default=0)
        ends = zip(self.last, self.cutoffs, strict=True)
        return [unit for unit, (last, own) in enumerate(ends) if own is not None and (last <= own or last < newest)]


@dataclass(frozen=True)
class Row:
    """One forecast: of a unit (by place) and metric, made at a cut-off for a later period (rows of the levels).

    Amounts are whole ten-thousandths. `low` and `high` are None without enough errors, the shares None without any.
    `months` is how many months of history the forecast stands on; `cutoffs` counts the parts by their cut-off.
    `trials` is the WAPE of every method that was tried, by its name; empty for sums, whose parts have their own.
    """

    unit: int
    metric: str
    cutoff: int
    row: int
    number: int
    low: int | None
    high: int | None
    naive: int | None
    method: str
    wape: float | None
    bias: float | None
    naive_wape: float | None
    tries: int
    months: int
    cutoffs: Mapping[int, int]
    trials: Mapping[str, float]


@dataclass(frozen=True)
class _Method:
    """How a unit's own part was forecast: the method, and the WAPE of every one that was tried."""

    name: str
    trials: Mapping[str, float]


@dataclass(frozen=True)
class _Line:
    """A line of all units. Everything in it adds up, so a sum of units or of lines is a sum of these.

    `figures` are actual up to each unit's cut-off and forecast after it, `naive` likewise with the seasonal naive
    forecast: 0 for a unit without the line, nan where a figure is missing. `errors`, `naive_errors` and `actual` are
    those of the trial, 0 where `tried` says nothing was.
    """

    figures: Floats
    naive: Floats
    errors: Floats
    naive_errors: Floats
    actual: Floats
    tried: Flags
    there: Flags

    @classmethod
    def empty(cls, rows: int, units: int) -> _Line:
        tries = sum(ORIGINS)
        figures, naive = np.zeros((rows, units)), np.zeros((rows, units))
        errors, naive_errors, actual = (np.zeros((tries, units)) for _ in range(3))
        tried, there = np.zeros((tries, units), dtype=bool), np.zeros(units, dtype=bool)
        return cls(figures, naive, errors, naive_errors, actual, tried, there)

    def add(self, other: _Line, *, weight: int = 1, to: Place = slice(None), of: Place = slice(None)) -> None:
        """Add units `of` a line to units `to` of this one."""
        for mine, theirs in zip(self._amounts, other._amounts, strict=True):
            mine[:, to] += weight * theirs[:, of]
        self.tried[:, to] |= other.tried[:, of]
        self.there[to] |= other.there[of]

    @property
    def _amounts(self) -> tuple[Floats, ...]:
        return self.figures, self.naive, self.errors, self.naive_errors, self.actual

    def trial(self) -> Trial:
        return Trial(*(np.where(self.tried, each, np.nan) for each in (self.errors, self.naive_errors, self.actual)))


def company_forecasts(
    levels: Mapping[str, Floats], tree: Tree, *, lines: Sequence[str], sums: Mapping[str, Weights], season: int,
    until: int,
) -> Iterator[Row]:  # fmt: skip
    """The forecasts of all units up to row `until`.

    `levels` are the sheets' numbers by line and subtotal, rows × units, missing as nan; `lines` are forecast, each
    of `sums` is made of its lines. A metric that a unit's sheets never had a number for is not forecast there.
    """
    below = _below(tree)
    whole: dict[str, _Line] = {}
    for code in lines:
        own, methods = _forecast(_own(levels[code], tree), tree, until=until, season=season)
        whole[code] = _rolled_up(own, tree)
        yield from _rows(code, whole[code], levels[code], below, methods=methods)
    for code, weights in sums.items():
        yield from _rows(code, _weighted(whole, weights), levels[code], below)


def _own(level: Floats, tree: Tree) -> Floats:
    """What is a unit's own: its number less those of the units right below it that have one."""
    own = level.copy()
    for unit, parent in enumerate(tree.parents):
        if parent >= 0:
            own[:, parent] -= np.nan_to_num(level[:, unit])
    return own


def _forecast(own: Floats, tree: Tree, *, until: int, season: int) -> tuple[_Line, dict[int, _Method]]:
    """Every unit's own part, and the methods by unit. Units of one cut-off are forecast at a time."""
    line = _Line.empty(until + 1, own.shape[1])
    methods: dict[int, _Method] = {}
    for cutoff in sorted({each for each in tree.cutoffs if each is not None}):
        known = np.flatnonzero((~np.isnan(own[: cutoff + 1])).any(axis=0)).tolist()
        units = [unit for unit in known if tree.cutoffs[unit] == cutoff]
        history = own[: cutoff + 1, units]
        made = forecasts(history, horizon=until - cutoff, season=season)
        for figures, ahead in ((line.figures, made.point), (line.naive, made.naive)):
            figures[: cutoff + 1, units] = history
            figures[cutoff + 1 :, units] = np.rint(ahead)
        trial = made.trial
        line.tried[:, units] = ~np.isnan(trial.errors)
        for kept, each in ((line.errors, trial.errors), (line.naive_errors, trial.naive), (line.actual, trial.actual)):
            kept[:, units] = np.nan_to_num(each)
        line.there[units] = True
        methods |= {unit: _method(made, series) for series, unit in enumerate(units)}
    for kept in (line.errors, line.naive_errors, line.actual):
        kept[:, tree.left] = 0.0
    line.tried[:, tree.left] = False
    gone = np.arange(until + 1)[:, None] > np.array(tree.last)
    for figures in (line.figures, line.naive):
        figures[gone] = 0.0
    return line, methods


def _method(made: Forecasts, series: int) -> _Method:
    wapes = ((name, _share(wape)) for name, wape in zip(METHODS, made.wapes[:, series], strict=False))
    return _Method(made.name(series), {name: wape for name, wape in wapes if wape is not None})


def _rolled_up(own: _Line, tree: Tree) -> _Line:
    """The line with every unit's part made of its own and of those of all units below it."""
    whole = _Line.empty(*own.figures.shape)
    whole.add(own)
    for unit in reversed(range(len(tree.parents))):
        if tree.parents[unit] >= 0:
            whole.add(whole, to=tree.parents[unit], of=unit)
    return whole


def _weighted(whole: Mapping[str, _Line], weights: Weights) -> _Line:
    """A subtotal: its lines with their weights."""
    total = _Line.empty(*next(iter(whole.values())).figures.shape)
    for code, weight in weights.items():
        total.add(whole[code], weight=weight)
    return total


def _below(tree: Tree) -> list[Counter[int]]:
    """For every unit the cut-offs of it and all units below it, counted; nothing for those that have left."""
    found: list[Counter[int]] = [Counter() if each is None else Counter([each]) for each in tree.cutoffs]
    for unit in tree.left:
        found[unit] = Counter()
    for unit in reversed(range(len(tree.parents))):
        if tree.parents[unit] >= 0:
            found[tree.parents[unit]] += found[unit]
    return found


def _rows(
    code: str,
    line: _Line,
    level: Floats,
    below: Sequence[Counter[int]],
    *,
    methods: Mapping[int, _Method] | None = None,
) -> Iterator[Row]:
    """What is to be kept of a line: the months after each unit's cut-off that have a number."""
    trial = line.trial()
    wape, bias, naive_wape, tries = trial.wape, trial.bias, trial.naive_wape, trial.tries
    reach = trial.half_widths(len(line.figures))
    for unit in np.flatnonzero(line.there & ~np.isnan(level).all(axis=0)).tolist():
        cutoffs = below[unit]
        if not cutoffs:
            continue
        cutoff = min(cutoffs)
        own = methods.get(unit) if methods is not None and cutoffs.total() == 1 else None
        kind = own.name if own is not None else OF_LINES if methods is None else OF_UNITS
        ahead_of = line.figures[cutoff + 1 :, unit]
        low, high = _interval(ahead_of, reach[:, unit], None if methods is None else level[: cutoff + 1, unit])
        for ahead, number in enumerate(ahead_of):
            if np.isnan(number):
                continue
            yield Row(
                unit, code, cutoff, cutoff + 1 + ahead, int(number), _whole(low[ahead]), _whole(high[ahead]),
                _whole(line.naive[cutoff + 1 + ahead, unit]), kind, _share(wape[unit]), _share(bias[unit]),
                _share(naive_wape[unit]), int(tries[unit]),
                int((~np.isnan(level[: cutoff + 1, unit])).sum()), dict(sorted(cutoffs.items())),
                own.trials if own is not None else {},
            )  # fmt: skip


def _interval(ahead: Floats, reach: Floats, history: Floats | None) -> tuple[Floats, Floats]:
    """Around the figures ahead. Of a line that never was negative (or positive) not beyond zero; a subtotal has no
    such history (None): that a profit never was a loss promises nothing.
    """
    width = reach[: len(ahead)]
    low, high = ahead - width, ahead + width
    if history is not None:
        low, high = (within_sign(each[:, None], history[:, None])[:, 0] for each in (low, high))
    return np.minimum(low, ahead), np.maximum(high, ahead)


def _whole(number: float) -> int | None:
    return None if np.isnan(number) else round(number)


def _share(number: float) -> float | None:
    return None if np.isnan(number) else round(float(number), DIGITS)
