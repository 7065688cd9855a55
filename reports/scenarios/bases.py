"""What is expected of units, as scenarios stand on it: forecasts, closed months and cash ahead at one mark.

Three queries, however many units there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ledger.periods import Calendar
from metrics.arrangement import reported_first, stored_names
from metrics.catalogue import METRICS
from metrics.formula.values import NO_ACCOUNT
from metrics.hiring import Month, per_head
from metrics.models import Study
from metrics.outlook import ACTUAL, forecasts
from metrics.querysets import sheets
from metrics.readings import Level
from metrics.scenarios.base import ALL_LINES, NO_FORECAST, Base, Facts
from metrics.statement import CLOUD_BELOW, FORECAST_METRICS, weights
from metrics.studies import studies
from reports.scenarios.parts import Named, shares
from units.models import Unit
from units.scope import Scope

HISTORY = 12
"""Closed months read: a year, over which the cost of a head is told and that changed days reach back to."""
ONE = 10_000
COLUMNS = ("unit_id", "metric", "cutoff__ordinal", "period__ordinal", "number")
NO_CUSTOMERS = "not_applicable: no customers"
NO_CONTRACTORS = "not_applicable: no contractors"
NOT_STUDIED = "not_applicable: cash ahead has not been worked out yet"
LAG_UNKNOWN = {
    "collection": "not_applicable: how long customers take to pay is not known",
    "payment": "not_applicable: how long suppliers wait is not known",
}


@dataclass(frozen=True)
class _Sheet:
    """What stands on the sheet of a month."""

    numbers: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def level(self, code: str) -> Level:
        number = self.numbers.get(code)
        reason = self.reasons.get(code, f"{NO_ACCOUNT} carries {METRICS[code].label.lower()}")
        return Level(number) if number is not None else Level(None, reason)


NO_SHEET = _Sheet()


def bases(scope: Scope, units: Iterable[Unit], *, mark: int, calendar: Calendar, named: Named) -> dict[str, Base]:
    """What is expected of each unit, by its code; of a unit without a forecast a base without months.

    `named` are the accounts inside lines that drivers may act on alone.
    """
    codes = {unit.pk: unit.code for unit in units}
    ahead: dict[int, dict[str, dict[int, int]]] = {unit: {} for unit in codes}
    cutoffs: dict[int, int] = {}
    rows = forecasts(scope, mark).of_units(codes).of_metrics(FORECAST_METRICS)
    for unit, metric, cutoff, month, number in rows.values_list(*COLUMNS):
        ahead[unit].setdefault(metric, {})[month] = number
        cutoffs[unit] = cutoff
    behind = _behind(scope, cutoffs, mark=mark)
    cash = {row.unit_id: row for row in studies(scope, mark).of_units(codes)}
    return {
        code: _base(code, ahead[unit], cutoffs.get(unit), behind.get(unit, {}), cash.get(unit), calendar, named)
        for unit, code in codes.items()
    }


def _behind(scope: Scope, cutoffs: Mapping[int, int], *, mark: int) -> dict[int, dict[int, _Sheet]]:
    """The sheets of the closed months behind each unit's forecast; those as is now go before those reported."""
    if not cutoffs:
        return {}
    window = range(min(cutoffs.values()) - HISTORY + 1, max(cutoffs.values()) + 1)
    found = sheets(scope).standing_at(mark).of_basis("month").of_units(cutoffs).in_periods(list(window))
    rows = found.filter(version__in=stored_names([ACTUAL], is_now=True))
    kept: dict[int, dict[int, _Sheet]] = {}
    for unit, ordinal, _, numbers, reasons in sorted(
        rows.values_list("unit_id", "period__ordinal", "version", "numbers", "reasons"),
        key=lambda row: reported_first(row[2]),
    ):
        if cutoffs[unit] - HISTORY < ordinal <= cutoffs[unit]:
            kept.setdefault(unit, {})[ordinal] = _Sheet(numbers, reasons)
    return kept


