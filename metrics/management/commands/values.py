"""`manage.py values`: stored figures, one number a row, with reason, coverage and since when each is known.

Money and counts are decimal text with all four decimals, ratios, days and months numbers, a class its word; a
missing number is null and says why. `prior-year` is no stored version: it is the actual of one year earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from ledger.models import Account
from ledger.periods import Calendar, PeriodUnknown
from ledger.querysets import fiscal_calendar
from ledger.versions import VersionUnknown, version_name
from metrics.declaration import Metric
from metrics.definitions import definitions
from metrics.models import Sheet
from metrics.querysets import SheetQuerySet, computed_mark, key_of, reading, sheets, standing_since, times_of
from metrics.wire import as_wire, measure_of
from units.commands import HouseCommand, WrongCall
from units.models import Unit
from units.scope import Scope

ACTUAL, BUDGET, PRIOR_YEAR = "actual", "budget", "prior-year"
COLUMNS = ("unit", "metric", "period", "basis", "version", "value", "reason", "coverage", "known_from")


@dataclass(frozen=True)
class Wanted:
    """What was asked for. None means everything; `back` is how many periods earlier figures are read."""

    metrics: Sequence[str] | None
    units: Sequence[int] | None
    ordinals: Sequence[int] | None
    basis: str
    version: str
    stored: str
    back: int
    mark: int


class Command(HouseCommand):
    help = "Print stored values: unit, metric, period, basis, version, value, reason, coverage, known_from."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--metric", action="append", help="A metric or account:CODE; repeat it, or leave it out.")
        parser.add_argument("--unit", action="append", help="A unit's code; repeat it, or leave it out for all.")
        parser.add_argument("--period", action="append", help="YYYY-MM; repeat it, or leave it out for all.")
        parser.add_argument("--basis", default="month", choices=Sheet.Basis.values)
        parser.add_argument("--version", default=ACTUAL, help="actual, budget, budget-2026, a forecast or prior-year.")
        parser.add_argument("--as-of", help="As known then: a date (its end) or an ISO 8601 time.")
        parser.add_argument("--person", help="Read with this person's scope; left out: as the system.")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        scope = Scope.of(self.person(options["person"]), at=at) if options["person"] else Scope.system("values")
        scope.require("figures.read")
        calendar, known = fiscal_calendar(), definitions()
        wanted = _wanted(options, scope, calendar, known)
        rows = list(_rows(wanted, scope, calendar, known))
        if options["as_json"]:
            self.print_json(rows)
        else:
            self._print(rows)

    def _print(self, rows: list[dict[str, Any]]) -> None:
        table = [COLUMNS, *([_shown(row[name]) for name in COLUMNS] for row in rows)]
        widths = [max(len(line[place]) for line in table) for place in range(len(COLUMNS))]
        for line in table:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _wanted(options: Mapping[str, Any], scope: Scope, calendar: Calendar, known: Mapping[str, Metric]) -> Wanted:
    """The options checked, or a WrongCall that names the first one that means nothing."""
    version = options["version"]
    if version not in (BUDGET, PRIOR_YEAR):
        try:
            version = version_name(version, calendar=calendar).code
        except VersionUnknown as error:
            raise WrongCall(str(error)) from error
    is_prior = version == PRIOR_YEAR
    return Wanted(
        metrics=options["metric"] and [_metric(code, known) for code in options["metric"]],
        units=options["unit"] and [_unit(code, scope) for code in options["unit"]],
        ordinals=options["period"] and [_ordinal(text, calendar) for text in options["period"]],
        basis=options["basis"],
        version=version,
        stored=ACTUAL if is_prior else version,
        back=calendar.periods_in_year if is_prior else 0,
        mark=computed_mark(_moment(options["as_of"]) if options["as_of"] else None),
    )


def _metric(code: str, known: Mapping[str, Metric]) -> str:
    sort, _, account = code.partition(":")
    if code in known or (sort == "account" and Account.objects.filter(code=account).exists()):
        return code
    raise WrongCall(f"There is no {'account' if sort == 'account' else 'metric'} “{account or code}”.")


def _unit(code: str, scope: Scope) -> int:
    found: int | None = Unit.objects.within(scope).filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise WrongCall(f"There is no unit “{code}”.")
    return found


def _ordinal(text: str, calendar: Calendar) -> int:
    try:
        return calendar.parse(text).ordinal
    except PeriodUnknown as error:
        raise WrongCall(str(error)) from error


def _moment(text: str) -> datetime:
    """A date means its end; a time without an offset is local."""
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:
        day = moment = None
    if day is not None:
        moment = datetime.combine(day, time.max)
    if moment is None:
        raise WrongCall(f"“{text}” is no date and no time such as 2026-10-09T07:40+00:00.")
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _rows(wanted: Wanted, scope: Scope, calendar: Calendar, known: Mapping[str, Metric]) -> Iterable[dict[str, Any]]:
    asked = sheets(scope).of_version(wanted.stored).of_basis(wanted.basis)
    if wanted.units is not None:
        asked = asked.of_units(wanted.units)
    if wanted.ordinals is not None:
        asked = asked.in_periods([ordinal - wanted.back for ordinal in wanted.ordinals])
    found = list(asked.standing_at(wanted.mark).select_related("unit", "period").in_order())
    since = _known_from(found, asked, wanted)
    for sheet in found:
        period = calendar.at(sheet.period.ordinal + wanted.back).code if wanted.back else sheet.period.code
        for code in wanted.metrics or _codes(sheet):
            read = reading(sheet, code)
            yield {
                "unit": sheet.unit.code,
                "metric": code,
                "period": period,
                "basis": wanted.basis,
                "version": wanted.version,
                "value": as_wire(read.number, measure_of(code, known)),
                "reason": read.reason or None,
                "coverage": read.coverage,
                "known_from": since[sheet.pk, code],
            }


def _codes(sheet: Sheet) -> list[str]:
    return sorted({*sheet.numbers, *sheet.reasons})


def _known_from(found: Sequence[Sheet], asked: SheetQuerySet, wanted: Wanted) -> dict[tuple[int, str], str | None]:
    """Since when each number stands, as a time."""
    replaced = asked.filter(until_mark__isnull=False, until_mark__lte=wanted.mark)
    codes = wanted.metrics or sorted({code for sheet in found for code in _codes(sheet)})
    marks = standing_since(found, replaced, codes)
    times = times_of(set(marks.values()))
    return {
        (sheet.pk, code): timezone.localtime(times[mark]).isoformat()
        if (mark := marks[key_of(sheet), code]) in times
        else None
        for sheet in found
        for code in codes
    }


def _shown(cell: Any) -> str:
    return "–" if cell is None else str(cell)
