"""The company as the engine sees it, without its figures, as it stood at one mark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from django.db.models import Q

from ledger.company import budgets_in_force
from ledger.models import Account, Delivery, Entry, Version
from ledger.periods import Calendar, Declared, FiscalPeriod, PeriodUnknown
from ledger.querysets import company_calendars
from metrics.additive import adds_up
from metrics.calc.axis import Axis
from metrics.calc.chart import AccountNode, Chart
from metrics.calc.company import Company
from metrics.calc.inputs import Outline
from metrics.calc.tree import Former, Holding, Hung, Planned, Tree, UnitNode
from metrics.querysets import rate_table
from units.marks import day_of, standing_at
from units.models import Assignment, Placement, PlannedParent, Unit
from units.models import FormerParent as FormerRow
from units.models import Holding as HoldingRow

YEARS_BEFORE = 20
ALWAYS = date.min


def outline(mark: int) -> Outline | None:
    """The company as it stood at a mark; None for one without figures."""
    delivered = ordinals(mark)
    if not delivered:
        return None
    known = Delivery.unscoped.filter(from_mark__lte=mark).order_by().values_list("period__ordinal", flat=True)
    calendars, units = company_calendars(), tree(mark)
    periods = axis(calendars.calendar, known.distinct())
    codes = dict(Version.objects.values_list("pk", "code"))
    return Outline(
        company=Company(periods, units, chart(), own_axes(calendars, periods, units), other_trees(mark, units)),
        rates=rate_table(mark, group=units.currency, periods_in_year=periods.periods_per_year),
        in_force={year: version.code for year, version in budgets_in_force(mark).items()},
        versions=codes,
        delivered=delivered,
        named=currencies(),
        foreign=foreign(mark, units.currency),
        mark=mark,
    )


def ordinals(mark: int) -> dict[str, list[int]]:
    """By version the ordinals that some unit had figures for at a mark."""
    found: dict[str, list[int]] = defaultdict(list)
    standing = Delivery.unscoped.filter(standing_at(mark)).order_by("period__ordinal")
    for version, ordinal in standing.values_list("version__code", "period__ordinal").distinct():
        found[version].append(ordinal)
    return dict(found)


def currencies() -> list[str]:
    """The currencies entries name themselves; most take their unit's."""
    return sorted(Entry.unscoped.exclude(currency="").order_by().values_list("currency", flat=True).distinct())


def foreign(mark: int, group: str) -> frozenset[str]:
    """The versions that may have figures in another currency than the group's: their unit's, or one they name."""
    of_units = Delivery.unscoped.filter(standing_at(mark)).exclude(unit__currency__in=["", group])
    naming = Entry.unscoped.filter(standing_at(mark)).exclude(currency__in=["", group])
    found = [each.order_by().values_list("version__code", flat=True).distinct() for each in (of_units, naming)]
    return frozenset(code for codes in found for code in codes)


def tree(mark: int) -> Tree:
    """All units with where they hang as known at a mark, in the order of the tree of today, and how they are held."""
    dated, before, later = holdings(mark), formers(mark), planned(mark)
    rows = Placement.unscoped.filter(standing_at(mark)).order_by("unit__left").values_list(
        "unit_id", "unit__code", "parent_id", "unit__kind", "unit__currency",
        "method", "ownership", "unit__starts", "unit__ends",
    )  # fmt: skip
    units = (
        UnitNode(
            pk, code, parent, kind, currency, method, Fraction(ownership), starts, ends,
            tuple(dated[pk]), tuple(before[pk]), tuple(later[pk]),
        )
        for pk, code, parent, kind, currency, method, ownership, starts, ends in rows
    )  # fmt: skip
    nodes = Unit.unscoped.exclude(tree="").order_by("pk").values_list("pk", "code", "kind", "tree")
    return Tree.of([*units, *(UnitNode(pk, code, None, kind, tree=tree) for pk, code, kind, tree in nodes)])


def other_trees(mark: int, tree: Tree) -> dict[str, Hung]:
    """By name the other trees at a mark. What is assigned nowhere is with the rest."""
    company = [place for place, unit in enumerate(tree.units) if not unit.tree]
    rest = {unit.tree: place for place, unit in enumerate(tree.units) if unit.tree and unit.kind == Unit.Kind.UNIT}
    stated: dict[str, list[tuple[date, int, int]]] = {name: [] for name in sorted(rest)}
    rows = Assignment.unscoped.filter(standing_at(mark), parent__isnull=False).order_by("position", "pk")
    for name, unit, parent, starts in rows.values_list("tree", "unit_id", "parent_id", "starts"):
        stated[name].append((starts or ALWAYS, tree.place[unit], tree.place[parent]))
    today = day_of(mark)
    return {name: _hung(dict.fromkeys(company, rest[name]), rows, today) for name, rows in stated.items()}


