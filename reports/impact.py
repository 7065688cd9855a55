"""What an import does to the profit of each unit, before it is applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.models import Account
from ledger.report import Difference


class Moved(NamedTuple):
    """One unit in one version: how many figures change, and by how much its income, its costs and its profit.

    Amounts are ten-thousandths as the file states them, not translated; costs are positive as normally stated.
    Other figures (balances, counts) are counted and move no profit.
    """

    unit: str
    version: str
    figures: int
    income: int
    costs: int

    @property
    def profit(self) -> int:
        return self.income - self.costs


def moved_units(differences: Iterable[Difference]) -> list[Moved]:
    """The units an import moves, in the order of their codes; a figure that is not there counts as 0."""
    differences = list(differences)
    if not differences:
        return []
    chart = {code: (kind, weight, parent) for code, kind, weight, parent in _accounts()}
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in differences:
        helped = _sense(each.account, chart) * ((each.after or 0) - (each.before or 0))
        line = sums[each.unit, each.version]
        line[0] += 1
        if chart[each.account][0] == "income":
            line[1] += helped
        else:
            line[2] -= helped
    return [Moved(unit, version, *line) for (unit, version), line in sorted(sums.items())]


def _accounts() -> Iterable[tuple[str, str, int, str | None]]:
    return Account.objects.values_list("code", "kind", "weight", "parent__code")


def _sense(code: str, chart: Mapping[str, tuple[str, int, str | None]]) -> int:
    """How an account counts in profit: 1 income, -1 expense, 0 what is neither; contra accounts turn by weight."""
    kind, weight, above = chart[code]
    sense = 1
    while above is not None:
        sense *= weight
        kind, weight, above = chart[above]
    return sense * {"income": 1, "expense": -1}.get(kind, 0)
