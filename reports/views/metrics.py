"""All metrics of a unit, and one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import OuterRef, Q, Subquery
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
from metrics.catalogue import METRICS as SHIPPED
from metrics.declaration import Metric
from metrics.models import Forecast, MetricVersion
from metrics.outlook import accuracy_of, came_due, divided, places_of, stored_forecasts
from metrics.statement import FORECAST_METRICS, quotient
from reports.asked import at_once
from reports.baselines import FORECAST, FORESEEN, PRIOR_YEAR
from reports.boards.family import alike, alike_of
from reports.boards.frame import Statuses, frame
from reports.boards.metric import PEERS_ON_PAGE, SeenMetric, metric_board, ranked
from reports.boards.metrics import Seen, metrics_board
from reports.boards.months import studied
from reports.boards.naming import explain_href
from reports.boards.outlook import actuals_of
from reports.boards.reading import Reader
from reports.figures import Frame, PinButton
from reports.footing import Footing, footing
from reports.levels import ACTUAL, BUDGET, PRIOR, Levels, levels, levels_of, series_of, with_foreseen
from reports.models import Pin
from reports.selection import NothingYet, NotKnownThen, Selection, select
from reports.views.empty import not_known_then, nothing_yet
from units.marks import Mark
from units.models import Unit
from units.scope import Scope

MONTHS = 12
HISTORY = 37
"""Two years are drawn, and a year before each of them is what limits against the prior year are measured from."""
PAST = 5
VERSIONS = (ACTUAL, BUDGET, PRIOR)


@require_safe
def metrics(request: HttpRequest, code: str) -> HttpResponse:
    """Every metric of a unit in one stretch of time, by family."""
    scope = Scope.of_request(request)
    on, alerts, around = _opened(request, scope, code)
    unit: Any = on.unit
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="month", today=localdate(timezone.now()), on=on)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    codes = list(on.metrics)
    found, months = at_once(
        levels_of(scope, selection, units=[unit.pk], codes=_with_revenue(codes), versions=VERSIONS),
        series_of(scope, selection, units=[unit.pk], codes=codes, versions=(ACTUAL,), months=MONTHS),
    )
    board = metrics_board(
        Seen(
            selection=selection,
            metrics=on.metrics,
            reader=reader_of(scope, selection, found, unit),
            series=months,
            editions=_judging(scope, selection),
            alerts=alerts.here,
            pinned=set(Pin.objects.of(scope).filter(unit=unit).values_list("metric", flat=True)),
        )
    )
    return render(request, "reports/metrics.html", {"frame": around, "board": board})


@require_safe
def metric(request: HttpRequest, code: str, metric: str) -> HttpResponse:
    """One metric of a unit: its months, what judges it, what its months say, and the units beside it."""
    scope = Scope.of_request(request)
    on, alerts, around = _opened(request, scope, code, metric)
    unit: Any = on.unit
    try:
        selection = select(request.GET, scope=scope, unit=unit, basis="month", today=localdate(timezone.now()), on=on)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    if metric not in on.metrics:
        raise Http404
    board = metric_board(_seen(scope, on, selection, on.metrics[metric], alerts, page=page_of(request.GET)))
    pin = PinButton(unit.code, metric, board.title, request.get_full_path(), unit.is_pinned)
    return render(request, "reports/metric.html", {"frame": around, "board": board, "pin": pin})


def page_of(asked: Any) -> int:
    """The page asked for, from 1; what is no number is the first."""
    text = asked.get("page", "1")
    return max(int(text), 1) if text.isdigit() and len(text) < 6 else 1


def _seen(scope: Scope, on: Footing, selection: Selection, metric: Metric, alerts: Alerts, *, page: int) -> SeenMetric:
    """Everything the page of a metric prints, read once however many units and months there are."""
    code, unit = metric.code, selection.unit
    peers: list[Any] = sorted([unit, *alike(on)], key=lambda each: each.left)
    ids, wanted = [each.pk for each in peers], _with_revenue([code])
    found = levels(scope, selection, units=ids, codes=wanted, versions=VERSIONS)
    readers = {each.pk: _against(_plain_reader(selection, found, each, on.currency), selection) for each in peers}
    order = ranked(peers, readers, code, better=metric.better)
    shown = {unit.pk, *(each.pk for each in order[(page - 1) * PEERS_ON_PAGE : page * PEERS_ON_PAGE])}
    over = quotient(metric.formula)
    kept = _forecasts(scope, selection, [code] if code in FORECAST_METRICS else over or ())
    due = came_due((row.metric, *places_of(row), row.number, row.naive) for row in kept if row.metric == code)
    months, came = at_once(
        series_of(scope, selection, units=shown, codes=[code], versions=(ACTUAL, BUDGET), months=HISTORY),
        actuals_of(scope, selection, [code], {period for _, _, period, *_ in due}),
    )
    versions = _versions(code, _limit_mark(selection))
    return SeenMetric(
        selection=selection,
        metric=metric,
        metrics=on.metrics,
        reader=reader_of(scope, selection, found, unit),
        series=months,
        editions=[each for each in governing(scope, unit, mark=_limit_mark(selection)) if each.terms.metric == code],
        alerts=[each for each in alerts.here if each.version.metric == code],
        past=alerts.past,
        study=None if selection.rates else studied(scope, selection),
        ahead=[row for row in _ahead(selection, kept) if row.metric == code],
        divided=divided(_ahead(selection, kept), over) if over else (),
        lags=accuracy_of(due, came),
        peers=order,
        readers=readers,
        page=page,
        versions=versions,
        known_since={each.from_mark: each.known_since for each in versions if each.known_since},  # type: ignore[attr-defined]  # read with it
        history_href=_history_href(scope, versions),
        at=timezone.now(),
    )


def _plain_reader(selection: Selection, found: Levels, unit: Any, currency: str) -> Reader:
    query = selection.query()
    return Reader(found, unit.pk, currency, lambda metric: explain_href(unit.code, metric, query))


def _against(reader: Reader, selection: Selection) -> Reader:
    """Peers are read against the budget or the prior year; what was forecast is read of the unit itself only."""
    return replace(reader, baseline=PRIOR) if selection.baseline == PRIOR_YEAR else reader


def _forecasts(scope: Scope, selection: Selection, codes: Collection[str]) -> list[Forecast]:
    """All that was forecast of some metrics, by every cut-off; none where an earlier month is looked at. One query."""
    if selection.rates or not codes:
        return []
    kept = stored_forecasts(scope).standing_at(selection.mark).of_units([selection.unit.pk]).of_metrics(codes)
    rows = list(kept.select_related("period", "cutoff").in_order())
    newest = max((row.cutoff.ordinal for row in rows), default=0)
    return rows if selection.period.ordinal >= newest else []


def _ahead(selection: Selection, kept: Sequence[Forecast]) -> list[Forecast]:
    """The months ahead of the selected one, as the newest cut-off sees them."""
    newest = max((row.cutoff.ordinal for row in kept), default=0)
    return [row for row in kept if row.cutoff.ordinal == newest and row.period.ordinal > selection.period.ordinal]


def _versions(code: str, mark: int | None) -> list[MetricVersion]:
    """The terms an added metric has had, the newest first; none of what ships with the product."""
    if code in SHIPPED:
        return []
    found = MetricVersion.objects.filter(metric__code=code)
    if mark is not None:
        found = found.filter(from_mark__lte=mark)
    told = Mark.objects.filter(pk=OuterRef("from_mark")).values("at")
    return list(found.annotate(known_since=Subquery(told)).order_by("-from_mark"))


def _history_href(scope: Scope, versions: Sequence[MetricVersion]) -> str:
    if not versions or not (scope.may("metrics.define") and scope.may("admin.enter")):
        return ""
    return reverse("admin:metrics_metric_history", args=[versions[0].metric_id])


def _limit_mark(selection: Selection) -> int | None:
    return selection.mark if selection.as_of else None


def _opened(request: HttpRequest, scope: Scope, code: str, metric: str = "") -> tuple[Footing, Alerts, Frame]:
    """The unit of the address with what its page stands on and whether it (or a metric of it) is kept at home, its
    alerts, and the frame; a foreign one is not found."""
    units = Unit.objects.within(scope).annotate(is_pinned=Pin.objects.all().holds(scope, metric))
    on = footing(units.filter(code=code), request.GET, **({"alike": alike_of(scope)} if metric else {}))
    if on is None:
        raise Http404
    today = localdate(timezone.now())
    alerts = Alerts.read(scope, code, metric)
    standing = Statuses(((each.unit_id, each.severity, each.snoozed_until) for each in alerts.all), today=today)
    return on, alerts, frame(request, current="units", unit=code, standing=standing)


@dataclass(frozen=True)
class Alerts:
    """Alerts that a page of metrics knows: `all` that are open, those `here` on its unit, the newest on its metric
    that are `past`."""

    all: Sequence[Alert]
    here: Sequence[Alert]
    past: Sequence[Alert]

    @classmethod
    def read(cls, scope: Scope, code: str, metric: str) -> Alerts:
        """Within a scope; one query."""
        alerts = Alert.objects.within(scope)
        told = alerts.told().filter(unit__code=code, version__metric=metric)
        over = told.exclude(pk__in=alerts.unresolved().values("pk")).order_by("-opened", "-pk")[:PAST]
        asked = Q(pk__in=alerts.unresolved().values("pk")) | Q(pk__in=over.values("pk"))
        found = alerts.filter(asked).select_related("unit", "owner", "version").order_by("-opened", "-pk")
        standing = [each for each in found if each.is_unresolved]
        here = sorted((each for each in standing if each.unit.code == code), key=lambda each: each.pk)
        return cls(standing, here, [each for each in found if not each.is_unresolved])


def _with_revenue(codes: Sequence[str]) -> list[str]:
    """Codes with what their materiality is weighed by."""
    return list(dict.fromkeys(["revenue", *codes]))


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