def _hung(nowhere: dict[int, int], rows: list[tuple[date, int, int]], today: date) -> Hung:
    """A tree from its assignments: the day each begins on, the place of what is assigned, and that of its parent."""

    def on(day: date) -> dict[int, int]:
        begun = sorted((row for row in rows if row[0] <= day), key=lambda row: row[0])
        return nowhere | {place: parent for _, place, parent in begun}

    days = sorted({ALWAYS, *(starts for starts, _, _ in rows)})
    return Hung(tuple((None if day == ALWAYS else day, on(day)) for day in days), on(today))


def holdings(mark: int) -> dict[int, list[Holding]]:
    """By unit the terms that begin on a day, the earliest first, as known at a mark."""
    found: dict[int, list[Holding]] = defaultdict(list)
    rows = HoldingRow.unscoped.filter(standing_at(mark)).order_by("starts")
    for unit, starts, method, ownership in rows.values_list("unit_id", "starts", "method", "ownership"):
        found[unit].append(Holding(starts, method, Fraction(ownership)))
    return found


def formers(mark: int) -> dict[int, list[Former]]:
    """By unit the parents it hung on before, the earliest first, as known at a mark."""
    found: dict[int, list[Former]] = defaultdict(list)
    rows = FormerRow.unscoped.filter(standing_at(mark)).order_by("ends")
    for unit, ends, parent in rows.values_list("unit_id", "ends", "parent_id"):
        found[unit].append(Former(ends, parent))
    return found


def planned(mark: int) -> dict[int, list[Planned]]:
    """By unit the parents it will hang on, the earliest first, as known at a mark."""
    found: dict[int, list[Planned]] = defaultdict(list)
    rows = PlannedParent.unscoped.filter(standing_at(mark)).order_by("starts")
    for unit, starts, parent in rows.values_list("unit_id", "starts", "parent_id"):
        found[unit].append(Planned(starts, parent))
    return found


def chart() -> Chart:
    """The chart of accounts, in its own order."""
    rows = Account.objects.order_by("position", "pk").values_list(
        "pk", "code", "kind", "parent_id", "weight", "time_rollup", "rate_type", "role", "unit_of_measure"
    )
    return Chart.of(
        AccountNode(pk, code, kind, parent, weight, rollup, rate_type, role, measure == "money", adds_up(role, measure))
        for pk, code, kind, parent, weight, rollup, rate_type, role, measure in rows
    )


def axis(calendar: Calendar, ordinals: Iterable[int]) -> Axis:
    """Whole fiscal years around these periods, with twenty more before and one after, as far as the calendar goes.

    The year after is for units whose own year ends later than the company's.
    """
    found = sorted(ordinals)
    first_year, last_year = calendar.year_and_number(found[0])[0], calendar.year_and_number(found[-1])[0]
    years = [_year(calendar, year) for year in range(first_year - YEARS_BEFORE, last_year + 2)]
    return Axis(tuple(period for year in years for period in year), calendar.periods_in_year, calendar.restates_week_53)


def own_axes(declared: Declared, axis: Axis, tree: Tree) -> dict[int, Axis]:
    """The axes of units with a calendar of their own, by place: the same months in other quarters and years."""
    axes: dict[Calendar, Axis] = {}
    for calendar in declared.units.values():
        periods = tuple(calendar.at(period.ordinal) for period in axis.periods)
        axes[calendar] = Axis(periods, calendar.periods_in_year)
    return {tree.by_code[code]: axes[each] for code, each in declared.units.items() if code in tree.by_code}


def _year(calendar: Calendar, year: int) -> list[FiscalPeriod]:
    """The periods of a fiscal year; none where the calendar does not know the year."""
    try:
        return [calendar.at(calendar.ordinal(year, number)) for number in range(1, calendar.size(year) + 1)]
    except PeriodUnknown:
        return []


def has_moved(since: int, mark: int) -> Q:
    """Of rows that stand from mark to mark: those that began or ended after one mark, up to another."""
    return Q(from_mark__gt=since, from_mark__lte=mark) | Q(until_mark__gt=since, until_mark__lte=mark)
