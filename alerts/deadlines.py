"""When the figures of a unit are due: so many of its working days after a period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings

from ledger.models import Period
from ledger.periods import working_day_after
from ledger.querysets import holidays_of
from units.models import Unit


def deadlines(
    units: Sequence[Unit], periods: Iterable[Period], *, mark: int | None = None
) -> dict[int, dict[int, date]]:
    """By unit (its id) and ordinal the last day on which figures are in time; `mark` for holidays as known then.

    Periods in which a unit is not in the company are left out. One query, however many units.
    """
    free = holidays_of(units, mark=mark)
    asked = list(periods)
    days: dict[tuple[date, frozenset[date]], date] = {}
    for ends in {period.ends for period in asked}:
        for holidays in set(free.values()):
            days[ends, holidays] = working_day_after(ends, settings.FIGURES_DUE_AFTER, holidays)
    return {
        unit.pk: {
            period.ordinal: days[period.ends, free[unit.pk]]
            for period in asked
            if unit.is_active(period.starts, period.ends)
        }
        for unit in units
    }
