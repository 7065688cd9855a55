"""The period picker of a page: links that keep the rest of the address."""

from __future__ import annotations

from itertools import groupby

from reports.figures import AsOf, Choice, PeriodPicker, PickerYear
from reports.formatting import day
from reports.selection import BASES, Selection


def picker(selection: Selection, *, closed: str = "") -> PeriodPicker:
    """The stretch picked, a step to either side, the bases, and the months of each fiscal year."""
    codes = [period.code for period in selection.periods]
    place = codes.index(selection.period.code)
    step = 3 if selection.basis == "qtd" and selection.closes_quarter else 1
    earlier, later = place - step, place + step
    return PeriodPicker(
        label=selection.label,
        short=f"{selection.label}, {BASES[selection.basis]}" if selection.basis != "month" else selection.label,
        previous=selection.query(period=codes[earlier]) if earlier >= 0 else "",
        next=selection.query(period=codes[later]) if later < len(codes) else "",
        bases=tuple(
            Choice(label, selection.query(basis=basis), is_on=basis == selection.basis)
            for basis, label in BASES.items()
        ),
        years=tuple(_year(selection, year, list(periods)) for year, periods in _by_year(selection)),
        as_of=_as_of(selection, closed),
    )


def _by_year(selection: Selection) -> list[tuple[int, list[object]]]:
    newest_first = sorted(selection.periods, key=lambda period: -period.year)
    return [(year, list(found)) for year, found in groupby(newest_first, key=lambda period: period.year)]


def _year(selection: Selection, year: int, periods: list[object]) -> PickerYear:
    months = tuple(
        Choice(
            f"{period.ends:%b}" if "-P" not in period.code else period.code[-3:],  # type: ignore[attr-defined]
            selection.query(period=period.code),  # type: ignore[attr-defined]
            is_on=period == selection.period,
        )
        for period in periods
    )
    return PickerYear(str(year), months)


def _as_of(selection: Selection, closed: str) -> AsOf:
    if selection.as_of is None:
        return AsOf(closed or "Latest figures")
    label = f"As known on {day(selection.as_of)}"
    return AsOf(label, is_latest=False, hint="Later changes are left out.", href=selection.query(as_of=None))
