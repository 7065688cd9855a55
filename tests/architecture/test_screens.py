"""Every page of the product is among the pictures of `make screens`, or says why it is not."""

from __future__ import annotations

from django.urls import resolve

from tests.access.matrix import PAGES
from tests.access.routes import routes
from tests.journeys.screens import NOT_PICTURED, SCREENS


def pages() -> set[str]:
    """The names of the routes that answer a reader with a page."""
    named = {route.pattern: route.name for route in routes()}
    return {named[pattern] for pattern, row in PAGES.items() if "GET" in row.answers and row.door != "closed"}


def pictured() -> set[str]:
    return {each.leads_to or resolve(each.path.partition("?")[0]).view_name for each in SCREENS}


def test_every_page_has_its_picture_or_a_reason():
    assert pages() - pictured() == set(NOT_PICTURED)


def test_no_two_pictures_have_one_name():
    names = [each.name for each in SCREENS]
    assert len(set(names)) == len(names)
