"""A unit's page: how is it doing, and what does its leader explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from alerts.judging.inheritance import Edition
from alerts.judging.money import counted_once
from alerts.models import Alert
from metrics.catalogue import METRICS, Metric
from metrics.consolidation import Columns
from metrics.models import Study
from reports import charts
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import LABELS, NAMES, PRIOR_YEAR
from reports.boards.cash import cash_ahead
from reports.boards.causes import LINES
from reports.boards.consolidated import consolidated
from reports.boards.contributors import baselines_of, of_operating_income
from reports.boards.limits import limited_metrics, limits_of
from reports.boards.matrix import WORDS, matrix, status_of
from reports.boards.months import cash_href, findings
from reports.boards.naming import quiet_href, short_name
from reports.boards.outlook import Expected, history, landing
from reports.boards.overview import in_currency, kpi
from reports.boards.picker import moved, picker, read_at
from reports.boards.picture import ON_PAGE, Picture
from reports.boards.reading import Reader
from reports.boards.statement import Chart as Accounts
from reports.boards.statement import Line, statement
from reports.boards.waiting import summary
from reports.carried import carried
from reports.figures import (
    Chart,
    ChartTable,
    Choice,
    Contributors,
    Crumb,
    Headline,
    Kpi,
    Remark,
    Section,
    Statement,
    UnitBoard,
)
from reports.formatting import amount, percent, scale_for, single
from reports.levels import ACTUAL, BUDGET, PRIOR
from reports.selection import Selection
from reports.wording import Cause, Phrase, headline, line_bridge_title, statement_title, without_budget

KPIS = (("revenue", "Revenue"), ("operating_income", "Operating income"), ("operating_margin", "Operating margin"))
COSTS = ("cost_of_sales", "personnel_cost", "contractor_cost", "marketing_cost", "other_operating_cost")
SHARES = {
    "cost_of_sales": "Cost of sales",
    "personnel_cost": "People",
    "contractor_cost": "Contractors",
    "marketing_cost": "Marketing",
    "other_operating_cost": "Other",
}
CONTRIBUTORS = "#contributors"


@dataclass(frozen=True)
class Stretches:
    """The statement's two stretches of time: the one picked, and the year to date beside it where it differs.

    Both are read against what was picked to compare with.
    """

    first: Reader
    second: Reader | None
    labels: tuple[str, str]


@dataclass(frozen=True)
class Lines:
    """The rows of the statement, the chart behind them, and the metrics that administrators added."""

    accounts: Accounts
    plan: list[Line]
    added: Sequence[Metric]


@dataclass(frozen=True)
class Beside:
    """What is told of a unit beside its figures: what is to come, its months, its columns, alerts and limits.

    `judged` are its figures over other stretches that fixed limits were set for, by basis.
    `gap` is what accounts for the gap of operating income where that is not to budget; `told_of_columns` are sentences.
    """

    coming: Expected
    study: Study | None
    columns: Mapping[str, Columns]
    told_of_columns: Sequence[str]
    alerts: Sequence[Alert]
    editions: Sequence[Edition]
    judged: Mapping[str, Reader]
    gap: Contributors | None


def unit_board(
    seen: Picture, stretches: Stretches, lines: Lines, beside: Beside, *, crumbs: tuple[Crumb, ...], at: datetime
) -> UnitBoard:
    """The whole board from what was read."""
    unit, own, compared, selection = seen.selection.unit, seen.own, stretches.first, seen.selection
    return UnitBoard(
        title=f"{short_name(unit.code)}, {unit.name}" if short_name(unit.code) != unit.name else unit.name,
        short=short_name(unit.code),
        crumbs=crumbs,
        picker=picker(selection, here=reverse("unit", args=[unit.code]) + seen.query),
        headline=_headline(seen, compared, beside.alerts),
        kpis=_kpis(seen, own),
        statement=_statement(seen, stretches, lines),
        bridge=_bridge(seen, compared),
        structure=_structure(seen, own),
        contributors=_contributors(seen, beside.gap),
        consolidation=consolidated(
            beside.columns, currency=seen.currency, label=selection.label, href=own.href, notes=beside.told_of_columns
        ),
        metrics=limited_metrics(
            {selection.basis: own, **beside.judged},
            limits_of(beside.editions, selection.basis),
            basis=selection.basis,
            added=lines.added,
            label=selection.label,
            quiet=lambda code: quiet_href(unit.code, code, selection.period.code),
        ),
        landing=landing(seen, beside.coming),
        cash=cash_ahead(beside.study, currency=seen.currency, href=cash_href(selection, beside.study)),
        findings=findings(selection, beside.study, currency=seen.currency),
        outlook=history(seen, beside.coming),
        alerts=summary(beside.alerts, at=at, currency=seen.currency, kept=carried(selection.parts())),
        children=matrix(seen, sort="", page=1, size=ON_PAGE) if seen.parts else None,
        notes=(in_currency(seen),),
    )


def _statement(seen: Picture, stretches: Stretches, lines: Lines) -> Statement:
    """The income statement against what was picked, which is picked at its head."""
    first = stretches.first
    return statement(
        lines.accounts,
        lines.plan,
        first=first,
        second=stretches.second,
        scale=scale_for([first.level("revenue").number], currency=seen.currency),
        labels=stretches.labels,
        title=_title(first, seen.selection.baseline),
        baselines=choices(seen.selection),
    )


def choices(selection: Selection, anchor: str = "") -> tuple[Choice, ...]:
    """What the page may be read against, as links to itself."""
    address = reverse("unit", args=[selection.unit.code])
    return baselines_of(selection, lambda query: f"{address}{query}{anchor}")


def _contributors(seen: Picture, gap: Contributors | None) -> Contributors | None:
    """What accounts for the gap of operating income; against the budget all that takes is read already."""
    if seen.selection.baseline != BUDGETED:
        return gap
    return of_operating_income(seen, seen.own, ("revenue", *COSTS), baselines=choices(seen.selection, CONTRIBUTORS))


def _title(own: Reader, baseline: str) -> str:
    """What the statement says: revenue and profit, both against the baseline."""
    revenue, income = "revenue", "operating_income"
    legs = (own.level(code, version) for code in (revenue, income) for version in (ACTUAL, own.baseline))
    return statement_title(*legs, currency=own.currency, of=NAMES[baseline])


def _headline(seen: Picture, own: Reader, alerts: Sequence[Alert]) -> Headline:
    status = status_of(seen, seen.selection.unit)
    worth = sum(alert.impact or 0 for alert in counted_once(alerts) if not alert.impact_is_cash)
    meta = [Remark(WORDS[status], status=status)]
    if alerts:
        stake = f", {single(abs(worth), seen.currency)} a year" if worth else ""
        number = f"{len(alerts)} open alert{'s' if len(alerts) > 1 else ''}"
        meta.append(Remark(f"{number}{stake}", href="#alerts"))
    meta.append(Remark(seen.selection.in_words))
    if said := seen.selection.comparison.said:
        meta.append(Remark(f"{said[0].upper()}{said[1:]}"))
    meta += (*moved(seen.selection), *read_at(seen.selection))
    everything = reverse("unit-metrics", args=[seen.selection.unit.code]) + seen.query
    return Headline(_sentence(seen, own), (*meta, Remark("All metrics", href=everything)))


def _sentence(seen: Picture, own: Reader) -> tuple[Phrase, ...]:
    name = short_name(seen.selection.unit.code)
    value, baseline = own.level("operating_income").number, own.level("operating_income", own.baseline).number
    if not isinstance(value, int):
        reason = own.level("operating_income").reason.partition(": ")[2] or "not delivered"
        return (Phrase(f"{name} has no operating income in this period: {reason}."),)
    if not isinstance(baseline, int):
        grown = own.against("operating_income", PRIOR)[0].percent.number
        return without_budget(measure=f"{name} operating income", value=value, growth=grown, currency=seen.currency)
    _, is_material = own.against("operating_income")
    return headline(
        measure=f"{name} operating income",
        value=value,
        baseline=baseline,
        is_material=is_material,
        causes=_causes(own),
        currency=seen.currency,
        of=NAMES[seen.selection.baseline],
    )


def _causes(own: Reader) -> list[Cause]:
    """The lines that move the unit's own result; a line that lies inside another is left to it."""
    found = []
    for code in ("revenue", *COSTS):
        read, is_material = own.against(code)
        if is_material and isinstance(read.favourable.number, int):
            found.append(Cause(LINES[code], "", read.favourable.number, own.href(code)))
    return found


