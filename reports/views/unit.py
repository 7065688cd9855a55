"""The page of one unit, and the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from alerts.judging.inheritance import Edition, holding, in_force, silent
from alerts.models import Alert
from alerts.rulebook import editions, spot_of
from ledger.company import group_currency
from metrics.catalogue import METRICS as SHIPPED
from metrics.consolidation import Columns
from metrics.definitions import definitions
from metrics.formula import BASES
from reports.attribution import Question
from reports.baselines import BUDGET as BUDGETED
from reports.baselines import FORECAST, FORESEEN, PRIOR_YEAR
from reports.boards.commentary import told, with_words
from reports.boards.consolidated import CODES as COLUMNED
from reports.boards.contributors import of_figure
from reports.boards.frame import Statuses, frame
from reports.boards.limits import limits_of
from reports.boards.months import studied
from reports.boards.naming import explain_href, unit_name
from reports.boards.outlook import NOTHING_EXPECTED, expected
from reports.boards.picture import CODES, Picture, below, picture
from reports.boards.reading import Reader
from reports.boards.statement import Chart, lines
from reports.boards.unit import CONTRIBUTORS, Beside, Lines, Stretches, choices, unit_board
from reports.carried import carried, link
from reports.commentary.lines import values
from reports.consolidation import several, wholly_at_closing
from reports.explanation import Explanation
from reports.figures import Contributors, Crumb, UnitBoard
from reports.levels import ACTUAL, BUDGET, PRIOR, levels, with_foreseen
from reports.selection import NothingYet, NotKnownThen, Selection, select
from reports.views.empty import not_known_then, nothing_yet
from units.models import Unit
from units.scope import Scope

METRICS = (
    *("cost_of_sales", "gross_profit", "gross_margin", "operating_cost", "total_cost"),
    *("dso", "cac", "ltv_cac", "churn", "contractor_share_of_budget", "revenue_per_head", "runway"),
    *("cost_of_sales_to_revenue", "personnel_cost_to_revenue", "contractor_cost_to_revenue"),
    *("marketing_cost_to_revenue", "cloud_cost_to_revenue", "other_operating_cost_to_revenue"),
)


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """How the unit is doing: statement, causes, metrics against limits, its alerts, its parts."""
    scope = Scope.of_request(request)
    found = Unit.objects.within(scope).filter(code=code).first()
    if found is None:
        raise Http404
    at = timezone.now()
    today = localdate(at)
    unresolved = list(Alert.objects.within(scope).unresolved().select_related("unit", "owner", "version"))
    standing = Statuses(((each.unit_id, each.severity, each.snoozed_until) for each in unresolved), today=today)
    waiting = [each for each in unresolved if not each.is_snoozed(today)]
    around = frame(request, current="units", unit=found.code, standing=standing)
    try:
        selection = select(request.GET, scope=scope, unit=found, basis="month", today=today)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    board = _board(scope, selection, standing, waiting, at=at)
    return render(request, "reports/unit.html", {"frame": around, "board": board})


def _board(
    scope: Scope, selection: Selection, standing: Statuses, waiting: Sequence[Alert], *, at: datetime
) -> UnitBoard:
    """Everything the page prints, read and put together."""
    accounts = Chart.read()
    plan = lines(accounts)
    added = [metric for code, metric in definitions(selection.mark).items() if code not in SHIPPED]
    codes = list(dict.fromkeys([*CODES, *METRICS, *(line.code for line in plan), *(each.code for each in added)]))
    children = below(scope, selection)
    seen = picture(scope, selection, children=children, currency=group_currency(), standing=standing, codes=codes)
    stretches = _stretches(scope, seen, codes)
    board = unit_board(
        seen,
        stretches,
        Lines(accounts, plan, added),
        _beside(seen, waiting),
        crumbs=(Crumb("Units", reverse("units") + selection.query()),),
        at=at,
    )
    return with_words(board, told(scope, selection, values(accounts, plan, stretches.first), currency=seen.currency))


def _beside(seen: Picture, waiting: Sequence[Alert]) -> Beside:
    """What is told of the unit beside its figures; forecasts are made of what was reported."""
    scope, selection = seen.scope, seen.selection
    found, ordinal = selection.unit, selection.period.ordinal
    columns = _columns(scope, selection) if seen.children else {}
    told = wholly_at_closing(scope, unit=found.pk, mark=selection.mark, ordinal=ordinal) if columns else ()
    judged = [each for each in in_force(editions(scope), at=ordinal).values() if not silent(each, at=ordinal)]
    held = holding(spot_of(found), judged)
    return Beside(
        coming=NOTHING_EXPECTED if selection.rates else expected(scope, selection),
        study=None if selection.rates else studied(scope, selection),
        columns=columns,
        told_of_columns=told,
        alerts=[alert for alert in waiting if found.left <= alert.unit.left <= found.right],
        editions=held,
        judged=_judged(seen, held),
        gap=_gap(scope, selection) if selection.baseline != BUDGETED else None,
    )


def _judged(seen: Picture, held: Sequence[Edition]) -> dict[str, Reader]:
    """The unit's figures over the stretches that fixed limits were set for, where another one was picked."""
    selection = seen.selection
    limits = limits_of(held, selection.basis)
    found = {}
    for basis in sorted({each.terms.basis for each in limits.values()} - {selection.basis}):
        over = selection.over(basis)
        codes = [code for code, each in limits.items() if each.terms.basis == basis]
        found[basis] = _read_over(seen, over, codes)
    return found


