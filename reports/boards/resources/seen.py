"""What the page of resources is made of: a unit, the units right below it, and their numbers, read once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Max, Q

from alerts.judging.inheritance import Edition
from ledger.models import Delivery, Layer, Version
from ledger.periods import Calendar
from metrics.hiring import Month
from metrics.readings import Level
from metrics.spending import Spent
from reports.boards.frame import Statuses
from reports.boards.naming import explain_href
from reports.boards.picture import Part
from reports.boards.reading import Reader
from reports.levels import ACTUAL, BUDGET, NOT_THERE, Levels, Stretch, is_reading, levels, stretched
from reports.selection import Selection
from reports.staffing import Staffing, staffing
from units.marks import standing_at
from units.models import Unit
from units.scope import Scope

CODES = (
    *("total_cost", "revenue", "operating_income", "operating_margin", "personnel_cost"),
    *("headcount", "contractors_fte", "open_positions", "revenue_per_head"),
    *("contractor_share", "contractor_share_of_budget", "budget_utilisation", "share_of_year_gone"),
)
FOLLOWED = 300
"""How many units are followed month by month; of more a page would carry thousands of sheets."""
LIMITED = "contractor_share_of_budget"
QUARTER, YEAR = "quarter", "year"
OVER = {QUARTER: "qtd", YEAR: "ytd"}
"""What a budget is read over, and the basis its spend to date stands on."""
NOTHING_READ = Levels()
NOT_HELD = Level(None, NOT_THERE)
NO_BUDGET = "not_applicable: there is no budget of the whole {}"


@dataclass(frozen=True)
class SeenResources:
    """Levels by basis and ordinal, of `parts` and of the unit itself; a unit that nothing hangs below is its own part.

    `spend` is total cost over the stretch picked. `limit` is what holds on the unit for contractors in the staff
    budget, None where nothing does. `over` is QUARTER or YEAR. `delivered` is when the newest import came of the actual
    figures of twelve months; None where none did.
    """

    selection: Selection
    currency: str
    parts: Sequence[Part]
    read: Mapping[tuple[str, int], Levels]
    spend: Levels
    staffing: Staffing
    standing: Statuses
    limit: Edition | None = None
    over: str = YEAR
    page: int = 1
    may_plan: bool = False
    delivered: datetime | None = None
    _queries: dict[str, str] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        """Budgets are the company's by year and quarter, whatever year a unit has of its own."""
        return self.selection.calendars.calendar

    @property
    def own(self) -> Part:
        unit = self.selection.unit
        return Part(unit.pk, unit.code, unit.name, unit.kind)

    @property
    def at(self) -> int:
        return self.selection.period.ordinal

    @property
    def prior(self) -> int | None:
        """The ordinal a year before, None where that stretch was another one."""
        compared = self.selection.comparison
        return None if compared.prior_reason else compared.prior

    @cached_property
    def through(self) -> date:
        """The last day whose spend is in the figures: of a period that is not over, today or the day of the as-of."""
        period, day = self.selection.period, self.selection.through
        return day if self.selection.is_open and day is not None and day >= period.starts else period.ends

    def span(self, over: str) -> range:
        """The ordinals of the whole quarter or year around the period."""
        return span(self.calendar, self.at, over)

    def query(self, basis: str) -> str:
        """The pick over another basis as the end of an address; made once, for there are hundreds of links."""
        return self._queries.setdefault(basis, self.selection.query(basis=basis))

    def level(self, unit: int, code: str, basis: str, *, version: str = ACTUAL, at: int | None = None) -> Level:
        """A number of a unit as of the period picked, or as of another ordinal."""
        return self.read.get((basis, self.at if at is None else at), NOTHING_READ).of(unit, version, code)

    def reader(self, part: Part, basis: str) -> Reader:
        """The figures of a unit over a basis with links to their explanations there."""
        read, query = self.read.get((basis, self.at), NOTHING_READ), self.query(basis)
        return Reader(read, part.pk, self.currency, lambda code: explain_href(part.code, code, query))

    def budget(self, unit: int) -> Level:
        """What the whole quarter or year may cost; a budget of some of its periods is none of it."""
        return self.budget_over(unit, self.over)

    def budget_over(self, unit: int, over: str) -> Level:
        """The same, over a quarter or a year whichever is looked at."""
        found = self.level(unit, "total_cost", OVER[over], version=BUDGET, at=self.span(over)[-1])
        return Level(None, NO_BUDGET.format(over)) if found == NOT_HELD else found

    def months(self, unit: int) -> list[Month]:
        """The last months of a unit, oldest first; none where too many units are read to follow each."""
        codes = ("revenue", "personnel_cost", "headcount")
        found = [[self.level(unit, code, "month", at=ordinal) for code in codes] for ordinal in self._followed]
        return [Month(*(int(each.number) if each.number is not None else None for each in row)) for row in found]

    def spent_by_month(self, unit: int) -> list[Spent]:
        """What was spent in each period of the quarter or year so far."""
        found = []
        for ordinal in self.span(self.over):
            if ordinal <= self.at:
                period = self.calendar.at(ordinal)
                found.append(Spent(period.starts, period.ends, self.level(unit, "total_cost", "month", at=ordinal)))
        return found

    def pace(self, unit: int) -> Spent:
        """The current rate of spend: the quarter so far."""
        starts = self.calendar.at(self.span(QUARTER)[0]).starts
        return Spent(starts, self.through, self.level(unit, "total_cost", "qtd"))

    @property
    def _followed(self) -> range:
        return followed(self.calendar, self.at) if len(self.parts) <= FOLLOWED else range(0)


