"""What is answered when a page cannot be: refused, not found, too large to be read, failed.

Not found says the same to everything, whether it is somebody else's or nobody's. The API's addresses get
one line of JSON in place of a page.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults

from reports.boards.frame import frame
from reports.boards.refusals import missing_ability
from units.scope import AbilityMissing

API = "/api/"

logger = logging.getLogger(__name__)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the reader may see this but not do it; who can, and where to go on."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "You may not do this."}, status=403)
    ability = exception.ability if isinstance(exception, AbilityMissing) else ""
    sentence = "" if ability else str(exception or "")
    scope = getattr(request, "scope", None)
    board = missing_ability(ability, sentence, roles=scope.roles if scope else ())
    return render(request, "403.html", {"frame": _frame(request), "board": board}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same bytes for what is foreign and for what never was. Names nothing."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "Not found."}, status=404)
    return render(request, "404.html", {"frame": _frame(request, is_lost=True)}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that makes no sense before anybody looks at it, such as one to a host that is not ours."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "This request cannot be read."}, status=400)
    return defaults.bad_request(request, exception)


def too_large(request: HttpRequest, *, most: int) -> HttpResponse:
    """413: what was sent is larger than is read here. Comes before anybody is known, so there is no frame."""
    sentence = f"More was sent than the {most // 2**20} MB that are taken here, and nothing of it was kept."
    if request.path.startswith(API):
        return JsonResponse({"detail": sentence}, status=413)
    return render(request, "413.html", {"frame": None, "sentence": sentence}, status=413)


def failed(request: HttpRequest) -> HttpResponse:
    """500: asks nothing of the database, which may be what failed. The reference is in the log."""
    reference = secrets.token_hex(4)
    logger.error("Reference %s: %s %s failed.", reference, request.method, request.path)
    if request.path.startswith(API):
        return JsonResponse({"detail": f"Something failed on our side. Reference {reference}."}, status=500)
    return render(request, "500.html", {"reference": reference}, status=500)


def _frame(request: HttpRequest, *, is_lost: bool = False) -> Any:
    """The frame of somebody signed in; others get the page alone."""
    is_known = getattr(request, "scope", None) is not None and request.user.is_authenticated
    return frame(request, is_lost=is_lost) if is_known else None
