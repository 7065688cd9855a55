"""Two worlds that differ only in what a person may not know give that person the same bytes.

Both worlds are built on the same database, one after the other, each in a transaction that is undone: so
ids are equal, and whatever differs in an answer comes from what is hidden. The clock stands still. For each
restricted reader every GET route is asked with the keys of both worlds' objects and with every parameter that
any page or API filter takes; routes that write are asked as well. Status, headers and body are compared after
removing what is random by design.

A parameter that a page does not look at cannot change its answer. What was looked at is noted, so only that is asked
value by value; the others are sent all in one request, which must be answered like the plain one. Where the page
prints its own address they stand in the answer, which is then compared between the worlds like any other.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import product
from urllib.parse import urlencode

from django.apps import apps
from django.core import mail
from django.core.cache import cache, caches
from django.core.management.color import no_style
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from alerts.actions import send_news
from tests.access.furniture import furnish
from tests.access.keys import objects
from tests.access.matrix import ROWS
from tests.access.policy import PLACES, Row
from tests.access.routes import Route, without_address
from tests.access.watching import ADDRESS, EVERYTHING, NAMES, watching
from tests.company import ACCOUNTS, FIGURES, MARKER_NAME, UNITS, Company, build_company
from units.scope import Scope

RANDOM = [
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(rb'"X-CSRFToken": ?"[^"]*"'),
    re.compile(rb'<meta name="csrf-token" content="[^"]*"'),
    re.compile(rb'"id": ?"[\w-]{16}"'),  # of what the request itself has just begun
]
WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")
HEADERS_OF_CHANCE = frozenset({"Set-Cookie", "X-Request-Id"})


@dataclass(frozen=True)
class World:
    """One way the hidden half of the company may be."""

    units: str = UNITS
    figures: str = FIGURES
    word: str = ""
    known: frozenset[str] = frozenset()


SIDES = frozenset({"RETAIL", "SHOPS", "WHOLESALE", "DEPOT"})

# Accounts that stand in the chart for everybody. Who delivers them tells what reads 0 and what is unknown.
CHART = f"""{ACCOUNTS.rstrip()}
    TRAVEL    | expense     | sum         | other_operating_cost | lower | money
    CASH      | asset       | last        | cash           | higher | money
    OWED      | liability   | last        | payables       | lower  | money
    VISITS    | statistical | sum         | new_customers  | higher | count
    SCORE     | statistical | average     |                | higher | score
