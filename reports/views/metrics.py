"""All metrics of a unit, and one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from alerts.governing import governing
from alerts.judging.inheritance import Edition, holding, in_force, silent
from alerts.models import Alert
from alerts.rulebook import spot_of
from ledger.company import with_group_currency
from metrics.catalogue import METRICS as SHIPPED
from metrics.declaration import Metric
from metrics.definitions import definitions
from metrics.models import Forecast, MetricVersion
from metrics.outlook import accuracy_by_lag, forecasts
from metrics.querysets import times_of
from metrics.statement import FORECAST_METRICS
from reports.baselines import FORECAST, FORESEEN, PRIOR_YEAR
from reports.boards.frame import Statuses, frame
from reports.boards.metric import PEERS_ON_PAGE, SeenMetric, metric_board, ranked
from reports.boards.metrics import Seen, metrics_board
from reports.boards.months import studied
from reports.boards.naming import explain_href
from reports.boards.reading import Reader
from reports.figures import Frame
from reports.levels import ACTUAL, BUDGET, PRIOR, Levels, levels, series, with_foreseen
from reports.selection import NothingYet, NotKnownThen, Selection, select
from reports.views.empty import not_known_then, nothing_yet
from units.models import Unit
from units.scope import Scope

MONTHS = 12
HISTORY = 37
"""Two years are drawn, and a year before each of them is what limits against the prior year are measured from."""
PAST = 5


@require_safe
def metrics(request: HttpRequest, code: str) -> HttpResponse:
    """Every metric of a unit in one stretch of time, by family."""
    scope = Scope.of_request(request)
    unit, alerts, around = _unit(request, scope, code)
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="month", today=localdate(timezone.now()))
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    known = definitions(selection.mark)
    months = series(scope, selection, units=[unit.pk], codes=list(known), versions=(ACTUAL,), months=MONTHS)
    board = metrics_board(
        Seen(
            selection=selection,
            metrics=known,
            reader=_reader(scope, selection, list(known), unit),
            series=months,
            editions=_judging(scope, selection),
            alerts=alerts,
        )
    )
    return render(request, "reports/metrics.html", {"frame": around, "board": board})


@require_safe
def metric(request: HttpRequest, code: str, metric: str) -> HttpResponse:
    """One metric of a unit: its months, what judges it, what its months say, and the units beside it."""
    scope = Scope.of_request(request)
    unit, alerts, around = _unit(request, scope, code)
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="month", today=localdate(timezone.now()))
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    known = definitions(selection.mark)
    if metric not in known:
        raise Http404
    board = metric_board(_seen(scope, selection, known, known[metric], alerts, page=page_of(request.GET)))
    return render(request, "reports/metric.html", {"frame": around, "board": board})


def page_of(asked: Any) -> int:
    """The page asked for, from 1; what is no number is the first."""
    text = asked.get("page", "1")
    return max(int(text), 1) if text.isdigit() and len(text) < 6 else 1


def _seen(
    scope: Scope,
    selection: Selection,
    known: Mapping[str, Metric],
    metric: Metric,
    alerts: Sequence[Alert],
    *,
    page: int,
) -> SeenMetric:
    """Everything the page of a metric prints, read once however many units and months there are."""
    code, mark = metric.code, selection.mark
    unit: Any = selection.unit  # with the group's currency
    peers = sorted([unit, *_peers(scope, unit)], key=lambda each: each.left)
    wanted = list(dict.fromkeys(["revenue", code]))
    found = levels(scope, selection, units=[each.pk for each in peers], codes=wanted, versions=(ACTUAL, BUDGET, PRIOR))
    readers = {
        each.pk: _against(_plain_reader(selection, found, each, unit.group_currency), selection) for each in peers
    }
    order = ranked(peers, readers, code, better=metric.better)
    shown = order[(page - 1) * PEERS_ON_PAGE : page * PEERS_ON_PAGE]
    months = series(
        scope,
        selection,
        units={unit.pk, *(each.pk for each in shown)},
        codes=[code],
        versions=(ACTUAL, BUDGET),
        months=HISTORY,
    )
    told = [] if selection.rates else _forecasts(scope, selection, code)
    versions = _versions(code, _limit_mark(selection))
    return SeenMetric(
        selection=selection,
        metric=metric,
        metrics=known,
        reader=reader_of(scope, selection, found, unit),
        series=months,
        editions=[each for each in governing(scope, unit, mark=_limit_mark(selection)) if each.terms.metric == code],
        alerts=[each for each in alerts if each.version.metric == code],
        past=_past(scope, unit, code),
        study=None if selection.rates else studied(scope, selection),
        ahead=told,
        lags=accuracy_by_lag(scope, unit=unit.pk, metric=code, mark=mark) if told else {},
        peers=order,
        readers=readers,
        page=page,
        versions=versions,
        known_since=times_of([each.from_mark for each in versions]) if versions else {},
        history_href=_history_href(scope, versions),
        at=timezone.now(),
    )


def _peers(scope: Scope, unit: Any) -> list[Any]:
    """The other units of its kind that the reader may see; nodes of other trees and eliminations have none."""
    if unit.tree or unit.kind == Unit.Kind.ELIMINATION:
        return []
    others = Unit.objects.within(scope).filter(tree="", kind=unit.kind, left__gt=0).exclude(pk=unit.pk)
    return list(others)


def _plain_reader(selection: Selection, found: Levels, unit: Any, currency: str) -> Reader:
    query = selection.query()
    return Reader(found, unit.pk, currency, lambda metric: explain_href(unit.code, metric, query))


def _against(reader: Reader, selection: Selection) -> Reader:
    """Peers are read against the budget or the prior year; what was forecast is read of the unit itself only."""
    return replace(reader, baseline=PRIOR) if selection.baseline == PRIOR_YEAR else reader


def _forecasts(scope: Scope, selection: Selection, code: str) -> list[Forecast]:
    """The months ahead of the selected one; none where an earlier month is looked at."""
    if code not in FORECAST_METRICS:
        return []
    rows = list(forecasts(scope, selection.mark).of_units([selection.unit.pk]).of_metrics([code]))
    if not rows or selection.period.ordinal < rows[0].cutoff.ordinal:
        return []
    return [row for row in rows if row.period.ordinal > selection.period.ordinal]


def _past(scope: Scope, unit: Any, code: str) -> list[Alert]:
    """The newest alerts on the metric that are over."""
    told = Alert.objects.within(scope).told().filter(unit=unit, version__metric=code)
    over = told.exclude(pk__in=Alert.objects.within(scope).unresolved().values("pk"))
    return list(over.select_related("unit", "owner", "version").order_by("-opened", "-pk")[:PAST])


def _versions(code: str, mark: int | None) -> list[MetricVersion]:
    """The terms an added metric has had, the newest first; none of what ships with the product."""
    if code in SHIPPED:
        return []
    found = MetricVersion.objects.filter(metric__code=code)
    if mark is not None:
        found = found.filter(from_mark__lte=mark)
    return list(found.order_by("-from_mark"))


def _history_href(scope: Scope, versions: Sequence[MetricVersion]) -> str:
    if not versions or not (scope.may("metrics.define") and scope.may("admin.enter")):
        return ""
    return reverse("admin:metrics_metric_history", args=[versions[0].metric_id])


def _limit_mark(selection: Selection) -> int | None:
    return selection.mark if selection.as_of else None


def _unit(request: HttpRequest, scope: Scope, code: str) -> tuple[Any, list[Alert], Frame]:
    """The unit of the address with the group's currency, its open alerts, and the frame; a foreign one is not found."""
    unit = with_group_currency(Unit.objects.within(scope)).filter(code=code).first()
    if unit is None:
        raise Http404
    today = localdate(timezone.now())
    unresolved = list(Alert.objects.within(scope).unresolved().select_related("unit", "owner", "version"))
    standing = Statuses(((each.unit_id, each.severity, each.snoozed_until) for each in unresolved), today=today)
    around = frame(request, current="units", unit=unit.code, standing=standing)
    return unit, [each for each in unresolved if each.unit_id == unit.pk], around


def _reader(scope: Scope, selection: Selection, codes: list[str], unit: Any) -> Reader:
    """The figures of the unit against what was picked."""
    wanted = list(dict.fromkeys(["revenue", *codes]))
    found = levels(scope, selection, units=[unit.pk], codes=wanted, versions=(ACTUAL, BUDGET, PRIOR))
    return reader_of(scope, selection, found, unit)


def reader_of(scope: Scope, selection: Selection, found: Levels, unit: Any) -> Reader:
    """Levels as a reader against what was picked; what was forecast of the unit picked is read here."""
    own = _plain_reader(selection, found, unit, unit.group_currency)
    if selection.baseline == FORECAST:
        return replace(own, levels=with_foreseen(found, scope, selection), baseline=FORESEEN)
    return _against(own, selection)


def _judging(scope: Scope, selection: Selection) -> list[Edition]:
    """What judges the unit in the period, of every subject the nearest."""
    ordinal = selection.period.ordinal
    found = governing(scope, selection.unit, mark=_limit_mark(selection))
    standing = [each for each in in_force(found, at=ordinal).values() if not silent(each, at=ordinal)]
    return holding(spot_of(selection.unit), standing)
