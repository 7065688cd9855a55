"""What an import makes of the main figures of its units: totals before and after, before it is applied.

A main figure is revenue, total cost and operating income, where an account of theirs is touched; for any other account
the line of its kind that it adds up to (headcount, assets). Amounts are ten-thousandths in their own currency, not
translated, so that there is a total for each currency. Of every unit, period and version that the file speaks about
all figures count: those of other sources and those the file leaves as they are stand on both sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q, Sum

from ledger.company import group_currency
from ledger.models import Account, Entry, Layer
from ledger.report import Difference, ImportReport
from metrics.catalogue import METRICS
from metrics.roles import COST_ROLES, Node, terms
from units.models import Unit
from units.scope import Scope

REVENUE, COST, INCOME = "revenue", "total_cost", "operating_income"
BETTER = {REVENUE: "higher", COST: "lower", INCOME: "higher"}


class Cell(NamedTuple):
    """Where amounts stand. The currency is empty where it is the unit's."""

    unit: str
    account: str
    period: str
    version: str
    currency: str


class Total(NamedTuple):
    """A main figure of one unit in one month, or (without a unit) of all units of the file in `first` to `last`.

    `measure` is a currency, or what else it counts. None is nothing: nothing stood there, or nothing is left.
    """

    unit: str
    version: str
    first: str
    last: str
    figure: str
    label: str
    measure: str
    better: str
    before: int | None
    after: int | None

    @property
    def change(self) -> int:
        """After less before; what is not there counts as 0."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class MainFigure:
    """A figure that accounts add up to. One that is no flow stands at the last month and is not summed over months."""

    code: str
    label: str
    better: str
    place: int
    unit_of_measure: str = "money"
    is_flow: bool = True


Slice = tuple[str, str, str]
"""Unit, period and version."""
Amounts = dict[Cell, tuple[int | None, int | None]]
Parts = Mapping[str, Sequence[tuple[MainFigure, int]]]
"""By account the main figures it counts in, with the factor it counts by."""


def main_figures(scope: Scope, report: ImportReport, *, source: str) -> list[Total]:
    """The totals that an import of a source changes: those of all its units first, then by unit and month.

    `report` is that of its dry run. Four queries. Units whose figures this person may not read are left out.
    """
    codes = {unit for unit, _, _ in report.slices}
    own = dict(Unit.objects.within(scope).filter(code__in=codes).values_list("code", "currency"))
    moved = [each for each in report.differences if each.unit in own]
    if not moved:
        return []
    slices = {each for each in report.slices if each[0] in own}
    parts = _parts(Account.objects.order_by("position"), {each.account for each in moved})
    amounts = _amounts(scope, slices, moved, source=source)
    default = group_currency()
    lines: dict[tuple[str, str, str, MainFigure, str], list[Any]] = {}
    newest = _newest(slices)
    for cell, both in sorted(amounts.items()):
        for figure, factor in parts.get(cell.account, ()):
            money = cell.currency or own[cell.unit] or default
            measure = money if figure.unit_of_measure == "money" else figure.unit_of_measure
            _add(lines, (cell.unit, cell.version, cell.period, figure, measure), cell.period, both, factor)
            if figure.is_flow or cell.period == newest[cell.version]:
                _add(lines, ("", cell.version, "", figure, measure), cell.period, both, factor)
    found = [
        Total(unit, version, first, last, figure.code, figure.label, measure, figure.better, before, after)
        for (unit, version, _, figure, measure), (first, last, before, after) in sorted(lines.items(), key=_order)
    ]
    return [total for total in found if total.before != total.after]


def most_apart(totals: Iterable[Total]) -> list[Total]:
    """The totals of single units and months, the largest change first; none where there is one unit and month only.

    Of a statement only operating income is told. What replaces figures comes before what is new, money before counts.
    """
    apart = [each for each in totals if each.unit]
    if len({(each.unit, each.version, each.first) for each in apart}) < 2:
        return []
    told = [each for each in apart if each.figure not in BETTER or each.figure == INCOME]
    return sorted(told, key=lambda each: (each.before is None, each.figure not in BETTER, -abs(each.change)))


def _order(line: tuple[tuple[str, str, str, MainFigure, str], Any]) -> tuple[Any, ...]:
    unit, version, period, figure, measure = line[0]
    is_other = figure.code not in BETTER
    return unit, version, period, is_other, "" if is_other else measure, figure.place, figure.code, measure


def _newest(slices: Iterable[Slice]) -> dict[str, str]:
    """The last period of each version that the file speaks about."""
    newest: dict[str, str] = {}
    for _, period, version in slices:
        newest[version] = max(newest.get(version, ""), period)
    return newest


def _add(lines: dict[Any, list[Any]], key: Any, period: str, both: tuple[int | None, int | None], factor: int) -> None:
    line = lines.setdefault(key, [period, period, None, None])
    line[0], line[1] = min(line[0], period), max(line[1], period)
    for place, amount in enumerate(both, start=2):
        if amount is not None:
            line[place] = (line[place] or 0) + factor * amount


def _amounts(scope: Scope, slices: set[Slice], moved: Iterable[Difference], *, source: str) -> Amounts:
    """What stands in the slices of the file before and after, all sources together, as the file will leave it."""
    rows = (
        Entry.objects.within(scope)
        .filter(
            until_mark__isnull=True,
            layer=Layer.SOURCE,
            unit__code__in={unit for unit, _, _ in slices},
            period__code__in={period for _, period, _ in slices},
            version__code__in={version for _, _, version in slices},
        )
        .values_list("unit__code", "account__code", "period__code", "version__code", "currency")
        .annotate(own=Sum("amount", filter=Q(source=source)), others=Sum("amount", filter=~Q(source=source)))
        .order_by()
    )
    states = {Cell(each.unit, each.account, each.period, each.version, each.currency): each.after for each in moved}
    amounts: Amounts = {cell: (None, after) for cell, after in states.items()}
    for *place, own, others in rows:
        cell = Cell(*place)
        if (cell.unit, cell.period, cell.version) in slices:
            amounts[cell] = _sum(own, others), _sum(states.get(cell, own), others)
    return amounts


def _sum(*amounts: int | None) -> int | None:
    """The sum of those that are there; None where none is."""
    there = [amount for amount in amounts if amount is not None]
    return sum(there) if there else None


def _parts(accounts: Iterable[Account], touched: set[str]) -> Parts:
    """By account how it counts in the main figures that the touched accounts count in."""
    rows = {row.pk: row for row in accounts}
    nodes = [
        Node(row.code, rows[row.parent_id].code if row.parent_id else "", row.kind, row.weight, row.role)
        for row in rows.values()
    ]
    roles = terms(nodes)
    parts: dict[str, list[tuple[MainFigure, int]]] = {}
    for row in rows.values():
        line = list(_line(row, rows))
        parts[row.code] = list(_statement(line, roles)) or [_top(line)]
    shown = {figure for code in touched for figure, _ in parts[code]}
    return {code: [part for part in found if part[0] in shown] for code, found in parts.items()}


def _line(row: Account, rows: Mapping[int, Account]) -> Iterator[tuple[Account, int]]:
    """The account and those it is summed into, each with the weight it has there."""
    weight = 1
    while weight:
        yield row, weight
        if row.parent_id is None:
            return
        weight *= row.weight
        row = rows[row.parent_id]


def _statement(
    line: Sequence[tuple[Account, int]], roles: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[MainFigure, int]]:
    """How an account counts in revenue, in total cost and in operating income; nothing where it counts in none."""
    factors: dict[str, int] = defaultdict(int)
    for row, weight in line:
        factors[REVENUE] += weight * roles.get(REVENUE, {}).get(row.code, 0)
        factors[COST] += weight * sum(roles.get(role, {}).get(row.code, 0) for role in COST_ROLES)
    factors[INCOME] = factors[REVENUE] - factors[COST]
    if not factors[REVENUE] and not factors[COST]:
        return
    for place, (code, better) in enumerate(BETTER.items()):
        if factors[code]:
            yield MainFigure(code, METRICS[code].label, better, place), factors[code]


def _top(line: Sequence[tuple[Account, int]]) -> tuple[MainFigure, int]:
    """The topmost account of the same kind that an account is summed into, and its weight there."""
    row, weight = line[0]
    for above, factor in line:
        if above.kind != row.kind:
            break
        row, weight = above, factor
    is_flow = row.time_rollup == Account.Rollup.SUM
    place = len(BETTER) + row.position
    return MainFigure(row.code, row.name, row.better, place, row.unit_of_measure, is_flow), weight
