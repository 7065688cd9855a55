"""The period picker of a page: links that keep the rest of the address."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from ledger.models import Period
from metrics.comparisons import CLOSED, ELAPSED, RUN_RATE
from reports.figures import AsOf, Choice, PeriodPicker, PickerYear
from reports.formatting import day
from reports.selection import Selection

LIKES = {"": "As it stands", ELAPSED: "Elapsed part", CLOSED: "Without it", RUN_RATE: "Run-rate"}
"""How a period that is not over may be compared."""


def picker(selection: Selection, *, closed: str = "") -> PeriodPicker:
    """The stretch picked, a step to either side, the bases, and the months of each fiscal year."""
    codes = [period.code for period in selection.periods]
    place = codes.index(selection.period.code)
    steps = [at for at, period in enumerate(selection.periods) if _is_step(selection, period)]
    earlier = max((at for at in steps if at < place), default=None)
    later = min((at for at in steps if at > place), default=None)
    bases = selection.bases
    return PeriodPicker(
        label=selection.label,
        short=f"{selection.label}, {bases[selection.basis]}" if selection.basis != "month" else selection.label,
        previous="" if earlier is None else selection.query(period=codes[earlier]),
        next="" if later is None else selection.query(period=codes[later]),
        bases=tuple(
            Choice(label, selection.query(basis=basis), is_on=basis == selection.basis)
            for basis, label in bases.items()
        ),
        likes=tuple(
            Choice(label, selection.query(like=like or None), is_on=like == selection.like)
            for like, label in LIKES.items()
            if selection.is_open
        ),
        years=tuple(_year(selection, year, list(periods)) for year, periods in _by_year(selection)),
        as_of=as_of(selection, closed),
    )


def _is_step(selection: Selection, period: Period) -> bool:
    """Whether a step from what is picked may lead to a period: from a whole quarter it leads to a whole quarter."""
    is_quarter = selection.container == "qtd" and selection.closes_quarter
    return not is_quarter or replace(selection, period=period).closes_quarter


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


def as_of(selection: Selection, closed: str = "") -> AsOf:
    """Since when the figures are known; `closed` says of the newest ones how far they are complete."""
    if selection.as_of is None:
        return AsOf(closed or "Latest figures")
    label = f"As known on {day(selection.as_of)}"
    return AsOf(label, is_latest=False, hint="Later changes are left out.", href=selection.query(as_of=None))
