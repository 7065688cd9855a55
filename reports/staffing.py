"""Who works where by function: heads, contractors and open positions as entries name their functions.

A function is an account below the one that carries the role, or the segment of an entry on it. Sheets hold accounts
but no segments, so segments are summed here from the entries themselves, within the scope and at the mark of the page.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, Sum

from ledger.models import Entry, Version
from reports.selection import Selection
from units.marks import standing_at
from units.scope import Scope

HEADS, OPEN, CONTRACTORS = ROLES = ("headcount", "open_positions", "contractors_fte")
MONTHS = 12
"""How many month ends a position is followed back."""


@dataclass(frozen=True)
class Opening:
    """Positions of a function open in a unit: how many, in ten-thousandths, and the ordinal of the first month end at
    which some were open without a break."""

    unit: int
    code: str
    name: str
    function: str
    heads: int
    since: int


@dataclass(frozen=True)
class Staffing:
    """`accounts` are the functions that have a headcount account of their own, by code, in the order of the chart.

    `counts` are ten-thousandths by role and function; the empty function is what names none. A role that is not there
    was reported by nobody. `imported` is when the newest import came that heads of the period are from; None without.
    """

    accounts: Mapping[str, str]
    counts: Mapping[tuple[str, str], int]
    openings: tuple[Opening, ...]
    imported: datetime | None = None

    def count(self, role: str, function: str) -> int | None:
        """What is reported of a function; 0 where others are reported and this one is not, None without any."""
        if not any(each == role for each, _ in self.counts):
            return None
        return self.counts.get((role, function), 0)


def staffing(scope: Scope, selection: Selection, *, units: Collection[int]) -> Staffing:
    """The functions of the selected unit and all below it at the end of its period; one query.

    On a node of another tree these are `units`.
    """
    own, last = selection.unit, selection.period.ordinal
    inside = Q(unit__in=units) if own.tree else Q(unit__left__gte=own.left, unit__right__lte=own.right)
    is_open = Q(account__role=OPEN) | Q(account__parent__role=OPEN)
    rows = (
        Entry.objects.within(scope)
        .filter(standing_at(selection.mark), inside, version__kind__in=[Version.Kind.ACTUAL, Version.Kind.BUDGET])
        .filter(Q(account__role__in=ROLES) | Q(account__parent__role__in=ROLES))
        .filter(Q(period__ordinal=last) | (is_open & Q(period__ordinal__range=(last - MONTHS + 1, last - 1))))
        .values(
            *("unit", "unit__code", "unit__name", "segment", "period__ordinal", "version__kind"),
            *("account__code", "account__name", "account__role", "account__parent__role"),
        )
        .annotate(heads=Sum("amount"), imported=Max("origin__at"))
        .order_by("account__position", "unit__left", "segment", "period__ordinal")
    )
    accounts: dict[str, str] = {}
    counts: dict[tuple[str, str], int] = {}
    imported: list[datetime] = []
    open_at: dict[tuple[int, str, str, str], dict[int, int]] = {}
    for row in rows:
        role, function = _place(row)
        if role == HEADS and row["account__role"] != HEADS:
            accounts[row["account__code"]] = row["account__name"]
        if row["version__kind"] != Version.Kind.ACTUAL:
            continue
        if row["period__ordinal"] == last:
            counts[role, function] = counts.get((role, function), 0) + row["heads"]
            if role == HEADS:
                imported.append(row["imported"])
        if role == OPEN:
            months = open_at.setdefault((row["unit"], row["unit__code"], row["unit__name"], function), {})
            months[row["period__ordinal"]] = months.get(row["period__ordinal"], 0) + row["heads"]
    return Staffing(accounts, counts, tuple(_openings(open_at, last)), max(imported, default=None))


def _place(row: Mapping[str, Any]) -> tuple[str, str]:
    """The role an entry counts for and its function."""
    if row["account__role"] in ROLES:
        return row["account__role"], row["segment"]
    return row["account__parent__role"], row["segment"] or row["account__name"]


def _openings(open_at: Mapping[tuple[int, str, str, str], Mapping[int, int]], last: int) -> list[Opening]:
    """What is open at the last month end, the longest open first."""
    found = []
    for place, months in open_at.items():
        if months.get(last, 0) > 0:
            since = last
            while months.get(since - 1, 0) > 0:
                since -= 1
            found.append(Opening(*place, months[last], since))
    return sorted(found, key=lambda each: each.since)
