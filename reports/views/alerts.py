"""The inbox of alerts, one alert, and the steps taken on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alerts.actions import HandlingRefused
from alerts.models import Alert
from ledger.company import group_currency
from metrics.definitions import definitions
from reports.boards.alert import alert_detail, told
from reports.boards.frame import frame
from reports.boards.inbox import Filters, Inbox, filters_of
from reports.boards.steps import STEPS, form_of
from units.scope import Scope


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """What waits, what is snoozed and what was resolved, the costliest first."""
    scope = Scope.of_request(request)
    scope.require("alerts.read")
    inbox = _inbox(request, filters_of(request.GET))
    around = frame(request, current="alerts")
    return render(request, "alerts/list.html", {"frame": around, "board": inbox.board()})


@require_safe
def alert(request: HttpRequest, public_id: str) -> HttpResponse:
    """One alert with its evidence, beside the inbox it was found in."""
    scope = Scope.of_request(request)
    found = _found(scope, public_id)
    inbox = _inbox(request, filters_of(request.GET))
    metric = definitions().get(found.version.metric)
    seen = told(found, metric, scope=scope, at=inbox.at, currency=inbox.currency)
    board = inbox.board(alert_detail(seen), selected=found.pk)
    return render(request, "alerts/detail.html", {"frame": frame(request, current="alerts"), "board": board})


@require_POST
def step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Take one step on an alert, and come back to it with what came of it."""
    scope = Scope.of_request(request)
    found = _found(scope, public_id)
    if name not in STEPS:
        raise Http404
    taken = STEPS[name]
    scope.require(taken.ability, found.unit)
    at = timezone.now()
    form = form_of(name, found, scope=scope, at=at, data=request.POST)
    if not form.is_valid():
        for field, errors in form.errors.items():
            messages.error(request, f"{form.fields[field].label}: {' '.join(map(str, errors))}")
        return redirect("alerts:detail", public_id=public_id)
    try:
        given = {field: form.cleaned_data[field] for field in taken.fields}
        taken.verb(actor=scope, alert=found, at=at, **given)
    except HandlingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, taken.done)
    return redirect("alerts:detail", public_id=public_id)


def _found(scope: Scope, public_id: str) -> Alert:
    """The alert of an address; one that never fired, or is not in scope, is not found."""
    found: Alert | None = Alert.objects.within(scope).told().shown_on_pages().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _inbox(request: HttpRequest, filters: Filters) -> Inbox:
    scope = Scope.of_request(request)
    person: Any = request.user
    names = _owner_name(scope, filters.owner) if filters.owner else {}
    return Inbox(
        scope=scope,
        filters=filters,
        at=timezone.now(),
        currency=group_currency(),
        person=person.pk,
        narrowed=names,
    )


def _owner_name(scope: Scope, owner: str) -> dict[str, str]:
    """The name behind an owner's number, if he owns something the reader sees; a guessed number tells nothing."""
    owned = Alert.objects.within(scope).told().filter(owner=int(owner)).values_list("owner__name", flat=True)
    return {owner: owned.first() or "Owner"}
