"""Words on variances: the drawer and page of one, the list of a unit, the steps, and who has written what."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger.company import group_currency
from reports.actions import commentary as verbs
from reports.asked import at_once, one
from reports.boards.commentary import UnitWords, commentary_href, href_of, section_of
from reports.boards.commented import Refused, commentary_page, read_asked
from reports.boards.frame import frame
from reports.boards.naming import full_name
from reports.boards.picker import picker
from reports.boards.problems import problems_href
from reports.boards.statement import Chart
from reports.boards.written import commentary_overview, read_written
from reports.commentary import rights
from reports.commentary.asking import CommentaryForm, ReasonForm, ReplyForm, SeenForm
from reports.commentary.below import explained_by
from reports.commentary.lines import may_be_explained, values_asked
from reports.commentary.needs import Place, all_words
from reports.commentary.words import CommentaryRefused, NotAsItStands
from reports.figures import CommentaryOfUnit, Crumb
from reports.footing import Footing, footing
from reports.models import Commentary
from reports.selection import NothingYet, NotKnownThen, Selection, from_the_top, select
from reports.views.empty import not_known_then, nothing_yet
from reports.views.problems import problems_of
from units.models import Unit
from units.scope import Scope

STEPS = {"submit": SeenForm, "accept": SeenForm, "reopen": ReasonForm, "reply": ReplyForm}
DONE = {
    "submit": "Submitted. Whoever accepts it finds it at Commentary.",
    "accept": "Accepted.",
    "reopen": "It is a draft again.",
    "reply": "The reply is added.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def unit_commentary(request: HttpRequest, code: str) -> HttpResponse:
    """The words on the line that the address names; without one, all of the unit. Posting writes a draft."""
    scope = Scope.of_request(request)
    scope.require(rights.READ)
    on = _footing(request, scope, code)
    try:
        selection = _selection(request, scope, on)
    except NothingYet:
        return nothing_yet(request, frame(request, current="units", unit=on.unit.code))
    if request.method == "POST":
        return _write(request, scope, selection)
    line = request.GET.get("line", "")
    return _one(request, scope, selection, line, on=on) if line else _all(request, on, scope, selection)


@require_POST
def roll(request: HttpRequest, code: str) -> HttpResponse:
    """Take the words of the period before over as a draft, to be read and changed."""
    scope = Scope.of_request(request)
    scope.require(rights.READ)
    try:
        selection = _selection(request, scope, _footing(request, scope, code))
    except NothingYet as error:
        raise Http404 from error
    line = request.POST.get("line", "")
    try:
        verbs.roll_forward(actor=scope, selection=selection, line=line, at=timezone.now())
    except CommentaryRefused as refused:
        messages.error(request, str(refused))
    return redirect(commentary_href(selection, line))


@require_POST
def commentary_step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Submit, accept, open again or reply; what cannot be done is said on the page, with what was typed."""
    scope = Scope.of_request(request)
    scope.require(rights.WORK)
    found = Commentary.objects.within(scope, ability=rights.WORK).filter(public_id=public_id)
    words = found.select_related("unit", "period").first()
    if words is None or name not in STEPS or (words.is_thread and name != "reply"):
        raise Http404
    _require(scope, words.unit, name)
    form = STEPS[name](request.POST)
    sentence, status = "", 400
    if form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if value is not None}
        try:
            getattr(verbs, name)(actor=scope, commentary=words, at=timezone.now(), **given)
        except CommentaryRefused as refused:
            sentence, status = str(refused), 409 if isinstance(refused, NotAsItStands) else 400
        else:
            messages.success(request, DONE[name])
            return redirect(problems_href(words) if words.is_thread else href_of(words))
    if words.is_thread:
        if sentence:
            form.add_error(None, sentence)
        return problems_of(request, words, reply=form, status=status)
    place = {"period": words.period.code, "basis": words.basis, "against": words.baseline}
    selection = select(place, scope=scope, unit=words.unit, basis=words.basis)
    refused_step = Refused(name, form, sentence)
    if sentence and name in ("submit", "accept"):
        messages.error(request, sentence)
    return _one(request, scope, selection, words.line, refused=refused_step, status=status)


@require_safe
def commentary_list(request: HttpRequest) -> HttpResponse:
    """Which differences of which units need words, how far those have come, and what waits to be accepted."""
    scope = Scope.of_request(request)
    scope.require(rights.READ)
    around = frame(request, current="commentary")
    units = Unit.objects.within(scope, ability=rights.READ).filter(tree="", left__gt=0)
    asked = {name: request.GET[name] for name in ("period", "basis") if name in request.GET}
    on = footing(from_the_top(units), asked)
    if on is None:
        return nothing_yet(request, around)
    try:
        selection = select(asked, scope=scope, unit=on.unit, basis="month", today=localdate(), on=on)
    except NothingYet:
        return nothing_yet(request, around)
    except NotKnownThen as missing:
        return not_known_then(request, around, missing)
    if not may_be_explained(selection):  # a stretch that one unit has, or that no sheet holds
        selection = selection.over("month")
    page = request.GET.get("page", "1")
    found = read_written(scope, on, selection, page=max(1, int(page)) if page.isdecimal() else 1)
    board = commentary_overview(found)
    return render(request, "reports/commentary_list.html", {"frame": around, "board": board})