def span(calendar: Calendar, ordinal: int, over: str) -> range:
    """The ordinals of the quarter or of the year in which a period lies."""
    year, number = calendar.year_and_number(ordinal)
    numbers = range(1, calendar.size(year) + 1)
    inside = [each for each in numbers if over == YEAR or calendar.quarter(each) == calendar.quarter(number)]
    return range(calendar.ordinal(year, inside[0]), calendar.ordinal(year, inside[-1]) + 1)


def followed(calendar: Calendar, ordinal: int) -> range:
    """The months that say how spend and heads have moved: a year, and never less than the year so far."""
    number = calendar.year_and_number(ordinal)[1]
    return range(ordinal - max(calendar.periods_in_year, number) + 1, ordinal + 1)


def see(
    scope: Scope,
    selection: Selection,
    *,
    parts: Sequence[Part],
    currency: str,
    standing: Statuses,
    limit: Edition | None,
    over: str,
    page: int,
    may_plan: bool,
) -> SeenResources:
    """Reads every number of the page: three queries, however many units there are; one more for a stretch of time that
    no sheet holds."""
    unit: Any = selection.unit
    ids = [unit.pk, *(part.pk for part in parts if part.pk != unit.pk)]
    people = staffing(scope, selection, units=ids)
    codes = [*CODES, *(f"account:{code}" for code in people.accounts)]
    wanted = _stretches(selection, limit, has_months=len(parts) <= FOLLOWED)
    read = stretched(scope, selection, units=ids, codes=codes, stretches=wanted)
    if is_reading(selection):
        spend = levels(scope, selection, units=ids, codes=["total_cost"], versions=(ACTUAL,))
    else:
        spend = read.get((selection.basis, selection.period.ordinal), NOTHING_READ)
    working = [part for part in parts if part.kind != Unit.Kind.ELIMINATION]
    return SeenResources(
        selection=selection,
        currency=currency,
        parts=working,
        read=read,
        spend=spend,
        staffing=people,
        standing=standing,
        limit=limit,
        over=over,
        page=page,
        may_plan=may_plan,
        delivered=_delivered(scope, selection, ids),
    )


def _delivered(scope: Scope, selection: Selection, units: Collection[int]) -> datetime | None:
    """When the newest import came of the actual figures of the months that the page follows, of all units below."""
    own, months = selection.unit, followed(selection.calendars.calendar, selection.period.ordinal)
    inside = Q(unit__in=units) if own.tree else Q(unit__left__gte=own.left, unit__right__lte=own.right)
    found: datetime | None = (
        Delivery.objects.within(scope)
        .filter(standing_at(selection.mark), inside, version__kind=Version.Kind.ACTUAL, origin__layer=Layer.SOURCE)
        .filter(period__ordinal__range=(months[0], months[-1]))
        .aggregate(newest=Max("origin__at"))["newest"]
    )
    return found


def _stretches(selection: Selection, limit: Edition | None, *, has_months: bool) -> list[Stretch]:
    calendar, at = selection.calendars.calendar, selection.period.ordinal
    prior = () if selection.comparison.prior_reason else (selection.comparison.prior,)
    judged = {limit.terms.basis} if limit else set()
    found = [
        Stretch(ACTUAL, "ltm", (at, *prior)),
        Stretch(BUDGET, "qtd", (at, span(calendar, at, QUARTER)[-1])),
        Stretch(BUDGET, "ytd", (at, span(calendar, at, YEAR)[-1])),
        *(Stretch(ACTUAL, basis, (at,)) for basis in sorted({"qtd", "ytd", selection.basis, *judged} - {"ltm"})),
        *(Stretch(BUDGET, basis, (at,)) for basis in sorted(judged - {"qtd", "ytd"})),
    ]
    if has_months:
        found.append(Stretch(ACTUAL, "month", tuple(followed(calendar, at))))
    return found
