"""Studying: the statistics and the cash ahead of every unit, made after the forecasts and stored.

Read from the sheets and forecasts at the mark of the last run that was done, and stored as from that mark. A unit
whose sheets, forecasts and newest month did not change since is left alone; one that says the same as before is not
written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from django.db import connection, transaction
from django.db.models import Count, Max, TextField
from django.db.models.functions import Cast

from audit.actions import record
from ledger import rows
from ledger.models import Period
from ledger.periods import Calendar, PeriodUnknown
from ledger.querysets import fiscal_calendar
from metrics.arrangement import stored_names
from metrics.calc.cash import BALANCES, DRIVERS, Cash, Past, cash_ahead, past_errors
from metrics.calc.statistics.medians import Floats
from metrics.calc.statistics.study import Document, Figures, studies
from metrics.models import Run, Study
from metrics.outlook import stored_forecasts
from metrics.querysets import sheets
from metrics.studied import PAIRS, STUDIED, kind_of
from metrics.studies import stored_studies
from units.marks import hold_marks
from units.models import Unit
from units.scope import Scope

METHOD = 2
"""Raise this when the same figures give other statistics than before."""

YEARS = 5
"""Years of history read: seasons and spreads of longer ago say little of today's."""

ACTUALS = stored_names(["actual"], is_now=True)
"""What was reported, and then what is kept of it as is now: the second stands where both are."""

AT_ONCE = 200
"""Units read, studied and stored together."""

SPENT = ("total_cost", "personnel_cost")
READ = tuple(dict.fromkeys((*STUDIED, *SPENT, "revenue", *BALANCES)))
COLUMNS = ("unit", "cutoff", "statistics", "cash", "made_of", "digest", "run", "from_mark")


@dataclass(frozen=True)
class Made:
    """What studying did: how many units were looked at anew, how many studies were written, how many closed."""

    studied: int
    written: int
    closed: int

    def __add__(self, other: Made) -> Made:
        return Made(self.studied + other.studied, self.written + other.written, self.closed + other.closed)


@dataclass(frozen=True)
class _Due:
    """A unit to study: its newest known period (ordinal), and a hash over what there is to study."""

    unit: int
    cutoff: int
    made_of: str


@dataclass(frozen=True)
class _Said:
    """What is to stand of a unit."""

    due: _Due
    statistics: bytes
    cash: bytes

    @property
    def digest(self) -> UUID:
        said = b"\n".join((str(self.due.cutoff).encode(), self.statistics, self.cash))
        return UUID(bytes=blake2b(said, digest_size=16).digest())


def make_studies(*, actor: Scope, at: datetime) -> Made | None:
    """Bring the studies up to sheets and forecasts; None where nothing was computed yet.

    Writes and closes studies, some units at a time, each time with a record in the same transaction. Raises
    AbilityMissing: studying speaks for the whole company, so it needs the ability on all of it.
    """
    actor.require("figures.read")
    run = Run.objects.filter(state=Run.State.DONE).order_by("-mark", "-pk").first()
    if run is None:
        return None
    calendar = fiscal_calendar()
    due, gone = _due(actor, run.mark)
    made = _store([], gone, {}, actor=actor, run=run, at=at) if gone else Made(0, 0, 0)
    for start in range(0, len(due), AT_ONCE):
        part = due[start : start + AT_ONCE]
        periods = dict(Period.objects.filter(ordinal__in={each.cutoff for each in part}).values_list("ordinal", "pk"))
        said = list(_studied(part, actor, calendar, run.mark))
        made += _store(said, [], periods, actor=actor, run=run, at=at)
    return made


