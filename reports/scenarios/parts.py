"""The accounts inside the lines of a statement that a driver may act on alone, and what share of it they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ledger.models import Account
from metrics.roles import Node, terms
from metrics.scenarios.base import LinePart
from metrics.scenarios.drivers import PARTED
from reports.rows import Rows

RECENT = 3
"""The newest closed months that a share is of."""
DEEPEST = 2
"""How far below the account of a line parts are offered."""
ROLES = {
    "revenue": "revenue",
    "cloud_cost": "cloud",
    "personnel_cost": "personnel",
    "marketing_cost": "marketing",
    "other_operating_cost": "other_operating_cost",
}
"""The role that the accounts of a line carry."""

Named = Mapping[str, Mapping[str, str]]


ACCOUNT = ("code", "parent__code", "kind", "weight", "role", "name")
"""What is read of an account."""


def accounts() -> Rows:
    """The chart of accounts, handed over with a row of another query."""
    return Rows(Account.objects.order_by("position", "pk"), *ACCOUNT)


def inside(rows: Sequence[Sequence[Any]]) -> Named:
    """By line the accounts inside it, by their code with their name; `rows` are those of `accounts`."""
    nodes = {code: Node(code, parent or "", kind, weight, role) for code, parent, kind, weight, role, _ in rows}
    names = {code: name for code, *_, name in rows}
    below: dict[str, list[Node]] = {}
    for node in nodes.values():
        below.setdefault(node.parent, []).append(node)
    carried = terms(nodes.values())
    return {
        line: {code: names[code] for code in _parts(carried.get(ROLES[line], {}), below)}
        for line in dict.fromkeys(PARTED.values())
    }


def shares(named: Named, months: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, LinePart]]:
    """By line the parts that are some of it and not all over the newest of these months, of which each is a sheet."""
    newest = months[-RECENT:]
    found: dict[str, dict[str, LinePart]] = {}
    for line, accounts in named.items():
        whole = _sum(newest, line)
        parts = {code: Fraction(_sum(newest, f"account:{code}"), whole) for code in accounts} if whole > 0 else {}
        found[line] = {code: LinePart(accounts[code], share) for code, share in parts.items() if 0 < share < 1}
    return found


def _parts(carrying: Mapping[str, int], below: Mapping[str, Sequence[Node]]) -> Iterator[str]:
    """Accounts in the order of the chart; what is taken out of the line or counts against it is no part of it."""

    def opened(code: str, depth: int) -> Iterator[str]:
        for each in below.get(code, ()) if depth <= DEEPEST else ():
            if carrying.get(each.code, 1) > 0 and each.weight > 0:
                yield each.code
                yield from opened(each.code, depth + 1)

    for code, factor in carrying.items():
        if factor > 0:
            yield from [code] if len(carrying) > 1 else []
            yield from opened(code, 1)


def _sum(months: Sequence[Mapping[str, Any]], code: str) -> int:
    return sum(number for each in months if isinstance(number := each.get(code), int))
