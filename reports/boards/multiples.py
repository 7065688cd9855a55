"""Small multiples: every unit's months beside what they are compared with, on one scale."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from metrics.catalogue import METRICS
from reports.baselines import FORESEEN, NAMES
from reports.boards.matrix import APART
from reports.boards.naming import number_of, unit_name
from reports.boards.picture import Part, Picture
from reports.figures import Choice, Multiple, Multiples, Section
from reports.formatting import scale_for
from reports.levels import ACTUAL, BUDGET, PRIOR
from reports.wording import multiples_title

MEASURES = {"revenue": "Revenue", "operating_income": "Op. income", "operating_margin": "Margin"}
SHOWN = 12
LINES = {BUDGET: "budget-line", PRIOR: "prior-line", FORESEEN: "forecast-line"}
"""What the thin line is called in the legend."""


def multiples(seen: Picture, *, measure: str) -> Multiples | None:
    """The first dozen units; None where there is nothing to compare."""
    code = measure if measure in MEASURES else "operating_margin"
    units = drawn(seen)
    if not units or not seen.series.periods:
        return None
    items = tuple(_multiple(seen, unit, code) for unit in units)
    known = [value for each in items for value in (*each.actual, *each.baseline) if value is not None]
    if not known:
        return None
    low, high, ticks = _axis(min(known), max(known))
    scale = scale_for(known, currency=seen.currency)
    is_ratio = METRICS[code].kind == "ratio"
    first, last = (f"{period.ends:%b %y}" for period in (seen.series.periods[0], seen.series.periods[-1]))
    unit = "in %" if is_ratio else f"in {scale.unit}"
    return Multiples(
        section=Section(
            multiples_title(METRICS[code].label, _movements(seen, units, code)),
            f"{METRICS[code].label} by month {unit}, {first} to {last}, one scale for all units. "
            f"Shaded: gap to {NAMES[seen.selection.baseline]}. Figure: {seen.selection.label}.",
            legend=("line", LINES[seen.baseline]),
            views=tuple(Choice(label, _asked(seen, key), is_on=key == code) for key, label in MEASURES.items()),
        ),
        items=items,
        low=low,
        high=high,
        ticks=ticks,
        first=first,
        last=last,
        divisor=0.01 if is_ratio else float(scale.divisor * 10_000),
        more_is_better=METRICS[code].better >= 0,
    )


def _asked(seen: Picture, measure: str) -> str:
    return seen.selection.query(measure=measure, **seen.narrowing.parts)


def drawn(seen: Picture) -> list[Part]:
    """The units that have a small chart."""
    return [child for child in seen.children if child.kind not in APART][:SHOWN]


def _multiple(seen: Picture, unit: Any, code: str) -> Multiple:
    reader = seen.reader(unit)
    read, is_material = reader.against(code)
    actual, baseline = (
        tuple(None if level.number is None else float(level.number) for level in seen.series.of(unit.pk, version, code))
        for version in (ACTUAL, seen.baseline)
    )
    return Multiple(
        replace(unit_name(unit, seen.query), short=number_of(unit.code)),
        reader.figure(code),
        actual,
        baseline,
        read.effect,
        is_material,
    )


def _movements(seen: Picture, units: list[Any], code: str) -> list[tuple[str, float, float | None]]:
    """For each unit its name, the last month's value and the change over six months."""
    found = []
    for unit in units:
        values = [level.number for level in seen.series.of(unit.pk, ACTUAL, code)]
        if not values or values[-1] is None:
            continue
        before = values[-7] if len(values) > 6 else None
        change = None if before is None else float(values[-1]) - float(before)
        name = unit_name(unit).short if number_of(unit.code) != unit.code else unit.name
        found.append((name, float(values[-1]), change))
    return found


def _axis(low: float, high: float) -> tuple[float, float, tuple[float, ...]]:
    """A scale from zero (or the lowest loss) with three or four round ticks."""
    bottom, top = min(low, 0.0), max(high, 0.0)
    step = _round_step((top - bottom) / 3 or 1.0)
    ticks, at = [], 0.0
    while at <= top:
        ticks.append(at)
        at += step
    at = -step
    while at >= bottom:
        ticks.insert(0, at)
        at -= step
    pad = (top - bottom) * 0.04
    return bottom - pad, top + pad, tuple(ticks)


def _round_step(size: float) -> float:
    """The 1, 2 or 5 times a power of ten next below a size."""
    power = 1.0
    while power > size:
        power /= 10
    while power * 10 <= size:
        power *= 10
    return next(factor * power for factor in (5, 2, 1) if factor * power <= size)
