"""Scenarios: the list of them, one with its drivers, what follows as the sliders move, and several side by side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.actions import scenarios as verbs
from reports.actions.scenarios import ScenarioOvertaken, ScenarioRefused
from reports.boards.frame import frame
from reports.boards.scenarios.compared import MOST, compared_scenarios
from reports.boards.scenarios.file import scenario_file
from reports.boards.scenarios.listing import scenario_listing
from reports.boards.scenarios.page import scenario_page, sharing_of
from reports.boards.scenarios.picture import picture_of
from reports.boards.scenarios.seen import Asked, SeenScenario, ground_for, seen_scenario, seen_scenarios
from reports.formatting import apart
from reports.forms import LONGEST_NAME, ScenarioForm
from reports.models import Scenario
from reports.scenarios import rights
from reports.scenarios.asking import Typed, added, address, beginning, carried, typed_in
from reports.views.downloads import as_csv
from units.models import Unit
from units.scope import Scope

HERE = "scenarios"
WRONG = "Some drivers could not be read; they stand below as you typed them, with what is wrong. Nothing was saved."
LISTED = 100


@require_http_methods(["GET", "HEAD", "POST"])
def scenarios(request: HttpRequest) -> HttpResponse:
    """One's own scenarios and those one is shown; posting begins a new one."""
    scope = Scope.of_request(request)
    scope.require(rights.READ)
    form = _new_form(request, scope)
    status = 200
    if request.method == "POST":
        scope.require(rights.MAKE)
        if form is not None and form.is_valid():
            return _begin(scope, form)
        status = 400
    board = scenario_listing(scope, form=form)
    return render(
        request, "scenarios/list.html", {"frame": frame(request, current=HERE), "board": board}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def scenario(request: HttpRequest, public_id: str) -> HttpResponse:
    """One scenario, with the drivers of the address or as saved; posting saves them."""
    scope = Scope.of_request(request)
    found = _found(scope, public_id)
    if request.method == "POST":
        return _save(request, scope, found)
    seen = seen_scenario(scope, found, carried(request.GET), Asked.of(request.GET))
    return _page(request, scope, seen)


@require_POST
def scenario_try(request: HttpRequest, public_id: str) -> HttpResponse:
    """What follows from drivers that are not saved: the part of the page that follows the hand, or its address."""
    scope = Scope.of_request(request)
    found = _found(scope, public_id)
    rows, asked = _typed(request), Asked.of(request.POST)
    if not request.headers.get("HX-Request"):
        more = f"&{asked.query}" if asked.query else ""
        return redirect(f"{reverse('scenario', args=[public_id])}?{address(rows)}{more}")
    picture = picture_of(seen_scenario(scope, found, rows, asked))
    answer = render(request, "scenarios/followed.html", {"picture": picture})
    answer["HX-Replace-Url"] = f"{reverse('scenario', args=[public_id])}{picture.address}"
    return answer


@require_POST
def scenario_export(request: HttpRequest, public_id: str) -> HttpResponse:
    """The scenario as a file, with the drivers as they stand in the form; posted, because a download is recorded."""
    scope = Scope.of_request(request)
    found = _found(scope, public_id)
    rows = _typed(request) if "kind" in request.POST else None
    seen = seen_scenario(scope, found, rows, Asked.of(request.POST))
    if seen.is_wrong:
        return _page(request, scope, seen, errors=(WRONG.replace("saved", "exported"),), status=400)
    content = verbs.hand_out(actor=scope, scenario=found, content=scenario_file(seen), at=timezone.now())
    return as_csv(content, name="scenario")


@require_POST
def scenario_step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Rename, share, take back, put on the new base, copy or delete; what cannot be done is said on the page."""
    scope = Scope.of_request(request)
    found = _found(scope, public_id)
    if name not in STEPS:
        raise Http404
    try:
        return STEPS[name](request, scope, found, timezone.now())
    except ScenarioRefused as refused:
        rows = _typed(request) if "kind" in request.POST else None
        again = _found(scope, public_id)
        seen = seen_scenario(scope, again, rows, Asked.of(request.POST))
        status = 409 if isinstance(refused, ScenarioOvertaken) else 400
        return _page(request, scope, seen, errors=(str(refused),), asks=name, status=status)


@require_safe
def scenarios_compare(request: HttpRequest) -> HttpResponse:
    """Up to three scenarios side by side; one that is not the reader's to see is not found."""
    scope = Scope.of_request(request)
    scope.require(rights.READ)
    wanted = list(dict.fromkeys(each for name in "abc"[:MOST] if (each := request.GET.get(name))))
    known = Scenario.objects.within(scope).select_related("unit", "owner").newest_first()
    listed = list(known[:LISTED])
    there = {each.public_id: each for each in listed}
    missing = [each for each in wanted if each not in there]
    there |= {each.public_id: each for each in known.filter(public_id__in=missing)} if missing else {}
    if any(each not in there for each in wanted):
        raise Http404
    seen = seen_scenarios(scope, [there[each] for each in wanted]) if wanted else []
    choices = [(each.public_id, f"{apart(each.name)} ({each.unit.code})") for each in there.values()]
    board = compared_scenarios(seen, choices)
    return render(request, "scenarios/compare.html", {"frame": frame(request, current=HERE), "board": board})


# --- what is posted --------------------------------------------------------------------------------------


def _typed(request: HttpRequest) -> list[Typed]:
    """The drivers of the form, with one added or taken out where that was pressed."""
    rows = typed_in(request.POST)
    gone = request.POST.get("_remove", "")
    if gone.isdecimal():
        rows = [row for place, row in enumerate(rows) if place != int(gone)]
    if "_add" in request.POST:
        rows += added(request.POST.get("add_unit", ""), request.POST.get("add_kind", ""))
    return rows


def _begin(scope: Scope, form: ScenarioForm) -> HttpResponse:
    unit, at = form.cleaned_data["unit"], timezone.now()
    begun = verbs.begin(
        actor=scope,
        unit=unit,
        name=form.cleaned_data["name"],
        drivers=beginning(unit.code),
        ground=ground_for(scope, unit),
        at=at,
    )
    return redirect("scenario", begun.public_id)


def _save(request: HttpRequest, scope: Scope, found: Scenario) -> HttpResponse:
    rights.require_save(scope, found)
    seen = seen_scenario(scope, found, _typed(request), Asked.of(request.POST))
    if seen.is_wrong:
        return _page(request, scope, seen, errors=(WRONG,), status=400)
    try:
        verbs.save(
            actor=scope,
            scenario=found,
            drivers=seen.packed,
            ground=seen.ground,
            at=timezone.now(),
            seen=_number(request),
        )
    except ScenarioOvertaken as overtaken:
        again = seen_scenario(scope, _found(scope, found.public_id), _typed(request), Asked.of(request.POST))
        return _page(request, scope, again, errors=(str(overtaken),), status=409)
    messages.success(request, "Saved.")
    return redirect("scenario", found.public_id)


def _rename(request: HttpRequest, scope: Scope, found: Scenario, at: datetime) -> HttpResponse:
    verbs.rename(actor=scope, scenario=found, name=request.POST.get("name", ""), at=at, seen=_number(request))
    return _back(request, found, "Renamed.")


def _rebase(request: HttpRequest, scope: Scope, found: Scenario, at: datetime) -> HttpResponse:
    rights.require_save(scope, found)
    seen = seen_scenario(scope, found, None, Asked())
    verbs.rebase(actor=scope, scenario=found, ground=seen.ground, at=at, seen=_number(request))
    return _back(request, found, "It stands on the figures of now.")


def _share(request: HttpRequest, scope: Scope, found: Scenario, at: datetime) -> HttpResponse:
    may_edit = request.POST.get("may_edit") == "1"
    verbs.share(actor=scope, scenario=found, person=_person(request), may_edit=may_edit, at=at)
    return _back(request, found, "Shared.", asks="share")


def _unshare(request: HttpRequest, scope: Scope, found: Scenario, at: datetime) -> HttpResponse:
    verbs.unshare(actor=scope, scenario=found, person=_person(request), at=at)
    return _back(request, found, "Taken back.", asks="share")


def _copy(request: HttpRequest, scope: Scope, found: Scenario, at: datetime) -> HttpResponse:
    """What stands in the form, as a scenario of one's own."""
    scope.require(rights.MAKE, found.unit)
    seen = seen_scenario(scope, found, _typed(request) if "kind" in request.POST else None, Asked.of(request.POST))
    if seen.is_wrong:
        raise ScenarioRefused(WRONG)
    name = f"Copy of {found.name}"[: verbs.LONGEST_NAME]
    copy = verbs.begin(actor=scope, unit=found.unit, name=name, drivers=seen.packed, ground=seen.ground, at=at)
    return _back(request, copy, "This is your copy.")


def _delete(request: HttpRequest, scope: Scope, found: Scenario, at: datetime) -> HttpResponse:
    verbs.delete(actor=scope, scenario=found, at=at, seen=_number(request))
    messages.success(request, f"“{found.name}” is deleted.")
    return redirect("scenarios")


Step = Callable[[HttpRequest, Scope, Scenario, datetime], HttpResponse]
STEPS: dict[str, Step] = {
    "rename": _rename,
    "rebase": _rebase,
    "share": _share,
    "unshare": _unshare,
    "copy": _copy,
    "delete": _delete,
}


def _back(request: HttpRequest, found: Scenario, words: str, *, asks: str = "") -> HttpResponse:
    messages.success(request, words)
    return redirect(reverse("scenario", args=[found.public_id]) + (f"?asks={asks}" if asks else ""))


# --- what is shown ---------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    scope: Scope,
    seen: SeenScenario,
    *,
    errors: tuple[str, ...] = (),
    asks: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; whom it is shared with is looked up where that is asked for."""
    asked = asks or request.GET.get("asks", "")
    is_sharing = asked in ("share", "unshare") and rights.is_owner(scope, seen.scenario)
    sharing = sharing_of(scope, seen.scenario, at=timezone.now()) if is_sharing else None
    page = scenario_page(seen, scope, sharing=sharing, errors=errors)
    around = frame(request, current=HERE)
    return render(
        request, "scenarios/one.html", {"frame": around, "page": page, "picture": page.picture}, status=status
    )


def _found(scope: Scope, public_id: str) -> Scenario:
    """The scenario of an address; one that is not the reader's to see is not found."""
    scope.require(rights.READ)
    known = Scenario.objects.within(scope).filter(public_id=public_id).select_related("unit", "owner")
    found: Scenario | None = rights.with_shares(scope, known).first()
    if found is None:
        raise Http404
    return found


def _new_form(request: HttpRequest, scope: Scope) -> ScenarioForm | None:
    """The form of a new scenario, for whoever makes any; an address may name it and its unit."""
    if not scope.may(rights.MAKE):
        return None
    units = Unit.objects.within(scope, ability=rights.MAKE).filter(tree="").exclude(kind=Unit.Kind.ELIMINATION)
    proposed = {"name": request.GET.get("name", "")[:LONGEST_NAME], "unit": request.GET.get("unit", "")}
    typed = request.POST if request.method == "POST" else None
    return ScenarioForm(typed, initial=proposed, units=units.order_by("left"))


def _number(request: HttpRequest) -> int | None:
    """The number of the last change its reader knew of."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else None


def _person(request: HttpRequest) -> int:
    """Whom a share is for; nobody where no person is named."""
    person = request.POST.get("person", "")
    return int(person) if person.isdecimal() and len(person) < 10 else 0
