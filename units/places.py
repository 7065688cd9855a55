"""Where units hang on other days than today, as one reader may see it at a mark."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from units.marks import standing_at
from units.models import FormerParent, PlannedParent
from units.scope import Scope


@dataclass(frozen=True)
class OtherDays:
    """The last day on each parent of before, and the first day on each planned one, with that parent's id; the
    earliest first."""

    formers: tuple[tuple[date, int], ...] = ()
    planned: tuple[tuple[date, int], ...] = ()

    def parent_on(self, day: date) -> int | None:
        """The parent on a day; None where it is that of today."""
        before = next((parent for ends, parent in self.formers if ends >= day), None)
        later = [parent for starts, parent in self.planned if starts <= day]
        return before or (later[-1] if later else None)


def other_days(scope: Scope, mark: int, units: Collection[int] | None = None) -> dict[int, OtherDays]:
    """By unit (all that may be seen, or some of them) where it hangs on other days; units that never move are left out.

    Two queries. A parent is named by its id, whether or not it may be seen itself.
    """
    before = FormerParent.objects.within(scope).filter(standing_at(mark)).order_by("ends")
    later = PlannedParent.objects.within(scope).filter(standing_at(mark)).order_by("starts")
    if units is not None:
        before, later = before.filter(unit__in=units), later.filter(unit__in=units)
    columns = ("unit_id", "parent_id")
    return days_of(before.values_list("ends", *columns), later.values_list("starts", *columns))


def days_of(before: Iterable[tuple[date, int, int]], later: Iterable[tuple[date, int, int]]) -> dict[int, OtherDays]:
    """The same of rows that are read already: the day, the unit and its parent, the earliest day first."""
    formers: dict[int, tuple[tuple[date, int], ...]] = {}
    planned: dict[int, tuple[tuple[date, int], ...]] = {}
    for ends, unit, parent in before:
        formers[unit] = (*formers.get(unit, ()), (ends, parent))
    for starts, unit, parent in later:
        planned[unit] = (*planned.get(unit, ()), (starts, parent))
    return {unit: OtherDays(formers.get(unit, ()), planned.get(unit, ())) for unit in {*formers, *planned}}
