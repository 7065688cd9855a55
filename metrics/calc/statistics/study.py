"""The statistics of some units in one go: every figure by itself, and pairs of them; as documents to be stored.

A document says only what can be said: a key that is not there is not known. Money and counts are whole
ten-thousandths, everything else plain numbers, periods their codes. `metrics.studies` tells what the keys mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from metrics.calc.statistics.anomaly import LEAST_MONTHS, Anomaly, Picture, anomaly, picture
from metrics.calc.statistics.correlation import LEAST_MONTHS as LEAST_PAIRS
from metrics.calc.statistics.correlation import Correlation, correlation, warnings
from metrics.calc.statistics.distribution import Distribution, distribution, in_words
from metrics.calc.statistics.medians import Floats
from metrics.calc.statistics.outliers import UNUSUAL
from metrics.calc.statistics.seasonality import strength
from metrics.calc.statistics.trend import Trend, trend

EXACT = frozenset({"money", "count"})
"""Kinds whose numbers are whole ten-thousandths, and whose changes are parts of themselves."""

ONE = 10_000
"""One head or customer; amounts are ten-thousandths."""

DIGITS = 6
NO_MONTH = "late: no figure in the newest month"
TOO_SHORT = f"not_applicable: fewer than {LEAST_MONTHS} months before the newest"
MOSTLY_ZERO = "not_applicable: 0 in most months"
TOO_PATCHY = "not_applicable: fewer than three of the last six months"
Document = dict[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """Monthly figures of some units: by metric months × units, missing as nan; the codes of the months; the kinds."""

    levels: Mapping[str, Floats]
    periods: Sequence[str]
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class _Studied:
    """All that is known of one figure of all units."""

    seen: Picture
    newest: Anomaly
    trend: Trend
    usual: Distribution
    strength: Floats


def studies(figures: Figures, *, pairs: Sequence[Pair], season: int) -> list[Document]:
    """What can be said of each unit: {"metrics": {code: …}, "correlations": […]}; what is 0 throughout is left out."""
    found = {code: _studied(level, code, figures, season) for code, level in figures.levels.items()}
    documents: list[Document] = [{"metrics": {}, "correlations": []} for _ in range(_units(figures))]
    for code, each in found.items():
        level = figures.levels[code]
        for unit in np.flatnonzero((np.abs(level) > 0).any(axis=0)).tolist():
            documents[unit]["metrics"][code] = _document(each, level[:, unit], unit, figures, figures.kinds[code])
    for unit, document in _correlations(found, pairs):
        documents[unit]["correlations"].append(document)
    for each_unit in documents:
        each_unit["correlations"].sort(key=lambda pair: pair["odds"])
    return documents


def _units(figures: Figures) -> int:
    return next(iter(figures.levels.values())).shape[1] if figures.levels else 0


def _studied(level: Floats, code: str, figures: Figures, season: int) -> _Studied:
    may_multiply = np.full(level.shape[1], figures.kinds[code] in EXACT)
    grain = ONE if figures.kinds[code] == "count" else 0.0
    seen = picture(level, season=season, may_multiply=may_multiply, grain=grain)
    rows = np.arange(len(level))[:, None]
    return _Studied(
        seen=seen,
        newest=anomaly(seen),
        trend=trend(seen.levels),
        usual=distribution(level),
        strength=strength(seen.level - seen.slope * rows, seen.season.of(0, len(level))),
    )


def _document(found: _Studied, level: Floats, unit: int, figures: Figures, kind: str) -> Document:
    """One figure of one unit. `share` says whether sizes of shifts and indices are parts (0.14) or differences."""
    there = np.flatnonzero(~np.isnan(level))
    said: Document = {
        "n": len(there),
        "missing": len(level) - int(there[0]) - len(there),
        "share": bool(found.seen.multiplies[unit]),
        "distribution": _distribution(found.usual, unit, kind),
        **_newest(found, level, unit, kind),
    }
    parts = {
        "trend": _trend(found.trend, unit, kind),
        "season": _season(found, unit, figures.periods, kind),
        "shifts": _shifts(found.seen, unit, figures.periods, kind),
        "outliers": _outliers(found.seen, unit, figures.periods),
    }
    return said | {name: part for name, part in parts.items() if part}


def _newest(found: _Studied, level: Floats, unit: int, kind: str) -> Document:
    """The newest month: its figure, what was to be expected, the usual spread and the score; or why there is none."""
    score = found.newest.score[unit]
    number = {} if np.isnan(level[-1]) else {"value": _number(level[-1], kind)}
    if np.isnan(score):
        known = int((~np.isnan(level[:-1])).sum())
        why = TOO_SHORT if known < LEAST_MONTHS else TOO_PATCHY if found.seen.judged[unit] else MOSTLY_ZERO
        return {**number, "reason": why if number else NO_MONTH}
    return {
        **number,
        "expected": _number(found.newest.expected[unit], kind),
        "spread": _number(found.newest.spread[unit], kind),
        "score": _plain(score),
        "unusual": bool(abs(score) >= UNUSUAL),
    }


def _trend(found: Trend, unit: int, kind: str) -> Document:
    if np.isnan(found.slope[unit]):
        return {}
    return {
        "slope": _number(found.slope[unit], kind),
        "low": _number(found.low[unit], kind),
        "high": _number(found.high[unit], kind),
        "clear": bool(found.clear[unit]),
        "n": int(found.n[unit]),
        "span": found.span,
    }


def _season(found: _Studied, unit: int, periods: Sequence[str], kind: str) -> Document:
    """Its strength, and the index of each of the last year's months; nothing where there is no season."""
    indices = found.seen.season.of(0, len(periods))[-len(found.seen.season.indices) :, unit]
    if not indices.any():
        return {}
    return {
        "strength": _plain(found.strength[unit]),
        "indices": {
            code: _size(index, found.seen, unit, kind)
            for code, index in zip(periods[-len(indices) :], indices, strict=True)
        },
    }


