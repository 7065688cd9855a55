"""Signing in and out, the own password and the second factor. Everything else of allauth is closed.

The closed names stay in the list because allauth links to them; they answer 404 to everybody.
"""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path


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


urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", login_not_required(sign_out), name="account_logout"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("signup/", closed, name="account_signup"),
    path("email/", closed, name="account_email"),
    path("inactive/", closed, name="account_inactive"),
    path("password/set/", closed, name="account_set_password"),
    path("password/reset/", closed, name="account_reset_password"),
]