def _base(
    code: str,
    ahead: Mapping[str, Mapping[int, int]],
    cutoff: int | None,
    behind: Mapping[int, _Sheet],
    study: Study | None,
    calendar: Calendar,
    named: Named,
) -> Base:
    if cutoff is None:
        return Base(code, (), (), {})
    months = tuple(sorted({month for numbers in ahead.values() for month in numbers}))
    last = behind.get(cutoff, NO_SHEET)
    closed = tuple(sorted(behind))
    cash, interval = _cash(study, months, calendar)
    return Base(
        unit=code,
        months=months,
        closed=closed,
        lines={
            line: {
                **{month: _closed_line(line, behind[month]) for month in closed},
                **{month: _open_line(line, month, ahead, last) for month in months},
            }
            for line in ALL_LINES
        },
        cash={**{month: behind[month].level("cash") for month in closed}, **cash},
        interval=interval,
        lags=_lags(study),
        facts=_facts(last, [behind[month] for month in closed], calendar.periods_in_year),
        parts=shares(named, [behind[month].numbers for month in closed]),
    )


def _open_line(line: str, month: int, ahead: Mapping[str, Mapping[int, int]], last: _Sheet) -> Level:
    """A line as it is forecast; where it is not, the account's absence or the forecast's."""
    found = {code: numbers[month] for code, numbers in ahead.items() if month in numbers}
    if line == CLOUD_BELOW:
        return _cloud_below(found, Level(None, NO_FORECAST))
    if line in found:
        return Level(found[line])
    known = last.level(line)
    return known if known.number is None and known.reason.startswith(NO_ACCOUNT) else Level(None, NO_FORECAST)


def _closed_line(line: str, sheet: _Sheet) -> Level:
    if line == CLOUD_BELOW:
        return _cloud_below(sheet.numbers, sheet.level("operating_cost"))
    return sheet.level(line)


def _cloud_below(numbers: Mapping[str, Any], otherwise: Level) -> Level:
    """What operating cost holds besides its named lines."""
    if numbers.get("operating_cost") is None:
        return otherwise
    named = {code: weight for code, weight in weights()["operating_cost"].items() if code != CLOUD_BELOW}
    return Level(numbers["operating_cost"] - sum(weight * (numbers.get(code) or 0) for code, weight in named.items()))


def _cash(
    study: Study | None, months: Sequence[int], calendar: Calendar
) -> tuple[dict[int, Level], dict[int, tuple[int, int]]]:
    """Cash at the month ends to come with its interval, as it was studied."""
    said = {} if study is None else study.cash
    reason = NOT_STUDIED if study is None else said.get("reason", NOT_STUDIED)
    found = {month: Level(None, reason) for month in months}
    interval = {}
    for each in said.get("months", ()):
        month = calendar.parse(each["period"]).ordinal
        if month in found:
            found[month] = Level(each["cash"])
            if "low" in each:
                interval[month] = (each["low"], each["high"])
    return found, interval


def _lags(study: Study | None) -> dict[str, Level]:
    known = {} if study is None else study.cash.get("lags", {})
    return {
        name: Level(known[name]) if known.get(name) is not None else Level(None, reason)
        for name, reason in LAG_UNKNOWN.items()
    }


def _facts(last: _Sheet, behind: Sequence[_Sheet], periods_in_year: int) -> Facts:
    heads = per_head(
        [Month(*(_whole(sheet, code) for code in ("revenue", "personnel_cost", "headcount"))) for sheet in behind],
        periods_in_year=periods_in_year,
    )
    contractors = last.level("contractors_fte")
    return Facts(
        customers=_there(last.level("customers"), NO_CUSTOMERS),
        acquisition=last.level("cac"),
        head=_a_month(heads.cost, periods_in_year),
        earned=_a_month(heads.marginal, periods_in_year),
        contractors=contractors,
        contractor=_each(last.level("contractor_cost"), _there(contractors, NO_CONTRACTORS)),
    )


def _whole(sheet: _Sheet, code: str) -> int | None:
    number = sheet.numbers.get(code)
    return number if isinstance(number, int) else None


def _there(level: Level, none: str) -> Level:
    """A count that something is divided by: none of it is a reason of its own."""
    return level if level.number is None or level.number > 0 else Level(None, none)


def _a_month(year: Level, periods_in_year: int) -> Level:
    return year if year.number is None else Level(round(Fraction(int(year.number), periods_in_year)))


def _each(cost: Level, count: Level) -> Level:
    """What one of them costs, rounded half-even."""
    if cost.number is None or count.number is None:
        return cost if cost.number is None else count
    return Level(round(Fraction(int(cost.number) * ONE, int(count.number))))