def _shifts(seen: Picture, unit: int, periods: Sequence[str], kind: str) -> list[Document]:
    """The level shifts, the earliest first."""
    if not seen.judged[unit]:
        return []
    rows = [(int(row), size) for row, size in zip(seen.shifts.rows[:, unit], seen.shifts.sizes[:, unit], strict=True)]
    return [{"period": periods[row], "size": _size(size, seen, unit, kind)} for row, size in sorted(rows) if row >= 0]


def _outliers(seen: Picture, unit: int, periods: Sequence[str]) -> list[Document]:
    """Single months that stood apart, the newest left to its own score."""
    if not seen.judged[unit]:
        return []
    scores = seen.scores[:-1, unit]
    return [
        {"period": periods[row], "score": _plain(scores[row])}
        for row in np.flatnonzero(np.abs(np.nan_to_num(scores)) >= UNUSUAL).tolist()
    ]


def _distribution(found: Distribution, unit: int, kind: str) -> Document:
    numbers = {"median": found.median, "q1": found.q1, "q3": found.q3, "mad": found.mad}
    said: Document = {name: _number(each[unit], kind) for name, each in numbers.items()}
    return said | {"skew": _plain(found.skew[unit]), "in_words": in_words(float(found.skew[unit]))}


def _correlations(found: Mapping[str, _Studied], pairs: Sequence[Pair]) -> Iterator[tuple[int, Document]]:
    """Every pair that can be looked at, by unit. Series are without season, with their shifts left in."""
    known = [pair for pair in pairs if pair[0] in found and pair[1] in found]
    series = {code: found[code].seen.level - found[code].seen.shifts.lift for code in {*sum(known, ())}}
    enough = [
        (~np.isnan(series[first]) & ~np.isnan(series[second])).sum(axis=0) >= LEAST_PAIRS for first, second in known
    ]
    tried = np.array(enough, dtype=np.intp).sum(axis=0)
    for first, second in known:
        read = correlation(series[first], series[second], tried=tried)
        for unit in np.flatnonzero(read.n > 0).tolist():
            both_trend = bool(found[first].trend.clear[unit] and found[second].trend.clear[unit])
            yield unit, _pair(first, second, read, unit, tried=int(tried[unit]), both_trend=both_trend)


def _pair(first: str, second: str, read: Correlation, unit: int, *, tried: int, both_trend: bool) -> Document:
    n, odds, with_trends = int(read.n[unit]), _plain(read.odds[unit]), _plain(read.with_trends[unit])
    return {
        "first": first,
        "second": second,
        "lag": int(read.lag[unit]),
        "r": _plain(read.r[unit]),
        "with_trends": with_trends,
        "n": n,
        "odds": odds,
        "tried": tried,
        "warnings": warnings(n=n, odds=odds, tried=tried, both_trend=both_trend, with_trends=with_trends),
    }


def _size(worked: float, seen: Picture, unit: int, kind: str) -> int | float:
    """A shift or an index: a part of the figure (0.14 is 14 % more) where it multiplies, else in its measure."""
    return _plain(np.expm1(worked)) if seen.multiplies[unit] else _number(worked, kind)


def _number(number: float, kind: str) -> int | float:
    return round(float(number)) if kind in EXACT else _plain(number)


def _plain(number: float) -> float:
    return round(float(number), DIGITS) + 0.0
