"""`manage.py hiring`: what a hiring budget brings in another unit, by the average head and by the marginal one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audit.commands import counted
from ledger.amounts import AmountRefused, as_text
from ledger.querysets import fiscal_calendar
from metrics.heads import Case, NoCase, case, document, yearly_budget
from metrics.querysets import computed_mark
from metrics.readings import Level
from units.commands import HouseCommand, WrongCall
from units.models import Unit
from units.scope import Scope


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
        budget, units = _budget(options["budget"]), (_unit(scope, options["giver"]), _unit(scope, options["taker"]))
        try:
            found = case(
                scope, units, budget, calendar=fiscal_calendar(), mark=computed_mark(),
                period=options["period"] or "", months=options["months"],
            )  # fmt: skip
        except NoCase as error:
            raise WrongCall(str(error)) from error
        if options["as_json"]:
            self.print_json(document(found))
        else:
            self._print(found)

    def _print(self, case: Case) -> None:
        found = case.move
        sides = zip(case.units, case.heads, ("gives", "takes"), (found.heads_given, found.heads_taken), strict=True)
        for unit, each, verb, moved in sides:
            self.stdout.write(
                f"{unit.code} {verb} {_text(moved)} heads at {_text(each.cost)} a year."
                f" A head brings {_text(each.average)} on average, the marginal one {_text(each.marginal)}"
                f" ({counted(each.months, 'month')}, {counted(each.headcounts, 'level')} of headcount)."
            )
            for warning in each.warnings:
                self.stdout.write(f"! {warning}")
        self.stdout.write(f"Revenue a year by the average head:  {_text(found.by_average)}")
        self.stdout.write(f"Revenue a year by the marginal head: {_text(found.by_marginal)}")


def _budget(text: str) -> int:
    try:
        return yearly_budget(text)
    except AmountRefused as error:
        raise WrongCall(f"“{text}” is no budget: {error}") from error


def _unit(scope: Scope, code: str) -> Unit:
    found: Unit | None = Unit.objects.within(scope).filter(code=code).first()
    if found is None:
        raise WrongCall(f"There is no unit “{code}”.")
    return found


def _text(level: Level) -> str:
    return f"– ({level.reason})" if level.number is None else as_text(int(level.number))
