"""The product answers every request of the matrix as the policy says, and nothing foreign changes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.apps import apps
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.access.furniture import furnish
from tests.access.keys import objects
from tests.access.matrix import ROWS
from tests.access.policy import CAST, METHODS, UNITS, UNSAFE, Row, Work, askers, expected, places
from tests.access.routes import Route, routes, without_address
from tests.access.watching import unkept_contexts
from tests.cast import PARTS, finance_key, play, program_with, retail_key, session_of
from tests.company import build_company
from tests.metrics.engine import AT
from tests.prepared import prepared
from units.guard import GuardedQuerySet

pytestmark = pytest.mark.usefixtures("clock")

MASK = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": ?"[^"]*"')
# What a reading request may write: that a session or a token was used.
USE = re.compile(r'^(INSERT INTO|UPDATE) "(django_session|units_apitoken|plumbline_cache)"', re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """One request and what came of it."""

    who: str
    method: str
    address: str
    status: int
    wanted: frozenset[int]
    wrote: bool

    def __str__(self) -> str:
        wanted = " or ".join(map(str, sorted(self.wanted)))
        return f"{self.who}: {self.method} {self.address} answered {self.status}, policy says {wanted}"


class Rollback(Exception):
    """Every request of the matrix is undone before the next."""


@dataclass(frozen=True)
class World:
    """The furnished company: keys of its objects, a client for each of the cast, and what is foreign to each."""

    objects: dict[str, dict[str, object]]
    clients: dict[str, Client]
    foreign: dict[str, str]

    def __deepcopy__(self, memo: object) -> World:
        return self  # whatever is asked of it is undone


@prepared
def world() -> World:
    with time_machine.travel(AT, tick=False):
        company = build_company()
        people = {name: play(name, company) for name in PARTS}
        clients = {"anonymous": Client()} | {name: session_of(someone) for name, someone in people.items()}
        clients["retail_token"] = program_with(retail_key(people["retail_lead"], company, AT))
        clients["finance_token"] = program_with(finance_key(people["finance_admin"], AT))
        found = objects(furnish(company))
        for client in clients.values():
            client.get("/")  # a session notes its first request; undone with each, every one would be the first
        return World(found, clients, {who: foreign_rows(who) for who in CAST})


def ask(client: Client, method: str, address: str, row: Row) -> tuple[HttpResponse, list[str]]:
    """Send one request and note what it wrote."""
    written: list[str] = []

    def note(execute, sql, params, many, context):
        if sql.split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE", "REPLACE") and not USE.match(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    work = row.works.get(method)
    data = dict(work.data) if work else {}
    with connection.execute_wrapper(note):
        if row.style == "api" and method in UNSAFE:
            return client.generic(method, address, json.dumps(data), content_type="application/json"), written
        if method == "POST":
            return client.post(address, data), written
        return client.generic(method, address), written


def forget_counts() -> None:
    """Nobody is locked out, or answered 429, for what the matrix asked before."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What the request wrote is rolled back, and what it left in the browser (a message to show) is forgotten."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    try:
        with transaction.atomic():
            yield
            raise Rollback
    except Rollback:
        client.cookies = SimpleCookie(cookies)


def foreign_rows(who: str) -> str:
    """A fingerprint of every row of a guarded table that hangs on a unit out of this one's reach, as it is stored."""
    digest = hashlib.sha256()
    for model in apps.get_models():
        if isinstance(model._default_manager.all(), GuardedQuerySet):
            path = getattr(model, "scope_path", "unit")
            lookup = f"{path}__code__in" if path else "code__in"
            rows = model._base_manager.exclude(**{lookup: UNITS[who]}).order_by("pk").values_list()
            with connection.cursor() as cursor:
                cursor.execute(*rows.query.sql_with_params())
                digest.update(repr(cursor.fetchall()).encode())
    return digest.hexdigest()


def walk(route: Route, row: Row, world: World) -> Iterator[tuple[Asked, bytes]]:
    """Every request of a route: the cast × methods × objects, with the body of the answer."""
    asking = (
        (who, method, place)
        for method in METHODS
        for who in askers(row, method)
        for place in (places(row, who, method) if route.parameters else ("own",))
    )
    for who, method, place in asking:
        address = row.address(route, world.objects, place)
        forget_counts()
        with undone(world.clients[who]), unkept_contexts():
            response, written = ask(world.clients[who], method, address, row)
            wrong = bool(written) and (method not in UNSAFE or foreign_rows(who) != world.foreign[who])
        asked = Asked(who, method, address, response.status_code, expected(row, who, method, place), wrong)
        yield asked, b"" if response.streaming else MASK.sub(b"", response.content)


def faults(route: Route, row: Row, world: World) -> list[str]:
    """Where the product does not keep to the policy."""
    found: list[str] = []
    said: dict[tuple[str, str, int], tuple[str, bytes]] = {}
    for asked, body in walk(route, row, world):
        if asked.status not in asked.wanted:
            found.append(str(asked))
        if asked.wrote:
            found.append(f"{asked.who}: {asked.method} {asked.address} wrote what it may not")
        if route.parameters and (asked.status in (403, 404) or (asked.method, row.style) == ("OPTIONS", "api")):
            plain = without_address(body, asked.address)
            first = said.setdefault((asked.who, asked.method, asked.status), (asked.address, plain))
            if first[1] != plain:
                found.append(f"{asked.who}: {asked.method} {asked.address} and {first[0]} are told apart")
    return found


ROUTES = {route.pattern: route for route in routes()}


def test_every_route_has_a_row_and_every_row_a_route():
    assert sorted(set(ROUTES) - set(ROWS)) == [], "routes without a row"
    assert sorted(set(ROWS) - set(ROUTES)) == [], "rows without a route"


@pytest.mark.parametrize("pattern", sorted(set(ROUTES) & set(ROWS)))
def test_every_route_answers_as_the_policy_says(pattern, world):
    found = faults(ROUTES[pattern], ROWS[pattern], world)

    assert found == [], "\n" + "\n".join(found)


PAGE = Row()
ON_A_UNIT = Row(of="unit")
TAKES_A_POST = Row(of="unit", works={"POST": Work("alerts.work", frozenset({200}))})

PLANTED = {
    "leak/forgets/<code>/": (ON_A_UNIT, "retail_lead: GET /leak/forgets/WHOLESALE/ answered 200, policy says 404"),
    "leak/forbidden/<code>/": (ON_A_UNIT, "retail_lead: GET /leak/forbidden/WHOLESALE/ answered 403, policy says 404"),
    "leak/open/": (PAGE, "anonymous: GET /leak/open/ answered 200, policy says 302"),
    "leak/writes/<code>/": (TAKES_A_POST, "retail_lead: POST /leak/writes/WHOLESALE/ wrote what it may not"),
    "leak/reading/": (PAGE, "retail_lead: GET /leak/reading/ wrote what it may not"),
}


@pytest.mark.parametrize("pattern", PLANTED)
def test_a_planted_leak_is_found(pattern, world, settings):
    settings.ROOT_URLCONF = "tests.access.planted"
    row, fault = PLANTED[pattern]
    route = next(route for route in routes("tests.access.planted") if route.pattern == pattern)

    assert fault in faults(route, row, world)
