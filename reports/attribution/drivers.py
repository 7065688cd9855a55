"""Parts by driver: price, volume and mix where quantities stand behind an amount, and what exchange rates did.

Units are the items: their customers, heads or contractors are the quantities. Of a ratio the drivers are its mix
and its rates, summed over units.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from metrics.declaration import Metric
from metrics.drivers import DRIVERS, Driver, Effects, Item, MeasuresDiffer, price_volume_mix
from metrics.formula import Context
from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR, CONSTANT_OF, at_rates
from metrics.readings import Level
from reports.attribution.parts import CannotAttribute, Legs, Line
from reports.attribution.units import OWN, Share, shares, units
from reports.explanation import Figures
from reports.facts import WHOLE

NONE = Level(None, "not_applicable: a driver has no level of its own")
EXCHANGE = "exchange"
MANNERS = {"budget": AT_BUDGET, CONSTANT_OF: AT_PRIOR_YEAR}
"""At whose rates the actual is read to tell what rates did, by what it is compared with."""


@dataclass(frozen=True)
class Amount:
    """What a unit adds on both sides; `unit` is None for what is the whole's own."""

    unit: int | None
    code: str
    actual: int
    baseline: int


def drivers(figures: Figures, code: str, metric: Metric, legs: Legs) -> tuple[Line, ...]:
    """What moved the figure, in the order volume, mix, price, exchange rates, new, lost, other; nothing that is 0.

    Raises CannotAttribute where no quantity stands behind the figure, or quantities do not add.
    """
    if metric.kind == "ratio":
        return _of_ratio(units(figures, code, metric, legs))
    driver = DRIVERS.get(code)
    if driver is None:
        known = ", ".join(DRIVERS)
        raise CannotAttribute(f"No quantity stands behind {metric.label}. By driver there are {known}, and ratios.")
    amounts = _amounts(figures, code, legs)
    moved_by_rates = _exchange(figures, code, amounts, legs)
    items = _items(figures, driver, [_less(each, moved_by_rates) for each in amounts], legs)
    try:
        effects = price_volume_mix(items).total
    except MeasuresDiffer as error:
        raise CannotAttribute(str(error)) from error
    if effects.price == effects.volume == 0 and not any(item.has_both for item in items):
        raise CannotAttribute(
            f"{driver.measure.capitalize()} are not known on both sides, so {metric.label} has no price and no volume."
        )
    return _told(driver, effects, sum(moved_by_rates.values()))


def want_drivers(figures: Figures, code: str, legs: Legs) -> None:
    """Tell the evidence which numbers of the units below tell what moved a figure."""
    evidence, driver = figures.evidence, DRIVERS[code]
    ids = [evidence.unit, *evidence.company.children(evidence.unit)]
    for leg in (legs.actual, legs.baseline):
        months, there = _stretch(figures, driver, leg)
        evidence.want_numbers(ids, months, driver.quantity, there)
    manner = MANNERS.get(legs.baseline.version)
    if legs.actual.version == CONSTANT_OF and manner is not None:
        there = replace(legs.actual, version=at_rates(CONSTANT_OF, manner))
        evidence.want_numbers(ids, [figures.ordinal - there.lag], code, there)


def _told(driver: Driver, effects: Effects, exchange: int) -> tuple[Line, ...]:
    named = (
        ("volume", driver.volume, effects.volume),
        ("mix", driver.mix, effects.mix),
        ("price", driver.price, effects.price),
        (EXCHANGE, "Exchange rates", exchange),
        ("new", "New", effects.new),
        ("lost", "Lost", effects.lost),
        ("other", f"Without {driver.measure}", effects.other),
    )
    return tuple(Line(code, label, NONE, NONE, Level(moved)) for code, label, moved in named if moved)


def _of_ratio(found: Sequence[Line]) -> tuple[Line, ...]:
    sums = [
        ("mix", "Mix of the units", sum((each.mix or Fraction(0) for each in found), Fraction(0))),
        ("rate", "Rate of the units", sum((each.rate or Fraction(0) for each in found), Fraction(0))),
        ("other", "New, lost or without a base", sum((each.other or Fraction(0) for each in found), Fraction(0))),
    ]
    return tuple(Line(code, label, NONE, NONE, Level(float(moved))) for code, label, moved in sums if moved)