def _kpis(seen: Picture, own: Reader) -> tuple[Kpi, ...]:
    cells = [kpi(seen, own, code, label) for code, label in KPIS]
    shares = [f"{code}_to_revenue" for code in (*COSTS, "cloud_cost")]
    sized = [(own.against(code)[0].favourable.number or 0, code) for code in shares]
    worst, code = min(sized)
    if worst < 0:
        return (*cells, kpi(seen, own, code, METRICS[code].label))
    return (*cells, kpi(seen, own, "headcount", "Headcount"))


def _bridge(seen: Picture, own: Reader) -> Section | None:
    """Operating income from its baseline to actual, line by line."""
    start, end = own.level("operating_income", own.baseline).number, own.level("operating_income").number
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    steps = []
    for code in ("revenue", *COSTS):
        read, is_material = own.against(code)
        size = read.favourable.number
        if isinstance(size, int) and size:
            tone = "z" if not is_material else "g" if size > 0 else "b"
            steps.append(charts.BridgeStep(METRICS[code].label, "", size, tone))
    rest = end - start - sum(step.size for step in steps)
    if rest:
        steps.append(charts.BridgeStep("Other lines", "", rest, "z"))
    return _drawn(seen, start, steps, end)


def _drawn(seen: Picture, start: int, steps: Sequence[charts.BridgeStep], end: int) -> Section:
    """The bridge with its title and its numbers as a table."""
    baseline = seen.selection.baseline
    of, label, is_past = NAMES[baseline], LABELS[baseline], baseline == PRIOR_YEAR
    scale = scale_for([start, end], currency=seen.currency)
    lowest = charts.cut(start=start, steps=steps, end=end)
    title = line_bridge_title([(step.label, step.size) for step in steps], gap=end - start, of=of)
    rows = [(label, amount(start, scale)), *((s.label, amount(s.size, scale, signed=True)) for s in steps)]
    cut = f" Axis cut at {amount(lowest, scale)}." if lowest > 0 else ""
    first, last = (label, start), ("Actual", end)
    return Section(
        title,
        f"Operating income from {of} to actual by line, {scale.unit}, {seen.selection.label}.{cut}",
        charts=(
            Chart(
                "lines",
                title,
                charts.bridge(start=first, steps=steps, end=last, scale=scale, is_past=is_past),
                ChartTable(("Line", scale.unit), (*rows, ("Actual", amount(end, scale)))),
                narrow=charts.bridge(
                    start=first, steps=charts.pooled(steps), end=last, scale=scale, narrow=True, is_past=is_past
                ),
            ),
        ),
    )


