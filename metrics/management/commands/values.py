"""`manage.py values`: stored figures, one number a row, with reason, coverage and since when each is known.

Money and counts are decimal text with all four decimals, ratios, days and months numbers, a class its word; a
missing number is null and says why. `prior-year` is no stored version: it is the actual of one year earlier.
`rolling:N` and comparisons like for like are readings over stored months; a reading stands since no mark of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.timezone import localdate

from ledger.models import Account
from ledger.periods import NO_HOLIDAYS, Calendar, FiscalPeriod, PeriodUnknown, rolling
from ledger.querysets import company_calendars, fiscal_calendar, holidays_of, is_closed
from ledger.versions import VersionUnknown, version_name
from metrics.arrangement import AS_IS_NOW, AS_WAS, READINGS, stored_names
from metrics.comparisons import MODES, Comparison, comparison
from metrics.declaration import Metric
from metrics.definitions import definitions
from metrics.models import Sheet
from metrics.querysets import (
    SheetQuerySet,
    at_constant_rates,
    computed_mark,
    has_budget_rates,
    key_of,
    on_todays_tree,
    reading,
    sheets,
    standing_since,
    times_of,
)
from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR, CONSTANT_OF, at_rates, version_and_manner
from metrics.shelf import OWN, Shelf, book, context_of, opened
from metrics.timeframes import Stored, Timeframe
from metrics.wire import Number, as_wire, measure_of
from units.commands import HouseCommand, WrongCall, moment_of
from units.models import Unit
from units.scope import Scope

ACTUAL, BUDGET, PRIOR_YEAR = "actual", "budget", "prior-year"
REPORTED = "reported"
CURRENCIES = {"constant": AT_BUDGET, "prior-year": AT_PRIOR_YEAR}
COLUMNS = ("unit", "metric", "period", "basis", "version", "value", "reason", "coverage", "known_from")
CURRENCY, TREE, FLAG = "currency", "tree", "flag"
"""Stands there only where there is something to say: a hole, a part of a period, unequal weeks."""


@dataclass(frozen=True)
class Wanted:
    """What was asked for. None means everything; `back` is how many periods earlier figures are read.

    `mode` is a comparison like for like, judged as of the day `through`.
    """

    metrics: Sequence[str] | None
    units: Sequence[int] | None
    ordinals: Sequence[int] | None
    basis: str
    version: str
    stored: str
    back: int
    mark: int
    mode: str
    through: date
    currency: str
    is_now: bool

    def is_reading(self, calendar: Calendar) -> bool:
        """Whether it is made of stored months rather than read as it stands."""
        return bool(self.mode or rolling(self.basis) or (self.back and calendar.restates_week_53))


class Command(HouseCommand):
    help = "Print values: unit, metric, period, basis, version, value, reason, coverage, known_from, flag."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--metric", action="append", help="A metric or account:CODE; repeat it, or leave it out.")
        parser.add_argument("--unit", action="append", help="A unit's code; repeat it, or leave it out for all.")
        parser.add_argument("--period", action="append", help="YYYY-MM; repeat it, or leave it out for all.")
        parser.add_argument("--basis", default="month", help=f"{', '.join(Sheet.Basis.values)} or rolling:N.")
        parser.add_argument("--version", default=ACTUAL, help="actual, budget, budget-2026, a forecast or prior-year.")
        parser.add_argument(
            "--currency", default=REPORTED, choices=[REPORTED, *CURRENCIES], help="At budget or last year's rates."
        )
        parser.add_argument("--tree", default=AS_WAS, choices=READINGS, help="Each period's own tree, or today's.")
        parser.add_argument("--like-for-like", choices=MODES, help="How a period that is not over is compared.")
        parser.add_argument("--on", help="The last day whose figures are in, for --like-for-like; today if left out.")
        parser.add_argument("--as-of", help="As known then: a date (its end) or an ISO 8601 time.")
        parser.add_argument("--person", help="Read with this person's scope; left out: as the system.")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        scope = Scope.of(self.person(options["person"]), at=at) if options["person"] else Scope.system("values")
        scope.require("figures.read")
        calendar, known = fiscal_calendar(), definitions()
        wanted = _wanted(options, scope, calendar, known, at)
        rows = list((_read_rows if wanted.is_reading(calendar) else _rows)(wanted, scope, calendar, known))
        if options["as_json"]:
            self.print_json(rows)
        else:
            self._print(rows)

    def _print(self, rows: list[dict[str, Any]]) -> None:
        columns = (*COLUMNS, *(name for name in (CURRENCY, TREE, FLAG) if any(name in row for row in rows)))
        table = [columns, *([_shown(row.get(name)) for name in columns] for row in rows)]
        widths = [max(len(line[place]) for line in table) for place in range(len(columns))]
        for line in table:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _wanted(
    options: Mapping[str, Any], scope: Scope, calendar: Calendar, known: Mapping[str, Metric], at: datetime
) -> Wanted:
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
        basis=_basis(options["basis"]),
        version=version,
        stored=ACTUAL if is_prior else version,
        back=calendar.periods_in_year if is_prior else 0,
        mark=computed_mark(moment_of(options["as_of"])),
        mode=options["like_for_like"] or "",
        through=localdate(moment_of(options["on"]) or at),
        currency=_currency(options),
        is_now=options["tree"] == AS_IS_NOW,
    )


def _currency(options: Mapping[str, Any]) -> str:
    """The version in constant currency that is asked for; empty for what was reported."""
    if options["currency"] == REPORTED:
        return ""
    if options["version"] != CONSTANT_OF:
        raise WrongCall("Constant currency is kept of the actual version only.")
    if options["like_for_like"] or rolling(options["basis"]):
        raise WrongCall("Constant currency is kept of whole periods, not like for like and not over rolling ones.")
    if options["tree"] == AS_IS_NOW:
        raise WrongCall("Constant currency is kept of reported figures, not of those on the tree of today.")
    manner = CURRENCIES[options["currency"]]
    if manner == AT_BUDGET and not has_budget_rates(computed_mark()):
        raise WrongCall("There are no budget rates to read at; rates.csv takes them as kind budget.")
    return at_rates(CONSTANT_OF, manner)


def _basis(text: str) -> str:
    if text in Sheet.Basis.values or rolling(text):
        return text
    raise WrongCall(f"“{text}” is no basis; there are {', '.join(Sheet.Basis.values)} and rolling:1 to rolling:120.")


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


def _rows(wanted: Wanted, scope: Scope, calendar: Calendar, known: Mapping[str, Metric]) -> Iterable[dict[str, Any]]:
    names = [*stored_names([wanted.stored], is_now=wanted.is_now), wanted.currency]
    asked = sheets(scope).filter(version__in=names).of_basis(wanted.basis)
    if wanted.units is not None:
        asked = asked.of_units(wanted.units)
    if wanted.ordinals is not None:
        asked = asked.in_periods([ordinal - wanted.back for ordinal in wanted.ordinals])
    found = list(asked.standing_at(wanted.mark).select_related("unit", "period").in_order())
    if wanted.currency:
        found = at_constant_rates(found, wanted.currency)
    if wanted.is_now:
        found = on_todays_tree(found)
    since = _known_from(found, asked, wanted)
    own = company_calendars()
    for sheet in found:
        ordinal = sheet.period.ordinal + wanted.back
        counted = own.of(sheet.unit.code) if wanted.basis.startswith(OWN) else calendar
        like = comparison(counted, ordinal, basis=wanted.basis.removeprefix(OWN))
        for code in wanted.metrics or _codes(sheet):
            read = reading(sheet, code)
            number, reason = (
                (None, like.prior_reason) if wanted.back and like.prior_reason else (read.number, read.reason)
            )
            have, _, of = read.coverage.partition(" of ")
            row = _row(wanted, sheet.unit, code, calendar.at(ordinal), as_wire(number, measure_of(code, known)), reason)
            row |= {"coverage": read.coverage, "known_from": since[sheet.pk, code]}
            yield row | _flag([f"partial: {read.coverage}" if have != of else "", like.said if wanted.back else ""])


def _read_rows(
    wanted: Wanted, scope: Scope, calendar: Calendar, known: Mapping[str, Metric]
) -> Iterable[dict[str, Any]]:
    """Readings, unit by unit: over the last N periods, like for like, or of a year before in restated weeks."""
    meaning, first_of = book(known), opened(wanted.mark)
    own, asked = company_calendars(), _asked(wanted, scope)
    off = holidays_of(asked, mark=wanted.mark) if wanted.mode else {}
    for unit, ordinals in asked.items():
        counted = own.of(unit.code) if wanted.basis.startswith(OWN) else calendar
        first, last = ordinals[0] - 3 * 13, ordinals[-1]
        shelf = Shelf(scope, mark=wanted.mark, units=[unit.pk], first=first, last=last, is_now=wanted.is_now)
        for ordinal in ordinals:
            like = comparison(
                counted,
                ordinal,
                basis=wanted.basis.removeprefix(OWN),
                mode=wanted.mode,
                through=wanted.through,
                is_closed=bool(wanted.mode) and is_closed(unit, ordinal),
                plan=BUDGET if wanted.stored == ACTUAL else wanted.stored,
                holidays=off[unit.pk] if wanted.mode else NO_HOLIDAYS,
            )
            timeframe = shelf.timeframe(
                unit.pk,
                like.ordinal,
                calendar=counted,
                book=meaning,
                opened=first_of,
                own=wanted.basis.startswith(OWN),
            )
            yield from _read(wanted, unit, calendar.at(ordinal), like, timeframe)


def _read(
    wanted: Wanted, unit: Unit, period: FiscalPeriod, like: Comparison, timeframe: Timeframe
) -> Iterable[dict[str, Any]]:
    """The rows of one unit and period."""
    context = replace(context_of(wanted.basis, wanted.stored), lag=wanted.back, years=int(wanted.back > 0))
    timeframe = timeframe.weighing(like.prior_weights if wanted.back else like.weights)
    refused = like.prior_reason if wanted.back else like.reason
    known = timeframe.book.metrics
    for code in wanted.metrics or sorted({*known, *(f"account:{each}" for each in timeframe.book.rollups)}):
        level = Stored(None, refused) if refused else timeframe.level(code, context)
        if wanted.metrics is None and not level.of:
            continue
        number = as_wire(level.number, measure_of(code, known))
        row = _row(wanted, unit, code, period, number, level.reason)
        row |= {"coverage": f"{level.have} of {level.of}" if level.of else "", "known_from": None}
        holes = timeframe.holes(code, context) if level.have < level.of else []
        partial = (
            f"partial: {level.have} of {level.of}, {', '.join(timeframe.calendar.at(each).code for each in holes)}"
        )
        yield row | _flag([partial if holes else "", like.said])


def _asked(wanted: Wanted, scope: Scope) -> dict[Unit, list[int]]:
    """The units asked for, with the periods asked for in which they have figures of the version."""
    names = stored_names([wanted.stored], is_now=wanted.is_now)
    found = sheets(scope).filter(version__in=names).of_basis("month").standing_at(wanted.mark)
    if wanted.units is not None:
        found = found.of_units(wanted.units)
    asked: dict[Unit, list[int]] = {}
    for sheet in found.defer("numbers", "reasons", "coverage").select_related("unit", "period").in_order():
        ordinal = sheet.period.ordinal + wanted.back
        is_new = ordinal not in asked.get(sheet.unit, ())
        if is_new and (wanted.ordinals is None or ordinal in wanted.ordinals):
            asked.setdefault(sheet.unit, []).append(ordinal)
    return asked


def _row(wanted: Wanted, unit: Unit, code: str, period: FiscalPeriod, value: Number, reason: str) -> dict[str, Any]:
    row = {
        "unit": unit.code,
        "metric": code,
        "period": period.code,
        "basis": wanted.basis,
        "version": wanted.version,
        "value": value,
        "reason": reason or None,
    }
    if wanted.currency:
        row[CURRENCY] = f"at {version_and_manner(wanted.currency)[1].replace('-', ' ')}"
    return row | ({TREE: AS_IS_NOW} if wanted.is_now else {})


def _flag(said: Iterable[str]) -> dict[str, str]:
    text = "; ".join(each for each in said if each)
    return {FLAG: text} if text else {}


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
