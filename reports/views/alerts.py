"""The inbox of alerts, one alert, and the steps taken on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alerts.actions import HandlingRefused, NotAsItStands
from alerts.actions.handling import UNDOABLE
from alerts.models import Alert
from alerts.working.around import around
from ledger.company import group_currency
from reports.boards.alert import SHOWS, alert_detail
from reports.boards.frame import frame
from reports.boards.inbox import Filters, Inbox, filters_of
from reports.boards.rules import rules_board
from reports.boards.steps import STEPS, form_of, offered
from reports.boards.telling import silenced_alerts
from reports.boards.told import Refusal, told
from units.scope import Scope


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """What waits, what is snoozed and what was resolved, in the order asked for; beside it the first of them."""
    scope = Scope.of_request(request)
    scope.require("alerts.read")
    inbox = _inbox(request, filters_of(request.GET))
    first = inbox.first() if inbox.filters.page == 1 else None
    if first is not None:
        return _shown(request, inbox, first, template="alerts/list.html")
    board = inbox.board(silenced_alerts(scope, at=inbox.at))
    return render(request, "alerts/list.html", {"frame": frame(request, current="alerts"), "board": board})


@require_safe
def alert(request: HttpRequest, public_id: str) -> HttpResponse:
    """One alert with its evidence, beside the inbox it was found in."""
    scope = Scope.of_request(request)
    return _detail(request, _found(scope, public_id))


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What the alerts of each rule were worth, and which limits would have spared noise."""
    scope = Scope.of_request(request)
    scope.require("alerts.read")
    board = rules_board(scope, at=timezone.now(), currency=group_currency())
    return render(request, "alerts/rules.html", {"frame": frame(request, current="alerts"), "board": board})


@require_POST
def step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Take one step on an alert, and come back to it with what came of it.

    What cannot be done is said on the page itself, with what happened meanwhile and with everything that was typed.
    """
    scope = Scope.of_request(request)
    found = _found(scope, public_id)
    if name not in STEPS:
        raise Http404
    taken = STEPS[name]
    scope.require(taken.ability, found.unit)
    at = timezone.now()
    form = form_of(name, found, around=around(found, at=at), at=at, data=request.POST)
    if not form.is_valid():
        return _detail(request, found, refusal=Refusal(name, form), status=400)
    try:
        taken.verb(actor=scope, alert=found, at=at, **form.given())
    except HandlingRefused as refused:
        status = 409 if isinstance(refused, NotAsItStands) else 400
        again = Refusal(name, form, str(refused))
        return _detail(request, _found(scope, public_id), refusal=again, status=status)
    if taken.leaves not in UNDOABLE:  # else the page says it, beside the button that takes it back
        messages.success(request, taken.done)
    query = request.GET.urlencode()
    return redirect(reverse("alerts:detail", args=[public_id]) + (f"?{query}" if query else ""))


def _detail(request: HttpRequest, found: Alert, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    show, asks = request.GET.get("show", ""), request.GET.get("asks", "")
    if show not in SHOWS or (asks and asks not in STEPS):
        raise Http404
    inbox = _inbox(request, filters_of(request.GET))
    return _shown(request, inbox, found, show=show, asks=asks, refusal=refusal, status=status)


def _shown(
    request: HttpRequest,
    inbox: Inbox,
    found: Alert,
    *,
    show: str = "",
    asks: str = "",
    refusal: Refusal | None = None,
    status: int = 200,
    template: str = "alerts/detail.html",
) -> HttpResponse:
    """An alert beside the inbox."""
    scope = inbox.scope
    seen = told(
        found,
        scope=scope,
        at=inbox.at,
        filters=inbox.filters,
        currency=inbox.currency,
        show=show,
        asks=asks if asks in offered(found, scope=scope) else "",
        refusal=refusal,
    )
    board = inbox.board(seen.silenced, alert_detail(seen), selected=found.pk)
    shown = {"frame": frame(request, current="alerts"), "board": board}
    return render(request, template, shown, status=status)


def _found(scope: Scope, public_id: str) -> Alert:
    """The alert of an address; one that never fired, or is not in scope, is not found."""
    told_of = Alert.objects.within(scope).told().shown_on_pages().select_related("version__threshold__unit")
    found: Alert | None = told_of.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _inbox(request: HttpRequest, filters: Filters) -> Inbox:
    person: Any = request.user
    return Inbox(scope=Scope.of_request(request), filters=filters, at=timezone.now(), person=person.pk)
