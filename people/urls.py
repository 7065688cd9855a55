"""Signing in and out, the own password and the second factor. Everything else of allauth is closed.

The closed names stay in the list because allauth links to them; they answer 404 to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from allauth.account import views
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone

from people.actions import note_second_factor
from people.factors import second_factor
from people.models import Person


@login_not_required
def closed(request: HttpRequest) -> NoReturn:
    """Nobody signs up here or proves an address: people are added by an access administrator."""
    raise Http404


def sign_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Signing out also empties what the browser kept of these pages."""
    response: HttpResponse = views.logout(request, *args, **kwargs)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def recorded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What somebody changes of the own second factor, with its record, in one transaction.

    allauth tells of it by signals, but only after the commit.
    """

    @wraps(view)
    def changed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = request.user
        if request.method != "POST" or not isinstance(person, Person):
            return view(request, *args, **kwargs)
        with transaction.atomic():
            before = second_factor(person.pk)
            answer = view(request, *args, **kwargs)
            note_second_factor(actor=f"person:{person.pk}", person=person, before=before, at=timezone.now())
            return answer

    return changed


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", login_not_required(sign_out), name="account_logout"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("2fa/totp/activate/", recorded(activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", recorded(deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/generate/", recorded(generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/", include("allauth.mfa.urls")),
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("inactive/", closed, name="account_inactive"),
    path("password/set/", closed, name="account_set_password"),
    path("password/reset/", closed, name="account_reset_password"),
]
