"""Whether this web process and its database are there, for whoever watches the installation.

`/health/` is answered before anybody is asked for: it needs no sign-in and no session, no named host and no TLS, so
that a load balancer may ask a process by its number. It tells nothing but the status and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from jobs.models import Heartbeat


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 after one query that the database answered, else 503."""
    try:
        Heartbeat.objects.exists()
    except Error:
        return HttpResponse("The database does not answer.", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def health_first(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer the question after health, and hand on all others."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return health(request) if request.path == reverse("health") else get_response(request)

    return middleware
