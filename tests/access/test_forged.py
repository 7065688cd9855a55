"""A request that a foreign page makes a signed-in browser send changes nothing: unsafe ones need their token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from people.models import Person
from tests.company import Company

API = "api/v1/"


def _views(patterns: list[URLPattern | URLResolver], above: str = "") -> Iterator[tuple[str, object]]:
    for entry in patterns:
        path = above + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry.callback
        else:
            yield from _views(entry.url_patterns, path)


def test_no_view_outside_the_api_waives_the_token() -> None:
    found = list(_views(get_resolver().url_patterns))

    assert len(found) > 50
    assert [path for path, view in found if getattr(view, "csrf_exempt", False) and not path.startswith(API)] == []


@pytest.mark.parametrize("address", ["account/theme/", "imports/", "runs/", "record/verify/", "account/logout/"])
def test_a_page_refuses_a_post_without_its_token(address: str, finance_admin: Person, company: Company) -> None:
    assert _forging(finance_admin).post(f"/{address}", {"theme": "dark"}).status_code == 403


def test_the_api_refuses_a_browsers_post_without_its_token(finance_admin: Person, company: Company) -> None:
    answer = _forging(finance_admin).post(f"/{API}alerts/nothing/acknowledge/", {}, content_type="application/json")

    assert answer.status_code == 403
    assert b"CSRF" in answer.content


def _forging(person: Person) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person, backend="people.backends.SignInBackend")
    return browser
