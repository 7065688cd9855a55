"""Whether the installation works, and whether this web process does, for whoever watches.

`/health/` is red when the database does not answer or a process of the background stands still: the sweeper (worker,
beat or queue are away) or the relay (news of alerts is due and goes nowhere). `/health/web/` asks only for this process
and its database: a load balancer takes no web process away because a worker died.

Both are answered before anybody is asked for: they need no sign-in and no session, no named host and no TLS, so that
a load balancer may ask a process by its number. They tell nothing but the status and leave nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jobs.models import Heartbeat


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 after one query that the database answered while the background is at work, else 503 with what is not.

    What never ran on this database stands not still: an installation that has just been made is well.
    """
    try:
        silent = Heartbeat.objects.silent(timezone.now())
    except Error:
        return _red("The database does not answer.")
    if silent:
        return _red(f"Standing still: {', '.join(silent)}.")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def web_health(request: HttpRequest) -> HttpResponse:
    """200 after one query that the database answered, else 503."""
    try:
        Heartbeat.objects.exists()
    except Error:
        return _red("The database does not answer.")
    return HttpResponse("ok", content_type="text/plain")


def health_first(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer the questions after health, and hand on all others."""
    answers = {reverse("health"): health, reverse("web-health"): web_health}

    def middleware(request: HttpRequest) -> HttpResponse:
        return answers.get(request.path, get_response)(request)

    return middleware


def _red(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=503, content_type="text/plain")
