"""The start page: everybody lands where his work is."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.boards.frame import frame
from reports.boards.refusals import nothing_granted, packs_later
from reports.carried import carried, link
from reports.figures import Refusal
from reports.models import Pin, SavedView
from reports.selection import home_unit
from units import roles
from units.models import Grant, Unit
from units.scope import Scope

OVERVIEW = (roles.EXECUTIVE, roles.FINANCE_ADMIN, roles.APPROVER)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home one has arranged; else by role the overview, the own unit, the record, the administration, or a note."""
    scope, kept = Scope.of_request(request), carried(request.GET)
    if _has_arranged(scope):
        return redirect(link(reverse("own-home"), kept))
    if any(role in scope.roles for role in OVERVIEW):
        return redirect(link(reverse("overview"), kept))
    unit = home_unit(Unit.objects.within(scope)) if roles.UNIT_LEADER in scope.roles else None
    if unit is not None:
        return redirect(link(reverse("unit", args=[unit.code]), kept))
    if roles.AUDITOR in scope.roles:
        return redirect(link(reverse("record"), kept))
    if roles.ACCESS_ADMIN in scope.roles:
        return redirect("admin:index")
    if roles.BOARD_READER in scope.roles:
        return _told(request, packs_later(roles=scope.roles))
    return _told(request, nothing_granted(_access_administrators(timezone.now())))


def _has_arranged(scope: Scope) -> bool:
    """Whether there is anything in sight that the reader keeps at home."""
    return scope.may("figures.read") and (Pin.objects.of(scope).exists() or SavedView.objects.of(scope).exists())


def _access_administrators(at: datetime) -> list[str]:
    """The names of those who grant roles now."""
    standing = Grant.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at), role=roles.ACCESS_ADMIN, starts__lte=at)
    names = standing.filter(person__is_active=True).values_list("person__name", flat=True)
    return sorted(set(names))


def _told(request: HttpRequest, board: Refusal) -> HttpResponse:
    return render(request, "reports/told.html", {"frame": frame(request, current="home"), "board": board})