def _due(scope: Scope, mark: int) -> tuple[list[_Due], list[int]]:
    """The units whose sheets, forecasts or newest month changed since they were studied; ids of studies of no unit."""
    units = Unit.objects.within(scope).exclude(kind=Unit.Kind.ELIMINATION).order_by("left", "pk")
    ids = list(units.values_list("pk", flat=True))
    seen = sheets(scope).selected(mark=mark, versions=ACTUALS, units=ids)
    ahead = stored_forecasts(scope).standing_at(mark).of_units(ids)
    newest = ("from_mark", "period__ordinal")
    figures = {row["unit_id"]: row for row in _by_unit(seen, *newest)}
    forecasts = {row["unit_id"]: row for row in _by_unit(ahead, "from_mark", "cutoff__ordinal")}
    standing = {
        unit: (pk, made_of)
        for pk, unit, made_of in stored_studies(scope).standing_at(None).values_list("pk", "unit_id", "made_of")
    }
    wanted = [
        _Due(unit, _cutoff(figures[unit], forecasts.get(unit)), _hash(figures[unit], forecasts.get(unit)))
        for unit in ids
        if unit in figures
    ]
    gone = [pk for unit, (pk, _) in standing.items() if unit not in figures]
    return [each for each in wanted if standing.get(each.unit, (0, ""))[1] != each.made_of], gone


def _by_unit(found: Any, mark: str, period: str) -> Iterable[Mapping[str, int]]:
    """By unit how many rows there are, the newest mark one of them came with, and the newest period."""
    terms = {"rows": Count("pk"), "mark": Max(mark), "newest": Max(period)}
    return found.order_by().values("unit_id").annotate(**terms)  # type: ignore[no-any-return]  # a query of dicts


def _cutoff(figures: Mapping[str, int], forecasts: Mapping[str, int] | None) -> int:
    """The newest month that is known: the one forecasts begin after; of a unit without any its newest sheet."""
    return figures["newest"] if forecasts is None else forecasts["newest"]


def _hash(figures: Mapping[str, int], forecasts: Mapping[str, int] | None) -> str:
    said = [METHOD, STUDIED, PAIRS, sorted(figures.items()), sorted((forecasts or {}).items())]
    return blake2b(repr(said).encode(), digest_size=16).hexdigest()


def _studied(part: Sequence[_Due], scope: Scope, calendar: Calendar, mark: int) -> Iterator[_Said]:
    """What is to stand of some units; those known up to the same month are studied together, over the same years."""
    span = YEARS * calendar.periods_in_year
    first = min(each.cutoff for each in part) - span + 1
    place = {each.unit: column for column, each in enumerate(part)}
    levels = _levels(scope, place, range(first, max(each.cutoff for each in part) + 1), mark)
    for cutoff in sorted({each.cutoff for each in part}):
        columns = [place[each.unit] for each in part if each.cutoff == cutoff]
        until = cutoff - first + 1
        known = {code: figures[until - span : until, columns] for code, figures in levels.items()}
        periods = [_code(calendar, ordinal) for ordinal in range(cutoff - span + 1, cutoff + 1)]
        figures = Figures({code: known[code] for code in STUDIED}, periods, {code: kind_of(code) for code in STUDIED})
        found = studies(figures, pairs=PAIRS, season=calendar.periods_in_year)
        ahead = _ahead(scope, [part[column].unit for column in columns], cutoff, calendar.periods_in_year, mark)
        cash = _cash(known, ahead, cutoff, calendar)
        for column, statistics, coming in zip(columns, found, cash, strict=True):
            yield _Said(part[column], _json(statistics), _json(coming))


def _code(calendar: Calendar, ordinal: int) -> str:
    """The code of a period; empty where the calendar does not know it, and so nobody has figures."""
    try:
        return calendar.at(ordinal).code
    except PeriodUnknown:
        return ""


