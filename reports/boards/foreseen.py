"""A forecast explained on a page: the method and what the others would have missed, the months, the parts, the past."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.periods import Calendar
from ledger.periods.spans import ordinals
from metrics.catalogue import METRICS
from metrics.models import Forecast
from metrics.statement import SUBTOTALS
from reports.boards.naming import forecast_href, full_name
from reports.boards.past_error import lag_rows, month, share, span, why
from reports.derivation import Branch
from reports.figures import Crumb, Figure, ForecastBoard, InputNode, MonthAhead, TriedMethod
from reports.foresight import NO_FORECAST, Foresight
from reports.formatting import Scale, scale_for, single
from reports.selection import Selection

INTERVAL = (
    "Four figures in five are meant to fall inside the interval. It is as wide as the errors of the trial were, by how"
    " many months ahead they looked, and never narrows."
)
NO_INTERVAL = "Less than 15 months of history: nothing to try a method on, and so no error and no interval."
CHOICE = (
    "The mean of both methods stands unless another was better by a fifth on the unit's own last year; repeating last"
    " year is the floor."
)


def foreseen(seen: Foresight, selection: Selection, *, currency: str, crumbs: tuple[Crumb, ...]) -> ForecastBoard:
    """The rest of the fiscal year after the cut-off: what the landing adds to the actuals."""
    rows = _rest_of_year(seen.rows(), selection.calendars.calendar)
    metric, unit = METRICS[seen.metric], selection.unit
    scale = scale_for([row.number for row in rows], currency=currency)
    tree = seen.tree([row.period.ordinal for row in rows])
    return ForecastBoard(
        title=f"{metric.label}, {full_name(unit)}, forecast{_stretch(rows)}",
        figure=Figure(tree.value, "money", tree.reason, currency=currency),
        interval=_interval(rows, currency),
        remark=f"Known up to {month(rows[0].cutoff)}." if rows else "",
        how=_how(rows),
        methods=_methods(rows),
        months=tuple(month_ahead(row, scale, currency) for row in rows),
        parts=_parts(seen, tree, rows, selection),
        parts_label=f"{'Lines' if seen.metric in SUBTOTALS else 'Units'} with their past error, {scale.unit}",
        lags=lag_rows(seen.past_errors()),
        scale=scale,
        href=forecast_href(unit.code, seen.metric, selection.query()),
        crumbs=crumbs,
    )


def _rest_of_year(rows: Sequence[Forecast], calendar: Calendar) -> list[Forecast]:
    if not rows:
        return []
    year = ordinals(calendar, rows[0].period.ordinal, basis="year")
    return [row for row in rows if row.period.ordinal in year]


def _stretch(rows: Sequence[Forecast]) -> str:
    if not rows:
        return ""
    first, last = month(rows[0].period), month(rows[-1].period)
    return f" of {first}" if first == last else f", {first} to {last}"


def _interval(rows: Sequence[Forecast], currency: str) -> str:
    lows, highs = [row.low for row in rows], [row.high for row in rows]
    if not rows or None in lows or None in highs:
        return ""
    low, high = (sum(each or 0 for each in side) for side in (lows, highs))
    return f"80% interval {single(low, currency)} to {single(high, currency)}"


def _how(rows: Sequence[Forecast]) -> tuple[str, ...]:
    if not rows:
        return (f"There is none: {NO_FORECAST.partition(': ')[2]} of this line.",)
    first = rows[0]
    made = why(first)
    choice = (CHOICE,) if first.trials else ()
    return (f"{made[0].upper()}{made[1:]}.", *choice, NO_INTERVAL if first.wape is None else INTERVAL)


def _methods(rows: Sequence[Forecast]) -> tuple[TriedMethod, ...]:
    """Every method that was tried, the best first."""
    if not rows:
        return ()
    tried = sorted(rows[0].trials.items(), key=lambda each: each[1])
    return tuple(TriedMethod(name[0].upper() + name[1:], share(wape), name == rows[0].method) for name, wape in tried)


def month_ahead(row: Forecast, scale: Scale, currency: str) -> MonthAhead:
    """One month ahead with its interval and what repeating last year would have said."""
    naive = Figure(row.naive, reason="not_applicable: no month a year before", currency=currency)
    return MonthAhead(month(row.period), Figure(row.number, currency=currency), span(row.low, row.high, scale), naive)


def _parts(seen: Foresight, tree: Branch, rows: Sequence[Forecast], selection: Selection) -> tuple[InputNode, ...]:
    """What the figure is the sum of, each with its past error and linked to its explanation; own figures are not."""
    below = [place for place, _ in seen.below((seen.evidence.unit, seen.metric), [row.period.ordinal for row in rows])]
    units, query = seen.evidence.company.units, selection.query()
    linked = [
        InputNode(
            label=part.label,
            figure=Figure(part.value, "money", part.reason, forecast_href(units[unit].code, metric, query)),
            note="" if (row := seen.first((unit, metric))) is None else share(row.wape),
        )
        for part, (unit, metric) in zip(tree.children, below, strict=False)
    ]
    own = [InputNode(part.label, Figure(part.value)) for part in tree.children[len(below) :]]
    return (*linked, *own)
