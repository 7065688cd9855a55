"""What every request passes: answers stay private, sessions end, and a scope says what the reader may see."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from units.scope import Scope

Answer = Callable[[HttpRequest], HttpResponse]

SEEN_EVERY = 60  # seconds between two notes of activity, so that reading pages hardly writes
OPEN_WITH_A_KNOWN_PASSWORD = ("account_change_password", "account_logout", "account_reauthenticate")


def private_answers(get_response: Answer) -> Answer:
    """No proxy and no browser keeps a page with figures; static files set their own header."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def session_limits(get_response: Answer) -> Answer:
    """A session ends after half an hour without activity and twelve hours after signing in.

    A page that refreshes itself says so (`HX-Trigger-Name: live`) and keeps nobody signed in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        now = int(timezone.now().timestamp())
        session = request.session
        if "started" in session:
            idle = now - session["seen"]
            if now - session["started"] >= settings.SESSION_ABSOLUTE_SECONDS or idle >= settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif idle >= SEEN_EVERY and request.headers.get("HX-Trigger-Name") != "live":
                session["seen"] = now
        response = get_response(request)
        if request.user.is_authenticated and "started" not in session:
            session["started"] = session["seen"] = now
        return response

    return middleware


def scope(get_response: Answer) -> Answer:
    """Set `request.scope`, a fresh reading of the person's grants: rights die within one request.

    The person carries it too, for the permission questions of the admin. Whoever signed in with a
    password that somebody else knows gets no further than changing it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.scope = Scope.of(request.user, at=timezone.now())  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.user.scope = request.scope  # type: ignore[attr-defined]
            if request.user.must_change_password:
                return _only_the_password_page(request, get_response)
        return get_response(request)

    return middleware


def _only_the_password_page(request: HttpRequest, get_response: Answer) -> HttpResponse:
    if request.path in {reverse(name) for name in OPEN_WITH_A_KNOWN_PASSWORD}:
        return get_response(request)
    return HttpResponseRedirect(reverse("account_change_password"))
