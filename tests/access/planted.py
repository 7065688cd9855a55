"""Leaks on purpose: views with the mistakes the access tests are there to find. Never part of the product."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from alerts.models import ThresholdVersion
from config.urls import urlpatterns as product
from ledger.models import Delivery, Entry
from metrics.models import Sheet
from units.models import Unit

LATEST = {"until_mark__isnull": True, "period__code": "2026-09", "basis": "month", "version": "actual"}


def forgets_the_scope(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody's unit for anybody."""
    return HttpResponse(get_object_or_404(Unit.unscoped, code=code).name)


def says_forbidden_where_it_should_say_not_found(request: HttpRequest, code: str) -> HttpResponse:
    """Tells a foreign unit from none."""
    unit = get_object_or_404(Unit.unscoped, code=code)
    return HttpResponse(status=200 if request.scope.may("figures.read", unit) else 403)


@login_not_required
def open_to_strangers(request: HttpRequest) -> HttpResponse:
    """Somebody forgot the door."""
    return HttpResponse("figures")


def writes_anywhere(request: HttpRequest, code: str) -> HttpResponse:
    """Says not found and does it all the same."""
    if request.method == "POST":
        Unit.unscoped.filter(code=code).update(region="taken")
    request.scope.require("figures.read", get_object_or_404(Unit.unscoped, code=code))
    return HttpResponse("done")


def writes_on_reading(request: HttpRequest) -> HttpResponse:
    """A page that changes something when looked at."""
    request.scope.require("figures.read")
    Unit.unscoped.filter(code="RETAIL").update(region="looked at")
    return HttpResponse("figures")


def rank(request: HttpRequest) -> HttpResponse:
    """The place of one's own unit among all of them."""
    request.scope.require("figures.read")
    own = Unit.objects.within(request.scope).order_by("left").first()
    revenues = sorted(
        ((sheet.numbers.get("operating_income") or 0, sheet.unit_id) for sheet in Sheet.unscoped.filter(**LATEST)),
        reverse=True,
    )
    return JsonResponse({"rank": [unit for _, unit in revenues].index(own.pk) + 1})


def deliveries(request: HttpRequest) -> HttpResponse:
    """How many units of all delivered the newest month, beside one's own."""
    request.scope.require("figures.read")
    units = Delivery.unscoped.filter(period__code="2026-09", version__code="actual").values("unit").distinct()
    return JsonResponse({"units in": units.count()})


def total(request: HttpRequest) -> HttpResponse:
    """The total of the company beside one's own figure."""
    request.scope.require("figures.read")
    return JsonResponse(Entry.unscoped.aggregate(total=Sum("amount")))


def tag(request: HttpRequest) -> HttpResponse:
    """The same body for everybody, and a tag that moves with everybody's rows."""
    request.scope.require("figures.read")
    return HttpResponse("your figures", headers={"ETag": f'"{Entry.unscoped.count()}"'})


def drop_down(request: HttpRequest) -> HttpResponse:
    """A form that offers all units."""
    request.scope.require("figures.read")
    units = Unit.unscoped.order_by("left")
    return HttpResponse(str(forms.Form(prefix="x").fields) + str([unit.name for unit in units]))


def unique(request: HttpRequest) -> HttpResponse:
    """A name is refused because somebody else has it."""
    request.scope.require("figures.read")
    taken = Unit.unscoped.filter(name=request.POST.get("name", "")).exists()
    return HttpResponse("There is such a unit already." if taken else "Fine.", status=400 if taken else 200)


def search(request: HttpRequest) -> HttpResponse:
    """Says nothing of a foreign unit but that something was found."""
    request.scope.require("figures.read")
    found = Unit.unscoped.filter(name__icontains=request.GET.get("q", "nothing")).count()
    return HttpResponse("Some are not yours." if found else "No matches")


def narrowing(request: HttpRequest) -> HttpResponse:
    """Takes whatever field an address names, and never asks for one by name."""
    request.scope.require("figures.read")
    named = {name: value for name, value in request.GET.items() if name in ("code", "region", "name")}
    return HttpResponse("some" if named and Unit.unscoped.filter(**named).exists() else "none")


def address(request: HttpRequest) -> HttpResponse:
    """Reads its own address and no parameters."""
    request.scope.require("figures.read")
    said = request.get_full_path()
    return HttpResponse("some" if any(unit.code in said for unit in Unit.unscoped.filter(code="ACQUIRED")) else "none")


def rule(request: HttpRequest) -> HttpResponse:
    """What a threshold of a unit above says beside its limits, for whoever reads thresholds of a unit below."""
    request.scope.require("thresholds.read")
    return HttpResponse(ThresholdVersion.unscoped.get(threshold__unit__code="GROUP").action)


MATRIX_LEAKS = [
    path("leak/forgets/<code>/", forgets_the_scope),
    path("leak/forbidden/<code>/", says_forbidden_where_it_should_say_not_found),
    path("leak/open/", open_to_strangers),
    path("leak/writes/<code>/", writes_anywhere),
    path("leak/reading/", writes_on_reading),
]
WORLD_LEAKS = [
    path("leak/rank/", rank),
    path("leak/deliveries/", deliveries),
    path("leak/total/", total),
    path("leak/tag/", tag),
    path("leak/drop-down/", drop_down),
    path("leak/unique/", unique),
    path("leak/search/", search),
    path("leak/narrowing/", narrowing),
    path("leak/address/", address),
    path("leak/rule/", rule),
]

urlpatterns = [*MATRIX_LEAKS, *WORLD_LEAKS, *product]
