"""What is odd about a file and lands all the same; it takes the tables to see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ledger.models import Account
from ledger.report import Problem
from ledger.staging import Slice, Staging
from units.models import Unit


def oddities(filename: str, staging: Staging) -> list[Problem]:
    """Warnings for figures beside those of a line above, and for figures outside the dates of their unit."""
    problems = []
    chart = {pk: (code, parent) for pk, code, parent in Account.objects.values_list("pk", "code", "parent_id")}
    given: dict[str, set[int]] = defaultdict(set)
    for entry in staging.entries:
        given[entry.version].add(entry.account)
    for version, accounts in sorted(given.items()):
        above = {parent for pk in accounts if (parent := chart[pk][1]) is not None and parent in accounts}
        for code in sorted(chart[pk][0] for pk in above):
            reason = f"{version} is given for this account and for accounts below it; both are counted."
            problems.append(Problem(filename, reason, column="account", value=code))
    places = _periods_by_unit(staging.slices)
    for unit in Unit.unscoped.filter(pk__in=list(places)).exclude(starts=None, ends=None).order_by("code"):
        away = [staging.periods[o] for o in sorted(places[unit.pk])]
        codes = [period.code for period in away if not unit.is_active(period.starts, period.ends)]
        if codes:
            reason = f"The unit is not in the company in {', '.join(codes)}; its figures there are left out of groups."
            problems.append(Problem(filename, reason, column="unit", value=unit.code))
    return problems


def _periods_by_unit(slices: Iterable[Slice]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for unit, ordinal, _ in slices:
        found[unit].add(ordinal)
    return found
