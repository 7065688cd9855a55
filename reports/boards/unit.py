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
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import NAMES
from reports.boards.bridge import bridge
from reports.boards.cash import cash_ahead
from reports.boards.causes import INSIDE
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
from reports.boards.standing import Standing
from reports.boards.statement import Chart as Accounts
from reports.boards.statement import Line, statement
from reports.boards.structure import structure
from reports.boards.waiting import summary
from reports.carried import carried
from reports.figures import (
    Choice,
    Contributors,
    Crumb,
    Headline,
    Kpi,
    Remark,
    Statement,
    UnitBoard,
)
from reports.formatting import scale_for, single
from reports.levels import ACTUAL, PRIOR
from reports.selection import Selection
from reports.wording import Cause, Phrase, headline, statement_title, without_budget

KPIS = (("revenue", "Revenue"), ("operating_income", "Operating income"), ("operating_margin", "Operating margin"))
SHARES = {f"{code}_to_revenue": f"{METRICS[code].label}, share of revenue" for code in (*COSTS, "cloud_cost")}
"""What lines of cost take of revenue, by what the headline figure of the worst of them is called."""
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
    `behind` is what stands behind the lines of the statement, `standing` what there is to tell of the unit itself,
    `peers` the figures of units of its type.
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
    standing: Standing
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
        headline=_headline(seen, compared, beside),
        kpis=_kpis(seen, own),
        statement=_statement(seen, stretches, lines),
        bridge=bridge(seen, compared, beside.behind),
        structure=structure(seen, own),
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
        alerts=summary(beside.alerts, at=at, currency=seen.currency, kept=carried(selection.parts()), here=unit.code),
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
    return statement_title(*legs, currency=own.currency, of=NAMES[baseline], turned=_turned(own))


def _turned(own: Reader) -> str:
    """The line that alone cost more than operating income fell short by; empty where none did."""
    short, _ = own.against("operating_income")
    costs = [(size, code) for code, size in _sizes(own).items() if size < 0 and code != "revenue"]
    if not costs or not isinstance(short.favourable.number, int):
        return ""
    size, code = min(costs)
    return IN_WORDS[code] if size <= short.favourable.number < 0 else ""


def _headline(seen: Picture, own: Reader, beside: Beside) -> Headline:
    status, alerts, standing = status_of(seen, seen.selection.unit), beside.alerts, beside.standing
    worth = sum(alert.impact or 0 for alert in counted_once(alerts) if not alert.impact_is_cash)
    meta = [Remark(standing.said(WORDS[status], status, seen.selection), status=status)]
    if alerts:
        stake = f", {single(abs(worth), seen.currency)} a year" if worth else ""
        number = f"{len(alerts)} open alert{'s' if len(alerts) > 1 else ''}"
        meta.append(Remark(f"{number}{stake}", href="#alerts"))
    if led_by := standing.led_by():
        meta.append(Remark(led_by))
    meta.append(Remark(seen.selection.in_words))
    if shut := standing.shut(seen.selection):
        meta.append(Remark(shut))
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
    """The lines that move the unit's own result."""
    return [Cause(IN_WORDS[code], "", size, own.href(code)) for code, size in _sizes(own).items()]


def _sizes(own: Reader) -> dict[str, int]:
    """By line how much it moved the result, as far as that is material.

    Where a line inside another accounts for at least half of it, it stands for the outer one.
    """
    found = {}
    for code in LINES:
        size, is_material = _size(own, code)
        inner = INSIDE.get(code, code)
        inside, counts = _size(own, inner)
        if counts and inside * size > 0 and abs(inside) * 2 >= abs(size):
            found[inner] = inside
        elif is_material:
            found[code] = size
    return found


def _size(own: Reader, code: str) -> tuple[int, bool]:
    """The favourable variance of a line and whether it is material; nothing where it is not known."""
    read, is_material = own.against(code)
    number = read.favourable.number
    return (number, is_material) if isinstance(number, int) else (0, False)


def _kpis(seen: Picture, own: Reader) -> tuple[Kpi, ...]:
    cells = [kpi(seen, own, code, label) for code, label in KPIS]
    sized = [(own.against(code)[0].favourable.number or 0, code) for code in SHARES]
    worst, code = min(sized)
    if worst < 0:
        return (*cells, kpi(seen, own, code, SHARES[code]))
    return (*cells, kpi(seen, own, "headcount", "Headcount"))
