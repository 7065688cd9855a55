"""The period picker of a page: links that keep the rest of the address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localtime

from ledger.models import Period
from metrics.arrangement import AS_IS_NOW
from metrics.comparisons import CLOSED, ELAPSED, RUN_RATE
from metrics.rates import AT_BUDGET, AT_PRIOR_YEAR
from reports.figures import AsOf, Choice, PeriodPicker, PickerYear, Remark
from reports.formatting import day, moment
from reports.levels import is_reading
from reports.selection import BASES, Selection

LIKES = {"": "As it stands", ELAPSED: "Elapsed part", CLOSED: "Without it", RUN_RATE: "Run-rate"}
"""How a period that is not over may be compared."""
TREES = {"": "As was", AS_IS_NOW: "As is now"}
"""By which tree the figures of a unit are read whose members changed."""
RATES = {"": "Reported", AT_BUDGET: "At budget rates", AT_PRIOR_YEAR: "At last year's rates"}
"""At whose exchange rates actuals are read."""
SAID = {
    AT_BUDGET: "Actuals at the rates the budget was made with",
    AT_PRIOR_YEAR: "Actuals at the rates of the same month a year earlier",
}


def picker(
    selection: Selection, *, closed: str = "", baselines: tuple[Choice, ...] = (), here: str = ""
) -> PeriodPicker:
    """The stretch picked, a step to either side, the bases, and the months of each fiscal year.

    `baselines` are offered where the whole page is read against the one picked; `here` is the address of the page as it
    stands, for one that can be saved.
    """
    codes = [period.code for period in selection.periods]
    place = codes.index(selection.period.code)
    steps = [at for at, period in enumerate(selection.periods) if _is_step(selection, period)]
    earlier = max((at for at in steps if at < place), default=None)
    later = min((at for at in steps if at > place), default=None)
    bases = selection.bases
    return PeriodPicker(
        label=selection.label,
        short=_short(selection.label, bases[selection.basis]),
        previous="" if earlier is None else selection.query(period=codes[earlier]),
        next="" if later is None else selection.query(period=codes[later]),
        bases=tuple(
            Choice(label, selection.query(basis=basis), is_on=basis == selection.basis)
            for basis, label in bases.items()
        ),
        likes=tuple(
            Choice(label, selection.query(like=like or None, rates=None), is_on=like == selection.like)
            for like, label in LIKES.items()
            if selection.is_open
        ),
        trees=tuple(
            Choice(label, selection.query(tree=tree or None, rates=None), is_on=tree == selection.tree)
            for tree, label in TREES.items()
            if selection.has_moves
        ),
        rates=tuple(_rates(selection)),
        baselines=baselines,
        years=tuple(_year(selection, year, list(periods)) for year, periods in _by_year(selection)),
        as_of=as_of(selection, closed),
        save=saving(here) if here else "",
    )


def saving(address: str) -> str:
    """Where an address is kept under a name."""
    return f"{reverse('own-home')}?{urlencode({'save': address})}"


def _short(label: str, basis: str) -> str:
    """`Q3 2026, QTD`; where the label says it already, or it is a month, the label alone."""
    return label if basis == BASES["month"] or label.startswith(basis) else f"{label}, {basis}"


def moved(selection: Selection) -> tuple[Remark, ...]:
    """Under a headline, where units came or left: that the figures are as was, and the way to as is now."""
    if not selection.has_moves or selection.is_now:
        return ()
    return (Remark("Units have moved; see it as is now", href=selection.query(tree=AS_IS_NOW)),)


def _rates(selection: Selection) -> Iterator[Choice]:
    """The rates to read at, where figures are others at them; the tree of today and parts of a period have but one."""
    offered = {*selection.manners, selection.rates} - {""}
    if not offered or (is_reading(selection) and not selection.rates):
        return
    for manner, label in RATES.items():
        if not manner or manner in offered:
            changes = {"rates": manner, "tree": None, "like": None, "against": None} if manner else {"rates": None}
            yield Choice(label, selection.query(**changes), is_on=manner == selection.rates)


def read_at(selection: Selection) -> tuple[Remark, ...]:
    """Under a headline, where actuals are read at other rates: what that is, and the way back to what was reported."""
    if not selection.rates:
        return ()
    return (Remark(f"{SAID[selection.rates]}; see them as reported", href=selection.query(rates=None)),)


def _is_step(selection: Selection, period: Period) -> bool:
    """Whether a step from what is picked may lead to a period: from a whole quarter it leads to a whole quarter."""
    is_quarter = selection.container == "qtd" and selection.closes_quarter
    return not is_quarter or replace(selection, period=period).closes_quarter


def _by_year(selection: Selection) -> list[tuple[int, list[Period]]]:
    newest_first = sorted(selection.periods, key=lambda period: -period.year)
    return [(year, list(found)) for year, found in groupby(newest_first, key=lambda period: period.year)]


def _year(selection: Selection, year: int, periods: list[Period]) -> PickerYear:
    months = tuple(
        Choice(
            f"{period.ends:%b}" if "-P" not in period.code else period.code[-3:],
            selection.query(period=period.code),
            is_on=period == selection.period,
        )
        for period in periods
    )
    return PickerYear(str(year), months)


def as_of(selection: Selection, closed: str = "") -> AsOf:
    """Since when the figures are known; `closed` says of the newest ones how far they are complete."""
    newest = AsOf(
        closed or "Latest figures", moments=tuple(_moments(selection)), kept=tuple(selection.parts(as_of=None).items())
    )
    if selection.as_of is None:
        return newest
    label = f"As known on {day(localtime(selection.as_of))}"
    hint = "Later changes are left out."
    return replace(newest, label=label, is_latest=False, hint=hint, href=selection.query(as_of=None))


def _moments(selection: Selection) -> Iterator[Choice]:
    """The newest figures, and those of moments that have a name."""
    yield Choice("Latest figures", selection.query(as_of=None), is_on=selection.as_of is None)
    for each in selection.moments:
        label = f"{each.label}, {moment(localtime(each.at), now=localtime(selection.moments[0].at))}"
        yield Choice(label, selection.query(as_of=each.at.isoformat()), is_on=each.at == selection.as_of)
