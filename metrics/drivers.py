"""What moved an amount: price, volume and mix; rate and volume; exchange rates; what is new and what was lost. Pure.

Amounts are ints in ten-thousandths and every split adds to the difference exactly: parts are computed as fractions
and rounded once for each item, by largest remainder. Signs are those of the amount itself; whoever ranks parts
turns them by the sense of the metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from metrics.apportionment import rounded


@dataclass(frozen=True)
class Driver:
    """What an amount is made with: a metric for its quantity, in what it is counted, and what its parts are called.

    A quantity that is a stock counts with its mean over the basis.
    """

    quantity: str
    is_stock: bool
    measure: str
    price: str
    volume: str
    mix: str


DRIVERS: Mapping[str, Driver] = MappingProxyType(
    {
        "revenue": Driver("customers", True, "customers", "Revenue per customer", "Customers", "Mix of customers"),
        "personnel_cost": Driver("headcount", True, "heads", "Cost per head", "Headcount", "Mix of heads"),
        "contractor_cost": Driver(
            "contractors_fte", True, "contractors", "Cost per contractor", "Contractors", "Mix of contractors"
        ),
        "acquisition_spend": Driver(
            "new_customers", False, "new customers", "Cost per new customer", "New customers", "Mix of new customers"
        ),
    }
)


@dataclass(frozen=True)
class Item:
    """A product, a customer group or a unit: its amounts, and the quantities they were made with.

    A quantity may be in any unit of measure, named by `measure`; None where it is not known.
    """

    code: str
    actual: int
    baseline: int
    actual_quantity: Fraction | None
    baseline_quantity: Fraction | None
    measure: str = ""

    @property
    def has_both(self) -> bool:
        return bool(_positive(self.actual_quantity) and _positive(self.baseline_quantity))

    @property
    def is_new(self) -> bool:
        """Sold now and not before; a baseline amount without a quantity is something else."""
        return self.baseline == 0 and self.baseline_quantity == 0 and _positive(self.actual_quantity)

    @property
    def is_lost(self) -> bool:
        return self.actual == 0 and self.actual_quantity == 0 and _positive(self.baseline_quantity)


@dataclass(frozen=True)
class Effects:
    """What moved an amount, part by part; the parts add to actual − baseline.

    `new` and `lost` are whole amounts: what has no base has no price that could have changed. `other` is the
    difference of what has no quantity, or a negative one.
    """

    price: int = 0
    volume: int = 0
    mix: int = 0
    new: int = 0
    lost: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return self.price + self.volume + self.mix + self.new + self.lost + self.other


@dataclass(frozen=True)
class PriceVolumeMix:
    """The effects of every item, in the order given, and their sums."""

    items: tuple[tuple[str, Effects], ...]
    total: Effects


class MeasuresDiffer(ValueError):
    """Quantities in different units of measure cannot be added, so there is no volume and no mix."""

    def __init__(self, measures: Sequence[str]) -> None:
        self.measures = tuple(measures)
        super().__init__(
            f"Quantities in {' and '.join(measures)} cannot be added, so volume and mix cannot be told apart."
        )


def price_volume_mix(items: Sequence[Item]) -> PriceVolumeMix:
    """Price Σ(P1−P0)·Q1, volume (ΣQ1−ΣQ0)·P̄0, mix Σ(s1−s0)·ΣQ1·(P0−P̄0), over items that were there before and are
    now; P̄0 is their mean price before.

    Item by item: price Q1·(P1−P0), volume (Q1−Q0)·P̄0, mix (Q1−Q0)·(P0−P̄0), which add to the same sums. Of a single
    item this is the split into rate and volume, without a mix. Raises MeasuresDiffer.
    """
    both = [item for item in items if item.has_both]
    measures = sorted({item.measure for item in both})
    if len(measures) > 1:
        raise MeasuresDiffer(measures)
    before = sum((_known(item.baseline_quantity) for item in both), Fraction(0))
    mean = Fraction(sum(item.baseline for item in both)) / before if before else Fraction(0)
    found = tuple((item.code, _effects(item, mean)) for item in items)
    return PriceVolumeMix(found, _sum([effects for _, effects in found]))


def rate_volume(
    actual: int, baseline: int, *, actual_quantity: Fraction | None, baseline_quantity: Fraction | None
) -> Effects:
    """Rate (R1−R0)·Q1 as `price`, volume (Q1−Q0)·R0; with heads for quantities this is headcount and rate."""
    return price_volume_mix([Item("", actual, baseline, actual_quantity, baseline_quantity)]).total


@dataclass(frozen=True)
class Local:
    """An amount of a period in the unit's own currency against its baseline, and the rates of both.

    A rate is group currency for one unit of the currency.
    """

    actual: int
    baseline: int
    actual_rate: Fraction | None
    baseline_rate: Fraction | None
    currency: str = ""


@dataclass(frozen=True)
class Exchange:
    """What a unit did (`operational`, at the baseline's rates) and what the rates did to it (`exchange`)."""

    operational: int
    exchange: int

    @property
    def total(self) -> int:
        return self.operational + self.exchange


class RateMissing(ValueError):
    """A rate that nobody gave is not 1: without it nothing can be said."""

    def __init__(self, currency: str) -> None:
        super().__init__(f"A {currency} rate is missing, so what exchange rates did cannot be told.")


def exchange(several: Sequence[Local]) -> Exchange:
    """Operational (A−B)·r_baseline and exchange A·(r_actual−r_baseline), period by period at each period's rates.

    They add to the translated actuals less the translated baselines, each rounded half-even as the sheets have them.
    Raises RateMissing.
    """
    operational = moved = 0
    for each in several:
        if each.actual_rate is None or each.baseline_rate is None:
            raise RateMissing(each.currency)
        total = round(each.actual * each.actual_rate) - round(each.baseline * each.baseline_rate)
        done = round((each.actual - each.baseline) * each.baseline_rate)
        operational, moved = operational + done, moved + total - done
    return Exchange(operational, moved)


@dataclass(frozen=True)
class RatioPart:
    """A unit's numerator and denominator in a ratio, now and before, in any measure the parts share."""

    code: str
    actual: int
    actual_base: int
    baseline: int
    baseline_base: int


@dataclass(frozen=True)
class MixRate:
    """By how much a part moved a ratio, in plain units: by its weight (`mix`) and by its own ratio (`rate`).

    `other` is that of a part without a ratio of its own before or now: new, lost, or without any denominator.
    """

    code: str
    mix: Fraction
    rate: Fraction
    other: Fraction

    @property
    def total(self) -> Fraction:
        return self.mix + self.rate + self.other


class NoBase(ValueError):
    """A ratio whose denominator adds to nothing has no parts."""

    def __init__(self) -> None:
        super().__init__("The denominator is zero, now or before, so the change of the ratio has no parts.")


def mix_and_rate(parts: Sequence[RatioPart]) -> tuple[MixRate, ...]:
    """ΔM = Σ(w1−w0)·(m0−M0) + Σ w1·(m1−m0): weights are shares of the denominator, m the parts' own ratios.

    Exact; whatever a part is, its total is what it adds to M1 less what it added to M0, less its change of weight at
    M0. Raises NoBase.
    """
    now, before = sum(part.actual_base for part in parts), sum(part.baseline_base for part in parts)
    if not now or not before:
        raise NoBase
    whole = Fraction(sum(part.baseline for part in parts), before)
    found = []
    for part in parts:
        weight, weight_before = Fraction(part.actual_base, now), Fraction(part.baseline_base, before)
        if part.actual_base and part.baseline_base:
            own, own_before = Fraction(part.actual, part.actual_base), Fraction(part.baseline, part.baseline_base)
            mix, rate = (weight - weight_before) * (own_before - whole), weight * (own - own_before)
            found.append(MixRate(part.code, mix, rate, Fraction(0)))
            continue
        added = Fraction(part.actual, now) - Fraction(part.baseline, before)
        found.append(MixRate(part.code, Fraction(0), Fraction(0), added - (weight - weight_before) * whole))
    return tuple(found)


def _effects(item: Item, mean: Fraction) -> Effects:
    gap = item.actual - item.baseline
    if item.is_new:
        return Effects(new=gap)
    if item.is_lost:
        return Effects(lost=gap)
    if not item.has_both:
        return Effects(other=gap)
    now, before = _known(item.actual_quantity), _known(item.baseline_quantity)
    price_before = item.baseline / before
    exact = [item.actual - price_before * now, (now - before) * mean, (now - before) * (price_before - mean)]
    price, volume, mix = rounded(exact, total=gap)
    return Effects(price=price, volume=volume, mix=mix)


def _sum(several: Sequence[Effects]) -> Effects:
    return Effects(
        price=sum(each.price for each in several),
        volume=sum(each.volume for each in several),
        mix=sum(each.mix for each in several),
        new=sum(each.new for each in several),
        lost=sum(each.lost for each in several),
        other=sum(each.other for each in several),
    )


def _positive(quantity: Fraction | None) -> bool:
    return quantity is not None and quantity > 0


def _known(quantity: Fraction | None) -> Fraction:
    assert quantity is not None
    return quantity
