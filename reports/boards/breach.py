"""The evidence of an alert: the figures that were judged, the months around them, and the limits in force at each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from alerts.judging.book import ACTUAL, BUDGET, Book, Wanted
from alerts.judging.inheritance import Edition, Spot, in_force, silent
from alerts.judging.manual import Manual
from alerts.models import Alert, AlertEvent
from alerts.observations import read_book
from alerts.rulebook import newest_mark, terms_of
from alerts.terms import AGAINST, Terms
from alerts.together import Asked, Found
from ledger.models import Period
from metrics.declaration import Metric
from reports import charts, formatting
from reports.boards.limit_lines import LimitLine, called, limit_at
from reports.boards.naming import explain_href
from reports.boards.reading import shown_kind
from reports.figures import Chart, ChartTable, Fact, Figure, Section, Variance
from units.scope import Scope

MONTHS = 24
BASES = {"month": "in the month", "qtd": "quarter to date", "ytd": "year to date", "ltm": "over twelve months"}
STRETCHES = {"qtd": "Quarter", "ytd": "Year", "ltm": "Twelve months"}
AHEAD = {"outlook": "Expected, {}", "pace": "At this pace, {}"}
"""How the stretch of a figure is called that is not there yet."""
EDITION = ("from_mark", "retired", "valid_from__ordinal", "valid_until__ordinal", *Terms.__dataclass_fields__)
FIRED = ("opened", "fired", "escalated", "returned")


@dataclass(frozen=True)
class Breach:
    """What the evidence of an alert is drawn from, read once. `editions` are the terms of its rule, dated."""

    alert: Alert
    terms: Terms
    metric: Metric | None
    periods: Sequence[Period]
    book: Book
    editions: Sequence[Edition]
    year: int
    currency: str

    @property
    def kind(self) -> str:
        return shown_kind(self.metric) if self.metric else "money"

    @property
    def is_exact(self) -> bool:
        """Whether stored numbers are ten-thousandths."""
        return self.kind in ("money", "count")

    def number(self, text: Any) -> int | float | None:
        """A number of the evidence as pages print it: exact text back into ten-thousandths."""
        return int(Decimal(text).scaleb(4)) if isinstance(text, str) else text

    def level(self, version: str, ordinal: int) -> Any:
        place = (self.alert.unit_id, version, self.terms.basis, ordinal)
        return self.book.level(place, self.terms.metric).number

    @property
    def explained(self) -> str:
        """Where the figure that was judged opens to what it is made of."""
        period = self.alert.evidence.get("period", "")
        query = f"?period={period}&basis={self.terms.basis}"
        return explain_href(self.alert.unit.code, self.terms.metric, query)


def in_breach(alert: Alert, *, scope: Scope) -> dict[str, Asked]:
    """What the evidence of an alert is drawn from beside figures and manual: the periods, and all terms its rule ever
    had. Whoever may see the alert may see what it is judged by.
    """
    last = alert.period.ordinal
    periods = Period.objects.filter(ordinal__gt=last - MONTHS, ordinal__lte=last)
    terms = tuple(f"threshold__versions__{name}" for name in EDITION)
    return {
        "drawn": (periods, ("ordinal", "pk", "code", "ends")),
        "editions": (Alert.objects.within(scope).filter(pk=alert.pk), terms),
    }


def breach_of(
    alert: Alert, found: Found, book: Manual, *, scope: Scope, currency: str, beside: Wanted | None = None
) -> Breach:
    """The evidence of an alert, of what `in_breach` asks for; one query, for the figures and those wanted `beside`."""
    terms, last = terms_of(alert.version), alert.period.ordinal
    year = book.calendar.periods_in_year if terms.comparator == "prior_year" else 0
    wanted = Wanted([alert.unit_id], [terms.metric], sorted({terms.basis, "month"}), last - MONTHS + 1 - year, last)
    return Breach(
        alert=alert,
        terms=terms,
        metric=book.metrics.get(terms.metric),
        periods=[
            Period(pk=pk, ordinal=ordinal, code=code, ends=date.fromisoformat(ends))
            for ordinal, pk, code, ends in sorted(found["drawn"])
        ],
        book=read_book(scope, wanted.with_(beside) if beside else wanted, mark=newest_mark()),
        editions=_editions(alert, found["editions"]),
        year=year,
        currency=currency,
    )


def _editions(alert: Alert, rows: Sequence[Sequence[Any]]) -> list[Edition]:
    spot = Spot(alert.unit_id, alert.unit.left, alert.unit.right)
    return [
        Edition(
            version=number,
            threshold=alert.threshold_id,
            unit=spot,
            terms=Terms(*terms),
            from_mark=from_mark,
            retired=bool(retired),
            since=since,
            until=until,
        )
        for number, (from_mark, retired, since, until, *terms) in enumerate(rows)
    ]


def facts(breach: Breach) -> tuple[Fact, ...]:
    """The figure, what it is read against, by how much, and what it costs: as they were judged."""
    evidence, terms = breach.alert.evidence, breach.terms
    value, baseline = breach.number(evidence.get("value")), breach.number(evidence.get("baseline"))
    limit, target = breach.number(evidence.get("limit")), evidence.get("target")
    found = [Fact(_stretch(breach), _figure(breach, value, href=breach.explained))]
    if terms.comparator == "absolute":
        found.append(Fact("Limit", _figure(breach, limit), note=f"target {_target(breach, target)}" if target else ""))
    else:
        found.append(Fact(AGAINST[terms.comparator].capitalize(), _figure(breach, baseline), note=_known(breach)))
    if value is not None and (reference := limit if terms.comparator == "absolute" else baseline) is not None:
        found.append(_beyond(breach, value, reference))
    impact = Figure(breach.alert.impact, currency=breach.currency, reason=breach.alert.impact_reason)
    found.append(Fact("If unchanged", impact, note="cash" if breach.alert.impact_is_cash else "profit a year"))
    return tuple(found)


def _known(breach: Breach) -> str:
    """`11 of 12 periods`: what a baseline that is made of several figures is made of."""
    known = breach.alert.evidence.get("known", "")
    return f"{known} {'peers' if breach.terms.comparator == 'peers' else 'periods'}" if known else ""


def _stretch(breach: Breach) -> str:
    """`August 2026`, `Quarter to Aug 2026`, `Expected, October 2026`: what the figure that was judged is of."""
    return AHEAD.get(breach.alert.kind, "{}").format(_period(breach))


def _period(breach: Breach) -> str:
    code = breach.alert.evidence.get("period", "")
    period = next((each for each in breach.periods if each.code == code), None)
    if period is None:
        return f"{code} {BASES[breach.terms.basis]}"
    if breach.terms.basis == "month":
        return f"{period.ends:%B %Y}"
    return f"{STRETCHES[breach.terms.basis]} to {period.ends:%b %Y}"


def _beyond(breach: Breach, value: int | float, reference: int | float) -> Fact:
    kind = "points" if breach.kind == "ratio" else breach.kind
    difference = Variance(value - reference, kind, "unfavourable", is_material=True, currency=breach.currency)
    share = (value - reference) / abs(reference) if reference else None
    compares = breach.metric is None or breach.metric.compare == "percent"
    note = formatting.plain(share, "percent", signed=True) if share is not None and compares else ""
    word = "Beyond the limit" if breach.terms.comparator == "absolute" else "Difference"
    note = note or ("unbudgeted" if breach.alert.evidence.get("unbudgeted") else "")
    return Fact(word, variance=difference, note=note)


def evidence(breach: Breach, events: Sequence[AlertEvent]) -> Section | None:
    """The figure by period, with its baseline, the limits then in force, and where the rule fired."""
    label = breach.metric.label if breach.metric else breach.terms.metric
    actual = [breach.level(ACTUAL, period.ordinal) for period in breach.periods]
    if sum(number is not None for number in actual) < 2:
        return None
    months = [f"{period.ends:%b %y}" for period in breach.periods]
    fired_in = {event.period_id for event in events if event.kind in FIRED}
    fired = [i for i, period in enumerate(breach.periods) if period.pk in fired_in and actual[i] is not None]
    draw = _columns if breach.kind == "money" else _line
    limits = limits_by_period(breach)
    spec, table, unit = draw(breach, months, actual, limits, fired)
    title = _since_when(breach)
    dashed = " Dashes: the limits in force." if limits else ""
    outline = " Outline: budget." if breach.kind == "money" and breach.terms.comparator == "budget" else ""
    subtitle = f"{label} by month, {unit}, {BASES[breach.terms.basis]}.{outline}{dashed} Triangle: the rule fired."
    chart = Chart("evidence", f"{label}: {title[:1].lower()}{title[1:]}", spec, table)
    return Section(title, subtitle, charts=(chart,))


def _since_when(breach: Breach) -> str:
    """What the drawing shows: since when the limit is passed, or that it is about to be."""
    alert, period = breach.alert, breach.alert.evidence.get("period", "")
    match alert.kind:
        case "outlook":
            return f"Expected beyond its limit in {period}"
        case "pace":
            return f"Beyond its limit at the pace of {period}"
        case "pool":
            return f"Small differences add up in {period}"
    lasted = sum(1 for each in breach.periods if alert.began.ordinal <= each.ordinal)
    return f"Beyond its limit {'since' if lasted > 1 else 'in'} {alert.began.ends:%B %Y}"


def limits_by_period(breach: Breach) -> list[LimitLine]:
    """The limits of the rule in each period, by the terms that were in force then; the mildest first.

    Against a baseline a limit moves with it. One that is no plain distance (deviations, a trend, a mean, money of
    another currency) is no line.
    """
    dated = [_in_force(breach, period.ordinal) for period in breach.periods]
    lines: list[LimitLine] = []
    for place, side in enumerate(breach.terms.sides()):
        for name, size in side.limits:
            steps = tuple(
                _limit_at(breach, terms, place, name, period.ordinal)
                for period, terms in zip(breach.periods, dated, strict=True)
            )
            if any(step is not None for step in steps):
                label = called(breach.terms, breach.metric, breach.currency, name, size, side.direction)
                lines.append(LimitLine(name, label, steps))
    return lines


def _in_force(breach: Breach, ordinal: int) -> Terms | None:
    edition = in_force(breach.editions, at=ordinal).get(breach.alert.threshold_id)
    return None if edition is None or silent(edition, at=ordinal) else edition.terms


def _limit_at(breach: Breach, terms: Terms | None, place: int, name: str, ordinal: int) -> Fraction | None:
    """Where one limit lay in one period, in plain units."""
    if terms is None or terms.metric != breach.terms.metric or terms.comparator != breach.terms.comparator:
        return None
    return limit_at(terms, place, name, base=_base(breach, ordinal))


def _base(breach: Breach, ordinal: int) -> Fraction | None:
    """What the figure of a period is compared with, in plain units, where that is stored."""
    match breach.terms.comparator:
        case "budget":
            number = breach.level(BUDGET, ordinal)
        case "prior_year":
            number = breach.level(ACTUAL, ordinal - breach.year)
        case _:
            return None
    if number is None:
        return None
    return Fraction(number, formatting.EXACT) if breach.is_exact else Fraction(number)


def _columns(
    breach: Breach, months: list[str], actual: list[Any], limits: Sequence[LimitLine], fired: list[int]
) -> tuple[Any, ChartTable, str]:
    against_budget = breach.terms.comparator == "budget"
    budget = [breach.level(BUDGET, period.ordinal) for period in breach.periods] if against_budget else []
    scale = formatting.scale_for([*actual, *budget], currency=breach.currency)
    spec = charts.columns(
        months=months,
        actual=actual,
        budget=budget,
        scale=scale,
        limits=[limit.drawn(Fraction(1, scale.divisor)) for limit in limits],
        fired=fired,
    )
    heads = ["Month", "Actual", *(["Budget"] if against_budget else []), *(limit.label for limit in limits)]
    columns = [
        [_amount(number, scale) for number in actual],
        *([[_amount(number, scale) for number in budget]] if against_budget else []),
        *([_amount(_exact(step), scale) for step in limit.steps] for limit in limits),
    ]
    return spec, ChartTable(tuple(heads), tuple(zip(months, *columns, strict=True))), scale.unit


def _line(
    breach: Breach, months: list[str], actual: list[Any], limits: Sequence[LimitLine], fired: list[int]
) -> tuple[Any, ChartTable, str]:
    suffix, unit = {"ratio": ("%", "%"), "points": (" pp", "points")}.get(breach.kind, ("", breach.kind))
    factor = {"ratio": 100.0, "points": 100.0, "count": 1 / formatting.EXACT}.get(breach.kind, 1.0)
    values = [None if number is None else number * factor for number in actual]
    scaled = Fraction(100 if breach.kind in ("ratio", "points") else 1)
    spec = charts.series(
        months=months,
        values=values,
        limits=[limit.drawn(scaled) for limit in limits],
        fired=fired,
        suffix=suffix,
        rising_is_worse=breach.terms.direction > 0,
    )
    scale = formatting.EXACT if breach.is_exact else 1
    columns = [
        [_shown(number, breach.kind) for number in actual],
        *(
            [_shown(None if step is None else float(step * scale), breach.kind) for step in limit.steps]
            for limit in limits
        ),
    ]
    heads = ("Month", "Actual", *(limit.label for limit in limits))
    return spec, ChartTable(heads, tuple(zip(months, *columns, strict=True))), unit


def _amount(number: int | None, scale: formatting.Scale) -> str:
    return "–" if number is None else formatting.amount(number, scale)


def _shown(number: int | float | None, kind: str) -> str:
    return "–" if number is None else formatting.plain(number, kind)


def _exact(step: Fraction | None) -> int | None:
    return None if step is None else round(step * formatting.EXACT)


def _figure(breach: Breach, number: int | float | None, *, href: str = "") -> Figure:
    reason = "" if number is not None else "not_applicable: nothing to compare with"
    return Figure(number, breach.kind, reason, href, breach.currency)


def _target(breach: Breach, text: str) -> str:
    number = float(text) * (formatting.EXACT if breach.kind in ("money", "count") else 1)
    if breach.kind == "money":
        return formatting.single(number, breach.currency)
    return formatting.plain(number, breach.kind)


def trend(breach: Breach) -> str:
    """`and rising`, `and falling`: where the last three months all moved one way; else nothing.

    Of the months, whatever stretch is judged: a year to date rises of itself.
    """
    place, code = (breach.alert.unit_id, ACTUAL, "month"), breach.terms.metric
    found = (breach.book.level((*place, period.ordinal), code).number for period in breach.periods[-3:])
    last = [number for number in found if number is not None]
    if len(last) < 3:
        return ""
    one, two, three = last
    return " and rising" if one < two < three else " and falling" if one > two > three else ""
