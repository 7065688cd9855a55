"""The page of one's own: roles, theme, second factor, keys for programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from people.actions import choose_theme
from people.models import Person
from reports.boards.account import account_board
from reports.boards.frame import frame
from reports.boards.telling import telling_board
from reports.forms import ThemeForm, TokenForm
from units.actions import TokenRefused, make_token, revoke_token
from units.models import ApiToken, Grant, Unit
from units.scope import Scope
from units.tokens import NEVER_BY_TOKEN

SHOWN = 50


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the reader holds and how she reads."""
    return _page(request, at=timezone.now())


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device is set; back to where it was chosen."""
    form = ThemeForm(request.POST)
    person = _person(request)
    if form.is_valid():
        choose_theme(actor=f"person:{person.pk}", person=person, theme=form.cleaned_data["theme"], at=timezone.now())
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect("account")


@require_POST
def tokens(request: HttpRequest) -> HttpResponse:
    """Make a key for a program. The answer is the only place where it ever stands."""
    at = timezone.now()
    person, scope = _person(request), _scope(request)
    form = _token_form(scope, request.POST)
    if not form.is_valid():
        return _page(request, at=at, form=form)
    asked = form.cleaned_data
    try:
        made = make_token(
            actor=scope.actor,
            person=person,
            name=asked["name"],
            abilities=asked["abilities"],
            units=form.chosen_units,
            expires=at + timedelta(days=asked["days"]),
            at=at,
        )
    except TokenRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, at=at, form=form)
    return _page(request, at=at, made=made.key)


@require_POST
def revoke(request: HttpRequest, prefix: str) -> HttpResponse:
    """Make one of one's own keys worthless; others' are not found."""
    token = ApiToken.objects.filter(person=_person(request), prefix=prefix).first()
    if token is None:
        raise Http404
    revoke_token(actor=_scope(request).actor, token=token, at=timezone.now())
    messages.success(request, f"The key {token.prefix}… opens nothing any more.")
    return redirect("account")


def _page(request: HttpRequest, *, at: datetime, form: TokenForm | None = None, made: str = "") -> HttpResponse:
    person, scope = _person(request), _scope(request)
    grants = Grant.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at), person=person, starts__lte=at)
    keys = list(ApiToken.objects.filter(person=person).order_by("-pk")[:SHOWN])
    board = account_board(
        person,
        grants=list(grants.select_related("unit").order_by("role", "pk")),
        tokens=keys,
        places=_places(keys),
        at=at,
        token_form=(form or _token_form(scope)) if scope.spans.keys() - NEVER_BY_TOKEN else None,
        made=made,
    )
    telling = telling_board(person, scope=scope, at=at) if scope.may("alerts.read") else None
    around = frame(request, current="account")
    return render(request, "reports/account.html", {"frame": around, "board": board, "telling": telling})


def _places(keys: list[ApiToken]) -> dict[int, list[str]]:
    """The codes of the units that keys are narrowed to; their holder chose them."""
    found: dict[int, list[str]] = {}
    rows = ApiToken.units.through.objects.filter(apitoken_id__in=[key.pk for key in keys])
    for key, code in rows.values_list("apitoken_id", "unit__code"):
        found.setdefault(key, []).append(code)
    return found


def _token_form(scope: Scope, data: Any = None) -> TokenForm:
    return TokenForm(data, scope=scope, units=Unit.objects.within(scope).order_by("left"))


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    return person


def _scope(request: HttpRequest) -> Scope:
    return Scope.of_request(request)
