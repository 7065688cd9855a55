"""What is still to come on a unit's page: the months ahead beside those behind, and where the year lands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F

from metrics.accuracy import Accuracy
from metrics.catalogue import METRICS
from metrics.landing import Landing
from metrics.models import Forecast
from metrics.outlook import accuracy_of, came_due, landed, places_of, stored_forecasts, years_of
from metrics.querysets import sheets
from metrics.rates import IN_WORDS
from metrics.readings import Level
from reports import charts, materiality
from reports.asked import Asked, Rows
from reports.boards.naming import forecast_href
from reports.boards.past_error import lag_rows, month, share, span, why
from reports.boards.picture import Picture
from reports.boards.reading import difference
from reports.figures import Chart, ChartTable, Figure, LandingRow, Landings, Section
from reports.formatting import Scale, amount, percent, scale_for, single
from reports.levels import ACTUAL, BUDGET
from reports.selection import Selection
from reports.wording import path_title
from units.scope import Scope

DRAWN = ("revenue", "operating_income")
LANDED = ("revenue", "total_cost", "operating_income")
TOLD = "operating_income"
"""Whose past errors by lag are told beside the landing; those of the others are on their own explanations."""

BEHIND, AHEAD, NEXT = 12, 6, 3
LATE = "late: a month of the year has neither an actual nor a forecast"
NO_BUDGET = "not_applicable: no budget of the whole year"


@dataclass(frozen=True)
class Expected:
    """The forecasts of a unit that the page prints, by metric, with their budget, and the landings of its year.

    `hindsight` is how right stored forecasts of operating income were, by how far ahead they looked.
    """

    ahead: Mapping[str, Sequence[Forecast]]
    budget: Mapping[tuple[str, int], int]
    landings: Mapping[str, Landing]
    hindsight: Mapping[int, Accuracy] = field(default_factory=dict)

    def months(self, code: str, after: int) -> list[Forecast]:
        """The next months of a metric after a period."""
        return [row for row in self.ahead.get(code, ()) if row.period.ordinal > after][:AHEAD]


NOTHING_EXPECTED = Expected({}, {}, {})
"""Of an earlier period, and at other rates than reported: forecasts are made of what was reported."""


def remembered(
    scope: Scope, selection: Selection, windows: Sequence[range] = (), below: Sequence[int] = ()
) -> list[Forecast]:
    """The stored forecasts that the page of the selected unit tells of; none at other rates. One query.

    They are those in force, all of the metric whose past errors are told, and what was foreseen of the `windows`
    before they began, of the first of them also of the units `below`. The earliest cut-off comes first.
    """
    if selection.rates:
        return []
    parts = stored_forecasts(scope).standing_at(selection.mark).of_units(below)
    kept = stored_forecasts(scope).standing_at(selection.mark).of_units([selection.unit.pk])
    shown = kept.of_metrics({*DRAWN, *LANDED})
    found = shown.newest(scope, selection.mark) | shown.of_metrics([TOLD])
    for window in windows:
        found = found | kept.filter(period__ordinal__in=list(window), cutoff__ordinal__lt=window[0])
    for window in windows[:1] if below else ():
        found = found | parts.filter(period__ordinal__in=list(window), cutoff__ordinal__lt=window[0])
    return list(found.select_related("period", "cutoff").order_by("cutoff__ordinal", "period__ordinal"))


def expected_of(scope: Scope, selection: Selection, kept: Sequence[Forecast]) -> Asked[Expected]:
    """The question for the months that forecasts of the selected unit are held against; `kept` are remembered.

    Nothing is expected where an earlier period is looked at.
    """
    newest = max((row.cutoff.ordinal for row in kept), default=0)
    if not kept or selection.period.ordinal < newest:
        return Asked(None, (), lambda _: NOTHING_EXPECTED)
    calendar, unit = selection.calendars.calendar, selection.unit.pk
    codes = sorted({*DRAWN, *LANDED})
    rows = [row for row in kept if row.cutoff.ordinal == newest and row.metric in codes]
    due = came_due((row.metric, *places_of(row), row.number, row.naive) for row in kept if row.metric == TOLD)
    years = {period for year in years_of(rows, calendar).values() for period in year}
    periods = {*years, *(row.period.ordinal for row in rows), *(period for _, _, period, *_ in due)}
    months = sheets(scope).standing_at(selection.mark).of_basis("month").of_units([unit]).in_periods(periods)

    def answer(found: Rows) -> Expected:
        numbers: dict[str, dict[tuple[int, str, int], int]] = {ACTUAL: {}, BUDGET: {}}
        for _, version, ordinal, stored, *_ in found:
            known = {code: number for code, number in zip(codes, stored, strict=True) if isinstance(number, int)}
            numbers[version].update({(unit, code, ordinal): number for code, number in known.items()})
        lands = landed(rows, numbers[ACTUAL], numbers[BUDGET], calendar=calendar)
        came, planned = (
            {(code, ordinal): number for (_, code, ordinal), number in each.items()} for each in numbers.values()
        )
        return Expected(
            ahead={code: [row for row in rows if row.metric == code] for code in codes},
            budget=planned,
            landings={metric: read for (_, metric), read in lands.items()},
            hindsight=accuracy_of(due, came),
        )

    asked = months.filter(version__in=(ACTUAL, BUDGET)).annotate(ordinal=F("period__ordinal"))
    return Asked(asked, codes, answer)


def actuals_of(
    scope: Scope, selection: Selection, codes: Sequence[str], periods: Collection[int]
) -> Asked[dict[tuple[str, int], int]]:
    """The question for the stored monthly amounts of the unit that forecasts are held against, by code and ordinal."""
    months = sheets(scope).standing_at(selection.mark).of_version(ACTUAL).of_basis("month")
    asked = months.of_units([selection.unit.pk]).in_periods(periods).annotate(ordinal=F("period__ordinal"))

    def answer(found: Rows) -> dict[tuple[str, int], int]:
        return {
            (code, ordinal): number
            for _, _, ordinal, stored, *_ in found
            for code, number in zip(codes, stored, strict=True)
            if isinstance(number, int)
        }

    return Asked(asked if periods else None, codes, answer)


# --- months behind and ahead ---------------------------------------------------------------------------


def history(seen: Picture, coming: Expected) -> Section | None:
    """Twelve months of revenue and operating income in the outline of their budget, and the months ahead hatched."""
    periods = seen.series.periods[-BEHIND:]
    if len(periods) < 2:
        return None
    drawn = tuple(_columns(seen, coming, code) for code in DRAWN)
    months = [f"{period.ends:%b %y}" for period in periods]
    ahead = coming.months("operating_income", periods[-1].ordinal)
    if not ahead:
        rates = f", {IN_WORDS[seen.selection.rates]}" if seen.selection.rates else ""
        return Section(_above(seen), f"{months[0]} to {months[-1]}{rates}.", legend=("actual", "budget"), charts=drawn)
    last = f"{ahead[-1].period.ends:%b %y}"
    return Section(
        _path(coming, ahead) or _above(seen),
        f"{months[0]} to {months[-1]}, forecast to {last}. {_past_error(ahead[0])}",
        legend=("actual", "budget", "forecast", "interval"),
        charts=drawn,
    )


def _path(coming: Expected, ahead: Sequence[Forecast]) -> str:
    """Where the next months of profit land against their budget; nothing where one of them has none."""
    rows = [row for row in ahead[:NEXT] if (TOLD, row.period.ordinal) in coming.budget]
    planned = sum(coming.budget[TOLD, row.period.ordinal] for row in rows)
    if len(rows) < NEXT or planned <= 0:
        return ""
    expected = sum(row.number for row in rows)
    return path_title(expected / planned - 1, first=f"{rows[0].period.ends:%B}", last=f"{rows[-1].period.ends:%B}")


def _columns(seen: Picture, coming: Expected, code: str) -> Chart:
    unit, periods = seen.selection.unit.pk, seen.series.periods[-BEHIND:]
    actual, budget = (
        [_whole(level.number) for level in seen.series.of(unit, version, code)[-BEHIND:]]
        for version in (ACTUAL, BUDGET)
    )
    ahead = coming.months(code, periods[-1].ordinal)
    budget += [coming.budget.get((code, row.period.ordinal)) for row in ahead]
    months = [f"{period.ends:%b %y}" for period in (*periods, *(row.period for row in ahead))]
    scale = scale_for([*actual, *budget, *(row.number for row in ahead)], currency=seen.currency)
    return Chart(
        id=f"months-{code.replace('_', '-')}",
        message=f"{METRICS[code].label} by month against budget{_forecast_told(ahead)}",
        spec=charts.columns(
            months=months,
            actual=actual,
            budget=budget,
            scale=scale,
            forecast=[row.number for row in ahead],
            interval=[None if row.low is None or row.high is None else (row.low, row.high) for row in ahead],
        ),
        table=_table(months, actual, budget, ahead, scale),
        label=f"{METRICS[code].label}, {scale.unit}",
    )


def _forecast_told(ahead: Sequence[Forecast]) -> str:
    """That there is a forecast, and how wrong one like it was before."""
    if not ahead:
        return ""
    return ", and forecast" if ahead[0].wape is None else f", and forecast, wrong by {percent(ahead[0].wape)} before"


def _table(
    months: Sequence[str],
    actual: Sequence[int | None],
    budget: Sequence[int | None],
    ahead: Sequence[Forecast],
    scale: Scale,
) -> ChartTable:
    """The same numbers; every month ahead with its interval and the error its forecast made before."""
    past = [
        (month, _printed(was, scale), _printed(planned, scale), "", "", "")
        for month, was, planned in zip(months, actual, budget, strict=False)
    ]
    if not ahead:
        return ChartTable(("Month", "Actual", "Budget"), tuple(row[:3] for row in past))
    coming = [
        (
            month,
            "",
            _printed(planned, scale),
            _printed(row.number, scale),
            span(row.low, row.high, scale),
            share(row.wape),
        )
        for month, planned, row in zip(months[len(actual) :], budget[len(actual) :], ahead, strict=True)
    ]
    return ChartTable(("Month", "Actual", "Budget", "Forecast", "80% interval", "Past error"), (*past, *coming))


def _above(seen: Picture) -> str:
    """How many of the last months reached their budgeted profit."""
    unit = seen.selection.unit.pk
    pairs = zip(
        seen.series.of(unit, ACTUAL, "operating_income")[-BEHIND:],
        seen.series.of(unit, BUDGET, "operating_income")[-BEHIND:],
        strict=True,
    )
    known = [(a.number, b.number) for a, b in pairs if a.number is not None and b.number is not None]
    if not known:
        return "Revenue and operating income by month"
    reached = sum(1 for actual, budget in known if actual >= budget)
    return f"Operating income reached budget in {reached} of {len(known)} months"


# --- where the year lands ------------------------------------------------------------------------------


def landing(seen: Picture, coming: Expected) -> Landings | None:
    """Actuals and forecast of the year against its budget, line by line, each with its own past error."""
    read = [(code, coming.landings[code]) for code in LANDED if code in coming.landings]
    if not read:
        return None
    scale = scale_for([each.number for _, each in read], currency=seen.currency)
    _, first = read[0]
    return Landings(
        section=Section(_landing_title(read, seen.currency), _landing_subtitle(first, scale)),
        rows=tuple(_landing_row(seen.selection, code, each, coming, scale) for code, each in read),
        scale=scale,
        labels=(_months("actual", first.months[0]), _months("forecast", first.months[1])),
        notes=_notes(coming.ahead[read[-1][0]][0]),
        lags=lag_rows(coming.hindsight),
        lags_of=METRICS[TOLD].label.lower(),
    )


def _landing_title(read: Sequence[tuple[str, Landing]], currency: str) -> str:
    code, found = read[-1]
    label = METRICS[code].label
    if found.number is None:
        return f"{label} of {found.year} cannot be told: a month is missing"
    heads = f"{label} heads for {single(found.number, currency)} in {found.year}"
    gap = found.difference
    if gap is None:
        return heads
    return f"{heads}, {single(abs(gap), currency)} {'above' if gap >= 0 else 'below'} budget"


def _landing_subtitle(found: Landing, scale: Scale) -> str:
    closed, coming = found.months
    return (
        f"Year {found.year}, {scale.unit}: {_months('closed', closed)} and {_months('forecast', coming)}."
        " The interval takes all months to miss the same way."
    )


def _landing_row(selection: Selection, code: str, found: Landing, coming: Expected, scale: Scale) -> LandingRow:
    metric, row = METRICS[code], coming.ahead[code][0]
    year = Level(found.number, LATE if found.missing else "")
    budget = Level(found.budget, "" if found.budget is not None else NO_BUDGET)
    revenue = coming.landings.get("revenue", found)
    read, is_material = materiality.read(metric, year, budget, revenue=Level(revenue.budget or revenue.number))
    return LandingRow(
        label=metric.label,
        closed=Figure(found.actual),
        ahead=Figure(found.forecast, href=forecast_href(selection.unit.code, code, selection.query())),
        year=Figure(year.number, reason=year.reason),
        interval=span(found.low, found.high, scale),
        budget=Figure(budget.number, reason=budget.reason),
        variance=difference(metric, read, is_material),
        error=share(row.wape),
        how=f"{row.method[0].upper()}{row.method[1:]}",
        why=why(row),
    )


def _notes(row: Forecast) -> tuple[str, ...]:
    """What a reader has to know of all of it: up to when figures are known, and where units differ in that."""
    if len(row.cutoffs) < 2:
        return (f"Known up to {month(row.cutoff)}; later months are forecast.",)
    parts = ", ".join(f"{count} up to {code}" for code, count in sorted(row.cutoffs.items()))
    return (
        f"Units are known up to different months ({parts}). Where one is not known yet its forecast stands in the sum;"
        f" months after {month(row.cutoff)} are therefore shown as forecast.",
    )


def _past_error(row: Forecast) -> str:
    if row.wape is None:
        return "The history is too short to say how good such a forecast is."
    return f"Forecasts of operating income like this one were wrong by {percent(row.wape)} before."


def _months(word: str, count: int) -> str:
    return f"{count} {word} month{'' if count == 1 else 's'}"


def _printed(number: int | None, scale: Scale) -> str:
    return "–" if number is None else amount(number, scale)


def _whole(number: int | float | str | None) -> int | None:
    return number if isinstance(number, int) else None
