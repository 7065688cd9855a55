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
from reports.baselines import NAMES
from reports.boards.bridge import bridge
from reports.boards.cash import cash_ahead
from reports.boards.causes import LINES as IN_WORDS
from reports.boards.consolidated import consolidated
from reports.boards.contributors import baselines_of, of_operating_income
from reports.boards.driven import COSTS, LINES, Behind
from reports.boards.limits import limited_metrics, limits_of
from reports.boards.matrix import WORDS, matrix, status_of
from reports.boards.months import cash_href, findings
from reports.boards.naming import quiet_href, short_name
from reports.boards.outlook import Expected, history, landing
from reports.boards.overview import in_currency, kpi
from reports.boards.peers import SeenPeers, peers
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
from reports.formatting import percent, scale_for, single
from reports.levels import ACTUAL, BUDGET, PRIOR
from reports.selection import Selection
from reports.wording import Cause, Phrase, headline, statement_title, without_budget

KPIS = (("revenue", "Revenue"), ("operating_income", "Operating income"), ("operating_margin", "Operating margin"))
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
    `behind` is what stands behind the lines of the statement, `peers` the figures of units of its type.
    """

    coming: Expected
    study: Study | None
    columns: Mapping[str, Columns]
    told_of_columns: Sequence[str]
    alerts: Sequence[Alert]
    editions: Sequence[Edition]
    judged: Mapping[str, Reader]
    gap: Contributors | None
    behind: Behind
    peers: SeenPeers | None


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
        bridge=bridge(seen, compared, beside.behind),
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
        peers=peers(seen, beside.peers),
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
    return of_operating_income(seen, seen.own, LINES, baselines=choices(seen.selection, CONTRIBUTORS))


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
    for code in LINES:
        read, is_material = own.against(code)
        if is_material and isinstance(read.favourable.number, int):
            found.append(Cause(IN_WORDS[code], "", read.favourable.number, own.href(code)))
    return found


def _kpis(seen: Picture, own: Reader) -> tuple[Kpi, ...]:
    cells = [kpi(seen, own, code, label) for code, label in KPIS]
    shares = [f"{code}_to_revenue" for code in (*COSTS, "cloud_cost")]
    sized = [(own.against(code)[0].favourable.number or 0, code) for code in shares]
    worst, code = min(sized)
    if worst < 0:
        return (*cells, kpi(seen, own, code, METRICS[code].label))
    return (*cells, kpi(seen, own, "headcount", "Headcount"))


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
