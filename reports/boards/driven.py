"""What moved a unit's operating income, driver by driver: volume, price, mix, heads, rates; line by line where no
quantity stands behind an amount. Cloud is told apart from cost of sales: what of it follows revenue, and what it costs
for each unit of revenue more or less than before.

Units right below are the items of price, volume and mix where their figures are all there is in the unit's; a unit
without such is its own only item. The same arithmetic as the gap of a figure by driver (`reports.attribution.drivers`),
read from what the page of a unit asks of the sheets anyway.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.db.models import F, Q

from metrics.arrangement import chosen, stored_names
from metrics.catalogue import METRICS
from metrics.drivers import DRIVERS, Driver, Effects, Item, price_volume_mix
from metrics.formula import BASES, Context
from metrics.models import Sheet
from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR, CONSTANT_OF, at_rates
from metrics.readings import Level
from metrics.timeframes import CalendarAt
from reports import materiality
from reports.asked import Asked, Rows
from reports.baselines import FORECAST, PRIOR_YEAR
from reports.boards.cloud import CLOUD, OPERATING, SALES, apart
from reports.boards.reading import Reader
from reports.charts import BridgeStep
from reports.levels import ACTUAL, BUDGET, is_reading
from reports.selection import Selection
from reports.wording import listed
from units.marks import standing_at
from units.scope import Scope

INCOME = "operating_income"
COSTS = ("cost_of_sales", "personnel_cost", "contractor_cost", "marketing_cost", "other_operating_cost")
LINES = ("revenue", *COSTS)
READ = (*LINES, CLOUD, OPERATING)
"""What is asked of the sheets: the lines, and what tells cloud apart from them."""
BRIDGED = ("revenue", SALES, CLOUD, *COSTS[1:])
"""The lines in the order of the bridge; cost of sales is without cloud wherever cloud is known on both sides."""
QUANTITIES = tuple(DRIVERS[code].quantity for code in LINES if code in DRIVERS)
FOLLOWING = Driver("revenue", False, "revenue", "Cloud price", "Cloud usage", "Mix of cloud")
"""Cloud is used as revenue is made, so revenue stands for its quantity."""
NAMES = {
    "revenue": ("volume", "mix", "price"),
    CLOUD: ("follows revenue", "mix", "share of revenue"),
}
"""The longer names of a line's volume, mix and price, where they are not those of heads."""
ITEMS = 50
"""How many units right below are items of a mix at most; of more the unit is its own."""
MOST = 10
"""How many steps a bridge has before it is crowded."""
NO_QUANTITIES = "Told by line: no quantities are known of this stretch of time on both sides."

Place = tuple[int, str]
"""A unit and a code."""


@dataclass(frozen=True)
class Side:
    """One side of the gap: a version, the period it stands on, and the months its stocks are the mean of."""

    version: str
    ordinal: int
    months: tuple[int, ...]


@dataclass(frozen=True)
class Sides:
    """Both sides, and the version that holds the actual at the rates of the baseline; empty where none is read."""

    actual: Side
    baseline: Side
    constant: str

    @classmethod
    def of(cls, selection: Selection) -> Sides | None:
        """None where quantities cannot be told: of forecasts, of a year of its own, of what stands on no sheet."""
        if selection.basis not in BASES or selection.baseline == FORECAST or is_reading(selection):
            return None
        is_past = selection.baseline == PRIOR_YEAR
        if is_past and selection.comparison.prior_reason:
            return None
        manner = AT_PRIOR_YEAR if is_past else AT_BUDGET
        is_reported = not selection.rates and not selection.is_now
        before = selection.comparison.prior if is_past else selection.period.ordinal
        return cls(
            actual=_side(selection, ACTUAL, selection.period.ordinal),
            baseline=_side(selection, ACTUAL if is_past else BUDGET, before),
            constant=at_rates(CONSTANT_OF, manner) if is_reported else "",
        )


def _side(selection: Selection, version: str, ordinal: int) -> Side:
    window = CalendarAt(selection.calendar, ordinal).window(Context(version, selection.basis))
    return Side(version, ordinal, tuple(window) if len(window) > 1 else (window[0] - 1, window[0]))


@dataclass(frozen=True)
class Behind:
    """What stands behind the lines: amounts on both sides and at the baseline's rates, and mean quantities."""

    actual: Mapping[Place, int] = field(default_factory=dict)
    baseline: Mapping[Place, int] = field(default_factory=dict)
    constant: Mapping[Place, int] = field(default_factory=dict)
    quantities: tuple[Mapping[Place, Fraction], Mapping[Place, Fraction]] = ({}, {})