"""
RARE = ("TRAVEL", "CASH", "OWED", "VISITS", "SCORE")


def otherwise(
    *, hidden: set[str], names: dict[str, str], factor: int, extra: tuple[str, str] | None, word: str
) -> World:
    """The company with other names and figures in the hidden units, and perhaps one more unit among them.

    They deliver other accounts too: travel in place of marketing, all that nobody else has, and budgets of what
    nobody else budgets.
    """
    units = UNITS
    for old, new in names.items():
        units = units.replace(old, new)
    lines = [
        re.sub(r"\| +(\d+)(?= |$)", lambda cell: f"| {int(cell[1]) * factor + 3}", line.replace("MARKETING", "TRAVEL"))
        if line.split("|")[0].strip() in hidden
        else line
        for line in FIGURES.splitlines()
    ]
    one = max(hidden)
    lines += [f"    {one} | {account} | | actual | 7 | 7 | 7 | 7" for account in RARE]
    lines += [f"    {one} | {account} | | budget-2026 | 7 | 7 | 7 | 7" for account in (*RARE, "MARKETING", "HEADS")]
    if extra:
        lines.append(f"    {extra[0]} | REVENUE | | actual | 900 | 900 | 900 | 900")
        units += f"    {extra[0]} | {extra[1]} | unit | One More {word}\n"
    return World(units, "\n".join(lines), word, SIDES - hidden)


# What Retail's leader may not know is otherwise: ranks, the largest unit and all totals flip.
WHOLESALE_OTHERWISE = otherwise(
    hidden={"WHOLESALE", "DEPOT"},
    names={MARKER_NAME: "Quincefields"},
    factor=0,
    extra=("ACQUIRED", "WHOLESALE"),
    word="Quince",
)
# And for Wholesale's leader: Retail, which stands before it in the tree, is larger and has one more unit.
RETAIL_OTHERWISE = otherwise(
    hidden={"RETAIL", "SHOPS"},
    names={"| Retail": "| Orchards", "| Shops": "| Stalls"},
    factor=90,
    extra=("KIOSKS", "RETAIL"),
    word="Orchard",
)
# Who reads no figure at all knows neither half.
EVERYTHING_OTHERWISE = otherwise(
    hidden=set(SIDES),
    names={"| Retail": "| Orchards", "| Shops": "| Stalls", MARKER_NAME: "Quincefields"},
    factor=3,
    extra=("KIOSKS", "RETAIL"),
    word="Orchard",
)
# Who grants roles knows the units by name, and nothing of what stands on them.
FIGURES_OTHERWISE = otherwise(hidden=set(SIDES), names={}, factor=3, extra=None, word="Orchard")

CODES = ("RETAIL", "SHOPS", "WHOLESALE", "DEPOT", "GROUP", "ELIM", "ACQUIRED", "KIOSKS", "NOWHERE")
WORDS = ("Zephyrgoods", "Quincefields", "Orchards", "Wholesale", "Retail")
PARAMETERS: dict[str, tuple[str, ...]] = {
    "unit": CODES,
    "code": ("RETAIL", "WHOLESALE", "ACQUIRED"),
    "parent": ("GROUP", "WHOLESALE"),
    "counterparty": ("DEPOT", "ACQUIRED"),
    "period": ("2026-08", "1999-01"),
    "basis": ("ytd", "ltm"),
    "version": ("budget-2026", "budget"),
    "baseline": ("prior_year", "budget"),
    "metric": (
        *("revenue", "operating_margin", "cash", "account:TRAVEL", "account:SCORE", "no_such_metric"),
        *("part_of_parent", "part_of_company"),
    ),
    "account": ("REVENUE", "MARKETING"),
    "ordering": ("unit", "-unit", "code", "name", "-impact", "amount", "unit__name"),
    "sort": ("revenue", "-revenue", "variance", "name"),
    "q": WORDS,
    "search": WORDS,
    "from": ("/units/RETAIL/", "/units/WHOLESALE/", "/overview/"),
    "page": ("2",),
    "page_size": ("1",),
    "over": ("quarter", "year"),
    "severity": ("warning",),
    "condition": ("firing",),
    "handling": ("open", "resolved"),
    "state": ("open", "snoozed", "done"),
    "tab": ("open", "snoozed", "done"),
    "owner": ("me",),
    "region": ("North",),
    "vertical": ("Retail",),
    "line": ("revenue", "operating_income"),
    "show": ("history",),
    "asks": ("assign",),
    "threshold": ("margin-retail", "margin-wholesale"),
    "like": ("margin-retail", "margin-wholesale"),
    "at": ("RETAIL", "WHOLESALE"),
    "months": ("36",),
    "warning": ("0.2",),
    "retired": ("1",),
    "verb": ("alerts.alert.commented",),
    "as_of": ("2026-10-02T12:00:00Z", "2026-01-01"),
    "amount__gt": ("1000000",),
    "unit__name": WORDS[:2],
}
# By the names that stand in them: a page that looks at names alone is asked once for each.
QUERIES: dict[tuple[str, ...], list[tuple[tuple[str, str], ...]]] = {
    **{(name,): [((name, value),) for value in values] for name, values in PARAMETERS.items()},
    ("unit", "basis"): [
        (("unit", unit), ("basis", basis)) for unit, basis in product(("RETAIL", "WHOLESALE"), ("ytd", "ltm"))
    ],
}


@dataclass(frozen=True)
class Question:
    """One request; `sent` where it writes. The object is named by its place: its key may differ in the worlds."""

    method: str
    address: str = field(compare=False)
    pattern: str
    place: str
    query: tuple[tuple[str, str], ...] = ()
    part: bool = False
    sent: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        where = f" at {self.place}" if "<" in self.pattern else ""
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{self.method} /{self.pattern}{query}{where}{' as a part' if self.part else ''}"

    def asked_with(self, *query: tuple[str, str]) -> Question:
        """The same with parameters."""
        return replace(self, address=f"{self.address}?{urlencode(query)}", query=query)


Told = dict[Question, tuple[object, ...]]


def leaks(told: Told, retold: Told) -> list[str]:
    """The requests that a reader got different answers to in two worlds."""
    return [str(question) for question in told if told[question] != retold.get(question)]


def tell(
    world: World, reader: Callable[[Company], Client], routes: Iterable[Route], rows: Mapping[str, Row] = ROWS
) -> Told:
    """All that this reader is answered in a world, which is built for that and undone."""
    with _undone(), watching():
        company = build_company(world.units, world.figures, CHART)
        client = reader(company)
        furnished = furnish(company, word=world.word, known=world.known)
        known = objects(furnished)
        client.get("/")  # a session notes its first request; undone with each question, every one would be the first
        with _one_request():  # what a request that writes nothing makes go out
            send_news(actor=Scope.system("alerts"), at=timezone.now())
            told: Told = {Question("POST", "", "", "own"): _letters()}
        for route in routes:
            row = rows.get(route.pattern)
            if row is not None and row.door not in ("closed", "public"):  # without a row it fails the matrix
                _ask_route(client, route, row, known, told)
        return told


def _ask_route(client: Client, route: Route, row: Row, known: Mapping[str, Mapping[str, object]], told: Told) -> None:
    """Ask for every object; the first that is shown is asked with every parameter too."""
    is_shown = False
    for place in PLACES if route.parameters else ("own",):
        address = row.address(route, known, place)
        plain = Question("GET", address, route.pattern, place)
        told[plain], asked = _answer(client, plain)
        for method, work in row.works.items():
            sent = tuple((name, str(value)) for name, value in work.data.items())
            deed = Question(method, address, route.pattern, place, sent=sent)
            told[deed], _ = _answer(client, deed)
        if told[plain][0][0] == 200 and not is_shown:  # type: ignore[index]
            is_shown = True
            part = replace(plain, part=True)
            told[part], _ = _answer(client, part)
            _ask_with_parameters(client, plain, asked, told)


def _ask_with_parameters(client: Client, plain: Question, asked: Set[str], told: Told) -> None:
    """The same request with every parameter that some page or filter knows, as far as this one looks at it."""
    idle: list[tuple[tuple[str, str], ...]] = []
    for names, queries in QUERIES.items():
        if not _are_read(names, asked, listed=True):
            idle += queries
            continue
        first = plain.asked_with(*queries[0])
        told[first], read = _answer(client, first)
        for query in queries[1:]:
            question = plain.asked_with(*query)
            told[question] = _answer(client, question)[0] if _are_read(names, read) else told[first]
    together = [pair for query in idle for pair in query]
    unread, read = _answer(client, plain.asked_with(*together))
    unnoticed = sorted({name for name, _ in together})
    assert read <= asked or EVERYTHING in asked, f"{plain} reads another parameter beside one of {unnoticed}"
    assert unread == told[plain] or ADDRESS in asked, f"{plain} reads a parameter unnoticed, one of {unnoticed}"
    told.update((plain.asked_with(*query), unread) for query in idle)


def _are_read(names: Iterable[str], asked: Set[str], *, listed: bool = False) -> bool:
    """Whether what these parameters say made a difference, or (`listed`) already that they are there."""
    return EVERYTHING in asked or (listed and NAMES in asked) or not asked.isdisjoint(names)


@contextmanager
def _undone() -> Iterator[None]:
    """A transaction that is rolled back, with sequences and chance set to where they were."""
    with transaction.atomic():
        point = transaction.savepoint()
        _reset_sequences()
        random.seed(20261009)
        cache.clear()
        mail.outbox.clear()
        yield
        transaction.savepoint_rollback(point)


def _reset_sequences() -> None:
    """PostgreSQL does not roll sequences back, and ids must be equal in both worlds."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def _answer(client: Client, question: Question) -> tuple[tuple[object, ...], Set[str]]:
    """What the reader can tell apart: status, headers and body; for a list, the pages behind it too.

    Also the letters that go out when something was posted and written. Beside it the parameters that were looked at.
    """
    headers = {"HX-Request": "true"} if question.part else {}
    with _one_request(), _noting_writes() as written:
        if question.sent and question.address.startswith("/api/"):
            body = json.dumps(dict(question.sent))
            response = client.generic(question.method, question.address, body, content_type="application/json")
        elif question.method == "POST":
            response = client.post(question.address, dict(question.sent), headers=headers)
        else:
            response = client.generic(question.method, question.address, headers=headers)
        asked: Set[str] = response.wsgi_request.asked
        pages = [_plain(response, question.address)]
        for _ in range(3):
            following = _next(response)
            if not following:
                break
            response = client.get(following)
            pages.append(_plain(response, following))
        if question.method == "POST" and written:
            send_news(actor=Scope.system("alerts"), at=timezone.now())
        return (*pages, _letters()), asked