def _amounts(figures: Figures, code: str, legs: Legs) -> list[Amount]:
    """What each unit right below adds on both sides; a unit without units below is its own only item."""
    evidence = figures.evidence
    ids = {unit.code: unit.id for unit in evidence.company.units.values()}
    now, before = shares(figures, code, legs.actual), shares(figures, code, legs.baseline)
    if now is not None and before is not None:
        return [
            Amount(None if key == OWN else ids[key], key, _number(now.get(key)), _number(before.get(key)))
            for key in dict.fromkeys([*now, *before])
        ]
    values = [figures.value(code, leg) for leg in (legs.actual, legs.baseline)]
    for value in values:
        if not isinstance(value.number, int):
            raise CannotAttribute(f"{figures.label(code)} has no number to compare: {value.reason or 'it is no sum'}.")
    actual, baseline = (int(value.number or 0) for value in values)
    return [Amount(evidence.unit, evidence.company.units[evidence.unit].code, actual, baseline)]


def _number(share: Share | None) -> int:
    return int(share.part.number or 0) if share is not None else 0


# --- exchange rates ----------------------------------------------------------------------------------------
def _exchange(figures: Figures, code: str, amounts: Sequence[Amount], legs: Legs) -> dict[str, int]:
    """By unit the actual at its own rates less the same at the baseline's; nothing where no such reading is kept: there
    is none on the tree of today.

    A unit taken in with a share is left as it is translated.
    """
    manner = MANNERS.get(legs.baseline.version)
    if legs.actual.version != CONSTANT_OF or manner is None or figures.evidence.is_now:
        return {}
    there = replace(legs.actual, version=at_rates(CONSTANT_OF, manner))
    whole = {each.unit: each for each in amounts if each.unit is not None and _is_whole(figures, each.unit)}
    constant = _stored(figures, code, there, [figures.ordinal - there.lag], list(whole))
    return {whole[unit].code: whole[unit].actual - number for (unit, _), number in constant.items()}


def _is_whole(figures: Figures, unit: int) -> bool:
    """Whether what a unit adds is its own figure: the unit itself, or one that is always taken in whole."""
    fact = figures.evidence.company.units[unit]
    return unit == figures.evidence.unit or (fact.is_always_alike and fact.share == WHOLE)


def _less(amount: Amount, moved_by_rates: Mapping[str, int]) -> Amount:
    return replace(amount, actual=amount.actual - moved_by_rates.get(amount.code, 0))


# --- quantities --------------------------------------------------------------------------------------------
def _items(figures: Figures, driver: Driver, amounts: Sequence[Amount], legs: Legs) -> list[Item]:
    ids = [each.unit for each in amounts if each.unit is not None]
    now, before = (_quantities(figures, driver, leg, ids) for leg in (legs.actual, legs.baseline))
    return [
        Item(
            each.code,
            each.actual,
            each.baseline,
            now.get(each.unit) if each.unit is not None else None,
            before.get(each.unit) if each.unit is not None else None,
            driver.measure,
        )
        for each in amounts
    ]


def _quantities(figures: Figures, driver: Driver, leg: Context, ids: Collection[int]) -> dict[int, Fraction]:
    """A flow as it stands; of a stock the mean of its month ends, of one month the mean of opening and closing."""
    months, there = _stretch(figures, driver, leg)
    stored = _stored(figures, driver.quantity, there, months, ids)
    levels: dict[int, list[int]] = {}
    for (unit, _), number in stored.items():
        levels.setdefault(unit, []).append(number)
    return {unit: Fraction(sum(found), len(found)) for unit, found in levels.items()}


def _stretch(figures: Figures, driver: Driver, leg: Context) -> tuple[list[int], Context]:
    """The periods that quantities are read of, and where."""
    if not driver.is_stock:
        return [figures.ordinal - leg.lag], leg
    window = figures.calendar.window(leg)
    return list(window) if len(window) > 1 else [window[0] - 1, window[0]], replace(leg, basis="month")


def _stored(
    figures: Figures, code: str, context: Context, ordinals: Collection[int], ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """The exact numbers of some units and periods on sheets of a version and basis."""
    found = figures.evidence.numbers(ids, ordinals, code, context)
    return {place: number for place, (number, _) in found.items() if isinstance(number, int)}
