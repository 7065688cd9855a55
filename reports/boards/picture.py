"""What a board is made of: a unit, the units right below it, and their numbers, read once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.db.models import F, Q

from reports.asked import at_once
from reports.baselines import PRIOR_YEAR
from reports.boards.frame import Statuses
from reports.boards.naming import explain_href
from reports.boards.narrowing import Narrowing
from reports.boards.reading import Reader
from reports.levels import ACTUAL, BUDGET, PRIOR, Levels, Series, levels, levels_of, series_of
from reports.nodes import assigned
from reports.selection import Selection
from units.marks import day_of, standing_at
from units.models import Placement, Unit
from units.places import other_days
from units.scope import Scope

CODES = (
    *("revenue", "operating_income", "operating_margin", "headcount"),
    *("cost_of_sales", "personnel_cost", "contractor_cost", "marketing_cost", "cloud_cost", "other_operating_cost"),
)
WEIGHED = ("revenue", "operating_income")
"""What the bridge, the headline, the common scales and the statuses are made of."""
MONTHLY = ("revenue", "operating_income", "operating_margin", "headcount")
MONTHS = 24
ON_PAGE = 25
ALL = Narrowing()


class Part(NamedTuple):
    """A unit below another, as far as a board prints it: of thousands, whole rows cost more than their figures."""

    pk: int
    code: str
    name: str
    kind: str
    vertical: str = ""
    region: str = ""


@dataclass(frozen=True)
class Picture:
    """What the parts of the board are made of: a unit, the units right below it, and their numbers."""

    scope: Scope
    selection: Selection
    currency: str
    children: Sequence[Part]
    levels: Levels
    series: Series
    standing: Statuses
    baseline: str = BUDGET
    narrowing: Narrowing = ALL

    @cached_property
    def query(self) -> str:
        """The pick as the end of an address; asked for once, for there are thousands of links."""
        return self.selection.query()

    @cached_property
    def _readers(self) -> dict[int, Reader]:
        return {}

    def reader(self, unit: Any) -> Reader:
        """Who reads a unit's figures: one for all parts of the board, so that no variance is weighed twice."""
        if unit.pk not in self._readers:
            href = partial(explain_href, unit.code, query=self.query)
            self._readers[unit.pk] = Reader(self.levels, unit.pk, self.currency, href, self.baseline)
        return self._readers[unit.pk]

    @property
    def own(self) -> Reader:
        return self.reader(self.selection.unit)

    @property
    def parts(self) -> list[Part]:
        """The children that work: units, groups, corporate; eliminations stand apart."""
        return [child for child in self.children if child.kind != Unit.Kind.ELIMINATION]


NAMED = Part._fields[1:]
"""The fields of a unit that a part is made of, beside its key."""


def below(scope: Scope, selection: Selection) -> list[Part]:
    """The units right below the selected one in its period (as is now: today), as known at its mark, in their order."""
    if selection.unit.tree:
        return _assigned(scope, selection)
    elsewhere = _elsewhere(scope, selection) if selection.has_moves and not selection.is_now else {}
    came = [unit for unit, parent in elsewhere.items() if parent == selection.unit.pk]
    here = (Q(parent=selection.unit) & ~Q(unit__in=elsewhere)) | Q(unit__in=came)
    placed = Placement.objects.within(scope).filter(standing_at(selection.mark), here)
    rows = placed.order_by("position", "unit__left").values_list("unit", *(f"unit__{name}" for name in NAMED))
    return [Part(*row) for row in rows]


def _assigned(scope: Scope, selection: Selection) -> list[Part]:
    """What hangs on a node of another tree on the last day of the period (as is now: today), as far as it may be seen;
    below the node of what is assigned nowhere the units that are."""
    node, day = selection.unit, day_of(selection.mark) if selection.is_now else selection.period.ends
    hung = assigned(scope, selection.mark, tree=node.tree, until=day)
    latest = sorted((rows[-1] for rows in hung.values()), key=lambda row: (row.position, row.pk))
    units = (row.unit for row in latest if row.parent_id == node.pk)
    here = [Part(unit.pk, *(getattr(unit, name) for name in NAMED)) for unit in units]
    if node.kind != Unit.Kind.UNIT:
        return here
    alone = Unit.objects.within(scope).filter(tree="", right=F("left") + 1).exclude(kind=Unit.Kind.ELIMINATION)
    rest = alone.exclude(pk__in=hung).order_by("left").values_list("pk", *NAMED)
    return [*here, *(Part(*row) for row in rest)]


def _elsewhere(scope: Scope, selection: Selection) -> dict[int, int]:
    """By unit the parent it had on the last day of the period, where that is not today's."""
    days, day = other_days(scope, selection.mark), selection.period.ends
    return {unit: parent for unit, each in days.items() if (parent := each.parent_on(day)) is not None}


def weighed(
    scope: Scope,
    selection: Selection,
    *,
    children: Sequence[Part],
    currency: str,
    standing: Statuses,
    codes: Iterable[str] = (),
    narrowing: Narrowing = ALL,
) -> Picture:
    """What is read of every unit below, printed or not: WEIGHED, and `codes` that they are put in order by.

    Of thousands of units all the rest is only read of those that are printed (`printed`). One query.
    """
    ids = [selection.unit.pk, *(child.pk for child in children)]
    versions = (ACTUAL, BUDGET, PRIOR) if selection.baseline == PRIOR_YEAR else (ACTUAL, BUDGET)
    wanted = list(dict.fromkeys([*WEIGHED, *codes]))
    found = levels(scope, selection, units=ids, codes=wanted, versions=versions)
    return Picture(scope, selection, currency, children, found, Series(()), standing, narrowing=narrowing)


def printed(seen: Picture, units: Iterable[Part], *, months: int = MONTHS) -> Picture:
    """The picture with all that is printed of these units and of the whole, and with their months. One query."""
    ids = list(dict.fromkeys([seen.selection.unit.pk, *(unit.pk for unit in units)]))
    found, told = at_once(
        levels_of(seen.scope, seen.selection, units=ids, codes=CODES, versions=(ACTUAL, BUDGET, PRIOR)),
        series_of(seen.scope, seen.selection, units=ids, codes=MONTHLY, versions=(ACTUAL, BUDGET), months=months),
    )
    return replace(seen, levels=seen.levels.with_(found), series=told)
