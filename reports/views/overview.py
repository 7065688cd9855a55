"""The overview: one group, its units, one stretch of time."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from reports.boards.family import children, children_of
from reports.boards.frame import frame
from reports.boards.narrowing import Narrowing
from reports.boards.waiting import summary
from reports.carried import carried, link
from reports.footing import Footing, picked
from reports.overviews import Options, printed, standing_of, unresolved_of
from reports.recalled import Recall, recall
from reports.selection import NothingYet, NotKnownThen, select
from reports.views.empty import not_known_then, nothing_yet
from reports.whole import kept_whole
from units.models import Unit
from units.scope import Scope


@require_safe
@kept_whole
def overview(request: HttpRequest) -> HttpResponse:
    """The units right below one unit: the reader's topmost, or the one asked for."""
    scope = Scope.of_request(request)
    scope.require("figures.read")
    recalled = recall(request)
    on = _footing(scope, request.GET, recalled)
    at = timezone.now()
    today = localdate(at)
    unresolved = recalled(("alerts",), lambda: unresolved_of(scope))
    standing = standing_of(unresolved, today=today)
    waiting = [each for each in unresolved if not each.is_snoozed(today)]
    around = frame(request, current="overview", standing=standing)
    if on is None:
        return nothing_yet(request, around)
    try:
        selection = select(request.GET, scope=scope, unit=on.unit, basis="qtd", today=today, on=on, recall=recalled)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    below = children(scope, selection, on)
    if not below:  # a unit that stands for itself has its whole story on its own page
        return redirect(link(reverse("unit", args=[on.unit.code]), carried(request.GET)))
    told = summary(waiting, at=at, currency=on.currency, kept=carried(selection.parts()))
    parts = printed(scope, selection, below, on=on, standing=standing, options=_options(request.GET))
    shown = {"frame": around, "label": selection.label, "parts": parts, "alerts": told}
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return render(request, "reports/overview_board.html", shown)
    return render(request, "reports/overview.html", shown)


def _footing(scope: Scope, asked: Mapping[str, str], recalled: Recall) -> Footing | None:
    """The unit whose board it is with what is right below it, of which the address names the unit and the as-of."""
    name = ("overview", asked.get("unit"), asked.get("as_of"))
    return recalled(name, lambda: picked(Unit.objects.within(scope), asked, children=children_of(scope)))


def _options(asked: Mapping[str, str]) -> Options:
    page = _page(asked.get("page", "1"))
    return Options(asked.get("sort", ""), asked.get("measure", ""), page, Narrowing.of(asked))


def _page(text: str) -> int:
    return max(int(text), 1) if text.isdigit() and len(text) < 6 else 1