def _footing(request: HttpRequest, scope: Scope, code: str) -> Footing:
    found = footing(Unit.objects.within(scope, ability=rights.READ).filter(code=code), request.GET)
    if found is None:
        raise Http404
    return found


def _selection(request: HttpRequest, scope: Scope, on: Footing) -> Selection:
    """What the address picks, where words can stand on it; nothing else is found here."""
    try:
        selection = select(request.GET, scope=scope, unit=on.unit, basis="month", today=localdate(), on=on)
    except NotKnownThen as missing:
        raise Http404 from missing
    if not may_be_explained(selection):
        raise Http404
    return selection


def _require(scope: Scope, unit: Unit, name: str) -> None:
    """The ability of a step, asked before what was sent is looked at."""
    if name == "accept":
        rights.require_accept(scope, unit)
    elif name == "reopen":
        rights.require_reopen(scope, unit)
    else:
        scope.require(rights.WRITE if name == "submit" else rights.WORK, unit)


def _write(request: HttpRequest, scope: Scope, selection: Selection) -> HttpResponse:
    """Keep a draft, and hand it in at once where that was pressed: both or neither."""
    scope.require(rights.WRITE, selection.unit)
    at = timezone.now()
    form = CommentaryForm(request.POST, calendar=selection.calendars.calendar, ordinal=selection.period.ordinal)
    line, sentence, status = request.POST.get("line", ""), "", 400
    submits = request.POST.get("then") == "submit"
    if form.is_valid():
        try:
            with transaction.atomic():
                known = {name: form.cleaned_data[name] for name in ("seen", "shown")}
                said = verbs.write(actor=scope, selection=selection, line=line, words=form.words(), at=at, **known)
                if submits:
                    verbs.submit(actor=scope, commentary=said, at=at)
        except CommentaryRefused as refused:
            sentence, status = str(refused), 409 if isinstance(refused, NotAsItStands) else 400
        else:
            messages.success(request, DONE["submit"] if submits else "The draft is saved.")
            return redirect(reverse("unit", args=[selection.unit.code]) + selection.query() + "#commentary")
    return _one(request, scope, selection, line, refused=Refused("write", form, sentence), status=status)


def _one(
    request: HttpRequest,
    scope: Scope,
    selection: Selection,
    line: str,
    *,
    on: Footing | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """One line: as a page, and as what stands in the drawer."""
    unit = selection.unit
    chart = Chart.of(on.accounts) if on else Chart.read()
    value = one(values_asked(scope, selection, [unit.pk], chart))[unit.pk].get(line)
    said = all_words(scope, selection, [unit.pk], groups=[unit])
    words = next((each for each in said.standing if each.line == line), None)
    if value is None and words is None:
        raise Http404
    at = timezone.now()
    place = Place(line, value, words, explained_by(unit, line, value.variance, said.below) if value else ())
    currency = on.currency if on else group_currency()
    board = commentary_page(read_asked(scope, selection, place, currency=currency, at=at, refused=refused))
    if request.headers.get("HX-Target") == "drawer":
        return render(request, "reports/commentary_drawer.html", {"board": board}, status=status)
    around = frame(request, current="units", unit=unit.code)
    return render(request, "reports/commentary.html", {"frame": around, "board": board}, status=status)


def _all(request: HttpRequest, on: Footing, scope: Scope, selection: Selection) -> HttpResponse:
    """Every line of the unit that has words or needs them."""
    unit, chart = selection.unit, Chart.of(on.accounts)
    words = UnitWords.read(scope, selection)
    told = None
    if words is not None:
        values, months = at_once(values_asked(scope, selection, [unit.pk], chart), words.months(scope, selection))
        told = words.told(scope, selection, values[unit.pk], months, chart=chart, currency=on.currency)
    board = CommentaryOfUnit(
        title=f"Commentary, {full_name(unit)}",
        crumbs=(Crumb(full_name(unit), reverse("unit", args=[unit.code]) + selection.query()),),
        picker=picker(selection),
        told=section_of(told) if told else None,
    )
    around = frame(request, current="units", unit=unit.code)
    return render(request, "reports/commentary_of_unit.html", {"frame": around, "board": board})