def _levels(scope: Scope, place: Mapping[int, int], ordinals: range, mark: int) -> dict[str, Floats]:
    """The sheets' monthly actuals of what is studied: by metric months × units, missing as nan. One query.

    On the tree of today, like forecasts, so that a unit that came or went is no shift of its group's level.
    """
    levels = {code: np.full((len(ordinals), len(place)), np.nan) for code in READ}
    found = sheets(scope).selected(mark=mark, versions=ACTUALS, ordinals=ordinals, units=place).order_by("version")
    texts = found.annotate(text=Cast("numbers", TextField())).values_list("unit_id", "period__ordinal", "text")
    for unit, ordinal, text in texts.iterator(2_000):
        numbers = orjson.loads(text)
        for code in READ:
            number = numbers.get(code)
            levels[code][ordinal - ordinals.start, place[unit]] = np.nan if number is None else number
    return levels


def _ahead(scope: Scope, units: Sequence[int], cutoff: int, months: int, mark: int) -> dict[str, Floats]:
    """The stored forecasts after a cut-off of what cash is made of: by metric months × units, missing as nan."""
    place = {unit: column for column, unit in enumerate(units)}
    found = {code: np.full((months, len(units)), np.nan) for code in ("revenue", *SPENT)}
    made = stored_forecasts(scope).standing_at(mark).of_units(units).of_metrics(found).filter(cutoff__ordinal=cutoff)
    for unit, metric, ordinal, number in made.values_list("unit_id", "metric", "period__ordinal", "number"):
        if 0 < ordinal - cutoff <= months:
            found[metric][ordinal - cutoff - 1, place[unit]] = number
    return found


# --- cash ----------------------------------------------------------------------------------------------


def _cash(
    known: Mapping[str, Floats], ahead: Mapping[str, Floats], cutoff: int, calendar: Calendar
) -> Iterator[Document]:
    """The cash ahead of each unit: month by month, its low point, the lags it stands on, and what is not known."""
    history = {**_drivers(known, known), **{name: known[name] for name in BALANCES}}
    coming = _drivers(ahead, known)
    found = cash_ahead(history, coming, season=calendar.periods_in_year)
    past = past_errors(history, season=calendar.periods_in_year)
    codes = [_code(calendar, cutoff + 1 + month) for month in range(len(found.closing))]
    columns = _columns(found, past)
    for unit in range(found.closing.shape[1]):
        opening = known["cash"][-1, unit]
        if np.isnan(opening) or np.isnan(found.closing[0, unit]):
            yield {"reason": _no_cash(known["cash"][:, unit])}
        else:
            behind = {"opening": round(opening), "behind": _behind(known["cash"][:, unit], cutoff, calendar)}
            months = _months(columns, unit, codes)
            yield _cash_document(found, past, history, unit, months) | behind


def _drivers(figures: Mapping[str, Floats], known: Mapping[str, Floats]) -> dict[str, Floats]:
    """Sales, purchases (all cost but own staff) and staff. What a unit never had a figure of is none of it."""
    spent, staff, sales = (
        np.where(np.isnan(known[code]).all(axis=0), 0.0, figures[code]) for code in (*SPENT, "revenue")
    )
    return dict(zip(DRIVERS, (sales, spent - staff, staff), strict=True))


def _behind(cash: Floats, cutoff: int, calendar: Calendar) -> list[Document]:
    """Cash of the last year's month ends, those that are known."""
    rows = enumerate(cash[-calendar.periods_in_year :].tolist(), start=cutoff + 1 - calendar.periods_in_year)
    return [{"period": _code(calendar, at), "cash": round(each)} for at, each in rows if not np.isnan(each)]


def _no_cash(cash: Floats) -> str:
    if np.isnan(cash).all():
        return "not_applicable: no cash is delivered"
    if np.isnan(cash[-1]):
        return "late: cash of the newest month is not known"
    return "not_applicable: nothing is forecast"


def _columns(found: Cash, past: Past) -> dict[str, Floats]:
    """By name what is told of each month ahead; `low` and `high` are the ends of the interval of cash."""
    reach, closing = past.half_widths(len(found.closing)), found.closing
    flows = {"collected": found.collected, "paid": found.paid, "staff": found.staff, "other": found.other}
    return {**flows, "cash": closing, "low": closing - reach, "high": closing + reach}


