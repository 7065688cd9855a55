"""A scenario about to be printed: which lines are shown, in which unit of money, and how months are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ledger.periods import Calendar
from metrics.catalogue import METRICS
from metrics.formula.values import NO_ACCOUNT
from metrics.readings import Level
from metrics.scenarios.case import STATEMENT
from reports.boards.months import month_of
from reports.boards.scenarios.seen import YEAR, SeenScenario
from reports.formatting import Scale, scale_for


@dataclass(frozen=True)
class Drawing:
    """A scenario about to be printed: which lines are shown, and in which unit of money."""

    seen: SeenScenario
    known: dict[tuple[tuple[int, ...], bool], Mapping[str, Level]] = field(default_factory=dict, repr=False)

    @property
    def months(self) -> Sequence[int]:
        return self.seen.months

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The figures that the unit has; what no account carries is not printed."""
        return tuple(code for code in STATEMENT if not self.base(code).reason.startswith(NO_ACCOUNT))

    def base(self, code: str, months: Sequence[int] | None = None) -> Level:
        return self._figures(tuple(self.months if months is None else months), of_base=True)[code]

    def case(self, code: str, months: Sequence[int] | None = None) -> Level:
        return self._figures(tuple(self.months if months is None else months), of_base=False)[code]

    def _figures(self, months: tuple[int, ...], *, of_base: bool) -> Mapping[str, Level]:
        """The statement of some months, worked out once."""
        known = self.known.get((months, of_base))
        if known is None:
            known = self.known[months, of_base] = self.seen.case.figures(months, of_base=of_base)
        return known

    @cached_property
    def scale(self) -> Scale:
        money = [self.base(code).number for code in self.codes if METRICS[code].kind == "money"]
        return scale_for(money, currency=self.seen.currency)

    @cached_property
    def month_scale(self) -> Scale:
        """The unit of single months, which are smaller."""
        money = [self.base(code, (self.months[0],)).number for code in self.codes if METRICS[code].kind == "money"]
        return scale_for(money, currency=self.seen.currency)

    def quarter_of(self, month: int) -> tuple[int, int]:
        """The fiscal year and quarter that a month is of."""
        year, number = self.seen.calendar.year_and_number(month)
        return year, self.seen.calendar.quarter(number)

    @property
    def how_long(self) -> str:
        """The months shown, in words."""
        if self.seen.asked.span == YEAR:
            return f"the year {self.seen.calendar.year_and_number(self.months[0])[0]}"
        return f"{len(self.months)} months" if len(self.months) > 1 else "one month"

    @cached_property
    def cash(self) -> tuple[Level, Level]:
        """Cash at the end of the last month shown: base and case."""
        last = self.months[-1]
        return self.seen.base.cash_at(last), self.seen.case.cash(last)


def named(calendar: Calendar, month: int, form: str = "%b %y") -> str:
    """A month as a column names it; a period of weeks by its code."""
    return month_of(calendar.at(month).code, form)