def _letters() -> tuple[object, ...]:
    """What people were written."""
    return tuple((letter.subject, letter.body, tuple(letter.to)) for letter in mail.outbox)


@contextmanager
def _noting_writes() -> Iterator[list[str]]:
    """The statements of a request that write, if any."""
    written: list[str] = []

    def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if sql.startswith(WRITING):
            written.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield written


@contextmanager
def _one_request() -> Iterator[None]:
    """Deeds of one request are undone before the next, so that questions do not depend on their order."""
    with transaction.atomic():
        point = transaction.savepoint()
        mail.outbox.clear()
        caches["counts"].clear()
        yield
        transaction.savepoint_rollback(point)


def _plain(response: HttpResponse, address: str) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers, and the digest of the body: thousands of bodies are kept until they are compared."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    for chance in RANDOM:
        body = chance.sub(b"", body)
    headers = {name: value for name, value in response.items() if name not in HEADERS_OF_CHANCE}
    if response.status_code != 200:  # what is refused, or sent to sign in first, may say what was asked for
        body = without_address(body, address)
        headers = {name: value.replace(address, "") for name, value in headers.items()}
    headers.pop("Content-Length", None)  # the masks that were removed are of one length; the body says the rest
    return response.status_code, tuple(sorted(headers.items())), sha256(body).digest()


def _next(response: HttpResponse) -> str | None:
    """The link to the following page of an API list."""
    if response.status_code != 200 or "json" not in response.get("Content-Type", ""):
        return None
    found = response.json()
    return found.get("next") if isinstance(found, dict) else None
