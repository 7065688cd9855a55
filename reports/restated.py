"""Lines of a year before in the weeks of the periods they are compared with, where a calendar restates week 53."""

from __future__ import annotations

from metrics.timeframes import Book, Stored, Timeframe
from reports.evidence import Evidence


def from_months(evidence: Evidence, ordinal: int) -> Timeframe:
    """The figures of a unit as pages read them from stored months, out of what an explanation has read."""
    accounts = evidence.company.accounts
    rollups = {each.code: each.time_rollup for each in accounts.values()}
    roles = {
        role: {accounts[at].code: factor for at, factor in terms.items()} for role, terms in evidence.roles.items()
    }

    def stored(version: str, basis: str, ordinal: int, code: str) -> Stored | None:
        sheet = evidence.sheet(ordinal, basis, version)
        number, reason = sheet.numbers.get(code), sheet.reasons.get(code, "")
        return Stored(number, reason) if number is not None or reason else None

    return Timeframe(Book(evidence.definitions, rollups, roles), evidence.calendar, ordinal, stored)
