"""The overview: one group, its units, one stretch of time."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from alerts.models import Alert
from reports.baselines import FORECAST
from reports.boards.against import by_month, compared, months_of
from reports.boards.causes import moving
from reports.boards.family import children, children_of
from reports.boards.frame import Statuses, frame
from reports.boards.matrix import KEYS, rows_of
from reports.boards.multiples import drawn
from reports.boards.overview import overview as board
from reports.boards.picture import ON_PAGE, Part, Picture, printed, weighed
from reports.boards.waiting import summary
from reports.carried import carried, link
from reports.footing import picked
from reports.kept import Parts, kept
from reports.selection import NothingYet, NotKnownThen, Selection, select
from reports.views.empty import not_known_then, nothing_yet
from reports.whole import kept_whole
from units.models import Unit
from units.scope import Scope


@dataclass(frozen=True)
class Options:
    """How the board is laid out: the column its units are sorted by, what the small charts show, the page of units."""

    sort: str
    measure: str
    page: int


@require_safe
@kept_whole
def overview(request: HttpRequest) -> HttpResponse:
    """The units right below one unit: the reader's topmost, or the one asked for."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    on = picked(Unit.objects.within(scope), request.GET, children=children_of(scope))
    at = timezone.now()
    today = localdate(at)
    unresolved = list(Alert.objects.within(scope).unresolved().select_related("unit", "owner", "version"))
    standing = Statuses(((each.unit_id, each.severity, each.snoozed_until) for each in unresolved), today=today)
    waiting = [each for each in unresolved if not each.is_snoozed(today)]
    around = frame(request, current="overview", standing=standing)
    if on is None:
        return nothing_yet(request, around)
    try:
        selection = select(request.GET, scope=scope, unit=on.unit, basis="qtd", today=today, on=on)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    below = children(scope, selection, on)
    if not below:  # a unit that stands for itself has its whole story on its own page
        return redirect(link(reverse("unit", args=[on.unit.code]), carried(request.GET)))
    told = summary(waiting, at=at, currency=on.currency, kept=carried(selection.parts()))
    options = Options(request.GET.get("sort", ""), request.GET.get("measure", ""), _page(request.GET.get("page", "1")))

    def make() -> Parts:
        seen = _read(scope, selection, below, currency=on.currency, standing=standing, options=options)
        shown = {"board": board(seen, alerts=told, sort=options.sort, measure=options.measure, page=options.page)}
        return {part: render_to_string(f"reports/overview_{part}.html", shown) for part in ("top", "board")}

    # forecasts come after the run at whose mark they stand: what is made of them a mark does not name
    is_named = selection.baseline != FORECAST
    made_of = (scope.key, selection.facts, on.currency, told, standing, options, below)
    parts = kept(made_of, make) if is_named else make()
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return HttpResponse(parts["board"])
    return render(request, "reports/overview.html", {"frame": around, "label": selection.label, "parts": parts})


def _read(
    scope: Scope, selection: Selection, below: list[Part], *, currency: str, standing: Statuses, options: Options
) -> Picture:
    """All that the board prints: two figures of every unit, everything of those that are on the page."""
    by = [column.code for key, column in KEYS.items() if key == options.sort]
    seen = compared(weighed(scope, selection, children=below, currency=currency, standing=standing, codes=by))
    units = [*rows_of(seen, sort=options.sort, page=options.page, size=ON_PAGE), *drawn(seen), *moving(seen)]
    read = printed(seen, units, months=months_of(selection))
    return by_month(read, [selection.unit.pk, *(unit.pk for unit in units)])


def _page(text: str) -> int:
    return max(int(text), 1) if text.isdigit() and len(text) < 6 else 1