def amounts_of(
    scope: Scope, selection: Selection, sides: Sides, units: Collection[int]
) -> Asked[tuple[Mapping[Place, int], ...]]:
    """The question for the amounts of the lines: actual, baseline, and actual at the baseline's rates."""
    legs = [(each.version, each.ordinal) for each in (sides.actual, sides.baseline)]
    legs += [(sides.constant, sides.actual.ordinal)] if sides.constant else []
    condition = Q(pk__in=[])
    for version, ordinal in legs:
        condition |= Q(version__in=stored_names([version], is_now=selection.is_now), period__ordinal=ordinal)
    sheets = Sheet.objects.within(scope).filter(standing_at(selection.mark), condition)
    asked = sheets.filter(basis=selection.basis, unit__in=units).annotate(ordinal=F("period__ordinal"))

    def answer(rows: Rows) -> tuple[Mapping[Place, int], ...]:
        found: dict[tuple[str, int], dict[Place, int]] = defaultdict(dict)
        for unit, version, ordinal, numbers, *_ in chosen(rows):
            known = {(unit, code): number for code, number in zip(READ, numbers, strict=True) if _is_whole(number)}
            found[version, ordinal].update(known)
        return tuple(found[leg] for leg in [*legs, ("", 0)][:3])

    return Asked(asked, READ, answer)


def quantities_of(
    scope: Scope, selection: Selection, sides: Sides, units: Collection[int]
) -> Asked[tuple[Mapping[Place, Fraction], Mapping[Place, Fraction]]]:
    """The question for the mean quantities of both sides."""
    condition = Q(pk__in=[])
    for side in (sides.actual, sides.baseline):
        names = stored_names([side.version], is_now=selection.is_now)
        condition |= Q(version__in=names, period__ordinal__in=side.months)
    sheets = Sheet.objects.within(scope).filter(standing_at(selection.mark), condition)
    asked = sheets.filter(basis="month", unit__in=units).annotate(ordinal=F("period__ordinal"))

    def answer(rows: Rows) -> tuple[Mapping[Place, Fraction], Mapping[Place, Fraction]]:
        read = list(chosen(rows))
        return _means(read, sides.actual), _means(read, sides.baseline)

    return Asked(asked, QUANTITIES, answer)


def _means(rows: Rows, side: Side) -> Mapping[Place, Fraction]:
    """Of each stock the mean of the months that have one."""
    stocks: dict[Place, list[int]] = defaultdict(list)
    for unit, version, ordinal, numbers, *_ in rows:
        if version == side.version and ordinal in side.months:
            for code, number in zip(QUANTITIES, numbers, strict=True):
                if _is_whole(number):
                    stocks[unit, code].append(number)
    return {place: Fraction(sum(found), len(found)) for place, found in stocks.items()}


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


# --- steps -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Steps:
    """The steps from the baseline to the actual, which add to the gap exactly; `told` says what is no driver."""

    steps: Sequence[BridgeStep]
    told: str = ""


@dataclass(frozen=True)
class _Moved:
    """By how much a line moved profit, part by part; `exchange` is what rates did to it, `parts` all the rest."""

    code: str
    parts: Sequence[tuple[str, str, int]]
    exchange: int = 0
    is_driven: bool = False

    @property
    def whole(self) -> _Moved:
        """All of it as one step."""
        if not self.is_driven:
            return self
        return replace(self, parts=((METRICS[self.code].label, "", sum(size for *_, size in self.parts)),))


def steps_of(own: Reader, behind: Behind, below: Sequence[int], *, gap: int) -> Steps:
    """The steps of a unit's operating income against what `own` reads it against; exchange rates are one step."""
    floor = materiality.tolerance(METRICS[INCOME], own.level(INCOME), revenue=_revenue(own))
    moved = list(_moved(own, behind, below))
    steps = [
        BridgeStep(label, name, size, _tone(size, floor), own.href(each.code))
        for each in _sparing(moved, floor)
        for label, name, size in each.parts
        if size
    ]
    exchange = sum(each.exchange for each in moved)
    rest = gap - exchange - sum(step.size for step in steps)
    last = (("Exchange rates", exchange), ("Other lines", rest))
    steps += [BridgeStep(label, "", size, _tone(size, floor)) for label, size in last if size]
    return Steps(steps, _told(moved))


