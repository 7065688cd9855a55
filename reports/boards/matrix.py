"""All units of a group on one scale: revenue, profit, margin, trend, heads, status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from reports.baselines import BUDGET as BUDGETED
from reports.baselines import FORESEEN, IN_WORDS, NAMES
from reports.boards.naming import number_of, unit_name
from reports.boards.picture import Part, Picture
from reports.boards.reading import Reader
from reports.figures import (
    NOTHING,
    ActualBar,
    Choice,
    Figure,
    Matrix,
    MatrixRow,
    Menu,
    Pin,
    Section,
    Spark,
    Status,
    UnitName,
    Variance,
    VarianceBar,
)
from reports.formatting import Scale, scale_for
from reports.levels import ACTUAL, BUDGET, PRIOR
from reports.materiality import EXPLAINED
from reports.wording import count, matrix_title
from units.models import Unit

WORDS: dict[Status, str] = {
    "ok": "On plan",
    "b": "Below plan",
    "m": "Watch",
    "h": "Off plan",
    "n": "No alerts",
    "": "",
}
WIDEST_PIN = 0.2


class Called(NamedTuple):
    """How columns are headed under a baseline: what they are held against, what stands beside, the plan of heads."""

    against: str
    beside: str
    plan: str
    legend: str


SHORT = {
    BUDGET: Called("budget", "PY", "plan", "budget"),
    PRIOR: Called("PY", "budget", "PY", "prior"),
    FORESEEN: Called("forecast", "PY", "forecast", "forecast"),
}
TREND_SPAN = 0.11
APART = frozenset({Unit.Kind.CORPORATE, Unit.Kind.ELIMINATION})


def matrix(seen: Picture, *, sort: str, page: int, size: int) -> Matrix:
    """The units below in their order (or by a column), then corporate and eliminations, then the total.

    Bars share one scale per column over all units, whether they are on this page or not.
    """
    working = _working(seen)
    scales = _Scales.of(seen, working)
    fitting = [unit for unit in working if is_shown(seen, unit)]
    shown = rows_of(seen, sort=sort, page=page, size=size)
    rows = [_minor(seen, unit, scales) if unit.kind in APART else _row(seen, unit, scales) for unit in shown]
    rows.append(_total(seen, scales))
    statuses = [(number_of(unit.code), status_of(seen, unit)) for unit in fitting]
    title = matrix_title(statuses) if fitting else "No unit is like that" if working else "One unit"
    baseline, called = seen.selection.baseline if seen.baseline != BUDGET else BUDGETED, SHORT[seen.baseline]
    off = [row for row in statuses if row[1] == "h"]
    return Matrix(
        section=Section(
            title,
            f"{_told(seen, fitting, working)}{scales.money.unit}, "
            f"{seen.selection.label} {IN_WORDS[baseline]}. {EXPLAINED}",
            legend=("actual", SHORT[seen.baseline].legend, "raises", "lowers"),
        ),
        rows=tuple(rows),
        scale=scales.money,
        phone_title=f"{count(len(off)).capitalize()} {'unit is' if len(off) == 1 else 'units are'} off plan",
        phone_subtitle=f"Operating income and variance to {NAMES[baseline]}, {scales.money.unit}. Worst first.",
        sorts={key: seen.selection.query(sort=key, **seen.narrowing.parts) for key in KEYS},
        sorted_by=sort if sort in KEYS else "unit",
        pages=_pages(seen, len(fitting), page, size, sort),
        menus=_menus(seen, working, sort),
        against=called.against,
        beside=called.beside,
        plan=called.plan,
    )


def _told(seen: Picture, fitting: Sequence[Part], working: Sequence[Part]) -> str:
    """What the units shown are and how many of all, where they are narrowed."""
    return f"{len(fitting)} of {len(working)} units: {seen.narrowing.said}. " if seen.narrowing else ""


def _menus(seen: Picture, working: Sequence[Part], sort: str) -> tuple[Menu, ...]:
    return seen.narrowing.menus(
        verticals=(unit.vertical for unit in working),
        regions=(unit.region for unit in working),
        statuses=(status_of(seen, unit) for unit in working),
        query=partial(seen.selection.query, unit=seen.selection.unit.code, sort=sort or None),
    )


def is_shown(seen: Picture, unit: Part) -> bool:
    """Whether a unit is among those the matrix is narrowed to."""
    return seen.narrowing.holds(unit.vertical, unit.region, lambda: status_of(seen, unit))


def rows_of(seen: Picture, *, sort: str, page: int, size: int) -> list[Part]:
    """The units of a page of the matrix, then corporate and eliminations, unless it is narrowed to some units."""
    working = [unit for unit in _working(seen) if is_shown(seen, unit)]
    if sort in KEYS:
        working.sort(key=lambda unit: _key(seen, unit, sort))
    apart = () if seen.narrowing else (child for child in seen.children if child.kind in APART)
    return in_order([*working, *apart], page=page, size=size)


def in_order(units: Sequence[Part], *, page: int, size: int) -> list[Part]:
    """The units of a page in the order given, then corporate and eliminations."""
    working = [unit for unit in units if unit.kind not in APART]
    return [*working[(page - 1) * size : page * size], *(unit for unit in units if unit.kind in APART)]


def _working(seen: Picture) -> list[Part]:
    return [child for child in seen.children if child.kind not in APART]


def status_of(seen: Picture, unit: Any) -> Status:
    """What alerts say of a unit; without any, what its operating income says against budget, where both are known."""
    told = seen.standing.of(unit.pk)
    if told:
        return told
    read, is_material = seen.reader(unit).against("operating_income", BUDGET)
    size = read.favourable.number
    if size is None:
        return "n"
    return "b" if is_material and size < 0 else "ok"


class _Scales:
    """The common scales of the matrix' columns."""

    def __init__(self, money: Scale, revenue: float, profit: float) -> None:
        self.money, self.revenue, self.profit = money, revenue, profit

    @classmethod
    def of(cls, seen: Picture, units: list[Any]) -> _Scales:
        readers = [seen.reader(unit) for unit in units]
        revenues = [
            level.number
            for reader in readers
            for level in (reader.level("revenue"), reader.level("revenue", reader.baseline))
            if level.number is not None
        ]
        sizes = [reader.against("operating_income")[0].difference.number for reader in readers]
        return cls(
            money=scale_for(revenues, currency=seen.currency),
            revenue=float(max(revenues, default=1)),
            profit=float(max((abs(size) for size in sizes if size is not None), default=1)),
        )


