"""Closing a period: posted from the page of deliveries."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ledger.actions import PeriodNotClosed, close_period
from ledger.actions.closing import ABILITY
from reports.boards.months import month_of
from reports.closing import ClosingForm
from units.scope import Scope


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close a period for the whole company, or for a unit and all below it."""
    scope = Scope.of_request(request)
    scope.require(ABILITY)
    form = ClosingForm(request.POST, scope=scope)
    period = request.POST.get("period", "")[:20]
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for found in form.errors.values() for error in found))
        return _back(period)
    unit = form.cleaned_data["unit"]
    try:
        report = close_period(actor=scope, period=period, unit=unit and unit.code, at=timezone.now())
    except PeriodNotClosed as refused:
        messages.error(request, str(refused))
        return _back("")
    where = f" for {unit}" if unit else ""
    done = "is closed" if report.status == "closed" else "was closed already"
    messages.success(request, f"{month_of(report.period, '%B %Y')} {done}{where}.")
    return _back(period)


def _back(period: str) -> HttpResponse:
    here = reverse("completeness")
    return redirect(f"{here}?{urlencode({'period': period})}" if period else here)
