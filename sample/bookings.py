"""The rows of the ledger and of the budget: statements and balances cut into accounts, trade partners and invoices.

Cents in natural sign: income, cost and balances are positive as normally stated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sample.balances import balances
from sample.chart import CONTRACTORS, OF_FUNCTION, POSTINGS, Posting, cut
from sample.company import CODES, CORPORATE, NOW, PROFILES, Route
from sample.figures import Books, Statement, books, corporate_books
from sample.staff import contractors, planned_contractors, planned_heads
from sample.trade import Trade, actual_trade, planned_trade

UNITS = (*CODES, CORPORATE)
COMMITTED = 0.8
"""The part of budgeted compute that is bought ahead; what goes beyond runs on demand."""


@dataclass(frozen=True)
class Booking:
    """One row of the ledger for a month."""

    unit: str
    posting: Posting
    amount: int
    partner: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Invoice:
    """A supplier's invoice that came after the first close of a month, and is part of its figures since."""

    at: int
    unit: str
    posting: str
    amount: int
    reference: str


LATE_INVOICES = (
    Invoice(NOW, "U04", "6210", 620_000, "INV 88-1107"),
    Invoice(NOW, "U06", "5315", 1_900_000, "INV 88-1093"),
)


def bookings(at: int, *, first_close: bool = False) -> Iterator[Booking]:
    """All rows of an actual month, unit by unit; at the first close without the late invoices."""
    for unit in UNITS:
        rows = sorted(_bookings_of(unit, at), key=lambda row: (row.posting.code, row.partner))
        for row in rows:
            late = [invoice for invoice in LATE_INVOICES if invoice.at == at and _is_for(invoice, row)]
            yield Booking(unit, row.posting, row.amount - sum(each.amount for each in late), row.partner)
            if not first_close:
                yield from (Booking(unit, row.posting, each.amount, reference=each.reference) for each in late)


def planned(unit: str, at: int) -> Iterator[tuple[str, str, int]]:
    """A unit's budget for a month in the accounts of the chart: account, trade partner, hundredths."""
    found: dict[tuple[str, str], int] = {}
    for row in _statement_rows(unit, at, books_of(unit).budget, planned_trade(at)):
        key = row.posting.account, row.partner
        found[key] = found.get(key, 0) + row.amount
    yield from ((account, partner, amount) for (account, partner), amount in sorted(found.items()))
    for (owner, function), path in planned_heads().items():
        if owner == unit and any(path):
            yield OF_FUNCTION[function], "", path[at] * 100
    planned_here = [planned_contractors(profile, at) for profile in PROFILES if profile.code == unit]
    yield CONTRACTORS, "", round(sum(planned_here) * 100)


def books_of(unit: str) -> Books:
    """The statements of a unit or of the corporate centre."""
    return corporate_books() if unit == CORPORATE else books()[unit]


def contractors_of(unit: str, at: int) -> float:
    """A unit's external staff, in full-time equivalents."""
    return next((contractors(profile, at) for profile in PROFILES if profile.code == unit), 0.0)


def _is_for(invoice: Invoice, row: Booking) -> bool:
    return (invoice.unit, invoice.posting, "") == (row.unit, row.posting.code, row.partner)


def _bookings_of(unit: str, at: int) -> Iterator[Booking]:
    yield from _statement_rows(unit, at, books_of(unit).actual, actual_trade(at))
    yield from _balance_rows(unit, at)


def _statement_rows(unit: str, at: int, statement: Statement, trade: Trade) -> Iterator[Booking]:
    """Revenue and cost of a month, what is traded inside the group on rows of its own."""
    sold = {route: amount for route, amount in trade.items() if route.seller == unit}
    bought = {route: amount for route, amount in trade.items() if route.buyer == unit}
    amounts = {line: path[at] for line, path in statement.items()}
    amounts["usage"] -= sum(sold.values())
    amounts["direct"] -= sum(amount for route, amount in bought.items() if route.line == "direct")
    cloud = _cloud(unit, at, amounts.pop("cloud"))
    cloud["on demand"] -= sum(amount for route, amount in bought.items() if route.line == "compute")
    if cloud["on demand"] < 0:
        cloud["committed"], cloud["on demand"] = cloud["committed"] + cloud["on demand"], 0
    for figure, amount in {**amounts, **cloud}.items():
        if amount:
            yield from (Booking(unit, posting, part) for posting, part in cut(figure, amount))
    for route, amount in sold.items():
        yield Booking(unit, POSTINGS["internal sales"][0], amount, partner=route.buyer)
    for route, amount in bought.items():
        yield Booking(unit, POSTINGS[f"internal {route.line}"][0], amount, partner=route.seller)


def _cloud(unit: str, at: int, amount: int) -> dict[str, int]:
    """Cloud cost by what it buys. A cost above the budget is mostly compute at list price."""
    budgeted = books_of(unit).budget["cloud"][at]
    beyond = amount - budgeted
    storage = round(budgeted * 0.23 + beyond * 0.05)
    transfer = round(budgeted * 0.15 + beyond * 0.08)
    compute = amount - storage - transfer
    committed = min(compute, round(budgeted * 0.62 * COMMITTED))
    return {"committed": committed, "on demand": compute - committed, "storage": storage, "transfer": transfer}


def _balance_rows(unit: str, at: int) -> Iterator[Booking]:
    """Balances at the end of a month; what group companies owe each other is a month of their trade."""
    standing, trade = balances()[unit], actual_trade(at)
    owed = {route: amount for route, amount in trade.items() if route.seller == unit}
    owing = {route: amount for route, amount in trade.items() if route.buyer == unit}
    amounts = {
        "cash": standing.cash[at],
        "receivables": standing.receivables[at] - sum(owed.values()),
        "payables": standing.payables[at] - sum(owing.values()),
    }
    for figure, amount in amounts.items():
        if amount:
            yield Booking(unit, POSTINGS[figure][0], amount)
    yield from _internal(unit, "internal receivables", owed, to="buyer")
    yield from _internal(unit, "internal payables", owing, to="seller")


def _internal(unit: str, figure: str, trade: Mapping[Route, int], *, to: str) -> Iterator[Booking]:
    for route, amount in trade.items():
        yield Booking(unit, POSTINGS[figure][0], amount, partner=getattr(route, to))