def _months(columns: Mapping[str, Floats], unit: int, codes: Sequence[str]) -> list[Document]:
    """The months ahead as far as cash is known; what is not known of one is left out of it."""
    return [
        {"period": code}
        | {name: round(each[month, unit]) for name, each in columns.items() if not np.isnan(each[month, unit])}
        for month, code in enumerate(codes)
        if not np.isnan(columns["cash"][month, unit])
    ]


def _cash_document(
    found: Cash, past: Past, history: Mapping[str, Floats], unit: int, months: list[Document]
) -> Document:
    """Amounts are whole ten-thousandths, lags months; `other` is missing in months that two years do not tell, the
    interval where such forecasts could not be tried."""
    lags = {"collection": found.lags.collection[unit], "payment": found.lags.payment[unit]}
    said: Document = {
        "months": months,
        "low": months[int(found.low[unit])],
        "lags": {name: round(float(months), 4) for name, months in lags.items() if not np.isnan(months)},
        "unknown": list(_unknown(found, history, unit, len(months))),
    }
    if past.tries[unit]:
        error = {"mean": round(past.mean[unit]), "unchanged": round(past.unchanged[unit])}
        said["error"] = {**error, "tries": int(past.tries[unit])}
    return said


def _unknown(found: Cash, history: Mapping[str, Floats], unit: int, months: int) -> Iterator[str]:
    """What is not known of a unit's cash ahead, why, and what is taken instead; in sentences."""
    if np.isnan(found.lags.collection[unit]):
        yield f"{_why_no_lag(history['receivables'][:, unit], 'receivables')}: sales are taken as collected at once."
    if np.isnan(found.lags.payment[unit]):
        yield f"{_why_no_lag(history['payables'][:, unit], 'payables')}: purchases are taken as paid at once."
    untold = int(np.isnan(found.other[:months, unit]).sum())
    if untold:
        yield (
            f"Tax, investment, financing and transfers are not in {untold} of {months} months: the last two years do"
            " not both tell what they were."
        )


def _why_no_lag(balance: Floats, name: str) -> str:
    if np.isnan(balance).all():
        return f"No {name} are delivered"
    return f"The newest {name} make no count of months"


# --- storing -------------------------------------------------------------------------------------------


def _store(
    said: Sequence[_Said], gone: Sequence[int], periods: Mapping[int, int], *, actor: Scope, run: Run, at: datetime
) -> Made:
    """Make the studies of some units stand as said, and close those of units without figures."""
    with transaction.atomic():
        hold_marks()
        found = stored_studies(actor).standing_at(None).of_units([each.due.unit for each in said])
        standing = {unit: (pk, digest) for pk, unit, digest in found.values_list("pk", "unit_id", "digest")}
        fresh = [each for each in said if standing.get(each.due.unit, (0, None))[1] != each.digest]
        closing = [*gone, *(standing[each.due.unit][0] for each in fresh if each.due.unit in standing)]
        rows.close(stored_studies(actor), closing, mark=run.mark)
        rows.insert(Study, COLUMNS, [_row(each, periods[each.due.cutoff], run) for each in fresh])
        made = Made(len(said), len(fresh), len(closing))
        if fresh or closing:
            record(
                actor=actor.actor,
                verb="metrics.study.made",
                target=("run", run.pk),
                at=at,
                after={"mark": run.mark, "written": made.written, "closed": made.closed},
            )
    return made


def _row(said: _Said, period: int, run: Run) -> tuple[Any, ...]:
    due, digest = said.due, said.digest
    return (
        due.unit, period, said.statistics.decode(), said.cash.decode(), due.made_of,
        digest if connection.features.has_native_uuid_field else digest.hex, run.pk, run.mark,
    )  # fmt: skip


def _json(document: Document) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