def _row(seen: Picture, unit: Any, scales: _Scales, kind: str = "unit") -> MatrixRow:
    reader = seen.reader(unit)
    revenue, profit, margin = (reader.reading(code) for code in ("revenue", "operating_income", "operating_margin"))
    if reader.baseline == PRIOR:
        revenue = replace(revenue, growth=_to_budget(reader))
    status: Status = status_of(seen, unit) if kind == "unit" else ""
    return MatrixRow(
        unit=UnitName(unit.name) if kind == "total" else unit_name(unit, seen.query),
        revenue=revenue,
        profit=profit,
        margin=margin.actual,
        margin_variance=margin.variance,
        heads=reader.figure("headcount"),
        heads_planned=_planned(reader),
        status=status,
        status_label=WORDS[status],
        revenue_bar=_actual_bar(reader, scales) if kind == "unit" else None,
        revenue_pin=_pin(revenue) if kind == "unit" else None,
        profit_bar=_profit_bar(profit, scales),
        trend=_trend(seen, unit),
        kind=kind,
    )


def _minor(seen: Picture, unit: Any, scales: _Scales) -> MatrixRow:
    return _row(seen, unit, scales, kind="minor")


def _total(seen: Picture, scales: _Scales) -> MatrixRow:
    return _row(seen, seen.selection.unit, scales, kind="total")


def _to_budget(reader: Reader) -> Variance:
    """What stands beside a comparison with the prior year, where else its growth stands; no tone of its own."""
    found = reader.compared("revenue", BUDGET)
    return Variance(found.number, found.kind, reason=found.reason)


def _planned(reader: Reader) -> Figure:
    figure = reader.figure("headcount", reader.baseline)
    return figure if figure.number is not None else NOTHING


def _actual_bar(reader: Reader, scales: _Scales) -> ActualBar | None:
    actual, was = reader.level("revenue").number, reader.level("revenue", reader.baseline).number
    if actual is None:
        return None
    return ActualBar(
        float(actual), None if was is None else float(was), scales.revenue, is_past=reader.baseline == PRIOR
    )


def _pin(revenue: Any) -> Pin | None:
    number = revenue.percent.number
    return None if number is None else Pin(float(number), WIDEST_PIN, revenue.percent.tone)


def _profit_bar(profit: Any, scales: _Scales) -> VarianceBar | None:
    number = profit.variance.number
    return None if number is None else VarianceBar(float(number), scales.profit, profit.variance.tone)


def _trend(seen: Picture, unit: Any) -> Spark | None:
    actual, baseline = (
        tuple(_float(level.number) for level in seen.series.of(unit.pk, version, "operating_margin")[-12:])
        for version in (ACTUAL, seen.baseline)
    )
    return Spark(actual, baseline, span=TREND_SPAN) if any(value is not None for value in actual) else None


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


class Sorted(NamedTuple):
    """What a column is sorted by: the level of a metric, or a part of its variance."""

    code: str
    part: str = ""

    def of(self, reader: Reader) -> Any:
        return (getattr(reader.against(self.code)[0], self.part) if self.part else reader.level(self.code)).number


KEYS = {
    "revenue": Sorted("revenue"),
    "revenue_percent": Sorted("revenue", "percent"),
    "profit": Sorted("operating_income"),
    "variance": Sorted("operating_income", "difference"),
    "margin": Sorted("operating_margin"),
    "margin_variance": Sorted("operating_margin", "difference"),
    "heads": Sorted("headcount"),
}


def _key(seen: Picture, unit: Any, sort: str) -> tuple[bool, float]:
    """Worst or smallest variances first, largest levels first; what is missing last."""
    number = KEYS[sort].of(seen.reader(unit))
    if number is None:
        return (True, 0.0)
    return (False, float(number) if KEYS[sort].part else -float(number))


def _pages(seen: Picture, units: int, page: int, size: int, sort: str) -> tuple[Choice, ...]:
    """Links to the other pages of a long matrix; none where all units are on this one."""
    pages = -(-units // size)
    if pages < 2:
        return ()
    kept = {"sort": sort or None, **seen.narrowing.parts}
    around = [number for number in range(1, pages + 1) if number in (1, pages) or abs(number - page) <= 2]
    return tuple(
        Choice(str(number), seen.selection.query(page=number, **kept), is_on=number == page) for number in around
    )
