"""Forecasting: what the statement's lines are expected to be, made after a recompute and stored.

Read from the sheets at the mark of the last run that was done, and stored as from that mark. The same sheets and
cut-offs give the same forecasts, so a second time writes nothing. Earlier cut-offs are left as they were: they are
what the forecasts are held against later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import orjson
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.json import KeyTransform

from audit.actions import record
from ledger import rows
from ledger.models import Closing, Delivery, Period, Version
from ledger.periods import Calendar, PeriodUnknown
from ledger.querysets import fiscal_calendar, period_row
from metrics.arrangement import stored_names
from metrics.calc.forecast.company import Row, Tree, company_forecasts
from metrics.calc.forecast.seasonality import Floats
from metrics.cutoffs import Closed, cutoff, in_force
from metrics.models import Forecast, Run
from metrics.outlook import stored_forecasts
from metrics.querysets import sheets
from metrics.statement import BESIDE, CLOUD_BELOW, FORECAST_METRICS, LINES, weights
from units.marks import hold_marks, standing_at
from units.models import Placement, Unit
from units.scope import Scope

FAR = 2**31
"""Later than any period."""

YEARS = 6
"""Years of history read: what lies further back says little of the year to come."""

COLUMNS = (
    "unit", "metric", "cutoff", "period", "number", "low", "high", "naive", "method", "wape", "bias", "naive_wape",
    "tries", "months", "cutoffs", "trials", "run", "from_mark",
)  # fmt: skip
Said = tuple[Any, ...]
Key = tuple[int, str, int, int]


@dataclass(frozen=True)
class Made:
    """What forecasting did: how many forecasts there are, how many were written anew, how many closed."""

    forecasts: int
    written: int
    closed: int


@dataclass(frozen=True)
class _Units:
    """The units in the order of the tree, with the ordinal each is known up to (None: not forecast)."""

    ids: Sequence[int]
    parents: Sequence[int]
    known: Sequence[int | None]
    last: Sequence[int]


def make_forecasts(*, actor: Scope, at: datetime) -> Made | None:
    """Bring the forecasts up to the sheets; None where nothing was computed or delivered yet.

    Writes and closes forecasts and leaves a record, in one transaction. Raises AbilityMissing: forecasting speaks
    for the whole company, so it needs the ability on all of it.
    """
    actor.require("figures.read")
    run = Run.objects.filter(state=Run.State.DONE).order_by("-mark", "-pk").first()
    calendar = fiscal_calendar()
    units = None if run is None else _units(actor, calendar, run.mark)
    if run is None or units is None:
        return None
    newest = max(each for each in units.known if each is not None)
    first = newest - YEARS * calendar.periods_in_year + 1
    until = newest + calendar.periods_in_year
    levels = _levels(actor, units, first=first, newest=newest, mark=run.mark)
    tree = Tree(
        units.parents,
        [None if each is None else each - first for each in units.known],
        [each - first for each in units.last],
    )
    found = company_forecasts(
        levels,
        tree,
        lines=(*LINES, *BESIDE),
        sums=weights(),
        season=calendar.periods_in_year,
        until=until - first,
    )
    periods = _period_ids(calendar, range(first, until + 1))
    said = dict(_said(found, units, periods, first, calendar))
    left = {units.ids[unit] for unit in tree.left}
    return _store(said, left, actor=actor, run=run, at=at)


def _units(scope: Scope, calendar: Calendar, mark: int) -> _Units | None:
    """The tree, and up to which month each unit's actuals are known; None where nobody's are."""
    tree = list(Unit.objects.within(scope).filter(tree="").order_by("left", "pk"))
    place = {unit.pk: index for index, unit in enumerate(tree)}
    hung = Placement.objects.within(scope).filter(standing_at(mark)).values_list("unit_id", "parent_id")
    above = {unit: parent for unit, parent in hung if parent in place}
    parents = [place[above[unit.pk]] if unit.pk in above else -1 for unit in tree]
    delivered, closed = _deliveries(scope, mark)
    known = in_force(
        [cutoff(delivered.get(unit.pk, set()), closed, left=unit.left) for unit in tree],
        parents=parents,
        kinds=[unit.kind for unit in tree],
        season=calendar.periods_in_year,
    )
    if not any(each is not None for each in known):
        return None
    last = [_last(unit, calendar) for unit in tree]
    known = [None if each is None else min(each, ends) for each, ends in zip(known, last, strict=True)]
    return _Units([unit.pk for unit in tree], parents, known, last)


def _deliveries(scope: Scope, mark: int) -> tuple[dict[int, set[int]], Closed]:
    """Which months of actuals each unit delivered, and which are closed, as of a mark."""
    delivered: dict[int, set[int]] = {}
    found = Delivery.objects.within(scope).filter(standing_at(mark), version__kind=Version.Kind.ACTUAL)
    for unit, ordinal in found.values_list("unit_id", "period__ordinal").distinct():
        delivered.setdefault(unit, set()).add(ordinal)
    closings = Closing.objects.within(scope).filter(standing_at(mark))
    return delivered, Closed.of(closings.values_list("period__ordinal", "unit__left", "unit__right"))


def _last(unit: Unit, calendar: Calendar) -> int:
    """The last period a unit is in the company for."""
    if unit.ends is None:
        return FAR
    try:
        return calendar.containing(unit.ends).ordinal
    except PeriodUnknown:
        return FAR


def _levels(scope: Scope, units: _Units, *, first: int, newest: int, mark: int) -> dict[str, Floats]:
    """The sheets' monthly actuals of the statement, by metric: months × units, missing as nan.

    On the tree of today, because what a unit will be is made of what belongs to it now.
    Cloud below gross profit is what operating cost holds besides its named lines.
    """
    codes = FORECAST_METRICS
    place = {unit: index for index, unit in enumerate(units.ids)}
    levels = {code: np.full((newest - first + 1, len(place)), np.nan) for code in codes}
    names = stored_names(["actual"], is_now=True)
    found = sheets(scope).selected(mark=mark, versions=names, ordinals=range(first, newest + 1))
    numbers = {f"number_{index}": KeyTransform(code, "numbers") for index, code in enumerate(codes)}
    columns = ("unit_id", "period__ordinal", *numbers)
    in_order = found.order_by("version")  # what was reported, and then what is kept of it as is now
    for unit, ordinal, *figures in in_order.annotate(**numbers).values_list(*columns).iterator(2_000):
        for code, figure in zip(codes, figures, strict=True):
            levels[code][ordinal - first, place[unit]] = np.nan if figure is None else figure
    named = weights()["operating_cost"]
    inside = sum(np.nan_to_num(levels[line]) * weight for line, weight in named.items() if line != CLOUD_BELOW)
    return levels | {CLOUD_BELOW: levels["operating_cost"] - inside}


def _period_ids(calendar: Calendar, ordinals: range) -> dict[int, int]:
    """The ids of periods by ordinal; those to come get their row here."""
    span = (ordinals.start, ordinals.stop - 1)
    there = dict(Period.objects.filter(ordinal__range=span).values_list("ordinal", "pk"))
    missing = []
    for ordinal in set(ordinals) - set(there):
        try:
            missing.append(period_row(calendar.at(ordinal)))
        except PeriodUnknown:
            continue  # before the calendar begins, or after it ends
    Period.objects.bulk_create(missing, ignore_conflicts=True)
    return dict(Period.objects.filter(ordinal__range=span).values_list("ordinal", "pk"))


def _said(
    found: Iterable[Row], units: _Units, periods: Mapping[int, int], first: int, calendar: Calendar
) -> Iterator[tuple[Key, Said]]:
    """What is to stand, by unit, metric, cut-off and period. A period the calendar does not know is left out."""
    for row in found:
        if row.metric == CLOUD_BELOW or row.row + first not in periods:
            continue
        parts = {calendar.at(each + first).code: count for each, count in row.cutoffs.items()}
        key = (units.ids[row.unit], row.metric, periods[row.cutoff + first], periods[row.row + first])
        yield (
            key,
            (
                row.number, row.low, row.high, row.naive, row.method, row.wape, row.bias, row.naive_wape, row.tries,
                row.months, _text(parts), _text(row.trials),
            ),
        )  # fmt: skip


def _store(said: Mapping[Key, Said], left: Collection[int], *, actor: Scope, run: Run, at: datetime) -> Made:
    """Make the newest forecasts of every unit stand as said; those of earlier cut-offs stay.

    Of units that have left the company nothing stands any more: what was forecast of them is no prospect.
    """
    with transaction.atomic():
        hold_marks()
        standing = _standing(actor, said, left)
        same = {key for key, (_, before) in standing.items() if said.get(key) == before}
        closing = [pk for key, (pk, _) in standing.items() if key not in same]
        fresh = [(*key, *terms, run.pk, run.mark) for key, terms in said.items() if key not in same]
        rows.close(stored_forecasts(actor), closing, mark=run.mark)
        rows.insert(Forecast, COLUMNS, fresh)
        made = Made(len(said), len(fresh), len(closing))
        if fresh or closing:
            record(
                actor=actor.actor,
                verb="metrics.forecast.made",
                target=("run", run.pk),
                at=at,
                after={"mark": run.mark, "written": made.written, "closed": made.closed},
            )
    return made


def _standing(scope: Scope, said: Mapping[Key, Said], left: Collection[int]) -> dict[Key, tuple[int, Said]]:
    """What stands of each unit at its newest cut-off, and at any later one: a month may have been taken back.

    Of units that have left all that stands.
    """
    newest = {unit: cutoff for unit, _, cutoff, _ in said}
    begins = dict(Period.objects.filter(pk__in=set(newest.values())).values_list("pk", "ordinal"))
    names = ("pk", "cutoff__ordinal", *COLUMNS[:4], *COLUMNS[4:-2])
    due = Q(cutoff__ordinal__gte=min(begins.values(), default=FAR)) | Q(unit__in=left)
    found = stored_forecasts(scope).filter(due, until_mark__isnull=True)
    standing = {}
    for pk, ordinal, unit, metric, at, period, *terms, cutoffs, trials in found.values_list(*names).iterator(5_000):
        if unit in left or (unit in newest and ordinal >= begins[newest[unit]]):
            standing[unit, metric, at, period] = pk, (*terms, _text(cutoffs), _text(trials))
    return standing


def _text(parts: Mapping[str, int | float]) -> str:
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS).decode()
