"""Planning: a hiring budget in another unit, and a budget divided over requests."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from ledger.company import group_currency
from ledger.querysets import fiscal_calendar
from metrics.allocation import BudgetTooSmall, RequestRefused
from metrics.heads import NoCase, case
from metrics.querysets import computed_mark
from reports.actions.planning import ABILITY, TooMany, ask_allocation
from reports.boards.frame import frame
from reports.boards.planning import division_board, hiring_move, planning_board
from reports.figures import HiringMove
from reports.forms import DivisionForm, HiringForm
from reports.planning import asked_for
from reports.planning import division as division_of
from units.models import Unit
from units.scope import Scope

PAST = 10


@require_http_methods(["GET", "HEAD", "POST"])
def planning(request: HttpRequest) -> HttpResponse:
    """The forms; the move that was asked for in the address; posting asks for a division."""
    scope = Scope.of_request(request)
    scope.require(ABILITY)
    form = DivisionForm(request.POST if request.method == "POST" else None, auto_id="divide_%s")
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            job = ask_allocation(actor=scope, budget=asked["budget"], requests=asked["requests"], at=timezone.now())
        except BudgetTooSmall as error:
            form.add_error("budget", str(error))
        except (RequestRefused, TooMany) as error:
            form.add_error("requests", str(error))
        else:
            return redirect("division", job.key)
    units = Unit.objects.within(scope, ability=ABILITY).exclude(kind=Unit.Kind.ELIMINATION).order_by("left")
    hiring = HiringForm(request.GET if "giver" in request.GET else None, units=units)
    currency = group_currency()
    board = planning_board(
        hiring=hiring,
        division=form,
        move=_move(scope, hiring, currency),
        past=asked_for(scope)[:PAST],
        currency=currency,
        at=timezone.now(),
    )
    return render(request, "reports/planning.html", {"frame": frame(request, current="planning"), "board": board})


def _move(scope: Scope, form: HiringForm, currency: str) -> HiringMove | None:
    """What the move comes to; what there is no case for is said beside the form."""
    if not form.is_bound or not form.is_valid():
        return None
    asked, mark = form.cleaned_data, computed_mark()
    units, months = (asked["giver"], asked["taker"]), asked["months"] or 12
    try:
        found = case(scope, units, asked["budget"], calendar=fiscal_calendar(), mark=mark, months=months)
    except NoCase as error:
        form.add_error(None, str(error))
        return None
    return hiring_move(found, currency=currency)


@require_safe
def division(request: HttpRequest, public_id: str) -> HttpResponse:
    """One division, its asker's alone; while the best is worked out the page asks how far it is."""
    scope = Scope.of_request(request)
    scope.require(ABILITY)
    job = asked_for(scope).filter(key=public_id).first()
    if job is None:
        raise Http404
    board = division_board(division_of(job), currency=group_currency(), at=timezone.now())
    if request.headers.get("HX-Request"):
        if board.progress is None:
            return HttpResponseClientRefresh()
        return render(request, "components/progress.html", {"progress": board.progress})
    return render(request, "reports/division.html", {"frame": frame(request, current="planning"), "board": board})
