"""Why a figure was quiet, and which figures are missing."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from alerts.quiet import quiet
from alerts.rulebook import in_manual, manual_of
from alerts.together import together
from ledger.company import root_currency
from ledger.models import Period
from reports.boards.frame import frame
from reports.boards.missing import gaps_board
from reports.boards.quiet import CRUMBS, Asked, quiet_board
from reports.figures import QuietBoard
from reports.quiet import QuietQuestion
from units.scope import Scope


@require_safe
def why_quiet(request: HttpRequest) -> HttpResponse:
    """The question as a form and, once unit and metric are given, the answer as known then."""
    scope, at = Scope.of_request(request), timezone.now()
    scope.require("alerts.read")
    begun = Period.objects.filter(starts__lte=localdate(at))
    roots = root_currency(), ("left", "currency")
    known = together(**in_manual(), periods=(begun, ("ordinal", "pk", "code", "ends")), roots=roots)
    metrics = manual_of(known).metrics
    periods = [
        Period(pk=pk, ordinal=ordinal, code=code, ends=date.fromisoformat(ends))
        for ordinal, pk, code, ends in sorted(known["periods"], reverse=True)
    ]
    is_asked = bool(request.GET.get("unit") and request.GET.get("metric"))
    given = {"data": request.GET} if is_asked else {"initial": request.GET.dict()}
    form = QuietQuestion(**given, scope=scope, metrics=metrics, periods=periods)
    board, status = QuietBoard(form, CRUMBS), 400 if is_asked else 200
    if is_asked and form.is_valid():
        chosen = form.cleaned_data
        asked = Asked(
            unit=chosen["unit"],
            metric=metrics[chosen["metric"]],
            period=chosen["period"],
            as_of=chosen["as_of"],
            at=at,
            currency=str(min(known["roots"], default=[0, ""])[1]),
        )
        found = quiet(asked.unit, asked.metric.code, asked.period.ordinal, as_of=asked.as_of or at)
        board, status = quiet_board(found.as_told_to(scope), asked, form=form, scope=scope), 200
    around = frame(request, current="alerts")
    return render(request, "alerts/quiet.html", {"frame": around, "board": board}, status=status)


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """What is late, withdrawn or in error in the reader's units, and whose it is to bring."""
    scope = Scope.of_request(request)
    scope.require("alerts.read")
    board = gaps_board(scope, at=timezone.now())
    return render(request, "alerts/gaps.html", {"frame": frame(request, current="alerts"), "board": board})
