"""What a board is made of: a unit, the units right below it, and their numbers, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.boards.frame import Statuses
from reports.boards.naming import explain_href
from reports.boards.reading import Reader
from reports.levels import ACTUAL, BUDGET, PRIOR, Levels, Series, levels, series
from reports.selection import Selection
from units.marks import standing_at
from units.models import Placement, Unit
from units.scope import Scope

CODES = (
    *("revenue", "operating_income", "operating_margin", "headcount"),
    *("cost_of_sales", "personnel_cost", "contractor_cost", "marketing_cost", "cloud_cost", "other_operating_cost"),
)
MONTHLY = ("revenue", "operating_income", "operating_margin", "headcount")
MONTHS = 24
ON_PAGE = 25


@dataclass(frozen=True)
class Picture:
    """What the parts of the board are made of: a unit, the units right below it, and their numbers."""

    scope: Scope
    selection: Selection
    currency: str
    children: Sequence[Any]
    levels: Levels
    series: Series
    standing: Statuses

    def reader(self, unit: Any) -> Reader:
        query = self.selection.query()
        return Reader(self.levels, unit.pk, self.currency, lambda metric: explain_href(unit.code, metric, query))

    @property
    def own(self) -> Reader:
        return self.reader(self.selection.unit)

    @property
    def parts(self) -> list[Any]:
        """The children that work: units, groups, corporate; eliminations stand apart."""
        return [child for child in self.children if child.kind != Unit.Kind.ELIMINATION]


def below(scope: Scope, selection: Selection) -> list[Unit]:
    """The units right below the selected one as the tree stood at its mark, in their order."""
    placed = Placement.objects.within(scope).filter(standing_at(selection.mark), parent=selection.unit)
    return [placement.unit for placement in placed.select_related("unit").order_by("position", "unit__left")]


def picture(
    scope: Scope,
    selection: Selection,
    *,
    children: Sequence[Unit],
    currency: str,
    standing: Statuses,
    codes: Sequence[str] = CODES,
) -> Picture:
    """Reads every number the overview prints: two queries, however many units there are."""
    ids = [selection.unit.pk, *(child.pk for child in children)]
    found = levels(scope, selection, units=ids, codes=codes, versions=(ACTUAL, BUDGET, PRIOR))
    months = series(
        scope,
        selection,
        units=ids[: ON_PAGE + 1],
        codes=MONTHLY,
        versions=(ACTUAL, BUDGET),
        months=MONTHS,
    )
    return Picture(scope, selection, currency, children, found, months, standing)