def _structure(seen: Picture, own: Reader) -> Section | None:
    """Costs as shares of revenue beside budget and prior year; the part that differs most is dark."""
    codes = [code for code in COSTS if own.level(f"{code}_to_revenue").number is not None]
    versions = [("Actual", ACTUAL), ("Budget", BUDGET), ("Prior year", PRIOR)]
    rows = [
        (label, [_share(own, code, version) for code in codes])
        for label, version in versions
        if own.level("revenue", version).number
    ]
    if not codes or len(rows) < 2:
        return None
    apart = [abs((rows[0][1][i] or 0) - (rows[1][1][i] or 0)) for i in range(len(codes))]
    told = apart.index(max(apart))
    now, then = rows[0][1][told], rows[1][1][told]
    title = f"{SHARES[codes[told]]} takes {percent(now or 0)} of revenue, {rows[1][0].lower()} {percent(then or 0)}"
    table = tuple((label, *(("–" if s is None else percent(s)) for s in shares)) for label, shares in rows)
    return Section(
        title,
        f"Cost as % of revenue, {seen.selection.label}. The rest is operating margin.",
        charts=(
            Chart(
                "structure",
                title,
                charts.stack(rows=rows, parts=[SHARES[code] for code in codes], told=told),
                ChartTable(("", *(SHARES[code] for code in codes)), table),
            ),
        ),
    )


def _share(own: Reader, code: str, version: str) -> float | None:
    number = own.level(f"{code}_to_revenue", version).number
    return None if number is None else float(number)
