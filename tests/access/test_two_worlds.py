"""Whoever may not know something cannot tell two worlds apart that differ in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from django.test import Client

from tests import cast
from tests.access.planted import WORLD_LEAKS
from tests.access.policy import Row, Work
from tests.access.routes import routes
from tests.access.two_worlds import (
    EVERYTHING_OTHERWISE,
    FIGURES_OTHERWISE,
    RETAIL_OTHERWISE,
    WHOLESALE_OTHERWISE,
    Told,
    World,
    leaks,
    tell,
)
from tests.company import Company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


AT = cast.SINCE.replace(year=2026, month=10, day=1)


def session(part: str) -> Callable[[Company], Client]:
    """One of the cast with a session, made anew in each world."""
    return lambda company: cast.session_of(cast.play(part, company))


def program(company: Company) -> Client:
    """A token of Retail's leader, for Shops."""
    return cast.program_with(cast.retail_key(cast.play("retail_lead", company), company, AT))


# Who reads, and the worlds that he may not tell from the company as it is: one is that same company once more.
READERS = {
    "retail_lead": (session("retail_lead"), (WHOLESALE_OTHERWISE,)),
    "wholesale_lead": (session("wholesale_lead"), (RETAIL_OTHERWISE,)),
    "retail_token": (program, (World(), WHOLESALE_OTHERWISE)),
    "access_admin": (session("access_admin"), (FIGURES_OTHERWISE,)),
    "board_reader": (session("board_reader"), (EVERYTHING_OTHERWISE,)),
    "stranger": (session("stranger"), (EVERYTHING_OTHERWISE,)),
}


@pytest.mark.parametrize("who", READERS)
def test_the_reader_cannot_tell_the_worlds_apart(who):
    reader, others = READERS[who]
    as_it_is = tell(World(), reader, routes())

    found = [leaks(as_it_is, tell(other, reader, routes())) for other in others]

    assert not any(found), "\n".join("\n".join(each) for each in found)


def test_the_worlds_differ_for_those_who_may_know():
    asked = [route for route in routes() if route.pattern in ("api/v1/units/", "api/v1/values/", "overview/")]
    told, retold = (tell(world, session("executive"), asked) for world in (World(), WHOLESALE_OTHERWISE))

    assert {"GET /api/v1/units/", "GET /api/v1/values/", "GET /overview/"} <= set(leaks(told, retold))


LEAKS = [str(entry.pattern) for entry in WORLD_LEAKS]


@cache
def told_by_leaks(world: World) -> Told:
    """What the planted views tell Retail's leader."""
    rows = dict.fromkeys(LEAKS, Row())
    rows["leak/unique/"] = Row(works={"POST": Work("figures.read", frozenset({200}), {"name": "One More Quince"})})
    planted = [route for route in routes("tests.access.planted") if route.pattern in rows]
    return tell(world, session("retail_lead"), planted, rows)


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_found(leak, settings):
    settings.ROOT_URLCONF = "tests.access.planted"

    found = leaks(told_by_leaks(World()), told_by_leaks(WHOLESALE_OTHERWISE))

    assert [question for question in found if f" /{leak}" in question], "the harness saw no difference"
