"""Whoever may not know something cannot tell two worlds apart that differ in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests import cast
from tests.access.matrix import Row, Work
from tests.access.planted import WORLD_LEAKS
from tests.access.routes import routes
from tests.access.two_worlds import (
    EVERYTHING_OTHERWISE,
    FIGURES_OTHERWISE,
    RETAIL_OTHERWISE,
    WHOLESALE_OTHERWISE,
    World,
    leaks,
)
from tests.company import Company
from units import roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def session(name: str, role: str | None, unit: str | None = None) -> Callable[[Company], Client]:
    """A reader with a session, made anew in each world."""

    def client(company: Company) -> Client:
        someone = cast.person(name, role, getattr(company, unit) if unit else None)
        browser = Client()
        browser.force_login(someone)
        return browser

    return client


def program(company: Company) -> Client:
    """A token of Retail's leader, for Shops."""
    leader = cast.person("Rita Retail", roles.UNIT_LEADER, company.retail)
    key = cast.token(leader, "figures.read", "alerts.read", units=[company.shops], at=AT)
    return Client(headers={"Authorization": f"Bearer {key}"})


AT = cast.SINCE.replace(year=2026, month=10, day=1)

READERS = {
    "retail_lead": (WHOLESALE_OTHERWISE, session("Rita Retail", roles.UNIT_LEADER, "retail")),
    "wholesale_lead": (RETAIL_OTHERWISE, session("Walter Wholesale", roles.UNIT_LEADER, "wholesale")),
    "retail_token": (WHOLESALE_OTHERWISE, program),
    "access_admin": (FIGURES_OTHERWISE, session("Agnes Access", roles.ACCESS_ADMIN)),
    "board_reader": (EVERYTHING_OTHERWISE, session("Bea Board", roles.BOARD_READER)),
    "stranger": (EVERYTHING_OTHERWISE, session("Stan Stranger", None)),
}


@pytest.mark.parametrize("who", READERS)
def test_the_reader_cannot_tell_the_worlds_apart(who):
    other, reader = READERS[who]

    found = leaks(World(), other, reader, routes())

    assert found == [], "\n" + "\n".join(found)


def test_the_worlds_differ_for_those_who_may_know():
    found = leaks(World(), WHOLESALE_OTHERWISE, session("Erin", roles.EXECUTIVE), routes())

    assert {"GET /api/v1/units/", "GET /api/v1/values/", "GET /overview/"} <= set(found)


@pytest.mark.parametrize("leak", [str(entry.pattern) for entry in WORLD_LEAKS])
def test_a_planted_leak_is_found(leak, settings):
    settings.ROOT_URLCONF = "tests.access.planted"
    planted = [route for route in routes("tests.access.planted") if route.pattern == leak]
    rows = {
        leak: Row(works={"POST": Work("figures.read", frozenset({200}), {"name": "One More Quince"})})
        if leak == "leak/unique/"
        else Row()
    }

    found = leaks(World(), WHOLESALE_OTHERWISE, READERS["retail_lead"][1], planted, rows)

    assert found, "the harness saw no difference"
    assert all(f" /{leak}" in question for question in found)


def test_the_same_world_twice_is_the_same():
    assert leaks(World(), World(), READERS["retail_lead"][1], routes()) == []