def _read_over(seen: Picture, over: Selection, codes: Sequence[str]) -> Reader:
    """The unit's figures over another stretch than the one picked, and their explanations there. One query."""
    unit, query = over.unit, over.query()
    found = levels(seen.scope, over, units=[unit.pk], codes=codes, versions=(ACTUAL, BUDGET, PRIOR))
    return Reader(found, unit.pk, seen.currency, lambda metric: explain_href(unit.code, metric, query))


def _gap(scope: Scope, selection: Selection) -> Contributors | None:
    """What accounts for the gap of operating income to what was picked to compare with."""
    unit = selection.unit
    ordinal, baseline = selection.period.ordinal, selection.baseline
    asked = Question("operating_income", unit.pk, ordinal, selection.basis, baseline=baseline)
    explanation = Explanation(scope, selection.mark, selection.calendars, is_now=selection.is_now)
    here = reverse("unit", args=[unit.code]) + selection.query()
    found = of_figure(
        explanation, asked, currency=group_currency(), here=here, baselines=choices(selection, CONTRIBUTORS)
    )
    return found and replace(found, views=())


def _columns(scope: Scope, selection: Selection) -> dict[str, Columns]:
    """The statement of a group in columns, where sheets hold the basis."""
    unit, ordinal = selection.unit.pk, selection.period.ordinal
    if selection.basis not in BASES or selection.is_now or selection.rates:  # columns tell what was reported
        return {}
    return several(scope, COLUMNED, unit=unit, mark=selection.mark, ordinal=ordinal, basis=selection.basis)


def _stretches(scope: Scope, seen: Picture, codes: list[str]) -> Stretches:
    """The stretch picked, and the year to date beside a month or a quarter, both against what was picked."""
    selection = seen.selection
    first = _compared(scope, seen.own, selection)
    if selection.container not in ("month", "qtd"):
        return Stretches(first, None, (selection.label, ""))
    beside = selection.over("own_ytd" if selection.is_own else "ytd")
    second = _read_over(seen, beside, codes)
    return Stretches(first, _compared(scope, second, beside), (selection.label, "Year to date"))


def _compared(scope: Scope, own: Reader, selection: Selection) -> Reader:
    """The figures of a stretch against what was picked; what was forecast of it is read here."""
    if selection.baseline == FORECAST:
        return replace(own, levels=with_foreseen(own.levels, scope, selection), baseline=FORESEEN)
    return replace(own, baseline=PRIOR) if selection.baseline == PRIOR_YEAR else own


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """All units the reader may see, as the tree they form, and the nodes of other trees below them."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    around = frame(request, current="units")
    found: list[Any] = list(Unit.objects.within(scope).filter(left__gt=0).order_by("left"))
    top = min((each.depth for each in found if not each.tree), default=0)
    kept = link("", carried(request.GET))
    rows = [(unit_name(each, kept), each.depth - top, each) for each in found]
    return render(request, "reports/units.html", {"frame": around, "rows": rows})
