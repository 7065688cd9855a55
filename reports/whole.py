"""Whole pages kept for the person they were printed for, as long as nothing was done and a minute at most.

Every write leaves a record, so the newest records say whether anything was written since; what moves with the clock
alone (a day that begins, a silence that ends) moves within a minute. A page is never another person's: the person, as
the frame prints her, and all that her scope opens are part of its name. Where there is Redis the web processes share
them, signed for their name: what somebody else put there is no page.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, NamedTuple

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

from audit.models import Record
from reports import signed
from reports.recalled import NEWEST
from units.scope import Scope

View = Callable[..., HttpResponse]
SECONDS = 60
PADDING = GZipMiddleware.max_random_bytes
"""As on every page: a length that varies tells little of what stands in it."""
TURNS = tuple(Lock() for _ in range(64))
"""Who asks for a page that a thread of this process is printing waits for it instead of printing it again."""
ASKED_BY = ("HX-Request", "HX-Boosted", "HX-Target")
"""Headers by which a part of the page is asked for instead of the whole."""


class Printed(NamedTuple):
    """A page as it goes out, compressed once."""

    body: bytes
    content_type: str


def kept_whole(view: View) -> View:
    """Answer with the page as it was printed for the same person in the same minute, if nothing was done since.

    One query more where it has to be printed. Only plain pages are kept: answered 200, without a cookie, and without a
    message that is said once.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET" or len(get_messages(request)):
            return view(request, *args, **kwargs)
        newest = Record.objects.newest()
        setattr(request, NEWEST, newest)
        name = _name(request, newest)
        if kept := _kept(name):
            return _sent(kept, request, HttpResponse(content_type=kept.content_type))
        with TURNS[hash(name) % len(TURNS)]:
            if kept := _kept(name):
                return _sent(kept, request, HttpResponse(content_type=kept.content_type))
            return _first(name, request, view(request, *args, **kwargs))

    return answer


def _first(name: str, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer that was just printed, kept for the next one where it may be."""
    if response.status_code != 200 or response.cookies or response.streaming:
        return response
    printed = Printed(compress_string(response.content, max_random_bytes=PADDING), response["Content-Type"])
    _keep(name, printed)
    return _sent(printed, request, response)


def _name(request: HttpRequest, newest: tuple[int, ...]) -> str:
    scope, person = Scope.of_request(request), request.user
    shown = (person.pk, getattr(person, "name", ""), getattr(person, "theme", ""))
    asked = (request.get_full_path(), *(request.headers.get(each, "") for each in ASKED_BY))
    minute = int(timezone.now().timestamp()) // SECONDS
    made_of = (scope.key, shown, asked, minute, newest)
    return "whole:" + hashlib.sha256(repr(made_of).encode()).hexdigest()


def _keep(name: str, printed: Printed) -> None:
    signed.put(name, f"{printed.content_type} {base64.b64encode(printed.body).decode()}", seconds=SECONDS)


def _kept(name: str) -> Printed | None:
    text = signed.found(name)
    if text is None:
        return None
    content_type, _, body = text.rpartition(" ")
    return Printed(base64.b64decode(body), content_type)


def _sent(printed: Printed, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page in a response: as it is kept where the browser takes that, else opened up."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = printed.body
        response["Content-Encoding"] = "gzip"
    else:
        response.content = gzip.decompress(printed.body)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
