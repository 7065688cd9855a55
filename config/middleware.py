"""What every request passes: bodies have a limit, answers stay private, sessions end, a scope says what is seen."""

from __future__ import annotations

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone

from reports.views.errors import too_large
from units.scope import Scope

Answer = Callable[[HttpRequest], HttpResponse]

SEEN_EVERY = 60  # seconds between two notes of activity, so that reading pages hardly writes
TAKE_FILES = ("imports", "structure")
PART = 64 * 1024  # bytes read at once of a body whose length nobody stated
OPEN_WITH_A_KNOWN_PASSWORD = ("account_change_password", "account_logout", "account_reauthenticate")


def body_limit(get_response: Answer) -> Answer:
    """Refuse a body that is too large with 413: by the length it states, before any of it is read.

    A body sent in chunks states none. It is kept while it comes and refused as soon as it passes the limit; a
    whole one goes on with its length, without which Django would take it for empty.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        most = most_bytes(request.path)
        stated = request.META.get("CONTENT_LENGTH") or ""
        if stated.isdecimal():
            return too_large(request, most=most) if int(stated) > most else get_response(request)
        if not request.META.get("wsgi.input_terminated") or "HTTP_TRANSFER_ENCODING" not in request.META:
            return get_response(request)
        with SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as kept:
            if not _keep_body(request.META["wsgi.input"], kept, most=most):
                return too_large(request, most=most)
            request.META["CONTENT_LENGTH"] = str(kept.tell())
            kept.seek(0)
            request._stream = kept  # type: ignore[assignment]  # any file that reads will do
            return get_response(request)

    return middleware


def most_bytes(path: str) -> int:
    """How large a body may be: what the fields of a form may hold, and a file where files are taken."""
    takes_files = path in {reverse(name) for name in TAKE_FILES}
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE + (settings.UPLOAD_MAX_BYTES if takes_files else 0)


def _keep_body(coming: IO[bytes], kept: SpooledTemporaryFile[bytes], *, most: int) -> bool:
    """Whether the body ends within the limit; no byte beyond the part that passes it is read."""
    try:
        while part := coming.read(PART):
            kept.write(part)
            if kept.tell() > most:
                return False
    except Exception as broken:  # every server has its own for chunks that are none, and for a line that went dead
        raise BadRequest("The body ends before its end.") from broken
    return True


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
        if SESSION_KEY in session and "started" not in session:  # a token names a person too, and has no session
            session["started"] = session["seen"] = now
        return response

    return middleware


def scope(get_response: Answer) -> Answer:
    """Set `request.scope`, a fresh reading of the person's grants: rights die within one request.

    The person carries it too, for the permission questions of the admin. Whoever signed in with a
    password that somebody else knows gets no further than changing it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.scope = Scope.of(request.user, at=timezone.now())  # type: ignore[attr-defined]  # ours
        if request.user.is_authenticated:
            request.user.scope = request.scope  # type: ignore[attr-defined]  # ours
            if request.user.must_change_password:
                return _only_the_password_page(request, get_response)
        return get_response(request)

    return middleware


def _only_the_password_page(request: HttpRequest, get_response: Answer) -> HttpResponse:
    if request.path in {reverse(name) for name in OPEN_WITH_A_KNOWN_PASSWORD}:
        return get_response(request)
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "Somebody else knows your password: sign in and change it first."}, status=403)
    return HttpResponseRedirect(reverse("account_change_password"))
