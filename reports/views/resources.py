"""Resources: where money and people sit in one group, and what they return."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from alerts.governing import governing
from alerts.judging.inheritance import Edition, holding, in_force, silent
from alerts.rulebook import spot_of
from reports.actions.files import hand_out
from reports.actions.planning import ABILITY
from reports.boards.family import children, children_of
from reports.boards.frame import Statuses, frame, statuses
from reports.boards.picture import Part
from reports.boards.resources import SeenResources, resources_board, resources_file, see
from reports.boards.resources.seen import LIMITED, OVER, QUARTER, YEAR
from reports.footing import Footing, picked
from reports.selection import NothingYet, NotKnownThen, Selection, select
from reports.views.downloads import as_csv
from reports.views.empty import not_known_then, nothing_yet
from units.models import Unit
from units.scope import Scope


@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """The units right below one unit, the reader's topmost or the one asked for; one that stands alone by itself."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    on = picked(Unit.objects.within(scope), request.GET, children=children_of(scope))
    today = localdate(timezone.now())
    standing = statuses(scope, today=today)
    around = frame(request, current="resources", standing=standing)
    if on is None:
        return nothing_yet(request, around)
    try:
        selection = select(request.GET, scope=scope, unit=on.unit, basis="ytd", today=today, on=on)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    board = resources_board(_seen(request, on, selection, standing))
    export = reverse("resources-export") + selection.query(unit=on.unit.code)
    return render(request, "reports/resources.html", {"frame": around, "board": board, "export": export})


@require_POST
def resources_export(request: HttpRequest) -> HttpResponse:
    """All tables of the page as a file, read as the page reads them; posted, because a download is recorded."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    on = picked(Unit.objects.within(scope), request.GET, children=children_of(scope))
    if on is None:
        raise Http404
    at = timezone.now()
    today = localdate(at)
    try:
        selection = select(request.GET, scope=scope, unit=on.unit, basis="ytd", today=today, on=on)
    except (NothingYet, NotKnownThen) as missing:
        raise Http404 from missing
    content = resources_file(_seen(request, on, selection, Statuses((), today=today)))
    content = hand_out(actor=scope, what="resources", unit=on.unit, content=content, asked=selection.parts(), at=at)
    return as_csv(content, name="resources")


def _seen(request: HttpRequest, on: Footing, selection: Selection, standing: Statuses) -> SeenResources:
    """What page and file are made of."""
    scope, unit = Scope.of_request(request), on.unit
    return see(
        scope,
        selection,
        parts=children(scope, selection, on) or [Part(unit.pk, unit.code, unit.name, unit.kind)],
        currency=on.currency,
        standing=standing,
        limit=_limit(scope, selection),
        over=_over(request.GET.get("over"), selection),
        page=_page(request.GET.get("page", "1")),
        may_plan=scope.may(ABILITY),
    )


def _over(asked: str | None, selection: Selection) -> str:
    """What budgets are read over; what is neither is the year, or the quarter where that was picked."""
    if asked in OVER:
        return asked
    return QUARTER if selection.container == "qtd" else YEAR


def _limit(scope: Scope, selection: Selection) -> Edition | None:
    """The fixed level that holds on the unit for contractors in the staff budget; as known then where that is asked."""
    at, unit = selection.period.ordinal, selection.unit
    found = governing(scope, unit, mark=selection.mark if selection.as_of else None)
    standing = [each for each in in_force(found, at=at).values() if not silent(each, at=at)]
    fixed = [
        each
        for each in holding(spot_of(unit), standing)
        if each.terms.metric == LIMITED and each.terms.comparator == "absolute"
    ]
    return fixed[0] if fixed else None


def _page(text: str) -> int:
    return max(int(text), 1) if text.isdigit() and len(text) < 6 else 1
