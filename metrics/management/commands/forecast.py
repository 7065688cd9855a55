"""`manage.py forecast`: what the statement's lines are expected to be, how wrong that was before, where the year lands.

    forecast [--unit U]… [--metric M]… [--horizon N]     the months ahead, one a line
    forecast --as-of TIME                                as it stood then
    forecast --accuracy                                  how right stored forecasts were, by how far ahead they looked
    forecast --landing                                   closed actuals and forecast of the year, against its budget

Money is decimal text, shares are numbers (0.05 is 5 %), and what is not known is null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from ledger.amounts import as_text
from ledger.periods import Calendar
from ledger.querysets import fiscal_calendar
from metrics.forecasting import make_forecasts
from metrics.models import Forecast
from metrics.outlook import ForecastQuerySet, accuracy_by_lag, forecasts, landings, stored_forecasts
from metrics.querysets import computed_mark, times_of
from metrics.statement import FORECAST_METRICS
from units.commands import HouseCommand, WrongCall, moment_of
from units.models import Unit
from units.scope import Scope

Document = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What was asked for; None means everything."""

    scope: Scope
    mark: int
    calendar: Calendar
    units: Sequence[int] | None
    metrics: Sequence[str] | None
    horizon: int | None

    def narrowed(self, found: ForecastQuerySet) -> ForecastQuerySet:
        if self.units is not None:
            found = found.of_units(self.units)
        return found if self.metrics is None else found.of_metrics(self.metrics)

    def lines(self) -> list[tuple[int, str, str]]:
        """Every unit (id and code) and metric that is forecast."""
        found = self.narrowed(stored_forecasts(self.scope).standing_at(self.mark)).order_by("unit__left", "metric")
        return list(found.values_list("unit_id", "unit__code", "metric").distinct())


class Command(HouseCommand):
    help = "Print forecasts with their interval and own past error; their accuracy by lag; where the year lands."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", action="append", help="A unit's code; repeat it, or leave it out for all.")
        parser.add_argument("--metric", action="append", help="A line of the statement; repeat it, or leave it out.")
        parser.add_argument("--horizon", type=int, help="So many periods after the cut-off; left out: all there are.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--accuracy", action="store_true", help="How right stored forecasts were, by lag.")
        what.add_argument("--landing", action="store_true", help="Where the fiscal year is heading.")
        parser.add_argument("--as-of", help="As known then: a date (its end) or an ISO 8601 time.")
        parser.add_argument("--refresh", action="store_true", help="Make the forecasts that are due first.")
        parser.add_argument("--person", help="Read with this person's scope; left out: as the system.")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        if options["refresh"]:
            make_forecasts(actor=Scope.system("forecasts"), at=at)
        wanted = self._wanted(options, at)
        read = _accuracy if options["accuracy"] else _landing if options["landing"] else _ahead
        self._print(list(read(wanted)), is_json=options["as_json"])

    def _wanted(self, options: Mapping[str, Any], at: datetime) -> Wanted:
        """The options checked, or a WrongCall that names the first one that means nothing."""
        scope = Scope.of(self.person(options["person"]), at=at) if options["person"] else Scope.system("forecast")
        scope.require("figures.read")
        if options["horizon"] is not None and options["horizon"] < 1:
            raise WrongCall("The horizon is a whole number of periods, at least 1.")
        for code in options["metric"] or ():
            if code not in FORECAST_METRICS:
                raise WrongCall(f"“{code}” is not forecast; there are {', '.join(FORECAST_METRICS)}.")
        units = options["unit"] and [_unit(code, scope) for code in options["unit"]]
        return Wanted(
            scope,
            computed_mark(moment_of(options["as_of"])),
            fiscal_calendar(),
            units,
            options["metric"],
            options["horizon"],
        )

    def _print(self, rows: Sequence[Document], *, is_json: bool) -> None:
        if is_json:
            self.print_json(rows)
        elif not rows:
            self.stdout.write("There is nothing yet. Forecasts are made after a recompute, or at once with --refresh.")
        else:
            table = [list(rows[0]), *([_shown(cell) for cell in row.values()] for row in rows)]
            widths = [max(map(len, column)) for column in zip(*table, strict=True)]
            for line in table:
                cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
                self.stdout.write("  ".join(cells).rstrip())


def _unit(code: str, scope: Scope) -> int:
    found: int | None = Unit.objects.within(scope).filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise WrongCall(f"There is no unit “{code}”.")
    return found


def _ahead(wanted: Wanted) -> Iterator[Document]:
    """The months after each unit's newest cut-off."""
    rows = list(wanted.narrowed(forecasts(wanted.scope, wanted.mark)))
    times = times_of({row.from_mark for row in rows})
    for row in rows:
        if wanted.horizon is None or row.period.ordinal - row.cutoff.ordinal <= wanted.horizon:
            yield _document(row, times[row.from_mark])


def _document(row: Forecast, known_from: datetime) -> Document:
    return {
        "unit": row.unit.code,
        "metric": row.metric,
        "cutoff": row.cutoff.code,
        "period": row.period.code,
        "value": as_text(row.number),
        "low": _text(row.low),
        "high": _text(row.high),
        "method": row.method,
        "wape": row.wape,
        "bias": row.bias,
        "value_added": row.value_added,
        "tries": row.tries,
        "months": row.months,
        "trials": row.trials,
        "cutoffs": row.cutoffs,
        "known_from": timezone.localtime(known_from).isoformat(),
    }


def _accuracy(wanted: Wanted) -> Iterator[Document]:
    for unit, code, metric in wanted.lines():
        found = accuracy_by_lag(wanted.scope, unit=unit, metric=metric, mark=wanted.mark)
        for lag, read in found.items():
            yield {
                "unit": code,
                "metric": metric,
                "lag": lag,
                "wape": read.wape,
                "bias": read.bias,
                "value_added": read.value_added,
                "forecasts": read.pairs,
            }


def _landing(wanted: Wanted) -> Iterator[Document]:
    rows = list(wanted.narrowed(forecasts(wanted.scope, wanted.mark)))
    codes = {row.unit_id: row.unit.code for row in rows}
    found = landings(wanted.scope, rows, mark=wanted.mark, calendar=wanted.calendar)
    for (unit, metric), read in found.items():
        yield {
            "unit": codes[unit],
            "metric": metric,
            "year": read.year,
            "cutoff": wanted.calendar.at(read.cutoff).code,
            "value": _text(read.number),
            "low": _text(read.low),
            "high": _text(read.high),
            "actual": as_text(read.actual),
            "forecast": as_text(read.forecast),
            "periods": list(read.months),
            "budget": _text(read.budget),
            "difference": _text(read.difference),
            "missing": [wanted.calendar.at(each).code for each in read.missing],
        }


def _text(number: int | None) -> str | None:
    return None if number is None else as_text(number)


def _shown(cell: object) -> str:
    if cell is None or cell == []:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    if isinstance(cell, Mapping):
        return ", ".join(f"{name}: {_shown(each)}" for name, each in cell.items()) or "–"
    return " + ".join(map(str, cell)) if isinstance(cell, list) else str(cell)