def _moved(own: Reader, behind: Behind, below: Sequence[int]) -> Iterator[_Moved]:
    now, before = _lines(own, ACTUAL), _lines(own, own.baseline)
    if is_apart := all((own.unit, CLOUD) in side for side in (now, before)):
        now, before = apart(now), apart(before)
    behind = _comparable(behind, is_apart=is_apart)
    for code in BRIDGED:
        whole = (own.unit, code)
        if whole not in now or whole not in before or (code == CLOUD and not is_apart):
            continue
        sense, size = METRICS[code].better, METRICS[code].better * (now[whole] - before[whole])
        items = _items(code, behind, below, unit=own.unit)
        effects = price_volume_mix(items).total if items else Effects()
        if any(item.has_both for item in items):
            exchange = size - sense * effects.total
            yield _Moved(code, tuple(_named(code, effects, sense)), exchange, is_driven=True)
            continue
        exchange = sense * (behind.actual[whole] - behind.constant[whole]) if whole in behind.actual else 0
        name = "without cloud" if code == SALES and is_apart else ""
        yield _Moved(code, ((METRICS[code].label, name, size - exchange),), exchange)


def _lines(own: Reader, version: str) -> dict[Place, int]:
    """What the unit's own lines amount to, as far as they are known."""
    levels = {(own.unit, code): own.level(code, version).number for code in READ}
    return {place: number for place, number in levels.items() if isinstance(number, int)}


def _comparable(behind: Behind, *, is_apart: bool) -> Behind:
    """Every amount at the baseline's rates, and with cloud apart where it is told so."""
    sides = behind.actual, behind.baseline, {**behind.actual, **behind.constant}
    actual, baseline, constant = map(apart, sides) if is_apart else sides
    return Behind(actual, baseline, constant, behind.quantities)


def _items(code: str, behind: Behind, below: Sequence[int], *, unit: int) -> list[Item]:
    """The units right below where they are all there is in the line, else the unit itself; none without quantities."""
    driver = FOLLOWING if code == CLOUD else DRIVERS.get(code)
    if driver is None or not all((unit, code) in side for side in (behind.actual, behind.baseline)):
        return []
    units = below if below and len(below) <= ITEMS and _is_made_of(code, behind, below, unit=unit) else [unit]
    now, before = (behind.constant, behind.baseline) if code == CLOUD else behind.quantities
    return [
        Item(
            str(each),
            behind.constant.get((each, code), 0),
            behind.baseline.get((each, code), 0),
            _quantity(now, (each, driver.quantity)),
            _quantity(before, (each, driver.quantity)),
            driver.measure,
        )
        for each in units
    ]


def _quantity(known: Mapping[Place, int] | Mapping[Place, Fraction], place: Place) -> Fraction | None:
    return Fraction(known[place]) if place in known else None


def _is_made_of(code: str, behind: Behind, below: Sequence[int], *, unit: int) -> bool:
    """Whether a line is the plain sum of the units right below, on both sides."""
    sides = (behind.actual, behind.baseline)
    return all(side[unit, code] == sum(side.get((each, code), 0) for each in below) for side in sides)


def _named(code: str, effects: Effects, sense: int) -> Iterator[tuple[str, str, int]]:
    """The parts of a line by what they are called, in favourable signs."""
    driver, line = FOLLOWING if code == CLOUD else DRIVERS[code], METRICS[code].label
    volume, mix, price = NAMES.get(code, ("volume", "mix", "rate"))
    yield driver.volume, volume, sense * effects.volume
    yield driver.mix, mix, sense * effects.mix
    yield driver.price, price, sense * effects.price
    yield line, "new units", sense * effects.new
    yield line, "lost units", sense * effects.lost
    yield line, "uncounted", sense * effects.other


def _sparing(moved: Sequence[_Moved], floor: float) -> list[_Moved]:
    """Of a crowded bridge the lines whose drivers are all immaterial stand whole."""
    if sum(bool(size) for each in moved for *_, size in each.parts) <= MOST:
        return list(moved)
    return [each if any(abs(size) >= floor for *_, size in each.parts) else each.whole for each in moved]


def _told(moved: Sequence[_Moved]) -> str:
    """What the bridge says of lines that no quantity stands behind."""
    if not any(each.is_driven for each in moved):
        return NO_QUANTITIES
    whole = [METRICS[each.code].label.lower() for each in moved if not each.is_driven and any(p[2] for p in each.parts)]
    return f"No quantity stands behind {listed(whole)}: told by line." if whole else ""


def _revenue(own: Reader) -> Level:
    budgeted = own.level("revenue", own.baseline)
    return own.level("revenue") if budgeted.number is None else budgeted


def _tone(size: int, floor: float) -> str:
    return "z" if abs(size) < floor else "g" if size > 0 else "b"
