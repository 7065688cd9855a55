"""Every page of the product, as its route says, and asked for in the other ways its links lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.access.matrix import ACCOUNT, ADMIN, PAGES
from tests.access.policy import Row
from tests.access.routes import Route
from tests.reports.edges.companies import Edge

ROWS: dict[str, Row] = {**PAGES, **ACCOUNT, **ADMIN}
PATTERNS = [pattern for pattern, row in ROWS.items() if "GET" in row.answers and row.door not in ("closed", "barred")]
NOTHING_TO_READ = {"health/", "health/web/", "admin/jsi18n/", "admin/<url>", "account/2fa/recovery-codes/download/"}
"""For programs, or nothing at all."""

ANOTHER_WAY = (
    "/overview/?period=2026-08&basis=ytd",
    "/overview/?period=2026-09&against=prior-year",
    "/overview/?period=2026-09&basis=qtd&against=forecast",
    "/overview/?sort=variance&page=2",
    "/overview/?sort=margin&basis=ltm&as_of=2026-10-05",
    "/units/{unit}/?basis=ytd&against=prior-year",
    "/units/{unit}/?basis=qtd&against=forecast",
    "/units/{parent}/",
    "/units/{parent}/?basis=ltm",
    "/units/{sibling}/",
    "/units/{child}/",
    "/units/{unit}/explain/operating_margin/",
    "/units/{parent}/explain/operating_margin/?basis=ytd",
    "/units/{parent}/explain/revenue/?by=driver&against=prior-year",
    "/units/{parent}/explain/headcount/?basis=ltm",
    "/units/{parent}/explain/revenue/?against=forecast",
    "/units/{unit}/explain/account:PEOPLE/",
    "/units/{child}/explain/revenue_per_head/",
    "/units/{child}/explain/operating_income/?basis=qtd&against=prior-year",
    "/units/{unit}/explain/part_of_parent/",
    "/units/{parent}/explain/part_of_company/",
    "/units/{unit}/explain/dso/",
    "/units/{unit}/metrics/operating_margin/",
    "/units/{child}/metrics/revenue_per_head/?basis=ytd",
    "/units/{unit}/forecast/operating_income/",
    "/units/{unit}/commentary/?line=revenue",
    "/units/{child}/commentary/?line=account:PEOPLE",
    "/alerts/quiet/?unit={unit}&metric=revenue&period=2026-09",
    "/alerts/quiet/?unit={child}&metric=operating_margin&period=2026-09",
    "/alerts/quiet/?unit={child}",
    "/alerts/?state=all",
    "/scenarios/compare/?with={scenario}&with={other}",
    "/scenarios/{scenario}/?by=month",
    "/resources/?basis=ytd",
    "/completeness/?period=2026-07",
    "/search/?q=re",
    "/search/?q=%3Cscript",
    "/record/?who=fiona",
    "/home/?arrange=1",
    "/commentary/?period=2026-09",
)


@dataclass(frozen=True)
class Answer:
    """A page and who read it; empty where none of the readers is shown it."""

    who: str
    address: str
    status: int
    text: str = field(repr=False)


def addresses(*, with_admin: bool = True) -> list[str]:
    """What is asked for: the patterns of routes, and addresses with the places of objects in braces."""
    patterns = (each for each in PATTERNS if with_admin or not each.startswith("admin/"))
    return [*(pattern for pattern in patterns if pattern not in NOTHING_TO_READ), *ANOTHER_WAY]


def address_of(asked: str, edge: Edge) -> str | None:
    """The address in this company; None where it has nothing that the address could name."""
    if asked.startswith("/"):
        named = {
            "unit": ("unit", "own"),
            "child": ("unit", "child"),
            "sibling": ("unit", "sibling"),
            "parent": ("unit", "parent"),
            "scenario": ("scenario", "own"),
            "other": ("scenario", "child"),
        }
        if not edge.objects:
            return None if "{" in asked else asked
        return asked.format(**{name: edge.objects[kind][place] for name, (kind, place) in named.items()})
    row, route = ROWS[asked], Route(asked, "")
    if row.of and row.of not in edge.objects:
        return None
    own = {name: edge.objects[row.of]["own"] for name in route.parameters if name not in row.also} if row.of else {}
    return route.address(own | row.also)


def read(asked: str, edge: Edge) -> Iterator[Answer]:
    """What the first reader who is shown the page sees, and what the leader of one unit does."""
    address = address_of(asked, edge)
    if address is None:
        return
    seen = False
    for who, client in edge.clients.items():
        if seen and who != "retail_lead":
            continue
        answer = client.get(address)
        if answer.status_code not in (302, 403, 404, 405):
            seen = True
            yield Answer(who, address, answer.status_code, answer.content.decode())
