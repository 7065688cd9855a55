"""`manage.py hiring`: what a hiring budget brings in another unit, by the average head and by the marginal one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from ledger.amounts import AmountRefused, as_text, parse
from ledger.periods import Calendar, PeriodUnknown, last
from ledger.querysets import fiscal_calendar
from metrics.hiring import Month, Move, PerHead, move, per_head
from metrics.querysets import computed_mark, reading, sheets
from metrics.readings import Level
from units.commands import HouseCommand, WrongCall
from units.models import Unit
from units.scope import Scope

CODES = ("revenue", "personnel_cost", "headcount")
MOST_MONTHS = 60


class Command(HouseCommand):
    help = "Print what a yearly hiring budget brings in another unit, by average and by margin."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--from", required=True, dest="giver", help="Code of the unit that gives the budget.")
        parser.add_argument("--to", required=True, dest="taker", help="Code of the unit that takes it.")
        parser.add_argument("--budget", required=True, help="A year's money, in the group's currency.")
        parser.add_argument("--period", help="The last month read; left out: the newest both have actuals of.")
        parser.add_argument("--months", type=int, default=12, help="How many months are read.")
        parser.add_argument("--person", help="Read with this person's scope; left out: as the system.")

    def handle(self, **options: Any) -> None:
        at = timezone.now()
        scope = Scope.of(self.person(options["person"]), at=at) if options["person"] else Scope.system("hiring")
        scope.require("figures.read")
        budget, calendar, mark = _budget(options["budget"]), fiscal_calendar(), computed_mark()
        if not 1 <= options["months"] <= MOST_MONTHS:
            raise WrongCall(f"--months is from 1 to {MOST_MONTHS}.")
        units = [_unit(scope, options[name]) for name in ("giver", "taker")]
        ordinal = _ordinal(scope, units, mark, calendar, options["period"])
        window = last(options["months"], ordinal)
        giver, taker = (
            per_head(_months(scope, unit, mark, window), periods_in_year=calendar.periods_in_year) for unit in units
        )
        found = move(budget, giver=giver, taker=taker)
        codes, period = [unit.code for unit in units], calendar.at(ordinal).code
        if options["as_json"]:
            self.print_json(_document(budget, period, codes, (giver, taker), found))
        else:
            self._print(codes, (giver, taker), found)

    def _print(self, codes: list[str], heads: tuple[PerHead, PerHead], found: Move) -> None:
        for code, each, verb, moved in zip(
            codes, heads, ("gives", "takes"), (found.heads_given, found.heads_taken), strict=True
        ):
            self.stdout.write(
                f"{code} {verb} {_text(moved)} heads at {_text(each.cost)} a year. A head brings {_text(each.average)}"
                f" on average, the marginal one {_text(each.marginal)} ({counted(each.months, 'month')},"
                f" {counted(each.headcounts, 'level')} of headcount)."
            )
            for warning in each.warnings:
                self.stdout.write(f"! {warning}")
        self.stdout.write(f"Revenue a year by the average head:  {_text(found.by_average)}")
        self.stdout.write(f"Revenue a year by the marginal head: {_text(found.by_marginal)}")


def _budget(text: str) -> int:
    try:
        found = parse(text)
    except AmountRefused as error:
        raise WrongCall(f"“{text}” is no budget: {error}") from error
    if found is None or found <= 0:
        raise WrongCall(f"“{text}” is no budget: it is more than 0.")
    return found


def _unit(scope: Scope, code: str) -> Unit:
    found: Unit | None = Unit.objects.within(scope).filter(code=code).first()
    if found is None:
        raise WrongCall(f"There is no unit “{code}”.")
    return found


def _ordinal(scope: Scope, units: list[Unit], mark: int, calendar: Calendar, code: str | None) -> int:
    if code:
        try:
            return calendar.parse(code).ordinal
        except PeriodUnknown as error:
            raise WrongCall(str(error)) from error
    newest = []
    for unit in units:
        known = sheets(scope).standing_at(mark).of_version("actual").of_basis("month").of_units([unit.pk])
        ordinal = known.order_by("-period__ordinal").values_list("period__ordinal", flat=True).first()
        if ordinal is None:
            raise WrongCall(f"{unit.code} has no figures yet; import some and run `manage.py recompute`.")
        newest.append(int(ordinal))
    return min(newest)


def _months(scope: Scope, unit: Unit, mark: int, window: range) -> list[Month]:
    """The months of a unit that stand on sheets, oldest first."""
    found = sheets(scope).selected(mark=mark, ordinals=window, units=[unit.pk]).in_order()
    rows = [[reading(sheet, code).number for code in CODES] for sheet in found]
    return [Month(*(number if isinstance(number, int) else None for number in row)) for row in rows]


def _document(
    budget: int, period: str, codes: list[str], heads: tuple[PerHead, PerHead], found: Move
) -> dict[str, Any]:
    """Money and heads as decimal text, missing as null with its reason."""
    return {
        "budget": as_text(budget),
        "period": period,
        "units": [
            {
                "unit": code,
                "heads": _told(moved),
                "average": _told(each.average),
                "marginal": _told(each.marginal),
                "cost": _told(each.cost),
                "months": each.months,
                "headcounts": each.headcounts,
                "fit": each.fit,
                "warnings": list(each.warnings),
            }
            for code, each, moved in zip(codes, heads, (found.heads_given, found.heads_taken), strict=True)
        ],
        "by_average": _told(found.by_average),
        "by_marginal": _told(found.by_marginal),
    }


def _told(level: Level) -> dict[str, Any]:
    return {"value": None if level.number is None else as_text(int(level.number)), "reason": level.reason or None}


def _text(level: Level) -> str:
    return f"– ({level.reason})" if level.number is None else as_text(int(level.number))
