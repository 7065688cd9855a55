"""A watched request notes every way to look at its parameters, whether they are there or not."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django import forms

from tests.access.watching import ADDRESS, EVERYTHING, NAMES, WatchedRequest

WAYS: dict[str, tuple[Callable[[WatchedRequest], object], set[str]]] = {
    "nothing is looked at": (lambda request: request.path, set()),
    "a name": (lambda request: request.GET["unit"], {"unit"}),
    "a name that may be missing": (lambda request: request.GET.get("page", "1"), {"page"}),
    "whether a name is there": (lambda request: "page" in request.GET, {"page"}),
    "all values of a name": (lambda request: request.GET.getlist("page"), {"page"}),
    "whether there are any": (lambda request: bool(request.GET), {NAMES}),
    "how many there are": (lambda request: len(request.GET), {NAMES}),
    "which there are": (lambda request: set(request.GET), {NAMES}),
    "which there are, by keys": (lambda request: request.GET.keys() - {"page"}, {NAMES}),
    "each by name": (lambda request: list(request.GET.items()), {NAMES, "unit", "basis"}),
    "every value": (lambda request: list(request.GET.values()), {NAMES, "unit", "basis"}),
    "a plain mapping": (lambda request: request.GET.dict(), {NAMES, "unit", "basis"}),
    "a mapping by Python": (lambda request: dict(request.GET), {NAMES, "unit", "basis"}),
    "unpacked": (lambda request: {**request.GET}, {NAMES, "unit", "basis"}),
    "a copy": (lambda request: request.GET.copy(), {EVERYTHING}),
    "text": (lambda request: request.GET.urlencode(), {EVERYTHING}),
    "the address": (lambda request: request.get_full_path(), {ADDRESS}),
    "the whole address": (lambda request: request.build_absolute_uri(), {ADDRESS}),
    "the address beside a copy": (lambda request: (request.GET.copy(), request.get_full_path()), {ADDRESS, EVERYTHING}),
    "what the server said": (lambda request: request.META["QUERY_STRING"], {EVERYTHING}),
    "a form": (lambda request: Form(request.GET).is_valid(), {"unit", "page"}),
}


class Form(forms.Form):
    unit = forms.CharField()
    page = forms.IntegerField(required=False)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_looked_at_is_noted(way: str) -> None:
    look, noted = WAYS[way]
    request = WatchedRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "QUERY_STRING": "unit=RETAIL&basis=ytd",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
        }
    )

    look(request)

    assert request.asked == noted
